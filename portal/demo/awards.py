"""Awards in the demo: one announced, one in judging with a ballot to cast, one open with a draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from people.models import Person
from recognition.actions import announcing, awards, counting, nominations, panels, turning
from recognition.models import Candidacy, Judge, Nomination, Programme, Round

WRITTEN = Path(__file__).with_name("awards.yaml")
DAY = timedelta(days=1)
Accounts = Mapping[str, Person]


def load_awards(accounts: Accounts, *, at: datetime) -> None:
    """Two programmes with a round each that is over or judged, and one that runs."""
    written = yaml.safe_load(WRITTEN.read_text())
    calm, further = (_programme(one, accounts, at - 60 * DAY) for one in written["programmes"])
    cases = written["cases"]
    _announced(calm, cases[:3], written["citation"], accounts, at)
    _judged(further, cases[3:6], accounts, at)
    row = _round(calm, "Winter", at - 2 * DAY, at + 5 * DAY, accounts, at - 3 * DAY)
    _nominate(row, cases[6], _people(7)[6], accounts["manager"], at - DAY)
    keys = list(row.criteria.order_by("position").values_list("pk", flat=True))
    nominations.save_draft(
        round_=row, nominee=accounts["interviewer"], words={keys[0]: written["draft"]}, by=accounts["employee"],
        at=at - timedelta(hours=3),
    )  # fmt: skip


def _programme(written: dict[str, Any], accounts: Accounts, at: datetime) -> Programme:
    return awards.create_programme(owner=accounts["steward"], by=accounts["steward"], at=at, **written)


def _round(programme: Programme, name: str, first: datetime, last: datetime, accounts: Accounts, at: datetime) -> Round:
    """Judged for ten days, and announced on the fifteenth; published."""
    steward, closes_on = accounts["steward"], last.date()
    row = awards.create_round(
        programme=programme, name=name, opens_on=first.date(), closes_on=closes_on, judge_by=closes_on + 10 * DAY,
        announce_at=last + 15 * DAY, by=steward, at=at,
    )  # fmt: skip
    awards.publish_round(round_=row, by=steward, at=at)
    row.refresh_from_db()
    return row


def _people(count: int) -> list[Person]:
    """Of the shops and front desks, which none of the judges leads."""
    found = Person.objects.active().filter(team__path__regex="^Service/(Retail|Front Desk)/", manager__isnull=False)
    return list(found.filter(reports=None, started_on__isnull=False).order_by("pk")[:count])


def _nominate(row: Round, words: Sequence[str], nominee: Person, by: Person, at: datetime) -> None:
    said = dict(zip(row.criteria.order_by("position").values_list("pk", flat=True), words, strict=True))
    words_of = {pk: text.replace("NAME", nominee.name) for pk, text in said.items()}
    one: Nomination = nominations.save_draft(round_=row, nominee=nominee, words=words_of, by=by, at=at)
    nominations.hand_in(nomination=one, by=by, at=at)


def _seated(row: Round, judges: Sequence[Person], accounts: Accounts, at: datetime) -> list[Judge]:
    return [panels.appoint(round_=row, person=one, by=accounts["steward"], at=at) for one in judges]


def _cast(judge: Judge, scores: Sequence[Sequence[int]], at: datetime) -> None:
    """On each of the nominees whom this judge judges, in the order in which they were nominated."""
    keys = list(judge.round.criteria.order_by("position").values_list("pk", flat=True))
    rows = Candidacy.objects.filter(round=judge.round).exclude(recusals__judge=judge).order_by("nominations__pk")
    for row, given in zip(rows, scores, strict=False):
        counting.cast_ballot(
            judge=judge, candidacy=row, scores=dict(zip(keys, given, strict=True)), by=judge.person, at=at,
            reason="I went by the anchors: what was done stands in the case, what it changed less so.",
        )  # fmt: skip


def _announced(
    programme: Programme, cases: Sequence[Sequence[str]], citation: str, accounts: Accounts, at: datetime
) -> None:
    row = _round(programme, "Autumn", at - 45 * DAY, at - 40 * DAY, accounts, at - 50 * DAY)
    judges = _seated(row, [accounts[name] for name in ("interviewer", "trainer", "recruiter")], accounts, at - 48 * DAY)
    first, second = _people(2)
    nominees = (first, second, accounts["employee"])
    for words, nominee, by in zip(cases, nominees, ("manager", "admin", "manager"), strict=True):
        _nominate(row, words, nominee, accounts[by], at - 42 * DAY)
    turning.turn_rounds(at=at - 38 * DAY)
    for judge in judges:
        _cast(judge, [(5, 4, 4), (3, 4, 3), (4, 4, 3)], at - 35 * DAY)
    row.refresh_from_db()
    for winner in row.candidacies.filter(is_winner=True).select_related("nominee"):
        words_of = citation.replace("NAME", winner.nominee.name)
        announcing.cite(candidacy=winner, words=words_of, by=accounts["interviewer"], at=at - 34 * DAY)
    announcing.approve(round_=row, by=accounts["steward"], at=at - 30 * DAY)
    turning.turn_rounds(at=at - 24 * DAY)


def _judged(programme: Programme, cases: Sequence[Sequence[str]], accounts: Accounts, at: datetime) -> None:
    row = _round(programme, "Autumn", at - 12 * DAY, at - 5 * DAY, accounts, at - 14 * DAY)
    judges = _seated(row, [accounts["interviewer"], accounts["trainer"]], accounts, at - 13 * DAY)
    nominators = (accounts[name] for name in ("manager", "admin", "auditor"))
    for words, nominee, by in zip(cases, _people(6)[3:], nominators, strict=True):
        _nominate(row, words, nominee, by, at - 8 * DAY)
    turning.turn_rounds(at=at - 3 * DAY)
    _cast(judges[1], [(4, 3)] * 3, at - 2 * DAY)
