import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.spreadsheets import RowError, Unreadable, Wanted, map_columns, read_table, write_csv

ROOT = Path(__file__).parents[2]
PEOPLE = (ROOT / "portal/demo/people.csv").read_bytes()
CANDIDATES = (ROOT / "portal/demo/candidates.csv").read_bytes()
BAD = ROOT / "tests/cases/people-bad.csv"


def read(text, **limits):
    return read_table(text.encode(), **limits)


def cells(table):
    return [row.cells for row in table.rows]


# --- the cases ------------------------------------------------------------------------------------------------------


def test_people_are_484_rows_in_utf_8_with_commas():
    table = read_table(PEOPLE)
    assert (table.encoding, table.separator, len(table.rows), table.errors) == ("UTF-8", ",", 484, [])
    assert table.rows[0].line == 2
    assert table.rows[-1].line == 485
    assert table.headings[:2] == ("email", "full_name")
    assert table.rows[0].cells[-1] == "mon,tue,wed,thu,fri"


def test_candidates_are_300_rows_with_semicolons_and_no_byte_order_mark_in_the_first_heading():
    table = read_table(CANDIDATES)
    assert (table.encoding, table.separator, len(table.rows), table.errors) == ("UTF-8", ";", 300, [])
    assert table.headings == ("full_name", "email", "phone", "opening", "source", "applied_on", "notes")
    assert {row.cells[3] for row in table.rows} == {
        "Contact-centre agent, Leeds",
        "Front desk host, Kraków",
        "Support engineer, Kolkata",
    }
    # A formula is text to us; only on the way out is it made harmless.
    assert table.rows[2].cells[-1] == '=HYPERLINK("http://evil.example","click")'


def test_bad_people_are_named_by_the_line_on_which_each_row_starts():
    table = read_table(BAD.read_bytes())
    expected = json.loads((ROOT / "tests/cases/people-bad.expected.json").read_text())
    bad = table.rows[expected["good"] :]
    assert [row.cells[0] for row in bad] == [case["email"] for case in expected["bad"]]
    # 1 heading + 40 good rows, then one line each, except that the address with a line break takes two.
    assert [row.line for row in bad] == [42, 43, 44, 45, 46, 47, 48, 49, 50, 52, 53]


# --- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("naïve;x\nKraków;1\n".encode(), "UTF-8"),
        ("naïve;x\nKraków;1\n".encode("utf-8-sig"), "UTF-8"),
        ("naïve;x\nKraków;1\n".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + "naïve;x\nKraków;1\n".encode("utf-16-be"), "UTF-16"),
        ("naïve;x\nKraków;1\n".encode("cp1252"), "Windows-1252"),
    ],
)
def test_encoding_is_found_out(data, encoding):
    table = read_table(data)
    assert (table.headings, cells(table)) == (("naïve", "x"), [("Kraków", "1")])
    assert table.encoding == encoding
    assert table.encoding_was_guessed is (encoding == "Windows-1252")


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"a,b\n1,\x002\n", 2, 3, "NUL"),
        (b"\x00a,b\n", 1, 1, "NUL"),
        (b"a,b\r\n1,2\r\n\x00,2\n", 3, 1, "NUL"),
        ("a,b\n1,2\n".encode("utf-16-le"), 1, 2, "NUL"),
        (b"a,b\n1,caf\xe9\x81\n", 2, 7, "no encoding"),
        (b"\xff\xfea\x00,\x00b", None, None, "cut off"),
        (b"PK\x03\x04rest", None, None, "workbook"),
        (b"", None, None, "empty"),
        (b"\n \n\n", None, None, "empty"),
        (b'a,b\n1,2\n3,"4\n5,6\n', 3, None, "never closes"),
        (b'a,b\n1,"2"x\n', 2, None, "middle of a cell"),
        (b"a,b\n1," + b"x" * 140_000 + b"\n", 2, None, "longer than"),
        (b"a,b,A\n1,2,3\n", 1, None, "stands twice"),
        (b"a,,c\n1,,3\n1,2,3\n", 1, None, "no heading, yet line 3"),
    ],
)
def test_unreadable_file_is_refused_with_its_place(data, line, column, words):
    with pytest.raises(Unreadable, match=words) as refusal:
        read_table(data)
    assert (refusal.value.line, refusal.value.column) == (line, column)
    if line:
        assert f"Line {line}" in str(refusal.value)


def test_limits_are_refused_before_work():
    with pytest.raises(Unreadable, match="more than 2 rows") as refusal:
        read("a,b\n1,2\n3,4\n5,6\n", max_rows=2)
    assert refusal.value.line == 4
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        read_table(b"a,b\n" + b"1,2\n" * 300_000, max_bytes=1024**2)


# --- separators and rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_found_though_cells_hold_the_others(separator):
    lines = [separator.join(["name", "note"])]
    lines += [separator.join([f"n{index}", '"a, b; c\td | e"']) for index in range(5)]
    table = read("\r\n".join(lines))
    assert table.separator == separator
    assert cells(table)[4] == ("n4", "a, b; c\td | e")


