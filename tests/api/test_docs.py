"""docs/api.md is true: its examples are sent and answered as they stand there, and its lists are whole."""

import json
import re
from pathlib import Path

import pytest

from people.models import TokenScope
from tests.api.caller import Caller, operations
from tests.api.scene import set_scene
from tests.api.training_scene import set_training, set_work

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
MORE = "…"


def blocks():
    """The fenced examples, in order: a request, its answer, and so on."""
    return re.findall(r"^```http\n(.*?)^```$", PAGE.read_text(), flags=re.DOTALL | re.MULTILINE)


def parted(block):
    """The first line, the headers, and the body of an example."""
    head, _blank, body = block.partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return first, headers, json.loads(body) if body.strip() else None


def assert_like(told, shown, place=""):
    """What is told holds what is shown; "…" stands for anything, and for further fields."""
    if shown == MORE:
        return
    if isinstance(shown, dict):
        assert isinstance(told, dict), place
        if MORE not in shown:
            assert set(told) == set(shown), place
        for name in set(shown) - {MORE}:
            assert name in told, f"{place}/{name}"
            assert_like(told[name], shown[name], f"{place}/{name}")
    elif isinstance(shown, list):
        assert len(told) == len(shown), place
        for index, each in enumerate(shown):
            assert_like(told[index], each, f"{place}/{index}")
    elif isinstance(shown, str) and MORE in shown:
        assert re.fullmatch(".*".join(map(re.escape, shown.split(MORE))), told), place
    else:
        assert told == shown, place


@pytest.mark.django_db
def test_examples_are_answered_as_they_stand():
    scene = set_scene()
    training = set_training(scene.opening.team)
    work = set_work(training)
    ids = {
        "learner": training.learner.pk,
        "module": training.free.pk,
        "late": training.late.pk,
        "over": training.done.assignment_id,
        "leader": training.leader.pk,
        "rule": training.rule.pk,
        "practice": work.sign_off.pk,
        "session": work.session.pk,
        "skill": work.skill.pk,
        "recruiter": scene.people["recruiter"].pk,
        "opening": scene.opening.pk,
        "planned": scene.planned.application_id,
        "sealed": scene.sealed.application_id,
        "interview": scene.sealed.pk,
        "empathy": scene.version.competencies.get(key="empathy").pk,
    }
    written = [re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), block) for block in blocks()]
    callers = {
        "": Caller(scene.people["recruiter"]),
        " (panellist)": Caller(scene.people["owes"]),
        " (manager)": Caller(training.leader),
        " (trainer)": Caller(training.trainer),
    }
    pairs = list(zip(written[::2], written[1::2], strict=True))
    assert len(pairs) == 17
    for request, answer in pairs:
        first, headers, body = parted(request)
        method, path = first.split()
        caller = callers[headers.pop("Authorization").removeprefix("Bearer rpt_…")]
        named = {name.replace("-", "_"): value for name, value in headers.items()}
        told = caller.send(method, path.removeprefix("/api/v1"), body, **named)
        first, headers, shown = parted(answer)
        assert f"HTTP/1.1 {told.status_code} {told.reason_phrase}" == first, told.content
        for name, value in headers.items():
            assert_like(told[name], value, name)
        assert_like(told.json(), shown, path)


def test_addresses_are_those_of_the_document():
    listed, root = set(), ""
    for line in PAGE.read_text().splitlines():
        if under := re.match(r"Under `(/api/v1/\w+/)`:", line):
            root = under[1]
        elif root and (row := re.match(r"\| (`.+`) \| ([A-Z, ]+) \|$", line)):
            listed |= {
                (method, root + address.replace("{id}", "{}"))
                for address in re.findall(r"`([^`]+)`", row[1])
                for method in row[2].split(", ")
            }
    assert listed == set(operations())


def test_scopes_and_statuses_are_those_of_the_document():
    text = PAGE.read_text()
    used = {
        re.search(r"Scope of the token: `([a-z:]+)`", operation["description"])[1]
        for operation in operations().values()
    }
    assert {scope for scope in TokenScope.values if f"| `{scope}` |" in text} == used
    statuses = {status for operation in operations().values() for status in operation["responses"] if status >= "400"}
    told = set(re.findall(r"\b[45]\d\d\b", " ".join(re.findall(r"^\| ([\d, ]+) \|", text, flags=re.MULTILINE))))
    assert told - {"405", "500"} == statuses
