"""Rows by the thousand: an organisation of a given size, built set by set, the same for the same size."""

import datetime
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.floor import WIDTH, Row
from foundation.text import fold
from hiring import models as hiring
from hiring.actions.openings import set_rule, suggested_rule
from hiring.actions.scores import refresh_opening_scores
from people.actions import audit
from people.models import Person, Role, RoleGrant, Site, Team
from recognition import models as recognition
from training import models as training

AT = timezone.now().replace(minute=0, second=0, microsecond=0)
PER_OPENING = 50
CROWD = 500  # applications for the one opening that everybody wants
MODULES = 40
WRITES = 100  # scorecards to save, and as many to submit: more than the runner asks for
COMPETENCIES = ("empathy", "listening", "ownership", "composure", "recovery", "teamwork", "integrity")
FIRST_NAMES = (
    "Maya", "Tomasz", "Aisha", "Liam", "Chen", "Fatima", "Jonas", "Priya", "Mateo", "Zoë",
    "Kwame", "Ingrid", "Omar", "Lucía", "Yuki", "Daniel", "Nadia", "Ravi", "Elif", "Sam",
)  # fmt: skip
LAST_NAMES = (
    "Lindqvist", "Okafor", "Nowak", "Patel", "García", "Müller", "Tanaka", "Silva", "Haddad", "O’Brien",
    "Kowalska", "Mensah", "Rossi", "Demir", "Petrov", "Nguyen", "Kaur", "Jensen", "Moreau", "Brown",
)  # fmt: skip
Kind = TypeVar("Kind", bound=models.Model)


@dataclass
class Volume:
    """What a page may need to build its address. Recruiter and auditor hold their roles everywhere: they see all."""

    candidates: int
    recruiter: Person
    auditor: Person
    panellist: Person
    writer: Person
    trainer: Person
    opening: hiring.Opening
    stage: hiring.Stage
    crowded: hiring.Opening
    crowded_stage: hiring.Stage
    application: hiring.Application
    interview: hiring.Interview
    kit: hiring.Kit
    kit_version: hiring.KitVersion
    value: recognition.Value
    to_save: list[int]
    to_submit: list[int]


def build(candidates: int) -> Volume:
    """Fill an empty, migrated database: half as many people as candidates; openings of 50 applications each, of which
    one in five is open and the others are decided; half of all applications interviewed by three and revealed, so that
    20,000 candidates mean some 200,000 ratings."""
    # Not in the transaction below: SQLite changes no tables within one.
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    with transaction.atomic():
        return _build(candidates, random.Random(candidates))


