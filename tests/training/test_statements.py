"""Statements of xAPI: one for each fact, in its transaction, in the shape that the specification asks for."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from random import Random
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import NOW, finish, give, make_module, make_person, make_session
from training.actions import bookings, certificates, learning, modules, outside, sign_offs
from training.models import ModulePart, Statement
from training.reports.modules import content_of
from training.reports.statements import readable, said_of
from training.xapi import TYPE_OF, Said, duration, statement

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
IRI = re.compile(r"https?://[^\s/]+/\S*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DURATION = re.compile(r"PT(?=\d)(\d+H)?(\d+M)?(\d+S)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-zA-Z0-9]{2,8})*")


# --- the specification's shapes (xAPI 1.0.3, part 2, sections 2 and 4) ------------------------------------------------


def assert_shaped(said):
    """Required properties are there, no other than the specification knows, nothing is null, each is of its type."""
    assert None not in json.loads(json.dumps(list(walked(said)))), "null is no value of xAPI"
    assert {"id", "actor", "verb", "object", "timestamp", "stored", "authority", "version"} <= set(said)
    assert set(said) <= {
        "id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version",
    }  # fmt: skip
    assert_uuid(said["id"])
    for agent in (said["actor"], said["authority"]):
        assert set(agent) == {"objectType", "account"}, "exactly one inverse functional identifier"
        assert agent["objectType"] == "Agent"
        assert set(agent["account"]) == {"homePage", "name"}
        assert IRI.fullmatch(agent["account"]["homePage"])
    assert IRI.fullmatch(said["verb"]["id"])
    assert all(LANGUAGE.fullmatch(tag) for tag in said["verb"]["display"])
    assert re.fullmatch(r"1\.0\.\d+", said["version"])
    for name in ("timestamp", "stored"):
        assert MOMENT.fullmatch(said[name])
    assert_object(said)
    assert_result(said.get("result", {}))
    context = said.get("context", {})
    if "registration" in context:
        assert_uuid(context["registration"])
    if "language" in context:
        assert LANGUAGE.fullmatch(context["language"])
    for parent in context.get("contextActivities", {}).get("parent", []):
        assert (parent["objectType"], bool(IRI.fullmatch(parent["id"]))) == ("Activity", True)


def assert_uuid(text):
    assert str(UUID(text)) == text
    assert UUID(text).variant == "specified in RFC 4122"


def assert_object(said):
    thing = said["object"]
    if said["verb"]["id"].endswith("/voided"):
        assert set(thing) == {"objectType", "id"}
        assert thing["objectType"] == "StatementRef"
        assert_uuid(thing["id"])
        assert not {"platform", "language", "contextActivities"} & set(said.get("context", {}))
    else:
        assert thing["objectType"] == "Activity"
        assert IRI.fullmatch(thing["id"])
        assert IRI.fullmatch(thing["definition"]["type"])


def assert_result(result):
    assert set(result) <= {"score", "success", "completion", "duration"}
    if "score" in result:
        score = result["score"]
        assert -1 <= score["scaled"] <= 1
        assert score["min"] <= score["raw"] <= score["max"]
        assert score["min"] < score["max"]
    for name in ("success", "completion"):
        assert type(result.get(name, True)) is bool
    if "duration" in result:
        assert DURATION.fullmatch(result["duration"])


def walked(thing):
    for one in thing.values() if isinstance(thing, dict) else thing:
        yield one if not isinstance(one, dict | list) else "…"
        if isinstance(one, dict | list):
            yield from walked(one)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (it adds them)
saids = st.builds(
    Said,
    uuid=st.uuids(version=4),
    verb=st.sampled_from([verb for verb in Statement.Verb.values if verb != "voided"]),
    home=st.sampled_from(["https://training.example", "http://127.0.0.1:8000"]),
    actor=st.integers(1, 10**9),
    at=moments,
    stored_at=moments,
    module_key=st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True),
    module_name=st.text(min_size=1),
    number=st.none() | st.integers(1, 99),
    part=st.just("") | st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True),
    kind=st.sampled_from([*TYPE_OF, "lesson"]),
    registration=st.none() | st.uuids(version=5),
    percent=st.none() | st.integers(0, 100),
    seconds=st.none() | st.integers(0, 10**8),
    platform=st.just("") | st.text(min_size=1),
    language=st.sampled_from(["", "en-gb", "de"]),
)


@given(said=saids)
def test_whatever_is_said_has_the_shape_of_the_specification(said):
    assert_shaped(statement(said))


@given(seconds=st.integers(0, 10**8))
def test_duration_tells_every_second_once(seconds):
    found = DURATION.fullmatch(duration(seconds))
    assert found
    hours, minutes, rest = (int((part or "0_")[:-1]) for part in found.groups())
    assert (hours * 3600 + minutes * 60 + rest, minutes < 60, rest < 60) == (seconds, True, True)


# --- one for each fact ------------------------------------------------------------------------------------------------


@pytest.fixture
def learner(db):
    return make_person("Lena Learner", email="lena@staff.example")


def told(reader):
    """What the reader reads, oldest first; each in its shape."""
    found = [statement(said_of(row, reader)) for row in readable(reader).order_by("stored_at", "pk")]
    for said in found:
        assert_shaped(said)
    return found


def verbs(reader):
    return [said["verb"]["id"].rpartition("/")[2] for said in told(reader)]


def try_quiz(row, said, *, minutes=3):
    record = learning.open_part(assignment=row, part=row.version.parts.get(kind="quiz"), at=NOW)
    attempt = learning.start_attempt(record=record, chance=Random(1), at=NOW)
    right = {"one": [0], "word": "canary-sorry"} if said else {}
    return learning.submit_quiz(attempt=attempt, answers=right, at=NOW + timedelta(minutes=minutes))


def test_a_failed_and_a_passed_attempt_and_the_completion_they_lead_to(learner, settings):
    module = make_module("quiz")
    row = give(module, learner)
    try_quiz(row, said=False)
    try_quiz(row, said=True)
    assert verbs(learner) == ["scored", "failed", "scored", "passed", "completed"]
    failed, passed, completed = (told(learner)[place] for place in (1, 3, 4))
    percent = row.records.get().attempts.get(passed=True).percent
    home = settings.PUBLIC_URL
    assert failed["result"] == {
        "score": {"scaled": 0.0, "raw": 0, "min": 0, "max": 100}, "success": False, "duration": "PT3M",
    }  # fmt: skip
    assert passed["object"]["id"] == f"{home}/xapi/activities/{module.key}/1/quiz"
    assert passed["object"]["definition"] == {"type": "http://adlnet.gov/expapi/activities/assessment"}
    assert passed["context"]["contextActivities"]["parent"][0]["id"] == f"{home}/xapi/activities/{module.key}/1"
    assert passed["context"]["language"] == learner.language
    assert completed["object"]["id"] == f"{home}/xapi/activities/{module.key}/1"
    assert completed["object"]["definition"]["name"] == {"und": module.name}
    assert completed["result"]["score"]["raw"] == percent
    assert (completed["result"]["completion"], completed["result"]["success"]) == (True, True)
    assert completed["actor"]["account"] == {"homePage": f"{home}/", "name": str(learner.pk)}
    assert len({said["context"]["registration"] for said in told(learner)}) == 1
    assert not any(word in json.dumps(told(learner)) for word in ("Lena", "lena@"))


def test_practice_is_passed_or_failed_without_a_score(learner):
    row, observer = give(make_module("practice"), learner), make_person()
    record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
    for level in (1, 4):
        asked = sign_offs.ask_for_sign_off(record=record, observer=observer, at=NOW)
        sign_offs.judge(sign_off=asked, by=observer, levels={"greets": level}, comment="Look up.", at=NOW)
    assert sorted(verbs(learner)) == ["completed", "failed", "passed"]
    assert not any("score" in said["result"] for said in told(learner))


def test_attendance_is_stated_voided_when_corrected_and_stated_anew(learner):
    module, trainer = make_module("lesson", "session"), make_person("Tara Trainer")
    session = make_session(module, trainer)
    give(module, learner)
    (booking,) = bookings.book(session=session, people=[learner], by=learner, at=NOW)
    at = session.starts_at + HOUR
    for _twice in range(2):
        bookings.mark(session=session, there={booking.pk: True}, by=trainer, at=at)
    (said,) = told(learner)
    assert (said["verb"]["id"], said["result"]) == ("http://adlnet.gov/expapi/verbs/attended", {"duration": "PT1H"})
    bookings.correct(booking=booking, there=False, reason="Another one.", by=trainer, at=at + HOUR)
    (voided,) = told(learner)
    assert voided["object"] == {"objectType": "StatementRef", "id": said["id"]}
    assert voided["actor"]["account"]["name"] == str(trainer.pk)
    bookings.correct(booking=booking, there=True, reason="It was them.", by=trainer, at=at + 2 * HOUR)
    assert verbs(learner) == ["voided", "attended"]


def test_absence_is_no_statement(learner):
    module, trainer = make_module("session"), make_person()
    session = make_session(module, trainer)
    give(module, learner)
    (booking,) = bookings.book(session=session, people=[learner], by=learner, at=NOW)
    bookings.mark(session=session, there={booking.pk: False}, by=trainer, at=session.ends_at)
    assert verbs(learner) == []


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_revoked_completion_is_voided_by_whoever_revoked_it(learner, where):
    by, module = make_person(), make_module()
    if where == "here":
        finish(give(module, learner))
    else:
        outside.record_one(
            person=learner, module=module, completed_on=date(2026, 1, 2), expires_on=None, source="College",
            evidence="", by=by, at=NOW,
        )  # fmt: skip
    (said,) = told(learner)
    if where == "elsewhere":
        assert said["object"]["id"].endswith(f"/xapi/activities/{module.key}")
        assert said["context"] == {"platform": "College"}
        assert said["timestamp"].startswith("2026-01-0")
    certificates.revoke(completion=learner.completions.get(), by=by, at=NOW + DAY, reason="Not theirs.")
    (voided,) = told(learner)
    assert (voided["object"]["id"], voided["actor"]["account"]["name"]) == (said["id"], str(by.pk))


def test_what_was_not_done_is_not_stated(learner):
    row = give(make_module("quiz"), learner)
    with transaction.atomic():
        try_quiz(row, said=True)
        transaction.set_rollback(True)
    assert not Statement.objects.exists()


def test_fact_is_stated_once(learner):
    finish(give(make_module(), learner))
    values = Statement.objects.values().get()
    again = {name: value for name, value in values.items() if name not in {"id", "uuid"}}
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(**again)


def test_activity_keeps_its_address_when_the_site_moves_and_a_new_version_has_its_own(learner, settings):
    module = make_module()
    finish(give(module, learner))
    (before,) = told(learner)
    settings.PUBLIC_URL = "https://elsewhere.example"
    assert told(learner) == [before]
    draft = modules.write_draft(module=module, content=content_of(module.versions.get()), by=learner, at=NOW)
    modules.publish_version(version=draft, by=learner, at=NOW)
    finish(give(module, learner, at=NOW + DAY), at=NOW + DAY)
    assert told(learner)[1]["object"]["id"] == f"https://elsewhere.example/xapi/activities/{module.key}/2"


def test_others_read_that_somebody_passed_not_by_how_much_nor_how_often_they_tried(learner):
    boss = make_person()
    type(learner).objects.filter(pk=learner.pk).update(manager=boss)
    row = give(make_module("quiz"), learner)
    try_quiz(row, said=False)
    try_quiz(row, said=True)
    assert verbs(boss) == ["passed", "completed"]
    assert not any("score" in said["result"] for said in told(boss))
    assert told(make_person()) == []


def test_what_was_on_record_before_is_stated_by_the_migration_as_it_would_have_been(learner):
    by, module, live = make_person(), make_module("quiz"), make_module("session")
    row = give(module, learner)
    try_quiz(row, said=False)
    try_quiz(row, said=True)
    certificates.revoke(completion=learner.completions.get(), by=by, at=NOW + HOUR, reason="Not theirs.")
    outside.record_one(
        person=learner, module=module, completed_on=date(2026, 1, 2), expires_on=None, source="College", evidence="",
        by=by, at=NOW,
    )  # fmt: skip
    record = learning.open_part(assignment=give(make_module("practice"), learner), part=part_of("practice"), at=NOW)
    asked = sign_offs.ask_for_sign_off(record=record, observer=by, at=NOW)
    sign_offs.judge(sign_off=asked, by=by, levels={"greets": 1}, comment="Look up.", at=NOW)
    session = make_session(live)
    give(live, learner)
    (booking,) = bookings.book(session=session, people=[learner], by=by, at=NOW)
    bookings.mark(session=session, there={booking.pk: True}, by=by, at=session.starts_at)
    migration = import_module("training.migrations.0010_statements")
    told = [
        one
        for tell in ("_completions", "_attempts", "_sign_offs", "_attendance", "_voided")
        for one in getattr(migration, tell)(apps)
    ]
    assert Counter((one["fact"], one["verb"]) for one in told) == Counter(Statement.objects.values_list("fact", "verb"))
    for one in told:
        assert Statement.objects.filter(**one).exists(), one


def part_of(kind):
    return ModulePart.objects.get(kind=kind)
