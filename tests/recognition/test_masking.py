"""Masking: a hostile corpus, and what holds of any text."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recognition.masking import PLACEHOLDERS, mask

CORPUS = yaml.safe_load(Path(__file__).with_name("masking.yaml").read_text())


@pytest.mark.parametrize("case", CORPUS["masked"], ids=lambda case: case[0][:40])
def test_what_tells_who_a_customer_is_goes(case):
    text, left, *names = case
    assert mask(text, names=names[0] if names else ()) == left


@pytest.mark.parametrize("text", CORPUS["kept"])
def test_what_tells_of_nobody_stays(text):
    assert mask(text, names=["Will Smith", "May Word"]) == text


PIECES = [case[0] for case in CORPUS["masked"]] + CORPUS["kept"] + list(PLACEHOLDERS)
GLUE = ["", " ", "\n", ", ", ".", "-", "\u200b", "[", "]", "@", "7"]
NAMES = ["Anna Kowalska", "Name", "Phone Number", "王小明", "Иван", "[name]", "e-mail"]


@given(
    st.lists(st.sampled_from(PIECES + GLUE) | st.text(max_size=12), max_size=8).map("".join),
    st.lists(st.sampled_from(NAMES) | st.text(max_size=6), max_size=3),
)
def test_twice_is_once(text, names):
    masked = mask(text, names=names)
    assert mask(masked, names=names) == masked


@given(st.integers(10**14, 10**15 - 1), st.sampled_from(["", " ", "-", "."]))
def test_no_card_number_is_left_however_it_is_parted(body, gap):
    digits = [int(digit) for digit in str(body)]
    total = sum(sum(divmod(2 * digit, 10)) if place % 2 == 0 else digit for place, digit in enumerate(digits))
    number = f"{body}{-total % 10}"
    parted = gap.join(number[at : at + 4] for at in range(0, 16, 4))
    assert mask(f"Card: {parted}.") == "Card: [card]."


@given(st.integers(1, 99_999), st.sampled_from(["minutes", "people", "cups", "%"]))
def test_ordinary_numbers_stay(number, unit):
    text = f"It took {number} {unit}."
    assert mask(text) == text


def test_a_long_text_of_nothing_else_takes_no_time():
    for piece in ("1 ", "a@", "A. ", "(1", "Dear ", "[name", "ул. А "):
        mask(piece * (4000 // len(piece)), names=["A B"])
