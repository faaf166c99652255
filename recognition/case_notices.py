"""What stewards are told of what was reported, and authors of what became of their words. Nobody's own words, and never
who reported it: those stand on the page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Due, Kind, Skip
from recognition import policies, samples
from recognition.models import Case
from recognition.reports.cases import with_words

Told = Mapping[int, Content | Skip]
HIDDEN, DECIDED, ANSWERED = "hidden", "decided", "answered"  # occurrences of what an author is told
APPEAL = "appeal"  # of what a steward is told; "" is the report itself


def _each(due: Sequence[Due], say: Callable[[Case, Due], Content | Skip]) -> Told:
    rows = {case.pk: case for case in with_words(Case.objects.filter(pk__in={one.subject_id for one in due}))}
    told: dict[int, Content | Skip] = {}
    for one in due:
        case = rows.get(one.subject_id)
        if case is None or one.recipient is None:
            told[one.pk] = Skip("not visible")
        else:
            with one.voice():
                told[one.pk] = say(case, one)
    return told


def _reported(due: Sequence[Due]) -> Told:
    return _each(due, _of_reported)


def _of_reported(case: Case, one: Due) -> Content | Skip:
    if one.recipient is None or not policies.can_review_case(one.recipient, case):
        return Skip("not visible")
    if one.occurrence != APPEAL:
        if case.state != Case.State.OPEN:
            return Skip("decided")
        text = [_("It is hidden until a steward decides.")]
        title = _("A comment was reported") if case.comment_id else _("A recognition was reported")
        return _content(case, title, text, _("Decide"))
    if case.state != Case.State.APPEALED:
        return Skip("answered")
    if not policies.can_answer_appeal(one.recipient, case, one.at):
        return Skip("another steward answers")
    text = [_("It asks for another look at what a steward removed.")]
    return _content(case, _("An appeal waits for an answer"), text, _("Answer"))


def _ruled(due: Sequence[Due]) -> Told:
    return _each(due, _of_ruled)


def _of_ruled(case: Case, one: Due) -> Content | Skip:
    if one.recipient is None or one.recipient.pk != case.author_id:
        return Skip("not visible")
    shown = {
        (HIDDEN, Case.State.OPEN): _("Hidden for now: what you wrote was reported"),
        (DECIDED, Case.State.RESTORED): _("Shown again: what you wrote"),
        (DECIDED, Case.State.REMOVED): _("Removed: what you wrote"),
        (ANSWERED, Case.State.OVERTURNED): _("Shown again after your appeal: what you wrote"),
        (ANSWERED, Case.State.UPHELD): _("It stays removed after your appeal"),
    }
    title = shown.get((one.occurrence, Case.State(case.state)))
    if title is None:
        return Skip("moved on")
    return _content(case, title, _more(case), _("Read why") if case.state != Case.State.OPEN else _("See it"))


def _more(case: Case) -> list[str]:
    if case.state == Case.State.OPEN:
        return [_("Only you and the stewards see it until one of them decides. You are told, with the reason.")]
    text = [case.answer or case.reason]
    if case.appeal_ends_at is not None:
        day = date_format(localtime(case.appeal_ends_at), "D j M H:i")
        text.append(_("You can appeal until %(day)s.") % {"day": day})
    return text


def _content(case: Case, title: str, text: Sequence[str], action: str) -> Content:
    return Content(title=title, text=text, href=case.get_absolute_url(), action=action, thread=f"case-{case.pk}")


REPORTED = Kind(
    key="recognition.reported",
    name=gettext_lazy("Reports and appeals"),
    about=gettext_lazy("As a steward: something was reported and is hidden, or an appeal waits."),
    compose=_reported,
    keeps=timedelta(days=7),
    sample=samples.reported,
)
RULED = Kind(
    key="recognition.ruled",
    name=gettext_lazy("What became of what you wrote"),
    about=gettext_lazy("When something that you wrote was reported, decided about, or your appeal answered."),
    compose=_ruled,
    keeps=timedelta(days=7),
    sample=samples.ruled,
)
KINDS = (REPORTED, RULED)
