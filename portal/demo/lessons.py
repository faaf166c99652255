"""A module with a picture, a document, videos and evidence, so that each can be seen at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from people.models import Person
from training.actions import assignments, evidence, files, learning, modules
from training.models import Assignment
from training.module_files import parse_module

HERE = Path(__file__).parent / "front_desk"
FILES = ("desk.png", "opening-checklist.pdf", "greeting.webm", "greeting.vtt")
DAY = timedelta(days=1)


def load_lessons(accounts: dict[str, Person], people: Sequence[Person], *, at: datetime) -> None:
    """The module, given to the employee and to some of the manager's line, one of whom waits on the manager."""
    trainer, manager = accounts["trainer"], accounts["manager"]
    content = parse_module((HERE / "module.yaml").read_text())
    version = modules.create_module(content=content, by=trainer, at=at - 20 * DAY)
    for name in FILES:
        with (HERE / name).open("rb") as file:
            files.add_file(version=version, upload=file, name=name, by=trainer, at=at - 20 * DAY)
    modules.publish_version(version=version, by=trainer, at=at - 19 * DAY)
    given = assignments.assign(
        module=version.module,
        people=[accounts["employee"], *people[:2]],
        by=trainer,
        at=at - 6 * DAY,
        due_on=(at + 20 * DAY).date(),
        note="You sit at the front desk from December on.",
    ).assignments
    for row in given:
        if row.person_id != accounts["employee"].pk and row.person_id != manager.pk:
            _hand_in(row, manager, at - DAY)
            break


def _hand_in(row: Assignment, judge: Person, at: datetime) -> None:
    with (HERE / "opening-checklist.pdf").open("rb") as paper:
        evidence.hand_in(
            record=learning.open_part(assignment=row, part=row.version.parts.get(key="first-aid"), at=at),
            observer=judge,
            title="First aid at work, eight hours",
            done_on=(at - 40 * DAY).date(),
            upload=paper,
            name="certificate.pdf",
            note="With the Red Cross, in Leeds.",
            at=at,
        )
