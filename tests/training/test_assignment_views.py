"""Pages of whoever gives training: giving, changing what was given, the matrix, and practices to judge."""

import csv
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from people.models import Role
from tests.cast import NOW, PRACTICE, finish, give, make_module, make_person, make_team
from training.actions import assignments, learning, sign_offs
from training.models import Assignment, Completion, Extension, ModulePart, PartRecord, SignOff, Waiver

DUE = NOW.date() + timedelta(days=10)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(db):
    return make_person("Mona Manager", team=make_team("Service"))


@pytest.fixture
def learner(manager):
    return make_person("Lea Learner", manager=manager, team=make_team("Service"))


@pytest.fixture
def page(client, manager, learner, settings):
    """The manager's browser."""
    settings.SECOND_FACTOR = "nobody"
    client.force_login(manager)
    return client


def url(name, thing=None):
    return reverse(f"training:{name}", args=[thing.pk] if thing is not None else [])


def read(page, path):
    answer = page.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def told(answer):
    return [str(message) for message in answer.wsgi_request._messages]


def give_it(page, module, **sent):
    return page.post(url("module-give", module), {"who": "people", "note": "You sit at the desk.", **sent})


def given():
    return set(Assignment.objects.values_list("person__full_name", flat=True))


# --- giving ---------------------------------------------------------------------------------------------------------


def test_a_manager_gives_to_their_line_named_or_whole(page, learner):
    below = make_person("Bo Below", manager=learner)
    make_person("Otto Other")
    named, whole = make_module(), make_module()
    answer = give_it(page, named, people=f"{learner.email.upper()}\n\n{below.email}\n{below.email}", due_on=str(DUE))
    assert answer.url == url("module-detail", named)
    assert told(answer) == ["2 people have it now."]
    assert given() == {"Lea Learner", "Bo Below"}
    assert told(give_it(page, whole, who="line"))[-1] == "2 people have it now."
    assert "1 had it already" in told(give_it(page, named, people=learner.email))[-1]
    assert Assignment.objects.count() == 4


@pytest.mark.parametrize("who", ["a stranger", "themselves", "a leaver", "their own manager", "nobody"])
def test_who_is_not_in_the_line_is_refused_and_nobody_gets_it(page, manager, learner, who):
    boss = make_person()
    type(manager).objects.filter(pk=manager.pk).update(manager=boss)
    people = {
        "a stranger": make_person().email,
        "themselves": manager.email,
        "a leaver": make_person(manager=manager, is_active=False).email,
        "their own manager": boss.email,
        "nobody": "nobody@staff.example",
    }
    answer = give_it(page, make_module(), people=f"{learner.email}\n{people[who]}")
    assert answer.status_code == 422
    assert "Nobody whom you may give training has this address" in answer.content.decode()
    assert given() == set()


def test_a_trainer_gives_within_their_scope(page):
    there = make_person("Theo There", team=make_team("Shops/Leeds"))
    nowhere = make_person("Nora Nowhere")
    page.force_login(make_person(roles={Role.TRAINER: make_team("Shops")}))
    module = make_module()
    for person in (make_person(team=make_team("Service")), nowhere):
        assert give_it(page, module, people=person.email).status_code == 422
    assert give_it(page, module, who="team", team="Service").status_code == 422
    assert give_it(page, module, who="line").status_code == 422
    assert given() == set()
    assert give_it(page, module, who="team", team="Shops").status_code == 302
    assert given() == {there.full_name}


def test_only_of_the_team_those_in_the_scope(page):
    make_person("Leo Leeds", team=make_team("Shops/Leeds"))
    make_person("Yara York", team=make_team("Shops/York"))
    page.force_login(make_person(roles={Role.TRAINER: make_team("Shops/Leeds")}))
    give_it(page, make_module(), who="team", team="Shops")
    assert given() == {"Leo Leeds"}


