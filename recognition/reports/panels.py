"""What a judge reads and owes; who is too close to judge whom; how far a panel is, and what came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from foundation.http import address_of
from foundation.work import WorkItem
from people.models import Person
from recognition import policies
from recognition.blinding import blinded, names_of
from recognition.models import Argument, Ballot, Candidacy, Criterion, Judge, Mark, Nomination, Recusal, Round
from recognition.reports.awards import drafts_of

Why = Recusal.Why
WAITING = (Round.State.OPEN, Round.State.JUDGING, Round.State.TIED, Round.State.DECIDED)  # on somebody


def too_close(judge: Person, candidacies: Sequence[Candidacy]) -> dict[int, str]:
    """Which nominees of a round this person may not judge, and why. Four queries, however many."""
    keys = [one.pk for one in candidacies]
    if any(one.nominee_id == judge.pk for one in candidacies):
        return dict.fromkeys(keys, Why.NOMINEE)  # of those whom one wants to beat, none
    made = Nomination.objects.filter(candidacy__in=keys, nominator=judge).values_list("candidacy", flat=True)
    nominated = set(made)
    people = Person.objects.in_bulk([one.nominee_id for one in candidacies])
    above = Person.objects.lines_above([judge.pk, *people])
    found: dict[int, str] = {}
    for one in candidacies:
        nominee = people[one.nominee_id]
        if one.pk in nominated:
            found[one.pk] = Why.NOMINATOR
        elif nominee.team_id is not None and nominee.team_id == judge.team_id:
            found[one.pk] = Why.TEAM
        elif judge.pk in above[nominee.pk] or nominee.pk in above[judge.pk]:
            found[one.pk] = Why.LINE
    return found


def owed(round_: Round) -> set[tuple[int, int]]:
    """Which judge owes a ballot on which nominee. Four queries."""
    judges = Judge.objects.live().filter(round=round_).values_list("pk", flat=True)
    pairs = set(product(judges, round_.candidacies.values_list("pk", flat=True)))
    recused = Recusal.objects.filter(judge__round=round_).values_list("judge", "candidacy")
    cast = Ballot.objects.filter(judge__round=round_).values_list("judge", "candidacy")
    return pairs - set(recused) - set(cast)


def ballots_on(round_: Round) -> dict[int, int]:
    """How many there are on each nominee."""
    counted = round_.candidacies.annotate(cast=Count("ballots")).values_list("pk", "cast")
    return dict(counted.order_by("pk"))


def seat(person: Person, round_: Round) -> Judge | None:
    """The person's seat on the panel, while it is theirs."""
    return Judge.objects.live().filter(person=person, round=round_).first()


@dataclass(frozen=True)
class Case:
    """What a judge reads of one nominee before reveal: no name, and none of who nominated them."""

    candidacy: Candidacy
    is_done: bool
    said: Sequence[tuple[Criterion, Sequence[str]]]


def cases_for(judge: Judge, only: int | None = None) -> list[Case]:
    """The nominees that this judge judges, by number, with what speaks for them by each criterion. Four queries."""
    rows = Candidacy.objects.filter(round=judge.round_id).exclude(recusals__judge=judge)
    if only is not None:
        rows = rows.filter(pk=only)
    arguments = Prefetch("nominations__arguments", Argument.objects.order_by("pk"))
    rows = rows.select_related("nominee").prefetch_related(
        Prefetch("nominations", Nomination.objects.order_by("pk")), arguments
    )
    done = set(Ballot.objects.filter(judge=judge).values_list("candidacy", flat=True))
    criteria = list(Criterion.objects.filter(round=judge.round_id).order_by("position"))
    return [Case(row, row.pk in done, _said(row, criteria)) for row in rows.order_by("number")]


def _said(row: Candidacy, criteria: Sequence[Criterion]) -> list[tuple[Criterion, Sequence[str]]]:
    who = row.nominee
    names = names_of(who.full_name, who.preferred_name, who.email)
    words: dict[int, list[str]] = {one.pk: [] for one in criteria}
    for nomination in row.nominations.all():
        for argument in nomination.arguments.all():
            words[argument.criterion_id].append(blinded(argument.words, names, row.label))
    return [(one, words[one.pk]) for one in criteria]


@dataclass(frozen=True)
class Seat:
    """One judge for the stewards: how many ballots are in of how many, and nothing of what they say."""

    judge: Judge
    cast: int
    owed: int


