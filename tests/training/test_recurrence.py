"""How long completions hold: no day is lost by renewing early, and none creeps away over the years."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.recurrence import Term, Validity, add_months, can_be_refreshed, term_of, window_opens_on

days = st.dates(date(2000, 1, 1), date(2060, 12, 31)) | st.sampled_from(
    [date(2024, 2, 29), date(2023, 2, 28), date(2026, 1, 31), date(2026, 12, 31), date(2027, 1, 1)]
)
months = st.integers(1, 120)
DAY = timedelta(days=1)


@st.composite
def validities(draw, *, anchors=("completion", "expiry", "date")):
    """Rules whose window is shorter than a term."""
    count = draw(st.sampled_from([1, 3, 6, 12, 24, 36]) | months)
    anchor = draw(st.sampled_from(anchors))
    shortest = 365 if anchor == "date" else 28 * count
    month = draw(st.integers(1, 12))
    return Validity(
        months=count,
        anchor=anchor,
        month=month,
        day=draw(st.integers(1, 31)),
        minimum_days=draw(st.sampled_from([0, 1, 60, 90, 400])),
        window_days=draw(st.integers(0, min(366, shortest - 1))),
    )


def walked(validity, first, delays):
    """Completions one after the other, each so many days after the one before: (day, term)."""
    day, term = first, term_of(validity, first)
    way = [(day, term)]
    for delay in delays:
        day += timedelta(days=delay)
        term = term_of(validity, day, term)
        way.append((day, term))
    return way


# Months


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_month_arithmetic_falls_back_to_the_last_day(day, count, expected):
    assert add_months(day, count) == expected


@given(day=days, count=st.integers(-600, 600))
def test_month_arithmetic_lands_in_the_right_month_and_never_beyond_the_day(day, count):
    found = add_months(day, count)
    assert (found.year - day.year) * 12 + found.month - day.month == count
    assert found.day == min(day.day, monthrange(found.year, found.month)[1])


def test_there_is_no_month_past_the_calendar():
    with pytest.raises(OverflowError):
        add_months(date(9999, 12, 1), 1)
    with pytest.raises(OverflowError):
        add_months(date(1, 1, 1), -1)


# Terms


def test_completion_that_holds_for_good_has_no_term():
    previous = Term(date(2020, 1, 1), 12, date(2021, 1, 1))
    assert term_of(Validity(months=None), date(2026, 1, 1)) is None
    assert term_of(Validity(months=None), date(2026, 1, 1), previous) is None


@pytest.mark.parametrize("anchor", ["completion", "expiry"])
def test_first_term_counts_from_the_completion(anchor):
    assert term_of(Validity(months=12, anchor=anchor), date(2026, 3, 5)) == Term(date(2026, 3, 5), 12, date(2027, 3, 5))


@given(validity=validities(), day=days, delays=st.lists(st.integers(0, 900), max_size=6))
def test_every_term_ends_after_its_completion(validity, day, delays):
    for completed_on, term in walked(validity, day, delays):
        assert term.ends > completed_on


@given(validity=validities(), day=days, delays=st.lists(st.integers(0, 900), max_size=8))
def test_completing_once_more_never_takes_a_day_away(validity, day, delays):
    way = walked(validity, day, delays)
    for (_before, earlier), (_after, later) in pairwise(way):
        assert later.ends >= earlier.ends


@given(validity=validities(anchors=("expiry", "date")), day=days, early=st.data())
def test_renewal_anywhere_in_the_window_ends_the_same(validity, day, early):
    """By the end of the term before, or the fixed day; a minimum of days may carry it over that day."""
    validity = replace(validity, minimum_days=0)
    first = term_of(validity, day)
    opens = max(window_opens_on(validity, first.ends), day)
    renewed_on = early.draw(st.dates(opens, first.ends))
    renewed = term_of(validity, renewed_on, first)
    assert renewed.ends == term_of(validity, first.ends, first).ends
    assert renewed.ends > first.ends


@given(
    day=days,
    count=st.sampled_from([1, 2, 3, 6, 12, 24]),
    cycles=st.integers(1, 40),
    early=st.integers(0, 20),
)
def test_terms_in_a_row_do_not_creep(day, count, cycles, early):
    """Always a little early, for up to eighty years: the end is where one count from the first day would put it."""
    validity = Validity(months=count, anchor="expiry", window_days=20)
    term = term_of(validity, day)
    for cycle in range(2, cycles + 2):
        term = term_of(validity, term.ends - timedelta(days=early), term)
        assert term.ends == add_months(day, cycle * count)


@given(month=st.integers(1, 12), day_of=st.integers(1, 31), first=days, early=st.integers(0, 60))
def test_fixed_day_does_not_creep(month, day_of, first, early):
    validity = Validity(months=12, anchor="date", month=month, day=day_of, window_days=60)
    term = term_of(validity, first)
    for _cycle in range(30):
        year = term.ends.year
        term = term_of(validity, max(term.ends - timedelta(days=early), first), term)
        assert term.ends == date(year + 1, month, min(day_of, monthrange(year + 1, month)[1]))


def test_leap_day_comes_back_every_fourth_year():
    validity = Validity(months=12, anchor="expiry", window_days=60)
    term, ends = term_of(validity, date(2024, 2, 29)), []
    for _year in range(5):
        ends.append(term.ends)
        term = term_of(validity, term.ends - 10 * DAY, term)
    assert ends == [
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
        date(2029, 2, 28),
    ]


@pytest.mark.parametrize(
    ("completed_on", "ends"),
    [
        (date(2026, 11, 1), date(2027, 11, 1)),  # a day before the window: from the completion
        (date(2026, 11, 2), date(2028, 1, 1)),  # its first day: from the end of the term before
        (date(2027, 1, 1), date(2028, 1, 1)),  # its last
        (date(2027, 1, 2), date(2028, 1, 2)),  # too late: from the completion
    ],
)
def test_window_counts_its_first_and_its_last_day(completed_on, ends):
    previous = Term(date(2026, 1, 1), 12, date(2027, 1, 1))
    assert term_of(Validity(months=12, anchor="expiry", window_days=60), completed_on, previous).ends == ends


def test_days_won_by_renewing_early_are_not_lost_by_taking_it_once_more():
    validity = Validity(months=12, anchor="expiry", window_days=60)
    first = term_of(validity, date(2026, 1, 1))
    renewed = term_of(validity, date(2026, 11, 10), first)
    assert renewed.ends == date(2028, 1, 1)
    assert term_of(validity, date(2026, 11, 11), renewed) == renewed
    # Seven weeks on there is nothing left that could be lost: it counts from the completion again.
    assert term_of(validity, date(2027, 2, 1), renewed).ends == date(2028, 2, 1)


def test_shorter_validity_holds_from_the_next_completion_on():
    ten_years = Term(date(2026, 1, 1), 120, date(2036, 1, 1))
    yearly = Validity(months=12, anchor="expiry", window_days=60)
    assert term_of(yearly, date(2026, 6, 1), ten_years).ends == date(2027, 6, 1)


@pytest.mark.parametrize(("old", "new"), [(12, 24), (24, 12), (12, 5), (36, 12), (1, 2)])
def test_changed_length_counts_on_from_where_the_last_term_ended(old, new):
    previous = term_of(Validity(months=old), date(2024, 1, 31))
    renewed = term_of(Validity(months=new), previous.ends, previous)
    assert renewed.ends == add_months(previous.ends, new)


def test_term_of_a_fixed_day_counts_on_from_that_day_when_the_anchor_changes():
    previous = term_of(Validity(months=12, anchor="date", month=12, day=31), date(2026, 3, 1))
    renewed = term_of(Validity(months=12, anchor="expiry", window_days=60), date(2026, 12, 1), previous)
    assert (previous.ends, renewed.ends) == (date(2026, 12, 31), date(2027, 12, 31))


def test_completion_anchor_counts_from_the_day_it_is_done_even_inside_the_window():
    previous = Term(date(2026, 1, 1), 12, date(2027, 1, 1))
    term = term_of(Validity(months=12, anchor="completion"), date(2026, 12, 1), previous)
    assert term == Term(date(2026, 12, 1), 12, date(2027, 12, 1))


# The fixed day


@pytest.mark.parametrize(
    ("completed_on", "minimum", "ends"),
    [
        (date(2026, 11, 20), 0, date(2026, 12, 31)),
        (date(2026, 11, 20), 41, date(2026, 12, 31)),
        (date(2026, 11, 20), 42, date(2027, 12, 31)),
        (date(2026, 12, 30), 0, date(2026, 12, 31)),
        (date(2026, 12, 31), 0, date(2027, 12, 31)),
        (date(2026, 1, 1), 400, date(2027, 12, 31)),
    ],
)
def test_fixed_day_is_the_next_one_that_is_far_enough_away(completed_on, minimum, ends):
    validity = Validity(months=12, anchor="date", month=12, day=31, minimum_days=minimum)
    assert term_of(validity, completed_on).ends == ends


def test_renewal_for_a_fixed_day_reaches_the_next_one():
    """Not the same day again, which would open the window anew at once."""
    validity = Validity(months=12, anchor="date", month=12, day=31, window_days=60)
    first = term_of(validity, date(2026, 3, 1))
    renewed = term_of(validity, date(2026, 11, 15), first)
    assert (first.ends, renewed.ends) == (date(2026, 12, 31), date(2027, 12, 31))
    assert term_of(validity, date(2026, 11, 16), renewed) == renewed


def test_renewal_for_a_fixed_day_is_active_at_least_as_long_as_it_says():
    validity = Validity(months=12, anchor="date", month=12, day=31, minimum_days=400, window_days=60)
    previous = Term(date(2025, 12, 1), 0, date(2026, 12, 31))
    assert term_of(validity, date(2026, 12, 1), previous).ends == date(2028, 12, 31)


def test_fixed_day_of_29_february_is_the_28th_where_there_is_none():
    validity = Validity(months=12, anchor="date", month=2, day=29)
    assert term_of(validity, date(2026, 3, 1)).ends == date(2027, 2, 28)
    assert term_of(validity, date(2027, 3, 1)).ends == date(2028, 2, 29)


@given(validity=validities(anchors=("date",)), day=days)
def test_fixed_day_holds_at_least_as_long_as_it_says_and_little_more_than_a_year_longer(validity, day):
    ends = term_of(validity, day).ends
    assert timedelta(days=validity.minimum_days) <= ends - day <= timedelta(days=validity.minimum_days + 367)
    assert (ends.month, ends.day) == (
        validity.month,
        min(validity.day, monthrange(ends.year, validity.month)[1]),
    )


@given(ends=days, window=st.integers(0, 366))
def test_window_opens_so_many_days_before_the_end(ends, window):
    assert window_opens_on(Validity(months=12, window_days=window), ends) == ends - timedelta(days=window)


@pytest.mark.parametrize(
    ("ends", "fresh"),
    [
        (None, True),
        (date(2027, 1, 1), True),
        (date(2026, 11, 22), True),
        (date(2026, 9, 23), True),
        (date(2026, 9, 22), False),
    ],
)
def test_shorter_path_is_for_what_holds_or_ran_out_within_the_window(ends, fresh):
    assert can_be_refreshed(Validity(months=12, window_days=60), ends, date(2026, 11, 22)) is fresh
