"""The document put to the test by a machine, as three people: what it forbids is refused, what it allows is taken, and
each answer is one that it describes.

The ids that the scene holds stand in the machine's copy of the document, as it would find none by guessing.
"""

import copy
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup

from hiring import models as hiring
from people.api.throttling import PersonThrottle
from people.models import Person, Role, Site, Team
from recognition.models import (
    Candidacy,
    Case,
    Comment,
    Criterion,
    Idea,
    Judge,
    Nomination,
    Praise,
    Programme,
    Recognition,
    Round,
    Value,
)
from tests.api.caller import document, make_token
from tests.api.recognition_scene import set_awards, set_cases, set_recognition
from tests.api.scene import Scene, set_scene
from tests.api.training_scene import set_paths, set_training, set_work
from tests.cast import grant
from training import models as training

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ROLES = ("recruiter", "owes", "stranger")
EXAMPLES = {"recruiter": 6, "owes": 3, "stranger": 2}
EXAMPLES_OF_NONSENSE = 3  # of each operation; tests/foundation/test_api_schema.py tries far more on a small API

# A request in the words of the document may still be refused for what no schema can say: a name that is taken, a state
# that it does not fit, a colleague's id. Reading is not among them: no list may answer 400 to what it lists.
READING = ["2xx", 304, 403, 404]
CHANGING = ["2xx", 400, 403, 404, 409, 412]
REFUSED = [400, 401, 403, 404, 406, 409, 412, 415, 428]

# What a recruiter can do in one step from where the scene stands. If one of these never succeeds, the document asks for
# something that nobody can send.
NEEDS_A_STATE_OR_A_SEAT = {
    "POST /hiring/interviews/{id}/break-seal/",
    "POST /hiring/interviews/{id}/cancel/",
    "POST /hiring/interviews/{id}/no-show/",
    "POST /hiring/interviews/{id}/take-up/",
    "POST /hiring/interviews/{id}/reschedule/",
    "PUT /hiring/interviews/{id}/panel/",
    "GET /hiring/interviews/{id}/scorecard/",
    "PATCH /hiring/interviews/{id}/scorecard/",
    "POST /hiring/interviews/{id}/scorecard/submit/",
    "POST /hiring/scorecards/{id}/later-views/",
    "POST /hiring/interviews/",
    "POST /hiring/decisions/",
    "POST /hiring/applications/{id}/move/",
    "POST /hiring/openings/",
    "POST /hiring/openings/{id}/open/",
    "POST /hiring/openings/{id}/rules/",
    "PUT /hiring/openings/{id}/stages/",
    "POST /hiring/applications/",
    "GET /hiring/stages/{id}/comparison/",
    "POST /training/modules/",
    "PUT /training/modules/{id}/draft/",
    "POST /training/module-versions/{id}/publish/",
    "POST /training/module-versions/{id}/discard/",
    "POST /training/sign-offs/{id}/judge/",
    "POST /training/sign-offs/{id}/take-back/",
    "POST /training/sessions/",
    "PATCH /training/sessions/{id}/",
    "POST /training/sessions/{id}/attendance/",
    "POST /training/sessions/{id}/bookings/",
    "POST /training/bookings/{id}/correct/",
    "PUT /training/skill-needs/",
    "POST /recognition/recognitions/",
    "POST /recognition/customers/{id}/recognise/",
    "POST /recognition/reports/{id}/decide/",
    "POST /recognition/reports/{id}/appeal/",
    "POST /recognition/reports/{id}/answer/",
    "POST /recognition/scores/",
    "POST /recognition/programmes/",
    "PATCH /recognition/programmes/{id}/",
    "POST /recognition/rounds/",
    "PATCH /recognition/rounds/{id}/",
    "POST /recognition/rounds/{id}/publish/",
    "POST /recognition/rounds/{id}/reveal/",
    "POST /recognition/rounds/{id}/tie/",
    "POST /recognition/rounds/{id}/approve/",
    "GET /recognition/rounds/{id}/winners/",
    "POST /recognition/nominations/",
    "PATCH /recognition/nominations/{id}/",
    "POST /recognition/nominations/{id}/hand-in/",
    "POST /recognition/nominations/{id}/take-back/",
    "GET /recognition/nominees/{id}/",
    "POST /recognition/nominees/{id}/ballot/",
    "POST /recognition/nominees/{id}/recuse/",
    "PUT /recognition/nominees/{id}/citation/",
    "POST /recognition/ideas/{id}/answers/",
}