def seats(round_: Round) -> list[Seat]:
    """The panel by name. Of the scores it tells nothing, nor of whom they are about."""
    left: dict[int, int] = {}
    for judge, _candidacy in owed(round_):
        left[judge] = left.get(judge, 0) + 1
    rows = Judge.objects.filter(round=round_).select_related("person").annotate(cast=Count("ballots"))
    return [Seat(row, row.cast, left.get(row.pk, 0)) for row in rows.order_by("person__full_name", "pk")]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Result:
    """One nominee once it is revealed: by whom nominated, and each judge's scores in the order of the criteria."""

    candidacy: Candidacy
    nominators: Sequence[Person]
    ballots: Sequence[tuple[Ballot, Sequence[int]]]
    recused: Sequence[Recusal]


def results(round_: Round) -> list[Result]:
    """Of a revealed round, the best first. For those who may see them: Round.objects.with_results_for."""
    marks = Prefetch("ballots__marks", Mark.objects.order_by("criterion__position"))
    ballots = Prefetch("ballots", Ballot.objects.select_related("judge__person").order_by("judge__person__full_name"))
    made = Prefetch("nominations", Nomination.objects.select_related("nominator").order_by("handed_in_at", "pk"))
    recused = Prefetch("recusals", Recusal.objects.select_related("judge__person").order_by("judge__person__full_name"))
    rows = round_.candidacies.select_related("nominee").prefetch_related(ballots, marks, made, recused)
    ordered = sorted(rows, key=lambda row: (not row.is_winner, -(row.mean or 0), -(row.lowest or 0), row.number))
    return [
        Result(
            row,
            [one.nominator for one in row.nominations.all()],
            [(ballot, [mark.score for mark in ballot.marks.all()]) for ballot in row.ballots.all()],
            list(row.recusals.all()),
        )
        for row in ordered
    ]


def work_for(person: Person, *, at: datetime) -> list[WorkItem]:
    """For *my work*: drafts of nominations, rounds on whose panel the person sits and owes ballots or a decision in
    writing, and approvals. One query for whoever has none of these."""
    drafts = Nomination.objects.filter(round=OuterRef("pk"), nominator=person, state=Nomination.State.DRAFT)
    seats = Judge.objects.live().filter(round=OuterRef("pk"), person=person)
    rounds = Round.objects.filter(state__in=WAITING).annotate(drafted=Exists(drafts), sits=Exists(seats))
    found = list(rounds.values_list("state", "drafted", "sits"))
    items: list[WorkItem] = []
    if any(drafted for _state, drafted, _sits in found):
        items += drafts_of(person, at)
    if any(sits for _state, _drafted, sits in found):
        items += _seats(person)
    if any(state == Round.State.DECIDED for state, _drafted, _sits in found):
        items += _approvals(person)
    return items


def _seats(person: Person) -> list[WorkItem]:
    rows = Judge.objects.live().filter(person=person, round__state__in=(Round.State.JUDGING, Round.State.TIED))
    rows = rows.select_related("round__programme").annotate(
        nominees=Count("round__candidacies", distinct=True),
        closed=Count("recusals", distinct=True),
        cast=Count("ballots", distinct=True),
    )
    items: list[WorkItem] = []
    for row in rows.order_by("round__judge_by", "pk"):
        left = row.nominees - row.closed - row.cast  # type: ignore[attr-defined]
        if row.round.state == Round.State.JUDGING and left > 0:
            items.append(_item(row.round, _("Judge: %(round)s"), _("Judge"), "judging", row.round.judged_until(person)))
        elif row.round.state == Round.State.TIED:
            items.append(_item(row.round, _("Tied, to be decided in writing: %(round)s"), _("Decide"), "round-results"))
    return items


def _approvals(person: Person) -> list[WorkItem]:
    rows = Round.objects.filter(state=Round.State.DECIDED).select_related("programme").order_by("announce_at", "pk")
    return [
        _item(row, _("Approve: %(round)s"), _("Look at it"), "round-results", row.announce_at)
        for row in rows
        if policies.can_approve(person, row)
    ]


def _item(round_: Round, title: str, action: str, page: str, due: datetime | None = None) -> WorkItem:
    href = address_of(f"recognition:{page}", round_.pk)
    return WorkItem(_("Awards"), title % {"round": round_}, href, action, due=due, icon="award")


def tied(candidacies: Collection[Result]) -> list[Candidacy]:
    """Those of the results between whom the panel decides."""
    return [one.candidacy for one in candidacies if one.candidacy.is_tied]


def marks_of(round_: Round) -> Mapping[int, list[list[int]]]:
    """For the count: each nominee's ballots as scores. One query."""
    found: dict[int, dict[int, list[int]]] = {}
    rows = Mark.objects.filter(Q(ballot__judge__round=round_)).order_by("ballot", "criterion__position")
    for candidacy, ballot, score in rows.values_list("ballot__candidacy", "ballot", "score"):
        found.setdefault(candidacy, {}).setdefault(ballot, []).append(score)
    return {candidacy: list(ballots.values()) for candidacy, ballots in found.items()}
