"""Who may use the API: a signed-in person, or a token whose scopes cover the view."""

from typing import TYPE_CHECKING

from rest_framework.request import Request

from foundation.api.permissions import HasScope
from people.models import Person

if TYPE_CHECKING:
    # rest_framework.views loads this module, by way of the settings, while it is being loaded itself.
    from rest_framework.views import APIView


class MayUseApi(HasScope):
    """An active person; with a token, one whose scopes hold the view's `required_scope`.

    A view without `required_scope` is closed to tokens. What the person may see and do there is up to policies.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        person = request.user
        return isinstance(person, Person) and person.is_active and super().has_permission(request, view)


class MayReadDocument(MayUseApi):
    """An active person, or any token of theirs whatever its scopes: the document holds nobody's data."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.user, Person) and request.user.is_active
