"""Interviews as pages: the list, one interview, planning, calling off, the calendar file."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from hiring.models import Interview, Panellist
from people.models import Role
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    grant,
    interview_stage,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_recruiter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SECOND_FACTOR = "nobody"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def recruiter():
    return make_recruiter()


@pytest.fixture
def panel():
    return make_person("Lea Lead"), make_person("Max Member")


def get(client, person, name, *args, status=200, **query):
    client.force_login(person)
    response = client.get(reverse(f"hiring:{name}", args=args), query)
    assert response.status_code == status
    return response


def post(client, person, name, *args, status=302, **data):
    client.force_login(person)
    response = client.post(reverse(f"hiring:{name}", args=args), data)
    assert response.status_code == status, response.content.decode()
    return response


def interview_of(panel=(), *, opening=None, name="Cara Candidate", **fields):
    return make_interview(make_application(opening or make_opening(), name=name), panel, **fields)


def test_every_page_renders(client, recruiter, panel):
    interview = interview_of((*panel, recruiter))
    application = interview.application
    get(client, recruiter, "interview-list", who="all")
    get(client, panel[0], "interview-detail", interview.pk)
    get(client, panel[0], "scorecard-fill", interview.pk)
    scorecard = fill_scorecard(interview, panel[0], submitted=False)
    get(client, panel[0], "scorecard-review", interview.pk)
    get(client, panel[0], "scorecard-detail", scorecard.pk)
    other = interview_of(panel, starts_at=NOW + timedelta(days=1))
    for name in ("interview-reschedule", "interview-panel", "interview-cancel", "interview-calendar"):
        get(client, recruiter, name, other.pk)
    get(client, recruiter, "interview-no-show", interview.pk)
