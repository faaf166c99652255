"""A request of somebody who has signed in, for annotations: SignInMiddleware lets nobody else reach a view."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from people.models import Person


class PersonRequest(HttpRequest):
    """What a view may rely on."""

    user: Person
    htmx: HtmxDetails
