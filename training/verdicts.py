"""What people are told of what was decided about them: a practice or a skill was judged, a completion revoked, a wait
for a seat ended in vain. No words of whoever judged: those stand on the page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.http import address_of
from notifications.kinds import Content, Due, Kind, Skip
from training import samples
from training.models import (
    Assignment,
    Booking,
    Completion,
    Module,
    ModulePart,
    PartRecord,
    Revocation,
    Session,
    SignOff,
    SkillSignOff,
)
from training.notices import Told, each, of_sign_offs

Key = tuple[int, int]  # person, module
MOST_DATES = 3


# --- what was done before an observer, or handed in, was judged ------------------------------------------------------


def _judged(due: Sequence[Due]) -> Told:
    return of_sign_offs(due, lambda sign_off: sign_off.learner_id, _of_judged)


def _of_judged(sign_off: SignOff) -> Content | Skip:
    if sign_off.judged_at is None:
        return Skip("not judged")
    accepted = sign_off.state == SignOff.State.ACCEPTED
    if sign_off.record.part.kind == ModulePart.Kind.EVIDENCE:
        title = _("Accepted: %(practice)s") if accepted else _("To be handed in anew: %(practice)s")
    else:
        title = _("Signed off: %(practice)s") if accepted else _("To be tried again: %(practice)s")
    return Content(
        title=title % {"practice": sign_off.record.part.title},
        text=[_("%(name)s has written what they saw.") % {"name": sign_off.observer.name}],
        href=address_of("training:sign-off-detail", sign_off.pk),
        action=_("Read it"),
        thread=f"sign-off-{sign_off.pk}",
    )


# --- a skill was judged ---------------------------------------------------------------------------------------------


def _skill_judged(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    keys = [one.subject_id for one in due]
    standing = set()
    if due:
        standing = set(SkillSignOff.objects.standing(due[0].at).filter(pk__in=keys).values_list("pk", flat=True))
    for one, sign_off in each(due, SkillSignOff.objects.select_related("skill", "by")):
        if sign_off is None or one.recipient is None or sign_off.person_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        elif sign_off.pk not in standing or sign_off.skill.archived_at:
            told[one.pk] = Skip("over")
        else:
            told[one.pk] = _of_skill_judged(sign_off)
    return told


def _of_skill_judged(sign_off: SkillSignOff) -> Content:
    names = {"skill": sign_off.skill, "level": sign_off.level}
    day = date_format(timezone.localtime(sign_off.at), "D j M")
    text = [_("%(name)s judged it on %(day)s.") % {"name": sign_off.by.name, "day": day}]
    if anchor := dict(sign_off.skill.anchors).get(sign_off.level):
        text.append(_("Level %(level)d: %(anchor)s") % {"level": sign_off.level, "anchor": anchor})
    if sign_off.valid_until:
        text.append(_("It holds until %(day)s.") % {"day": date_format(sign_off.valid_until, "D j M Y")})
    return Content(
        title=(_("%(skill)s: level %(level)d") if sign_off.level else _("%(skill)s: not yet")) % names,
        text=text,
        href=address_of("training:my-skills"),
        action=_("See what they saw"),
        thread=f"skill-{sign_off.skill_id}",
    )


# --- a completion was revoked ---------------------------------------------------------------------------------------


def _revoked(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    theirs = Completion.objects.filter(revocation__in=[one.subject_id for one in due])
    people, modules = {row.person_id for row in theirs}, {row.module_id for row in theirs}
    asked = _open_of(people, modules)
    counting = Completion.objects.latest().filter(person__in=people, module__in=modules)
    held = {(row.person_id, row.module_id): row for row in counting}
    offered = set(Module.objects.published().filter(pk__in=modules).values_list("pk", flat=True))
    for one, row in each(due, Revocation.objects.select_related("completion__module", "by")):
        if row is None or one.recipient is None or row.completion.person_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        else:
            key = (row.completion.person_id, row.completion.module_id)
            told[one.pk] = _of_revoked(row, asked.get(key), held.get(key), offered)
    return told


def _open_of(people: Iterable[int], modules: Iterable[int]) -> Mapping[Key, Assignment]:
    rows = Assignment.objects.open().filter(person__in=people, module__in=modules)
    return {(row.person_id, row.module_id): row for row in rows}


def _of_revoked(row: Revocation, asked: Assignment | None, held: Completion | None, offered: set[int]) -> Content:
    """Why, and what to do now: take what is asked, take it again, or nothing, when another completion counts."""
    module, name = row.completion.module, row.by.name
    day = date_format(row.completion.completed_on, "D j M Y")
    text = [_("Why: %(reason)s") % {"reason": row.reason}]
    href, action = address_of("training:transcript", row.completion.person_id), _("See what you completed")
    if asked is not None:
        due = date_format(asked.due_on, "D j M") if asked.due_on else ""
        text.append(_("It is asked of you again, due on %(day)s.") % {"day": due} if due else _("You have it open."))
        href, action = asked.get_absolute_url(), _("Take it again")
    elif held is not None:
        text.append(
            _("What you completed on %(day)s still counts.") % {"day": date_format(held.completed_on, "D j M Y")}
        )
    elif module.pk in offered:
        text.append(_("Take it again if you need it."))
        href, action = module.get_absolute_url(), _("Take it again")
    text.append(_("If you think that this is wrong, speak to %(name)s, who revoked it.") % {"name": name})
    return Content(
        title=_("Revoked: %(module)s, completed on %(day)s") % {"module": module, "day": day},
        text=text,
        href=href,
        action=action,
        thread=f"completion-{row.completion_id}",
    )


# --- a wait ended without a seat ------------------------------------------------------------------------------------


def _waited(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    waits = Booking.objects.filter(pk__in=[one.subject_id for one in due]).select_related("assignment")
    settled = _settled([row.assignment_id for row in waits])
    sessions = Session.objects.with_title().in_bulk([row.session_id for row in waits])
    dates = _dates({row.module_id for row in sessions.values()}, due[0].at) if due else {}
    for one, row in each(due, waits):
        session = sessions[row.session_id] if row else None
        if row is None or session is None or one.recipient is None or row.person_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        elif session.is_cancelled:
            told[one.pk] = Skip("cancelled")
        elif not row.assignment.is_open or (row.assignment_id, row.part_key) in settled:
            told[one.pk] = Skip("over")
        else:
            told[one.pk] = _of_waited(session, dates)
    return told


def _settled(assignments: Collection[int]) -> set[tuple[int, str]]:
    """Assignments and keys of parts that are done by now, or for which there is another booking."""
    booked = Booking.objects.open().filter(assignment__in=assignments).values_list("assignment", "part_key")
    records = PartRecord.objects.filter(assignment__in=assignments, done_at__isnull=False)
    return {*booked, *records.values_list("assignment", "part__key")}


def _dates(modules: Iterable[int], at: datetime) -> Mapping[tuple[int, str], list[datetime]]:
    """By module and part, when the next sessions with a free seat begin."""
    found: dict[tuple[int, str], list[datetime]] = {}
    for row in Session.objects.to_come(at).filter(module__in=modules).with_seats().order_by("starts_at", "pk"):
        if not row.is_full:
            found.setdefault((row.module_id, row.part_key), []).append(row.starts_at)
    return found


def _of_waited(session: Session, dates: Mapping[tuple[int, str], list[datetime]]) -> Content:
    title: str = session.title  # type: ignore[attr-defined]
    free = dates.get((session.module_id, session.part_key), [])[:MOST_DATES]
    text = [str(session.module), _("It began, and no seat came free for you.")]
    if free:
        text.append(_("With free seats: %(dates)s") % {"dates": "; ".join(_day_and_hour(one) for one in free)})
    else:
        text.append(_("No other date has a free seat yet. Nobody is late for a session that was not offered to them."))
    return Content(
        title=_("No seat for you: %(title)s, %(when)s") % {"title": title, "when": _day_and_hour(session.starts_at)},
        text=text,
        href=session.module.get_absolute_url(),
        action=_("Choose another date") if free else _("See its dates"),
        thread=f"session-{session.pk}",
    )


def _day_and_hour(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F, H:i")


# --- kinds ----------------------------------------------------------------------------------------------------------

JUDGED = Kind(
    key="training.judged",
    name=gettext_lazy("Your practice was judged"),
    about=gettext_lazy("When your observer has written what they saw."),
    compose=_judged,
    keeps=timedelta(days=3),
    sample=samples.judged,
)
SKILL_JUDGED = Kind(
    key="training.skill_judged",
    name=gettext_lazy("Your skill was judged"),
    about=gettext_lazy("When somebody has said at which level of a skill you are."),
    compose=_skill_judged,
    keeps=timedelta(days=3),
    sample=samples.skill_judged,
)
REVOKED = Kind(
    key="training.revoked",
    name=gettext_lazy("A completion of yours was revoked"),
    about=gettext_lazy("When what you completed counts no more, with the reason and what to do now."),
    compose=_revoked,
    keeps=timedelta(days=7),
    sample=samples.revoked,
)
WAITED = Kind(
    key="training.waited",
    name=gettext_lazy("You waited and no seat came free"),
    about=gettext_lazy("When a session for which you were on the waiting list began without you."),
    compose=_waited,
    keeps=timedelta(days=3),
    sample=samples.waited,
)
KINDS = (JUDGED, SKILL_JUDGED, REVOKED, WAITED)