def test_heading_full_of_commas_does_not_make_them_the_separator():
    table = read("name, first, last;note\nAna;x\nBo;y\n")
    assert (table.separator, table.headings, len(table.rows)) == (";", ("name, first, last", "note"), 2)


def test_separator_line_of_a_spreadsheet_program_settles_it_and_counts_as_a_line():
    table = read("sep=|\na,b|c,d\n1,2|3,4\n")
    assert (table.headings, cells(table), table.rows[0].line) == (("a,b", "c,d"), [("1,2", "3,4")], 3)


def test_single_column_may_hold_commas_in_quotes():
    table = read('email\na@b.example\n"x, y"\n')
    assert cells(table) == [("a@b.example",), ("x, y",)]


def test_rows_of_another_length_are_named_and_the_others_kept():
    table = read("a,b\n1,2\n1\n1,2,3\n1,2,,\n\n7,8\n")
    assert cells(table) == [("1", "2"), ("1", "2"), ("7", "8")]
    assert [row.line for row in table.rows] == [2, 5, 7]
    assert table.errors == [
        RowError(line=3, column="", reason="the row has 1 cell where there are 2 headings"),
        RowError(line=4, column="", reason="the row has 3 cells where there are 2 headings"),
    ]
    assert str(table.errors[0]).startswith("Line 3: the row")


def test_empty_columns_are_left_out():
    table = read("a,,b,\n1,,2,\n")
    assert (table.headings, cells(table)) == (("a", "b"), [("1", "2")])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_under_every_line_end(end):
    table = read(end.join(["a,b", '"1', '2",3', "4,5", ""]))
    assert [row.line for row in table.rows] == [2, 4]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    try:
        table = read_table(data)
    except Unreadable:
        return
    assert all(len(row.cells) == len(table.headings) for row in table.rows)


@given(st.text(alphabet="ab,;\"\t|\r\n' =\x00é", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        table = read(text)
    except Unreadable:
        return
    lines = [row.line for row in table.rows] + [error.line for error in table.errors]
    assert len(set(lines)) == len(lines)


# --- columns --------------------------------------------------------------------------------------------------------

WANTED = [
    Wanted("email", ("e-mail address", "mail"), required=True),
    Wanted("full_name", ("name",), required=True),
    Wanted("site"),
]


def test_columns_are_matched_by_name_or_alias_whatever_the_spelling():
    table = read("Full-Name,E-Mail Address,Shoe size\nAna,ana@staff.example,38\n")
    columns = map_columns(table, WANTED)
    assert columns.read(table.rows[0]) == {"full_name": "Ana", "email": "ana@staff.example"}
    assert columns.unknown == ("Shoe size",)
    assert columns.missing == ()
    assert columns.heading("email") == "E-Mail Address"
    assert columns.heading("site") == "site"


def test_columns_missing_and_chosen_by_hand():
    table = read("who,mail\nAna,ana@staff.example\n")
    assert map_columns(table, WANTED).missing == ("full_name",)
    columns = map_columns(table, WANTED, {"who": "full_name"})
    assert columns.read(table.rows[0])["full_name"] == "Ana"
    assert map_columns(table, WANTED, {"mail": ""}).unknown == ("who", "mail")


def test_two_columns_for_one_field_are_refused():
    with pytest.raises(Unreadable, match="“email” and “mail” both mean email"):
        map_columns(read("email,mail\na,b\n"), WANTED)


# --- writing --------------------------------------------------------------------------------------------------------


def written(headings, rows, **options):
    return b"".join(write_csv(headings, rows, **options))


@pytest.mark.parametrize("cell", ["=1+1", "+44 20", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1", "'=1"])
def test_no_written_cell_starts_with_what_runs(cell):
    text = written(["a", "b"], [[cell, "x"]], byte_order_mark=False).decode()
    assert next(csv.reader(io.StringIO(text.split("\r\n", 1)[1], newline="")))[0] == f"'{cell}"


def test_values_are_written_by_kind():
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    data = written(["a"], [[-5, 0.5, True, None, moment, "'t Hooft"]])
    assert data == b"\xef\xbb\xbfa\r\n-5,0.5,true,,2026-03-01T12:00:00+00:00,'t Hooft\r\n"


def test_writing_is_lazy():
    taken = []

    def rows():
        for index in range(1000):
            taken.append(index)
            yield [index]

    chunks = write_csv(["n"], rows())
    next(chunks), next(chunks)
    assert len(taken) < 250
    assert b"".join(chunks).endswith(b"\r\n999\r\n")


storable = st.text(
    alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=12
)
risky = st.text(alphabet="'=+-@\t\r\nax,;\"＝", min_size=1, max_size=6)


@given(st.lists(st.tuples(risky | storable, risky | storable), min_size=1, max_size=5))
def test_what_is_written_reads_back_the_same(rows):
    rows = [row for row in rows if any(cell.strip() for cell in row)] or [("a", "b")]
    table = read_table(written(["one", "two"], rows))
    assert cells(table) == rows
