"""Rows of an import judged without a database."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.spreadsheets import Unreadable, read_table, write_csv
from foundation.trees import find_cycles
from people.import_cells import RowRefused, read_work_days
from people.import_rows import COLUMNS, DEFAULTS, FIELDS, Known, Surroundings, count_fields, plan_import

TODAY = date(2026, 11, 20)


def known(pk, email, *, is_active=True, **values):
    return email, Known(pk, is_active, {**DEFAULTS, "email": email, "full_name": email.split("@")[0], **values})


def around(*people, **fields):
    return Surroundings(
        **{
            "people": dict(people),
            "teams": {"Service", "Service/Retail"},
            "sites": {"Leeds"},
            "zones": {"UTC", "Europe/Warsaw"},
            "languages": {"en-gb"},
            "today": TODAY,
            **fields,
        }
    )


def plan(text, surroundings=None, **options):
    return plan_import(read_table(text.encode()), surroundings or around(), **options)


def errors(text, surroundings=None):
    return [(error.line, error.column, error.reason) for error in plan(text, surroundings).errors]


# --- what changes ---------------------------------------------------------------------------------------------------


def test_new_changed_and_unchanged_are_told_apart():
    text = "email,full_name,job_title\na@x.example,a,Agent\nb@x.example,b,\nc@x.example,Cy,Host\n"
    found = plan(text, around(known(1, "a@x.example", job_title="Clerk"), known(2, "b@x.example")))
    assert [(change.email, change.pk) for change in found.new] == [("c@x.example", None)]
    (change,) = found.changed
    assert (change.line, change.before, change.after) == (2, {"job_title": "Clerk"}, {"job_title": "Agent"})
    assert found.unchanged == 1
    assert found.errors == []
    assert count_fields(found.changed) == {"job_title": 1}


def test_column_that_is_missing_changes_nothing_and_an_empty_cell_empties():
    person = known(1, "a@x.example", job_title="Clerk", site="Leeds", team="Service")
    (change,) = plan("email,site\na@x.example,\n", around(person)).changed
    assert change.after == {"site": ""}


@pytest.mark.parametrize("column", ["time_zone", "language", "work_days", "work_starts", "work_ends"])
def test_what_nobody_is_without_stays_when_the_cell_is_empty(column):
    found = plan(f"email,{column}\na@x.example,\n", around(known(1, "a@x.example")))
    assert (found.changed, found.unchanged, found.errors) == ([], 1, [])


def test_headings_go_by_many_names():
    found = plan("E-Mail;Name;Reports to;Start date\na@x.example;Al;;2026-01-02\n")
    assert found.new[0].after["started_on"] == date(2026, 1, 2)
    assert found.ignored_columns == ()


def test_columns_that_mean_nothing_are_named():
    assert plan("email,full_name,Shoe size\na@x.example,Al,44\n").ignored_columns == ("Shoe size",)


def test_file_without_addresses_is_refused_as_a_whole():
    assert errors("full_name\nAl\n")[0][:2] == (1, "email")


def test_two_columns_for_one_field_are_refused():
    with pytest.raises(Unreadable):
        plan("email,mail,full_name\na@x.example,a@x.example,Al\n")


def test_new_teams_and_sites_come_with_all_above_them_once():
    text = "email,full_name,team,site\na@x.example,A,Ops/Night/Shift 1,Gdańsk\nb@x.example,B,ops / night,gdansk\n"
    found = plan(text)
    assert found.new_teams == ["Ops", "Ops/Night", "Ops/Night/Shift 1"]
    assert found.new_sites == ["Gdańsk"]
    assert found.new[1].after["team"] == "Ops/Night"
    assert found.new[1].after["site"] == "Gdańsk"


def test_team_is_found_whatever_its_case():
    found = plan("email,full_name,team\na@x.example,A,SERVICE/retail\n")
    assert (found.new[0].after["team"], found.new_teams) == ("Service/Retail", [])


def test_leaver_is_marked_from_the_day_on():
    people = [known(1, f"{name}@x.example") for name in "abc"]
    text = "email,left_on\na@x.example,2026-11-20\nb@x.example,2026-11-21\nc@x.example,\n"
    found = plan(text, around(*people))
    assert [(change.email, change.leaves) for change in found.changed] == [
        ("a@x.example", True),
        ("b@x.example", False),
    ]
    assert [change.email for change in found.leavers] == ["a@x.example"]


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("email", "", "email is required"),
        ("email", "a@b", "email is not an address"),
        ("email", f"{'x' * 250}@x.example", "email is not an address"),
        ("full_name", " ", "full_name is required"),
        ("full_name", "x" * 151, "full_name is longer than 150 characters"),
        ("full_name", "a\u202eb", "full_name holds a character that turns text around"),
        ("job_title", "a\x1bb", "job_title holds a control character"),
        ("team", "Service//Retail", "team has an empty name between two slashes; write Service/Retail/Unit 1"),
        ("team", "x" * 101, "a team's name is longer than 100 characters"),
        ("team", "/".join(["x" * 99] * 6), "team is longer than 500 characters"),
        ("site", "x" * 101, "site is longer than 100 characters"),
        ("time_zone", "GMT+25", "unknown time zone"),
        ("language", "tlh", "unknown language; this installation speaks en-gb"),
        ("work_days", "mon,holiday", ("work_days holds “holiday”, which is not a day; "
                                     "write them as mon,tue,wed,thu,fri,sat,sun")),
        ("work_starts", "25:00", "work_starts is not a time; write it as 09:00"),
        ("work_ends", "soon", "work_ends is not a time; write it as 09:00"),
        ("started_on", "2026-02-30", "started_on is not a date; write it as 2026-11-20"),
        ("started_on", "1776-07-04", "started_on is not a date; write it as 2026-11-20"),
        ("left_on", "20/11/2026", "left_on is not a date; write it as 2026-11-20"),
        ("left_on", "2026-11-19", "somebody who has already left cannot be added; take the row out"),
        ("manager_email", "nobody", "manager_email is not an address"),
        ("manager_email", "a@x.example\nBcc: b@x.example", "manager_email holds a line break"),
    ],
)  # fmt: skip
def test_bad_cell_is_named_by_line_column_and_reason(column, cell, reason):
    good = {"email": "a@x.example", "full_name": "Al", **dict.fromkeys(FIELDS[2:], "")}
    text = b"".join(write_csv(FIELDS, [list({**good, column: cell}.values())])).decode()
    assert errors(text) == [(2, column, reason)]


def test_one_round_of_mending_is_enough():
    text = "email,full_name,time_zone,started_on\nnonsense,,Mars/Olympus,never\n"
    assert [error[1] for error in errors(text)] == ["email", "full_name", "started_on", "time_zone"]


def test_rows_of_the_wrong_length_are_named_beside_others():
    assert [error[:2] for error in errors("email,full_name\na@x.example\nnonsense,B\n")] == [(2, ""), (3, "email")]


def test_reasons_speak_of_the_headings_of_the_file():
    assert errors("E-mail,Name,Zone\na@x.example,Al,Mars\n")[0][1] == "Zone"


def test_manager_may_stand_anywhere_in_the_file_even_in_a_bad_row():
    text = "email,full_name,manager_email\na@x.example,A,b@x.example\nb@x.example,,\n"
    assert [error[1] for error in errors(text)] == ["full_name"]


def test_manager_who_has_left_may_stay_but_not_be_chosen():
    people = [
        known(1, "gone@x.example", is_active=False, left_on=date(2026, 1, 1)),
        known(2, "a@x.example", manager_email="gone@x.example"),
        known(3, "b@x.example"),
    ]
    text = "email,manager_email\na@x.example,gone@x.example\nb@x.example,gone@x.example\n"
    assert errors(text, around(*people)) == [(3, "manager_email", "manager_email names somebody who has left")]


def test_circle_over_file_and_database_is_refused():
    """c reports to b reports to a here already; the file hangs a below c."""
    people = [
        known(1, "a@x.example"),
        known(2, "b@x.example", manager_email="a@x.example"),
        known(3, "c@x.example", manager_email="b@x.example"),
    ]
    found = errors("email,manager_email\na@x.example,c@x.example\n", around(*people))
    assert [error[:2] for error in found] == [(2, "manager_email")]
    assert found[0][2].startswith("reports go round in a circle: ")


def test_circle_that_the_file_takes_apart_is_none():
    people = [known(1, "a@x.example"), known(2, "b@x.example", manager_email="a@x.example")]
    text = "email,manager_email\na@x.example,b@x.example\nb@x.example,\n"
    assert errors(text, around(*people)) == []


def test_leaver_is_not_silently_taken_back():
    gone = known(1, "a@x.example", is_active=False, left_on=date(2026, 1, 1))
    assert [error[:2] for error in errors("email,left_on\na@x.example,\n", around(gone))] == [(2, "left_on")]
    assert errors("email,job_title\na@x.example,Ghost\n", around(gone)) == []


def test_protected_people_are_not_deactivated():
    surroundings = around(known(1, "a@x.example"), protected={"a@x.example"})
    assert [error[1] for error in errors("email,left_on\na@x.example,2026-11-01\n", surroundings)] == ["left_on"]
    assert errors("email,left_on\na@x.example,2026-12-01\n", surroundings) == []


def test_nobody_leaves_before_they_started_whatever_the_file_says_of_the_start():
    person = known(1, "a@x.example", started_on=date(2026, 6, 1))
    assert errors("email,left_on\na@x.example,2026-05-31\n", around(person)) == [
        (2, "left_on", "left_on is before started_on"),
    ]  # fmt: skip


# --- properties -----------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["mon", "Tue", "WEDNESDAY", "thu", "fri", "sat", "sun"]), max_size=9))
def test_days_come_in_the_order_of_the_week_once_each(words):
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert read_work_days("; ".join(words)).split(",") == (
        [day for day in week if day in {word[:3].lower() for word in words}] or [""]
    )


@given(st.text(max_size=30))
def test_days_are_read_or_refused_and_never_break(text):
    try:
        days = read_work_days(text)
    except RowRefused:
        return
    assert set(days.split(",")) <= {"mon", "tue", "wed", "thu", "fri", "sat", "sun", ""}


@given(st.lists(st.lists(st.text(max_size=12), min_size=len(FIELDS), max_size=len(FIELDS)), max_size=8))
def test_no_row_breaks_the_check_and_every_row_is_accounted_for(rows):
    table = read_table(b"".join(write_csv(FIELDS, rows)).replace(b"\x00", b""))
    found = plan_import(table, around())
    named = {error.line for error in found.errors}
    for row in table.rows:
        changed = any(change.line == row.line for change in found.new)
        assert changed or row.line in named


@given(st.lists(st.integers(-1, 9), min_size=10, max_size=10))
def test_refused_for_circles_exactly_when_there_is_one(managers):
    """Ten people, each with a manager drawn from the ten; half of the lines are in the file, half are known already."""
    address = [f"p{number}@x.example" for number in range(10)]
    chain = {address[n]: address[m] if m >= 0 else None for n, m in enumerate(managers)}
    here = {email: chain[email] for email in address[:5]}
    if find_cycles(here) or any(manager in address[5:] for manager in here.values()):
        here = dict.fromkeys(address[:5])
    people = [known(n, email, manager_email=here[email] or "") for n, email in enumerate(address[:5])]
    lines = [f"{email},{email.split('@')[0]},{chain[email] or ''}" for email in address[5:]]
    found = plan("\n".join(["email,full_name,manager_email", *lines]), around(*people))
    whole = {**here, **{email: chain[email] for email in address[5:]}}
    assert bool(found.errors) is bool(find_cycles(whole))


def test_every_column_has_a_default_or_is_who_it_is_about():
    assert set(FIELDS) == {column.name for column in COLUMNS} == {*DEFAULTS, "email", "full_name"}
    assert DEFAULTS["work_starts"] == time(9)
