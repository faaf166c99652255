"""What hiring tells a whole team: facts of openings and of the calendar, and nothing of anybody who applied."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from hiring import events
from hiring.actions import interviews, openings
from hiring.models import Opening
from hiring.tasks import plan_reminders
from notifications import cards
from notifications.actions import announcements, dispatch, posting
from notifications.events import Asked, News, Skip, all_events
from notifications.models import Delivery
from tests.access.scene import CANARY, build, canary
from tests.cast import NOW, make_application, make_interview, make_opening, make_person, make_recruiter, make_team
from tests.notifications.events_of_tests import make_webhook
from tests.notifications.receivers_of_tests import receiving

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


def work(at=NOW):
    while chunks := dispatch.take_due_of_chat(at=at):
        for chunk in chunks:
            posting.deliver(pks=chunk, clock=lambda: at)


def titles(receiver):
    return [json.loads(request.body)["text"].split("\n")[0] for request in receiver.requests]


def states():
    return list(Delivery.objects.of_chat().order_by("pk").values_list("kind", "state", "reason"))


def test_opening_that_opens_and_closes_is_announced_in_its_team(receiver):
    team, recruiter = make_team("Service/Shops"), make_recruiter()
    make_webhook(team, receiver.url, form="slack")
    make_webhook(make_team("Service"), receiver.url, form="slack")
    opening = make_opening(team=team, title="Day <agent>", state="draft")
    openings.open_opening(opening=opening, by=recruiter, at=NOW)
    work()
    openings.close_opening(opening=opening, by=recruiter, at=NOW + HOUR, reason="Candice was hired")
    openings.open_opening(opening=opening, by=recruiter, at=NOW + 2 * HOUR)
    work(NOW + 2 * HOUR)
    assert titles(receiver) == ["New opening: Day &lt;agent&gt;"] * 2
    assert [(state, reason) for _kind, state, reason in states()] == [
        ("sent", ""),
        ("skipped", "no longer so"),  # it was open again before anybody could be told
        ("sent", ""),
    ]
    assert not [request for request in receiver.requests if b"Candice" in request.body]


def test_opening_that_went_to_another_team_is_not_told(receiver):
    team = make_team("Service/Shops")
    make_webhook(team, receiver.url)
    opening = make_opening(team=team, state="draft")
    openings.open_opening(opening=opening, by=make_recruiter(), at=NOW)
    Opening.objects.filter(pk=opening.pk).update(team=make_team("Service/Hotel"))
    work()
    assert states() == [("hiring.opening_opened", "skipped", "of another team")]


def test_program_gets_ids(receiver):
    team = make_team("Service/Shops")
    make_webhook(team, receiver.url)
    opening = make_opening(team=team, state="draft", title="Day agent")
    openings.open_opening(opening=opening, by=make_recruiter(), at=NOW)
    work()
    (request,) = receiver.requests
    assert json.loads(request.body) == {
        "type": "hiring.opening_opened",
        "timestamp": "2026-11-20T10:00:00Z",
        "data": {"opening": opening.pk, "team": team.pk, "url": f"https://testserver/hiring/openings/{opening.pk}/"},
    }


def _morning(at):
    announcements.announce_daily(event=events.INTERVIEWS_TODAY, hour=events.MORNING, at=at)
    work(at)


def test_interviews_of_the_day_are_counted_on_the_chat_s_wall(receiver):
    team = make_team("Service/Shops")
    make_webhook(team, receiver.url, form="slack", at=NOW - 9 * DAY)
    opening, elsewhere = make_opening(team=team), make_opening(team=make_team("Service/Hotel"))
    tomorrow = (NOW + DAY).replace(hour=0)
    for hours in (-1, 0, 9.5, 23.5, 24):
        make_interview(make_application(opening), (make_person(),), starts_at=tomorrow + hours * HOUR)
    make_interview(make_application(elsewhere), (make_person(),), starts_at=tomorrow + 9 * HOUR)
    gone = make_interview(make_application(opening), (make_person(),), starts_at=tomorrow + 8 * HOUR)
    interviews.cancel_interview(interview=gone, reason="Ill", by=make_recruiter(), at=NOW)
    _morning(tomorrow + 8 * HOUR)
    assert titles(receiver) == ["3 interviews today, the first at 00:00"]
    _morning(tomorrow + 2 * DAY + 8 * HOUR)
    assert states()[-1] == ("hiring.interviews_today", "skipped", "nothing today")


def test_one_interview_and_a_morning_that_was_missed(receiver):
    team = make_team("Service/Shops")
    make_webhook(team, receiver.url, form="slack", at=NOW - 9 * DAY)
    make_interview(make_application(make_opening(team=team)), (make_person(),), starts_at=NOW + 4 * HOUR)
    _morning(NOW + 2 * HOUR)
    assert titles(receiver) == ["1 interview today, at 14:00"]
    _morning(NOW + 11 * HOUR)
    assert len(receiver.requests) == 1


def test_planning_is_part_of_the_tick(receiver):
    """The task that beat starts plans them; none of the reminders goes to a chat."""
    make_webhook(make_team("Service/Shops"), receiver.url, at=NOW - 9 * DAY)
    with time_machine.travel(NOW, tick=False):
        plan_reminders()
    assert set(Delivery.objects.of_chat().values_list("kind", flat=True)) == {"hiring.interviews_today"}


def test_whether_an_interview_was_held_or_decided_does_not_show(receiver):
    """The state turns to held with the first scorecard, of which whoever owes theirs must not learn."""
    team = make_team("Service/Shops")
    application = make_application(make_opening(team=team))
    interview = make_interview(application, (make_person(),), starts_at=NOW)
    asked = _asked(events.INTERVIEWS_TODAY, team.pk, {team.pk}, f"{NOW:%Y-%m-%d}")
    before = _told(events.INTERVIEWS_TODAY, asked)
    type(interview).objects.filter(pk=interview.pk).update(state="held")
    type(application).objects.filter(pk=application.pk).update(state="hired")
    assert _told(events.INTERVIEWS_TODAY, asked) == before
    assert isinstance(before, News)


def test_nothing_of_candidates_or_judgement_is_in_any_of_it():
    """Everything there is of sensitive words stands in the scene; a chat reads of it the titles of its own openings."""
    scene = build()
    teams = {scene["team.a"].pk, scene["team.below"].pk}
    allowed = {canary("opening.title")}
    told = []
    for event in (events.OPENING_OPENED, events.OPENING_CLOSED, events.INTERVIEWS_TODAY):
        for state in ("open", "closed"):
            Opening.objects.update(state=state)
            subjects = [*Opening.objects.values_list("pk", flat=True), *teams]
            told += [_told(event, _asked(event, subject, teams, f"{NOW:%Y-%m-%d}")) for subject in subjects]
    said = [each for each in told if isinstance(each, News)]
    assert len(said) > 5
    assert {each.reason for each in told if isinstance(each, Skip)} >= {"of another team", "no longer so"}
    for news in said:
        everything = [cards.slack(news, url="x"), cards.teams(news, url="x")]
        assert set(CANARY.findall(json.dumps(everything))) <= allowed
        assert not CANARY.findall(json.dumps(cards.generic(news, url="x", event="e", at=NOW)))


def test_every_event_has_words_and_a_feature():
    for event in all_events():
        assert event.key.partition(".")[0] in {"hiring", "recognition"}
        assert str(event.name)
        assert str(event.about).endswith(".")


def _asked(event, subject, teams, occurrence):
    return Asked(1, subject, occurrence, NOW, frozenset(teams), ZoneInfo("UTC"), "en-gb")


def _told(event, asked):
    return event.compose([asked])[1]
