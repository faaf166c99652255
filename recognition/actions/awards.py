"""Programmes of awards and their rounds: written down, published, cancelled, taken on by the clock."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Invalid, Refused
from foundation.naming import named, refuse_taken_name
from foundation.text import fold
from people.actions import audit
from people.models import Person, Site, Team
from recognition import local_days, signals
from recognition.models import Criterion, Programme, Round
from recognition.models.awards import ANCHORS, FEWEST_CRITERIA, MOST_CRITERIA

State = Round.State
EDITABLE = (
    "name", "purpose", "prize", "value", "owner", "rubric", "quorum", "tie_rule", "places", "most", "cool_off",
    "months",
)  # fmt: skip
DATES = ("name", "opens_on", "closes_on", "judge_by", "announce_at")


@transaction.atomic
def create_programme(
    *, teams: Iterable[Team] = (), sites: Iterable[Site] = (), by: Person, at: datetime, **fields: Any
) -> Programme:
    """A programme. Raises Invalid when another has the name, or for a rubric that is not two to five criteria with five
    anchors each."""
    _check_name(fields["name"])
    _check_rubric(fields["rubric"])
    programme = Programme.objects.create(created_by=by, created_at=at, **fields)
    programme.teams.set(teams)
    programme.sites.set(sites)
    audit.record(by=by, did="recognition.programme_created", thing=programme, at=at)
    return programme


@transaction.atomic
def edit_programme(
    *,
    programme: Programme,
    teams: Iterable[Team] | None = None,
    sites: Iterable[Site] | None = None,
    by: Person,
    at: datetime,
    **changes: Any,
) -> Programme:
    """Change it for the rounds to come. Raises Refused while one of its rounds runs: nobody's rules change midway."""
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if programme.rounds.running().exists():
        raise Refused(_("A round of it is running. Change it when that one is announced or cancelled."))
    if fold(changes.get("name", programme.name)) != fold(programme.name):
        _check_name(changes["name"])
    _check_rubric(changes.get("rubric", programme.rubric))
    changed = put(programme, changes, among=EDITABLE)
    for name, chosen in (("teams", teams), ("sites", sites)):
        if chosen is not None and set(getattr(programme, name).all()) != set(chosen):
            getattr(programme, name).set(chosen)
            changed.append(name)
    if changed:
        audit.record(by=by, did="recognition.programme_edited", thing=programme, changes={"fields": changed}, at=at)
    return programme


@transaction.atomic
def archive_programme(*, programme: Programme, archived: bool, by: Person, at: datetime) -> None:
    """Begin no more rounds of it, or some again. Twice is once."""
    rows = Programme.objects.filter(pk=programme.pk, archived_at__isnull=archived)
    if rows.update(archived_at=at if archived else None):
        did = "recognition.programme_archived" if archived else "recognition.programme_restored"
        audit.record(by=by, did=did, thing=programme, at=at)


def _check_name(name: str) -> None:
    refuse_taken_name(Programme.objects.all(), name, _("Another programme has this name."))


def _check_rubric(rubric: Sequence[dict[str, Any]]) -> None:
    names = [fold(one["name"]) for one in rubric]
    if not FEWEST_CRITERIA <= len(rubric) <= MOST_CRITERIA:
        text = _("Name two to five criteria.")
    elif len(set(names)) < len(names):
        text = _("Two criteria have the same name.")
    elif any(len(one["anchors"]) != ANCHORS for one in rubric):
        text = _("Each criterion has five anchors, one to a line: from 1 to 5.")
    else:
        return
    raise Invalid(text)


@transaction.atomic
def create_round(
    *,
    programme: Programme,
    name: str,
    opens_on: date,
    closes_on: date,
    judge_by: date,
    announce_at: datetime,
    by: Person,
    at: datetime,
) -> Round:
    """A round, as a draft that only stewards see. Raises Invalid for days that are not in order."""
    if programme.is_archived:
        raise Refused(_("This programme is archived."))
    _check_round(programme, None, name, opens_on, closes_on, judge_by, announce_at)
    row = Round.objects.create(
        programme=programme, name=name, opens_on=opens_on, closes_on=closes_on, judge_by=judge_by,
        announce_at=announce_at, token=uuid4(), created_by=by, created_at=at,
    )  # fmt: skip
    audit.record(by=by, did="recognition.round_created", thing=row, at=at)
    return row


