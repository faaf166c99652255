"""What hiring tells people: its kinds of notices, and for each what to say, or why to say nothing any more.

Nothing here may tell a panellist of a colleague's judgement: each notice is composed for its reader, over rows that the
reader may see, and what rests on others' scorecards goes to those only to whom it is open (docs/domain/sealing.md).

Long because all its kinds and their words stand side by side, to be read as their readers get them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hiring import samples
from hiring.models import Application, Interview
from hiring.models.interviews import InterviewQuerySet, closed_to, owed_by
from hiring.reports.work import awaiting_decision
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from notifications.occurrences import named
from notifications.steps import hour_of
from people.models import Person

Told = Mapping[int, Content | Skip]
Words = str | Promise


def period_of(interview: Interview) -> str:
    """Names the hour an interview is planned for: one that was moved is reminded of anew."""
    return hour_of(interview.starts_at)


def outsider_of(interview: Interview) -> str:
    return f"candidate:{interview.application.candidate_id}"


# --- what is told ---------------------------------------------------------------------------------------------------


def each_for_reader(
    due: Sequence[Due], rows: Callable[[Person], InterviewQuerySet]
) -> Iterator[tuple[Due, Interview | None]]:
    """Each with its interview as its reader may see it, in that reader's words; two queries a reader."""
    for reader, theirs in groupby(
        sorted(due, key=lambda one: one.recipient.pk if one.recipient else 0), key=lambda one: one.recipient
    ):
        if reader is None:
            continue
        wanted = list(theirs)
        found = rows(reader).with_mask(reader).select_related("application__candidate", "application__opening", "stage")
        known = found.in_bulk([one.subject_id for one in wanted])
        for one in wanted:
            with one.voice():
                yield one, known.get(one.subject_id)


