"""Ideas: who reads, answers and does which; each step of their way; and what is told of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as some

from foundation.errors import Conflict, Invalid, Refused
from notifications import digests
from notifications.events import Asked
from notifications.kinds import PERSONAL_DIGEST, Channel, Content, Due, Skip
from notifications.models import Delivery
from people.models import AuditEntry, Role
from people.reports import audit_trail
from portal.reports import my_work
from recognition import events, idea_notices, idea_policies, local_days
from recognition.actions import ideas as actions
from recognition.actions.idea_reminders import remind_of_ideas
from recognition.models import Answer, Idea, Recognition, Second
from recognition.reports import ideas as reports
from tests.cast import NOW, answer, finish_idea, fresh, make_person, make_team, propose, thank

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "The fire brigade wants the lobby free, and we asked twice."


@pytest.fixture
def cast():
    team = make_team("Service/Front desk/Night")
    lead = make_person("Lena Lead")
    author = make_person("Ada Author", team=team, manager=lead, roles={Role.STEWARD: None})
    people = {
        "author": author, "lead": lead, "mate": make_person("Minna Mate", team=team), "stranger": make_person(),
        "own_lead": make_person(), "doer": make_person("Dora Doer"), "did": make_person("Did Did"),
        "steward": make_person(roles={Role.STEWARD: None}),
        "desk_steward": make_person(roles={Role.STEWARD: make_team("Service/Front desk")}),
        "sales_steward": make_person(roles={Role.STEWARD: make_team("Sales")}),
        "auditor": make_person(roles={Role.AUDITOR: None}),
        "gone": make_person(roles={Role.STEWARD: None}, is_active=False),
    }  # fmt: skip
    make_person("Left Long Ago", team=team, manager=people["own_lead"], is_active=False)
    return people | {"team": team}


def in_state(state, people, **fields):
    """An idea of the author's, walked to the state."""
    one, by = propose(people["author"], **fields), people["steward"]
    if state in {"accepted", "later", "declined"}:
        answer(one, by, state, doer=people["doer"])
    elif state in {"doing", "done"}:
        answer(one, by, doer=people["doer"])
        actions.start(idea=one, by=people["doer"], at=NOW)
    if state == "done":
        finish_idea(one, people["did"], by=people["doer"])
    elif state == "withdrawn":
        actions.withdraw(idea=one, by=people["author"], at=NOW)
    elif state == "removed":
        actions.take_down(idea=one, reason=WHY, by=by, at=NOW)
    return Idea.objects.get(pk=one.pk)


ANSWERS = {True: {"steward", "desk_steward", "lead"}, False: {"steward"}}  # by whether it concerns the team


@pytest.mark.parametrize(("state", "is_open", "of_team"), [*product(Idea.State.values, (True, False), (True, False))])
def test_who_reads_and_answers_it_by_rows_and_one_by_one(cast, state, is_open, of_team):
    team = cast.pop("team")
    one = in_state(state, cast, is_open=is_open, is_named=False, team=team if of_team else None)
    answers, stewards = ANSWERS[of_team], ANSWERS[of_team] - {"lead"}
    everybody = set(cast) - {"gone"}
    expected = {"withdrawn": set(), "removed": {"author"} | stewards}.get(state, everybody)
    if state not in {"withdrawn", "removed"} and not is_open:
        expected = {"author"} | answers
        expected |= {"doer"} if state in {"accepted", "doing", "done"} else set()
        expected |= {"did"} if state == "done" else set()
    for name, person in cast.items():
        reader = fresh(person)
        assert idea_policies.can_view_idea(reader, one) == (name in expected), name
        assert Idea.objects.visible_to(reader).exists() == (name in expected), name
        assert idea_policies.may_answer_idea(reader, one) == (name in answers), name
        assert Idea.objects.answerable_by(reader).exists() == (name in answers), name
        if name != "gone":
            knows = name in answers | {"author"}
            assert idea_policies.can_know_author(reader, one) == knows
            assert Idea.objects.unnamed_to(reader).exists() != knows
    named = reports.answerers_of([one], at=NOW)[one.pk]
    assert named.leads | named.stewards == {cast[name].pk for name in answers}


