"""How often one person may ask the API."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from foundation import origin
from people.models import Person

if TYPE_CHECKING:
    # rest_framework.views loads this module, by way of the settings, while it is being loaded itself.
    from rest_framework.views import APIView


class PersonThrottle(SimpleRateThrottle):
    """One count per person over all their tokens and sessions; per address for those who have not said who they are."""

    scope = "person"

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        person = request.user
        who = f"person-{person.pk}" if isinstance(person, Person) else f"address-{origin.current().ip}"
        return self.cache_format % {"scope": self.scope, "ident": who}
