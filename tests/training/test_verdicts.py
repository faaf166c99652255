"""What people are told of what was decided about them, and why not any more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from notifications.actions import dispatch, ledger, sending
from notifications.kinds import Channel, Due, kind_of
from notifications.models import Delivery
from tests.cast import NOW, finish, give, make_module, make_person, make_session, make_skill
from training import verdicts
from training.actions import assignments, bookings, certificates, rules, seats, sessions, skills
from training.models import Booking, Module, Revocation, SkillSignOff

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


@pytest.fixture
def boss():
    return make_person("Bea Boss", work_days=EVERY_DAY)


@pytest.fixture
def learner(boss):
    return make_person("Lou Learner", manager=boss, work_days=EVERY_DAY)


def told(kind, at):
    """Subjects and bodies of the mails of that kind that leave now, or why none does."""
    ledger.recover(at=at)
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)
    line = kind_of(kind).anchor  # of the preferences, which each mail links to
    letters = [(one.subject, one.body) for one in mail.outbox if line in one.body]
    mail.outbox.clear()
    return letters or list(
        Delivery.objects.filter(kind=kind, channel="mail", state="skipped").values_list("reason", flat=True)
    )


# A skill


def judge(person, skill, by, level=2, at=NOW, **fields):
    said = {"evidence": "SEEN AT THE DESK", **fields}
    return skills.judge_skill(person=person, skill=skill, level=level, by=by, at=at, **said)


@pytest.mark.parametrize(("level", "subject"), [(3, "Patience: level 3"), (0, "Patience: not yet")])
def test_whoever_was_judged_is_told_the_level_by_whom_and_not_the_words(learner, boss, level, subject):
    skill = make_skill(name="Patience")
    judge(learner, skill, boss, level, valid_until=date(2027, 6, 1))
    ((title, body),) = told("training.skill_judged", NOW + MINUTE)
    assert title == subject
    assert "Bea Boss judged it on Fri 20 Nov." in body
    assert "It holds until Tue 1 Jun 2027." in body
    assert ("Level 3: What one sees at level 3." in body) is (level == 3)
    assert "SEEN" not in body
    assert told("training.skill_judged", NOW + HOUR) == []


@pytest.mark.parametrize("why", ["judged again", "archived", "run out"])
def test_of_a_judgement_that_counts_no_more_nothing_is_told(learner, boss, why):
    skill, at = make_skill(), NOW + MINUTE
    judge(learner, skill, boss, valid_until=NOW.date())
    if why == "judged again":
        judge(learner, skill, boss, level=4, at=NOW + MINUTE / 2)
        ((title, _body),) = told("training.skill_judged", at)
        assert title.endswith("level 4")
        return
    if why == "archived":
        skills.archive_skill(skill=skill, by=boss, at=NOW)
    else:
        at = NOW + DAY
    assert told("training.skill_judged", at) == ["over"]


# A completion


@pytest.mark.parametrize("now", ["asked again", "taken already", "another counts", "offered", "archived"])
def test_whose_completion_was_revoked_is_told_why_and_what_to_do_now(learner, boss, now):
    module = make_module()
    if now == "another counts":
        finish(give(module, learner, at=NOW - 9 * DAY), at=NOW - 9 * DAY)
    done = finish(give(module, learner, at=NOW - 2 * DAY), at=NOW - 2 * DAY).completion
    if now == "asked again":
        rule = rules.create_rule(module=module, by=boss, at=NOW, name="All", why="All.", due_days=10)
        rules.switch_on(rule=rule, by=boss, at=NOW)
    elif now == "taken already":
        assignments.take_up(module=module, person=learner, at=NOW)
    elif now == "archived":
        Module.objects.filter(pk=module.pk).update(archived_at=NOW)
    certificates.revoke(completion=done, by=boss, at=NOW, reason="The quiz was taken by somebody else.")
    rules.apply_all(at=NOW)
    ((title, body),) = told("training.revoked", NOW + MINUTE)
    assert title == f"Revoked: {module}, completed on Wed 18 Nov 2026"
    assert "Why: The quiz was taken by somebody else." in body
    assert "speak to Bea Boss" in body
    advice = {
        "asked again": "It is asked of you again, due on Mon 30 Nov.",
        "taken already": "You have it open.",
        "another counts": "What you completed on Wed 11 Nov 2026 still counts.",
        "offered": "Take it again if you need it.",
    }
    assert {name for name, words in advice.items() if words in body} == ({now} & set(advice))


# A wait


def waiting(learner, *, seats_taken=1):
    """The learner waits for a session that is full."""
    module = make_module("session")
    session = make_session(module, seats=seats_taken)
    rows = [(make_person(), NOW), (learner, NOW + MINUTE)]
    for person, at in rows:
        give(module, person)
        booking = bookings.book(session=session, people=[person], by=person, at=at)[0]
    assert booking.state == "waiting"
    return session, booking


@pytest.mark.parametrize("offered", [True, False])
def test_whoever_waited_in_vain_is_told_when_it_begins_with_the_dates_that_have_seats(learner, offered):
    session, _booking = waiting(learner)
    full = make_session(session.module, starts_at=NOW + 9 * DAY)
    if offered:
        make_session(session.module, starts_at=NOW + 8 * DAY)
    sessions.cancel_session(session=full, reason="Ill.", by=learner, at=NOW)
    assert seats.tidy(at=session.starts_at - MINUTE) == 0
    assert told("training.waited", session.starts_at - MINUTE) == []
    assert seats.tidy(at=session.starts_at) == 1
    ((title, body),) = told("training.waited", session.starts_at + MINUTE)
    assert title == "No seat for you: The session, Friday 27 November, 10:00"
    assert ("With free seats: Saturday 28 November, 10:00" in body) is offered
    assert ("No other date has a free seat yet." in body) is not offered
    assert seats.tidy(at=session.starts_at + HOUR) == 0
    assert told("training.waited", session.starts_at + HOUR) == []


@pytest.mark.parametrize("why", ["booked again", "taken back", "cancelled"])
def test_of_a_wait_that_does_not_matter_any_more_nothing_is_told(learner, boss, why):
    session, booking = waiting(learner)
    later = make_session(session.module, starts_at=NOW + 9 * DAY)
    at = session.starts_at
    if why == "cancelled":
        sessions.cancel_session(session=session, reason="Ill.", by=boss, at=at)
        assert seats.tidy(at=at) == 0
        assert told("training.waited", at) == []
        return
    seats.tidy(at=at)
    if why == "booked again":
        bookings.book(session=later, people=[learner], by=learner, at=at)
    else:
        assignments.withdraw(assignment=booking.assignment, by=boss, at=at, reason="By mistake.")
    assert told("training.waited", at + MINUTE) == ["over"]


@pytest.mark.parametrize("count", [1, 6])
def test_telling_asks_the_same_for_any_number(count, boss, django_assert_num_queries):
    module, skill = make_module("session"), make_skill()
    done = make_module()
    session = make_session(module)
    for number in range(count + 1):
        person = make_person()
        give(module, person)
        bookings.book(session=session, people=[person], by=person, at=NOW + number * MINUTE)
        judge(person, skill, boss)
        certificates.revoke(completion=finish(give(done, person)).completion, by=boss, at=NOW, reason="No.")
    seats.tidy(at=session.starts_at)
    model: Any
    for kind, model, asked in (
        (verdicts.SKILL_JUDGED, SkillSignOff, 3),
        (verdicts.REVOKED, Revocation, 5),
        (verdicts.WAITED, Booking, 6),
    ):
        rows = list(model.objects.order_by("pk"))[1:]
        due = [Due(row.pk, row.pk, "", Channel.MAIL, NOW, _whose(row)) for row in rows]
        with django_assert_num_queries(asked):
            found = kind.compose(due)
        assert all(hasattr(one, "title") for one in found.values())


def _whose(row):
    return row.completion.person if hasattr(row, "completion") else row.person
