"""Whom somebody mentions in what they write."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from foundation.errors import Invalid
from people.models import Person
from recognition.mentions import find
from recognition.reports.mentions import known_by


def mentioned(*, texts: Mapping[str, str], by: Person) -> list[int]:
    """The keys of the people whom the texts, by field, mention; never oneself. One query, none without an @.

    Raises Invalid, at the field, for a name that several people have.
    """
    known = known_by(texts.values())
    found = {name: find(text, known) for name, text in texts.items()}
    message = _("Several people are called “%(name)s”. Write the whole name, or their address, behind the @.")
    if errors := {name: [message % {"name": one.unclear[0]}] for name, one in found.items() if one.unclear}:
        raise Invalid(_("It is not clear who is meant."), errors=errors)
    people = dict.fromkeys(person for one in found.values() for person in one.people)
    return [person for person in people if person != by.pk]
