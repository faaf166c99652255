"""Any order of events: no history is lost, no two cycles are open, no day of a term is lost, nobody is asked twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from foundation.errors import Refused
from tests.cast import CONTENTS, NOW, make_module, make_person, module_content
from training.actions import assignments, learning, modules, sign_offs
from training.contents import Lesson, Writing
from training.models import (
    Assignment,
    Attempt,
    Completion,
    Extension,
    ModulePart,
    ModuleVersion,
    PartRecord,
    SignOff,
    Waiver,
)
from training.models.assignments import parts_of
from training.reports.learning import lines_of, with_progress
from training.reports.standings import standings_of

HISTORY = (Completion, Extension, Waiver)
KINDS = ("lesson", "writing", "quiz", "scenario", "practice")
zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
people = st.integers(0, 1)
cycles = st.sampled_from([9, 9, 9, 9, 1, 2, 3])  # mostly the last


class Training(RuleBasedStateMachine):
    """Two people as far apart as can be, one module that is valid for half a year, and whatever may happen to them."""

    anchor = "expiry"

    def __init__(self):
        super().__init__()
        self.nothing_yet = transaction.savepoint()
        self.by, self.observer = make_person(), make_person()
        self.people = [make_person(time_zone=zone) for zone in zones]
        self.module = make_module(
            "lesson", "practice", valid_months=6, window_days=60, anchor=self.anchor, anchor_month=2, anchor_day=29
        )
        self.clock = NOW
        self.kept: dict[tuple[type, int], Any] = {}

    def teardown(self):
        transaction.savepoint_rollback(self.nothing_yet)

    def attempt(self, act):
        try:
            with transaction.atomic():
                return act()
        except Refused:
            return None

    def open_of(self, who):
        return Assignment.objects.open().filter(person=self.people[who]).first()

    # What people do

    @rule(days=st.sampled_from([0, 1, 7, 40, 125, 125, 200, 400]), hours=st.integers(0, 23))
    def time_goes_by(self, days, hours):
        self.clock += timedelta(days=days, hours=hours)

    @rule(who=st.sets(people, min_size=1), days=st.none() | st.integers(-2, 60))
    def assign(self, who, days):
        due_on = None if days is None else self.clock.date() + timedelta(days=days)
        some = [self.people[one] for one in who]
        self.attempt(
            lambda: assignments.assign(module=self.module, people=some, by=self.by, at=self.clock, due_on=due_on)
        )

    @rule(who=people)
    def take_up(self, who):
        self.attempt(lambda: assignments.take_up(module=self.module, person=self.people[who], at=self.clock))

    @rule(who=people, place=st.integers(0, 4), well=st.booleans())
    def do_a_part(self, who, place, well):
        row = self.open_of(who)
        if row is None:
            return
        parts = list(row.version.parts.order_by("position"))
        record = learning.open_part(assignment=row, part=parts[place % len(parts)], at=self.clock)
        self.attempt(lambda: getattr(self, record.part.kind)(record, well))

    @rule(who=people)
    def do_all_of_it(self, who):
        """What is open, or what they take up for that."""
        person = self.people[who]
        row = self.attempt(lambda: assignments.take_up(module=self.module, person=person, at=self.clock))
        for part in [] if row is None else row.version.parts.order_by("position"):
            record = learning.open_part(assignment=row, part=part, at=self.clock)
            self.attempt(lambda record=record: getattr(self, record.part.kind)(record, True))

    def lesson(self, record, _well):
        learning.finish_lesson(record=record, at=self.clock)

    def writing(self, record, well):
        revision = record.revision if well else record.revision - 1
        learning.save_writing(record=record, text="A case.", revision=revision, at=self.clock, finish=True)

    def quiz(self, record, well):
        attempt = learning.start_attempt(record=record, chance=Random(1), at=self.clock)
        order = next(one.order for one in learning.drawn(attempt=attempt) if one.key == "one")
        answers = {"one": order.index(0), "word": "Canary sorry"} if well else {}
        learning.submit_quiz(attempt=attempt, answers=answers, at=self.clock)

    def scenario(self, record, well):
        attempt = learning.start_attempt(record=record, chance=Random(1), at=self.clock)
        for choice in (0, 0) if well else (1,):
            step = len(attempt.answers["choices"])
            attempt = learning.choose(attempt=attempt, step=step, choice=choice, at=self.clock)

    def practice(self, record, well):
        waiting = record.sign_offs.waiting().first()
        if waiting is None:
            waiting = sign_offs.ask_for_sign_off(record=record, observer=self.observer, at=self.clock)
        if well:
            sign_offs.judge(sign_off=waiting, by=self.observer, levels={"greets": 4}, at=self.clock)

    @rule(who=people)
    def ask_an_observer(self, who):
        row = self.open_of(who)
        part = row.version.parts.filter(kind="practice").first() if row is not None else None
        if part is not None:
            record = learning.open_part(assignment=row, part=part, at=self.clock)
            self.attempt(lambda: self.practice(record, False))

    @rule(who=people)
    def return_a_practice(self, who):
        waiting = SignOff.objects.waiting().filter(learner=self.people[who]).first()
        if waiting is not None:
            levels = {"greets": 1}
            self.attempt(
                lambda: sign_offs.judge(
                    sign_off=waiting, by=self.observer, levels=levels, comment="Look up.", at=self.clock
                )
            )

    # What others decide

    @rule(who=people, which=cycles, days=st.integers(-3, 90))
    def extend(self, who, which, days):
        row = self.nth(who, which)
        if row is not None:
            until = (row.due_on or self.clock.date()) + timedelta(days=days)
            self.attempt(
                lambda: assignments.extend(assignment=row, until_on=until, by=self.by, at=self.clock, reason="Ill.")
            )

    @rule(who=people, which=cycles)
    def waive(self, who, which):
        row = self.nth(who, which)
        if row is not None:
            kind = Waiver.Kind.OUTSIDE
            self.attempt(
                lambda: assignments.waive(assignment=row, kind=kind, by=self.by, at=self.clock, reason="Elsewhere.")
            )

    @rule(who=people, which=cycles)
    def withdraw(self, who, which):
        row = self.nth(who, which)
        if row is not None:
            self.attempt(lambda: assignments.withdraw(assignment=row, by=self.by, at=self.clock, reason="Moved."))

    def nth(self, who, which):
        """One of the person's cycles, over or not; the last when there are fewer."""
        rows = Assignment.objects.filter(person=self.people[who], cycle__lte=which)
        return rows.order_by("-cycle").first()

    @rule()
    def renew(self):
        before = set(Assignment.objects.open().values_list("pk", flat=True))
        count = assignments.open_renewals(at=self.clock)
        assert assignments.open_renewals(at=self.clock) == 0
        assert len(set(Assignment.objects.open().values_list("pk", flat=True)) - before) <= count
        for row in Assignment.objects.open().filter(reason="renewal", assigned_at=self.clock):
            assert not row.is_overdue(self.clock)
            assert not row.is_whole

    @rule(
        kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
        text=st.sampled_from(["One.", "Two."]),
        skipped=st.sampled_from([0, 0, 1, 2]),
        under_way=st.sampled_from(["move", "move", "keep"]),
        completed=st.sampled_from(["keep", "keep", "again"]),
    )
    def publish(self, kinds, text, skipped, under_way, completed):
        changed: dict[str, Any] = {"lesson": Lesson(text=text), "writing": Writing(prompt=text)}
        content = module_content(*kinds)
        parts = tuple(
            replace(
                part,
                content=changed.get(part.key, CONTENTS[part.key]),
                skipped_in_renewal=place <= min(skipped, len(kinds) - 1),
            )
            for place, part in enumerate(content.parts, start=1)
        )
        again_due_on = self.clock.date() + timedelta(days=30)

        def act():
            draft = modules.write_draft(
                module=self.module, content=replace(content, parts=parts), by=self.by, at=self.clock
            )
            modules.publish_version(
                version=draft,
                by=self.by,
                at=self.clock,
                under_way=under_way,
                completed=completed,
                again_due_on=again_due_on,
            )

        self.attempt(act)

    @rule(away=st.sampled_from([True, False, False, False]))
    def archive_or_restore(self, away):
        act = modules.archive_module if away else modules.restore_module
        act(module=self.module, by=self.by, at=self.clock)

    # What always holds

    @invariant()
    def one_cycle_is_open_and_cycles_are_counted(self):
        for person in self.people:
            rows = list(Assignment.objects.filter(person=person).order_by("pk"))
            assert [row.cycle for row in rows] == list(range(1, len(rows) + 1))
            assert all(not row.is_open for row in rows[:-1])
            for row in rows:
                assert hasattr(row, "completion") is (row.state == "completed")
                assert hasattr(row, "waiver") is (row.state == "waived")

    @invariant()
    def what_is_on_record_stays(self):
        """Completions, extensions and waivers word for word; of what is over, everything."""
        rows: dict[tuple[type, int], Any] = {}
        for model in HISTORY:
            rows |= {(model, row["id"]): row for row in model.objects.values()}
        over = Assignment.objects.exclude(state__in=Assignment.OPEN)
        rows |= {(Assignment, row["id"]): row for row in over.values()}
        rows |= {(Attempt, row["id"]): row for row in Attempt.objects.filter(submitted_at__isnull=False).values()}
        rows |= {(SignOff, row["id"]): row for row in SignOff.objects.exclude(state="waiting").values()}
        rows |= {(ModuleVersion, pk): {} for pk in ModuleVersion.objects.values_list("pk", flat=True)}
        rows |= {(ModulePart, row["id"]): row for row in ModulePart.objects.values()}
        # Parts that are done stay done, though they may move to a new version.
        done = PartRecord.objects.filter(done_at__isnull=False).values("id", "text", "done_at")
        rows |= {(PartRecord, row["id"]): row for row in done}
        for key, row in self.kept.items():
            assert rows.get(key) == row
        self.kept = rows

    @invariant()
    def no_day_of_a_term_is_lost(self):
        for person in self.people:
            ends = [row.expires_on for row in Completion.objects.filter(person=person).order_by("pk")]
            assert ends == sorted(ends)
            for row in Completion.objects.filter(person=person):
                assert row.expires_on > row.completed_on

    @invariant()
    def day_it_is_due_follows_from_its_extensions(self):
        for row in Assignment.objects.filter(extensions__isnull=False).distinct():
            moves = list(row.extensions.order_by("pk"))
            assert all(move.from_on < move.until_on for move in moves)
            assert all(later.from_on == move.until_on for move, later in pairwise(moves))
            assert row.due_on == moves[-1].until_on

    @invariant()
    def progress_is_never_more_than_all(self):
        rows: Any = with_progress(Assignment.objects.all())
        for row in rows:
            wanted = parts_of(row)
            done = wanted.filter(records__assignment=row, records__done_at__isnull=False)
            assert (row.parts_done, row.parts_all) == (done.count(), wanted.count())
            assert [line.part for line in lines_of(row) if line.is_asked] == list(wanted)
            assert 0 <= row.parts_done <= row.parts_all
            assert row.parts_all == row.version.parts.count() or not row.is_whole
            assert row.minutes == sum(part.minutes for part in wanted)
            assert row.state != "completed" or row.parts_done == row.parts_all
            assert not row.is_open or row.parts_done < row.parts_all

    @invariant()
    def nobody_waits_on_what_is_over(self):
        assert not SignOff.objects.waiting().exclude(record__assignment__state__in=Assignment.OPEN).exists()
        for sign_off in SignOff.objects.waiting().select_related("record__part", "record__assignment"):
            assert sign_off.record.part.version_id == sign_off.record.assignment.version_id

    @invariant()
    def overdue_has_one_meaning(self):
        late = {row.pk for row in Assignment.objects.select_related("person") if row.is_overdue(self.clock)}
        assert set(Assignment.objects.overdue(self.clock).values_list("pk", flat=True)) == late
        cells = standings_of(self.people, [self.module], at=self.clock)
        told = {cell.assignment for cell in cells.values() if cell.code == "overdue"}
        waits = {cell.assignment for cell in cells.values() if cell.code == "waiting"}
        assert told <= late <= told | waits

    @invariant()
    def versions_are_in_order(self):
        states = Counter(self.module.versions.values_list("state", flat=True))
        assert states["published"] == 1
        assert states["draft"] == 0


class TrainingToAFixedDay(Training):
    anchor = "date"


@pytest.mark.once
class TestTraining(TestCase):
    def run_through(self, machine):
        with transaction.atomic():
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=12,
                    stateful_step_count=30,
                    report_multiple_bugs=False,
                    phases=[Phase.explicit, Phase.generate],
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )

    def test_no_order_of_events_loses_anything(self):
        self.run_through(Training)

    def test_no_order_of_events_loses_anything_with_a_fixed_day(self):
        self.run_through(TrainingToAFixedDay)
