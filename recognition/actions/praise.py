"""Customers' words: entered, masked, checked by a steward."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person, Site, Team
from recognition import signals
from recognition.actions.reach import hold
from recognition.masking import mask, names_in
from recognition.models import CustomerLink, Praise
from recognition.praise_rows import MOST_ABOUT

State = Praise.State


@transaction.atomic
def enter_praise(
    *,
    kind: str,
    original: str,
    channel: str,
    said_on: date,
    token: UUID,
    by: Person | None,
    at: datetime,
    customer: str = "",
    whom: str = "",
    link: CustomerLink | None = None,
    source: str = "",
    site: Site | None = None,
    team: Team | None = None,
    about: Iterable[Person] = (),
    consent: bool = False,
) -> Praise:
    """Keep what a customer said, masked as far as a machine can, until a steward checks it. The same `token` again
    answers with what was entered the first time. `by` nobody: a customer wrote it, at `link`.

    Raises Invalid without words, about a day to come, or about too many people.
    """
    hold([by.pk] if by else [])  # a second click waits for the first
    if already := Praise.objects.filter(token=token).first():
        return already
    people = list({person.pk: person for person in about}.values())
    _check(original, said_on, people, at.astimezone(by.zone if by else UTC).date())
    names = names_in(customer)
    praise, made = Praise.objects.get_or_create(token=token, defaults={
        "kind": kind, "original": original, "words": mask(original, names=names), "customer": customer,
        "channel": channel, "source": mask(source, names=names), "site": site, "team": team, "said_on": said_on,
        "consent": consent, "entered_by": by, "entered_at": at, "whom": whom, "link": link,
    })  # fmt: skip
    if not made:  # the same reference, by somebody else at this moment
        return praise
    praise.about.set(people)
    changes = {"kind": kind, "channel": channel, "consent": consent, "about": [person.pk for person in people]}
    audit.record(by=by, did="recognition.praise_entered", thing=praise, changes=changes, team=team, at=at)
    signals.praise_entered.send(sender=Praise, praise=praise, at=at)
    return praise


def _check(original: str, said_on: date, people: list[Person], today: date) -> None:
    errors: dict[str, list[str]] = {}
    if not original.strip():
        errors["original"] = [_("Write what the customer said.")]
    if said_on > today:
        errors["said_on"] = [_("This day is still to come.")]
    if len(people) > MOST_ABOUT:
        errors["about"] = [_("At most fifty people. If it is about all of them, name the team.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)


@transaction.atomic
def check_praise(
    *,
    praise: Praise,
    words: str,
    decision: str,
    by: Person,
    at: datetime,
    about: Iterable[Person] | None = None,
    team: Team | None = None,
) -> None:
    """Decide what becomes of it: "shown", "lesson" or "discarded". From now on there are only the `words`; what the
    customer wrote and their name are gone. Of what is discarded, the words are gone too. `about`, when given, and
    `team` say whom it is about.

    Raises Refused when somebody else was quicker, Invalid without consent to show it, or without words.
    """
    errors = {}
    if decision == State.SHOWN and not praise.consent:
        errors["decision"] = [_("The customer did not agree that it is shown. Keep it as a lesson, or discard it.")]
    if decision != State.DISCARDED and not words.strip():
        errors["words"] = [_("Nothing is left of it. Discard it instead.")]
    if errors or decision not in {State.SHOWN, State.LESSON, State.DISCARDED}:
        raise Invalid(_("This can't be decided so."), errors=errors)
    kinds: dict[str, str] = {State.SHOWN: Praise.Kind.PRAISE, State.LESSON: Praise.Kind.COMPLAINT}
    left: dict[str, Any] = {
        "state": decision,
        "kind": kinds.get(decision, praise.kind),
        "words": "" if decision == State.DISCARDED else words,
        "source": "" if decision == State.DISCARDED else praise.source,
    }
    waiting = Praise.objects.filter(pk=praise.pk, state=State.WAITING)
    if about is not None:
        left["team"] = team
    if not waiting.update(original="", customer="", whom="", checked_by=by, checked_at=at, **left):
        raise Refused(_("Somebody else has checked it meanwhile."))
    praise.refresh_from_db()
    if about is not None:
        praise.about.set(about)
    changes = {"decision": decision, "about": sorted(praise.about.values_list("pk", flat=True))}
    audit.record(by=by, did="recognition.praise_checked", thing=praise, changes=changes, team=praise.team_id, at=at)
    signals.praise_checked.send(sender=Praise, praise=praise, at=at)
