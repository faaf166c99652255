"""What recognition tells a team's chat: names and the value, when they are settled, of what reaches everyone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.actions import dispatch, posting
from notifications.models import Delivery
from people.models import Person
from recognition.actions import announcing, awards, posts, praise, reach
from recognition.models import Reach
from tests.cast import (
    NOW,
    OVER,
    make_panel,
    make_person,
    make_programme,
    make_round,
    make_team,
    make_value,
    nominate,
    said,
    thank,
    turn,
)
from tests.cast import cast as give_marks
from tests.notifications.events_of_tests import make_webhook
from tests.notifications.receivers_of_tests import receiving

pytestmark = pytest.mark.django_db
SETTLED = NOW + timedelta(minutes=30)


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


@pytest.fixture
def cast():
    night, sales = make_team("Service/Night"), make_team("Sales")
    return {
        "giver": make_person("Gina"), "tom": make_person("Tom", team=night), "mia": make_person("Mia", team=night),
        "sue": make_person("Sue", team=sales), "value": make_value(name="Own it"), "night": night, "sales": sales,
    }  # fmt: skip


def listen(team, receiver):
    make_webhook(team, receiver.url, form="slack", events=["recognition.thanked"], teams_below=True)


def posted(receiver, at):
    while chunks := dispatch.take_due_of_chat(at=at):
        for chunk in chunks:
            posting.deliver(pks=chunk, clock=lambda: at)
    return [json.loads(request.body)["text"] for request in receiver.requests]


def test_a_chat_hears_who_was_thanked_once_and_not_before_it_is_settled(receiver, cast):
    listen(make_team("Service"), receiver)
    listen(cast["sales"], receiver)
    one = thank(
        cast["tom"], cast["mia"], cast["sue"], by=cast["giver"], value=cast["value"],
        did="Stayed with the caller from Elm Street until it was found.",
    )  # fmt: skip
    assert posted(receiver, SETTLED - timedelta(seconds=1)) == []
    texts = posted(receiver, SETTLED)
    assert len(texts) == 2  # once for each chat, though two are of one team
    assert all(text.startswith("Gina thanks Mia and 2 more\nAn example of: Own it\n") for text in texts)
    assert not any("Elm" in text for text in texts)
    assert all(f"/recognition/{one.pk}/" in text for text in texts)


def narrow(one, cast):
    person = cast["tom"]
    reach.wish(person=person, reach=Reach.TEAM, photo=True, screens=True, milestones=True, by=person, at=NOW)


AWAY = {
    "withdrawn": (
        lambda one, cast: posts.withdraw_recognition(recognition=one, by=cast["giver"], at=NOW),
        "not visible",
    ),
    "taken off the wall": (
        lambda one, cast: posts.keep_to_oneself(recognition=one, person=cast["tom"], private=True, at=NOW),
        "not visible",
    ),
    "wished narrower": (narrow, "not visible"),
    "moved": (
        lambda one, cast: Person.objects.filter(pk=cast["tom"].pk).update(team=cast["sales"]),
        "of another team",
    ),
    "left": (lambda one, cast: Person.objects.filter(pk=cast["tom"].pk).update(is_active=False), "of another team"),
}


@pytest.mark.parametrize("what", AWAY)
def test_what_changed_meanwhile_is_not_told(what, receiver, cast):
    listen(cast["night"], receiver)
    act, reason = AWAY[what]
    act(thank(cast["tom"], by=cast["giver"]), cast)
    assert posted(receiver, SETTLED) == []
    assert Delivery.objects.of_chat().get().reason == reason


def test_a_customers_words_stay_in_the_portal(receiver, cast):
    listen(cast["night"], receiver)
    words = "She found my parcel at number five."
    one = said(words, about=[cast["tom"]])
    praise.check_praise(praise=one, words=words, decision="shown", by=make_person(), at=NOW)
    thank(cast["tom"], by=cast["giver"], praise=one, did="")
    (text,) = posted(receiver, SETTLED)
    assert "Tom" in text
    assert "parcel" not in text


# --- awards -----------------------------------------------------------------------------------------------------------


def test_a_chat_is_asked_to_nominate_in_the_morning_and_hears_who_won(receiver, cast):
    make_webhook(
        make_team("Service"), receiver.url, form="slack", teams_below=True,
        events=["recognition.nominations_open", "recognition.award_won"],
    )  # fmt: skip
    row = make_round(make_programme(quorum=1, places=2), opens_on=NOW.date() + timedelta(days=1))
    morning = datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert posted(receiver, morning - timedelta(minutes=1)) == []
    (text,) = posted(receiver, morning)
    assert text.startswith(f"Who comes to mind? {row}\n")
    private: dict[str, Any] = {"reach": Reach.PRIVATE, "photo": False, "screens": False, "milestones": False}
    reach.wish(person=cast["mia"], by=cast["mia"], at=NOW, **private)
    day = NOW + timedelta(days=2)
    for one in (cast["tom"], cast["mia"]):
        nominate(row, one, at=day, words="Stayed with the caller from Elm Street until it was found.")
    judge = make_person("Jo")
    (seat,) = make_panel(row, judge)
    turn(row)
    for candidacy in row.candidacies.all():
        give_marks(seat, candidacy, 4, 4)
    row.refresh_from_db()
    words = "Stayed with a caller from Elm Street for two hours."
    for winner in row.candidacies.filter(is_winner=True):
        announcing.cite(candidacy=winner, words=words, by=row.created_by, at=OVER)
    announcing.approve(round_=row, by=row.created_by, at=OVER)
    turn(row, at=row.announce_at)
    _first, told = posted(receiver, row.announce_at)
    assert told.startswith(f"{row} goes to Tom\n")
    assert "Mia" not in told
    assert "Elm" not in told


def test_a_chat_hears_nothing_of_an_award_that_was_cancelled(receiver, cast):
    make_webhook(make_team("Service"), receiver.url, events=["recognition.nominations_open"], teams_below=True)
    row = make_round(opens_on=NOW.date() + timedelta(days=1))
    awards.cancel_round(round_=row, reason="Too few of us.", by=row.created_by, at=NOW)
    assert posted(receiver, datetime(2026, 11, 21, 9, tzinfo=UTC)) == []
