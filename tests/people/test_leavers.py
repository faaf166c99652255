"""Leaving ends every way in at once, keeps history, and shows what waits."""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from foundation.errors import Invalid, Refused
from people import reports
from people.actions import leavers, tokens
from people.models import AuditEntry, Role, RoleGrant, TokenScope
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    grant,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_team,
)
from tests.people.steps import make_member, sign_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def admin():
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None})


def leave(person, admin, left_on=TODAY, at=NOW):
    return leavers.deactivate_person(person=person, left_on=left_on, by=admin, at=at, reason="Contract ended")


def test_sessions_tokens_and_roles_end_at_once(admin):
    person = make_member("Lea Leaver", roles={Role.RECRUITER: None})
    grant(person, Role.TRAINER, make_team("Service"), starts_at=NOW + timedelta(days=5))
    token, secret = tokens.create_token(
        person=person, name="Script", scopes=[TokenScope.PEOPLE_READ], expires_at=NOW + timedelta(days=9), at=NOW
    )
    browser = Client()
    sign_in(browser, person)
    assert UserSession.objects.filter(user=person).exists()

    leave(person, admin)
    person = fresh(person)
    assert (person.is_active, person.left_on) == (False, TODAY)
    assert not UserSession.objects.filter(user=person).exists()
    assert not Session.objects.filter(session_key=browser.session.session_key).exists()
    assert reverse("account_login") in browser.get(reverse("people:me")).headers["Location"]
    assert tokens.find_token(secret=secret, at=NOW) is None
    token.refresh_from_db()
    assert token.revoked_at == NOW
    for moment in (NOW, NOW + timedelta(days=6)):
        assert not RoleGrant.objects.filter(person=person).in_force(moment).exists()
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.did, entry.actor, entry.reason) == ("people.person_deactivated", admin, "Contract ended")


def test_coming_back_brings_neither_roles_nor_sessions_nor_tokens(admin):
    person = make_person("Lea Leaver", roles={Role.RECRUITER: None})
    leave(person, admin)
    leavers.reactivate_person(person=person, by=admin, at=NOW)
    person = fresh(person)
    assert (person.is_active, person.left_on) == (True, None)
    assert not person.holds(Role.RECRUITER)
    with pytest.raises(Refused):
        leavers.reactivate_person(person=person, by=admin, at=NOW)


def test_who_cannot_leave_now(admin):
    person = make_person("Lea Leaver", started_on=date(2026, 6, 1))
    with pytest.raises(Refused):
        leave(person, admin, left_on=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        leave(person, admin, left_on=date(2026, 5, 31))
    with pytest.raises(Refused):
        leave(person, person)
    leave(person, admin)
    with pytest.raises(Refused):
        leave(person, admin)


def test_today_is_told_by_the_leavers_clock(admin):
    """20 November 10:00 UTC is still the 20th in Guadalajara and already the 21st in Kiritimati."""
    early = make_person("Kai Kiritimati", time_zone="Pacific/Kiritimati")
    leave(early, admin, left_on=date(2026, 11, 21))
    late = make_person("Gus Guadalajara", time_zone="America/Mexico_City")
    with pytest.raises(Refused):
        leave(late, admin, left_on=date(2026, 11, 21))


def test_planned_leavers_go_on_their_day_where_they_work_and_once(admin):
    day = date(2026, 11, 21)
    early = make_person("Kai Kiritimati", time_zone="Pacific/Kiritimati", left_on=day)
    late = make_person("Gus Guadalajara", time_zone="America/Mexico_City", left_on=day)
    never = make_person("Stan Stays")
    assert leavers.deactivate_due_leavers(at=NOW) == 1
    assert leavers.deactivate_due_leavers(at=NOW) == 0
    assert (fresh(early).is_active, fresh(late).is_active) == (False, True)
    assert leavers.deactivate_due_leavers(at=NOW + timedelta(hours=20)) == 1
    assert (fresh(late).is_active, fresh(never).is_active) == (False, True)


def test_last_admin_whose_day_has_come_stays_and_others_still_go(admin):
    admin.left_on = TODAY
    admin.save(update_fields=["left_on"])
    other = make_person("Lea Leaver", left_on=TODAY)
    assert leavers.deactivate_due_leavers(at=NOW) == 1
    assert (fresh(admin).is_active, fresh(other).is_active) == (True, False)


# --- what waits -----------------------------------------------------------------------------------------------------


def waiting(person):
    return {group.title: [item.title for item in group.items] for group in reports.waiting_on(person)}


def test_reports_seats_and_openings_wait(admin):
    person = make_person("Lea Leaver")
    report = make_person("Rae Report", manager=person)
    make_person("Gil Gone", manager=person, is_active=False)
    recruiter = make_person("Rosa Recruiter")
    opening = make_opening(title="Agent", manager=person, recruiters=(recruiter,))
    make_opening(title="Closed", manager=person, state="closed")
    owing = make_interview(make_application(opening), (person, recruiter))
    done = make_interview(make_application(opening), (person, recruiter))
    fill_scorecard(done, person)
    make_interview(make_application(opening), (person,), state="cancelled")
    assert waiting(person) == {
        "People who report to them": [str(report)],
        "Interviews without their scorecard": [f"{owing.application.alias} · Agent"],
        "Openings they decide on": ["Agent"],
    }
    assert waiting(recruiter)["Openings they recruit for"] == ["Agent"]
    assert waiting(make_person("Ina Idle")) == {}


def test_what_waits_names_no_candidate(admin):
    person = make_person("Lea Leaver")
    opening = make_opening(manager=make_person("Hanna Manager"))
    make_interview(make_application(opening, "Canary Candidate"), (person,))
    assert "Canary" not in str(reports.waiting_on(person))
