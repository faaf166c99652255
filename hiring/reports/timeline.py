"""One application's page: what happened, how it was scored, and what comes next, as this reader may know it.

Whoever owes a scorecard on the application is told nothing that rests on others' scorecards: no reveal, no decision,
and no move that only a decision makes. Where the candidate's identity is hidden, no words that people wrote are shown:
they may name the person (docs/domain/candidates.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Literal

from django.utils.translation import gettext as _

from hiring import rule as rules
from hiring.combination import disagreement_from_parts, from_parts, pool, shown
from hiring.comparison import Standing, standing_alone
from hiring.models import (
    Application,
    ApplicationFile,
    ApplicationNote,
    Decision,
    Interview,
    Stage,
    StageMove,
    StageScore,
)
from hiring.reports.interviews import Row as InterviewRow
from people.models import Person

MOST = 200  # of one kind; an application with more has gone wrong in another way


def named(who: str) -> tuple[str, str]:
    """The columns that a line needs of whoever did something."""
    return f"{who}__full_name", f"{who}__preferred_name"


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `body` is what somebody wrote; `href` is where the line leads."""

    at: datetime | date
    text: str
    icon: str
    who: Person | None = None
    body: str = ""
    href: str = ""
    tone: str = "plain"

    @property
    def place(self) -> datetime:
        """Where it stands among the others: a day begins before anything that happened on it."""
        return self.at if isinstance(self.at, datetime) else datetime.combine(self.at, time.min, UTC)


@dataclass(frozen=True)
class Step:
    """One stage of the opening as this application sees it."""

    stage: Stage
    state: Literal["done", "current", "todo"]


@dataclass(frozen=True)
class Result:
    """The score of one revealed stage, in numbers that go together."""

    stage: Stage
    standing: Standing[int]
    rule_number: int

    @property
    def value(self) -> str:
        return str(shown(self.standing.score.value)) if self.standing.score.value is not None else ""

    @property
    def interval(self) -> str:
        found = self.standing.interval
        if found is None:
            return ""
        return _("%(low)s to %(high)s") % {"low": shown(found.low), "high": shown(found.high)}


@dataclass(frozen=True)
class Next:
    """The one thing to do now. `kind` says how the page offers it."""

    kind: Literal["", "score", "interview", "schedule", "move", "decide"]
    href: str = ""
    label: str = ""
    stage: Stage | None = None


def events_of(
    person: Person,
    application: Application,
    stages: Iterable[Stage],
    interviews: Iterable[Interview],
    files: Iterable[ApplicationFile],
) -> list[Event]:
    """What happened, newest first; `application` was loaded with_mask, `stages` are the opening's, the rest is what the
    person may see of it. Three queries."""
    known = {stage.pk: stage for stage in stages}
    decisions = list(_decisions(person, application))
    told = {(decision.at, decision.to_stage_id) for decision in decisions}
    events = [
        *_moves(application, known, told),
        *(_decision(decision, application, known) for decision in decisions),
        *_interviews(application, interviews),
        *_notes(person, application),
        *_files(files),
    ]
    source = "" if application.is_masked else str(application.get_source_display())
    first = Event(application.applied_on, _("Applied"), "plus", body="")
    if source:
        first = Event(application.applied_on, _("Applied, source: %(source)s") % {"source": source}, "plus")
    return [*sorted(events, key=lambda event: event.place, reverse=True), first]


def steps_of(application: Application, stages: Iterable[Stage]) -> list[Step]:
    """The opening's stages in order, as done, current and to do."""
    here = application.stage.position
    hired = application.state == Application.State.HIRED
    return [
        Step(stage, "done" if hired or stage.position < here else "current" if stage.position == here else "todo")
        for stage in stages
    ]


def results_of(person: Person, application: Application, revealed: list[Stage]) -> list[Result]:
    """Scores of these stages, at which an interview of the application was revealed, in their order. One query."""
    scores: dict[int, dict[int, StageScore]] = {stage.pk: {} for stage in revealed}
    visible = StageScore.objects.visible_to(person).filter(stage__in=list(scores)).select_related("rule")
    for score in visible.only("application", "stage", "parts", "rule__number", "rule__document") if scores else ():
        scores[score.stage_id][score.application_id] = score
    results = []
    for stage in revealed:
        mine = scores[stage.pk].get(application.pk)
        if mine is None:
            continue  # there is a score, which this reader may not see
        # The interval rests on the spread of the whole stage, as on the comparison page.
        spread = pool(disagreement_from_parts(score.parts) for score in scores[stage.pk].values())
        compensatory = rules.parse(mine.rule.document).compensatory
        standing = standing_alone(application.pk, from_parts(mine.parts), spread, compensatory=compensatory)
        results.append(Result(stage, standing, mine.rule.number))
    return results


