"""What recognition tells a whole team in its chat: who was thanked, for which value, and where the story stands; that
an award can be nominated for, and who won it.

A chat takes nothing back, and a story may be changed, withdrawn, reported, or taken off the wall. So it is told when
the time for changing it is over, only of what reaches everyone then, and without the story or a customer's words. Of an
award neither what was said nor the citation, and no name of whoever does not wish to be thanked before everyone. Of an
idea the title is told, after the same time; never whose it is, nor the words of an answer.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.events import Asked, Event, News, Skip
from recognition.models import Candidacy, Idea, Reach, Recipient, Recognition, Round


def _recognised(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    thanked = Prefetch("recipients", Recipient.objects.select_related("person").order_by("person__full_name", "pk"))
    found = Recognition.objects.select_related("giver", "value", "team").prefetch_related(thanked)
    rows = found.in_bulk({one.subject_id for one in asked})
    return {one.pk: _told(one, rows.get(one.subject_id)) for one in asked}


def _told(one: Asked, row: Recognition | None) -> News | Skip:
    if row is None or not row.is_shown or row.reach != Reach.EVERYONE:
        return Skip("not visible")
    if not any(thanked.person.team_id in one.teams for thanked in row.here):
        return Skip("of another team")
    with one.voice():
        names = {"giver": row.giver.name, "thanked": row.thanked_in_words}
        return News(
            title=_("%(giver)s thanks %(thanked)s") % names,
            text=[_("An example of: %(value)s") % {"value": row.value}],
            href=row.get_absolute_url(),
            action=_("Read it"),
            data={"recognition": row.pk, "value": row.value_id},
        )


RECOGNISED = Event(
    key="recognition.thanked",
    name=gettext_lazy("Somebody was thanked"),
    about=gettext_lazy(
        "when somebody of the team is thanked before everyone: by whom and for which value, not the story."
    ),
    compose=_recognised,
    keeps=timedelta(days=1),
)


def _opened(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    rows = Round.objects.select_related("programme").in_bulk({one.subject_id for one in asked})
    return {one.pk: _invited(one, rows.get(one.subject_id)) for one in asked}


def _invited(one: Asked, row: Round | None) -> News | Skip:
    if row is None or row.state != Round.State.OPEN:
        return Skip("not open")
    with one.voice():
        last = date_format(row.closes_on, "DATE_FORMAT")
        return News(
            title=_("Who comes to mind? %(round)s") % {"round": row},
            text=[row.programme.purpose, _("You can nominate until your own midnight on %(day)s.") % {"day": last}],
            href=row.get_absolute_url(),
            action=_("Nominate"),
            data={"round": row.pk, "programme": row.programme_id, "closes_on": row.closes_on.isoformat()},
        )


def _won(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    winners = Candidacy.objects.filter(is_winner=True, nominee__is_active=True)
    named = winners.exclude(nominee__recognition_wish__reach__gt=Reach.EVERYONE).select_related("nominee")
    known = Prefetch("candidacies", named.order_by("nominee__full_name", "pk"), to_attr="named")
    announced = Round.objects.filter(state=Round.State.ANNOUNCED).select_related("programme").prefetch_related(known)
    rows = announced.in_bulk({one.subject_id for one in asked})
    return {one.pk: _celebrated(one, rows.get(one.subject_id)) for one in asked}


def _celebrated(one: Asked, row: Round | None) -> News | Skip:
    named: Sequence[Candidacy] = [] if row is None else row.named  # type: ignore[attr-defined]
    if row is None or not any(each.nominee.team_id in one.teams for each in named):
        return Skip("nobody of the team")
    with one.voice():
        names = ", ".join(each.nominee.name for each in named)
        return News(
            title=_("%(round)s goes to %(names)s") % {"round": row, "names": names},
            text=[row.programme.purpose],
            href=row.get_absolute_url(),
            action=_("Read why"),
            data={"round": row.pk, "programme": row.programme_id},
        )


OPENED = Event(
    key="recognition.nominations_open",
    name=gettext_lazy("An award can be nominated for"),
    about=gettext_lazy("on the morning of the first day on which colleagues can be nominated for an award."),
    compose=_opened,
    keeps=timedelta(days=1),
)
WON = Event(
    key="recognition.award_won",
    name=gettext_lazy("Somebody won an award"),
    about=gettext_lazy(
        "when somebody of the team who wishes to be thanked before everyone won an award: who, and which."
    ),
    compose=_won,
    keeps=timedelta(days=1),
)


def _proposed(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    return _of_ideas(asked, Idea.SHOWN)


def _answered(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    return _of_ideas(asked, (*Idea.AMENDABLE, Idea.State.DONE))


def _done(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    return _of_ideas(asked, (Idea.State.DONE,))


def _of_ideas(asked: Sequence[Asked], states: Collection[str]) -> Mapping[int, News | Skip]:
    """Of those that everybody may read and that are in one of the states still: the title, and how it stands."""
    rows = Idea.objects.filter(is_open=True, state__in=states).in_bulk({one.subject_id for one in asked})
    return {one.pk: _of_idea(one, rows.get(one.subject_id)) for one in asked}


def _of_idea(one: Asked, row: Idea | None) -> News | Skip:
    if row is None:
        return Skip("not visible")
    if row.team_id not in one.teams:
        return Skip("of another team")
    with one.voice():
        state = row.get_state_display()
        return News(
            title=_("Idea: %(title)s") % {"title": row},
            text=[state],
            href=row.get_absolute_url(),
            action=_("Read it"),
            data={"idea": row.pk, "state": row.state},
        )


IDEA_PROPOSED = Event(
    key="recognition.idea_proposed",
    name=gettext_lazy("An idea was proposed"),
    about=gettext_lazy("when somebody proposes an improvement for the team that everybody may read: its title."),
    compose=_proposed,
    keeps=timedelta(days=1),
)
IDEA_ANSWERED = Event(
    key="recognition.idea_answered",
    name=gettext_lazy("An idea was answered"),
    about=gettext_lazy("when an idea for the team is answered: its title, and what becomes of it."),
    compose=_answered,
    keeps=timedelta(days=1),
)
IDEA_DONE = Event(
    key="recognition.idea_done",
    name=gettext_lazy("An idea is done"),
    about=gettext_lazy("when an idea for the team is done: its title."),
    compose=_done,
    keeps=timedelta(days=1),
)
EVENTS = (RECOGNISED, OPENED, WON, IDEA_PROPOSED, IDEA_ANSWERED, IDEA_DONE)
