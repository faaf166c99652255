"""Requests that no page of ours would send: without the CSRF token, or with a foreign id among one's own."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from people.actions import imports
from tests.access import table
from tests.access.bodies import BODIES, body_of
from tests.access.routes import WRITES
from tests.access.scene import INSIDE, canary
from tests.access.visits import path_to, visit
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What is sent by mail programs and mail services, under a secret of their own: tests/notifications.
BY_PROGRAMS = {
    "notifications:mail-switch", "notifications:mail-switch-undo", "mail-webhook-postmark", "mail-webhook-mailgun",
}  # fmt: skip
UNSAFE = [row for row in table.rows() if row.method in WRITES and row.route not in BY_PROGRAMS]


def test_no_write_is_taken_without_the_csrf_token(visitors):
    """As whoever may do it, so that nothing but the missing token stands in the way."""
    clients: dict[str, Client] = {}
    wrong = []
    for row in UNSAFE:
        role = one_who_may(row)
        if role not in clients:
            clients[role] = visitors.fresh(role, enforce_csrf_checks=True)
        body = body_of(visitors.scene, row.route, row.thing, row.method, role)
        path = path_to(visitors.scene, row.route, row.thing)
        was = visit(clients[role], role, row.route, row.thing, row.method, path, body.data, **body.headers)
        if was.status != 403 or was.changed:
            wrong.append((was.where, was.outcome, sorted(was.changed)))
    assert wrong == []


def one_who_may(row):
    return next((role for wanted in ("2", "302") for role in INSIDE if row.answers.get(role, "").startswith(wanted)),
                "recruiter")  # fmt: skip


def test_a_token_of_another_browser_does_not_do(visitors):
    own, other = (visitors.fresh(role, enforce_csrf_checks=True) for role in ("recruiter", "manager"))
    place = ("hiring:note-add", "application.sealed")
    path = path_to(visitors.scene, *place)
    for client in (own, other):
        client.get(path_to(visitors.scene, "hiring:application-detail", "application.sealed"))
    answers = []
    for token in (
        own.cookies[settings.CSRF_COOKIE_NAME].value,
        other.cookies[settings.CSRF_COOKIE_NAME].value,
        "a" * 64,
    ):
        was = visit(own, "recruiter", *place, "POST", path, {"text": "Back.", "csrfmiddlewaretoken": token})
        answers.append((was.status, sorted(was.changed)))
    assert answers == [(302, ["hiring_applicationnote"]), (403, []), (403, [])]


# --- one foreign id among one's own ---------------------------------------------------------------------------------


def first(scene, opening):
    return scene[f"opening.{opening}"].stages.order_by("position")[0].pk


def both(scene):
    return [scene["application.plain"].pk, scene["application.elsewhere"].pk]


def stages_with_a_foreign_one(scene):
    data = BODIES["hiring:opening-stages", "POST"](scene, "recruiter")
    return data | {"stage-0-pk": first(scene, "b")}


def stages_with_a_foreign_one_by_api(scene):
    data = BODIES["hiring-api:stage-list", "PUT"](scene, "recruiter")
    data["stages"][0]["id"] = first(scene, "b")
    return data


def rule_with_a_foreign_stage(scene):
    data = BODIES["hiring-api:rule-list", "POST"](scene, "recruiter")
    data["stages"][0]["stage"] = scene["stage.b"].pk
    return data


def file(name, content):
    return {"file": SimpleUploadedFile(name, content.encode())}


def a_question_of_another_kit(scene):
    return scene["kit.shown"].competencies.get().pk


def advance_to_a_foreign_stage(scene):
    application, stage = scene["application.plain"].pk, scene["stage.b"].pk
    return {"application": application, "outcome": "advance", "reason": "Further.", "to_stage": stage}


def given_by_api_to(other):
    """The employee, whom one may give something, and somebody whom one may not."""
    return lambda scene: (
        BODIES["training-api:assignment-list", "POST"](scene, "")
        | {"people": [scene.people["employee"].pk, scene.people[other].pk]}
    )


def together_with(act, other):
    """What bodies.py sends for the employee, for somebody else besides."""

    def sent(scene):
        body = BODIES[f"training:together-{act}", "POST"](scene, "")
        return body | {"selected": [*body["selected"], scene.people[other].pk]}

    return sent


def given_to(*names):
    """To the employee and to these, by name."""
    return lambda scene: {
        "who": "people",
        "people": "\n".join(scene.people[name].email for name in ("employee", *names)),
        "note": "For all of them.",
    }


# As whom, which route of which thing, by which method, and what is sent.
FOREIGN = [
    ("recruiter", "hiring:applications-move", "opening.a", "POST",
     lambda s: {"selected": both(s), "to": s["stage.a"].pk}),
    ("recruiter", "hiring:applications-move", "opening.a", "POST",
     lambda s: {"selected": [s["application.plain"].pk], "to": s["stage.b"].pk}),
    ("recruiter", "hiring:applications-move", "opening.blind", "POST",
     lambda s: {"selected": [s["application.plain"].pk], "to": s["stage.blind"].pk}),
    ("recruiter", "hiring:applications-decide", "opening.a", "POST",
     lambda s: {"selected": both(s), "outcome": "hold", "reason": "All of them."}),
    ("recruiter", "hiring:moves-undo", "opening.blind", "POST", lambda s: {"batch": s["batch"]["batch"]}),
    ("recruiterb", "hiring:moves-undo", "opening.b", "POST", lambda s: {"batch": s["batch"]["batch"]}),
    ("recruiter", "hiring:interview-schedule", "application.plain", "POST",
     lambda s: BODIES["hiring:interview-schedule", "POST"](s, "") | {"stage": s["stage.b"].pk}),
    ("recruiter", "hiring:interview-panel", "interview.coming", "POST",
     lambda s: {"do": "store", f"panel-{s.people['gone'].pk}": "lead"}),
    ("recruiter", "hiring:opening-stages", "opening.a", "POST", stages_with_a_foreign_one),
    ("recruiter", "hiring:opening-edit", "opening.a", "POST",
     lambda s: BODIES["hiring:opening-edit", "POST"](s, "") | {"team": s["team.b"].path}),
    ("submitted", "hiring:later-view-add", "scorecard.sealed", "POST", lambda s: {"recommendation": 1, "cause": "x"}),
    ("owing", "hiring:scorecard-save", "interview.sealed", "POST",
     lambda s: BODIES["hiring:scorecard-save", "POST"](s, "owing") | {"person": s.people["submitted"].pk}),
    ("adminb", "people:person-add", "-", "POST", lambda s: BODIES["people:person-add", "POST"](s, "")),
    ("recruiter", "hiring-api:application-list", "-", "POST",
     lambda s: BODIES["hiring-api:application-list", "POST"](s, "") | {"opening": s["opening.b"].pk}),
    ("recruiter", "hiring-api:application-move", "application.plain", "POST", lambda s: {"stage": s["stage.b"].pk}),
    ("recruiter", "hiring-api:application-move", "application.plain", "POST", lambda s: {"stage": s["stage.blind"].pk}),
    ("recruiter", "hiring-api:interview-list", "-", "POST",
     lambda s: BODIES["hiring-api:interview-list", "POST"](s, "") | {"stage": s["stage.b"].pk}),
    ("recruiter", "hiring-api:interview-list", "-", "POST",
     lambda s: BODIES["hiring-api:interview-list", "POST"](s, "") | {"stage": s["stage.blind"].pk}),
    ("recruiter", "hiring-api:interview-list", "-", "POST",
     lambda s: BODIES["hiring-api:interview-list", "POST"](s, "") | {"application": s["application.elsewhere"].pk}),
    ("recruiter", "hiring-api:interview-panel", "interview.coming", "PUT",
     lambda s: {"panel": [{"person": s.people["gone"].pk, "role": "lead"}]}),
    ("recruiter", "hiring-api:stage-list", "opening.a", "PUT", stages_with_a_foreign_one_by_api),
    ("recruiter", "hiring-api:rule-list", "opening.a", "POST", rule_with_a_foreign_stage),
    ("recruiter", "hiring-api:decision-list", "-", "POST",
     lambda s: {"application": s["application.elsewhere"].pk, "outcome": "hold", "reason": "Theirs."}),
    ("recruiter", "hiring-api:decision-list", "-", "POST", advance_to_a_foreign_stage),
    ("seated", "hiring-api:decision-list", "-", "POST",
     lambda s: {"application": s["application.sealed"].pk, "outcome": "hold", "reason": "I owe mine."}),
    ("recruiter", "hiring-api:opening-list", "-", "POST",
     lambda s: BODIES["hiring-api:opening-list", "POST"](s, "") | {"team": s["team.b"].pk}),
    ("recruiter", "hiring-api:opening-detail", "opening.a", "PATCH", lambda s: {"team": s["team.b"].pk}),
    ("owing", "hiring-api:own-scorecard", "interview.sealed", "PATCH",
     lambda s: {"ratings": [{"competency": a_question_of_another_kit(s), "score": 5, "evidence": "x"}]}),
    ("seated", "hiring-api:own-scorecard", "interview.sealed", "PATCH",
     lambda s: {"ratings": [{"competency": a_question_of_another_kit(s), "score": 5, "evidence": "x"}]}),
    ("submitted", "hiring-api:later-view-list", "scorecard.revealed", "POST",
     lambda s: {"competency": a_question_of_another_kit(s), "score": 5, "cause": "x"}),
    ("manager", "training:module-give", "module.free", "POST", given_to("recruiterb")),
    ("manager", "training:module-give", "module.free", "POST", given_to("manager")),
    ("manager", "training:module-give", "module.free", "POST", given_to("gone")),
    ("manager", "training:module-give", "module.free", "POST",
     lambda s: {"who": "team", "team": s["team.b"].path, "note": "All there."}),
    ("trainer", "training:module-give", "module.free", "POST", given_to("gone")),
    *(("manager", f"training:together-{act}", "-", "POST", together_with(act, other))
      for act in ("give", "extend", "nudge") for other in ("recruiterb", "manager", "gone")),
    *(("manager", "training-api:assignment-list", "-", "POST", given_by_api_to(other))
      for other in ("recruiterb", "manager", "gone")),
    ("trainer", "training-api:assignment-list", "-", "POST", given_by_api_to("gone")),
    ("manager", "training-api:assignment-list", "-", "POST",
     lambda s: BODIES["training-api:assignment-list", "POST"](s, "") | {"module": s["module.new"].pk}),
    ("employee", "training:part-ask", "practice.seen", "POST", lambda s: {"observer": s.people["recruiterb"].pk}),
    ("employee", "training:part-ask", "practice.seen", "POST", lambda s: {"observer": s.people["employee"].pk}),
    ("employee", "training:part-write", "writing.foreign", "POST", lambda s: {"text": "x", "revision": 0}),
    ("employee", "training:part-done", "lesson.foreign", "POST", lambda s: {}),
    ("employee", "training:part-done", "quiz.open", "POST", lambda s: {}),
    ("employee", "training:part-done", "lesson.waived", "POST", lambda s: {}),
    ("employee", "training:part-done", "quiz.fresh", "POST", lambda s: {}),
    ("employee", "training:part-answer", "quiz.open", "POST", lambda s: {"attempt": 1, "answer-one": "0"}),
    ("employee", "training:part-answer", "quiz.open", "POST", lambda s: {"attempt": 3, "answer-one": "0"}),
    ("employee", "training:part-answer", "quiz.fresh", "POST", lambda s: {"attempt": 1, "answer-one": "0"}),
    ("employee", "training:part-choose", "scenario.fresh", "POST", lambda s: {"attempt": 1, "step": 0, "choice": 0}),
    ("employee", "training:part-choose", "scenario.open", "POST", lambda s: {"attempt": 1, "step": 1, "choice": 0}),
    ("employee", "training:part-choose", "scenario.open", "POST", lambda s: {"attempt": 1, "step": 0, "choice": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("role", "route", "thing", "method", "sent"), FOREIGN)
def test_one_foreign_id_spoils_the_whole_request(visitors, role, route, thing, method, sent):
    scene = visitors.scene
    path = path_to(scene, route, thing)
    was = visit(visitors.client(role), role, route, thing, method, path, sent(scene), **{"if-match": "*"})
    assert (was.changed, was.mails) == (frozenset(), 0), was.outcome
    assert 300 <= was.status < 500, was.outcome
    assert canary("name.elsewhere") not in was.body.lower()


def test_later_view_of_a_competency_of_another_kit_does_not_exist(visitors):
    scene = visitors.scene
    path = f"{path_to(scene, 'hiring:later-view-add', 'scorecard.revealed')}?of={a_question_of_another_kit(scene)}"
    was = visit(visitors.client("submitted"), "submitted", "hiring:later-view-add", "scorecard.revealed", "GET", path)
    assert was.status == 404


def test_import_adds_nobody_to_an_opening_of_others(visitors):
    """Its title is as unknown as one that does not exist."""
    scene = visitors.scene
    told = []
    for title in (scene["opening.b"].title, "No such opening at all"):
        content = f"full_name,email,opening\nNadia,nadia@mail.example,{title}\n"
        path = path_to(scene, "hiring:candidate-import", "-")
        client = visitors.fresh("recruiter")
        started = client.post(path, file("in.csv", content))
        run_id = int(started.url.rstrip("/").rpartition("/")[2])
        imports.check_import(run_id=run_id, clock=lambda: NOW)
        page = client.get(f"{path}{run_id}/errors/")
        told.append(b"".join(page.streaming_content).decode().replace(title, "…"))
    assert told[0] == told[1]
    assert "opening" in told[0]