def test_nobody_answers_their_own_whatever_they_lead_and_hold():
    team = make_team("Service/Care")
    boss = make_person(roles={Role.STEWARD: None})
    make_person(team=team, manager=boss)
    one = propose(boss, team=team)
    assert not idea_policies.can_answer_idea(boss, one)
    assert not idea_policies.can_take_down_idea(boss, one)
    with pytest.raises(Refused, match="own"):
        answer(one, boss)
    other = make_person(roles={Role.STEWARD: None})
    assert reports.answerers_of([one], at=NOW)[one.pk].first == {other.pk}


def test_an_answer_is_due_on_a_working_day_of_its_author_and_the_same_click_is_once(settings):
    by, token = make_person(time_zone="Pacific/Auckland"), uuid4()  # where it is Friday, 23:00
    one = propose(by, token=token)
    assert one.answer_by == date(2026, 12, 4)
    assert propose(by, token=token) == one
    settings.IDEA_ANSWER_DAYS = 1
    assert propose(by).answer_by == date(2026, 11, 23)  # Saturday is none of theirs
    assert propose(make_person(work_days="sat")).answer_by == date(2026, 11, 21)
    assert one.answered_until(by) == datetime(2026, 12, 4, 10, 59, 59, tzinfo=UTC)
    over = datetime(2026, 12, 5, 12, tzinfo=UTC)
    assert (one.is_overdue(over - timedelta(seconds=1)), one.is_overdue(over)) == (False, True)


@given(some.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), some.sets(some.integers(0, 6)))
def test_the_next_working_day_is_one_and_none_was_left_out(day, working):
    found = local_days.working_day_from(day, lambda one: one.weekday() in working)
    if working:
        assert found.weekday() in working
        assert not any((day + n * DAY).weekday() in working for n in range((found - day).days))
    else:
        assert found == day


@pytest.mark.parametrize("missing", ["title", "obstacle", "instead"])
def test_it_says_something_under_each_question(missing):
    with pytest.raises(Invalid) as refused:
        propose(None, **{missing: "  "})  # type: ignore[arg-type]
    assert set(refused.value.errors) == {missing}


@pytest.mark.parametrize(
    ("verdict", "fields", "wrong"),
    [
        ("accepted", {"do_by": None}, {"do_by"}),
        ("accepted", {"do_by": date(2026, 11, 19)}, {"do_by"}),
        ("accepted", {"do_by": date(2030, 1, 1)}, {"do_by"}),
        ("later", {"look_again_on": None}, {"look_again_on"}),
        ("declined", {"reason": "No."}, {"reason"}),
        ("done", {}, {"verdict"}),
    ],
)
def test_an_answer_says_all_that_belongs_to_it(verdict, fields, wrong):
    one = propose()
    with pytest.raises(Invalid) as refused:
        answer(one, verdict=verdict, **fields)
    assert set(refused.value.errors) == wrong
    assert Idea.objects.get().is_waiting


def test_who_does_it_works_here():
    with pytest.raises(Invalid) as refused:
        answer(propose(), doer=make_person(is_active=False))
    assert set(refused.value.errors) == {"doer"}


STEPS: dict[str, set[str]] = {
    "answer": {"proposed"}, "start": {"accepted"}, "finish": {"accepted", "doing"}, "withdraw": {"proposed"},
    "take_down": set(map(str, Idea.SHOWN)), "second": set(map(str, Idea.SHOWN)) - {"done"},
}  # fmt: skip


