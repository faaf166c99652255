"""What training tells people, and why not any more: words are made when they are sent, from what is true then."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.http import address_of
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from people.models import Leave
from training import policies, samples
from training.holding import HoldUps
from training.models import Assignment, Completion, Module, ModulePart, Nudge, SignOff
from training.models.assignments import zones_of
from training.reports.holdups import hold_ups_of
from training.reports.waits import first_before

Row = TypeVar("Row", bound=Model)
Told = Mapping[int, Content | Skip]
NOW_BOTH = {Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.NOW}
ESCALATED_AFTER = 3  # days
NUDGED = "nudge"  # begins the occurrence of a reminder that somebody asked for
BACK = "-back"  # ends the occurrence of what waited until somebody was back from leave
DONE = "done"  # the occurrence that says that what was late is done


def day_name(day: date) -> str:
    """Of a due day, in the name of an occurrence: a day that was moved is reminded of anew."""
    return day.isoformat()


def nudge_name(day: date) -> str:
    """Of a reminder that somebody asked for on that day, where the reminded person is: one a day."""
    return f"{NUDGED}-{day.isoformat()}"


# --- what is to be taken --------------------------------------------------------------------------------------------


def each(due: Sequence[Due], subjects: QuerySet[Row]) -> Iterator[tuple[Due, Row | None]]:
    """Each with its subject, in its reader's words. Two queries."""
    found = subjects.in_bulk([one.subject_id for one in due])
    for one in due:
        with one.voice():
            yield one, found.get(one.subject_id)


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.select_related("module", "version", "person")


def _with_first(due: Sequence[Due]) -> QuerySet[Assignment]:
    """With what has to be done `first`; for notices to the learners themselves."""
    learners = [one.recipient for one in due if one.recipient]
    return _assignments().annotate(first=first_before(due[0].at, zones_of(learners, due[0].at)))


def _comes_first(assignment: Assignment) -> list[str]:
    """Of what can't be started yet: the line that says why."""
    name = assignment.first  # type: ignore[attr-defined]
    return [_("“%(module)s” comes first.") % {"module": name}] if name else []


def _own(due: Sequence[Due], tell: Callable[[Due, Assignment], Content | Skip]) -> Told:
    """For the learner's own notices: nothing about what is over, or somebody else's."""
    told: dict[int, Content | Skip] = {}
    if not due:
        return told
    away = _away([one.recipient.pk for one in due if one.recipient], due)
    for one, assignment in each(due, _with_first(due)):
        if assignment is None or one.recipient is None or assignment.person_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        elif not assignment.is_open:
            told[one.pk] = Skip(assignment.state)
        elif one.recipient.pk in away:
            told[one.pk] = Skip("on leave")
        else:
            told[one.pk] = tell(one, assignment)
    return told


def _away(people: Collection[int], due: Sequence[Due]) -> set[int]:
    """Who of these is on leave at the moment of telling: one for all of them."""
    return Leave.objects.away(people, due[0].at) if due else set()


def _assigned(due: Sequence[Due]) -> Told:
    return _own(due, lambda _one, assignment: _of_assigned(assignment))


def _of_assigned(assignment: Assignment) -> Content:
    minutes = assignment.minutes
    about = [ngettext("It takes %(n)d minute.", "It takes about %(n)d minutes.", minutes) % {"n": minutes}]
    if assignment.reason == Assignment.Reason.RENEWAL:
        title = _("“%(module)s” can be renewed now") % {"module": assignment.module}
        about.insert(0, _("What you completed runs out soon. Renewed in time, no day is lost."))
    else:
        title = _("To take: %(module)s") % {"module": assignment.module}
        about = [assignment.note, *about] if assignment.note else about
    if assignment.due_on:
        about.append(_("Due on %(day)s.") % {"day": date_format(assignment.due_on, "D j M Y")})
    first = _comes_first(assignment)
    return Content(
        title=title,
        text=[*about, *first],
        href=assignment.get_absolute_url(),
        action=_("See") if first else _("Start"),
        next=_("The next comes a week before it is due, if it is still open.") if assignment.due_on else "",
        thread=f"assignment-{assignment.pk}",
    )


def _due(due: Sequence[Due]) -> Told:
    if not due:
        return {}
    nudges, zones = _nudges(due), zones_of([one.recipient for one in due if one.recipient], due[0].at)
    rows = Assignment.objects.filter(pk__in=[one.subject_id for one in due])
    held_up = hold_ups_of(rows, at=due[0].at, zones=zones)
    return _own(due, lambda one, assignment: _of_due(one, assignment, held_up, nudges))


