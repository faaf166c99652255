"""What people are told of awards. Nobody's nomination, and nothing of who is judged how: those stand on pages that know
who reads them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.http import address_of
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from people.models import Person
from recognition import award_samples as samples
from recognition import policies
from recognition.models import Candidacy, Judge, Nomination, Round
from recognition.reports import panels, winners

Told = Mapping[int, Content | Skip]
SAID = 280  # characters of a citation
BEGINS, DUE, LAST, TIE = "", "due", "last", "tie"  # occurrences of what a judge is told


def morning(day: date, person: Person) -> datetime:
    """When the person begins work on that day."""
    return datetime.combine(day, person.work_starts, tzinfo=person.zone)


def each(due: Sequence[Due], say: Callable[[Round, Person, Due], Content | Skip]) -> Told:
    """What to tell each of their round, in their language."""
    rows = Round.objects.select_related("programme").in_bulk([one.subject_id for one in due])
    told: dict[int, Content | Skip] = {}
    for one in due:
        row = rows.get(one.subject_id)
        if row is None or one.recipient is None or not one.recipient.is_active:
            told[one.pk] = Skip("not visible")
        else:
            with one.voice():
                told[one.pk] = say(row, one.recipient, one)
    return told


def about(round_: Round, title: str, text: Sequence[str], action: str, href: str = "") -> Content:
    """About a round, in its thread."""
    href = href or round_.get_absolute_url()
    return Content(title=title, text=text, href=href, action=action, thread=f"award-{round_.pk}")


def _opens(due: Sequence[Due]) -> Told:
    return each(due, _of_opening)


def _of_opening(round_: Round, reader: Person, one: Due) -> Content | Skip:
    if not round_.is_open_to(reader, one.at):
        return Skip("not open")
    until = date_format(round_.closes_on, "D j M")
    text = [round_.programme.purpose, _("Nominate a colleague until %(day)s, midnight where you are.") % {"day": until}]
    return about(round_, _("Nominations are open: %(round)s") % {"round": round_}, text, _("Nominate somebody"))


def _closes(due: Sequence[Due]) -> Told:
    rows = Nomination.objects.filter(round__in={one.subject_id for one in due})
    rows = rows.filter(nominator__in=[one.recipient for one in due if one.recipient])
    begun = {(row.round_id, row.nominator_id, row.state) for row in rows}
    return each(due, lambda round_, reader, one: _of_closing(round_, reader, one, begun))


def _of_closing(round_: Round, reader: Person, one: Due, begun: set[tuple[int, int, str]]) -> Content | Skip:
    if not round_.is_open_to(reader, one.at):
        return Skip("not open")
    last = _("Nominating ends tonight at midnight, where you are.")
    if (round_.pk, reader.pk, Nomination.State.DRAFT) in begun:
        title = _("You have a draft, and this is the last day: %(round)s") % {"round": round_}
        return about(round_, title, [last, _("A draft is read by nobody until you hand it in.")], _("Hand it in"))
    if (round_.pk, reader.pk, Nomination.State.HANDED_IN) in begun:
        return Skip("nominated")
    return about(round_, _("The last day to nominate: %(round)s") % {"round": round_}, [last], _("Nominate somebody"))


OPENS = Kind(
    key="recognition.award_opens",
    name=gettext_lazy("An award opens"),
    about=gettext_lazy("When you can nominate somebody for an award."),
    compose=_opens,
    urgency="low",
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=3),
    sample=samples.opens,
)
CLOSES = Kind(
    key="recognition.award_closes",
    name=gettext_lazy("An award closes, or you have a draft"),
    about=gettext_lazy("On the last day to nominate, unless you have: by your own midnight."),
    compose=_closes,
    urgency="low",
    keeps=timedelta(hours=14),
    sample=samples.closes,
)


def _judging(due: Sequence[Due]) -> Told:
    return each(due, _of_judging)


def _of_judging(round_: Round, reader: Person, one: Due) -> Content | Skip:
    judge = panels.seat(reader, round_)
    if judge is None:
        return Skip("not visible")
    if one.occurrence == TIE:
        if not policies.can_decide_tie(reader, round_):
            return Skip("decided")
        text = [_("The tie rule leaves it to the panel. Decide together, and one of you writes down why.")]
        return about(round_, _("Tied: %(round)s") % {"round": round_}, text, _("Decide"), _at("round-results", round_))
    if round_.state != Round.State.JUDGING:
        return Skip("revealed")
    left = sum(not case.is_done for case in panels.cases_for(judge))
    if not left:
        return Skip("judged")
    until = _("Until %(day)s. Your scores are sealed until all are in.") % {
        "day": date_format(round_.judge_by, "D j M")
    }
    text = [
        ngettext("%(n)d nominee is yours to judge.", "%(n)d nominees are yours to judge.", left) % {"n": left},
        until,
    ]
    title = _("Judge: %(round)s") if one.occurrence == BEGINS else _("Judging is due: %(round)s")
    return about(round_, title % {"round": round_}, text, _("Judge"), _at("judging", round_))


def _at(page: str, round_: Round) -> str:
    return address_of(f"recognition:{page}", round_.pk)


JUDGING = Kind(
    key="recognition.award_judging",
    name=gettext_lazy("Judging an award"),
    about=gettext_lazy("As a judge: when judging begins, when it is due, and when the panel has to decide a tie."),
    compose=_judging,
    keeps=timedelta(days=3),
    repeats=True,
    sample=samples.judging,
)


def _approval(due: Sequence[Due]) -> Told:
    return each(due, _of_approval)


def _of_approval(round_: Round, reader: Person, one: Due) -> Content | Skip:
    if not policies.can_approve(reader, round_):
        return Skip("approved" if round_.state != Round.State.DECIDED else "not visible")
    text = [_("Read the citation and the fairness report, and approve it. It is announced at its hour.")]
    title = _("Approval waits: %(round)s") % {"round": round_}
    return about(round_, title, text, _("Look at it"), _at("round-results", round_))


APPROVAL = Kind(
    key="recognition.award_approval",
    name=gettext_lazy("An award waits for approval"),
    about=gettext_lazy("When the winners of an award are decided, and you can approve them."),
    compose=_approval,
    keeps=timedelta(days=7),
    sample=samples.approval,
)


def _announced(due: Sequence[Due]) -> Told:
    """Two queries for all readers."""
    found = winners.with_wishes(Candidacy.objects.filter(round__in={one.subject_id for one in due}, is_winner=True))
    rows = list(found.order_by("nominee__full_name", "pk"))
    return each(due, lambda round_, reader, _one: _of_announcement(rows, round_, reader))


def _of_announcement(rows: Sequence[Candidacy], round_: Round, reader: Person) -> Content | Skip:
    """Names only whom the reader may know of, as everywhere."""
    won = [one for one in rows if one.round_id == round_.pk and policies.can_view_candidacy(reader, one)]
    if not won:
        return Skip("not visible")
    text = [f"{one.nominee.name}: {Truncator(one.citation).chars(SAID)}" for one in won]
    return about(round_, _("Announced: %(round)s") % {"round": round_}, text, _("Read it"))


ANNOUNCED = Kind(
    key="recognition.award_announced",
    name=gettext_lazy("An award is announced"),
    about=gettext_lazy("Who won an award, and why."),
    compose=_announced,
    urgency="low",
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=7),
    sample=samples.announced,
)


def _nominated(due: Sequence[Due]) -> Told:
    """Three queries for all readers."""
    rows = list(winners.with_wishes(Candidacy.objects.filter(round__in={one.subject_id for one in due})))
    own = {(row.round_id, row.nominee_id): row for row in rows}
    names: dict[int | None, list[str]] = {}
    for made in winners.nominations_behind(rows):
        names.setdefault(made.candidacy_id, []).append(made.nominator.name)
    return each(due, lambda round_, reader, _one: _of_nominee(own.get((round_.pk, reader.pk)), names, reader))


def _of_nominee(own: Candidacy | None, names: Mapping[int | None, Sequence[str]], reader: Person) -> Content | Skip:
    if own is None or not policies.can_view_candidacy(reader, own):
        return Skip("not visible")
    text = [_("Nominated by %(names)s. Read what they said of you.") % {"names": ", ".join(names[own.pk])}]
    title = _("You won: %(round)s") if own.is_winner else _("You were nominated: %(round)s")
    return about(own.round, title % {"round": own.round}, text, _("Read it"), own.get_absolute_url())


NOMINATED = Kind(
    key="recognition.award_nominated",
    name=gettext_lazy("You were nominated"),
    about=gettext_lazy("Once an award is announced: who nominated you, and what they said of you."),
    compose=_nominated,
    keeps=timedelta(days=7),
    sample=samples.nominated,
)
KINDS: tuple[Kind, ...] = (OPENS, CLOSES, JUDGING, APPROVAL, ANNOUNCED, NOMINATED)


def mornings(round_: Round) -> Iterator[tuple[Kind, Person, datetime]]:
    """When each who works here is told of its first and of its last day. One query."""
    for person in Person.objects.active().only("work_starts", "time_zone").iterator():
        yield OPENS, person, morning(round_.opens_on, person)
        yield CLOSES, person, morning(round_.closes_on, person)


def judging_days(judge: Judge, at: datetime) -> Iterator[tuple[str, datetime]]:
    """When a judge is told: now, two days before the last, and on the last day."""
    yield BEGINS, at
    for occurrence, before in ((DUE, 2), (LAST, 0)):
        moment = morning(judge.round.judge_by - timedelta(days=before), judge.person)
        if moment > at:
            yield occurrence, moment