@pytest.mark.parametrize(("step", "state"), [*product(STEPS, Idea.State.values)])
def test_each_step_is_taken_from_where_it_can_be_and_from_nowhere_else(cast, step, state):
    one, by = in_state(state, cast), cast["lead"]
    before = Idea.objects.values().get()
    do = {
        "answer": lambda: answer(one, by, "declined"),
        "start": lambda: actions.start(idea=one, by=by, at=NOW),
        "finish": lambda: actions.finish(idea=one, outcome=WHY, doers=[cast["did"]], by=by, at=NOW),
        "withdraw": lambda: actions.withdraw(idea=one, by=cast["author"], at=NOW),
        "take_down": lambda: actions.take_down(idea=one, reason=WHY, by=by, at=NOW),
        "second": lambda: actions.second(idea=one, on=True, by=by, at=NOW),
    }[step]
    if state in STEPS[step]:
        do()
    else:
        with pytest.raises(Refused):
            do()
        assert Idea.objects.values().get() == before


def test_an_answer_is_amended_with_its_history_and_not_over_one_that_nobody_read(cast):
    one = propose(cast["author"], team=cast["team"])
    first = answer(one, cast["lead"], "later")
    with pytest.raises(Conflict):
        answer(one, cast["steward"], "declined")
    second = answer(one, cast["steward"], "accepted", before=first, doer=cast["doer"])
    one.refresh_from_db()
    assert (one.state, one.doer, one.look_again_on) == ("accepted", cast["doer"], None)
    actions.start(idea=one, by=cast["doer"], at=NOW)
    third = answer(one, cast["lead"], "accepted", before=second, doer=cast["did"])
    one.refresh_from_db()
    assert (one.state, one.doer) == ("doing", cast["did"])
    answer(one, cast["lead"], "declined", before=third)
    one.refresh_from_db()
    assert (one.state, one.doer, one.do_by) == ("declined", None, None)
    assert list(one.answers.order_by("pk").values_list("verdict", flat=True)) == [
        "later", "accepted", "accepted", "declined",
    ]  # fmt: skip
    for spoil in (lambda: Answer.objects.update(reason="Other."), lambda: Answer.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()


@pytest.mark.parametrize(
    "broken",
    [{"state": "accepted"}, {"state": "later"}, {"state": "done"}, {"state": "removed"}, {"state": "unknown"}],
)
def test_the_database_keeps_it_true(broken):
    propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.update(**broken)


def test_seconds_are_one_each_not_ones_own_and_told_to_who_decides_alone(cast):
    one = propose(cast["author"], team=cast["team"])
    for _again in range(2):
        for name in ("mate", "stranger"):
            actions.second(idea=one, on=True, by=cast[name], at=NOW)
    actions.second(idea=one, on=False, by=cast["stranger"], at=NOW)
    assert Second.objects.count() == 1
    with pytest.raises(Refused, match="yours"):
        actions.second(idea=one, on=True, by=cast["author"], at=NOW)
    for name, seen in (("author", 1), ("lead", 1), ("mate", None), ("stranger", None)):
        (row,) = reports.with_who_knows(Idea.objects.all(), cast[name])
        told = reports.detail(row, cast[name])
        assert (told.seconds, told.has_seconded) == (seen, name == "mate")


def test_the_audit_trail_does_not_tell_whose_an_unnamed_idea_is(cast):
    for named in (True, False):
        propose(cast["author"], team=cast["team"], is_named=named)
    shown = audit_trail(cast["auditor"]).filter(did="recognition.idea_proposed")
    assert [entry.object_id for entry in shown] == [Idea.objects.get(is_named=True).pk]
    actions.show_name(idea=Idea.objects.get(is_named=False), by=cast["author"], at=NOW)
    assert shown.all().count() == 2


# --- what is told ---------------------------------------------------------------------------------------------------


def planned(person, kind):
    rows = Delivery.objects.filter(recipient=person, kind=kind.key, channel=Channel.PORTAL).exclude(state="cancelled")
    return {row.occurrence: row.due_at for row in rows}


def told(kind, idea, person, occurrence="", at=NOW):
    (content,) = kind.compose([Due(1, idea.pk, occurrence, Channel.PORTAL, at, fresh(person))]).values()
    return content


def test_who_leads_is_reminded_on_their_mornings_and_the_stewards_once_it_is_late(cast, django_assert_max_num_queries):
    lead, steward = cast["lead"], cast["desk_steward"]
    lead.time_zone = "Asia/Tokyo"
    lead.save()
    one = propose(cast["author"], team=cast["team"], is_named=False)  # due on 4 December
    assert planned(lead, idea_notices.WAITS) == {"": NOW}
    assert planned(steward, idea_notices.WAITS) == {}
    with django_assert_max_num_queries(30):
        for hour in range(0, 24 * 18, 5):
            if hour % 90 == 0:
                remind_of_ideas(at=NOW + timedelta(hours=hour))
    assert planned(lead, idea_notices.WAITS) == {
        "": NOW, "soon": datetime(2026, 12, 1, 0, tzinfo=UTC), "last": datetime(2026, 12, 4, 0, tzinfo=UTC),
    }  # fmt: skip
    late = {"late": datetime(2026, 12, 5, 9, tzinfo=UTC)}
    assert planned(steward, idea_notices.WAITS) == planned(cast["steward"], idea_notices.WAITS) == late
    assert planned(cast["author"], idea_notices.WAITS) == planned(cast["sales_steward"], idea_notices.WAITS) == {}
    content = told(idea_notices.WAITS, one, lead, "last")
    assert content.title == f"An answer is due: {one}"
    assert "Ada" not in " ".join([content.title, *content.text])
    assert told(idea_notices.WAITS, one, cast["mate"]) == Skip("not visible")
    answer(one, lead, doer=cast["doer"])
    assert planned(lead, idea_notices.WAITS) == {}
    assert told(idea_notices.WAITS, one, lead, "last") == Skip("accepted")
    remind_of_ideas(at=NOW + 13 * DAY)
    assert planned(steward, idea_notices.WAITS) == {}


def test_what_was_put_off_comes_back_on_its_day(cast):
    one = propose(cast["author"], team=cast["team"])
    answer(one, cast["lead"], "later", look_again_on=date(2026, 12, 18))
    at = datetime(2026, 12, 18, 10, tzinfo=UTC)
    remind_of_ideas(at=at - DAY)
    assert planned(cast["lead"], idea_notices.WAITS) == {"again 2026-12-18": datetime(2026, 12, 18, 9, tzinfo=UTC)}
    content = told(idea_notices.WAITS, one, cast["lead"], "again 2026-12-18", at)
    assert content.title.startswith("Look at it again")
    titles = [item.title for group in my_work(fresh(cast["lead"]), at=at) for item in group.items]
    assert titles == [f"Look at an idea again: {one}"]
    assert my_work(fresh(cast["lead"]), at=at - DAY) == []


def test_its_author_is_told_of_answers_and_that_it_is_done_and_of_nothing_else(cast):
    author, one = cast["author"], propose(cast["author"], team=cast["team"])
    actions.second(idea=one, on=True, by=cast["mate"], at=NOW)
    assert not Delivery.objects.filter(recipient=author).exists()
    first = answer(one, cast["lead"], "later")
    second = answer(one, cast["lead"], doer=cast["doer"], before=first)
    assert set(planned(author, idea_notices.ANSWERED)) == {str(second.pk)}
    content = told(idea_notices.ANSWERED, one, author, str(second.pk))
    assert content.title == f"We do it: {one}"
    assert content.text == [second.reason, "Dora Doer sees to it, by 18 December 2026."]
    assert told(idea_notices.ANSWERED, one, author, str(first.pk)) == Skip("answered again")
    assert told(idea_notices.ANSWERED, one, cast["mate"], str(second.pk)) == Skip("not visible")
    assert told(idea_notices.YOURS, one, cast["doer"]).title == f"You are to do it: {one}"
    actions.start(idea=one, by=cast["doer"], at=NOW)
    finish_idea(Idea.objects.get(pk=one.pk), cast["did"])
    assert told(idea_notices.ANSWERED, one, author, "done").title == f"Done: {one}"
    assert told(idea_notices.YOURS, one, cast["doer"]) == Skip("not theirs")
    assert set(Delivery.objects.filter(recipient=author).values_list("kind", flat=True)) == {
        "recognition.idea_answered"
    }


def test_what_was_taken_down_is_told_with_its_reason_and_asks_nobody(cast):
    one = in_state("removed", cast, team=cast["team"])
    content = told(idea_notices.ANSWERED, one, cast["author"], "removed")
    assert (content.title, content.text) == (f"Taken down: {one}", [WHY])
    assert planned(cast["lead"], idea_notices.WAITS) == {}
    assert AuditEntry.objects.filter(did="recognition.idea_taken_down", actor=cast["steward"]).count() == 1


@pytest.mark.parametrize("kind", idea_notices.KINDS)
def test_samples_can_be_looked_at(kind):
    assert isinstance(kind.sample(), Content)


def test_chats_hear_the_title_of_what_everybody_may_read_and_never_whose_it_is(cast):
    night, zone = cast["team"], cast["lead"].zone

    def heard(event, idea, teams=(night.pk,)):
        (news,) = event.compose([Asked(1, idea.pk, "", NOW, frozenset(teams), zone, "en-gb")]).values()
        return news

    one, closed = propose(cast["author"], team=night), propose(team=night, is_open=False)
    news = heard(events.IDEA_PROPOSED, one)
    assert (news.title, news.text) == (f"Idea: {one}", ["Waits for an answer"])
    assert news.data == {"idea": one.pk, "state": "proposed"}
    assert heard(events.IDEA_PROPOSED, one, teams=[0]) == Skip("of another team")
    assert heard(events.IDEA_PROPOSED, closed) == heard(events.IDEA_ANSWERED, one) == Skip("not visible")
    finish_idea(one)
    assert heard(events.IDEA_DONE, one).text == ["Done"]


def test_the_digest_names_what_is_done_but_to_its_author(cast, django_assert_num_queries):
    near, far = propose(cast["author"], team=cast["team"]), propose()
    for one in (near, far, propose(is_open=False)):
        finish_idea(one)
    finish_idea(propose(at=NOW - 9 * DAY), at=NOW - 8 * DAY)
    (section,) = (each for each in digests.digest_of(PERSONAL_DIGEST).sections() if each.key == "recognition.ideas")
    with django_assert_num_queries(1):
        found = section.tell([cast["author"], cast["mate"]], NOW)
    titles = {key: [item.title for item in items] for key, items in found.items()}
    assert titles == {cast["author"].pk: [str(far)], cast["mate"].pk: [str(near), str(far)]}


# --- celebrated -----------------------------------------------------------------------------------------------------


def test_what_is_done_is_celebrated_and_of_an_unnamed_idea_who_did_it_alone(cast):
    author, did = cast["author"], cast["did"]
    named = finish_idea(propose(author), did)
    one = thank(author, did, by=cast["mate"], idea=named)
    assert list(reports.thanks_for(named, cast["stranger"])) == [one]
    unnamed = finish_idea(propose(author, is_named=False), did)
    thank(did, by=cast["mate"], idea=unnamed)
    refusals = set()
    for people in ([author], [cast["stranger"]], [did, author]):  # alike, whether or not it was theirs
        with pytest.raises(Invalid) as refused:
            thank(*people, by=cast["mate"], idea=unnamed)
        refusals.add(str(refused.value))
    assert len(refusals) == 1
    for not_done in (propose(), finish_idea(propose(is_open=False), did)):
        with pytest.raises(Refused):
            thank(did, by=cast["mate"], idea=not_done)
    assert Recognition.objects.filter(idea__isnull=False).count() == 2