def _build(candidates: int, chance: random.Random) -> Volume:
    recruiter, auditor, panellist, writer, *people = _people(max(200, candidates // 2))
    trainer = people[-1]
    for person, role in ((recruiter, Role.RECRUITER), (auditor, Role.AUDITOR), (trainer, Role.TRAINER)):
        RoleGrant.objects.create(person=person, role=role, starts_at=AT, granted_at=AT)
    ordinary = (candidates - CROWD - 2 * WRITES) // PER_OPENING
    openings = _openings([PER_OPENING] * ordinary + [CROWD, 2 * WRITES], people, chance)
    *each, crowded, writing = openings
    applications = _applications(openings)
    panels = _Panels([*people, panellist], panellist, chance)
    for n, opening in enumerate(each):
        panels.fill(opening, applications[opening.pk], is_open=opening.state == "open", first=n == 0)
    panels.fill_crowd(applications[crowded.pk])
    panels.fill_writing(applications[writing.pk], writer)
    panels.insert()
    for opening in openings:
        refresh_opening_scores(opening=opening, rule=opening.rules.get(), at=AT)
    _training([*people[::-1]], chance)
    value = _recognition(2_000 if candidates < 20_000 else 200_000, people, chance)
    _audit(candidates * 2, recruiter)
    _floor(max(candidates, 200 * WIDTH))  # as many as a matrix has cells
    interview = hiring.Interview.objects.filter(application__opening=each[0], reveal="complete").order_by("pk")[0]
    written = list(
        hiring.Interview.objects.filter(application__opening=writing).order_by("pk").values_list("pk", flat=True)
    )
    return Volume(
        candidates=candidates,
        recruiter=recruiter,
        auditor=auditor,
        panellist=panellist,
        writer=writer,
        trainer=trainer,
        opening=each[0],
        stage=interview.stage,
        crowded=crowded,
        crowded_stage=crowded.stages.get(name="Interview"),
        application=interview.application,
        interview=interview,
        kit=interview.kit_version.kit,
        kit_version=interview.kit_version,
        value=value,
        to_save=written[:WRITES],
        to_submit=written[WRITES:],
    )


def analyse() -> None:
    """Let the database know its tables, as it would after a night in production."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def name_of(n: int) -> str:
    """Names as they come: every twentieth is a Maya, of 400 who follow one another no two have the same."""
    return f"{FIRST_NAMES[n % 20]} {LAST_NAMES[n // 20 % 20]}"


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
        name = name_of(n)
        email = f"person{n:06}@staff.example"
        team = teams[n % len(teams)]
        search = fold(f"{name} {email}")
        return Person(full_name=name, email=email, job_title="Agent", team=team, site=site, search_text=search)

    people = [person(n) for n in range(count)]
    leads = count // 10
    made = _insert(people[:leads])
    for n, each in enumerate(people[leads:]):
        each.manager = made[n % leads]
    return made + _insert(people[leads:])


def _training(people: list[Person], chance: random.Random) -> None:
    """Everybody has or had twenty of forty modules: half of them completed, the rest open and some of those late."""
    published = {"state": "published", "published_at": AT, "created_at": AT, "minutes": 5}
    modules = _insert(
        training.Module(key=f"module-{n}", name=f"Module {n:02}", summary="You can.", kind="technical", valid_months=12)
        for n in range(MODULES)
    )
    versions = _insert(training.ModuleVersion(module=module, number=1, **published) for module in modules)
    assignments = _insert(
        training.Assignment(
            person=person, module_id=version.module_id, version=version, cycle=1, reason="manual", assigned_at=AT,
            due_on=(AT + datetime.timedelta(days=chance.randint(-20, 90))).date(),
            **({"state": "completed", "started_at": AT, "ended_at": AT} if n % 2 else {}),
        )
        for person in people
        for n, version in enumerate(chance.sample(versions, MODULES // 2))
    )  # fmt: skip
    _insert(
        training.Completion(
            person_id=one.person_id, module_id=one.module_id, version_id=one.version_id, assignment=one,
            completed_at=AT, completed_on=AT.date(), base_on=AT.date(), term_months=12,
            expires_on=(AT + datetime.timedelta(days=chance.randint(-30, 365))).date(),
        )
        for one in assignments
        if one.state == "completed"
    )  # fmt: skip


def _recognition(count: int, people: list[Person], chance: random.Random) -> recognition.Value:
    """So many thanks in a year, one in ten to several people, one in twenty for a team or fewer; answers with the value
    that one in eight is for."""
    values = _insert(
        recognition.Value(key=f"value-{n}", name=f"Value {n}", description="What it means.", examples="One.",
                          position=n, created_at=AT)
        for n in range(8)
    )  # fmt: skip
    posts, recipients = [], []
    for n in range(count):
        giver, *thanked = chance.sample(people, 4)
        at = AT - datetime.timedelta(days=365) * (count - n) / count
        did = f"Stayed with {name_of(n)} on the line until the parcel {n} was found, and rang back as promised."
        reach = recognition.Reach.EVERYONE if n % 20 else n % 3 + 1
        posts.append(
            recognition.Recognition(giver=giver, value=values[n % 8], did=did, happened="A long queue that day.",
                                    visibility=reach, reach=reach, posted_at=at, token=uuid.UUID(int=n),
                                    search_text=fold(did))
        )  # fmt: skip
        recipients.append((thanked[: 3 if n % 10 == 0 else 1], giver, at))
    rows = _insert(posts)
    _insert(
        recognition.Recipient(recognition=post, person=person, giver=giver, posted_at=at)
        for post, (thanked, giver, at) in zip(rows, recipients, strict=True)
        for person in thanked
    )
    return values[0]


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


def _openings(sizes: list[int], people: list[Person], chance: random.Random) -> list[hiring.Opening]:
    """Openings of these many applications each, with their stages and rule. One in five is open, and the last two."""
    version = _kit()
    teams = list(Team.objects.exclude(parent=None).order_by("pk"))
    openings = _insert(
        hiring.Opening(
            title=f"Agent {n}",
            team=chance.choice(teams),
            hiring_manager=chance.choice(people),
            state="open" if n % 5 == 0 or n >= len(sizes) - 2 else "closed",
            created_at=AT - datetime.timedelta(days=n % 300),
            opened_at=AT - datetime.timedelta(days=n % 300),
            applications_numbered=size,
        )
        for n, size in enumerate(sizes)
    )
    plan = [("Applied", None), ("Interview", version), ("Offer", None)]
    made = _insert(
        hiring.Stage(opening=opening, position=position, name=name, kit_version=kit)
        for opening in openings
        for position, (name, kit) in enumerate(plan, start=1)
    )
    for opening, stage in zip(openings, [stage for stage in made if stage.kit_version_id], strict=True):
        rule = suggested_rule([stage])
        assert rule is not None
        set_rule(opening=opening, rule=rule, by=None, at=AT)
    return openings


def _applications(openings: list[hiring.Opening]) -> dict[int, list[hiring.Application]]:
    """New candidates for each opening, all at Interview; by opening."""
    stages = dict(hiring.Stage.objects.filter(name="Interview").values_list("opening", "pk"))
    places = [(opening, number) for opening in openings for number in range(1, opening.applications_numbered + 1)]

    def candidate(n: int) -> hiring.Candidate:
        name, email = name_of(n), f"candidate{n:06}@mail.example"
        search = fold(f"{name} {email}")
        return hiring.Candidate(
            full_name=name, email=email, phone=f"+44 20 7946 {n:06}", created_at=AT, search_text=search
        )

    candidates = _insert(candidate(n) for n in range(len(places)))
    found: dict[int, list[hiring.Application]] = {opening.pk: [] for opening in openings}
    for n, ((opening, number), someone) in enumerate(zip(places, candidates, strict=True)):
        found[opening.pk].append(
            hiring.Application(
                candidate=someone,
                opening=opening,
                number=number,
                stage_id=stages[opening.pk],
                applied_on=AT.date() - datetime.timedelta(days=n % 60),
                entered_stage_at=AT - datetime.timedelta(days=n % 20, minutes=n % 1000),
            )
        )
    return found


class _Panels:
    """Collects what is to be inserted about interviews, then inserts it set by set."""

    def __init__(self, people: list[Person], panellist: Person, chance: random.Random) -> None:
        self.people, self.panellist, self.chance = people, panellist, chance
        self.version = hiring.KitVersion.objects.get()
        self.stages = {(stage.opening_id, stage.name): stage for stage in hiring.Stage.objects.all()}
        self.applications: list[hiring.Application] = []
        self.sittings: list[tuple[hiring.Interview, list[Person], int]] = []  # the first so many have submitted
        self.decisions: list[hiring.Decision] = []

    def fill(
        self, opening: hiring.Opening, applications: list[hiring.Application], *, is_open: bool, first: bool
    ) -> None:
        """Half are interviewed and revealed. In an open opening, the other half waits, or is about to be interviewed;
        of a closed one, all are decided."""
        for n, application in enumerate(applications):
            self.applications.append(application)
            if n % 2 == 0:
                self._sit(application, days=n % 30 + 1, submitted=3)
            if not is_open:
                self._decide(application, "hire" if n == 0 else "reject", "hired" if n == 0 else "rejected")
            elif n % 4 == 1:
                application.stage = self.stages[opening.pk, "Applied"]
            elif n % 4 == 3:
                days = n % 8 - 4 or -1  # some over, some to come
                self._sit(application, days=days, submitted=1 if days > 0 else 0, own=first)
            elif n % 10 in {2, 4}:
                application.stage = self.stages[opening.pk, "Offer"]
                self._decide(application, "advance", "active")
            elif n % 10:
                self._decide(application, "hold", "on_hold")

    def fill_crowd(self, applications: list[hiring.Application]) -> None:
        """All are interviewed and wait for a decision."""
        for application in applications:
            self.applications.append(application)
            self._sit(application, days=application.number % 30 + 1, submitted=3)

    def fill_writing(self, applications: list[hiring.Application], writer: Person) -> None:
        """The writer's scorecard is the last that is missing everywhere."""
        for application in applications:
            self.applications.append(application)
            self._sit(application, days=2, submitted=2, last=writer)

    def _sit(
        self,
        application: hiring.Application,
        *,
        days: int,
        submitted: int,
        own: bool = False,
        last: Person | None = None,
    ) -> None:
        panel = self.chance.sample(self.people, k=3)
        if own and self.panellist not in panel:
            panel[2] = self.panellist
        if last is not None:
            panel[2] = last
        revealed = submitted == len(panel)
        ends_at = AT - datetime.timedelta(days=days)
        interview = hiring.Interview(
            application=application,
            stage=self.stages[application.opening_id, "Interview"],
            kit_version=self.version,
            starts_at=ends_at - datetime.timedelta(hours=1),
            ends_at=ends_at,
            state="held" if submitted else "scheduled",
            revealed_at=ends_at + datetime.timedelta(hours=2) if revealed else None,
            reveal="complete" if revealed else "",
            created_at=AT - datetime.timedelta(days=40),
        )
        self.sittings.append((interview, panel, submitted))

    def _decide(self, application: hiring.Application, outcome: str, state: str) -> None:
        application.state = state
        self.decisions.append(
            hiring.Decision(
                application=application,
                stage=self.stages[application.opening_id, "Interview"],
                outcome=outcome,
                reason="As agreed in the debrief.",
                by=self.people[0],
                at=AT,
            )
        )

    def insert(self) -> None:
        _insert(self.applications)
        _insert(self.decisions)
        _insert(interview for interview, _panel, _submitted in self.sittings)
        roles = ("lead", "member", "member")
        seats = [
            (hiring.Panellist(interview=interview, person=person, role=role), place < submitted)
            for interview, panel, submitted in self.sittings
            for place, (role, person) in enumerate(zip(roles, panel, strict=True))
        ]
        _insert(seat for seat, _submitted in seats)
        _scorecards(seats, self.chance)


def _scorecards(seats: list[tuple[hiring.Panellist, bool]], chance: random.Random) -> None:
    """Of everybody whose interview was held. Written as drafts, and submitted at the end where the seat says so: what
    is submitted takes no more ratings."""
    competencies = list(hiring.KitCompetency.objects.order_by("position"))
    recommended = {"summary": "In short: good.", "started_at": AT, "saved_at": AT}
    written = [
        (hiring.Scorecard(panellist=seat, recommendation=chance.randint(1, 4), **recommended), submitted)
        for seat, submitted in seats
        if seat.interview.state == "held"
    ]
    _insert(scorecard for scorecard, _submitted in written)
    _insert(
        hiring.Rating(
            scorecard=scorecard,
            competency=competency,
            score=chance.randint(1, 5),
            evidence="Named the customer, said what they did, and what came of it.",
        )
        for scorecard, _submitted in written
        for competency in competencies
    )
    drafts = [scorecard.pk for scorecard, submitted in written if not submitted]
    hiring.Scorecard.objects.exclude(pk__in=drafts).update(submitted_at=AT)


def _audit(count: int, person: Person) -> None:
    """A trail as long, in a chain that holds: the page about it walks it."""
    deeds = (
        audit.Deed(did="hiring.scorecard_read", thing=person, outcome=audit.Outcome.READ, changes={"n": n})
        for n in range(count)
    )
    while batch := list(islice(deeds, 2000)):
        audit.record_many(by=person, deeds=batch, at=AT)


def _floor(count: int) -> None:
    _insert(
        Row(
            name=name_of(n),
            email=f"candidate{n:06}@mail.example",
            place=f"Agent {n // PER_OPENING}",
            state="active",
            score=f"{n % 5}.{n % 10000:04}",
            seen_at=AT,
        )
        for n in range(count)
    )