def next_of(
    application: Application, interviews: Iterable[InterviewRow], stages: list[Stage], *, recruits: bool, decides: bool
) -> Next:
    """What the page offers first. Rests on others' scorecards only where the reader owes none."""
    here = [row for row in interviews if row.interview.is_live and row.interview.stage_id == application.stage_id]
    own = next((row for row in interviews if row.interview.is_live and row.interview.owes_seat), None)
    if own is not None:
        return Next("score", own.href, own.action)
    if application.state not in Application.IN_PLAY:
        return Next("")
    if here and not any(row.interview.is_revealed for row in here):
        return Next("interview", here[0].href, _("Open the interview"))
    if application.owes_scorecard:
        return Next("")
    if application.state == Application.State.OFFERED or here:
        return Next("decide") if decides else Next("")
    if application.stage.kit_version_id is not None and recruits:
        return Next("schedule")
    following = next((stage for stage in stages if stage.position > application.stage.position), None)
    if following is not None and recruits and application.stage.kit_version_id is None:
        return Next("move", stage=following, label=_("Move to %(stage)s") % {"stage": following})
    return Next("decide") if decides else Next("")


def may_be_interviewed(application: Application, interviews: Iterable[InterviewRow], stages: Iterable[Stage]) -> bool:
    """Whether to offer another interview: there is one at this stage or later, and none is waiting here that the reader
    may know to be the last."""
    here = application.stage.position
    waiting = any(
        row.interview.stage_id == application.stage_id
        and row.interview.is_live
        and (application.owes_scorecard or not row.interview.is_revealed)
        for row in interviews
    )
    kits = any(stage.kit_version_id is not None and stage.position >= here for stage in stages)
    return application.state in Application.IN_PLAY and kits and not waiting


# --- kinds of event -------------------------------------------------------------------------------------------------


def _moves(
    application: Application, stages: Mapping[int, Stage], told: set[tuple[datetime, int | None]]
) -> Iterable[Event]:
    """Steps from stage to stage, but those that a decision in the same list tells already."""
    moves = StageMove.objects.filter(application=application).select_related("by")
    moves = moves.only("application", "from_stage", "to_stage", "at", "undone_at", *named("by"))
    for move in moves.order_by("-at", "-pk")[:MOST]:
        before, after = stages.get(move.from_stage_id or 0), stages[move.to_stage_id]
        decided = before is not None and before.kit_version_id and after.position > before.position
        if (move.at, move.to_stage_id) in told or (decided and application.owes_scorecard):
            continue
        names = {"before": before or "", "after": after}
        text = _("Moved from %(before)s to %(after)s") if before else _("Began at %(after)s")
        if move.undone_at:
            text = _("Moved from %(before)s to %(after)s, then undone")
        yield Event(move.at, text % names, "arrow-right", move.by)


def _decisions(person: Person, application: Application) -> Iterable[Decision]:
    found = Decision.objects.visible_to(person).filter(application=application)
    found = found.select_related("by").only(
        *("application", "stage", "to_stage", "outcome", "reason", "departure", "at"), *named("by")
    )
    return found.order_by("-at", "-pk")[:MOST]


def _decision(decision: Decision, application: Application, stages: Mapping[int, Stage]) -> Event:
    said = {
        Decision.Outcome.ADVANCE: _("Advanced from %(stage)s to %(to)s"),
        Decision.Outcome.HOLD: _("Put on hold at %(stage)s"),
        Decision.Outcome.REJECT: _("Rejected at %(stage)s"),
        Decision.Outcome.OFFER: _("Offer made at %(stage)s"),
        Decision.Outcome.HIRE: _("Hired"),
        Decision.Outcome.WITHDRAW: _("Withdrew at %(stage)s"),
        Decision.Outcome.RECONSIDER: _("Reconsidered at %(stage)s"),
    }[Decision.Outcome(decision.outcome)]
    text = said % {"stage": stages[decision.stage_id], "to": stages.get(decision.to_stage_id or 0, "")}
    if decision.departure:
        text = _("%(decision)s; departs from the rule") % {"decision": text}
    body = "" if application.is_masked else decision.reason
    return Event(decision.at, text, "flag", decision.by, body, tone="warning" if decision.departure else "info")


def _interviews(application: Application, interviews: Iterable[Interview]) -> Iterable[Event]:
    """Scheduled, and revealed where the reader owes nothing. When one was called off is not on record: the list of
    interviews says that it was."""
    for interview in sorted(interviews, key=lambda each: (each.created_at, each.pk), reverse=True)[:MOST]:
        text = _("%(stage)s scheduled") % {"stage": interview.stage}
        yield Event(interview.created_at, text, "calendar", interview.created_by, href=interview.get_absolute_url())
        if interview.revealed_at is None or application.owes_scorecard:
            continue
        broken = interview.reveal == Interview.Reveal.BROKEN
        text = _("%(stage)s: the seal was broken") if broken else _("%(stage)s revealed: all scorecards are in")
        yield Event(
            interview.revealed_at,
            text % {"stage": interview.stage},
            "unlock",
            interview.revealed_by,
            "" if application.is_masked else interview.reveal_reason,
            interview.get_absolute_url(),
            "warning" if broken else "success",
        )


def _notes(person: Person, application: Application) -> Iterable[Event]:
    notes = ApplicationNote.objects.visible_to(person).filter(application=application).select_related("author")
    notes = notes.only("application", "text", "written_at", *named("author"))
    for note in notes.order_by("-written_at", "-pk")[:MOST]:
        yield Event(note.written_at, _("Note"), "message", note.author, note.text)


def _files(files: Iterable[ApplicationFile]) -> Iterable[Event]:
    for file in islice(files, MOST):
        text = _("File added: %(name)s") % {"name": file.name}
        yield Event(file.uploaded_at, text, "paperclip", file.uploaded_by, href=file.get_absolute_url())
