"""One organisation with an application in every state, and a canary in every field that somebody must not see.

A canary is a text that stands nowhere else, so that finding it in an answer is finding the leak.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from hiring.actions import candidates, decisions, interviews, openings, scorecards
from hiring.models import Application, ApplicationFile, Interview, KitVersion, Opening, Scorecard, Stage
from people.models import Person, Role
from tests.api.recognition_scene import RecognitionScene
from tests.api.training_scene import TrainingScene
from tests.cast import (
    interview_stage,
    make_interview,
    make_kit_version,
    make_opening,
    make_person,
    make_site,
    make_team,
)


@dataclass
class Scene:
    """Who and what is there. `sealed` is an interview of two required panellists of whom one has submitted."""

    people: dict[str, Person]
    opening: Opening
    blind: Opening
    draft: Opening
    version: KitVersion
    stage: Stage
    planned: Interview
    sealed: Interview
    revealed: Interview
    masked: Interview
    cards: dict[str, Scorecard] = field(default_factory=dict)
    training: TrainingScene | None = None
    recognition: RecognitionScene | None = None

    @property
    def applications(self) -> dict[str, Application]:
        return {name: getattr(self, name).application for name in ("planned", "sealed", "revealed", "masked")}


ROLES = (
    "recruiter",
    "recruiter elsewhere",
    "recruiter on the panel",
    "hiring manager",
    "wrote",
    "owes",
    "shadow",
    "stranger",
    "auditor",
    "people admin",
)


def set_scene() -> Scene:
    """Everything through the actions, so that the tables are as the portal leaves them."""
    team, site = make_team("Service/Front Desk"), make_site()
    people = {role: make_person(role.title(), team=team) for role in ROLES}
    for role, granted, scope in [
        ("recruiter", Role.RECRUITER, None),
        ("recruiter on the panel", Role.RECRUITER, None),
        ("recruiter elsewhere", Role.RECRUITER, make_team("Service/Retail")),
        ("auditor", Role.AUDITOR, None),
        ("people admin", Role.PEOPLE_ADMIN, None),
    ]:
        people[role].role_grants.create(
            role=granted, team=scope, starts_at=timezone.now() - timedelta(days=9), granted_at=timezone.now()
        )
    people = {role: Person.objects.get(pk=person.pk) for role, person in people.items()}
    version = make_kit_version()
    manager = people["hiring manager"]
    opening = make_opening(title="Host at the front desk", team=team, site=site, manager=manager, kit_version=version)
    blind = make_opening(title="Night host", team=team, manager=manager, kit_version=version, blind=True)
    draft = make_opening(title="Concierge", team=team, manager=manager, kit_version=version, state="draft")
    for each in (opening, blind):
        stages = list(each.stages.order_by("position"))
        suggested = openings.suggested_rule(stages)
        assert suggested is not None
        openings.set_rule(opening=each, rule=suggested, by=people["recruiter"], at=timezone.now())
        openings.fix_rule(opening=each, at=timezone.now())
    scene = Scene(
        people=people,
        opening=opening,
        blind=blind,
        draft=draft,
        version=version,
        stage=interview_stage(opening),
        planned=_sitting(people, opening, "Planned", starts_in=timedelta(days=2)),
        sealed=_sitting(people, opening, "Sealed"),
        revealed=_sitting(people, opening, "Revealed"),
        masked=_sitting(people, blind, "Masked"),
    )
    _write(scene, "sealed wrote", scene.sealed, "wrote", score=2, canary="SEALED-EVIDENCE")
    _write(scene, "revealed wrote", scene.revealed, "wrote", score=5, canary="REVEALED-EVIDENCE")
    _write(scene, "revealed owes", scene.revealed, "owes", score=3, canary="OTHER-EVIDENCE")
    _write(scene, "masked wrote", scene.masked, "wrote", score=1, canary="MASKED-EVIDENCE")
    for sitting in (scene.sealed, scene.revealed, scene.masked):
        sitting.refresh_from_db()
    decisions.decide(
        application=scene.revealed.application,
        outcome="hold",
        reason="REASON-OF-DECISION",
        by=manager,
        at=timezone.now(),
    )
    return scene


def _sitting(
    people: dict[str, Person], opening: Opening, name: str, *, starts_in: timedelta = -timedelta(hours=2)
) -> Any:
    now = timezone.now()
    canary = name.upper()
    application = candidates.add_application(
        opening=opening,
        full_name=f"{canary}-NAME",
        email=f"{canary}-mail@mail.example".lower(),
        phone=f"{canary}-PHONE",
        source=Application.Source.AGENCY,
        applied_on=date(2026, 11, 1),
        stage=interview_stage(opening),
        note=f"{canary}-NOTE",
        by=people["recruiter"],
        at=now,
    )
    ApplicationFile.objects.create(
        application=application,
        file=f"candidates/{name}.pdf",
        name=f"{canary}-FILE.pdf",
        content_type="application/pdf",
        size=9,
        digest=name,
        uploaded_at=now,
    )
    panel = (people["wrote"], people["owes"])
    shadows = (people["shadow"], people["recruiter on the panel"])
    return make_interview(application, panel, shadows=shadows, starts_at=now + starts_in)


def _write(scene: Scene, name: str, interview: Interview, role: str, *, score: int, canary: str) -> None:
    person, now = scene.people[role], timezone.now()
    card = scorecards.open_scorecard(interview=interview, person=person, at=now)
    competencies = interview.kit_version.competencies.all()
    scorecards.save_scorecard(
        scorecard=card,
        revision=0,
        data=scorecards.ScorecardInput(
            ratings={each.pk: scorecards.RatingInput(score=score, evidence=canary) for each in competencies},
            recommendation=3,
            summary=f"{canary}-SUMMARY",
        ),
        at=now,
    )
    scene.cards[name] = scorecards.submit_scorecard(scorecard=card, revision=1, by=person, at=now)


def break_seal(scene: Scene, interview: Interview) -> None:
    """The recruiter off the panel reveals what is in."""
    interviews.break_seal(interview=interview, reason="SEAL-REASON", by=scene.people["recruiter"], at=timezone.now())
    interview.refresh_from_db()
