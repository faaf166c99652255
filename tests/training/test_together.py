"""What is done from the matrix for many at once: to whom, how often, and what is said of those for whom it was not."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from notifications.actions import dispatch, sending
from notifications.models import Delivery
from people.models import AuditEntry, Role
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_team
from training.actions import assignments, learning, sign_offs, together
from training.actions.together import Why
from training.models import Assignment, Extension, Nudge

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = NOW.date() + 10 * DAY
EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


@pytest.fixture
def manager():
    return make_person("Mona Manager", team=make_team("Service"), work_days=EVERY_DAY)


@pytest.fixture
def learner(manager):
    return make_person("Lea Learner", manager=manager, team=make_team("Service"), work_days=EVERY_DAY)


def extend(*people, by, module=None, until_on=DUE + 5 * DAY):
    return together.extend_many(people=people, module=module, until_on=until_on, by=by, at=NOW, reason="Late shifts.")


def nudge(*people, by, module=None, at=NOW):
    return together.nudge_many(people=people, module=module, by=by, at=at)


def deliver(at):
    for chunk in dispatch.take_due(at=at):
        sending.deliver(pks=chunk, clock=lambda: at)


def ask_observer(person, manager):
    row = give(make_module("practice"), person, due_on=DUE)
    record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
    sign_offs.ask_for_sign_off(record=record, observer=manager, at=NOW)
    return row


# --- more time ------------------------------------------------------------------------------------------------------


def test_more_time_for_many_says_for_whom_not_and_why(manager, learner):
    module = make_module()
    moved = give(module, learner, due_on=DUE)
    dateless, later, done, nothing = (make_person(name) for name in ("Dee", "Lou", "Don", "Noah"))
    give(module, dateless)
    kept = give(module, later, due_on=DUE + 5 * DAY)
    finish(give(module, done, due_on=DUE))
    own = give(module, manager, due_on=DUE)
    outcome = extend(learner, dateless, later, done, nothing, manager, by=manager, module=module)
    assert outcome.changed == [moved]
    assert outcome.left == {
        Why.NO_DAY: [dateless],
        Why.LATER: [later],
        Why.NOTHING_OPEN: [done, nothing],
        Why.OWN: [manager],
    }
    days = dict(Assignment.objects.values_list("pk", "due_on"))
    assert (days[moved.pk], days[kept.pk], days[own.pk]) == (DUE + 5 * DAY, DUE + 5 * DAY, DUE)
    row = Extension.objects.get()
    assert (row.assignment, row.from_on, row.until_on, row.by) == (moved, DUE, DUE + 5 * DAY, manager)
    entry = AuditEntry.objects.get(did="training.extended")
    assert (entry.object_id, entry.actor, entry.reason) == (moved.pk, manager, "Late shifts.")


def test_more_time_of_all_that_is_open_moves_each_of_them(manager, learner):
    rows = [give(make_module(), learner, due_on=DUE + number * DAY) for number in range(2)]
    assert extend(learner, by=manager).changed == rows
    assert extend(learner, by=manager).changed == []
    assert Extension.objects.count() == 2


# --- reminders ------------------------------------------------------------------------------------------------------


def test_reminder_names_who_asked_for_it_and_goes_once_a_day(manager, learner):
    module = make_module()
    give(module, learner, due_on=DUE)
    deliver(NOW)
    mail.outbox.clear()
    assert len(nudge(learner, by=manager).changed) == 1
    again = nudge(learner, by=make_person())
    assert (again.changed, again.left) == ([], {Why.TODAY: [learner]})
    deliver(NOW)
    (message,) = mail.outbox
    assert message.subject == f"{module}: due in 10 days"
    assert "Mona Manager asks you to take it." in message.body
    assert len(nudge(learner, by=manager, at=NOW + DAY).changed) == 1
    assert AuditEntry.objects.filter(did="training.nudged", actor=manager).count() == 2


def test_reminder_waits_for_the_morning_and_is_not_sent_when_it_was_done_by_then(manager, learner):
    """At eleven at night, where the person is."""
    row = give(make_module(), learner, due_on=DUE)
    deliver(NOW)
    mail.outbox.clear()
    night = NOW.replace(hour=23)
    nudge(learner, by=manager, at=night)
    deliver(night)
    assert mail.outbox == []
    finish(row, at=night)
    deliver(NOW + DAY)
    assert mail.outbox == []


def test_nobody_is_reminded_of_what_does_not_wait_on_them(manager, learner):
    give(make_module(), learner)
    ask_observer(learner, manager)
    done = make_person("Don Done")
    finish(give(make_module(), done, due_on=DUE))
    outcome = nudge(learner, done, manager, by=manager)
    assert outcome.changed == []
    assert outcome.left == {
        Why.NO_DAY: [learner],
        Why.WAITING: [learner],
        Why.NOTHING_OPEN: [done],
        Why.OWN: [manager],
    }
    assert not Nudge.objects.exists()
    assert not Delivery.objects.filter(kind="training.due").exists()


def test_of_all_that_is_open_only_what_is_due_soon_is_reminded_of(manager, learner):
    """And nobody is named for the rest of what they have, when something was done for them."""
    soon = give(make_module(), learner, due_on=NOW.date() + 14 * DAY)
    far = give(make_module(), learner, due_on=NOW.date() + 15 * DAY)
    give(make_module(), learner)
    other = make_person(manager=manager)
    give(far.module, other, due_on=NOW.date() + 15 * DAY)
    outcome = nudge(learner, other, by=manager)
    assert (outcome.changed, outcome.left) == ([soon], {Why.NOT_SOON: [other]})
    assert nudge(learner, by=manager, module=far.module).changed == [far]


@pytest.mark.parametrize("count", [1, 30])
def test_many_cost_the_same_as_one(manager, count, django_assert_max_num_queries):
    people = [make_person(manager=manager) for _ in range(count)]
    module = make_module()
    assignments.assign(module=module, people=people, by=None, at=NOW, due_on=DUE)
    with django_assert_max_num_queries(9):
        assert len(extend(*people, by=manager).changed) == count
    with django_assert_max_num_queries(14):
        assert len(nudge(*people, by=manager, module=module).changed) == count


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, manager, learner, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(manager)
    with time_machine.travel(NOW, tick=False):
        yield client


SENT = {"give": {"note": "You sit at the desk."}, "extend": {"until_on": str(DUE), "reason": "Ill."}, "nudge": {}}


def post(page, act, *people, **sent):
    return page.post(reverse(f"training:together-{act}"), {"selected": [person.pk for person in people], **sent})


def told(answer):
    return [str(message) for message in answer.wsgi_request._messages]


@pytest.mark.parametrize("act", SENT)
def test_act_is_asked_about_first_and_leads_back_to_the_same_filters(page, learner, act):
    module = make_module()
    if act != "give":
        give(module, learner, due_on=DUE - 3 * DAY)
    asked = post(page, act, learner, query="show=direct", module=module.pk)
    assert asked.status_code == 200
    assert "Lea Learner" in asked.content.decode()
    assert not Extension.objects.exists()
    assert not Nudge.objects.exists()
    answer = post(page, act, learner, query="show=direct", sure="1", module=module.pk, **SENT[act])
    assert answer.url == f"{reverse('training:matrix')}?show=direct"
    assert (
        told(answer)
        == {
            "give": ["1 person has it now."],
            "extend": ["1 day is moved."],
            "nudge": ["1 reminder goes out."],
        }[act]
    )


def test_what_was_not_done_is_said_by_name_and_many_are_counted(page, manager, learner):
    others = [make_person(f"Person {number:02}", manager=manager) for number in range(12)]
    give(make_module(), learner, due_on=DUE - DAY)
    first, second = told(post(page, "extend", learner, *others, sure="1", **SENT["extend"]))
    assert first == "1 day is moved."
    assert second.startswith("Nothing of it is open: Person 00, Person 01")
    assert second.endswith("Person 09 and 2 more.")


@pytest.mark.parametrize("who", ["a stranger", "themselves", "a leaver", "their own manager", "nobody", "no number"])
@pytest.mark.parametrize("act", SENT)
def test_one_who_is_not_in_the_line_spoils_the_choice(page, manager, learner, act, who):
    boss = make_person()
    type(manager).objects.filter(pk=manager.pk).update(manager=boss)
    module = make_module()
    people = {
        "a stranger": make_person().pk,
        "themselves": manager.pk,
        "a leaver": make_person(manager=manager, is_active=False).pk,
        "their own manager": boss.pk,
        "nobody": 10**17,
        "no number": "x",
    }
    give(module, learner, due_on=DUE - DAY)
    sent = {"selected": [learner.pk, people[who]], "sure": "1", "module": module.pk, **SENT[act]}
    answer = page.post(reverse(f"training:together-{act}"), sent)
    assert answer.url == reverse("training:matrix")
    assert told(answer) == ["Choose people whom you may give training, then what to do."]
    assert Assignment.objects.get().due_on == DUE - DAY
    assert not Nudge.objects.exists()


def test_only_whom_one_may_give_something_can_be_ticked(page, manager, learner):
    """An auditor who leads people sees all, and acts for their line."""
    give(make_module(), learner, due_on=DUE)
    seen = make_person("Sven Seen")
    give(make_module(), seen, due_on=DUE)
    page.force_login(fresh(manager))
    manager.role_grants.create(role=Role.AUDITOR, starts_at=NOW - DAY, granted_at=NOW - DAY)
    text = page.get(reverse("training:matrix")).content.decode()
    assert "Sven Seen" in text
    assert f'name="selected" value="{learner.pk}"' in text
    assert f'name="selected" value="{seen.pk}"' not in text
    assert (
        f'name="selected" value="{learner.pk}" checked'
        in page.get(reverse("training:matrix"), {"tick": "all"}).content.decode()
    )
    page.force_login(make_person(roles={Role.AUDITOR: None}))
    assert 'name="selected"' not in page.get(reverse("training:matrix")).content.decode()
    assert post(page, "nudge", learner, sure="1").status_code == 403


def test_what_makes_no_sense_is_shown_beside_the_field(page, learner):
    give(make_module(), learner, due_on=DUE)
    for act, sent, field in (
        ("extend", {"until_on": str(NOW.date() - DAY), "reason": "Ill."}, "until_on"),
        ("extend", {"until_on": str(DUE)}, "reason"),
        ("give", {"note": "Because."}, "module"),
        ("nudge", {"module": make_module().pk}, "module"),
    ):
        answer = post(page, act, learner, sure="1", **sent)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
