"""What is sent with each write: the least that somebody who may do it gets through with, so that the same request that
is refused to one is carried out for another."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from hiring import rule as rules
from hiring.models import Opening
from notifications.kinds import all_kinds
from tests.access.scene import Scene, picture
from tests.cast import NOW, PASSWORD, PRACTICE, module_content
from training.authoring import items_of
from training.forms.part_items import AddItemForm, QuestionForm
from training.forms.parts import AddPartForm, Edited, LessonForm, seal_of
from training.module_files import dump_module
from training.path_files import PathContent, dump_paths
from training.reports.modules import content_of


@dataclass(frozen=True)
class Body:
    """Data of a form or of JSON, and headers."""

    data: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


Maker = Callable[[Scene, str], dict[str, Any]]
DAY = f"{NOW + timedelta(days=3):%Y-%m-%d}"
ANY_VERSION = {"if-match": "*"}

PROFILE = {
    "time_zone": "Europe/London", "language": "en-gb", "work_days": ["mon", "tue"], "work_starts": "08:00",
    "work_ends": "16:00", "preferred_name": "Somebody",
}  # fmt: skip


def body_of(scene: Scene, route: str, thing: str, method: str, role: str) -> Body:
    """What this role sends; nothing where nothing is needed."""
    maker = BODIES.get((route, method))
    headers = ANY_VERSION if (route, method) in VERSIONED else {}
    return Body(maker(scene, role) if maker else {}, headers)


def _same(**data: Any) -> Maker:
    return lambda _scene, _role: dict(data)


def _chosen(module: str = "open", **data: Any) -> Maker:
    """From the matrix: the employee, and a module that they have open or can be given."""
    return lambda scene, _role: {
        "selected": [scene.people["employee"].pk],
        "module": scene[f"module.{module}"].pk,
        "sure": "1",
        **data,
    }


def _wishes(_scene: Scene, _role: str) -> dict[str, Any]:
    """Each kind as it is by itself, by the names that the form gives."""
    own = {f"{kind.key}-{channel}": cadence for kind in all_kinds() for channel, cadence in kind.cadence.items()}
    return own | {"since": "21:00", "until": "06:30", "digest_at": "08:00"}


def _session(scene: Scene, _role: str) -> dict[str, Any]:
    trainer = scene.people["trainer"].email
    return {"part": "session", "date": DAY, "time": "14:00", "minutes": 60, "place": "Room 5", "seats": 6,
            "trainer": trainer}  # fmt: skip


def _session_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {
        "module": scene["module.live"].pk, "part_key": "session", "starts_at": f"{DAY}T14:00:00Z", "place": "Room 5",
        "ends_at": f"{DAY}T15:00:00Z", "seats": 6, "trainer": scene.people["trainer"].pk,
    }  # fmt: skip


def _upload(name: str, content: bytes, **data: Any) -> Maker:
    return lambda _scene, _role: {"file": SimpleUploadedFile(name, content), **data}


VALUE: dict[str, Any] = {
    "name": "Listen first",
    "description": "Finds out first.",
    "examples": "Let a customer finish.",
}

FIVE = "One.\nTwo.\nThree.\nFour.\nFive."
ROUND: dict[str, Any] = {
    "name": "Spring", "opens_on": "2026-11-23", "closes_on": "2026-11-30", "judge_by": "2026-12-05",
    "announce_at": "2026-12-12T09:00",
}  # fmt: skip


def _programme(scene: Scene, _role: str) -> dict[str, Any]:
    return {
        "name": "Calm in the storm", "purpose": "For whoever stays calm.", "owner": scene.people["steward"].email,
        "quorum": 2, "tie_rule": "lowest", "places": 1, "most": 2, "cool_off": 2, "months": 0,
        "criterion_0": "Care", "anchors_0": FIVE, "criterion_1": "Effect", "anchors_1": FIVE,
    }  # fmt: skip


IDEA = {
    "title": "A shelf",
    "obstacle": "Guests wait in the lobby with their cases.",
    "instead": "A shelf behind the desk, with tags.",
}
NO = {"verdict": "declined", "reason": "The fire brigade wants the lobby free."}
VALUE_BY_API = VALUE | {"examples": ["Let a customer finish."]}


def _thanks_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {
        "to": [scene.people["new"].pk], "value": scene["value.used"].pk,
        "did": "Asked the question that everybody else had stopped asking.",
    }  # fmt: skip


def _thanks(scene: Scene, role: str) -> dict[str, Any]:
    """Of the newcomer, whom nobody is."""
    return {
        "to_0": scene.people["new"].email, "value": scene["value.used"].pk, "visibility": "0", "token": str(uuid4()),
        "did": "Asked the question that everybody else had stopped asking.",
    }  # fmt: skip


def _person(scene: Scene, _role: str) -> dict[str, Any]:
    return PROFILE | {"full_name": "Nils New", "email": "nils.new@staff.example", "team": scene["team.a"].path}


def _edited_person(scene: Scene, _role: str) -> dict[str, Any]:
    person = scene.people["employee"]
    return PROFILE | {"full_name": "Emil Edited", "email": person.email, "team": scene["team.a"].path}


def _grant(scene: Scene, _role: str) -> dict[str, Any]:
    return {"person": scene.people["employee"].email, "role": "auditor", "team": scene["team.a"].path}


def _opening(scene: Scene, _role: str) -> dict[str, Any]:
    manager = scene.people["manager"].email
    return {"title": "Day agent", "team": scene["team.a"].path, "headcount": "1", "hiring_manager": manager}


def _opening_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {"title": "Day agent", "team": scene["team.a"].pk, "hiring_manager": scene.people["manager"].pk}


def _stages(scene: Scene, _role: str) -> dict[str, Any]:
    stages = list(scene["opening.a"].stages.order_by("position"))
    data: dict[str, Any] = {
        "stage-TOTAL_FORMS": len(stages), "stage-INITIAL_FORMS": len(stages), "reason": "A clearer name."
    }  # fmt: skip
    for number, stage in enumerate(stages):
        data |= {
            f"stage-{number}-pk": stage.pk, f"stage-{number}-name": f"{stage.name} (new)",
            f"stage-{number}-kit_version": stage.kit_version_id or "", f"stage-{number}-panel_size": 3,
            f"stage-{number}-stalled_after_days": 7, f"stage-{number}-ORDER": number + 1,
        }  # fmt: skip
    return data


def _stages_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    stages = scene["opening.a"].stages.order_by("position")
    return {
        "stages": [{"id": one.pk, "name": f"{one.name} (new)", "kit_version": one.kit_version_id} for one in stages],
        "reason": "A clearer name.",
    }


def _rule(scene: Scene, _role: str) -> dict[str, Any]:
    data: dict[str, Any] = {"compensatory": "yes", "reason": "Fairer."}
    for part in _document(scene["opening.a"])["stages"]:
        data |= {f"weight-{part['stage']}-{term['competency']}": term["weight"] for term in part["terms"]}
    return data


def _rule_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    stages = _document(scene["opening.a"])["stages"]
    terms = [
        {
            "stage": int(part["stage"]),
            "terms": [{k: term[k] for k in ("competency", "weight")} for term in part["terms"]],
        }
        for part in stages
    ]
    return {"compensatory": True, "stages": terms, "reason": "Fairer."}


def _document(opening: Opening) -> dict[str, Any]:
    stored = opening.rules.order_by("-number").first()
    assert stored is not None
    return rules.document(rules.parse(stored.document))


def _move(scene: Scene, _role: str) -> dict[str, Any]:
    return {"selected": [scene["application.plain"].pk], "to": scene["stage.a"].pk}


def _decide_many(scene: Scene, _role: str) -> dict[str, Any]:
    return {"selected": [scene["application.plain"].pk], "outcome": "hold", "reason": "To be seen."}


def _interview(scene: Scene, _role: str) -> dict[str, Any]:
    return {
        "do": "store", "stage": scene["stage.a"].pk, "date": DAY, "time": "10:00", "place": "Room 1",
        f"panel-{scene.people['other'].pk}": "lead",
    }  # fmt: skip


def _interview_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {
        "application": scene["application.plain"].pk, "stage": scene["stage.a"].pk, "starts_at": f"{DAY}T10:00:00Z",
        "panel": [{"person": scene.people["other"].pk, "role": "lead"}],
    }  # fmt: skip


def _panel(scene: Scene, _role: str) -> dict[str, Any]:
    return {"do": "store", f"panel-{scene.people['other'].pk}": "lead"}


def _panel_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {"panel": [{"person": scene.people["other"].pk, "role": "lead"}]}


def _scorecard(scene: Scene, role: str) -> dict[str, Any]:
    person = scene.people[role].pk if role in scene.people else 0
    data: dict[str, Any] = {"revision": 1 if role == "owing" else 0, "person": person, "summary": "Written down."}
    for competency in scene["kit.version"].competencies.all():
        data |= {f"rating-{competency.pk}": "3", f"evidence-{competency.pk}": "Said so."}
    return data


def _scorecard_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    competencies = scene["kit.version"].competencies.all()
    return {"ratings": [{"competency": one.pk, "score": 3, "evidence": "Said so."} for one in competencies]}


def _application_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {"opening": scene["opening.a"].pk, "full_name": "Nadia New", "email": "nadia@mail.example"}


def _draft(scene: Scene, _role: str) -> dict[str, Any]:
    return {
        "revision": scene["kit.draft"].revision, "d-length_minutes": 45, "d-opening_minutes": 5, "d-closing_minutes": 5,
        "d-panel_size": 2, "d-guidance": "Begin on time.",
    }  # fmt: skip


def _candidates_columns(scene: Scene, _role: str) -> dict[str, Any]:
    return {"column-0": "full_name", "column-1": "email"}


def _decision_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {"application": scene["application.plain"].pk, "outcome": "hold", "reason": "To be seen."}


def _module(_scene: Scene, _role: str) -> dict[str, Any]:
    return {"text": dump_module(module_content("lesson", "quiz"))}


def _path(name: str) -> Maker:
    said = {"name": name, "description": "You can.", "language": "English"}
    return lambda scene, _role: {**said, "module-1": scene["module.free"].pk, "days-1": 7, "place-1": 1}


def _path_file(scene: Scene, _role: str) -> dict[str, Any]:
    path = PathContent("sent", "Sent", "You can.", "English", in_order=True, steps=((scene["module.free"].key, 7),))
    return {"text": dump_paths([path])}


def _first_step(_scene: Scene, _role: str) -> dict[str, Any]:
    return {"name": "A first step", "kind": "technical", "summary": "You can."}


def _piece(thing: str, **changes: Any) -> Maker:
    """What the page of that piece of the draft sends, with these changes."""

    def made(scene: Scene, _role: str) -> dict[str, Any]:
        held = {field.html_name: field.value() for field in _form_of(scene, thing)}
        return {name: value for name, value in held.items() if value not in (None, False)} | changes

    return made


def _form_of(scene: Scene, thing: str) -> Edited:
    parts, keys = content_of(scene["version.draft"]).parts, scene.arguments(thing)
    part = next((one for one in parts if one.key == keys.get("part")), None)
    if part is None:
        return AddPartForm(None, parts)
    if part.kind == "lesson":
        return LessonForm(None, part)
    return QuestionForm(None, part, items_of(part)[0]) if "item" in keys else AddItemForm(None, part)


def _seal_of(kind: str) -> Maker:
    """What the question whether to remove it was about."""

    def made(scene: Scene, _role: str) -> dict[str, Any]:
        (part,) = (one for one in content_of(scene["version.draft"]).parts if one.kind == kind)
        return {"seen": seal_of(asdict(part))}

    return made


def _given_by_api(scene: Scene, _role: str) -> dict[str, Any]:
    return {"module": scene["module.free"].pk, "people": [scene.people["employee"].pk], "note": "For the new desk."}


def _sign_off(_scene: Scene, _role: str) -> dict[str, Any]:
    return {f"level-{line.key}": "4" for line in PRACTICE.rubric} | {"accepted": "yes"}


COMPETENCY = {"name": "Patience", "group": "service", "definition": "Waits without hurrying anybody."}
QUESTION = {"kind": "behavioural", "text": "Tell me about a long wait.", "minutes": 6}
WEBHOOK = {"name": "Channel", "events": ["hiring.opening_opened"], "time_zone": "Europe/London"}
MODULE = {
    "name": "A better name", "summary": "You can.", "kind": "technical", "window_days": "60", "anchor": "expiry",
    "anchor_month": "1", "anchor_day": "1", "minimum_days": "0",
}  # fmt: skip
ANCHORS = {f"level_{level}": f"Seen at level {level}." for level in (1, 2, 3, 4)}
CONTACT = {"full_name": "Cara Corrected", "email": "cara@mail.example", "phone": ""}

BODIES: dict[tuple[str, str], Maker] = {
    ("people:me-edit", "POST"): _same(**PROFILE),
    ("notifications:preferences-edit", "POST"): _wishes,
    ("notifications:delivery-repeat", "POST"): _same(reason="They say it never came"),
    ("notifications:delivery-stop", "POST"): _same(reason="Sent by hand"),
    ("notifications:hold-settle", "POST"): _same(kind="", do="discard", reason="Seen in the log"),
    ("notifications:webhook-add", "POST"): _same(**WEBHOOK, form="slack", address="http://127.0.0.1:9/x"),
    ("notifications:webhook-edit", "POST"): _same(**WEBHOOK),
    ("people:person-add", "POST"): _person,
    ("people:person-edit", "POST"): _edited_person,
    ("people:person-leave", "POST"): _same(from_on="2027-01-10", until_on="2027-01-12"),
    ("people:leave-end", "POST"): _same(until_on="2027-03-04"),
    ("people:person-deactivate", "POST"): _same(left_on=f"{NOW:%Y-%m-%d}"),
    ("people:person-second-factor", "POST"): _same(reason="Called back"),
    ("people:person-waiting", "POST"): lambda scene, _role: {"to": scene.people["other"].email},
    ("people:photo-edit", "POST"): lambda _scene, _role: {"photo": SimpleUploadedFile("me.png", picture("red"))},
    ("people:team-add", "POST"): _same(name="Night"),
    ("people:team-edit", "POST"): lambda scene, _role: {"name": "Late", "parent": scene["team.a"].path},
    ("people:site-add", "POST"): _same(name="York"),
    ("people:site-edit", "POST"): _same(name="Leeds Dock"),
    ("people:role-grant", "POST"): _grant,
    ("people:role-end", "POST"): _same(reason="No longer needed"),
    ("people:import-add", "POST"): _upload("people.csv", b"email,full_name\nnils@staff.example,Nils\n"),
    ("hiring:competency-create", "POST"): _same(**COMPETENCY),
    ("hiring:competency-edit", "POST"): _same(**COMPETENCY),
    ("hiring:question-create", "POST"): _same(**QUESTION),
    ("hiring:question-edit", "POST"): _same(**QUESTION),
    ("hiring:kit-create", "POST"): _same(name="A new kit"),
    ("hiring:kit-import", "POST"): lambda scene, _role: {
        "text": scene["kit.text"]["text"],
        "do": "create",
        "into": "new",
    },
    ("hiring:kit-edit", "POST"): _same(name="A better name"),
    ("hiring:kit-version-edit", "POST"): _draft,
    ("hiring:kit-version-publish", "POST"): lambda scene, _role: {"revision": scene["kit.draft"].revision},
    ("hiring:opening-create", "POST"): _opening,
    ("hiring:opening-edit", "POST"): _opening,
    ("hiring:opening-close", "POST"): _same(reason="Filled."),
    ("hiring:opening-stages", "POST"): _stages,
    ("hiring:opening-rule", "POST"): _rule,
    ("hiring:applications-move", "POST"): _move,
    ("hiring:moves-undo", "POST"): lambda scene, _role: {"batch": scene["batch"]["batch"]},
    ("hiring:applications-decide", "POST"): _decide_many,
    ("hiring:application-create", "POST"): _same(
        full_name="Nadia New", email="nadia@mail.example", source="referral", applied_on="2026-11-02"
    ),
    ("hiring:application-import", "POST"): _upload("in.csv", b"full_name,email\nNadia,nadia@mail.example\n"),
    ("hiring:candidate-edit", "POST"): _same(**CONTACT),
    ("hiring:candidate-import", "POST"): _upload(
        "in.csv", b"full_name,email,opening\nNadia,nadia@mail.example,Agent\n"
    ),
    ("hiring:candidate-import-columns", "POST"): _candidates_columns,
    ("hiring:note-add", "POST"): _same(text="Called back."),
    ("hiring:file-add", "POST"): _upload("letter.txt", b"Dear all, I would like to serve your customers."),
    ("hiring:application-decide", "POST"): _same(outcome="withdraw", reason="Took another job."),
    ("hiring:interview-schedule", "POST"): _interview,
    ("hiring:interview-reschedule", "POST"): _same(do="store", date=DAY, time="11:00", place="Room 2"),
    ("hiring:interview-panel", "POST"): _panel,
    ("hiring:interview-cancel", "POST"): _same(reason="The candidate is ill."),
    ("hiring:interview-no-show", "POST"): _same(reason="Nobody came."),
    ("hiring:interview-break-seal", "POST"): _same(reason="A panellist has left."),
    ("hiring:scorecard-fill", "POST"): _scorecard,
    ("hiring:scorecard-save", "POST"): _scorecard,
    ("hiring:scorecard-submit", "POST"): _same(revision=1),
    ("hiring:later-view-add", "POST"): _same(recommendation=2, cause="Heard something in the debrief."),
    ("hiring:debrief-note-add", "POST"): _same(text="We agree."),
    ("training:module-create", "POST"): _module,
    ("training:module-edit", "POST"): _same(**MODULE),
    ("training:module-first", "POST"): lambda scene, _role: {"needed": [scene["module.open"].pk]},
    ("training:module-draft", "POST"): _module,
    ("training:module-start", "POST"): _first_step,
    ("training:draft-parts", "POST"): _piece("module.free", kind="lesson", title="Another", minutes=5),
    ("training:draft-part", "POST"): _piece("draft.lesson", title="A better title"),
    ("training:draft-part-move", "POST"): _same(to=2),
    ("training:draft-part-remove", "POST"): _seal_of("lesson"),
    ("training:draft-item-remove", "POST"): _seal_of("quiz"),
    ("training:draft-item-add", "POST"): _piece("draft.quiz", type="text"),
    ("training:draft-item", "POST"): _piece("draft.question", text="A better question?"),
    ("training:draft-item-move", "POST"): _same(to=2),
    ("training:module-give", "POST"): lambda scene, _role: {
        "who": "people",
        "people": scene.people["employee"].email,
        "note": "For the new desk.",
    },
    ("training:version-publish", "POST"): _same(under_way="keep", completed="keep"),
    ("recognition:recognise", "POST"): _thanks,
    ("recognition:picture-edit", "POST"): lambda _scene, _role: {
        "picture": SimpleUploadedFile("cake.png", picture("red")),
        "picture_alt": "A cake",
    },
    ("recognition:idea-propose", "POST"): lambda _scene, _role: {**IDEA, "is_open": "1", "token": str(uuid4())},
    ("recognition:idea-answer", "POST"): _same(**NO),
    ("recognition:idea-done", "POST"): lambda scene, _role: {
        "outcome": "Nobody waits any more, since Monday.",
        "doers_0": scene.people["owing"].email,
    },
    ("recognition:idea-second", "POST"): _same(on="1"),
    ("recognition:idea-take-down", "POST"): _same(reason="It names a guest: say it without."),
    ("recognition:idea-celebrate", "POST"): _thanks,
    ("recognition-api:idea-list", "POST"): _same(**IDEA),
    ("recognition-api:idea-answers", "POST"): _same(**NO),
    ("recognition-api:recognition-list", "POST"): _thanks_by_api,
    ("recognition-api:recognition-detail", "PATCH"): _same(did="Stayed until the very last parcel was found."),
    ("recognition-api:recognition-keep", "POST"): _same(private=True),
    ("recognition-api:reaction-list", "PUT"): _same(kind="thank", on=True),
    ("recognition-api:comment-list", "POST"): _same(words="I was there."),
    ("recognition-api:comment-report", "POST"): _same(kind="hurts"),
    ("recognition-api:recognition-report", "POST"): _same(kind="hurts"),
    ("recognition-api:value-list", "POST"): _same(**VALUE_BY_API),
    ("recognition-api:value-detail", "PATCH"): _same(**VALUE_BY_API),
    ("recognition-api:wish", "PUT"): _same(reach="team", photo=False, screens=False, milestones=True),
    ("recognition:coach", "POST"): _same(did="Great job!"),
    ("recognition:recognition-edit", "POST"): _same(did="Stayed until the very last parcel was found."),
    ("recognition:recognition-keep", "POST"): _same(private="1"),
    ("recognition:recognition-react", "POST"): _same(on="thank"),
    ("recognition:comment-add", "POST"): lambda _scene, _role: {"words": "So did I.", "token": str(uuid4())},
    ("recognition:comment-report", "POST"): _same(kind="hurts"),
    ("recognition:recognition-report", "POST"): _same(kind="hurts"),
    ("recognition:case-detail", "POST"): _same(restore="1", reason="Nothing is wrong with it.", words="No name."),
    ("recognition:praise-enter", "POST"): lambda _scene, _role: {
        "kind": "praise",
        "original": "She kept her promise.",
        "channel": "call",
        "said_on": "2026-11-19",
        "token": str(uuid4()),
    },
    ("recognition:praise-detail", "POST"): _same(words="She kept her promise.", decision="lesson"),
    ("recognition:praise-recognise", "POST"): _thanks,
    ("recognition:screens", "POST"): _same(name="Break room"),
    ("recognition:customer-links", "POST"): lambda scene, _role: {"site": scene["site"].pk, "name": "At the door"},
    ("customer-words", "POST"): lambda _scene, _role: {
        "kind": "praise",
        "original": "She rang back.",
        "token": str(uuid4()),
    },
    ("recognition:praise-import", "POST"): _upload(
        "words.csv", b"said,said_on,source,reference\nKind.,2026-11-19,S,1\n"
    ),
    ("recognition:pulse", "POST"): _same(score_1="4"),
    ("recognition:score-import", "POST"): _upload(
        "scores.csv", b"team,date,score,scale,source,reference\nService,2026-11-19,4,1-5,S,1\n"
    ),
    ("recognition-api:score-list", "POST"): lambda scene, _role: {
        "team": scene["team.a"].pk,
        "scored_on": "2026-11-19",
        "score": "4",
        "scale": "1-5",
        "source": "S",
        "reference": "3",
    },
    ("recognition-api:praise-list", "POST"): _same(
        kind="praise", said="She rang.", said_on="2026-11-19", channel="survey", source="S", reference="2", consent=True
    ),
    ("recognition-api:praise-recognise", "POST"): lambda scene, _role: {"value": scene["value.used"].pk},
    ("recognition-api:case-decide", "POST"): _same(restore=True, reason="Nothing is wrong with it."),
    ("recognition-api:case-appeal", "POST"): _same(words="They agreed."),
    ("recognition-api:case-answer", "POST"): _same(restore=True, reason="They did agree."),
    ("recognition-api:programme-list", "POST"): lambda scene, _role: {
        "name": "Another award",
        "purpose": "What it is for.",
        "owner": scene.people["steward"].pk,
        "criteria": [{"name": name, "anchors": list("12345")} for name in ("Care", "Effect")],
    },
    ("recognition-api:programme-detail", "PATCH"): _same(purpose="For what nobody has to do."),
    ("recognition-api:programme-archive", "POST"): _same(archived=True),
    ("recognition-api:round-list", "POST"): lambda scene, _role: {
        **ROUND,
        "programme": scene["award.idle"].pk,
        "announce_at": "2026-12-12T09:00:00Z",
    },
    ("recognition-api:round-detail", "PATCH"): _same(name="A better name"),
    ("recognition-api:round-cancel", "POST"): _same(reason="Too few of us."),
    ("recognition-api:nomination-list", "POST"): lambda scene, _role: {
        "round": scene["round.open"].pk,
        "nominee": scene.people["other"].pk,
    },
    ("recognition-api:nomination-detail", "PATCH"): lambda scene, _role: {"nominee": scene.people["other"].pk},
    ("recognition-api:panel", "POST"): lambda scene, _role: {"person": scene.people["other"].pk},
    ("recognition-api:ballot", "POST"): lambda scene, _role: {
        "scores": [{"criterion": one.pk, "score": 4} for one in scene["round.judged"].criteria.all()],
        "reason": "As the fourth anchor says.",
    },
    ("recognition-api:recuse", "POST"): _same(reason="We are friends."),
    ("recognition-api:round-tie", "POST"): lambda scene, _role: {
        "winners": [scene["nominee.tied"].pk],
        "reason": "What it changed lasted longer.",
    },
    ("recognition-api:citation", "PUT"): _same(words="Stayed with a caller until it was solved, and wrote down how."),
    ("recognition:ring-detail", "POST"): _same(outcome="talked", note="They share a desk."),
    ("recognition:programme-create", "POST"): _programme,
    ("recognition:programme-edit", "POST"): _programme,
    ("recognition:programme-archive", "POST"): _same(archived="1"),
    ("recognition:round-create", "POST"): _same(**ROUND),
    ("recognition:round-edit", "POST"): _same(**ROUND),
    ("recognition:panel-edit", "POST"): lambda scene, _role: {"person": scene.people["other"].email},
    ("recognition:ballot", "POST"): lambda scene, _role: {
        **{f"score_{one.pk}": 4 for one in scene["round.judged"].criteria.all()},
        "reason": "As the fourth anchor says.",
    },
    ("recognition:recuse", "POST"): _same(reason="We are friends."),
    ("recognition:round-tie", "POST"): lambda scene, _role: {
        "winners": [scene["nominee.tied"].pk],
        "reason": "What it changed lasted longer.",
    },
    ("recognition:citation-edit", "POST"): _same(words="Stayed with a caller until it was solved, and wrote down how."),
    ("recognition:nominate", "POST"): lambda scene, _role: {"nominee": scene.people["other"].email},
    ("recognition:nomination-edit", "POST"): lambda scene, _role: {"nominee": scene.people["other"].email},
    ("recognition:round-cancel", "POST"): _same(reason="Too few of us."),
    ("recognition:value-create", "POST"): _same(**VALUE),
    ("recognition:value-edit", "POST"): _same(**VALUE),
    ("recognition:value-move", "POST"): _same(to="down"),
    ("recognition:wish-edit", "POST"): _same(reach="1", photo="on"),
    ("training:skill-create", "POST"): _same(name="Patience", **ANCHORS),
    ("training:skill-edit", "POST"): _same(name="Patience", **ANCHORS),
    ("training:skill-given", "POST"): lambda scene, _role: {"module": scene["module.free"].pk, "level": 2},
    ("training:skill-needs", "POST"): lambda scene, _role: {"job": "agent", f"skill-{scene['skill.used'].pk}": 2},
    ("training:skill-judge", "POST"): _same(level=3, evidence="Three calls on Monday."),
    ("training:path-create", "POST"): _path("Other weeks"),
    ("training:path-edit", "POST"): _path("First weeks"),
    ("training:path-import", "POST"): _path_file,
    ("training:path-give", "POST"): lambda scene, _role: {
        "who": "people",
        "people": scene.people["employee"].email,
        "note": "For the new desk.",
    },
    ("training:path-rule-create", "POST"): _same(name="Desk", why="All at a desk.", due="given", due_days=30),
    ("training:path-take-off", "POST"): _same(reason="Given by mistake."),
    ("training:part-hand-in", "POST"): lambda scene, _role: {
        "title": "First aid",
        "done_on": "2026-03-02",
        "link": "https://school.example/1",
        "observer": scene.people["manager"].pk,
    },
    ("training:version-files", "POST"): _upload("list.txt", b"Look up first."),
    ("training:rule-create", "POST"): _same(name="Desk", why="All at a desk.", due="given", due_days=30),
    ("training:rule-edit", "POST"): _same(name="Desk", why="All at a desk.", due="never", due_days=30),
    ("training:assignment-extend", "POST"): _same(until_on="2027-01-10", reason="Was ill."),
    ("training:assignment-waive", "POST"): _same(kind="tested_out", reason="Showed it."),
    ("training:completion-add", "POST"): lambda scene, _role: {
        "module": scene["module.free"].pk,
        "completed_on": "2026-01-02",
        "source": "College",
    },
    ("training:import-add", "POST"): _upload(
        "old.csv", b"email,module,completed_on,source\na@b.example,x,2026-01-02,LMS\n"
    ),
    ("training:completion-revoke", "POST"): _same(reason="The quiz was taken by somebody else."),
    ("training:assignment-withdraw", "POST"): _same(reason="Given by mistake."),
    ("training:together-give", "POST"): _chosen("free", note="You sit at the desk."),
    ("training:together-extend", "POST"): _chosen(until_on="2027-01-10", reason="Was ill."),
    ("training:together-nudge", "POST"): _chosen(),
    ("training:part-write", "POST"): _same(text="A case of my own.", revision=1, do="finish"),
    ("training:part-answer", "POST"): _same(**{"attempt": 2, "answer-one": "0"}),
    ("training:part-choose", "POST"): _same(attempt=1, step=0, choice=0),
    ("training:part-ask", "POST"): lambda scene, _role: {"observer": scene.people["manager"].pk},
    ("training:sign-off-detail", "POST"): _sign_off,
    ("training:session-plan", "POST"): _session,
    ("training:session-edit", "POST"): _session,
    ("training:session-cancel", "POST"): _same(reason="The trainer is ill."),
    ("training:session-people", "POST"): lambda scene, _role: {"people": scene.people["manager"].email},
    ("training:session-attendance", "POST"): lambda scene, _role: {f"there-{scene['booking.unmarked'].pk}": "yes"},
    ("training:booking-correct", "POST"): _same(there="yes", reason="It was noted wrongly."),
    ("account_login", "POST"): _same(login="nobody@staff.example", password="wrong wrong wrong"),
    ("account_change_password", "POST"): _same(oldpassword=PASSWORD, password1="entirely other words"),
    ("account_reset_password", "POST"): _same(email="nobody@staff.example"),
    ("account_token_add", "POST"): _same(name="Sync", scopes=["people:read"], days=30),
    ("mfa_edit_webauthn", "POST"): _same(name="My telephone"),
    ("people-api:me", "PATCH"): _same(preferred_name="Somebody"),
    ("hiring-api:competency-list", "POST"): _same(**COMPETENCY),
    ("hiring-api:competency-detail", "PATCH"): _same(definition="Feels with others."),
    ("hiring-api:question-list", "POST"): _same(**QUESTION),
    ("hiring-api:question-detail", "PATCH"): _same(text="When was the last time?"),
    ("hiring-api:opening-list", "POST"): _opening_by_api,
    ("hiring-api:opening-detail", "PATCH"): _same(headcount=4),
    ("hiring-api:opening-close", "POST"): _same(reason="Filled."),
    ("hiring-api:stage-list", "PUT"): _stages_by_api,
    ("hiring-api:rule-list", "POST"): _rule_by_api,
    ("hiring-api:candidate-detail", "PATCH"): _same(full_name="Cara Corrected"),
    ("hiring-api:application-list", "POST"): _application_by_api,
    ("hiring-api:application-move", "POST"): lambda scene, _role: {"stage": scene["stage.a"].pk},
    ("hiring-api:note-list", "POST"): _same(text="Called back."),
    ("hiring-api:interview-list", "POST"): _interview_by_api,
    ("hiring-api:interview-move", "POST"): _same(starts_at=f"{DAY}T11:00:00Z"),
    ("hiring-api:interview-panel", "PUT"): _panel_by_api,
    ("hiring-api:interview-cancel", "POST"): _same(reason="The candidate is ill."),
    ("hiring-api:interview-no-show", "POST"): _same(reason="Nobody came."),
    ("hiring-api:interview-break-seal", "POST"): _same(reason="A panellist has left."),
    ("hiring-api:own-scorecard", "PATCH"): _scorecard_by_api,
    ("hiring-api:later-view-list", "POST"): _same(recommendation=2, cause="Heard something in the debrief."),
    ("hiring-api:decision-list", "POST"): _decision_by_api,
    ("training-api:assignment-list", "POST"): _given_by_api,
    ("training-api:path-list", "POST"): _same(name="Other weeks", description="You can.", language="English"),
    ("training-api:path-detail", "PATCH"): _same(name="First weeks"),
    ("training-api:path-assignment-list", "POST"): lambda scene, _role: {
        "path": scene["path.free"].pk,
        "people": [scene.people["employee"].pk],
        "note": "For the new desk.",
    },
    ("training-api:path-assignment-withdraw", "POST"): _same(reason="By mistake."),
    ("training-api:module-list", "POST"): _module,
    ("training-api:module-draft", "PUT"): _module,
    ("training-api:version-publish", "POST"): _same(under_way="move", completed="keep"),
    ("training-api:sign-off-judge", "POST"): lambda _scene, _role: {
        "levels": [{"behaviour": line.key, "level": 4} for line in PRACTICE.rubric]
    },
    ("training-api:session-list", "POST"): _session_by_api,
    ("training-api:session-detail", "PATCH"): _same(place="Room 5"),
    ("training-api:session-cancel", "POST"): _same(reason="The trainer is ill."),
    ("training-api:session-attendance", "POST"): lambda scene, _role: {
        "marks": [{"booking": scene["booking.unmarked"].pk, "was_there": True}]
    },
    ("training-api:booking-correct", "POST"): _same(was_there=True, reason="It was noted wrongly."),
    ("training-api:skill-list", "POST"): _same(name="Patience", **ANCHORS),
    ("training-api:skill-detail", "PATCH"): _same(name="Patience"),
    ("training-api:skill-given", "PUT"): lambda scene, _role: {"module": scene["module.free"].pk, "level": 2},
    ("training-api:skill-needs", "PUT"): lambda scene, _role: {
        "title": "Agent",
        "needs": [{"skill": scene["skill.used"].pk, "level": 2}],
    },
    ("training-api:skill-sign-off-list", "POST"): lambda scene, _role: {
        "person": scene.people["employee"].pk,
        "skill": scene["skill.used"].pk,
        "level": 3,
        "evidence": "Three calls on Monday.",
    },
    ("training-api:rule-list", "POST"): lambda scene, _role: {
        "module": scene["module.free"].pk,
        "name": "Desk",
        "why": "All at a desk.",
    },
    ("training-api:rule-detail", "PATCH"): _same(due="never"),
    ("training-api:assignment-extend", "POST"): _same(until_on="2027-01-10", reason="Was ill."),
    ("training-api:assignment-waive", "POST"): _same(kind="tested_out", reason="Showed it."),
    ("training-api:assignment-withdraw", "POST"): _same(reason="Given by mistake."),
}
VERSIONED = {
    ("hiring-api:competency-detail", "PATCH"),
    ("hiring-api:question-detail", "PATCH"),
    ("hiring-api:own-scorecard", "PATCH"),
    ("hiring-api:own-scorecard-submit", "POST"),
}
