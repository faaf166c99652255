"""The checker sees each violation that is planted, and nothing where there is none."""

from dataclasses import replace

import pytest

from tests.faults.checker import Run, violations


def key(subject, kind="faults.once"):
    return (kind, subject, "", "p1", "mail")


def row(subject, state="sent", kind="faults.once", name=""):
    return {"key": key(subject, kind), "state": state, "message_id": name or f"<{subject}>"}


def took(name, *, answered=True):
    return {"event": "accepted", "message_id": name, "answered": answered}


SOUND = Run(
    due=[key(1), key(2), key(3), key(4)],
    rows=[row(1), row(2, "unknown"), row(3, "skipped"), row(4, "unknown")],
    history=[took("<1>"), took("<2>", answered=False), {"event": "refused", "message_id": "<1>"}],
    kills=1,
    seconds_to_consume=3,
    stated={key(3): "skipped"},
)


def test_sound_run_is_passed():
    assert violations(SOUND) == []


def test_inbox_needs_no_mail_server():
    shown = ("faults.once", 1, "", "p1", "portal")
    assert violations(replace(SOUND, due=[*SOUND.due, shown], rows=[*SOUND.rows, row(9) | {"key": shown}])) == []


def test_what_may_repeat_may_be_taken_twice_and_fail_at_last():
    rows = [row(1, kind="faults.repeating"), row(2, "failed", kind="faults.repeating")]
    history = [took("<1>"), took("<1>"), took("<2>", answered=False)]
    run = replace(SOUND, due=[each["key"] for each in rows], rows=rows, history=history, stated={})
    assert violations(replace(run, repeating=frozenset({"faults.repeating"}))) == []
    assert [found[:2] for found in violations(run)] == ["I1", "I4"]


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ({"history": [*SOUND.history, took("<1>")]}, "I1: <1> was taken 2 times"),
        ({"rows": [*SOUND.rows, row(3, "skipped", name="<5>")]}, f"I1: 2 rows for {key(3)}"),
        ({"rows": [*SOUND.rows[:3], row(4, "unknown", name="<3>")]}, "I1: 2 rows share <3>"),
        ({"rows": SOUND.rows[:3]}, f"I2: {key(4)} is missing"),
        ({"rows": [*SOUND.rows[:3], row(4, "claimed")]}, f"I2: {key(4)} is claimed"),
        ({"stated": {key(3): "failed"}}, f"I2: {key(3)} is skipped, not failed"),
        ({"due": SOUND.due[1:]}, f"I3: {key(1)} was not due"),
        ({"history": [*SOUND.history, took("<9>")]}, "I3: <9> is nobody's message"),
        ({"kills": 0}, f"I4: 1 unknown without a cause, 0 killed: {[key(4)]}"),
        ({"history": SOUND.history[1:]}, f"I4: {key(1)} is called sent and was not taken"),
        ({"history": [*SOUND.history, took("<3>")]}, f"I4: {key(3)} is called skipped and was taken"),
        ({"audit_problem": "does not follow"}, "I5: does not follow"),
        ({"seconds_to_consume": None}, "I6: consuming again after None s"),
        ({"seconds_to_consume": 61}, "I6: consuming again after 61 s"),
    ],
)
def test_planted_violation_is_found(planted, found):
    assert violations(replace(SOUND, **planted)) == [found]
