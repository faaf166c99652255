"""Reminders of invitations that nobody used. They join people, who know nothing of notices, with notifications."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.actions import notices
from notifications.actions.notices import AHEAD, Notice
from notifications.digests import LINE, Item, Section
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip, voice_of
from notifications.occurrences import named
from people.actions.invitations import has_joined, invitation_path
from people.models import Person
from people.models.person import PersonQuerySet

# Occurrence, and how long after the invitation. Then their line manager reads of it in the digest.
AFTER = {"1": timedelta(days=3), "2": timedelta(days=8)}


def plan_reminders(*, at: datetime) -> None:
    """Plan what is due soon, and what was due while nobody ticked and is not too late yet."""
    notices.plan(notices=_due(at), at=at)


def _due(at: datetime) -> Iterator[Notice]:
    for occurrence, after in AFTER.items():
        invited = _waiting().filter(
            invited_at__gt=at - after - UNUSED.keeps, invited_at__lte=at - after + AHEAD, last_login__isnull=True
        )
        for person in invited.order_by("pk").iterator():
            if person.invited_at and not has_joined(person=person):
                yield Notice(UNUSED, person.pk, person, person.invited_at + after, _name(person, occurrence))


def forecast(
    *, closed: Mapping[str, Collection[int]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, Kind, int]]:
    """What would be planned if nobody joined."""
    del closed  # whoever may look at deliveries may know who was invited
    for after in AFTER.values():
        invited = _waiting().filter(invited_at__gt=since + AHEAD - after, invited_at__lte=until - after)
        for (invited_at,) in invited.values_list("invited_at"):
            if invited_at:
                yield invited_at + after, UNUSED, 1


def _waiting() -> PersonQuerySet:
    return Person.objects.with_status("waiting").filter(invited_at__isnull=False)


def _name(person: Person, occurrence: str) -> str:
    """Who is invited anew is reminded anew."""
    return f"{named(person.invited_at)}-{occurrence}" if person.invited_at else ""


def _compose(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    told: dict[int, Content | Skip] = {}
    for one in due:
        person = one.recipient
        if person is None or person.invited_at is None or has_joined(person=person):
            told[one.pk] = Skip("joined")
        elif one.occurrence != _name(person, one.occurrence[-1]):
            told[one.pk] = Skip("invited again")
        else:
            told[one.pk] = _reminder(one, person)
    return told


def _reminder(one: Due, person: Person) -> Content:
    """The link is a new one, so that it is good for as long as the first one was."""
    with one.voice():
        until = date_format(localtime(one.at) + timedelta(days=settings.INVITATION_DAYS), "l j F")
        last = one.occurrence.endswith(max(AFTER))
        return Content(
            title=_("Your account at %(organisation)s is still waiting") % {"organisation": settings.ORGANISATION_NAME},
            text=[
                _("You were invited to Rapport and have not signed in yet. Open the link and choose a password."),
                _("It works once, until %(day)s. You sign in with this address.") % {"day": until},
            ],
            href=invitation_path(person=person, at=one.at),
            action=_("Choose a password"),
            thread=f"invitation-{person.pk}",
            next=_("This is the last reminder.") if last else _("The next, the last, comes in five days."),
        )


def _not_joined(readers: Sequence[Person], at: datetime) -> dict[int, list[Item]]:
    """Direct reports who have not signed in a while after they were invited."""
    by_key = {reader.pk: reader for reader in readers}
    late = _waiting().filter(manager__in=readers, invited_at__lte=at - AFTER["1"]).order_by("invited_at", "pk")
    found: dict[int, list[Item]] = {}
    for person in late:
        if person.manager_id in by_key and person.invited_at and not has_joined(person=person):
            with voice_of(by_key[person.manager_id]):
                day = date_format(localtime(person.invited_at), "D j M")
                meta = _("invited %(day)s, has not signed in yet") % {"day": day}
                item = Item(f"not joined {person.pk}", str(person), meta, person.get_absolute_url())
            found.setdefault(person.manager_id, []).append(item)
    return found


def _sample() -> Content:
    return Content(_("Your invitation is still open"), [_("You were invited three days ago.")], "/", _("Sign in"))


UNUSED = Kind(
    key="people.invitation_unused",
    name=gettext_lazy("Invitation not used"),
    about=gettext_lazy("You get this because you were invited to Rapport and have not signed in: after 3 and 8 days."),
    compose=_compose,
    sample=_sample,
    cadence={Channel.MAIL: Cadence.NOW},
    keeps=timedelta(days=2),
    repeats=True,
    fixed=gettext_lazy("It goes to those who have not signed in yet."),
)
NOT_JOINED = Section("people.not_joined", LINE.key, gettext_lazy("Invited"), _not_joined)
