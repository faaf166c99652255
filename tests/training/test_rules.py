"""Who gains and who loses by a rule, once; and what is remembered."""

from datetime import date, timedelta

import pytest

from people.actions import people as people_actions
from people.models import Person
from tests.cast import NOW, finish, grant, make_module, make_person, make_site, make_team
from training.actions import assignments, learning, rules
from training.models import Assignment, Rule
from training.reports.rules import preview

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def trainer():
    return make_person("Tara Trainer", roles={"trainer": None})


@pytest.fixture
def module():
    return make_module()


def make_rule(module, trainer, *, on=True, **fields):
    rule = rules.create_rule(module=module, by=trainer, at=NOW, name="Rule", why="Everybody at a desk.", **fields)
    if on:
        rules.switch_on(rule=rule, by=trainer, at=NOW)
    return rule


def holders(module, state="assigned"):
    return set(Assignment.objects.filter(module=module, state=state).values_list("person__full_name", flat=True))


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({"team": "Service"}, {"Anna", "Ben"}),
        ({"team": "Service/Desk"}, {"Anna"}),
        ({"site": "Leeds"}, {"Anna", "Cem"}),
        ({"job_title": "agent"}, {"Anna", "Ben"}),
        ({"role": "auditor"}, {"Cem"}),
        ({"leads_people": True}, {"Ben"}),
        ({"joined_within_days": 30}, {"Anna"}),
        ({"joined_before_days": 365}, {"Ben"}),
        ({"team": "Service", "site": "Leeds"}, {"Anna"}),
        ({"team": "Service", "role": "auditor"}, set()),
    ],
)
def test_everything_a_rule_asks_must_hold(module, trainer, fields, who):
    leeds, york = make_site("Leeds"), make_site("York")
    ben = make_person("Ben", team=make_team("Service"), site=york, job_title="Agent", started_on=date(2024, 1, 1))
    make_person(
        "Anna", team=make_team("Service/Desk"), site=leeds, job_title="AGENT", started_on=date(2026, 11, 1), manager=ben
    )
    grant(make_person("Cem", team=make_team("Sales"), site=leeds, started_on=date(2026, 2, 1)), "auditor")
    make_person("Lea Left", team=make_team("Service/Desk"), site=leeds, job_title="Agent", is_active=False)
    found = dict(fields)
    if "team" in found:
        found["team"] = make_team(found["team"])
    if "site" in found:
        found["site"] = make_site(found["site"])
    make_rule(module, trainer, **found)
    assert holders(module) == who


def test_applying_twice_is_once_and_preview_tells_beforehand(module, trainer):
    team = make_team()
    for name in ("Anna", "Ben"):
        make_person(name, team=team)
    rule = make_rule(module, trainer, on=False, team=team)
    before = preview(rule, at=NOW)
    assert (before.matching, before.gains, before.loses) == (2, 2, 0)
    assert [person.full_name for person in before.gaining] == ["Anna", "Ben"]
    assert holders(module) == set()
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    assert holders(module) == {"Anna", "Ben"}
    assert rules.apply_all(at=NOW + DAY) == (0, 0)
    after = preview(rule, at=NOW + DAY)
    assert (after.matching, after.gains, after.loses) == (2, 0, 0)


def test_losing_the_match_takes_back_only_what_was_not_started(module, trainer):
    team = make_team()
    anna, ben = make_person("Anna", team=team), make_person("Ben", team=team)
    rule = make_rule(make_module("lesson", "writing"), trainer, team=team)
    started = Assignment.objects.get(person=anna)
    part = started.version.parts.first()
    learning.finish_lesson(record=learning.open_part(assignment=started, part=part, at=NOW), at=NOW)
    for person in (anna, ben):
        person.team = make_team("Elsewhere")
        person.save(update_fields=["team"])
    assert preview(rule, at=NOW).loses == 1
    assert rules.apply_all(at=NOW + DAY) == (0, 1)
    assert holders(rule.module, "started") == {"Anna"}
    assert holders(rule.module, "withdrawn") == {"Ben"}
    # Back again: what a rule took it gives.
    ben.team = team
    ben.save(update_fields=["team"])
    assert rules.apply_all(at=NOW + 2 * DAY) == (1, 0)


def test_who_was_taken_off_by_hand_is_not_given_it_again(module, trainer):
    team = make_team()
    make_person("Anna", team=team)
    ben = make_person("Ben", team=team)
    make_rule(module, trainer, team=team)
    assignments.withdraw(
        assignment=Assignment.objects.get(person=ben), by=trainer, at=NOW, reason="Does not meet customers."
    )
    assert rules.apply_all(at=NOW + DAY) == (0, 0)
    assert holders(module) == {"Anna"}


