"""What people are told of ideas: one waits for their answer, theirs was answered, they are to do one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.actions.notices import Notice
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from people.models import Person
from recognition import idea_policies, local_days
from recognition import idea_samples as samples
from recognition.models import Answer, Idea
from recognition.reports.ideas import Answerers

Told = Mapping[int, Content | Skip]
SAID = 280  # characters of somebody's words
NEW, SOON, LAST, LATE, AGAIN = "", "soon", "last", "late", "again"  # occurrences of what who answers is told
DONE, REMOVED = "done", "removed"  # and of what its author is told, beside the key of an answer
BEFORE = 3  # days before the last one


def _each(due: Sequence[Due], say: Callable[[Idea, Person, Due], Content | Skip]) -> Told:
    """What to tell each of their idea, in their language."""
    rows = Idea.objects.select_related("team").in_bulk({one.subject_id for one in due})
    told: dict[int, Content | Skip] = {}
    for one in due:
        row = rows.get(one.subject_id)
        if row is None or one.recipient is None or not one.recipient.is_active:
            told[one.pk] = Skip("not visible")
        else:
            with one.voice():
                told[one.pk] = say(row, one.recipient, one)
    return told


def _about(idea: Idea, title: str, text: Sequence[str], action: str) -> Content:
    said = [Truncator(part).chars(SAID) for part in text if part]
    href = idea.get_absolute_url()
    return Content(title=title % {"title": idea}, text=said, href=href, action=action, thread=f"idea-{idea.pk}")


def _waits(due: Sequence[Due]) -> Told:
    return _each(due, _of_waiting)


def _of_waiting(idea: Idea, reader: Person, one: Due) -> Content | Skip:
    """Not whose it is: whoever may know reads it there."""
    is_again = one.occurrence.startswith(AGAIN)
    if is_again and not idea.looks_again(one.at.astimezone(reader.zone).date()):
        return Skip("answered")
    if not is_again and not idea.is_waiting:
        return Skip(idea.state)
    if not idea_policies.may_answer_idea(reader, idea):
        return Skip("not visible")
    if is_again:
        text = [idea.instead, _("It was put off until now. Say what becomes of it.")]
        return _about(idea, _("Look at it again: %(title)s"), text, _("Answer"))
    until = _("An answer is promised by %(day)s.") % {"day": date_format(idea.answer_by, "l j F")}
    titles = {
        NEW: _("An idea waits for your answer: %(title)s"),
        LATE: _("An idea has waited too long: %(title)s"),
    }
    title = titles.get(one.occurrence, _("An answer is due: %(title)s"))
    return _about(idea, title, [idea.obstacle, until], _("Answer"))


WAITS = Kind(
    key="recognition.idea_waits",
    name=gettext_lazy("Ideas to answer"),
    about=gettext_lazy(
        "When an idea waits for your answer: at once, before it is due, and as a steward when it has waited too long."
    ),
    compose=_waits,
    keeps=timedelta(days=3),
    repeats=True,
    sample=samples.waits,
)


def _answered(due: Sequence[Due]) -> Told:
    """One query more for all of them."""
    rows = Answer.objects.filter(idea__in={one.subject_id for one in due}).select_related("doer").order_by("at", "pk")
    latest = {row.idea_id: row for row in rows}
    return _each(due, lambda idea, reader, one: _of_answer(idea, reader, one, latest.get(idea.pk)))


def _of_answer(idea: Idea, reader: Person, one: Due, answer: Answer | None) -> Content | Skip:
    if idea.author_id != reader.pk:
        return Skip("not visible")
    if idea.state == Idea.State.REMOVED:
        return _about(idea, _("Taken down: %(title)s"), [idea.removal], _("Read it"))
    if one.occurrence == DONE:
        return _about(idea, _("Done: %(title)s"), [idea.outcome], _("Read it"))
    if answer is None or str(answer.pk) != one.occurrence:
        return Skip("answered again")
    titles = {
        Idea.State.ACCEPTED.value: _("We do it: %(title)s"),
        Idea.State.LATER.value: _("Not now: %(title)s"),
        Idea.State.DECLINED.value: _("We don't do it: %(title)s"),
    }
    return _about(idea, titles[answer.verdict], [answer.reason, terms(answer)], _("Read it"))


def terms(answer: Answer) -> str:
    """Who does it by when, or when it is looked at again; "" for a no."""
    if answer.doer and answer.do_by:
        day = date_format(answer.do_by, "j F Y")
        return _("%(name)s sees to it, by %(day)s.") % {"name": answer.doer.name, "day": day}
    if answer.look_again_on:
        return _("It is looked at again on %(day)s.") % {"day": date_format(answer.look_again_on, "j F Y")}
    return ""


ANSWERED = Kind(
    key="recognition.idea_answered",
    name=gettext_lazy("Your idea: an answer, and when it is done"),
    about=gettext_lazy("When an idea of yours is answered, with the reason, and when it is done."),
    compose=_answered,
    keeps=timedelta(days=7),
    sample=samples.answered,
)


def _yours(due: Sequence[Due]) -> Told:
    return _each(due, _of_yours)


def _of_yours(idea: Idea, reader: Person, _one: Due) -> Content | Skip:
    if idea.doer_id != reader.pk or idea.do_by is None or idea.state not in (Idea.State.ACCEPTED, Idea.State.DOING):
        return Skip("not theirs")
    until = _("By %(day)s.") % {"day": date_format(idea.do_by, "l j F")}
    return _about(idea, _("You are to do it: %(title)s"), [idea.instead, until], _("Open it"))


YOURS = Kind(
    key="recognition.idea_yours",
    name=gettext_lazy("An idea to do"),
    about=gettext_lazy("When an idea is to be done, and it was said that you do it."),
    compose=_yours,
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=7),
    sample=samples.yours,
)
KINDS: tuple[Kind, ...] = (WAITS, ANSWERED, YOURS)


def reminders(idea: Idea, to: Answerers, people: Mapping[int, Person]) -> Iterator[Notice]:
    """Of one that waits: to who answers, on the mornings of the third day before the last and of the last itself; the
    morning after, once to the stewards. Each for their own morning."""
    yield from _mornings(idea, to.first, people, SOON, idea.answer_by - timedelta(days=BEFORE))
    yield from _mornings(idea, to.first, people, LAST, idea.answer_by)
    yield from _mornings(idea, to.stewards, people, LATE, idea.answer_by + timedelta(days=1))


def look_again(idea: Idea, to: Answerers, people: Mapping[int, Person]) -> Iterator[Notice]:
    """Of one that was put off: on the morning of the day on which it is looked at again."""
    if idea.look_again_on:
        yield from _mornings(idea, to.first, people, AGAIN, idea.look_again_on)


def _mornings(
    idea: Idea, to: Iterable[int], people: Mapping[int, Person], occurrence: str, day: date
) -> Iterator[Notice]:
    for key in sorted(to):
        who = people[key]
        due_at: datetime = local_days.morning(day, who.work_starts, who.zone)
        # Put off twice, it is looked at again twice: the day is part of the name.
        name = f"{occurrence} {day}" if occurrence == AGAIN else occurrence
        yield Notice(WAITS, idea.pk, who, due_at, name)
