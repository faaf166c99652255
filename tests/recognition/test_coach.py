"""What the coach remarks on, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.coach import remarks

STORY = {
    "happened": "A caller had been passed on four times.",
    "did": "Stayed on the line with the warehouse until the parcel was found, and rang her back on a Sunday.",
    "changed": "She has ordered again since.",
}


def test_a_whole_story_meets_no_remark():
    assert remarks(**STORY) == []


def test_nothing_written_yet_meets_no_remark():
    assert remarks(happened="", did="", changed="") == []


@pytest.mark.parametrize("did", ["Thank you, you are a star!", "Great job, team, as always", "THANKS FOR EVERYTHING"])
def test_praise_of_anybody_is_asked_what_was_seen(did):
    assert "anybody" in remarks(**STORY | {"did": did})[0]


def test_few_words_are_asked_for_a_detail():
    assert "detail" in remarks(**STORY | {"did": "Found the parcel in the end."})[0]


@pytest.mark.parametrize(("missing", "words"), [("happened", "going on"), ("changed", "afterwards")])
def test_what_is_missing_is_asked_for(missing, words):
    (remark,) = remarks(**STORY | {missing: ""})
    assert words in remark


@given(st.text(), st.text(), st.text())
def test_any_text_meets_two_remarks_at_most(happened, did, changed):
    assert len(remarks(happened=happened, did=did, changed=changed)) <= 2
