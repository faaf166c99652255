"""What holds something up besides whoever has it to do: an observer, a session that nobody offered, or a module to be
done first that is held up so itself. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from training.standing import HeldUp, is_offered, is_overdue


@dataclass(frozen=True, slots=True)
class Offered:
    """Where only sessions are left: since when somebody could go, and the days of those with a seat for them."""

    since: date
    days: Collection[date]


@dataclass(frozen=True, slots=True)
class HoldUps:
    """By the key of an assignment that is open. `asked`: the day on which an observer was asked for all that is left;
    `sessions`: of what has nothing left but those; `needs`: of what nobody can start yet, what is open of each module
    that has to be done first, None of one that the person has not open at all."""

    asked: Mapping[int, date] = field(default_factory=dict)
    sessions: Mapping[int, Offered] = field(default_factory=dict)
    needs: Mapping[int, Collection[int | None]] = field(default_factory=dict)

    def by(self, key: int, due_on: date | None) -> HeldUp | None:
        """What kept it from being done by its day; None when its learner could have gone on with it, or with anything
        that has to be done first. Of several things an observer is named rather than a session."""
        return None if due_on is None else self._of(key, lambda one: self._in_time(one, due_on))

    def waits_on_observers(self, key: int) -> bool:
        """Whether nothing of it, and of what has to be done first, waits on the learner now, but on observers."""
        return self._of(key, lambda one: "observer" if one in self.asked else None) is not None

    def _in_time(self, key: int, due_on: date) -> HeldUp | None:
        """Of this alone, whatever comes first: an observer was asked before the day was over, or no session with a seat
        was offered until then."""
        if key in self.asked and not is_overdue(due_on, self.asked[key]):
            return "observer"
        left = self.sessions.get(key)
        return "session" if left and not is_offered(left.days, since=left.since, due_on=due_on) else None

    def _of(self, key: int, alone: Callable[[int], HeldUp | None]) -> HeldUp | None:
        """Follows what comes first as far as it is not held up `alone`. Each is looked at once."""
        found: set[HeldUp] = set()
        seen: set[int | None] = {key}
        left: list[int | None] = [key]
        while left:
            one = left.pop()
            cause = None if one is None else alone(one)
            if cause is not None:
                found.add(cause)
            elif one is not None and self.needs.get(one):
                left += set(self.needs[one]) - seen
                seen |= set(self.needs[one])
            else:
                return None
        return "observer" if "observer" in found else "session" if found else None