@transaction.atomic
def edit_round(*, round_: Round, by: Person, at: datetime, **changes: Any) -> Round:
    """Change name and days of a draft. Raises Refused once it is published: people go by its days."""
    row = hold_round(round_, State.DRAFT)
    _check_round(row.programme, row.pk, *(changes.get(name, getattr(row, name)) for name in DATES))
    if changed := put(row, changes, among=DATES):
        audit.record(by=by, did="recognition.round_edited", thing=row, changes={"fields": changed}, at=at)
    return row


def _check_round(
    programme: Programme,
    pk: int | None,
    name: str,
    opens_on: date,
    closes_on: date,
    judge_by: date,
    announce_at: datetime,
) -> None:
    errors: dict[str, list[str]] = {}
    if named(Round.objects.filter(programme=programme).exclude(pk=pk or 0), name) is not None:
        errors["name"] = [_("Another round of this programme has this name.")]
    if closes_on < opens_on:
        errors["closes_on"] = [_("This is before the first day to nominate.")]
    if judge_by <= closes_on:
        errors["judge_by"] = [_("The panel begins when nominating is over. Give it a day at least.")]
    if announce_at < local_days.is_over_everywhere_at(judge_by):
        errors["announce_at"] = [_("Judging has to be over everywhere by then. Choose a day after it, or later.")]
    if errors:
        raise Invalid(_("The days are not in order."), errors=errors)


def hold_round(round_: Round, *states: str) -> Round:
    """The round as it is now, held until the transaction ends. Raises Refused when it is in no state of these."""
    rows = Round.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
    (row,) = rows.filter(pk=round_.pk)
    if states and row.state not in states:
        raise Refused(_("Somebody else was quicker. See how it stands now."))
    return row


def step(round_: Round, before: str, after: str, **fields: Any) -> None:
    """From one state to the next, or not at all. Raises Refused when it is not where the caller thinks."""
    if not Round.objects.filter(pk=round_.pk, state=before).update(state=after, **fields):
        raise Refused(_("Somebody else was quicker. See how it stands now."))
    round_.refresh_from_db()


@transaction.atomic
def publish_round(*, round_: Round, by: Person, at: datetime) -> None:
    """From now on everybody sees it, and it opens on its day; it keeps the criteria that hold now.

    Raises Refused when its last day to nominate is over already.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=round_.programme_id)
    row = hold_round(round_, State.DRAFT)
    if at >= local_days.has_begun_somewhere_at(row.closes_on):
        raise Refused(_("Its last day to nominate has begun or is over. Change the days first."))
    step(round_, State.DRAFT, State.OPEN, published_at=at)
    Criterion.objects.bulk_create(
        Criterion(round=row, position=place, name=one["name"], anchors=one["anchors"])
        for place, one in enumerate(programme.rubric, start=1)
    )
    audit.record(by=by, did="recognition.round_published", thing=round_, at=at)
    signals.round_published.send(sender=Round, round_=round_, at=at)


@transaction.atomic
def cancel_round(*, round_: Round, reason: str, by: Person, at: datetime) -> None:
    """It is not awarded, for a reason that everybody reads. Raises Refused once it is announced or cancelled."""
    if not reason.strip():
        raise Invalid(_("Something is missing."), errors={"reason": [_("Say why. It is read by others.")]})
    row = hold_round(round_, State.DRAFT, *Round.RUNNING)
    step(round_, row.state, State.CANCELLED, cancelled_at=at, cancel_reason=reason)
    audit.record(by=by, did="recognition.round_cancelled", thing=round_, changes={"was": row.state}, at=at)
    signals.round_cancelled.send(sender=Round, round_=round_, at=at)
