"""What waits on a person, for my work: each kind is found by one query, however much of it there is."""

from datetime import timedelta

import pytest

from hiring.models import Application, Opening
from hiring.reports import work
from tests.cast import NOW, make_application, make_opening, make_recruiter, make_team

pytestmark = pytest.mark.django_db


def stalled(person):
    return [(item.title, item.meta) for item in work.work_for(person, at=NOW) if item.kind == "stalled"]


def make_waiting(opening, *days, **fields):
    for each in days:
        application = make_application(opening, **fields)
        Application.objects.filter(pk=application.pk).update(entered_stage_at=NOW - timedelta(days=each))


def test_stalled_applications_are_one_row_an_opening_most_first():
    one, two, closed = make_opening(title="One"), make_opening(title="Two"), make_opening(title="Closed")
    make_waiting(one, 7, 6)  # a stage allows seven days
    make_waiting(two, 8, 30, 1)
    make_waiting(two, 30, state="on_hold")
    make_waiting(closed, 30)
    Opening.objects.filter(pk=closed.pk).update(state="closed")
    assert stalled(make_recruiter()) == [
        ("Two", "2 applications have stalled"),
        ("One", "1 application has stalled"),
    ]


def test_each_stage_has_its_own_patience():
    opening = make_opening(title="One")
    make_waiting(opening, 5)
    opening.stages.update(stalled_after_days=5)
    assert stalled(make_recruiter()) == [("One", "1 application has stalled")]


def test_openings_of_others_are_not_in_it():
    make_waiting(make_opening(), 30)
    elsewhere = make_opening(team=make_team("Elsewhere")).team
    assert stalled(make_recruiter(team=elsewhere)) == []


def test_more_than_a_page_holds_is_cut_off(monkeypatch):
    monkeypatch.setattr(work, "MOST", 2)
    for _each in range(3):
        make_waiting(make_opening(), 30)
    assert len(stalled(make_recruiter())) == 2


@pytest.mark.parametrize("count", [1, 3, 50])
def test_work_costs_the_same_however_much_waits(count, django_assert_num_queries):
    for _each in range(count):
        make_waiting(make_opening(), 30)
    person = make_recruiter()
    assert person.grants  # read once a request, with or without work
    with django_assert_num_queries(5):
        assert len(work.work_for(person, at=NOW)) == min(count, work.MOST)