def test_who_holds_it_is_asked_again_only_when_it_has_run_out(trainer):
    module = make_module(valid_months=12, window_days=30)
    team = make_team()
    anna = make_person("Anna", team=team)
    rule = make_rule(module, trainer, team=team)
    finish(Assignment.objects.get(person=anna))
    assert rules.apply_rule(rule=rule, at=NOW + 200 * DAY) == (0, 0)
    assert assignments.open_renewals(at=NOW + 340 * DAY) == 1
    assert rules.apply_rule(rule=rule, at=NOW + 340 * DAY) == (0, 0)


def test_renewal_asks_again_whether_the_rule_still_holds(trainer):
    module = make_module(valid_months=12, window_days=30)
    team = make_team()
    people = [make_person(name, team=team) for name in ("Anna", "Ben")]
    rule = make_rule(module, trainer, team=team)
    for person in people:
        finish(Assignment.objects.get(person=person))
    people[1].team = None
    people[1].save(update_fields=["team"])
    assert assignments.open_renewals(at=NOW + 340 * DAY) == 1
    assert holders(module) == {"Anna"}
    rules.switch_off(rule=rule, by=trainer, at=NOW + 341 * DAY)
    assert assignments.open_renewals(at=NOW + 342 * DAY) == 0


def test_joiner_who_waits_does_not_fall_out_of_what_they_were_given(trainer):
    module = make_module(valid_months=12, window_days=30)
    joiner = make_person("Nia New", started_on=NOW.date())
    rule = make_rule(module, trainer, joined_within_days=30, due="joined", due_days=30)
    late = NOW + 31 * DAY
    make_person("Ole Older", started_on=NOW.date() - DAY)
    assert rules.apply_rule(rule=rule, at=late) == (0, 0)
    assert Assignment.objects.overdue(late).get().person == joiner
    finish(Assignment.objects.get(person=joiner), at=late)
    assert assignments.open_renewals(at=late + 340 * DAY) == 1


def test_renewal_that_nobody_started_is_taken_back_with_the_rule(trainer):
    module, team = make_module(valid_months=12, window_days=30), make_team()
    anna = make_person("Anna", team=team)
    rule = make_rule(module, trainer, team=team)
    finish(Assignment.objects.get(person=anna))
    assert assignments.open_renewals(at=NOW + 340 * DAY) == 1
    rules.switch_off(rule=rule, by=trainer, at=NOW + 341 * DAY)
    assert holders(module, "withdrawn") == {"Anna"}


@pytest.mark.parametrize(
    ("fields", "due_on"),
    [
        ({"due": "given", "due_days": 10}, date(2026, 11, 30)),
        ({"due": "joined", "due_days": 30}, date(2026, 12, 1)),
        ({"due": "joined", "due_days": 3}, date(2026, 11, 20)),
        ({"due": "fixed", "due_on": date(2026, 12, 24)}, date(2026, 12, 24)),
        ({"due": "fixed", "due_on": date(2026, 1, 1)}, date(2026, 11, 20)),
        ({"due": "never"}, None),
    ],
)
def test_day_depends_on_the_person_and_is_never_over(module, trainer, fields, due_on):
    make_person("Anna", team=make_team(), started_on=date(2026, 11, 1))
    make_rule(module, trainer, team=make_team(), **fields)
    assert Assignment.objects.get(module=module).due_on == due_on


def test_who_joins_is_given_it_at_once(module, trainer, django_capture_on_commit_callbacks, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    team = make_team()
    make_rule(module, trainer, team=team)
    with django_capture_on_commit_callbacks(execute=True):
        people_actions.add_person(full_name="Nia New", email="nia@staff.example", team=team, by=None, at=NOW)
    assert holders(module) == {"Nia New"}


def test_a_module_that_is_not_published_is_given_to_nobody_yet(trainer):
    module = make_module(published=False)
    make_person("Anna", team=make_team())
    make_rule(module, trainer, team=make_team())
    assert holders(module) == set()


def test_off_takes_back_what_nobody_started(module, trainer):
    make_person("Anna", team=make_team())
    rule = make_rule(module, trainer, team=make_team())
    rules.switch_off(rule=rule, by=trainer, at=NOW + DAY)
    assert holders(module, "withdrawn") == {"Anna"}
    assert Rule.objects.on().count() == 0


@pytest.mark.parametrize("count", [1, 3, 40])
def test_applying_asks_the_same_for_any_number(module, trainer, count, django_assert_max_num_queries):
    team = make_team()
    for _each in range(count):
        make_person(team=team)
    rule = make_rule(module, trainer, on=False, team=team)
    rule.state = "on"
    with django_assert_max_num_queries(25):
        assert rules.apply_rule(rule=rule, at=NOW) == (count, 0)


def test_more_people_than_are_taken_at_once_are_all_given_and_all_let_go(module, trainer, monkeypatch):
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    names = {make_person(f"Agent {number}", job_title="Agent").full_name for number in range(5)}
    rule = make_rule(module, trainer, job_title="Agent")
    assert holders(module) == names
    Person.objects.filter(full_name__in=names).update(job_title="Lead")
    assert rules.apply_rule(rule=rule, at=NOW) == (0, 5)
    assert holders(module) == set()