def rows_of(scene: Scene) -> dict[str, list[int]]:
    """Ids by the noun of an address and by the name of a field."""
    models: dict[str, Any] = {
        "openings": hiring.Opening,
        "stages": hiring.Stage,
        "candidates": hiring.Candidate,
        "applications": hiring.Application,
        "interviews": hiring.Interview,
        "scorecards": hiring.Scorecard,
        "decisions": hiring.Decision,
        "competencies": hiring.Competency,
        "questions": hiring.Question,
        "kits": hiring.Kit,
        "kit-versions": hiring.KitVersion,
        "people": Person,
        "teams": Team,
        "opening": hiring.Opening,
        "stage": hiring.Stage,
        "to_stage": hiring.Stage,
        "application": hiring.Application,
        "candidate": hiring.Candidate,
        "interview": hiring.Interview,
        "kit_version": hiring.KitVersion,
        "competency": hiring.KitCompetency,
        "question": hiring.KitQuestion,
        "team": Team,
        "site": Site,
        "parent": Team,
        "hiring_manager": Person,
        "manager": Person,
        "recruiters": Person,
        "person": Person,
        "id": hiring.Stage,
        "modules": training.Module,
        "assignments": training.Assignment,
        "completions": training.Completion,
        "rules": training.Rule,
        "module": training.Module,
        "module-versions": training.ModuleVersion,
        "paths": training.Path,
        "path": training.Path,
        "path-assignments": training.PathAssignment,
        "sign-offs": training.SignOff,
        "sessions": training.Session,
        "bookings": training.Booking,
        "booking": training.Booking,
        "skills": training.Skill,
        "skill": training.Skill,
        "recognitions": Recognition,
        "ideas": Idea,
        "doer": Person,
        "comments": Comment,
        "values": Value,
        "customers": Praise,
        "reports": Case,
        "programmes": Programme,
        "programme": Programme,
        "rounds": Round,
        "round": Round,
        "nominees": Candidacy,
        "nominee": Person,
        "nominations": Nomination,
        "judges": Judge,
        "winners": Candidacy,
        "criterion": Criterion,
        "owner": Person,
        "value": Value,
        "to": Person,
        "giver": Person,
        "trainer": Person,
        "observer": Person,
        "learner": Person,
    }
    return {name: sorted(model.objects.values_list("pk", flat=True)) for name, model in models.items()}


def with_ids(  # noqa: C901 (one walk over one document reads best as one)
    described: dict[str, Any], ids: dict[str, list[int]], mode: GenerationMode
) -> dict[str, Any]:
    """The document with the ids that exist, in place of all that could; and without cursors, which nobody makes up,
    where requests are to be taken."""
    described = copy.deepcopy(described)
    for path, methods in described["paths"].items():
        nouns = path.split("/")
        for operation in methods.values():
            for each in operation.get("parameters", []):
                if each["in"] == "path":
                    each["schema"] = {"type": "integer", "enum": ids[nouns[nouns.index("{id}") - 1]]}
                elif each["name"] == "If-Match":
                    each["schema"] = {"type": "string", "enum": ["*", '"0"', '"1"', '"2"']}
                elif mode is GenerationMode.POSITIVE:
                    _put_ids(each["schema"], ids.get(each["name"], []))
            if mode is GenerationMode.POSITIVE and "parameters" in operation:
                operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "cursor"]
    bodies = [schema for name, schema in described["components"]["schemas"].items() if name.endswith("Request")]
    for field, inner in (item for schema in bodies for item in schema["properties"].items()):
        _put_ids(inner, ids.get(field, []))
    return described


