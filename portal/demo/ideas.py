"""Ideas in the demo: proposed, answered, being done, done and celebrated; some wait for the manager's answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from people.models import Person, Team
from recognition.actions import ideas, pictures, posts
from recognition.models import Idea, Value

WRITTEN, SHELF = (Path(__file__).with_name(name) for name in ("ideas.yaml", "shelf.png"))
DAY = timedelta(days=1)
Accounts = Mapping[str, Person]
State = Idea.State


def load_ideas(accounts: Accounts, *, at: datetime) -> None:
    """Each by somebody of the place, answered after nine days by a steward; the first two stand on the wall."""
    written = yaml.safe_load(WRITTEN.read_text())
    for number, one in enumerate(written):
        near = _near(one["place"], accounts)
        author, doer, *others = near[number:] + near[:number]
        if one["place"] == "manager":
            author = accounts["employee"] if one["state"] == State.ACCEPTED else author
        idea = _proposed(one, author, accounts, at - one["ago"] * DAY)
        for mate in others[: (3 * number) % 5]:
            ideas.second(idea=idea, on=True, by=mate, at=at - (one["ago"] - 1) * DAY)
        _walked(idea, one, doer, accounts["steward"], at - (one["ago"] - 9) * DAY)
        if one["state"] == State.DONE and number < 2:
            _celebrated(idea, author, doer, others[-1], at - 2 * (number + 1) * DAY)


def _near(place: str, accounts: Accounts) -> list[Person]:
    found = Person.objects.active().exclude(pk__in=[person.pk for person in accounts.values()])
    if place == "manager":
        led = _led(accounts)
        found = found.filter(team__path__startswith=led.path if led else "Service/")
    elif place:
        found = found.filter(team__path__startswith=f"Service/{place}/")
    return list(found.filter(manager__isnull=False).order_by("pk")[:40])


def _led(accounts: Accounts) -> Team | None:
    """A team in which the manager of the demo leads somebody."""
    led = Person.objects.active().filter(manager=accounts["manager"], team__isnull=False).order_by("pk").first()
    return led.team if led else accounts["employee"].team


def _proposed(one: Mapping[str, Any], author: Person, accounts: Accounts, at: datetime) -> Idea:
    team: Team | None = author.team
    if one["place"] == "manager":
        team = _led(accounts)
    return ideas.propose(
        title=one["title"], obstacle=one["obstacle"], instead=one["instead"], effect=one["effect"],
        team=team if one["place"] else None, is_named=one["named"], by=author, at=at,
    )  # fmt: skip


def _walked(idea: Idea, one: Mapping[str, Any], doer: Person, steward: Person, at: datetime) -> None:
    """To the state in which the demo shows it."""
    state = State(one["state"])
    if state == State.REMOVED:
        ideas.take_down(idea=idea, reason=one["answer"], by=steward, at=at)
    if state in (State.PROPOSED, State.REMOVED):
        return
    day = at.date()
    verdict = state if state in Idea.VERDICTS else State.ACCEPTED
    ideas.answer(
        idea=idea, verdict=verdict, reason=one["answer"], doer=doer, do_by=day + 30 * DAY, by=steward, at=at,
        look_again_on=day + 40 * DAY,
    )  # fmt: skip
    if state in (State.DOING, State.DONE):
        ideas.start(idea=idea, by=doer, at=at + 3 * DAY)
    if state == State.DONE:
        ideas.finish(idea=idea, outcome=one["outcome"], doers=[doer], by=doer, at=at + 34 * DAY)


def _celebrated(idea: Idea, author: Person, doer: Person, giver: Person, at: datetime) -> None:
    shown = None
    if idea.title.startswith("A shelf"):
        alt = "Eight suitcases on two boards of a wooden shelf, each with a numbered tag"
        shown = pictures.prepare_picture(upload=BytesIO(SHELF.read_bytes()), alt=alt)
    posts.recognise(
        to=[author, doer], value=Value.objects.get(key="learn-out-loud"), idea=idea, picture=shown,
        happened=idea.obstacle, did=idea.instead, changed=idea.outcome, by=giver, at=at,
    )  # fmt: skip
