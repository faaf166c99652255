"""A year in which one team sees its own service better than customers do, one as they do, and one worse."""

import random
from datetime import UTC, date, datetime, time, timedelta

from people.actions import imports
from people.models import ImportRun, Person
from recognition.actions import pulse as pulses
from recognition.actions import scores
from recognition.pulse_groups import MEANS, SERVICE, months_before

SEED, MONTHS, SCORED = 20261123, 12, 14
UNIT = "Service/Customer Care/Unit 1"
# Around what the team and its customers score: in the first month, and in the last.
SEEN = {
    f"{UNIT}/Shift 1": ((4.0, 4.5), (4.1, 3.1)),
    f"{UNIT}/Shift 2": ((3.8, 4.0), (3.9, 4.0)),
    f"{UNIT}/Shift 3": ((3.2, 3.0), (3.5, 4.3)),
}


def load_blind_spot(accounts: dict[str, Person], *, at: datetime) -> None:
    """Of the last twelve months: what the teams answered, settled, and what a steward's file brought in."""
    chance = random.Random(SEED)  # noqa: S311 (a demo that is the same every time)
    months = months_before(at.date(), MONTHS)
    members = {path: list(Person.objects.active().filter(team__path=path).order_by("pk")) for path in SEEN}
    lines = ["team,date,score,scale,source,reference"]
    for number, month in enumerate(months):
        pulse = pulses.open_pulse(month=month, at=at)
        answers_at = datetime.combine(pulse.opens_on + timedelta(days=2), time(12), tzinfo=UTC)
        for path, (own, theirs) in SEEN.items():
            for person in members[path]:
                if chance.random() < 0.75:
                    scored = {SERVICE: _near(chance, own, number), MEANS: _near(chance, (3.6, 3.4), number)}
                    pulses.answer_pulse(pulse=pulse, scores=scored, by=person, at=answers_at)
            lines += [_line(chance, path, month, theirs, number, count) for count in range(SCORED)]
        pulses.settle_pulse(pulse=pulse, at=at)
    _import("\n".join(lines), accounts["steward"], at)


def _near(chance: random.Random, ends: tuple[float, float], number: int) -> int:
    """A score around where the year is by then."""
    middle = ends[0] + (ends[1] - ends[0]) * number / (MONTHS - 1)
    return min(5, max(1, round(chance.gauss(middle, 0.7))))


def _line(chance: random.Random, path: str, month: date, ends: tuple[float, float], number: int, count: int) -> str:
    day = month + timedelta(days=chance.randrange(28))
    return f"{path},{day},{_near(chance, ends, number)},1-5,After each call,{path}-{month:%Y%m}-{count}"


def _import(text: str, steward: Person, at: datetime) -> None:
    run = scores.start_import(data=text.encode(), file_name="after-each-call.csv", by=steward, at=at)
    imports.check_import(run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    if run.state == ImportRun.State.READY:
        imports.queue_import(run=run, by=steward, at=at)
        imports.apply_import(run_id=run.pk, clock=lambda: at)
