"""The pulse: counted without names, once, and told of five or more."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, Refused
from notifications.kinds import Channel, Content, Due, Skip
from notifications.models import Delivery
from people.models import AuditEntry
from recognition import pulse_notices
from recognition.actions import pulse as actions
from recognition.models import Pulse, PulseCount, PulseGroup, PulsePart
from recognition.pulse_groups import LEAST, first_of, groups_of, last_of, months_before
from tests.cast import fresh, make_person, make_team

MONTH = date(2026, 11, 1)
OPEN = datetime(2026, 11, 26, 12, tzinfo=UTC)
OVER = datetime(2026, 12, 1, 13, 1, tzinfo=UTC)


def opened() -> Pulse:
    return actions.open_pulse(month=MONTH, at=OPEN)


def answer(pulse: Pulse, person, service: int = 4, means: int = 3, at: datetime = OPEN) -> bool:
    return actions.answer_pulse(pulse=pulse, scores={1: service, 2: means}, by=person, at=at)


def answered(pulse: Pulse, **teams: list[int]) -> None:
    """So many people of a team, with these scores."""
    for path, scores in teams.items():
        team = make_team(path.replace("_", "/"))
        for score in scores:
            answer(pulse, make_person(team=team), score)


@pytest.mark.django_db
def test_an_answer_is_a_count_and_cannot_be_given_twice() -> None:
    team = make_team()
    pulse, person = opened(), make_person(team=team)
    assert answer(pulse, person, 4, 2)
    assert not answer(pulse, person, 1, 1)
    rows = PulseCount.objects.filter(pulse=pulse, team=team)
    assert rows.count() == 10
    assert set(rows.filter(answers=1).values_list("question", "score")) == {(1, 4), (2, 2)}


@pytest.mark.django_db
def test_who_answered_and_what_was_answered_share_no_key_no_moment_and_no_order() -> None:
    """Every row that answering makes or changes, in any table, names the person or a score, never both; there is no
    moment in either, and answering leaves nothing in the trail."""
    team = make_team()
    pulse, person = opened(), make_person("Una Nimous", team=team)

    def everything() -> dict[tuple[str, str], str]:
        rows = [row for model in apps.get_models() if model._meta.managed for row in model._default_manager.all()]
        return {(row._meta.label, str(row.pk)): serializers.serialize("json", [row]) for row in rows}

    before, trail = everything(), AuditEntry.objects.count()
    answer(pulse, person, 5, 1)
    changed = {key for key, row in everything().items() if before.get(key) != row}
    assert sorted(label for label, _key in changed) == [
        "recognition.PulseCount", "recognition.PulseCount", "recognition.PulsePart",
    ]  # fmt: skip
    assert AuditEntry.objects.count() == trail
    assert {field.name for field in PulsePart._meta.fields} == {"id", "pulse", "person"}
    assert {field.name for field in PulseCount._meta.fields} == {"id", "pulse", "team", "question", "score", "answers"}


@pytest.mark.django_db
def test_the_constraint_keeps_a_second_part() -> None:
    team = make_team()
    pulse, person = opened(), make_person(team=team)
    PulsePart.objects.create(pulse=pulse, person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        PulsePart.objects.create(pulse=pulse, person=person)


@pytest.mark.django_db
@pytest.mark.parametrize("scores", [{1: 4}, {1: 0, 2: 3}, {1: 6, 2: 3}, {}])
def test_every_question_is_answered_on_the_scale(scores: dict[int, int]) -> None:
    person = make_person(team=make_team())
    with pytest.raises(Invalid):
        actions.answer_pulse(pulse=opened(), scores=scores, by=person, at=OPEN)
    assert not PulsePart.objects.exists()


@pytest.mark.django_db
def test_it_is_open_on_the_last_seven_days_between_ones_own_midnights() -> None:
    team = make_team()
    pulse = opened()
    early, late = make_person(team=team, time_zone="Pacific/Kiritimati"), make_person(team=team, time_zone="Etc/GMT+12")
    begins, ends = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    second = timedelta(seconds=1)
    for person, at in ((early, begins - second), (late, begins), (early, ends - second), (late, ends)):
        with pytest.raises(Refused):
            answer(pulse, person, at=at)
    assert answer(pulse, late, at=ends - second)
    assert not actions.settle_pulse(pulse=pulse, at=ends - second)


@pytest.mark.django_db
def test_the_clock_opens_and_settles_once() -> None:
    make_team()
    actions.turn_pulses(at=datetime(2026, 11, 23, 9, 59, tzinfo=UTC))
    assert not Pulse.objects.exists()
    for _twice in range(2):
        actions.turn_pulses(at=datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert [row.month for row in Pulse.objects.all()] == [MONTH]
    for _twice in range(2):
        actions.turn_pulses(at=OVER)
    assert Pulse.objects.get().settled_at == OVER
    assert AuditEntry.objects.filter(did="recognition.pulse_settled").count() == 1


@pytest.mark.django_db
def test_settling_keeps_sums_of_groups_and_forgets_the_rest() -> None:
    pulse = opened()
    answered(pulse, Service=[4], Service_Mail=[1, 1], Service_Phone=[5, 5, 5, 5, 5], Service_Chat=[2, 2], Alone=[1])
    assert actions.settle_pulse(pulse=pulse, at=OVER)
    groups = {(row.team.path, row.head.path) for row in PulseGroup.objects.select_related("team", "head")}
    assert groups == {
        ("Service", "Service"), ("Service/Mail", "Service"), ("Service/Chat", "Service"),
        ("Service/Phone", "Service/Phone"),
    }  # fmt: skip
    rows = PulseCount.objects.filter(question=1, answers__gt=0).values_list("team__path", "score", "answers")
    assert set(rows) == {("Service", 1, 2), ("Service", 2, 2), ("Service", 4, 1), ("Service/Phone", 5, 5)}
    assert not PulsePart.objects.exists()
    assert not PulseCount.objects.filter(team__path__in=["Alone", "Service/Mail", "Service/Chat"]).exists()
    pulse.refresh_from_db()
    late = make_person(team=make_team("Alone"))
    with pytest.raises(Refused):
        answer(pulse, late)


@pytest.mark.django_db
def test_a_team_of_this_week_is_counted_too() -> None:
    pulse = opened()
    assert answer(pulse, make_person(team=make_team("New")))
    assert PulseCount.objects.filter(team__path="New").count() == 10


@pytest.mark.django_db
def test_the_page_asks_once_and_says_so(client) -> None:
    person = make_person(team=make_team())
    with time_machine.travel(OPEN, tick=False):
        client.force_login(person)
        opened()
        assert "cannot be changed" in client.get("/recognition/pulse/").content.decode()
        assert client.post("/recognition/pulse/", {"score_1": "4"}).status_code == 422
        for words in ("Counted", "answered already"):
            page = client.post("/recognition/pulse/", {"score_1": "4", "score_2": "5"}, follow=True)
            assert words in page.content.decode()
    assert sum(PulseCount.objects.values_list("answers", flat=True)) == 2


# Groups

TREES = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        st.tuples(*(st.sampled_from([None, *range(one)]) for one in range(count))),
        st.tuples(*(st.none() | st.integers(0, 9) for _one in range(count))),
    )
)


@pytest.mark.once
@given(TREES)
def test_whatever_is_added_or_taken_away_tells_of_five_or_nobody(tree) -> None:
    """Groups share no team and each holds five answers: every sum of some less others is one of whole groups."""
    above, counts = tree
    answers = {team: count for team, count in enumerate(counts) if count is not None}
    heads = groups_of(answers, dict(enumerate(above)))
    assert set(heads) <= set(answers)
    for head in set(heads.values()):
        assert sum(answers[team] for team in heads if heads[team] == head) >= LEAST
    for team, count in answers.items():
        if count >= LEAST:
            assert heads[team] == team


@pytest.mark.once
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_months(day: date) -> None:
    assert first_of(day) <= day <= last_of(day)
    assert (last_of(day) + timedelta(days=1)).day == 1
    assert len(set(months_before(day, 12))) == 12
    assert months_before(day, 12)[0] == first_of(day).replace(year=day.year - 1)


# By the page, and by notices


@pytest.mark.django_db
def test_by_the_page_too_nothing_but_counts_and_the_part_is_kept(client):
    """The session holds that somebody was here, as after any form, and nothing of what they chose."""
    person = make_person(team=make_team())

    def everything() -> dict[tuple[str, str], str]:
        rows = [row for model in apps.get_models() if model._meta.managed for row in model._default_manager.all()]
        return {(row._meta.label, str(row.pk)): serializers.serialize("json", [row]) for row in rows}

    with time_machine.travel(OPEN, tick=False):
        client.force_login(person)
        opened()
        client.get("/recognition/pulse/")
        before = everything()
        client.post("/recognition/pulse/", {"score_1": "4", "score_2": "5"})
        changed = {key[0] for key, row in everything().items() if before.get(key) != row}
    assert {"recognition.PulseCount", "recognition.PulsePart"} <= changed
    assert changed <= {
        "recognition.PulseCount",
        "recognition.PulsePart",
        "sessions.Session",
        "usersessions.UserSession",
    }
    assert not any("score" in str(value) for value in client.session.values())


def told(pulse: Pulse, person, at: datetime = OPEN):
    (content,) = pulse_notices.OPENS.compose([Due(1, pulse.pk, "", Channel.PORTAL, at, fresh(person))]).values()
    return content.title if isinstance(content, Content) else content


@pytest.mark.django_db
def test_who_works_in_a_team_is_told_once_whether_they_answer_or_not(django_assert_num_queries):
    team = make_team()
    tokyo, outside = make_person(team=team, time_zone="Asia/Tokyo"), make_person()
    leaver = make_person(team=team, is_active=False)
    actions.turn_pulses(at=datetime(2026, 11, 23, 10, tzinfo=UTC))
    pulse = Pulse.objects.get()
    due = Delivery.objects.filter(kind="recognition.pulse_opens", channel=Channel.PORTAL)
    assert list(due.values_list("recipient", "due_at")) == [(tokyo.pk, datetime(2026, 11, 24, 0, tzinfo=UTC))]
    title = "How was our service this month?"
    assert told(pulse, tokyo) == title
    answer(pulse, tokyo)
    assert told(pulse, tokyo) == title  # the ledger learns nothing of who has answered
    assert told(pulse, tokyo, OVER) == Skip("not open")
    assert told(pulse, outside) == told(pulse, leaver) == Skip("not visible")
    readers = [Due(number, pulse.pk, "", Channel.MAIL, OPEN, fresh(tokyo)) for number in range(5)]
    with django_assert_num_queries(1):
        pulse_notices.OPENS.compose(readers)


@pytest.mark.django_db
def test_nobody_is_told_of_a_month_that_is_over():
    make_person(team=make_team())
    actions.open_pulse(month=date(2026, 10, 1), at=OPEN)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_the_page_says_when_there_is_nothing_to_answer(client):
    outside, inside = make_person(), make_person(team=make_team())
    for person, words in ((outside, "asks teams"), (inside, "24 November")):
        with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
            client.force_login(person)
            assert words in client.get("/recognition/pulse/").content.decode()
            post = client.post("/recognition/pulse/", {"score_1": "4", "score_2": "5"})
            assert post.status_code == 200
    assert not PulsePart.objects.exists()
