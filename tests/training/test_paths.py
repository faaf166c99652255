"""Paths: their order, what is given of them to whom, how far somebody has come, and what follows from edits."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.errors import Invalid, Refused
from notifications.actions import dispatch, ledger, sending
from people.models import Person
from tests.cast import NOW, finish, give, make_module, make_person, make_team
from training.actions import assignments, learning, modules, outside, paths, rules
from training.actions.prerequisites import set_prerequisites
from training.actions.starter import PATHS, load_paths, load_starter
from training.models import Assignment, Path, PathAssignment, Waiver
from training.reports.paths import lines_of, paths_of
from training.reports.rules import preview
from training.reports.standings import standing_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def trainer():
    return make_person("Tara Trainer", roles={"trainer": None})


@pytest.fixture
def learner(trainer):
    return make_person("Lea Learner", team=make_team(), manager=trainer)


@pytest.fixture
def abc():
    return [make_module(name=name) for name in "ABC"]


@pytest.fixture
def path(abc, trainer):
    return make_path(trainer, abc)


def make_path(by, found, *, publish=True, days=(7, 14, 30), **fields):
    said = {"name": "New here", "description": "You can.", "language": "English", "owner": by, "in_order": True}
    steps = [(module, days[number] if number < len(days) else None) for number, module in enumerate(found)]
    path = paths.create_path(by=by, at=NOW, steps=steps, **said | fields)
    if publish:
        paths.publish_path(path=path, by=by, at=NOW)
    return Path.objects.get(pk=path.pk)


def edit(path, by, found, at=NOW):
    said = {name: getattr(path, name) for name in paths.EDITABLE}
    return paths.edit_path(path=path, by=by, at=at, steps=[(module, 5) for module in found], **said)


def put_on(path, *people, by=None, at=NOW, **fields):
    return paths.assign_path(path=path, people=people, by=by, at=at, note="You begin here.", **fields)


def has(person, state="assigned"):
    rows = Assignment.objects.filter(person=person, state=state).order_by("module__name")
    return {row.module.name: row.due_on for row in rows}


def far(person, at=NOW):
    (line,) = paths_of(person, at=at)
    return line.done, line.parts, line.next and line.next.module.name


def step(person, name):
    return Assignment.objects.get(person=person, module__name=name)


# --- being on one -----------------------------------------------------------------------------------------------------


def test_each_step_has_its_day_and_opens_when_those_before_are_done(path, learner):
    put_on(path, learner)
    assert has(learner) == {"A": TODAY + 7 * DAY, "B": TODAY + 14 * DAY, "C": TODAY + 30 * DAY}
    assert far(learner) == (0, 3, "A")
    with pytest.raises(Refused, match="“A” has to be done before “C”"):
        learning.open_part(assignment=step(learner, "C"), part=step(learner, "C").version.parts.first(), at=NOW)
    finish(step(learner, "A"))
    assert far(learner) == (1, 3, "B")
    assert standing_of(step(learner, "C"), at=NOW).label == "Waits for “B”"
    finish(step(learner, "B"))
    finish(step(learner, "C"))
    assert paths_of(learner, at=NOW) == []
    (given,) = PathAssignment.objects.all()
    assert (given.state, given.ended_at, given.ended_by) == ("completed", NOW, None)
    (line,) = lines_of(PathAssignment.objects.all(), at=NOW)
    assert (line.done, line.parts) == (3, 3)


def test_any_order_is_any_order(abc, trainer, learner):
    put_on(make_path(trainer, abc, in_order=False), learner)
    assert finish(step(learner, "C")).state == "completed"
    assert far(learner) == (1, 3, "A")


def test_what_was_done_elsewhere_is_not_given_and_counts(path, abc, trainer, learner):
    done = {"person": learner, "completed_on": TODAY - 9 * DAY, "expires_on": None, "source": "College"}
    outside.record_one(module=abc[0], evidence="", by=trainer, at=NOW, **done)
    put_on(path, learner)
    assert has(learner).keys() == {"B", "C"}
    assert far(learner) == (1, 3, "B")
    finish(step(learner, "B"))
    outside.record_one(module=abc[2], evidence="", by=trainer, at=NOW, **done)
    assert far(learner) == (3, 3, None)
    assert paths.close_done(at=NOW) == 1
    assert paths.close_done(at=NOW) == 0


def test_who_has_done_it_all_completes_it_at_once(path, abc, learner):
    for module in abc:
        finish(give(module, learner))
    put_on(path, learner)
    assert PathAssignment.objects.get().state == "completed"


def test_what_is_open_already_keeps_its_day_and_is_not_held_up(path, abc, learner):
    give(abc[2], learner, due_on=TODAY + 90 * DAY)
    put_on(path, learner)
    assert has(learner)["C"] == TODAY + 90 * DAY
    assert finish(step(learner, "C")).state == "completed"


def test_what_nobody_asks_any_more_holds_nobody_up_and_is_not_counted(path, trainer, learner):
    put_on(path, learner)
    assignments.withdraw(assignment=step(learner, "A"), by=trainer, at=NOW, reason="Not for them.")
    assert far(learner) == (0, 2, "B")
    finish(step(learner, "B"))
    assignments.waive(
        assignment=step(learner, "C"), kind=Waiver.Kind.TESTED_OUT, by=trainer, at=NOW, reason="Knows it."
    )
    assert PathAssignment.objects.get().state == "completed"


def test_twice_is_once_and_one_day_is_the_day_of_all(path, learner):
    put_on(path, learner, due_on=TODAY + 3 * DAY)
    assert set(has(learner).values()) == {TODAY + 3 * DAY}
    again = put_on(path, learner)
    assert (again.paths, again.had_it, Assignment.objects.count()) == ([], 1, 3)


def test_a_day_that_is_over_is_nobodys(path, learner):
    there = make_person("Kiri", time_zone="Pacific/Auckland")
    late = NOW.replace(hour=22)  # tomorrow in Auckland
    for who, day in ((learner, TODAY - DAY), (there, TODAY)):
        with pytest.raises(Invalid, match="This day is over"):
            paths.assign_path(path=path, people=[who], by=None, at=late, due_on=day)
    assert not PathAssignment.objects.exists()
    assert len(paths.assign_path(path=path, people=[learner], by=None, at=late, due_on=TODAY).paths) == 1


def test_taken_off_by_hand_loses_what_was_not_started_alone(path, trainer, learner):
    writing = make_module("lesson", "writing", name="0")
    given = put_on(make_path(trainer, [writing, make_module(name="1")], name="Other"), learner).paths[0]
    row = step(learner, "0")
    learning.open_part(assignment=row, part=row.version.parts.first(), at=NOW)
    with pytest.raises(Refused, match="Nobody takes back their own"):
        paths.withdraw_path(given=given, by=learner, at=NOW, reason="No.")
    assert paths.withdraw_path(given=given, by=trainer, at=NOW, reason="Moved.") == 1
    assert (has(learner), list(has(learner, "started"))) == ({}, ["0"])
    with pytest.raises(Refused, match="over already"):
        paths.withdraw_path(given=given, by=trainer, at=NOW, reason="Moved.")


# --- its life ---------------------------------------------------------------------------------------------------------


def test_only_what_is_published_is_given_and_only_what_can_be_taken_is_published(abc, trainer, learner):
    path = make_path(trainer, [], publish=False)
    with pytest.raises(Refused, match="not published"):
        put_on(path, learner)
    with pytest.raises(Refused, match="at least one module"):
        paths.publish_path(path=path, by=trainer, at=NOW)
    edit(path, trainer, [*abc, make_module(name="Draft", published=False)])
    with pytest.raises(Refused, match="“Draft” is not published"):
        paths.publish_path(path=path, by=trainer, at=NOW)
    edit(path, trainer, abc)
    paths.publish_path(path=path, by=trainer, at=NOW)
    put_on(path, learner)
    paths.retire_path(path=path, by=trainer, at=NOW)
    with pytest.raises(Refused, match="not published"):
        put_on(path, make_person())
    assert far(learner) == (0, 3, "A")
    with pytest.raises(Invalid, match="a path called “new HERE” already"):
        make_path(trainer, abc, name="new HERE")


def test_no_order_against_what_modules_need(abc, trainer, learner):
    set_prerequisites(module=abc[0], needed=[abc[2]], by=trainer, at=NOW)
    path = make_path(trainer, abc, publish=False)
    with pytest.raises(Invalid, match="Nobody could ever begin: “A” would need “C”"):
        paths.publish_path(path=path, by=trainer, at=NOW)
    set_prerequisites(module=abc[0], needed=[], by=trainer, at=NOW)
    paths.publish_path(path=path, by=trainer, at=NOW)
    with pytest.raises(Invalid, match="“A” would need “C”"):
        set_prerequisites(module=abc[0], needed=[abc[2]], by=trainer, at=NOW)
    set_prerequisites(module=abc[1], needed=[abc[0]], by=trainer, at=NOW)
    with pytest.raises(Invalid, match="Nobody could ever begin"):
        edit(path, trainer, [abc[1], abc[0], abc[2]])


def test_an_edit_gives_what_is_new_and_takes_back_what_is_left_out(path, abc, trainer, learner):
    other, done = make_person("Oskar"), make_person("Dora")
    put_on(path, learner, other, done)
    finish(step(other, "A"))
    for name in "ABC":
        finish(step(done, name))
    new = make_module(name="D")
    edit(path, trainer, [abc[0], abc[2], new], at=NOW + DAY)
    assert has(learner).keys() == {"A", "C", "D"}
    assert has(learner)["D"] == TODAY + 5 * DAY  # counted from where the path began
    assert has(other).keys() == {"C", "D"}
    assert has(done) == {}
    assert (far(learner), far(other)) == ((0, 3, "A"), (1, 3, "C"))
    # Left with what is done: the path is.
    edit(path, trainer, [abc[0]], at=NOW + DAY)
    assert set(PathAssignment.objects.filter(state="completed").values_list("person", flat=True)) == {other.pk, done.pk}


def test_a_step_left_out_that_was_started_stays_and_nobody_waits_for_it(trainer, learner, abc):
    long = make_module("lesson", "writing", name="Long")
    path = make_path(trainer, [long, abc[0]])
    put_on(path, learner)
    row = step(learner, "Long")
    learning.open_part(assignment=row, part=row.version.parts.first(), at=NOW)
    edit(path, trainer, [abc[0]])
    assert list(has(learner, "started")) == ["Long"]
    assert finish(step(learner, "A")).state == "completed"
    assert PathAssignment.objects.get().state == "completed"


def test_what_a_step_needs_comes_with_the_path_and_goes_with_it(path, abc, trainer, learner):
    needed = make_module(name="0")
    set_prerequisites(module=abc[1], needed=[needed], by=trainer, at=NOW)
    given = put_on(path, learner).paths[0]
    assert has(learner)["0"] == TODAY + 14 * DAY
    assert far(learner) == (0, 3, "A")
    paths.withdraw_path(given=given, by=trainer, at=NOW, reason="Moved.")
    assert has(learner) == {}


# --- rules ------------------------------------------------------------------------------------------------------------


def make_rule(path, trainer, **fields):
    rule = rules.create_rule(path=path, by=trainer, at=NOW, name="Desk", why="Everybody at a desk.", **fields)
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    return rule


def test_a_rule_gives_a_path_once_and_takes_it_back(path, trainer, learner):
    rule = rules.create_rule(path=path, by=trainer, at=NOW, name="Desk", why="All.", team=learner.team)
    told = preview(rule, at=NOW)
    assert (told.matching, told.gains, told.loses) == (1, 1, 0)
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    assert rules.apply_all(at=NOW + DAY) == (0, 0)
    assert has(learner) == {"A": TODAY + 7 * DAY, "B": TODAY + 14 * DAY, "C": TODAY + 30 * DAY}
    finish(step(learner, "A"))
    Person.objects.filter(pk=learner.pk).update(team=None)
    assert preview(rule, at=NOW).losing == [learner]
    assert rules.apply_all(at=NOW + DAY) == (0, 2)
    assert (has(learner), PathAssignment.objects.get().state) == ({}, "withdrawn")
    Person.objects.filter(pk=learner.pk).update(team=learner.team)
    assert rules.apply_all(at=NOW + 2 * DAY) == (1, 0)
    assert has(learner).keys() == {"B", "C"}


def test_a_rule_remembers_who_was_taken_off_and_who_has_completed_it(path, trainer, learner):
    done = make_person("Dora", team=learner.team)
    rule = make_rule(path, trainer, team=learner.team)
    paths.withdraw_path(given=PathAssignment.objects.get(person=learner), by=trainer, at=NOW, reason="No.")
    for name in "ABC":
        finish(step(done, name))
    assert rules.apply_all(at=NOW + DAY) == (0, 0)
    assert preview(rule, at=NOW).gains == 0
    paths.retire_path(path=path, by=trainer, at=NOW)
    make_person("New", team=learner.team)
    assert rules.apply_all(at=NOW + DAY) == (0, 0)
    off = rules.create_rule(path=Path.objects.get(), by=trainer, at=NOW, name="Off", why="All.")
    with pytest.raises(Refused, match="not published"):
        rules.switch_on(rule=off, by=trainer, at=NOW)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"due": "given"}, (7, 14, 30)),
        ({"due": "joined"}, (0, 4, 20)),  # joined ten days ago; nobody is late before they were told
        ({"due": "fixed", "due_on": TODAY + 9 * DAY}, (9, 9, 9)),
        ({"due": "never"}, (None, None, None)),
    ],
)
def test_days_of_a_path_that_a_rule_gives(path, trainer, learner, fields, days):
    Person.objects.filter(pk=learner.pk).update(started_on=TODAY - 10 * DAY)
    make_rule(path, trainer, team=learner.team, **fields)
    assert list(has(learner).values()) == [None if day is None else TODAY + day * DAY for day in days]


def test_a_path_costs_as_many_statements_for_ten_as_for_one(path, trainer):
    counts = []
    for number in (1, 10):
        team = make_team(f"Team {number}")
        for _each in range(number):
            make_person(team=team, started_on=date(2026, 1, 1))
        rule = rules.create_rule(path=path, by=trainer, at=NOW, name="R", why="All.", team=team, due="joined")
        with CaptureQueriesContext(connection) as queries:
            rules.switch_on(rule=rule, by=trainer, at=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(client, settings):
    settings.SECOND_FACTOR = "nobody"

    def as_(person):
        client.force_login(person)
        return client

    with time_machine.travel(NOW, tick=False):
        yield as_


@pytest.mark.once
def test_a_trainer_writes_publishes_gives_and_follows_a_path(visit, trainer, learner, abc):
    page = visit(trainer)
    said = {"name": "First weeks", "description": "You can.", "language": "English", "in_order": "on"}
    rows = {"module-1": abc[1].pk, "days-1": 9, "place-1": 2, "module-2": abc[0].pk, "days-2": 5, "place-2": 1}
    twice = page.post(reverse("training:path-create"), said | rows | {"module-3": abc[0].pk})
    assert "in the path already" in twice.content.decode()
    answer = page.post(reverse("training:path-create"), said | rows)
    path = Path.objects.get()
    assert (answer.url, path.state) == (path.get_absolute_url(), "draft")
    assert list(path.steps.order_by("position").values_list("module__name", "due_days")) == [("A", 5), ("B", 9)]
    assert visit(learner).get(answer.url).status_code == 404
    visit(trainer).post(reverse("training:path-publish", args=[path.pk]))
    give_page = reverse("training:path-give", args=[path.pk])
    assert "A, B" in page.get(give_page).content.decode()
    told = page.post(give_page, {"who": "people", "people": learner.email, "note": "Welcome."}, follow=True)
    assert "1 person is on it now." in told.content.decode()
    shown = page.get(answer.url).content.decode()
    assert "Lea Learner" in shown
    assert "0 of 2" in shown
    assert "1 person is on it" in page.get(reverse("training:path-edit", args=[path.pk])).content.decode()
    mine = visit(learner).get(reverse("training:mine")).content.decode()
    assert "0 of 2" in mine
    assert "Welcome." in mine
    detail = page.get(step(learner, "B").get_absolute_url()).content.decode()
    assert "module 2 of 2" in detail
    assert "This comes later" in detail


@pytest.mark.once
@pytest.mark.parametrize("count", [1, 12])
def test_pages_of_paths_cost_the_same_for_any_number(
    visit, path, trainer, learner, count, django_assert_max_num_queries
):
    put_on(path, learner, *(make_person(manager=trainer) for _each in range(count)))
    for who, name, arguments, most in (
        (trainer, "path-detail", [path.pk], 19),
        (trainer, "path-list", [], 12),
        (learner, "mine", [], 12),
    ):
        page = visit(who)
        page.get(reverse(f"training:{name}", args=arguments))
        with django_assert_max_num_queries(most):
            assert page.get(reverse(f"training:{name}", args=arguments)).status_code == 200


def test_an_archived_module_is_left_out(path, abc, trainer, learner):
    modules.archive_module(module=abc[0], by=trainer, at=NOW)
    put_on(path, learner)
    assert far(learner) == (0, 2, "B")


# --- the starter content ----------------------------------------------------------------------------------------------


def test_the_starter_path_is_loaded_once_and_never_over_what_somebody_made_of_it(trainer, tmp_path):
    load_starter(at=NOW)
    assert load_paths(at=NOW).added == ["new-to-the-service-desk"]
    path = Path.objects.get()
    assert (path.state, path.steps.count()) == ("published", 7)
    again = load_paths(at=NOW)
    assert (again.added, again.renewed, again.kept) == ([], [], [])
    file = tmp_path / "paths.yaml"
    file.write_text(PATHS.read_text().replace("days: 90", "days: 99"))
    assert load_paths(at=NOW, file=file).renewed == [path.key]
    assert path.steps.get(module__key="thanking-well").due_days == 99
    edit(Path.objects.get(), trainer, [one.module for one in path.steps.select_related("module")][:3])
    assert load_paths(at=NOW).kept == [path.key]
    assert path.steps.count() == 3


def test_one_notice_tells_of_all_of_a_path(path, learner):
    put_on(path, learner)
    ledger.recover(at=NOW)
    for chunk in dispatch.take_due(at=NOW):
        sending.deliver(pks=chunk, clock=lambda: NOW)
    (letter,) = mail.outbox
    assert letter.subject == "A path for you: New here"
    assert "You begin here." in letter.body
    assert "It has 3 modules." in letter.body