def _put_ids(schema: dict[str, Any], ids: list[int]) -> None:
    if schema.get("maximum") == 2**63 - 1 and ids:
        null = [None] if "null" in schema["type"] else []
        del schema["minimum"], schema["maximum"]
        schema["enum"] = [*ids, *null]
    if "items" in schema:
        _put_ids(schema["items"], ids)


@pytest.fixture
def scene(monkeypatch) -> Scene:
    monkeypatch.setattr(PersonThrottle, "get_rate", lambda self: None)
    scene = set_scene()
    training_scene = set_training(scene.opening.team)
    set_work(training_scene, observer=scene.people["recruiter"])
    set_paths(training_scene)
    grant(scene.people["recruiter"], Role.TRAINER)
    of_recognition = set_recognition(scene.people["recruiter"])
    set_cases(of_recognition)
    set_awards(of_recognition.steward)
    competency = hiring.Competency.objects.create(key="calm", name="Calm", group="service", definition="Stays calm.")
    competency.questions.create(key="calm-1", kind="behavioural", text="When were you last angry?")
    return scene


# What the document forbids is refused before anybody asks who it is that sent it; one sender is enough.
@pytest.mark.parametrize(
    ("role", "mode"),
    [*((role, GenerationMode.POSITIVE) for role in ROLES), ("recruiter", GenerationMode.NEGATIVE)],
)
def test_document_is_true(scene, role, mode):
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
    described = with_ids(document(), rows_of(scene), mode)
    schema = schemathesis.openapi.from_dict(described, config=config)
    schema.app = WSGIHandler()
    schema.config.update(base_url="http://testserver/")
    # Plain answers: the machine reads bytes as they come, packed ones too.
    headers = {"Authorization": f"Bearer {make_token(scene.people[role])}", "Accept-Encoding": "identity"}
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name != "positive_data_acceptance"]
    examples = EXAMPLES[role] if mode is GenerationMode.POSITIVE else EXAMPLES_OF_NONSENSE
    answered, wrong = {}, []
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        name = f"{operation.method.upper()} {operation.path.removeprefix('/api/v1')}"
        try:
            answered[name] = _statuses(_cases(operation, mode), examples, checks, headers)
        except FailureGroup as failures:
            wrong.append(f"{name}: {failures.exceptions[0]}")
    assert not wrong, "\n\n".join(wrong)
    if mode is GenerationMode.POSITIVE:
        _assert_accepted(answered, role)


def _cases(operation: Any, mode: GenerationMode) -> Any:
    """Requests for the operation. An empty list or object in the query is written as nothing at all, which is allowed
    where the machine takes it for a fault."""
    cases = operation.as_strategy(generation_mode=mode)
    return cases.filter(lambda case: not any(value in ([], {}) for value in (case.query or {}).values()))


def _statuses(cases: Any, examples: int, checks: list[Any], headers: dict[str, str]) -> set[int]:
    """The statuses that an operation answers with; each call is undone, so that every one starts from the scene."""
    found = set()

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
        database=None,
    )
    @given(case=cases)
    def call(case):
        with transaction.atomic():
            found.add(case.call_and_validate(checks=checks, headers=headers).status_code)
            transaction.set_rollback(True)

    call()
    return found


def _assert_accepted(answered: dict[str, set[int]], role: str) -> None:
    for name, statuses in answered.items():
        allowed = READING if name.startswith("GET") else CHANGING
        unexpected = {status for status in statuses if status not in allowed and not 200 <= status < 300}
        assert not unexpected, f"{name}: {unexpected}"
    if role == "recruiter":
        never = {name for name, statuses in answered.items() if not any(200 <= each < 300 for each in statuses)}
        assert never <= NEEDS_A_STATE_OR_A_SEAT, never - NEEDS_A_STATE_OR_A_SEAT
