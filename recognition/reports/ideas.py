"""Ideas as pages list and show them; and who is to be told of one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from foundation.work import WorkItem
from people.models import Person, Role, RoleGrant, Team
from recognition import idea_policies, local_days
from recognition.models import Answer, Idea, Recognition, Second
from recognition.models.ideas import IdeaQuerySet
from recognition.models.posts import RecognitionQuerySet
from recognition.reports.wall import with_people

PAGE, MOST = 20, 50
ORDER = ("-proposed_at", "-pk")
QUEUE_ORDER = ("answer_by", "pk")
STATES = {
    "waiting": (Idea.State.PROPOSED,),
    "answered": Idea.VERDICTS,
    "doing": (Idea.State.DOING,),
    "done": (Idea.State.DONE,),
}
PEOPLE = ("full_name", "preferred_name", "photo", "is_active")


@dataclass(frozen=True)
class Filter:
    """What of the ideas is asked for; nothing: all of them. `state`: a key of STATES."""

    state: str = ""
    team: Team | None = None
    mine: bool = False


@dataclass(frozen=True)
class Line:
    """One idea as a list shows it. `author`: None where the reader does not learn whose it is."""

    idea: Idea
    author: Person | None
    is_overdue: bool


def listed(reader: Person, chosen: Filter) -> IdeaQuerySet:
    """What the reader may see of them, with all that its lines need, in no order yet. Of what was taken down, one reads
    among one's own."""
    found = Idea.objects.visible_to(reader)
    found = found.filter(author=reader) if chosen.mine else found.shown()
    if chosen.state in STATES:
        found = found.filter(state__in=STATES[chosen.state])
    if chosen.team:
        found = found.filter(team__in=Team.objects.below([chosen.team.pk]))
    return with_who_knows(found.select_related("author", "team", "doer"), reader)


def with_who_knows(found: IdeaQuerySet, reader: Person) -> IdeaQuerySet:
    """With `knows`: whether the reader may know whose each is. No query more."""
    hidden = Idea.objects.unnamed_to(reader).filter(pk=OuterRef("pk"))
    return found.annotate(knows=~Exists(hidden))


def lines_of(ideas: Iterable[Idea], *, at: datetime) -> list[Line]:
    """Of rows `with_who_knows`. No query."""
    return [Line(one, author_of(one), one.is_overdue(at)) for one in ideas]


def author_of(idea: Idea) -> Person | None:
    """Of a row `with_who_knows`: whose it is, if the reader may know."""
    return idea.author if idea.knows else None  # type: ignore[attr-defined]


def waiting_for(reader: Person, today: date) -> IdeaQuerySet:
    """What waits for an answer of the reader's: proposed, or put off until a day that has come. The first due first
    by QUEUE_ORDER."""
    again = Q(state=Idea.State.LATER, look_again_on__lte=today)
    return Idea.objects.answerable_by(reader).filter(Q(state=Idea.State.PROPOSED) | again).select_related("team")


def to_do_for(reader: Person) -> IdeaQuerySet:
    """What the reader is to do."""
    return Idea.objects.filter(doer=reader, state__in=(Idea.State.ACCEPTED, Idea.State.DOING))


def work_for(person: Person, *, at: datetime) -> list[WorkItem]:
    """For *my work*: ideas that wait for the person's answer, and those that they are to do. One query."""
    today = at.astimezone(person.zone).date()
    again = Q(state=Idea.State.LATER, look_again_on__lte=today)
    asked = Q(pk__in=Idea.objects.answerable_by(person).values("pk")) & (Q(state=Idea.State.PROPOSED) | again)
    mine = Q(doer=person, state__in=(Idea.State.ACCEPTED, Idea.State.DOING))
    rows = Idea.objects.filter(asked | mine).order_by(*QUEUE_ORDER)[:MOST]
    return [_item(row, person) for row in rows]


def _item(idea: Idea, person: Person) -> WorkItem:
    kind, icon = _("Ideas"), "refresh"
    if idea.is_waiting:
        title, due = _("Answer an idea: %(title)s"), idea.answered_until(person)
        return WorkItem(kind, title % {"title": idea}, idea.get_absolute_url(), _("Answer"), due=due, icon=icon)
    if idea.state == Idea.State.LATER and idea.look_again_on:
        title, due = _("Look at an idea again: %(title)s"), local_days.last_second(idea.look_again_on, person.zone)
        return WorkItem(kind, title % {"title": idea}, idea.get_absolute_url(), _("Look at it"), due=due, icon=icon)
    title, due = _("Do: %(title)s"), local_days.last_second(idea.do_by or idea.answer_by, person.zone)
    return WorkItem(kind, title % {"title": idea}, idea.get_absolute_url(), _("Open it"), due=due, icon=icon)