def _interview_coming(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    for one, interview in each_for_reader(due, Interview.objects.seating):
        if interview is None:
            told[one.pk] = Skip("not on the panel")
        elif reason := _is_off(interview, one):
            told[one.pk] = Skip(reason)
        else:
            told[one.pk] = Content(
                title=_("%(when)s: interview with %(candidate)s")
                % {"when": _when(interview.starts_at, one.at), "candidate": interview.label},
                text=_where(interview),
                href=interview.get_absolute_url(),
                action=_("Prepare"),
                next=_next_of_interview(interview, one),
                thread=f"interview-{interview.pk}",
            )
    return told


def _next_of_interview(interview: Interview, one: Due) -> str:
    if interview.starts_at - one.at <= timedelta(hours=1):
        return _("This is the last reminder of it.")
    return _("The next comes an hour before, in the portal.")


def each_for_candidate(due: Sequence[Due]) -> Iterator[tuple[Due, Interview | None, str]]:
    """Each with its interview, None when it is not this candidate's, in the candidate's hours, and the zone of those.
    One query."""
    interviews = Interview.objects.select_related(
        "application__candidate", "application__opening__hiring_manager", "stage"
    ).in_bulk([one.subject_id for one in due])
    for one in due:
        interview = interviews.get(one.subject_id)
        if interview is None or outsider_of(interview) != one.outsider:
            yield one, None, ""
            continue
        application = interview.application
        zone = application.candidate.time_zone or application.opening.hiring_manager.time_zone
        with one.voice(), timezone.override(ZoneInfo(zone)):
            yield one, interview, zone


def for_candidate(interview: Interview, zone: str, title: str, text: Sequence[str], **more: Any) -> Content | Skip:
    """What the candidate is written, without any word of who is on the panel."""
    candidate = interview.application.candidate
    if not candidate.email:
        return Skip("no address")
    return Content(
        title=title,
        text=text,
        thread=f"candidate-interview-{interview.pk}",
        name=candidate.full_name,
        address=candidate.email,
        zone=zone,
        **more,
    )


def _candidate_expected(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    for one, interview, zone in each_for_candidate(due):
        if interview is None:
            told[one.pk] = Skip("not invited")
        elif reason := _is_off(interview, one):
            told[one.pk] = Skip(reason)
        else:
            title = _("%(when)s: your interview with %(organisation)s") % {
                "when": _when(interview.starts_at, one.at), "organisation": settings.ORGANISATION_NAME,
            }  # fmt: skip
            place = [_("Where: %(place)s") % {"place": interview.place}] if interview.place else []
            text = [about_for_candidate(interview), *place, whose_times(zone)]
            told[one.pk] = for_candidate(interview, zone, title, text, next=_("No other reminder of it comes."))
    return told


def about_for_candidate(interview: Interview) -> str:
    return _("We look forward to meeting you about: %(opening)s.") % {"opening": interview.application.opening.title}


def whose_times(zone: str) -> str:
    return _("Times are those of %(zone)s.") % {"zone": zone.replace("_", " ")}


def _is_off(interview: Interview, one: Due) -> str:
    """Why an interview need not be reminded of; "" when it takes place as planned. Whether it has begun is told by the
    clock alone: the state turns to held with the first scorecard, of which whoever owes theirs must not learn."""
    if not interview.is_live:
        return "not taking place"
    if interview.application.state not in Application.IN_PLAY:
        return "decided"
    if period_of(interview) != one.occurrence:
        return "moved"
    return "begun" if interview.starts_at <= one.at else ""


# By occurrence; after the one that is not here there is silence.
_NEXT_OF_SCORECARD = {
    "1": gettext_lazy("The next comes in a day, if it is still open."),
    "2": gettext_lazy("The next comes in two days, if it is still open."),
}


def _scorecard_due(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}

    def owed(reader: Person) -> InterviewQuerySet:
        return Interview.objects.live().filter(owed_by(reader), application__state__in=Application.IN_PLAY)

    latest = _latest(due)
    for one, interview in each_for_reader(due, owed):
        if interview is None or one.occurrence != latest[_whom(one)]:
            told[one.pk] = Skip("not owed" if interview is None else "a later one goes")
            continue
        names = {"candidate": interview.label}
        title = _("Your scorecard of %(candidate)s is due") if one.occurrence == "1" else (
            _("Still open: your scorecard of %(candidate)s")
        )  # fmt: skip
        text = {
            "1": [_("Write it while the answers are fresh: what you rate without notes you rate by impression.")],
            "2": [_("Until all scorecards are in, nobody on the panel can go on.")],
        }.get(one.occurrence, [_("If it stays open, we tell the recruiter that it is missing.")])
        told[one.pk] = Content(
            title=title % names,
            text=[f"{interview.application.opening} · {interview.stage}", *text],
            href=reverse("hiring:scorecard-fill", args=[interview.pk]),
            action=_("Write the scorecard"),
            next=str(_NEXT_OF_SCORECARD.get(one.occurrence) or _("This is the last reminder.")),
            thread=f"interview-{interview.pk}",
        )
    return told


def _latest(due: Sequence[Due]) -> dict[tuple[Any, ...], str]:
    """After a weekend or an outage several are due at once: the latest says it all."""
    latest: dict[tuple[Any, ...], str] = {}
    for one in due:
        latest[_whom(one)] = max(latest.get(_whom(one), ""), one.occurrence)
    return latest


def _whom(one: Due) -> tuple[Any, ...]:
    return one.subject_id, one.recipient, one.channel


def _scorecard_missing(due: Sequence[Due]) -> Told:
    return _still_sealed(
        due,
        gettext_lazy("Scorecards of %(candidate)s are missing"),
        gettext_lazy("%(submitted)d of %(required)d are in, four days after the interview."),
        gettext_lazy("The panel was reminded three times and will not be again: speak to them, or break the seal."),
    )


def _seal_closed(due: Sequence[Due]) -> Told:
    return _still_sealed(
        due,
        gettext_lazy("A week later, %(candidate)s is still sealed"),
        gettext_lazy("%(submitted)d of %(required)d scorecards are in."),
        gettext_lazy("Nobody can go on before: ask the recruiter to change the panel or to break the seal."),
    )


def _still_sealed(due: Sequence[Due], title: Words, progress: Words, advice: Words) -> Told:
    told: dict[int, Content | Skip] = {}
    for one, interview in each_for_reader(due, _unrevealed):
        reason = _not_missing(interview)
        if interview is None or reason:
            told[one.pk] = Skip(reason)
        else:
            count = {"submitted": interview.submitted, "required": interview.required}
            told[one.pk] = Content(
                title=str(title) % {"candidate": interview.label},
                text=[*_where(interview), str(progress) % count, str(advice)],
                href=interview.get_absolute_url(),
                action=_("See who"),
                next=_("It comes only once."),
                thread=f"interview-{interview.pk}",
            )
    return told


def _unrevealed(reader: Person) -> InterviewQuerySet:
    return Interview.objects.live().visible_to(reader).with_progress()


def _not_missing(interview: Interview | None) -> str:
    """Why nobody is told that scorecards are missing; "" when they are, and the reader may know it."""
    if interview is None or interview.application.state not in Application.IN_PLAY:
        return "not visible"
    if interview.owes_scorecard:
        return "sealed"  # whoever owes a scorecard learns nothing of others'
    return "revealed" if interview.revealed_at else ""


def _decision_waiting(due: Sequence[Due]) -> Told:
    """About a stage: one notice for all candidates on whom its reader may decide there."""
    told: dict[int, Content | Skip] = {}
    latest = _latest(due)
    for one in due:
        if one.recipient is None or one.occurrence != latest[_whom(one)]:
            told[one.pk] = Skip("a later one goes")
            continue
        may_judge = Application.objects.judgement_visible_to(one.recipient).filter(stage=one.subject_id)
        waiting = list(
            awaiting_decision(may_judge).with_mask(one.recipient).select_related("candidate", "opening", "stage")
        )
        with one.voice():
            told[one.pk] = _decide(one, waiting) if waiting else Skip("decided")
    return told


_NEXT_OF_DECISION = {
    "1": gettext_lazy("The next comes in three days, if nothing is decided by then."),
    "2": gettext_lazy("The next comes in a week, if nothing is decided by then."),
}


def _decide(one: Due, waiting: Sequence[Application]) -> Content | Skip:
    first: Any = waiting[0]
    if not one.occurrence.startswith(named(first.waiting_since)):
        return Skip("decided")  # on whom the reminder was; of the next one there is another
    days = (one.at - first.waiting_since).days
    names = {"candidate": first.label, "count": len(waiting)}
    several = len(waiting) > 1
    title = _("%(count)d candidates wait for your decision") if several else _("%(candidate)s waits for your decision")
    since = ngettext("For %(days)d day all scorecards are in.", "For %(days)d days all scorecards are in.", days)
    return Content(
        title=title % names,
        text=[f"{first.opening} · {first.stage}", since % {"days": days}, _("Good candidates do not wait long.")],
        href=reverse("hiring:stage-compare", args=[first.stage_id]) if several else first.get_absolute_url(),
        action=_("Compare") if several else _("Decide"),
        next=str(_NEXT_OF_DECISION.get(one.occurrence.rpartition("-")[2]) or _("This is the last reminder.")),
        thread=f"stage-{first.stage_id}",
    )


def _when(moment: datetime, at: datetime) -> str:
    """ "Tomorrow, 10:00" in the zone and language in force."""
    local, today = timezone.localtime(moment), timezone.localtime(at).date()
    day = {0: _("Today"), 1: _("Tomorrow")}.get((local.date() - today).days) or date_format(local, "l j F")
    return f"{day}, {date_format(local, 'H:i')}"


def _where(interview: Interview) -> list[str]:
    lines = [f"{interview.application.opening} · {interview.stage}"]
    return [*lines, interview.place] if interview.place else lines


def _closed_interviews(person: Person) -> list[int]:
    """Those of which the person may not learn how far they are, as an operator who sits on a panel."""
    return list(Interview.objects.filter(closed_to(person)).values_list("pk", flat=True))


def _closed_stages(person: Person) -> list[int]:
    return list(Interview.objects.filter(closed_to(person)).values_list("application__stage", flat=True))


# --- the kinds ------------------------------------------------------------------------------------------------------

INTERVIEW_TOMORROW = Kind(
    key="hiring.interview_tomorrow",
    name=gettext_lazy("Interview tomorrow"),
    about=gettext_lazy("You get this a day before an interview on whose panel you sit."),
    compose=_interview_coming,
    keeps=timedelta(hours=23),
    repeats=True,
    sample=samples.interview_tomorrow,
    closed_to=_closed_interviews,
)
INTERVIEW_SOON = Kind(
    key="hiring.interview_soon",
    name=gettext_lazy("Interview in an hour"),
    about=gettext_lazy("You get this an hour before an interview on whose panel you sit."),
    compose=_interview_coming,
    urgency="high",
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.NEVER},
    keeps=timedelta(hours=1),
    repeats=True,
    sample=samples.interview_soon,
    closed_to=_closed_interviews,
)
CANDIDATE_TOMORROW = Kind(
    key="hiring.candidate_tomorrow",
    name=gettext_lazy("Candidate's interview tomorrow"),
    about=gettext_lazy("You get this because you have an interview with us."),
    compose=_candidate_expected,
    cadence={Channel.MAIL: Cadence.NOW},
    keeps=timedelta(hours=20),
    repeats=True,
    fixed=gettext_lazy("It goes to candidates, who have no account."),
    stops=gettext_lazy("Reminders of your interviews with us."),
    sample=samples.candidate_tomorrow,
    closed_to=_closed_interviews,
)
SCORECARD_DUE = Kind(
    key="hiring.scorecard_due",
    name=gettext_lazy("Scorecard due"),
    about=gettext_lazy(
        "You get this when an interview is over and your scorecard is not in: at its end, then after 1 and 3 days."
    ),
    compose=_scorecard_due,
    keeps=timedelta(days=3),  # over a long weekend
    sample=samples.scorecard_due,
    closed_to=_closed_interviews,
)
SCORECARD_MISSING = Kind(
    key="hiring.scorecard_missing",
    name=gettext_lazy("Scorecards missing"),
    about=gettext_lazy("You get this once, when scorecards of an opening of yours are still out after four days."),
    compose=_scorecard_missing,
    keeps=timedelta(days=3),
    sample=samples.scorecard_missing,
    closed_to=_closed_interviews,
)
SEAL_CLOSED = Kind(
    key="hiring.seal_closed",
    name=gettext_lazy("Still sealed after a week"),
    about=gettext_lazy(
        "You get this once, when an interview for an opening you decide on is still sealed a week later."
    ),
    compose=_seal_closed,
    keeps=timedelta(days=3),
    sample=samples.seal_closed,
    closed_to=_closed_interviews,
)
DECISION_WAITING = Kind(
    key="hiring.decision_waiting",
    name=gettext_lazy("Decision waiting"),
    about=gettext_lazy(
        "You get this when all scorecards of a candidate are in and you have not decided: after 2, 5 and 12 days."
    ),
    compose=_decision_waiting,
    urgency="low",
    keeps=timedelta(days=3),
    sample=samples.decision_waiting,
    closed_to=_closed_stages,
)
KINDS = (
    INTERVIEW_TOMORROW,
    INTERVIEW_SOON,
    CANDIDATE_TOMORROW,
    SCORECARD_DUE,
    SCORECARD_MISSING,
    SEAL_CLOSED,
    DECISION_WAITING,
)