def _nudges(due: Sequence[Due]) -> dict[tuple[int, str], str]:
    """By assignment and occurrence, the name of who asked for the reminder."""
    asked = [one.subject_id for one in due if one.occurrence.startswith(NUDGED)]
    if not asked:
        return {}
    made = Nudge.objects.filter(assignment__in=asked).select_related("by")
    return {(nudge.assignment_id, nudge_name(nudge.on)): nudge.by.name for nudge in made}


def _of_due(
    one: Due,
    assignment: Assignment,
    held_up: HoldUps,
    nudges: Mapping[tuple[int, str], str],
) -> Content | Skip:
    nudged_by = nudges.get((assignment.pk, one.occurrence))
    if assignment.due_on is None or not (nudged_by or one.occurrence.startswith(day_name(assignment.due_on))):
        return Skip("moved")
    if held_up.waits_on_observers(assignment.pk):
        return Skip("waits on an observer")
    days = (one.at.astimezone(assignment.person.zone).date() - assignment.due_on).days
    if days > 0 and (cause := held_up.by(assignment.pk, assignment.due_on)):
        return Skip({"observer": "waits on an observer", "session": "no session offered"}[cause])
    names = {"module": assignment.module, "days": abs(days)}
    if days > 0:
        title = ngettext("%(module)s: overdue for a day", "%(module)s: overdue for %(days)d days", days) % names
    elif days == 0:
        title = _("%(module)s: due today") % names
    else:
        title = ngettext("%(module)s: due tomorrow", "%(module)s: due in %(days)d days", -days) % names
    minutes = assignment.minutes
    text = [ngettext("It takes %(n)d minute.", "It takes about %(n)d minutes.", minutes) % {"n": minutes}]
    if nudged_by:
        text.insert(0, _("%(name)s asks you to take it.") % {"name": nudged_by})
    first = _comes_first(assignment)
    return Content(
        title=title,
        text=[*text, *first],
        href=assignment.get_absolute_url(),
        action=_("See") if first else _("Go on") if assignment.started_at else _("Start"),
        next=_("The next comes later each time, if it is still open."),
        thread=f"assignment-{assignment.pk}",
    )


# --- the line manager -----------------------------------------------------------------------------------------------