@dataclass(frozen=True)
class Told:
    """All that stands on an idea's page beside it, for one reader. `seconds`: how many said that it would help them,
    too, for those who decide; None for others."""

    author: Person | None
    answers: Sequence[Answer]  # the latest first
    doers: Sequence[Person]
    seconds: int | None
    has_seconded: bool
    thanks: Sequence[Recognition]
    answers_it: bool

    @property
    def answer(self) -> Answer | None:
        return self.answers[0] if self.answers else None

    @property
    def earlier(self) -> Sequence[Answer]:
        return self.answers[1:]


def detail(idea: Idea, reader: Person) -> Told:
    """Of an idea `with_who_knows` that the reader may see."""
    answers_it = idea_policies.may_answer_idea(reader, idea)
    counted = Second.objects.filter(idea=idea).aggregate(n=Count("pk"), mine=Count("pk", filter=Q(person=reader)))
    return Told(
        author=author_of(idea),
        answers=list(idea.answers.select_related("by", "doer").order_by("-at", "-pk")) if idea.is_answered else [],
        doers=[person for person in idea.doers.order_by("full_name", "pk") if person.is_active] if idea.is_done else [],
        seconds=counted["n"] if answers_it or idea.author_id == reader.pk else None,
        has_seconded=bool(counted["mine"]),
        thanks=list(thanks_for(idea, reader)[:MOST]) if idea.is_done else [],
        answers_it=answers_it,
    )


def thanks_for(idea: Idea, reader: Person) -> RecognitionQuerySet:
    """Recognitions that celebrate it, as far as the reader sees them, the newest first."""
    found = Recognition.objects.visible_to(reader).shown().filter(idea=idea)
    return with_people(found).order_by("-posted_at", "-pk")


def with_answers(found: IdeaQuerySet) -> IdeaQuerySet:
    """With their answers, the latest first, and who did them. Two queries more."""
    answers = Answer.objects.select_related("by", "doer").order_by("-at", "-pk")
    return found.prefetch_related(Prefetch("answers", answers), "doers")


@dataclass(frozen=True)
class Answerers:
    """Who is told of an idea that waits: first who leads the team, later its stewards. Neither is its author."""

    leads: frozenset[int]
    stewards: frozenset[int]

    @property
    def first(self) -> frozenset[int]:
        return self.leads or self.stewards


def answerers_of(ideas: Collection[Idea], *, at: datetime) -> Mapping[int, Answerers]:
    """By the key of the idea. Of those who may answer (idea_policies.may_answer_idea) who leads most of the team: its
    own members before others, so that nobody's manager's manager is asked; and all its stewards. Three queries for all
    of the ideas."""
    teams = {one.team_id for one in ideas if one.team_id is not None}
    leads = _leads_of(teams)
    parents = dict(Team.objects.above(teams).values_list("pk", "parent"))
    stewards: dict[int | None, set[int]] = {}
    grants = RoleGrant.objects.in_force(at).covering(teams).filter(role=Role.STEWARD, person__is_active=True)
    for team, person in grants.values_list("team", "person"):
        stewards.setdefault(team, set()).add(person)
    return {
        one.pk: Answerers(
            _foremost(leads.get(one.team_id, ()), one.author_id),
            frozenset(_covering(stewards, one.team_id, parents) - {one.author_id}),
        )
        for one in ideas
    }


Lead = tuple[bool, int, int]  # whether of the team, how many of it they lead, who


def _leads_of(teams: Collection[int]) -> dict[int | None, list[Lead]]:
    members = Person.objects.active().filter(team__in=teams, manager__is_active=True).order_by()
    found: dict[int | None, list[Lead]] = {}
    counted = members.values_list("team", "manager", "manager__team").annotate(n=Count("pk"))
    for team, manager, managers_team, n in counted:
        found.setdefault(team, []).append((team == managers_team, n, cast(int, manager)))
    return found


def _foremost(leads: Iterable[Lead], author: int) -> frozenset[int]:
    others = [one for one in leads if one[2] != author]
    best = max((one[:2] for one in others), default=None)
    return frozenset(who for *rank, who in others if tuple(rank) == best)


def _covering(by_scope: Mapping[int | None, set[int]], team: int | None, parents: Mapping[int, int | None]) -> set[int]:
    """Those whose scope is everywhere, or the team or one above it."""
    found = set(by_scope.get(None, ()))
    while team is not None:
        found |= by_scope.get(team, set())
        team = parents.get(team)
    return found


def sealed_entries(reader: Person) -> Q:
    """Entries of the audit trail that would tell the reader whose an unnamed idea is."""
    whose = ("recognition.idea_proposed", "recognition.idea_withdrawn")
    hidden = Idea.objects.unnamed_to(reader).values("pk")
    return Q(did__in=whose, object_type="recognition.idea", object_id__in=hidden)


def done_since(since: datetime, until: datetime) -> IdeaQuerySet:
    """What was done in this time that everybody may read, the newest first."""
    found = Idea.objects.filter(is_open=True, state=Idea.State.DONE, done_at__gt=since, done_at__lte=until)
    return found.order_by(F("done_at").desc(), "-pk")