def test_who_leads_and_trains_nobody_gives_nothing(page, learner):
    for person in (make_person(), learner, make_person(roles={Role.PEOPLE_ADMIN: None, Role.AUDITOR: None})):
        page.force_login(person)
        module = make_module()
        assert page.get(url("module-give", module)).status_code == 403
        assert give_it(page, module, people=learner.email).status_code == 403
        assert url("module-give", module) not in read(page, url("module-detail", module))
    assert given() == set()


@pytest.mark.parametrize("fields", [{"published": False}, {"archived_at": NOW}])
def test_what_is_not_offered_is_not_given(page, learner, fields):
    assert give_it(page, make_module(**fields), people=learner.email).status_code == 404


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("who", {"who": "all"}), ("who", {"who": "team", "team": "Service"}), ("people", {"people": ""}),
        ("people", {"people": "a@b.example\n" * 501}), ("people", {"people": "x" * 300}), ("note", {"note": ""}),
        ("note", {"note": "x" * 301}), ("note", {"note": "two\nlines"}), ("due_on", {"due_on": "2026-11-19"}),
        ("due_on", {"due_on": "0001-01-01"}), ("due_on", {"due_on": "99999-01-01"}), ("due_on", {"due_on": "soon"}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_shown_beside_the_field_and_kept(page, learner, field, sent):
    sent = {"who": "people", "people": learner.email, "note": "Because.", "due_on": str(DUE), **sent}
    answer = page.post(url("module-give", make_module()), sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert given() == set()


def test_the_last_day_there_is_can_be_given_and_shown(page, learner, manager):
    """In zones whose last day ends in the year 10,000."""
    type(learner).objects.filter(pk=learner.pk).update(time_zone="America/Los_Angeles")
    assert give_it(page, make_module(), people=learner.email, due_on="9999-12-31").status_code == 302
    assignment = Assignment.objects.get()
    for path in (url("assignment-detail", assignment), url("matrix")):
        read(page, path)
    page.force_login(learner)
    for path in (url("assignment-detail", assignment), url("mine"), reverse("home")):
        read(page, path)


def test_many_get_it_at_the_price_of_few(page, manager, django_assert_max_num_queries):
    for _ in range(49):
        make_person(manager=manager)
    module = make_module()
    with django_assert_max_num_queries(26):
        give_it(page, module, who="line")
    assert Assignment.objects.count() == 50


# --- changing -------------------------------------------------------------------------------------------------------


CHANGES = {
    "extend": {"until_on": str(DUE + timedelta(days=5)), "reason": "Was ill."},
    "waive": {"kind": "tested_out", "reason": "Showed it."},
    "withdraw": {"reason": "Given by mistake."},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_says_why_and_a_second_click_changes_nothing(page, learner, name):
    assignment = give(make_module(), learner, due_on=DUE)
    path = url(f"assignment-{name}", assignment)
    read(page, path)
    assert page.post(path, CHANGES[name]).url == url("assignment-detail", assignment)
    second = page.post(path, CHANGES[name])
    assert second.status_code == 422
    assert re.search("over already|later day", second.content.decode())
    assert (Extension.objects.count(), Waiver.objects.count()) == {"extend": (1, 0), "waive": (0, 1)}.get(name, (0, 0))
    shown = read(page, url("assignment-detail", assignment))
    assert name == "withdraw" or CHANGES[name]["reason"] in shown


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_changes_their_own(page, learner, name):
    trainer = make_person(roles={Role.TRAINER: None})
    for person in (learner, trainer):
        page.force_login(person)
        assignment = give(make_module(), person, due_on=DUE)
        path = url(f"assignment-{name}", assignment)
        assert page.get(path).status_code == 403
        assert page.post(path, CHANGES[name]).status_code == 403
        assert path not in read(page, url("assignment-detail", assignment))
    assert set(Assignment.objects.values_list("state", flat=True)) == {"assigned"}


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_changes_what_is_outside_their_line_and_scope(page, learner, name):
    assignment = give(make_module(), learner, due_on=DUE)
    elsewhere = give(make_module(), make_person(), due_on=DUE)
    assert page.post(url(f"assignment-{name}", elsewhere), CHANGES[name]).status_code == 404
    for role, answer in ((Role.PEOPLE_ADMIN, 403), (Role.AUDITOR, 403)):
        page.force_login(make_person(roles={role: None}))
        assert page.post(url(f"assignment-{name}", assignment), CHANGES[name]).status_code == answer
    page.force_login(make_person(roles={Role.TRAINER: make_team("Shops")}))
    assert page.post(url(f"assignment-{name}", assignment), CHANGES[name]).status_code == 404
    assert set(Assignment.objects.values_list("state", flat=True)) == {"assigned"}


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("extend", {"until_on": ""}), ("extend", {"until_on": str(DUE)}), ("extend", {"until_on": "99999-01-01"}),
        ("extend", {"reason": ""}), ("waive", {"kind": "bored"}), ("waive", {"kind": ""}), ("waive", {"reason": " "}),
        ("withdraw", {"reason": ""}), ("withdraw", {"reason": "x" * 301}), ("withdraw", {"reason": "two\nlines"}),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused_with_a_reason(page, learner, name, sent):
    assignment = give(make_module(), learner, due_on=DUE)
    answer = page.post(url(f"assignment-{name}", assignment), CHANGES[name] | sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert Assignment.objects.get().state == "assigned"


def test_what_has_no_day_cannot_be_extended(page, learner):
    assignment = give(make_module(), learner)
    answer = page.post(url("assignment-extend", assignment), CHANGES["extend"])
    assert "It has no day to move." in answer.content.decode()


# --- who stands where -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_matrix_costs_the_same_however_many(page, manager, count, django_assert_max_num_queries):
    modules = [make_module() for _ in range(min(count, 12))]
    for number in range(count):
        person = make_person(manager=manager, team=manager.team)
        give(modules[number % len(modules)], person, due_on=DUE)
        if len(modules) > 1:
            finish(give(modules[number % len(modules) - 1], person))
    read(page, url("matrix"))
    narrowed = ("?team=Service&standing=soon", "?standing=blocked", f"?module={modules[0].pk}")
    for query in ("", *narrowed, "?show=direct", "?show=teams"):
        with django_assert_max_num_queries(12):
            read(page, url("matrix") + query)


def test_the_matrix_says_where_each_stands(page, learner):
    late = give(make_module(name="Greeting"), learner, at=NOW - timedelta(days=30), due_on=DUE - timedelta(days=30))
    below = make_person("Bo Below", manager=learner)
    finish(give(make_module(name="Privacy", valid_months=12), below))
    give(make_module(name="Foreign"), make_person("Otto Other"))
    text = read(page, url("matrix"))
    assert "Overdue" in text
    assert url("assignment-detail", late) in text
    assert "Otto Other" not in text
    assert "Foreign" not in text
    direct = read(page, f"{url('matrix')}?show=direct")
    assert "Lea Learner" in direct
    assert "Bo Below" not in direct


def test_the_export_holds_what_the_matrix_shows(page, learner):
    type(learner).objects.filter(pk=learner.pk).update(full_name="=HYPERLINK(1)")
    give(make_module(name="=1+1"), learner, due_on=DUE)
    answer = page.get(url("matrix-csv"))
    head, row = list(csv.reader(answer.getvalue().decode("utf-8-sig").splitlines()))
    assert head[-1].lstrip("'") == "=1+1"
    assert not any(cell.startswith("=") for cell in (*head, *row))
    assert row[1:3] == [learner.email, "Service"]
    assert row[3] == "Not started: 2026-11-30"


def test_the_matrix_is_for_those_who_lead_or_train(page, learner):
    for name in ("matrix", "matrix-csv"):
        assert page.post(url(name)).status_code == 405
    page.force_login(learner)
    assert [page.get(url(name)).status_code for name in ("matrix", "matrix-csv")] == [403, 403]
    page.force_login(make_person(roles={Role.AUDITOR: make_team("Shops")}))
    assert "Lea Learner" not in read(page, url("matrix"))


# --- practices to judge ---------------------------------------------------------------------------------------------


def asked(learner, observer, **fields):
    assignment = give(make_module("practice"), learner)
    part = ModulePart.objects.get(version=assignment.version_id)
    record = learning.open_part(assignment=assignment, part=part, at=NOW)
    return sign_offs.ask_for_sign_off(record=record, observer=observer, at=NOW, **fields)


def judge(page, sign_off, level="4", comment=""):
    sent = {f"level-{line.key}": level for line in PRACTICE.rubric}
    return page.post(url("sign-off-detail", sign_off), sent | {"comment": comment})


@pytest.mark.parametrize("count", [1, 3, 50])
@pytest.mark.once
def test_the_queue_costs_the_same_however_long(page, manager, learner, count, django_assert_num_queries):
    for _ in range(count):
        asked(learner, manager)
        sign_off = asked(learner, manager)
        sign_offs.judge(sign_off=sign_off, by=manager, levels={"greets": 4}, at=NOW)
    read(page, url("sign-off-list"))
    with django_assert_num_queries(6):
        read(page, url("sign-off-list"))


def test_what_is_signed_off_completes_the_module_and_what_is_returned_says_why(page, manager, learner):
    first, second = asked(learner, manager, note="On <b>Monday</b>."), asked(learner, manager)
    assert "On &lt;b&gt;Monday&lt;/b&gt;." in read(page, url("sign-off-detail", first))
    assert judge(page, first).url == url("sign-off-list")
    assert Completion.objects.get().assignment == first.record.assignment
    answer = judge(page, second, level="1")
    assert answer.status_code == 422
    assert "Say what to do differently" in answer.content.decode()
    assert judge(page, second, level="1", comment="Look up first.").status_code == 302
    page.force_login(learner)
    assert "Look up first." in read(page, url("sign-off-detail", second))
    assert "Your observer" not in read(page, url("sign-off-list"))


@pytest.mark.parametrize("level", ["", "0", "6", "-1", "x", "9" * 40, "3.5"])
def test_a_level_that_there_is_not_is_refused_and_the_comment_kept(page, manager, learner, level):
    sign_off = asked(learner, manager)
    answer = judge(page, sign_off, level=level, comment="Kept words.")
    assert answer.status_code == 422
    assert "Kept words.</textarea>" in answer.content.decode()
    assert SignOff.objects.get().state == "waiting"


def test_a_stale_tab_and_a_second_click_are_told_so(page, manager, learner):
    """And nothing is judged twice."""
    sign_off, taken_back, over = asked(learner, manager), asked(learner, manager), asked(learner, manager)
    judge(page, sign_off)
    sign_offs.take_back(sign_off=taken_back, at=NOW)
    assignments.withdraw(assignment=over.record.assignment, by=manager, at=NOW, reason="No need.")
    for one, words in ((sign_off, "over for the learner"), (taken_back, "taken back"), (over, "over for the learner")):
        answer = judge(page, one, level="1", comment="Not so.")
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not SignOff.objects.filter(comment="Not so.").exists()


def test_a_practice_is_judged_by_whom_was_asked_and_seen_by_nobody_else(page, manager, learner):
    observer = make_person(team=learner.team)
    sign_off = asked(learner, observer, note="canary-note")
    for reader in (manager, make_person(roles={Role.TRAINER: None}), make_person(roles={Role.AUDITOR: None})):
        page.force_login(reader)
        assert page.get(url("sign-off-detail", sign_off)).status_code == 404
        assert judge(page, sign_off).status_code == 404
        shown = read(page, url("assignment-detail", sign_off.record.assignment))
        assert "canary-note" not in shown
    page.force_login(learner)
    assert judge(page, sign_off).status_code == 403
    assert SignOff.objects.get().state == "waiting"


def test_only_the_learner_takes_it_back_once(page, manager, learner):
    sign_off = asked(learner, manager)
    path = url("sign-off-take-back", sign_off)
    assert page.get(path).status_code == 405
    assert page.post(path).status_code == 403
    page.force_login(learner)
    assert told(page.post(path)) == []
    assert "meanwhile" in told(page.post(path))[0]
    assert PartRecord.objects.get().done_at is None