def _late(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    learners = Assignment.objects.filter(pk__in=[one.subject_id for one in due]).values_list("person", flat=True)
    away = _away(set(learners), due)
    for one, assignment in each(due, _assignments()):
        if (
            assignment is None
            or one.recipient is None
            or not policies.can_view_training_of(one.recipient, assignment.person)
        ):
            told[one.pk] = Skip("not visible")
        elif one.occurrence == DONE:
            told[one.pk] = _of_resolved(one, assignment)
        elif assignment.person_id in away:
            told[one.pk] = Skip("on leave")
        else:
            told[one.pk] = _of_late(one, assignment)
    return told


def _of_late(one: Due, assignment: Assignment) -> Content | Skip:
    if not assignment.is_open:
        return Skip("over")
    if assignment.due_on is None or one.occurrence.removesuffix(BACK) != day_name(assignment.due_on):
        return Skip("moved")
    day = date_format(assignment.due_on, "D j M")
    return Content(
        title=_("%(name)s is late with “%(module)s”") % {"name": assignment.person.name, "module": assignment.module},
        text=[_("It was due on %(day)s. Perhaps an hour to take it is all that is missing.") % {"day": day}],
        href=assignment.get_absolute_url(),
        action=_("See how far, give more time"),
        next=_("No other comes about this, until it is done."),
        thread=f"assignment-{assignment.pk}",
    )


def _of_resolved(one: Due, assignment: Assignment) -> Content | Skip:
    if not any(one.beside.values()):
        return Skip("was not told")  # whoever never heard that it is late need not hear that it is done
    if assignment.state != Assignment.State.COMPLETED:
        return Skip("not completed")
    names = {"name": assignment.person.name, "module": assignment.module}
    return Content(
        title=_("%(name)s has completed “%(module)s”") % names,
        text=[_("It was late; now it is done.")],
        href=assignment.get_absolute_url(),
        action=_("See it"),
        thread=f"assignment-{assignment.pk}",
    )


# --- what nobody asks for -------------------------------------------------------------------------------------------


def _expiring(due: Sequence[Due]) -> Told:
    keys = [one.subject_id for one in due]
    theirs = Completion.objects.filter(pk__in=keys)
    last = set(theirs.latest().values_list("pk", flat=True))
    again = Assignment.objects.open().filter(person=OuterRef("person"), module=OuterRef("module"))
    under_way = set(theirs.filter(Exists(again)).values_list("pk", flat=True))
    told: dict[int, Content | Skip] = {}
    for one, completion in each(due, Completion.objects.select_related("module")):
        if completion is None or one.recipient is None or completion.person_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        elif completion.pk not in last or completion.expires_on is None or completion.module.archived_at:
            told[one.pk] = Skip("over")
        elif completion.pk in under_way:
            told[one.pk] = Skip("under way")
        else:
            day = date_format(completion.expires_on, "D j M")
            told[one.pk] = Content(
                title=_("“%(module)s” holds until %(day)s") % {"module": completion.module, "day": day},
                text=[_("You took it because you chose to, so nobody asks it of you again.")],
                href=completion.module.get_absolute_url(),
                action=_("Take it again"),
                next=_("No other comes about this."),
                thread=f"completion-{completion.pk}",
            )
    return told


def _review(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    for one, module in each(due, Module.objects.all()):
        if module is None or one.recipient is None or module.owner_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        elif module.archived_at or module.review_on is None:
            told[one.pk] = Skip("over")
        elif not one.occurrence.startswith(day_name(module.review_on)):
            told[one.pk] = Skip("moved")
        else:
            day = date_format(module.review_on, "D j M Y")
            told[one.pk] = Content(
                title=_("To be reviewed: %(module)s") % {"module": module},
                text=[
                    _("Its review was set for %(day)s.") % {"day": day},
                    _("Does it still say how you work? When you have looked, set the next day."),
                ],
                href=module.get_absolute_url(),
                action=_("Look at it"),
                next=_("Another comes a month later, if the day stays."),
                thread=f"module-{module.pk}",
            )
    return told


# --- practice -------------------------------------------------------------------------------------------------------


def of_sign_offs(
    due: Sequence[Due],
    reader: Callable[[SignOff], int],
    tell: Callable[[SignOff], Content | Skip],
) -> Told:
    """For the one of the two whom it concerns."""
    rows = SignOff.objects.select_related("learner", "observer", "record__part", "record__assignment__module")
    told: dict[int, Content | Skip] = {}
    for one, sign_off in each(due, rows):
        if sign_off is None or one.recipient is None or reader(sign_off) != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        else:
            told[one.pk] = tell(sign_off)
    return told


def _to_judge(due: Sequence[Due]) -> Told:
    return of_sign_offs(due, lambda sign_off: sign_off.observer_id, _of_to_judge)


def _of_to_judge(sign_off: SignOff) -> Content | Skip:
    if sign_off.state != SignOff.State.WAITING:
        return Skip(sign_off.state)
    names = {"name": sign_off.learner.name, "practice": sign_off.record.part.title}
    day = date_format(sign_off.due_on, "D j M")
    handed_in = sign_off.record.part.kind == ModulePart.Kind.EVIDENCE
    title = _("%(name)s hands in: %(practice)s") if handed_in else _("%(name)s asks you to watch: %(practice)s")
    return Content(
        title=title % names,
        text=[str(sign_off.record.assignment.module), _("Please judge it by %(day)s.") % {"day": day}],
        href=address_of("training:sign-off-detail", sign_off.pk),
        action=_("See what to judge"),
        thread=f"sign-off-{sign_off.pk}",
    )


# --- kinds ----------------------------------------------------------------------------------------------------------

ASSIGNED = Kind(
    key="training.assigned",
    name=gettext_lazy("Something to take"),
    about=gettext_lazy("When a module was given to you, or can be renewed."),
    compose=_assigned,
    keeps=timedelta(days=3),
    sample=samples.assigned,
)
DUE = Kind(
    key="training.due",
    name=gettext_lazy("A module is due"),
    about=gettext_lazy(
        "A week and a day before it is due, on the day, and then at widening gaps; and when somebody reminds you."
    ),
    compose=_due,
    keeps=timedelta(hours=30),
    sample=samples.due,
)
LATE = Kind(
    key="training.late",
    name=gettext_lazy("Somebody of your line is late"),
    about=gettext_lazy("Once, three days after a module of somebody who reports to you was due; and when it is done."),
    compose=_late,
    follows=True,
    keeps=timedelta(days=3),
    sample=samples.late,
)
TO_JUDGE = Kind(
    key="training.to_judge",
    name=gettext_lazy("A practice to judge"),
    about=gettext_lazy("When a colleague asks you to watch their practice, and again when it is due."),
    compose=_to_judge,
    keeps=timedelta(days=3),
    sample=samples.to_judge,
)
EXPIRING = Kind(
    key="training.expiring",
    name=gettext_lazy("What you chose yourself runs out"),
    about=gettext_lazy("Once, when a module that nobody asked of you can be renewed."),
    compose=_expiring,
    keeps=timedelta(days=3),
    sample=samples.expiring,
)
REVIEW = Kind(
    key="training.review",
    name=gettext_lazy("A module to be reviewed"),
    about=gettext_lazy("On the day that was set for a module you own, and a month later."),
    compose=_review,
    keeps=timedelta(days=3),
    sample=samples.review,
)
KINDS = (ASSIGNED, DUE, LATE, TO_JUDGE, EXPIRING, REVIEW)
