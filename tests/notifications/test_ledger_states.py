"""The states of deliveries under any order of steps by workers that sleep, die and come back: never twice, never lost.

Two workers and a clock do whatever the ledger lets them do. Beside it the walk keeps the truth that the ledger cannot
know: for each try that was begun, whether the mail server has the message.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from notifications.actions import ledger, notices
from notifications.kinds import Cadence, Channel, Kind
from notifications.models import Delivery
from people.models import Person
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ENDED = {"sent", "skipped", "failed", "unknown", "cancelled"}
STEPS = {
    "plan": 1, "wait": 4, "claim": 5, "begin": 6, "begin_another": 3, "hear_of_it": 3, "hear_nothing": 2, "leave_it": 1,
    "give_back": 1, "die": 1, "recover": 3, "cancel": 2,
}  # fmt: skip


@dataclass
class Hold:
    """What a worker believes to have: it may be wrong by now."""

    row: Delivery
    token: UUID
    begun: bool = False
    taken: bool = False


class Walk:
    def __init__(self, kind: Kind, person: Person, chance: Random) -> None:
        self.kind, self.person, self.chance, self.now = kind, person, chance, NOW
        self.subjects = 0
        self.holds: dict[str, list[Hold]] = {"one": [], "two": []}
        self.taken: dict[int, int] = {}  # how often the mail server took the message of a row
        self.doubted: set[int] = set()  # rows of which nobody knows
        self.ended: dict[int, str] = {}

    def go(self, steps: int) -> None:
        self.plan()
        for step in self.chance.choices(list(STEPS), list(STEPS.values()), k=steps):
            getattr(self, step)()
            self.check()

    def plan(self) -> None:
        self.subjects += 1
        for _time in range(2):
            notices.notify(kind=self.kind, subject_id=self.subjects, to=[self.person], at=self.now)

    def wait(self) -> None:
        self.now += timedelta(minutes=self.chance.randint(1, 4))

    def claim(self) -> None:
        token = uuid4()
        rows = ledger.claim(pks=Delivery.objects.values_list("pk", flat=True), token=token, at=self.now)
        self._worker().extend(Hold(row, token) for row in rows)

    def begin(self) -> None:
        if found := self._one(begun=False):
            self._begin(*found)

    def begin_another(self) -> None:
        """In one step with what was taken before, out of the same worker's hands."""
        if found := self._one(begun=False):
            worker, hold = found
            before = [each for each in worker if each.taken and each.token == hold.token]
            worker[:] = [each for each in worker if each not in before[:1]]
            self._begin(worker, hold, taken=before[0].row.pk if before else None)

    def _begin(self, worker: list[Hold], hold: Hold, taken: int | None = None) -> None:
        if ledger.begin(pk=hold.row.pk, token=hold.token, at=self.now, taken=taken):
            hold.begun, hold.taken = True, self.chance.random() < 0.6
            self.taken[hold.row.pk] = self.taken.get(hold.row.pk, 0) + hold.taken
            worker.append(hold)

    def hear_of_it(self) -> None:
        """The answer comes, if late: taken or not."""
        if found := self._one(begun=True):
            _worker, hold = found
            if hold.taken:
                ledger.finish(pk=hold.row.pk, token=hold.token, at=self.now)
            else:
                row = Delivery.objects.get(pk=hold.row.pk)
                ledger.put_off(delivery=row, token=hold.token, reason="busy", at=self.now)

    def hear_nothing(self) -> None:
        if found := self._one(begun=True):
            _worker, hold = found
            self.doubted.add(hold.row.pk)
            ledger.doubt(delivery=Delivery.objects.get(pk=hold.row.pk), token=hold.token, at=self.now)

    def leave_it(self) -> None:
        if found := self._one(begun=False):
            _worker, hold = found
            step = self.chance.choice(["skip", "fail", "postpone"])
            if step == "postpone":
                ledger.postpone(pk=hold.row.pk, token=hold.token, until=self.now + timedelta(minutes=2))
            else:
                getattr(ledger, step)(pk=hold.row.pk, token=hold.token, reason=step)

    def give_back(self) -> None:
        worker = self._worker()
        for token in {hold.token for hold in worker}:
            ledger.release(token=token)
        worker[:] = [hold for hold in worker if hold.begun]

    def die(self) -> None:
        worker = self._worker()
        self.doubted |= {hold.row.pk for hold in worker if hold.begun}
        worker.clear()

    def recover(self) -> None:
        lapsed = Delivery.objects.lapsed(self.now).filter(state="sending")
        self.doubted |= set(lapsed.values_list("pk", flat=True))
        ledger.recover(at=self.now)

    def cancel(self) -> None:
        notices.cancel(kinds=[self.kind], subject_id=self.chance.randint(1, self.subjects), reason="moved")

    def _worker(self) -> list[Hold]:
        return self.holds[self.chance.choice(["one", "two"])]

    def _one(self, *, begun: bool) -> tuple[list[Hold], Hold] | None:
        """One that some worker believes to hold, out of its hands."""
        held = [(worker, hold) for worker in self.holds.values() for hold in worker if hold.begun is begun]
        if not held:
            return None
        worker, hold = self.chance.choice(held)
        worker.remove(hold)
        return worker, hold

    def check(self) -> None:
        twice = {pk for pk, times in self.taken.items() if times > 1}
        assert twice <= (self.doubted if self.kind.repeats else set())
        for row in Delivery.objects.all():
            taken = self.taken.get(row.pk, 0)
            assert (row.token is None) == (row.state not in Delivery.HELD)
            if row.state == "sent":
                assert taken
            if row.state == "unknown":
                assert row.pk in self.doubted
                assert not self.kind.repeats
            if row.state not in {"sending", "sent"} and row.pk not in self.doubted and not self._is_begun(row.pk):
                assert not taken
            if row.state in ENDED - {"cancelled"}:  # which its feature may say again
                self.ended.setdefault(row.pk, row.state)
            assert self.ended.get(row.pk, row.state) == row.state

    def _is_begun(self, pk: int) -> bool:
        """A worker that was believed dead has not heard the answer yet."""
        return any(hold.begun and hold.row.pk == pk for worker in self.holds.values() for hold in worker)


@pytest.mark.parametrize("repeats", [False, True])
def test_any_order_of_steps(repeats):
    taken = doubted = twice = 0
    for seed in range(16):
        with declared(repeats=repeats, cadence={Channel.MAIL: Cadence.NOW}, keeps=timedelta(days=9)) as (kind, _teller):
            walk = Walk(kind, make_person(), Random(seed))
            walk.go(100)
        Delivery.objects.all().delete()
        taken, doubted = taken + sum(walk.taken.values()), doubted + len(walk.doubted)
        twice += sum(times > 1 for times in walk.taken.values())
    assert taken > 10
    assert doubted > 10
    assert bool(twice) is repeats  # so the walks come to where twice would be possible
