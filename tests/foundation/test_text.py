import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from foundation.text import (
    Flaw,
    clean_address,
    clean_line,
    clean_text,
    digest_of,
    flaw,
    fold,
    initials,
    key_of,
    strip_hidden,
    validate_line,
    validate_text,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ana  Laura\tFonseca ", "Ana Laura Fonseca"),
        ("Ana\u00a0Laura", "Ana Laura"),
        ("Ana Laura\r\n", "Ana Laura"),
        ("Jo\u0301zef", "Józef"),
        ("A\u200bna\ufeff\u00ad", "Ana"),
        ("\u202a+44 20\u202c", "+44 20"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🍳 cook", "👩\u200d🍳 cook"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_line_is_stored_in_one_form(typed, stored):
    assert clean_line(typed) == stored


def test_text_keeps_its_lines_and_inner_spacing():
    typed = "\ufeff  First  line \r\n\r\n- a\u0301\r  indented\vslide break\n\n"
    assert clean_text(typed) == "First  line\n\n- á\n  indented\nslide break"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("a\nb", Flaw.LINE_BREAK),
        ("a\rb", Flaw.LINE_BREAK),
        ("a\u2028b", Flaw.LINE_BREAK),
        ("a\x85b", Flaw.LINE_BREAK),
        ("x7@staff.example\nBcc: all@staff.example", Flaw.LINE_BREAK),
        ("Nul\x07Bell", Flaw.CONTROL),
        ("a\x00", Flaw.CONTROL),
        ("a\x9b", Flaw.CONTROL),
        ("invoice\u202efdp.exe", Flaw.DIRECTION),
        ("\ud800", Flaw.SURROGATE),
    ],
)
def test_line_with_a_flaw_is_refused(typed, why):
    with pytest.raises(ValidationError) as raised:
        clean_line(typed)
    assert raised.value.code == why.value
    assert flaw(typed) is why
    with pytest.raises(ValidationError):
        validate_line(typed)


def test_reason_reads_after_the_name_of_a_field():
    assert f"full_name {Flaw.CONTROL.reason}" == "full_name holds a control character"
    assert f"email {Flaw.LINE_BREAK.reason}" == "email holds a line break"
    assert len({why.reason for why in Flaw}) == len(Flaw)


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "a\u202eb", "a\ud800"])
def test_text_with_a_flaw_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_text(typed)
    with pytest.raises(ValidationError):
        validate_text(typed)
    validate_text("a\tb\nc")


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_passes_the_validator(typed):
    for clean, validate in ((clean_line, validate_line), (clean_text, validate_text)):
        try:
            once = clean(typed)
        except ValidationError:
            continue
        validate(once)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)


@given(st.text())
def test_nothing_hidden_survives_stripping(typed):
    assert flaw(strip_hidden(typed)) in {None, Flaw.LINE_BREAK}
    assert not {"\n", "\r", "\x00", "\u202e", "\u200b"} & set(strip_hidden(typed))


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "P0444@STAFF.EXAMPLE",
        " p0444@staff.example ",
        "p0444@staff.example",
        "ｐ0444@staff.example",
        "p0444\u200b@staff.example",
    ],
)
def test_twins_of_an_address_are_one(typed):
    assert clean_address(typed) == "p0444@staff.example"


def test_domain_is_stored_in_ascii():
    assert (
        clean_address("Ana@BÜCHER.example") == "ana@xn--bcher-kva.example" == clean_address("ana@xn--bcher-kva.example")
    )


@pytest.mark.parametrize(
    "typed",
    [
        "not-an-address",
        "",
        "@staff.example",
        "a@",
        "a@b@c.example",
        "a b@staff.example",
        "a@b.example\nBcc: x@b.example",
        "a@b.example\r\n",
        "a@.example",
        "a@" + "b" * 70 + ".example",
        "<a@b.example>",
        "аna@staff.example",  # Cyrillic а
        "a@b.example,c@d.example",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_address(typed)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused(typed):
    try:
        address = clean_address(f"{typed}@staff.example")
    except ValidationError:
        return
    assert address.isascii()
    assert clean_address(address) == address


# --- folding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kraków", "KRAKOW"),
        ("Jo\u0301zef", "Józef"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("Søren", "soren"),
        ("ＡＢＣ　１", "abc 1"),
        ("İstanbul", "istanbul"),
        ("a\u200b b\u202e", "A  B"),
        ("Ёлка", "елка"),
        ("ﬁt", "FIT"),
    ],
)
def test_equal_to_a_reader_is_equal_when_folded(one, other):
    assert fold(one) == fold(other)


def test_marks_that_are_letters_are_kept():
    assert fold("कि") != fold("क")
    assert fold("가") != fold("나")


@given(st.text())
def test_folding_twice_changes_nothing(typed):
    assert fold(fold(typed)) == fold(typed)


@given(st.text())
def test_folding_does_not_see_case_and_form(typed):
    assert fold(unicodedata.normalize("NFD", typed)) == fold(typed)


# --- initials -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Sharon Roy", "SR"),
        ("Ana Laura Fonseca", "AF"),
        ("Dipl.-Ing. Guenter Albers B.A.", "GA"),
        ("Dr Jonathan Baxter", "JB"),
        ("pan Maurycy Hornik", "MH"),
        ("J. R. R. Tolkien", "JT"),
        ("Dr.", "D"),
        ("élodie", "É"),
        ("佐藤 太郎", "佐太"),
        ("王小明", "王"),
        ("김철수", "김"),
        ("रानी आचार्यजी", "राआ"),
        ("श्री राम", "श्रीरा"),
        ("أحمد محمود", "أ\u200cم"),
        ("Ольга Петрова", "ОП"),
        ("4 you", "Y"),
        ("", "?"),
        ("🙂 99", "?"),
    ],
)
def test_initials_of_many_scripts(name, shown):
    assert initials(name) == shown


@given(st.text())
def test_any_name_has_short_initials_without_white_space(name):
    shown = initials(name)
    assert shown
    assert not any(character.isspace() for character in shown)


@pytest.mark.parametrize(
    ("text", "taken", "key"),
    [
        ("Kind of you!", (), "kind-of-you"),
        ("Kind of you!", ("kind-of-you",), "kind-of-you-2"),
        ("Kind of you!", ("kind-of-you", "kind-of-you-2", "kind-of-you-3"), "kind-of-you-4"),
        ("微笑", (), "thing"),
        ("微笑", ("thing",), "thing-2"),
        ("a" * 60, (), "a" * 60),
        ("a" * 61, ("a" * 60,), f"{'a' * 55}-2"),
        ("-_-", (), "thing"),
    ],
)
def test_a_key_is_made_of_the_text_and_is_free(text, taken, key):
    assert key_of(text, taken, otherwise="thing") == key


def test_a_digest_goes_by_what_is_said_and_not_by_its_order():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1, "b": [3]})
