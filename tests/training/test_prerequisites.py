"""What has to be done first: who may start, who is given what, and that no modules wait for one another."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import strategies as st

from foundation.errors import Invalid, Refused
from notifications.actions import dispatch, ledger, sending
from people.models import Person
from tests.cast import NOW, finish, give, make_module, make_person, make_session, make_team
from training import tasks
from training.actions import (
    assignments,
    bookings,
    certificates,
    learning,
    modules,
    outside,
    paths,
    reminders,
    rules,
    sign_offs,
)  # fmt: skip
from training.actions.prerequisites import give_missing, set_prerequisites
from training.actions.together import nudge_many
from training.models import Assignment, Completion, ModuleVersion, PartRecord, Prerequisite, Waiver
from training.models.assignments import zones_at
from training.order import loop_in
from training.reports.lateness import late_among
from training.reports.past import compliance_at
from training.reports.past_rows import done_by, needs_at, order_at, taken_by
from training.reports.rules import preview
from training.reports.standings import standing_of, standings_of
from training.reports.teams import matrix_of
from training.reports.totals import sum_of, totals_of
from training.reports.waits import first_before, needs_of
from training.reports.work import work_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def trainer():
    return make_person("Tara Trainer", roles={"trainer": None})


@pytest.fixture
def learner():
    return make_person("Lea Learner", team=make_team())


@pytest.fixture
def first():
    return make_module(name="Listening")


@pytest.fixture
def second(first, trainer):
    module = make_module(name="Empathy")
    set_prerequisites(module=module, needed=[first], by=trainer, at=NOW)
    return module


def has(person, state="assigned"):
    rows = Assignment.objects.filter(person=person, state=state).order_by("module__name")
    return [(row.module.name, row.note, row.due_on) for row in rows]


def part_of(assignment):
    return assignment.version.parts.first()


# --- starting ---------------------------------------------------------------------------------------------------------


def test_who_is_given_it_is_given_what_comes_first_and_starts_in_that_order(first, second, learner, trainer):
    due = NOW.date() + 20 * DAY
    given = assignments.assign(module=second, people=[learner], by=trainer, at=NOW, due_on=due, note="For the desk.")
    (row,) = given.assignments
    assert has(learner) == [("Empathy", "For the desk.", due), ("Listening", "Needed for “Empathy”.", due)]
    assert [one.module for one in given.needed] == [first]
    with pytest.raises(Refused) as refused:
        learning.open_part(assignment=row, part=part_of(row), at=NOW)
    assert refused.value.code == "waits"
    assert str(refused.value) == "“Listening” has to be done before “Empathy” can be started."
    row.refresh_from_db()
    assert (row.state, PartRecord.objects.count()) == ("assigned", 0)
    finish(given.needed[0])
    assert finish(row).state == "completed"


@pytest.mark.parametrize("how", ["elsewhere", "waived", "archived", "lapsed", "revoked", "asked again"])
def test_what_counts_as_done_first(first, second, learner, trainer, how):
    met = how in {"elsewhere", "waived", "archived"}
    if how == "elsewhere":
        outside.record_one(person=learner, module=first, completed_on=NOW.date() - 9 * DAY, expires_on=None,
                           source="College", evidence="", by=trainer, at=NOW)  # fmt: skip
    row = assignments.assign(module=second, people=[learner], by=trainer, at=NOW).assignments[0]
    before = Assignment.objects.filter(person=learner, module=first).first()
    assert (before is None) == (how == "elsewhere")
    if how in {"waived", "asked again"}:
        assignments.waive(assignment=before, kind=Waiver.Kind.TESTED_OUT, by=trainer, at=NOW, reason="Knows it.")
    if how == "asked again":
        give(first, learner, at=NOW + DAY)
    if how == "archived":
        modules.archive_module(module=first, by=trainer, at=NOW)
    if how == "revoked":
        certificates.revoke(completion=finish(before).completion, by=trainer, at=NOW, reason="Somebody else's.")
    if how == "lapsed":
        outside.record_one(person=learner, module=first, completed_on=NOW.date() - 9 * DAY,
                           expires_on=NOW.date() - DAY, source="College", evidence="", by=trainer, at=NOW)  # fmt: skip
    assert standing_of(row, at=NOW + DAY).code == ("assigned" if met else "blocked")
    if met:
        assert finish(row, at=NOW + DAY).state == "completed"
    else:
        with pytest.raises(Refused):
            finish(row, at=NOW + DAY)


def test_what_was_started_goes_on_when_what_came_first_is_lost(first, second, learner, trainer):
    second = make_module("lesson", "writing")
    set_prerequisites(module=second, needed=[first], by=trainer, at=NOW)
    held = outside.record_one
    held(person=learner, module=first, completed_on=NOW.date() - 9 * DAY, expires_on=NOW.date() + 2 * DAY,
         source="College", evidence="", by=trainer, at=NOW)  # fmt: skip
    row = give(second, learner)
    record = learning.open_part(assignment=row, part=part_of(row), at=NOW)
    later = NOW + 30 * DAY
    learning.finish_lesson(record=record, at=later)
    writing = learning.open_part(assignment=row, part=row.version.parts.get(kind="writing"), at=later)
    learning.save_writing(record=writing, text="Mine.", revision=0, at=later, finish=True)
    assert Completion.objects.filter(person=learner, module=second).exists()


def test_the_last_day_of_what_was_done_first_counts_where_the_learner_is(first, second, trainer):
    there = make_person("Kiri", time_zone="Pacific/Auckland")
    here = make_person("Ana", time_zone="America/New_York")
    for person in (there, here):
        outside.record_one(person=person, module=first, completed_on=NOW.date() - 9 * DAY, expires_on=NOW.date(),
                           source="College", evidence="", by=trainer, at=NOW)  # fmt: skip
    late = NOW.replace(hour=22)  # tomorrow in Auckland, today in New York
    found = assignments.assign(module=second, people=[there, here], by=trainer, at=late)
    codes = standings_of([there, here], [second], at=late)
    assert (codes[there.pk, second.pk].code, codes[here.pk, second.pk].code) == ("blocked", "assigned")
    assert [one.person for one in found.needed] == [there]


def test_no_seat_in_a_session_of_what_comes_later(first, learner, trainer):
    module = make_module("session", name="Together")
    set_prerequisites(module=module, needed=[first], by=trainer, at=NOW)
    row = give(module, learner)
    session = make_session(module)
    with pytest.raises(Refused, match="“Listening” has to be done before “Together”"):
        bookings.book(session=session, people=[learner], by=learner, at=NOW)
    finish(Assignment.objects.get(person=learner, module=first))
    bookings.book(session=session, people=[learner], by=learner, at=NOW)
    row.refresh_from_db()
    assert row.state == "started"


# --- who is given what ------------------------------------------------------------------------------------------------


def test_chains_and_diamonds_are_given_once_to_whoever_lacks_them(trainer):
    a, b, c, top = (make_module(name=name) for name in ("A", "B", "C", "Top"))
    for module, needed in ((b, [a]), (c, [a]), (top, [b, c])):
        set_prerequisites(module=module, needed=needed, by=trainer, at=NOW)
    new, knows = make_person("New"), make_person("Knows")
    finish(give(a, knows))
    given = assignments.assign(module=top, people=[new, knows], by=trainer, at=NOW)
    assert [name for name, _note, _due in has(new)] == ["A", "B", "C", "Top"]
    assert [name for name, _note, _due in has(knows)] == ["B", "C", "Top"]
    assert len(given.needed) == 5
    assert assignments.assign(module=top, people=[new, knows], by=trainer, at=NOW).needed == []
    assert give_missing(at=NOW) == 0


def test_what_one_chose_is_followed_by_ones_own_choice_and_then_asked(first, second, learner, trainer):
    mine = assignments.take_up(module=second, person=learner, at=NOW)
    assert set(Assignment.objects.values_list("reason", "due_on")) == {("self", None)}
    assert standing_of(mine, at=NOW).label == "Waits for “Listening”"
    due = NOW.date() + 9 * DAY
    assignments.assign(module=second, people=[learner], by=trainer, at=NOW, due_on=due, note="You need it.")
    assert has(learner) == [("Empathy", "You need it.", due), ("Listening", "Needed for “Empathy”.", due)]


def test_a_rule_gives_takes_back_and_remembers_what_comes_first_too(first, second, learner, trainer):
    other = make_person("Oskar", team=learner.team)
    rule = rules.create_rule(module=second, by=trainer, at=NOW, name="Desk", why="All.", team=learner.team)
    told = preview(rule, at=NOW)
    assert (told.gains, told.needed) == (2, [(first, 2)])
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    assert set(Assignment.objects.values_list("module__name", "rule")) == {("Listening", rule.pk), ("Empathy", rule.pk)}
    assert (preview(rule, at=NOW).gains, preview(rule, at=NOW).needed) == (0, [])
    back = Assignment.objects.get(person=learner, module=first)
    assignments.withdraw(assignment=back, by=trainer, at=NOW, reason="Not yet.")
    assert rules.apply_all(at=NOW + DAY) == (0, 0)
    assert give_missing(at=NOW + DAY) == 0
    Person.objects.filter(pk=other.pk).update(team=None)
    assert preview(rule, at=NOW + DAY).losing == [other]
    rules.apply_all(at=NOW + DAY)
    assert has(other) == []


def test_what_ran_out_meanwhile_is_given_by_the_hourly_tick(first, second, learner, trainer):
    outside.record_one(person=learner, module=first, completed_on=NOW.date() - 9 * DAY, expires_on=NOW.date(),
                       source="College", evidence="", by=trainer, at=NOW)  # fmt: skip
    give(second, learner, due_on=NOW.date() + DAY)
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        tasks.apply_rules()
        tasks.apply_rules()
    # Not late before they were told of it.
    assert ("Listening", "Needed for “Empathy”.", NOW.date() + 3 * DAY) in has(learner)
    assert Assignment.objects.count() == 2


def test_choosing_what_comes_first_gives_it_to_whoever_has_not_begun(first, trainer):
    module = make_module("lesson", "writing")
    waiting, begun, left = make_person("Wim"), make_person("Bea"), make_person("Lou")
    rows = {person: give(module, person, due_on=NOW.date() + 5 * DAY) for person in (waiting, begun, left)}
    learning.open_part(assignment=rows[begun], part=part_of(rows[begun]), at=NOW)
    Person.objects.filter(pk=left.pk).update(is_active=False)
    given = set_prerequisites(module=module, needed=[first], by=trainer, at=NOW)
    assert [(one.person, one.due_on) for one in given] == [(waiting, NOW.date() + 5 * DAY)]
    assert set_prerequisites(module=module, needed=[first], by=trainer, at=NOW) == []
    set_prerequisites(module=module, needed=[], by=trainer, at=NOW)
    assert standing_of(rows[waiting], at=NOW).code == "assigned"


def test_giving_costs_as_many_statements_for_ten_as_for_one(first, second, trainer):
    counts = []
    for number in (1, 10):
        people = [make_person() for _each in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assignments.assign(module=second, people=people, by=trainer, at=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- no loops ---------------------------------------------------------------------------------------------------------


def test_a_loop_is_refused_by_name_and_nothing_is_changed(first, second, trainer):
    third = make_module(name="Recovery")
    set_prerequisites(module=third, needed=[second], by=trainer, at=NOW)
    with pytest.raises(Invalid) as refused:
        set_prerequisites(module=first, needed=[third], by=trainer, at=NOW)
    assert str(refused.value) == (
        "Nobody could ever begin: “Listening” would need “Recovery”, “Recovery” would need “Empathy”, "
        "“Empathy” would need “Listening”."
    )
    assert Prerequisite.objects.count() == 2
    with pytest.raises(Invalid, match="“Listening” would need “Listening”"):
        set_prerequisites(module=first, needed=[first], by=trainer, at=NOW)


def test_only_what_is_published_can_come_first_and_it_is_not_discarded(first, trainer):
    draft = make_module(name="Draft", published=False)
    with pytest.raises(Invalid, match="“Draft” is not published"):
        set_prerequisites(module=first, needed=[draft], by=trainer, at=NOW)
    Prerequisite.objects.create(module=first, needed=draft)
    with pytest.raises(Refused, match="needs this module"):
        modules.discard_draft(version=ModuleVersion.objects.get(module=draft), by=trainer, at=NOW)


@drawn(st.dictionaries(st.integers(0, 6), st.frozensets(st.integers(0, 6))))
def test_a_loop_is_found_where_there_is_one_and_only_there(before):
    loop = loop_in(before)
    if loop:
        assert loop[0] == loop[-1]
        assert all(later in before[one] for one, later in pairwise(loop))
    else:  # then they can be done one after the other
        left = {key: set(needed) for key, needed in before.items()}
        for _each in range(len(left)):
            ready = {key for key, needed in left.items() if not needed & left.keys()}
            left = {key: needed for key, needed in left.items() if key not in ready}
        assert not left


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_make_no_loop(trainer):
    one, other = make_module(), make_module()
    barrier = Barrier(2)

    def need(module, needed):
        barrier.wait(timeout=10)
        try:
            set_prerequisites(module=module, needed=[needed], by=trainer, at=NOW)
        except Refused:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(need, (one, other), (other, one))) == ["done", "refused"]
    assert Prerequisite.objects.count() == 1


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, learner, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(learner)
    with time_machine.travel(NOW, tick=False):
        yield client


POSTS = [("lesson", "part-done", {}), ("writing", "part-write", {"text": "x", "revision": "0", "do": "finish"}),
         ("quiz", "part-try", {}), ("scenario", "part-try", {}), ("practice", "part-ask", {})]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize(("kind", "name", "data"), POSTS)
def test_no_page_starts_what_comes_later(page, first, learner, trainer, kind, name, data):
    learner.manager = trainer
    learner.save(update_fields=["manager"])
    module = make_module(kind)
    set_prerequisites(module=module, needed=[first], by=trainer, at=NOW)
    row = give(module, learner)
    arguments = [row.pk, part_of(row).pk]
    here = reverse("training:assignment-detail", args=[row.pk])
    assert page.get(reverse("training:part-detail", args=arguments)).url == here
    sent = {"observer": trainer.pk} if kind == "practice" else data
    assert page.post(reverse(f"training:{name}", args=arguments), sent).url == here
    row.refresh_from_db()
    assert (row.state, PartRecord.objects.count()) == ("assigned", 0)
    before = Assignment.objects.get(person=learner, module=first)
    shown = page.get(here).content.decode()
    assert "This comes later" in shown
    assert f'<a href="{before.get_absolute_url()}">Listening</a>' in shown
    assert reverse("training:part-detail", args=arguments) not in shown
    assert "Waits for “Listening”" in page.get(reverse("training:mine")).content.decode()


@pytest.mark.once
def test_my_work_says_first_things_first(first, second, learner):
    give(second, learner, due_on=NOW.date() + 3 * DAY)
    assert [(one.title, one.action) for one in work_for(learner, at=NOW)] == [("Listening", "Start")]
    assignments.extend(assignment=Assignment.objects.get(module=first), until_on=NOW.date() + 60 * DAY,
                       by=make_person(), at=NOW, reason="Later.")  # fmt: skip
    (item,) = work_for(learner, at=NOW)
    assert (item.title, item.meta, item.action) == ("Empathy", "First: “Listening”", "See")


@pytest.mark.once
def test_notices_say_what_comes_first(first, second, learner, trainer):
    assignments.assign(module=second, people=[learner], by=trainer, at=NOW, due_on=NOW.date() + 30 * DAY)
    ledger.recover(at=NOW)
    for chunk in dispatch.take_due(at=NOW):
        sending.deliver(pks=chunk, clock=lambda: NOW)
    told = {message.subject: message.body for message in mail.outbox}
    assert "“Listening” comes first." in told["To take: Empathy"]
    assert "comes first" not in told["To take: Listening"]


@pytest.mark.once
def test_trainers_choose_what_comes_first_and_read_what_it_gives(client, settings, first, learner, trainer):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(trainer)
    module = make_module(name="Empathy")
    give(module, learner, at=NOW)
    here = reverse("training:module-first", args=[module.pk])
    assert "<strong>1</strong> person has it to take" in client.get(here).content.decode()
    answer = client.post(here, {"needed": [first.pk]}, follow=True).content.decode()
    assert "1 person was given what they lack." in answer
    assert f'<a href="{first.get_absolute_url()}">Listening</a>' in answer
    back = client.post(reverse("training:module-first", args=[first.pk]), {"needed": [module.pk]})
    assert back.status_code == 422
    assert "“Listening” would need “Empathy”, “Empathy” would need “Listening”" in back.content.decode()
    give_page = client.get(reverse("training:module-give", args=[module.pk])).content.decode()
    assert "What comes first" in give_page
    new = make_person("Nia")
    said = {"who": "people", "people": new.email, "note": "For the desk."}
    told = client.post(reverse("training:module-give", args=[module.pk]), said, follow=True).content.decode()
    assert "1 person was given “Listening” too, to be done first." in told
    assert "Waits for “Listening”" in client.get(reverse("training:matrix")).content.decode()


# --- whose lateness it is ---------------------------------------------------------------------------------------------

AFTER = NOW + 12 * DAY  # all that is given here is due before it
HOLD_UPS = {"nothing": ("overdue", "own"), "observer": ("waiting", "observer"), "session": ("no_session", "session")}


@pytest.fixture(params=["needed", "path"])
def third(request, trainer):
    """The last of three that come one after the other; of the first one the kind is asked for: practice, session."""

    def give_three(kind, person):
        found = [make_module(kind, name="First"), make_module(name="Second"), make_module(name="Third")]
        if request.param == "needed":
            for module, needed in pairwise(reversed(found)):
                set_prerequisites(module=module, needed=[needed], by=trainer, at=NOW)
            give(found[2], person, due_on=NOW.date() + 9 * DAY)
        else:
            said = {"name": "New", "description": "x", "language": "English", "owner": trainer, "in_order": True}
            path = paths.create_path(by=trainer, at=NOW, steps=[(module, 9) for module in found], **said)
            paths.publish_path(path=path, by=trainer, at=NOW)
            paths.assign_path(path=path, people=[person], by=trainer, at=NOW)
        return Assignment.objects.get(person=person, module=found[2])

    return give_three


@pytest.mark.parametrize("held_up_by", HOLD_UPS)
def test_what_waits_for_what_is_held_up_is_late_for_the_same_cause_everywhere(third, trainer, held_up_by):
    """Badge, matrix, digest, totals, and the past day, through a chain of two; what is own stays own."""
    learner = make_person(manager=trainer)
    row = third("session" if held_up_by == "session" else "practice", learner)
    first = Assignment.objects.get(person=learner, module__name="First")
    if held_up_by == "observer":
        record = learning.open_part(assignment=first, part=part_of(first), at=NOW)
        sign_offs.ask_for_sign_off(record=record, observer=trainer, at=NOW + 9 * DAY)
    code, cause = HOLD_UPS[held_up_by]
    standing = standing_of(row, at=AFTER)
    assert (standing.code, standing.late) == (code, cause)
    assert standing.cause.startswith(f"Waits for “{standing.first}”")
    everybody = Person.objects.filter(pk=learner.pk)
    assert {one.assignment: one.cause for one in late_among(Assignment.objects.all(), at=AFTER)} == dict.fromkeys(
        Assignment.objects.values_list("pk", flat=True), cause
    )
    assert sum_of(totals_of(everybody, at=AFTER)).late == {cause: 3}
    assert matrix_of(everybody, at=AFTER).late == {cause: 3}
    assert sum((line.late for line in compliance_at(everybody, AFTER)), Counter()) == {cause: 3}
    told = [one.subject_id for one in reminders._of_late(NOW + 11 * DAY, 2 * DAY)]
    assert len(told) == (3 if held_up_by == "nothing" else 0)
    nudged = nudge_many(people=[learner], module=row.module, by=trainer, at=AFTER)
    assert bool(nudged.changed) is (held_up_by != "observer")
    work = [one.title for one in work_for(learner, at=AFTER)]
    assert work == ([] if held_up_by == "observer" else ["First"])


def test_what_cannot_be_started_is_the_same_for_a_cell_as_for_lateness(third, learner, trainer):
    """What a cell names as coming first is what lateness follows, as things are done and taken back."""
    third("lesson", learner)
    manager = make_person()

    def agree():
        rows = Assignment.objects.filter(person=learner)
        named = set(
            rows.annotate(first=first_before(NOW, zones_at(NOW))).exclude(first=None).values_list("pk", flat=True)
        )
        found = [pk for each in needs_of(rows, at=NOW, zones=zones_at(NOW)) for pk in each.values_list("pk", flat=True)]
        taken = dict(taken_by(Person.objects.filter(pk=learner.pk), NOW))
        people = Person.objects.filter(pk=learner.pk)
        then = needs_at(taken, done_by(people, NOW), order_at(people, NOW))
        assert set(found) == named == set(then)
        return len(named)

    one, other = (Assignment.objects.get(module__name=name) for name in ("First", "Second"))
    assert agree() == 2
    finish(one)
    assert agree() == 1
    certificates.revoke(completion=Completion.objects.get(), by=manager, at=NOW, reason="x")
    before = agree()
    assignments.waive(assignment=other, kind=Waiver.Kind.OUTSIDE, by=manager, at=NOW, reason="x")
    assert agree() < before
