"""The states of deliveries under any order of steps by workers that sleep, die and come back: never twice, never lost.

Two workers and a clock do whatever the ledger lets them do. Beside it the machine keeps the truth that the ledger
cannot know: for each try that was begun, whether the mail server has the message.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from notifications.actions import ledger, notices
from notifications.kinds import Cadence, Channel
from notifications.models import Delivery
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORKERS = st.sampled_from(["one", "two"])
ENDED = {"sent", "skipped", "failed", "unknown", "cancelled"}


@dataclass
class Hold:
    """What a worker believes to have: it may be wrong by now."""

    row: Delivery
    token: UUID
    begun: bool = False
    taken: bool = False


class LedgerMachine(RuleBasedStateMachine):
    repeats: ClassVar[bool] = False

    @initialize()
    def begin_anew(self):
        Delivery.objects.all().delete()
        self.now = NOW
        self.person = make_person()
        self.subjects = 0
        self.holds: dict[str, list[Hold]] = {"one": [], "two": []}
        self.taken: dict[int, int] = {}  # how often the mail server took the message of a row
        self.doubted: set[int] = set()  # rows of which nobody knows
        self.ended: dict[int, str] = {}
        self.declared = declared(f"tests.machine{id(self)}", repeats=self.repeats, cadence={Channel.MAIL: Cadence.NOW})
        self.kind, _teller = self.declared.__enter__()

    def teardown(self):
        self.declared.__exit__(None, None, None)

    @rule()
    def plan(self):
        self.subjects += 1
        for _time in range(2):
            notices.notify(
                kind=self.kind, subject_id=self.subjects, to=[self.person], at=self.now, due_at=self.now + timedelta(0)
            )

    @rule(minutes=st.integers(1, 4))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(worker=WORKERS)
    def claim(self, worker):
        token = uuid4()
        pks = Delivery.objects.values_list("pk", flat=True)
        self.holds[worker] += [Hold(row, token) for row in ledger.claim(pks=pks, token=token, at=self.now)]

    def _with(self, worker, *, begun):
        return next((hold for hold in self.holds[worker] if hold.begun is begun), None)

    @rule(worker=WORKERS, arrives=st.booleans())
    def begin(self, worker, arrives):
        hold = self._with(worker, begun=False)
        if hold is None:
            return
        if ledger.begin(pk=hold.row.pk, token=hold.token, at=self.now):
            hold.begun, hold.taken = True, arrives
            self.taken[hold.row.pk] = self.taken.get(hold.row.pk, 0) + arrives
        else:
            self.holds[worker].remove(hold)

    @rule(worker=WORKERS)
    def hear_of_it(self, worker):
        """The answer comes, if late: taken or not."""
        hold = self._with(worker, begun=True)
        if hold is None:
            return
        self.holds[worker].remove(hold)
        if hold.taken:
            ledger.finish(pk=hold.row.pk, token=hold.token, at=self.now)
        else:
            row = Delivery.objects.get(pk=hold.row.pk)
            ledger.put_off(delivery=row, token=hold.token, reason="busy", at=self.now)

    @rule(worker=WORKERS)
    def hear_nothing(self, worker):
        hold = self._with(worker, begun=True)
        if hold is not None:
            self.holds[worker].remove(hold)
            self.doubted.add(hold.row.pk)
            ledger.doubt(delivery=Delivery.objects.get(pk=hold.row.pk), token=hold.token, at=self.now)

    @rule(worker=WORKERS, step=st.sampled_from(["skip", "fail", "postpone"]))
    def leave_it(self, worker, step):
        hold = self._with(worker, begun=False)
        if hold is None:
            return
        self.holds[worker].remove(hold)
        if step == "postpone":
            ledger.postpone(pk=hold.row.pk, token=hold.token, until=self.now + timedelta(minutes=2))
        else:
            getattr(ledger, step)(pk=hold.row.pk, token=hold.token, reason=step)

    @rule(worker=WORKERS)
    def give_back(self, worker):
        for token in {hold.token for hold in self.holds[worker]}:
            ledger.release(token=token)
        self.holds[worker] = [hold for hold in self.holds[worker] if hold.begun]

    @rule(worker=WORKERS)
    def die(self, worker):
        self.doubted |= {hold.row.pk for hold in self.holds[worker] if hold.begun}
        self.holds[worker] = []

    @rule()
    def recover(self):
        lapsed = Delivery.objects.lapsed(self.now).filter(state="sending")
        self.doubted |= set(lapsed.values_list("pk", flat=True))
        ledger.recover(at=self.now)

    @precondition(lambda self: self.subjects)
    @rule(data=st.data())
    def cancel(self, data):
        subject = data.draw(st.integers(1, self.subjects))
        notices.cancel(kinds=[self.kind], subject_id=subject, reason="moved")

    @invariant()
    def nothing_goes_twice(self):
        if not self.repeats:
            assert all(times <= 1 for times in getattr(self, "taken", {}).values())
        else:
            assert all(times <= 1 or pk in self.doubted for pk, times in getattr(self, "taken", {}).items())

    @invariant()
    def states_are_true(self):
        for row in Delivery.objects.all():
            taken = self.taken.get(row.pk, 0)
            if row.state == "sent":
                assert taken
            if row.state == "unknown":
                assert row.pk in self.doubted
                assert not self.repeats
            if row.state in {"skipped", "cancelled", "failed", "planned", "claimed"} and row.pk not in self.doubted:
                assert not taken
            assert (row.token is None) == (row.state not in Delivery.HELD)

    @invariant()
    def what_ended_stays_so(self):
        """But for what was cancelled, which its feature may say again."""
        for row in Delivery.objects.filter(state__in=ENDED):
            assert self.ended.setdefault(row.pk, row.state) == row.state
        for pk, state in self.ended.items():
            assert state == "cancelled" or Delivery.objects.get(pk=pk).state == state


@pytest.mark.parametrize("repeats", [False, True])
def test_any_order_of_steps(repeats):
    machine = type("Machine", (LedgerMachine,), {"repeats": repeats})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
