"""Giving, moving, waiving, taking back, renewing: one open cycle a person and module, and each act once."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import Invalid, Refused
from people.models import AuditEntry, Person
from tests.cast import NOW, finish, give, make_module, make_person
from training import signals
from training.actions import assignments as actions
from training.actions import modules
from training.models import Assignment, Completion, Extension, Waiver
from training.reports.standings import standing_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@pytest.fixture
def learner():
    return make_person("Lena Learner")


@pytest.fixture
def manager():
    return make_person("Mona Manager")


@pytest.fixture
def told():
    """Every signal of training with what came along, in order."""
    heard = []
    names = ("assigned", "withdrawn", "completed")

    def listener(name):
        return lambda sender, **facts: heard.append((name, facts))

    listeners = {name: listener(name) for name in names}
    for name, listen in listeners.items():
        getattr(signals, name).connect(listen)
    yield heard
    for name, listen in listeners.items():
        getattr(signals, name).disconnect(listen)


def now(assignment):
    return Assignment.objects.get(pk=assignment.pk)


def cycles(person, module):
    rows = Assignment.objects.filter(person=person, module=module).order_by("cycle")
    return [(row.cycle, row.state, row.reason) for row in rows]


def assign(module, *people, at=NOW, **fields):
    return actions.assign(module=module, people=people, by=None, at=at, **fields)


# Giving


def test_assignment_is_given_with_reason_day_and_version(learner, manager, told):
    module = make_module()
    given = actions.assign(
        module=module, people=[learner], by=manager, at=NOW, due_on=TODAY + DAY, note="You take calls from now on."
    )
    (row,) = given.assignments
    assert given.had_it == 0
    assert (row.person, row.module, row.cycle, row.state, row.reason) == (learner, module, 1, "assigned", "manual")
    assert (row.version, row.due_on, row.assigned_by) == (module.versions.get(), TODAY + DAY, manager)
    assert AuditEntry.objects.filter(did="training.assigned", object_id=row.pk, actor=manager).count() == 1
    assert [(name, facts["assignments"]) for name, facts in told] == [("assigned", [row])]


def test_assigning_twice_is_once(learner):
    module = make_module()
    first = assign(module, learner, due_on=TODAY + DAY)
    again = assign(module, learner, due_on=TODAY + 9 * DAY)
    assert (again.assignments, again.had_it) == ([], 1)
    assert now(first.assignments[0]).due_on == TODAY + DAY
    assert AuditEntry.objects.filter(did="training.assigned").count() == 1


def test_person_named_twice_is_given_it_once(learner):
    assert len(assign(make_module(), learner, Person.objects.get(pk=learner.pk)).assignments) == 1


def test_only_those_who_have_it_not_are_given_it(learner):
    module, others = make_module(), [make_person() for _ in range(3)]
    give(module, learner)
    given = assign(module, learner, *others)
    assert {row.person for row in given.assignments} == set(others)
    assert given.had_it == 1


def test_what_is_over_is_given_again_as_the_next_cycle(learner):
    module = make_module()
    finish(give(module, learner))
    give(module, learner)
    assert cycles(learner, module) == [(1, "completed", "manual"), (2, "assigned", "manual")]


def test_leavers_are_left_out(learner):
    gone = make_person("Gil Gone", is_active=False)
    given = assign(make_module(), gone, learner)
    assert [row.person for row in given.assignments] == [learner]


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_what_is_not_published_is_given_to_nobody(learner, state):
    module = make_module(published=state != "draft", archived_at=NOW if state == "archived" else None)
    with pytest.raises(Refused, match="not published"):
        assign(module, learner)
    assert not Assignment.objects.exists()


def test_stale_module_is_read_anew(learner):
    module = make_module()
    modules.archive_module(module=module, by=learner, at=NOW)
    with pytest.raises(Refused):
        assign(module, learner)


def test_day_that_is_over_for_one_of_them_is_refused_for_all():
    # 10:00 UTC is the 21st in Kiritimati and still the 19th nowhere.
    east, west = make_person(time_zone="Pacific/Kiritimati"), make_person(time_zone="Pacific/Pago_Pago")
    module = make_module()
    with pytest.raises(Invalid) as caught:
        assign(module, east, west, due_on=TODAY)
    assert "due_on" in caught.value.errors
    assert not Assignment.objects.exists()
    assert len(assign(module, west, due_on=TODAY - DAY).assignments) == 1
    assert len(assign(module, east, due_on=TODAY + DAY).assignments) == 1


def test_cost_of_giving_does_not_grow_with_the_people(django_assert_max_num_queries):
    module, few, many = make_module(), [make_person() for _ in range(2)], [make_person() for _ in range(30)]
    with django_assert_max_num_queries(17):
        assign(module, *few)
    with django_assert_max_num_queries(17):
        assert len(assign(module, *many).assignments) == 30


# One open cycle


@pytest.mark.parametrize("state", ["assigned", "started"])
def test_database_itself_keeps_one_open_cycle(learner, state):
    row = give(make_module(), learner)
    values = {"person": learner, "module": row.module, "version": row.version, "reason": "manual", "assigned_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**values, cycle=2, state=state, started_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**values, cycle=1, state="withdrawn", ended_at=NOW)
    Assignment.objects.create(**values, cycle=2, state="withdrawn", ended_at=NOW)
    Assignment.objects.create(**values | {"person": make_person()}, cycle=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "withdrawn"},
        {"ended_at": NOW},
        {"state": "started"},
        {"state": "completed", "ended_at": NOW},
    ],
)
def test_database_itself_keeps_states_and_moments_together(learner, wrong):
    row = give(make_module(), learner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=row.pk).update(**wrong)


# One's own choice


def test_module_of_ones_own_choice_is_open_without_a_day(learner):
    module = make_module()
    mine = actions.take_up(module=module, person=learner, at=NOW)
    assert (mine.reason, mine.due_on, mine.assigned_by) == ("self", None, learner)
    assert actions.take_up(module=module, person=learner, at=NOW) == mine


def test_taking_up_what_was_given_changes_nothing(learner):
    given = give(make_module(), learner, due_on=TODAY)
    assert actions.take_up(module=given.module, person=learner, at=NOW) == given
    assert (now(given).reason, now(given).due_on) == ("manual", TODAY)


def test_what_somebody_has_open_by_choice_is_asked_of_them_when_it_is_given(learner, manager, told):
    module = make_module("lesson", "writing")
    mine = actions.take_up(module=module, person=learner, at=NOW - DAY)
    told.clear()
    given = actions.assign(module=module, people=[learner], by=manager, at=NOW, due_on=TODAY + DAY, note="For calls.")
    assert (given.assignments, given.had_it) == ([mine], 0)
    row = now(mine)
    assert (row.cycle, row.reason, row.due_on, row.note, row.assigned_by) == (
        1,
        "manual",
        TODAY + DAY,
        "For calls.",
        manager,
    )
    assert [name for name, _facts in told] == ["assigned"]
    assert assign(module, learner).had_it == 1


# Overdue: two ways to ask, one answer


def test_overdue_rows_and_overdue_assignments_agree_around_every_midnight():
    zones = [
        "Pacific/Kiritimati",
        "Pacific/Auckland",
        "Asia/Kathmandu",
        "UTC",
        "Europe/London",
        "America/St_Johns",
        "Pacific/Pago_Pago",
    ]
    module = make_module()
    people = [make_person(time_zone=zone) for zone in zones for _ in range(5)]
    given = assign(module, *people, at=NOW - 30 * DAY).assignments
    for row, shift in zip(given, [-2, -1, 0, 1, None] * len(zones), strict=True):
        row.due_on = None if shift is None else TODAY + shift * DAY
    Assignment.objects.bulk_update(given, ["due_on"])
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    seen = set()
    for hours, seconds in product(range(-36, 60, 1), (-1, 0, 1)):
        at = midnight + timedelta(hours=hours, minutes=15 * (hours % 4), seconds=seconds)
        rows = Assignment.objects.select_related("person")
        expected = {row.pk for row in rows if row.is_overdue(at)}
        assert set(Assignment.objects.overdue(at).values_list("pk", flat=True)) == expected, at
        seen.add(len(expected))
    assert len(seen) > 10


def test_day_it_is_due_is_over_at_midnight_where_the_person_is():
    person = make_person(time_zone="America/New_York")
    row = give(make_module(), person, due_on=date(2026, 11, 20))
    last = datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC)
    for at, late in ((last, False), (last + timedelta(seconds=1), True)):
        assert now(row).is_overdue(at) is late
        assert Assignment.objects.overdue(at).exists() is late
        assert (standing_of(now(row), at=at).code == "overdue") is late


@pytest.mark.parametrize("end", ["completed", "waived", "withdrawn"])
def test_what_is_over_is_not_overdue(learner, manager, end):
    row = give(make_module(), learner, due_on=TODAY)
    end_it(row, end, manager)
    assert not now(row).is_overdue(NOW + 9 * DAY)
    assert not Assignment.objects.overdue(NOW + 9 * DAY).exists()


def test_what_has_no_day_is_never_overdue(learner):
    row = give(make_module(), learner)
    assert not row.is_overdue(NOW + 900 * DAY)
    assert not Assignment.objects.overdue(NOW + 900 * DAY).exists()


# Extending


def extend(row, until, by, at=NOW):
    return actions.extend(assignment=row, until_on=until, by=by, at=at, reason="Was ill.")


def test_extension_moves_the_day_and_says_from_when(learner, manager):
    row = give(make_module(), learner, due_on=TODAY)
    extend(row, TODAY + DAY, manager)
    extend(row, TODAY + 5 * DAY, manager, at=NOW + 3 * DAY)
    assert (row.due_on, now(row).due_on) == (TODAY + 5 * DAY, TODAY + 5 * DAY)
    moved = [(one.from_on, one.until_on, one.by) for one in Extension.objects.order_by("pk")]
    assert moved == [(TODAY, TODAY + DAY, manager), (TODAY + DAY, TODAY + 5 * DAY, manager)]
    assert AuditEntry.objects.filter(did="training.extended", reason="Was ill.").count() == 2


@pytest.mark.parametrize(
    ("until", "at"),
    [(TODAY, NOW), (TODAY - DAY, NOW), (TODAY + DAY, NOW + 2 * DAY)],
    ids=["the same day", "an earlier one", "one that is over"],
)
def test_extension_to_no_later_day_is_refused(learner, manager, until, at):
    row = give(make_module(), learner, due_on=TODAY)
    with pytest.raises(Invalid) as caught:
        extend(row, until, manager, at=at)
    assert "until_on" in caught.value.errors
    assert now(row).due_on == TODAY
    assert not Extension.objects.exists()


def test_overdue_work_may_be_extended_until_today_where_the_person_is(manager):
    row = give(make_module(), make_person(time_zone="Pacific/Kiritimati"), due_on=TODAY + DAY)
    at = NOW + 5 * DAY  # the 26th in Kiritimati
    with pytest.raises(Invalid):
        extend(row, TODAY + 5 * DAY, manager, at=at)
    extend(row, TODAY + 6 * DAY, manager, at=at)


def test_stale_page_does_not_shorten_what_another_extended(learner, manager):
    row = give(make_module(), learner, due_on=TODAY)
    stale = now(row)
    extend(row, TODAY + 9 * DAY, manager)
    with pytest.raises(Invalid):
        extend(stale, TODAY + 5 * DAY, manager)


def test_what_has_no_day_cannot_be_extended(learner, manager):
    with pytest.raises(Invalid, match="no day"):
        extend(give(make_module(), learner), TODAY, manager)


# Nobody for themselves, nothing twice


def end_it(row, how, by):
    if how == "completed":
        return finish(row)
    if how == "waived":
        return actions.waive(assignment=row, kind=Waiver.Kind.OUTSIDE, by=by, at=NOW, reason="Did it elsewhere.")
    return actions.withdraw(assignment=row, by=by, at=NOW, reason="Moved.")


ACTS = {
    "extended": lambda row, by: extend(row, TODAY + 9 * DAY, by),
    "waived": lambda row, by: end_it(row, "waived", by),
    "withdrawn": lambda row, by: end_it(row, "withdrawn", by),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_lets_themselves_off(learner, act):
    row = give(make_module(), learner, due_on=TODAY)
    with pytest.raises(Refused, match="Nobody"):
        ACTS[act](row, learner)
    assert (now(row).state, now(row).due_on) == ("assigned", TODAY)
    assert not AuditEntry.objects.filter(did=f"training.{act}").exists()


def test_what_one_chose_oneself_one_may_take_back(learner):
    row = actions.take_up(module=make_module(), person=learner, at=NOW)
    end_it(row, "withdrawn", learner)
    assert now(row).state == "withdrawn"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("end", ["completed", "waived", "withdrawn"])
def test_nothing_is_done_to_what_is_over(learner, manager, end, act):
    row = give(make_module(), learner, due_on=TODAY)
    stale = now(row)
    end_it(row, end, manager)
    before = Assignment.objects.values().get()
    counts = [model.objects.count() for model in (Waiver, Extension, Completion, AuditEntry)]
    with pytest.raises(Refused) as caught:
        ACTS[act](stale, manager)
    assert caught.value.code == "ended"
    assert Assignment.objects.values().get() == before
    assert [model.objects.count() for model in (Waiver, Extension, Completion, AuditEntry)] == counts


@pytest.mark.parametrize("end", ["waived", "withdrawn", "completed"])
def test_whoever_ends_it_holds_it_as_it_is_stored(learner, manager, end):
    row = give(make_module(), learner)
    end_it(row, end, manager)
    assert (row.state, row.ended_at) == (end, now(row).ended_at)
    assert row.ended_at is not None


@pytest.mark.parametrize("end", ["waived", "withdrawn"])
def test_ending_is_recorded_with_actor_and_reason_and_told(learner, manager, told, end):
    row = give(make_module(), learner)
    end_it(row, end, manager)
    row = now(row)
    assert (row.state, row.ended_at) == (end, NOW)
    entry = AuditEntry.objects.get(did=f"training.{end}")
    assert (entry.actor, entry.object_id) == (manager, row.pk)
    assert entry.reason
    assert [(name, facts["assignment"]) for name, facts in told[1:]] == [("withdrawn", row)]
    assert Waiver.objects.filter(assignment=row, kind="outside", by=manager).exists() is (end == "waived")


def test_waived_is_not_read_as_run_out(learner, manager):
    """The last cycle was waived: that its person's certificate has ended is nobody's reproach."""
    module = make_module(valid_months=12)
    finish(give(module, learner, at=NOW - 2 * YEAR), at=NOW - 2 * YEAR)
    row = give(module, learner)
    end_it(row, "waived", manager)
    assert standing_of(row, at=NOW).code == "waived"
    finish(give(module, learner))
    assert standing_of(row, at=NOW).code == "done"
    assert standing_of(row, at=NOW + 2 * YEAR).code == "expired"


# Renewing


def completed(module, person, *, on=NOW - 330 * DAY, take_up=False):
    row = actions.take_up(module=module, person=person, at=on) if take_up else give(module, person, at=on)
    return Completion.objects.get(assignment=finish(row, at=on))


def renew(at=NOW):
    return actions.open_renewals(at=at)


def test_renewal_is_given_once_and_due_when_the_term_ends(learner):
    module = make_module(valid_months=12)
    done = completed(module, learner)
    assert (renew(), renew(), renew(NOW + DAY)) == (1, 0, 0)
    row = Assignment.objects.open().get()
    assert (row.cycle, row.reason, row.due_on, row.assigned_by) == (2, "renewal", done.expires_on, None)
    assert row.version == module.versions.get()


@pytest.mark.parametrize(("shift", "opened"), [(-1, 0), (0, 1), (30, 1), (60, 1)])
def test_renewal_waits_for_its_window(learner, shift, opened):
    done = completed(make_module(valid_months=12, window_days=60), learner, on=NOW - 200 * DAY)
    opens = datetime.combine(done.expires_on - 60 * DAY, NOW.time(), tzinfo=UTC)
    assert renew(opens + shift * DAY) == opened


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Kiritimati", 10), ("UTC", 0), ("Pacific/Pago_Pago", 11)])
def test_window_opens_at_midnight_where_the_person_is(zone, hour):
    person = make_person(time_zone=zone)
    done = completed(make_module(valid_months=12, window_days=60), person, on=NOW - 200 * DAY)
    opens = datetime.combine(done.expires_on - 60 * DAY, datetime.min.time(), tzinfo=person.zone)
    assert opens.astimezone(UTC).hour == hour
    assert renew(opens - timedelta(seconds=1)) == 0
    assert renew(opens) == 1


def test_after_days_of_silence_renewal_comes_once_and_nobody_is_late_before_they_were_told():
    module = make_module(valid_months=12)
    east, west = make_person(time_zone="Pacific/Kiritimati"), make_person(time_zone="Pacific/Pago_Pago")
    for person in (east, west):
        completed(module, person, on=NOW - 2 * YEAR)
    assert (renew(), renew(), renew(NOW + 5 * DAY)) == (2, 0, 0)
    assert not Assignment.objects.overdue(NOW).exists()
    due = {row.person: row.due_on for row in Assignment.objects.open()}
    assert due == {east: TODAY + DAY, west: TODAY - DAY}


@pytest.mark.parametrize("end", ["waived", "withdrawn"])
def test_what_was_taken_back_or_waived_is_not_renewed(learner, manager, end):
    module = make_module(valid_months=12)
    completed(module, learner)
    renew()
    end_it(Assignment.objects.open().get(), end, manager)
    assert renew(NOW + 100 * DAY) == 0
    # Also not when it was taken once more by choice: that was not asked for.
    completed(module, learner, on=NOW, take_up=True)
    assert renew(NOW + 2 * YEAR) == 0


def test_what_was_only_chosen_is_not_renewed(learner):
    completed(make_module(valid_months=12), learner, take_up=True)
    assert renew() == 0


def test_what_is_required_stays_so_when_it_was_taken_once_more_by_choice(learner):
    module = make_module(valid_months=12)
    completed(module, learner)
    again = completed(module, learner, on=NOW - 310 * DAY, take_up=True)
    assert (renew(), renew()) == (1, 0)
    assert Assignment.objects.open().get().due_on == again.expires_on


def test_renewal_is_asked_of_who_has_begun_it_by_choice(learner):
    module = make_module("lesson", "writing", valid_months=12)
    done = completed(make_module(valid_months=12), learner)
    mine = actions.take_up(module=done.module, person=learner, at=NOW - 40 * DAY)
    assert module != done.module
    assert (renew(), renew()) == (1, 0)
    assert (now(mine).reason, now(mine).due_on, now(mine).cycle) == ("renewal", done.expires_on, 2)


def test_choice_that_was_taken_back_does_not_end_the_duty(learner):
    module = make_module(valid_months=12)
    completed(module, learner)
    end_it(actions.take_up(module=module, person=learner, at=NOW - 90 * DAY), "withdrawn", learner)
    assert renew() == 1


@pytest.mark.parametrize("why", ["for good", "archived", "left", "given already"])
def test_nothing_is_renewed_where_there_is_no_cause(learner, why):
    module = make_module(valid_months=None if why == "for good" else 12)
    completed(module, learner)
    if why == "archived":
        modules.archive_module(module=module, by=learner, at=NOW)
    if why == "left":
        Person.objects.filter(pk=learner.pk).update(is_active=False)
    if why == "given already":
        give(module, learner, due_on=TODAY + 90 * DAY)
    before = list(Assignment.objects.values())
    assert renew() == 0
    assert list(Assignment.objects.values()) == before


def test_renewal_done_in_its_window_loses_no_day_and_opens_the_next_a_year_later(learner):
    module = make_module(valid_months=12)
    first = completed(module, learner)
    renew()
    finish(Assignment.objects.open().get())
    second = Completion.objects.latest().get()
    assert second.expires_on.replace(year=2026) == first.expires_on
    assert first.certificate != second.certificate
    assert (renew(), renew(NOW + 300 * DAY)) == (0, 0)
    assert renew(NOW + 340 * DAY) == 1
    assert Completion.objects.count() == 2


def test_two_modules_and_many_people_are_renewed_each_by_their_own_day(learner):
    other, slow = make_person(), make_module(valid_months=12, window_days=10)
    quick = make_module(valid_months=6, window_days=60)
    for module, person, days in ((slow, learner, 330), (quick, learner, 150), (quick, other, 20), (slow, other, 360)):
        completed(module, person, on=NOW - days * DAY)
    assert renew() == 2
    assert set(Assignment.objects.open().values_list("person", "module")) == {
        (learner.pk, quick.pk),
        (other.pk, slow.pk),
    }
