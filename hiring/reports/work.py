"""What waits on a person in hiring, for *my work*. Says nothing of others' scorecards to whoever owes one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.work import WorkItem
from hiring import policies
from hiring.models import Application, Decision, Interview, Opening
from hiring.models.candidates import ApplicationQuerySet
from hiring.models.interviews import owed_by
from hiring.models.openings import sees_all_openings
from hiring.models.sealing import seats_before_reveal
from people.models import Person

SOON = timedelta(days=7)
FEW = 3  # decisions of one stage that are listed one by one
MOST = 50  # of one kind; the lists behind the links hold the rest
# All that a row says of an application. Whole rows of four tables took longer to make than to find.
SAID = ("number", "candidate__full_name", "opening__title", "stage__name")
SAID_BY_INTERVIEW = ("starts_at", "ends_at", "stage__name", *(f"application__{name}" for name in SAID[:3]))


def work_for(person: Person, *, at: datetime) -> list[WorkItem]:
    """Scorecards to write, interviews to come, scorecards to chase, decisions to take, applications that stall.

    A fixed number of queries, however much there is.
    """
    items = [*_own_seats(person, at)]
    if policies.can_view_openings(person):
        items += [*_missing_scorecards(person, at), *_decisions(person), *_stalled(person, at)]
    return items


def named_openings(person: Person) -> QuerySet[Opening]:
    """Those that the person runs or decides on by name, not only by the reach of a role."""
    return Opening.objects.visible_to(person).filter(Q(recruiters=person) | Q(hiring_manager=person)).open()


def work_on_openings(person: Person, *, at: datetime) -> list[WorkItem]:
    """Scorecards to chase, decisions to take and applications that stall, of the openings with the person's name."""
    named = list(named_openings(person).values_list("pk", flat=True).distinct())
    if not named:
        return []
    return [*_missing_scorecards(person, at, named), *_decisions(person, named), *_stalled(person, at, named)]


def _own_seats(person: Person, at: datetime) -> Iterator[WorkItem]:
    seats = (
        Interview.objects.live()
        .filter(owed_by(person), starts_at__lte=at + SOON, application__state__in=Application.IN_PLAY)
        .with_mask(person)
        .select_related("application__candidate", "application__opening", "stage")
        .only(*SAID_BY_INTERVIEW)
        .order_by("starts_at", "pk")
    )
    for interview in seats[:MOST]:
        yield own_seat(interview, interview.label, at)


def own_seat(interview: Interview, candidate: str, at: datetime) -> WorkItem:
    """A scorecard that somebody owes, or the interview before it; `candidate` is what they may call the candidate."""
    over = interview.ends_at <= at
    running = interview.starts_at <= at < interview.ends_at
    return WorkItem(
        kind="scorecard" if over or running else "interview",
        title=(_("Your scorecard of %(candidate)s") if over else _("Interview with %(candidate)s"))
        % {"candidate": candidate},
        href=reverse("hiring:scorecard-fill", args=[interview.pk]) if over or running else interview.get_absolute_url(),
        action=_("Score") if over or running else _("Prepare"),
        meta=f"{interview.application.opening} · {interview.stage}",
        due=interview.ends_at if over or running else interview.starts_at,
        icon="pencil" if over or running else "calendar",
        tone="warning" if over else "info" if running else "plain",
    )


def _missing_scorecards(person: Person, at: datetime, of: Sequence[int] | None = None) -> Iterator[WorkItem]:
    """For recruiters off the panel: interviews that are over and whose scorecards are still out."""
    over = Interview.objects.live().filter(
        application__state__in=Application.IN_PLAY, ends_at__lte=at, revealed_at__isnull=True
    )
    if not sees_all_openings(person):
        over = over.filter(application__opening__in=Opening.objects.recruited_by(person))
    if of is not None:
        over = over.filter(application__opening__in=of)
    waiting = (
        over.exclude(seats_before_reveal(person, "application", owing=True))
        .with_mask(person)
        .with_progress()
        .select_related("application__candidate", "application__opening", "stage")
        .only(*SAID_BY_INTERVIEW)
        .order_by("ends_at", "pk")
    )
    for interview in waiting[:MOST]:
        yield WorkItem(
            kind="chase",
            title=_("Scorecards of %(candidate)s") % {"candidate": interview.label},
            href=interview.get_absolute_url(),
            action=_("See who"),
            meta=_("%(submitted)d of %(required)d in · %(opening)s")
            % {
                "submitted": interview.submitted,
                "required": interview.required,
                "opening": interview.application.opening,
            },
            due=interview.ends_at + timedelta(days=1),
            icon="clock",
        )


