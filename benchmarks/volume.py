"""Rows by the thousand: an organisation of a given size, built set by set, the same for the same size."""

import datetime
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction

from benchmarks.floor import Row
from hiring import models as hiring
from hiring.actions.openings import set_rule, suggested_rule
from hiring.actions.scores import refresh_opening_scores
from people.models import Person, Role, RoleGrant, Site, Team

AT = datetime.datetime(2026, 11, 20, 10, 0, tzinfo=datetime.UTC)
PER_OPENING = 50
COMPETENCIES = ("empathy", "listening", "ownership", "composure", "recovery", "teamwork", "integrity")
Kind = TypeVar("Kind", bound=models.Model)


@dataclass
class Volume:
    """What a page may need to build its address."""

    candidates: int
    reader: Person
    panellist: Person
    opening: hiring.Opening
    stage: hiring.Stage
    interview: hiring.Interview


def build(candidates: int) -> Volume:
    """Fill an empty, migrated database: half as many people as candidates, openings of 50 applications each, half of
    them interviewed by three and revealed, so that 20,000 candidates mean some 200,000 ratings."""
    # Not in the transaction below: SQLite changes no tables within one.
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    with transaction.atomic():
        return _build(candidates, random.Random(candidates))


def _build(candidates: int, chance: random.Random) -> Volume:
    people = _people(max(200, candidates // 2))
    reader = people[0]
    RoleGrant.objects.create(person=reader, role=Role.RECRUITER, starts_at=AT, granted_at=AT)
    stages = _openings(candidates // PER_OPENING, people, chance)
    _interviews(_applications(candidates, stages), people, chance)
    _scorecards(chance)
    for opening in hiring.Opening.objects.all():
        rule = opening.rules.get()
        refresh_opening_scores(opening=opening, rule=rule, at=AT)
    _floor(candidates)
    opening = hiring.Opening.objects.order_by("pk")[0]
    interview = hiring.Interview.objects.filter(application__opening=opening).order_by("pk")[0]
    return Volume(
        candidates=candidates,
        reader=reader,
        panellist=interview.panellists.order_by("pk")[0].person,
        opening=opening,
        stage=interview.stage,
        interview=interview,
    )


def analyse() -> None:
    """Let the database know its tables, as it would after a night in production."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _insert(rows: Iterable[Kind]) -> list[Kind]:
    rows = iter(rows)
    made: list[Kind] = []
    while batch := list(islice(rows, 2000)):
        made += type(batch[0])._default_manager.bulk_create(batch, batch_size=500)
    return made


def _people(count: int) -> list[Person]:
    site = Site.objects.create(name="Leeds")
    root = Team.objects.create(name="Service", path="Service")
    teams = _insert(Team(name=f"Team {n}", parent=root, path=f"Service/Team {n}") for n in range(count // 50))

    def person(n: int) -> Person:
        name = f"Person {n:05}"
        email = f"person{n}@staff.example"
        team = teams[n % len(teams)]
        return Person(
            full_name=name, email=email, job_title="Agent", team=team, site=site, search_text=f"{name.lower()} {email}"
        )

    return _insert(person(n) for n in range(count))


def _kit() -> hiring.KitVersion:
    kit = hiring.Kit.objects.create(key="bench", name="Contact-centre agent")
    version = hiring.KitVersion.objects.create(kit=kit, number=1, length_minutes=60, created_at=AT)
    for position, key in enumerate(COMPETENCIES, start=1):
        anchors: dict[str, Any] = {f"anchor_{score}": f"What {key} sounds like at {score}." for score in range(1, 6)}
        competency = hiring.KitCompetency.objects.create(
            version=version, position=position, key=key, name=key.title(), definition=f"What {key} is.", **anchors
        )
        hiring.KitQuestion.objects.create(
            version=version,
            competency=competency,
            position=position,
            key=f"{key}-1",
            kind="behavioural",
            text=f"Tell me about a time you showed {key}.",
            probes=["What did you do?"],
            minutes=6,
        )
    hiring.KitVersion.objects.filter(pk=version.pk).update(state="published", published_at=AT)
    version.refresh_from_db()
    return version


def _openings(count: int, people: list[Person], chance: random.Random) -> list[hiring.Stage]:
    """The interview stage of each opening; its other stages are Applied and Offer."""
    version = _kit()
    teams = list(Team.objects.exclude(parent=None).order_by("pk"))
    openings = _insert(
        hiring.Opening(
            title=f"Agent {n}",
            team=chance.choice(teams),
            hiring_manager=chance.choice(people),
            state="open",
            created_at=AT,
            opened_at=AT,
            applications_numbered=PER_OPENING,
        )
        for n in range(count)
    )
    plan = [("Applied", None), ("Interview", version), ("Offer", None)]
    made = _insert(
        hiring.Stage(opening=opening, position=position, name=name, kit_version=kit)
        for opening in openings
        for position, (name, kit) in enumerate(plan, start=1)
    )
    stages = [stage for stage in made if stage.kit_version_id]
    for opening, stage in zip(openings, stages, strict=True):
        rule = suggested_rule([stage])
        assert rule is not None
        set_rule(opening=opening, rule=rule, by=None, at=AT)
    return stages


def _applications(count: int, stages: list[hiring.Stage]) -> list[hiring.Application]:
    def candidate(n: int) -> hiring.Candidate:
        name, email = f"Candidate {n:06}", f"candidate{n}@mail.example"
        return hiring.Candidate(
            full_name=name,
            email=email,
            phone=f"+44 20 7946 {n:06}",
            created_at=AT,
            search_text=f"{name.lower()} {email}",
        )

    candidates = _insert(candidate(n) for n in range(count))
    return _insert(
        hiring.Application(
            candidate=someone,
            opening_id=stages[n // PER_OPENING].opening_id,
            number=n % PER_OPENING + 1,
            stage=stages[n // PER_OPENING],
            applied_on=AT.date() - datetime.timedelta(days=n % 60),
            entered_stage_at=AT - datetime.timedelta(days=n % 20),
        )
        for n, someone in enumerate(candidates)
    )


def _interviews(applications: list[hiring.Application], people: list[Person], chance: random.Random) -> None:
    version = hiring.KitVersion.objects.get()
    interviews = _insert(
        hiring.Interview(
            application=application,
            stage_id=application.stage_id,
            kit_version=version,
            starts_at=AT - datetime.timedelta(days=n % 30, hours=1),
            ends_at=AT - datetime.timedelta(days=n % 30),
            state="held",
            revealed_at=AT,
            reveal="complete",
            created_at=AT - datetime.timedelta(days=40),
        )
        for n, application in enumerate(applications[::2])
    )
    roles = ("lead", "member", "member")

    def seats() -> Iterator[hiring.Panellist]:
        for interview in interviews:
            for role, person in zip(roles, chance.sample(people, k=3), strict=True):
                yield hiring.Panellist(interview=interview, person=person, role=role)

    _insert(seats())


def _scorecards(chance: random.Random) -> None:
    """Written as drafts and submitted at the end, since what is submitted takes no more ratings."""
    competencies = list(hiring.KitCompetency.objects.order_by("position"))
    scorecards = _insert(
        hiring.Scorecard(
            panellist=seat, recommendation=chance.randint(1, 4), summary="In short: good.", started_at=AT, saved_at=AT
        )
        for seat in hiring.Panellist.objects.order_by("pk")
    )
    _insert(
        hiring.Rating(
            scorecard=scorecard,
            competency=competency,
            score=chance.randint(1, 5),
            evidence="Named the customer, said what they did, and what came of it.",
        )
        for scorecard in scorecards
        for competency in competencies
    )
    hiring.Scorecard.objects.update(submitted_at=AT)


def _floor(count: int) -> None:
    _insert(
        Row(
            name=f"Candidate {n:06}",
            email=f"candidate{n}@mail.example",
            place=f"Agent {n // PER_OPENING}",
            state="active",
            score=f"{n % 5}.{n % 10000:04}",
            seen_at=AT,
        )
        for n in range(count)
    )
