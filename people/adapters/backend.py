"""Who is behind a session, with what almost every page asks of them."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from people.models import Person


class Backend(AuthenticationBackend):
    """allauth's own; the person comes with the answer to `leads_people`, in the query that reads the row anyway."""

    def get_user(self, user_id: int) -> Person | None:
        reports = Person.objects.active().filter(manager=OuterRef("pk"))
        person = Person.objects.annotate(leads_people=Exists(reports)).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