def awaiting_decision(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Applications whose interview at their stage is revealed and about which nobody has decided since: the longest
    waiting first, each with `waiting_since`."""
    revealed = Interview.objects.filter(
        application=OuterRef("pk"), stage=OuterRef("stage"), revealed_at__isnull=False, state=Interview.State.HELD
    )
    # Nothing was decided since the last reveal just where there is a reveal after which nothing was. Asked so, the
    # moment is looked up for the rows that wait, and not three times for every application in play.
    decided = Decision.objects.filter(application=OuterRef("application"), at__gte=OuterRef("revealed_at"))
    return (
        rows.filter(Exists(revealed.exclude(Exists(decided))), state=Application.State.ACTIVE)
        .annotate(waiting_since=revealed.order_by("-revealed_at").values("revealed_at")[:1])
        .order_by("waiting_since", "pk")
    )


def _decisions(person: Person, of: Sequence[int] | None = None) -> Iterator[WorkItem]:
    may_judge = Application.objects.judgement_visible_to(person)
    waiting = (
        awaiting_decision(may_judge if of is None else may_judge.filter(opening__in=of))
        .with_mask(person)
        .select_related("candidate", "opening", "stage")
        .only(*SAID)
    )
    by_stage: dict[int, list[Application]] = {}
    for application in waiting[:MOST]:
        by_stage.setdefault(application.stage_id, []).append(application)
    for applications in by_stage.values():
        if len(applications) > FEW:
            yield _decide_together(applications)
        else:
            yield from map(_decide_one, applications)


def _decide_one(application: Application) -> WorkItem:
    return WorkItem(
        kind="decision",
        title=_("Decide on %(candidate)s") % {"candidate": application.label},
        href=application.get_absolute_url(),
        action=_("Decide"),
        meta=f"{application.opening} · {application.stage}",
        due=_decision_due(application),
        icon="flag",
    )


def _decide_together(applications: list[Application]) -> WorkItem:
    """Many candidates of one stage are one piece of work, done at the comparison."""
    first = applications[0]
    return WorkItem(
        kind="decision",
        title=_("Decide on %(count)d candidates") % {"count": len(applications)},
        href=reverse("hiring:stage-compare", args=[first.stage_id]),
        action=_("Compare"),
        meta=f"{first.opening} · {first.stage}",
        due=_decision_due(first),
        icon="compare",
    )


def _decision_due(application: Application) -> datetime:
    """Two days after reveal."""
    since: datetime = application.waiting_since  # type: ignore[attr-defined]
    return since + timedelta(days=2)


def _stalled(person: Person, at: datetime, of: Sequence[int] | None = None) -> Iterator[WorkItem]:
    """One row an opening: how many applications have not moved for longer than their stage allows."""
    within = {} if of is None else {"opening__in": of}
    stalled = (
        Application.objects.filter(opening__in=Opening.objects.recruited_by(person).open())
        .filter(**within)
        .stalled(at)
        .order_by()
        .values_list("opening_id", "opening__title")
        .annotate(number=Count("pk"))
        .order_by("-number", "opening_id")
    )
    for opening, title, count in stalled[:MOST]:
        yield WorkItem(
            kind="stalled",
            title=title,
            href=reverse("hiring:opening-detail", args=[opening]) + "?stalled=1",
            action=_("Look"),
            meta=ngettext("%(count)d application has stalled", "%(count)d applications have stalled", count)
            % {"count": count},
            icon="pause",
        )
