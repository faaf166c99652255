"""The audit page: for auditors, in scope, and never ahead of a seal. And every refusal leaves one entry."""

import csv
import io

import pytest
from django.urls import reverse

from people import reports
from people.actions import audit, tokens
from people.models import AuditEntry, Person, Role, TokenScope
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_team,
)
from tests.people.test_audit import without_triggers

pytestmark = pytest.mark.django_db
URL, EXPORT = reverse("people:audit-list"), reverse("people:audit-export")


@pytest.fixture
def auditor(client):
    person = make_person("Aud Auditor", roles={Role.AUDITOR: None})
    client.force_login(person)
    return person


def text_of(client, **query):
    answer = client.get(URL, query)
    assert answer.status_code == 200
    return answer.content.decode()


def ids(client, **query):
    rows = csv.DictReader(io.StringIO(b"".join(client.get(EXPORT, query).streaming_content).decode("utf-8-sig")))
    return [int(row["id"]) for row in rows]


def test_trail_is_filtered_by_person_deed_kind_outcome_and_day(client, auditor):
    wim, team = make_person("Wim Worker"), make_team("Service")
    first = audit.record(by=wim, did="test.painted", thing=team, at=NOW)
    second = audit.record(
        by=None, did="test.painted", thing=wim, outcome=AuditEntry.Outcome.REFUSED, at=NOW.replace(year=2031)
    )
    third = audit.record(by=auditor, did="test.swept", thing=make_team("Service/Retail"), at=NOW.replace(year=2032))
    assert ids(client, person="wim") == [first.pk]
    assert ids(client, did="test.painted") == [first.pk, second.pk]
    assert ids(client, kind="people.team") == [first.pk, third.pk]
    assert ids(client, kind="people.team", thing=team.pk) == [first.pk]
    assert ids(client, outcome="refused") == [second.pk]
    assert ids(client, since="2031-11-20", until="2031-11-20") == [second.pk]
    assert "field-error" in text_of(client, since="soon")
    assert "No entry matches" in text_of(client, person="nobody")


def test_day_begins_by_the_readers_clock(client, auditor):
    Person.objects.filter(pk=auditor.pk).update(time_zone="Pacific/Kiritimati")
    entry = audit.record(by=None, did="test.done", at=NOW)
    assert ids(client, since="2026-11-21", did="test.done") == [entry.pk]


def test_export_is_itself_recorded_and_reading_is_not(client, auditor):
    audit.record(by=None, did="test.done", at=NOW)
    before = AuditEntry.objects.count()
    text_of(client)
    assert AuditEntry.objects.count() == before
    exported = ids(client, did="test.done")
    assert len(exported) == 1
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.did, entry.outcome, entry.actor, entry.changes) == (
        "people.audit_exported", "exported", auditor, {"filters": ["did"]},
    )  # fmt: skip
    assert entry.pk not in ids(client)[:-1]


def test_scoped_auditor_sees_the_scope_on_page_and_in_export(client, auditor):
    inside = audit.record(by=None, did="test.inside", team=make_team("Service/Retail"), at=NOW)
    audit.record(by=None, did="test.outside", team=make_team("Service/Care"), at=NOW)
    audit.record(by=None, did="test.nowhere", at=NOW)
    client.force_login(make_person("Sid Scoped", roles={Role.AUDITOR: make_team("Service/Retail")}))
    text = text_of(client)
    assert "Inside" in text
    assert f'<td class="num">{inside.pk}</td>' in text
    assert text.count('<td class="num">') == 1
    assert ids(client) == [inside.pk]


def test_words_stand_for_codes_and_keys(client, auditor):
    wim, retail = make_person("Wim Worker"), make_team("Service/Retail")
    audit.record(
        by=auditor, did="people.role_granted", thing=wim, changes={"person": wim.pk, "team": [None, retail.pk]}, at=NOW
    )
    text = text_of(client)
    for words in ("Role granted", "Wim Worker", "– → Retail", wim.get_absolute_url()):
        assert words in text


def test_page_tells_how_far_the_chain_was_checked_and_that_it_broke(client, auditor, monkeypatch):
    from django.core.cache import cache

    from people.views import audit as view

    monkeypatch.setattr(view, "CHAIN_STEP", 3)
    entries = [audit.record(by=None, did=f"test.step_{n}", at=NOW) for n in range(5)]
    assert "checked to entry 3 of 5" in text_of(client)
    assert "checked to entry 5, the last" in text_of(client)
    audit.record(by=None, did="test.more", at=NOW)
    assert "checked to entry 6, the last" in text_of(client)
    without_triggers(f"UPDATE people_auditentry SET reason = 'never mind' WHERE id = {entries[1].pk}")
    cache.delete(view.CHAIN_KEY)
    assert f"Entry {entries[1].pk} does not fit" in text_of(client)


def test_walk_in_steps_ends_where_the_whole_walk_does(auditor):
    for n in range(7):
        audit.record(by=None, did=f"test.step_{n}", at=NOW)
    verdict, steps = None, 0
    while verdict is None or not verdict.finished:
        verdict = audit.verify(since=verdict, most=2)
        steps += 1
    whole = audit.verify()
    assert (verdict.entries, verdict.head, verdict.last, steps) == (whole.entries, whole.head, whole.last, 4)


# --- seals ----------------------------------------------------------------------------------------------------------


class TestSealed:
    """Promise 1 on the audit page: an auditor on a panel learns nothing before their own scorecard is in."""

    @pytest.fixture
    def scene(self, auditor):
        colleague = make_person("Cora Colleague")
        opening = make_opening()
        application = make_application(opening)
        interview = make_interview(application, (auditor, colleague))
        card = fill_scorecard(interview, colleague)
        for did, thing in (
            ("hiring.scorecard_submitted", card),
            ("hiring.interview_revealed", interview),
            ("hiring.application_moved", application),
        ):
            audit.record(by=colleague, did=did, thing=thing, at=NOW)
        mine = audit.record(by=auditor, did="hiring.interview_read", thing=interview, at=NOW)
        other = audit.record(by=colleague, did="hiring.opening_edited", thing=opening, at=NOW)
        elsewhere = make_interview(make_application(opening), (colleague,))
        apart = audit.record(by=colleague, did="hiring.interview_scheduled", thing=elsewhere, at=NOW)
        return interview, [mine.pk, other.pk, apart.pk]

    def test_entries_about_it_are_not_there_yet(self, client, auditor, scene):
        _interview, seen = scene
        assert sorted(reports.audit_trail(auditor).values_list("pk", flat=True)) == seen
        assert "Scorecard submitted" not in re_table(text_of(client))
        assert ids(client) == seen

    def test_they_are_once_the_own_scorecard_is_in(self, client, auditor, scene):
        interview, seen = scene
        fill_scorecard(interview, auditor)
        assert reports.audit_trail(fresh(auditor)).count() == len(seen) + 3

    def test_an_auditor_off_the_panel_sees_them_but_no_score(self, client, scene):
        other = make_person("Olu Other", roles={Role.AUDITOR: None})
        client.force_login(other)
        assert reports.audit_trail(other).count() == 6
        assert "Said what they did" not in text_of(client)


def re_table(text):
    """The rows, without the choices of the filters."""
    return text[text.index("<tbody") :]


# --- refusals -------------------------------------------------------------------------------------------------------


def refusals():
    return list(AuditEntry.objects.filter(did="people.access_refused").order_by("pk"))


def test_each_refusal_of_somebody_signed_in_leaves_one_entry(client):
    person, other = make_person("Emma Employee"), make_person("Olu Other")
    client.force_login(person)
    assert client.get(URL).status_code == 403
    assert client.post(reverse("people:person-edit", args=[other.pk]), {"full_name": "Canary"}).status_code == 403
    first, second = refusals()
    assert (first.actor, first.outcome, first.changes) == (
        person, "refused", {"page": "people:audit-list", "method": "GET"},
    )  # fmt: skip
    assert second.changes == {"page": "people:person-edit", "method": "POST", "pk": other.pk}
    assert (second.channel, bool(second.request_id), "Canary" in str(second.changes)) == ("page", True, False)


def test_what_is_not_found_or_allowed_or_asked_by_a_stranger_leaves_none(client):
    client.get(URL)
    client.force_login(make_person("Emma Employee"))
    client.get(reverse("people:person-detail", args=[987654]))
    client.get(reverse("people:person-list"))
    assert refusals() == []


def test_refusal_by_the_api_leaves_one_entry(client):
    person = make_person("Emma Employee")
    _token, secret = tokens.create_token(
        person=person, name="Script", scopes=[TokenScope.HIRING_READ], expires_at=NOW.replace(year=2027), at=NOW
    )
    answer = client.get("/api/v1/people/people/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403
    (entry,) = refusals()
    assert (entry.actor, entry.channel) == (person, "api")


def test_who_lacks_the_second_factor_is_recorded_once(client):
    person = make_person("Rosa Recruiter", roles={Role.RECRUITER: None})
    client.force_login(person, second_factor=False)
    client.get("/api/v1/people/people/")
    assert AuditEntry.objects.filter(outcome="refused").count() == 1


def test_scoped_role_does_not_open_what_needs_it_everywhere(client):
    client.force_login(make_person("Sid Scoped", roles={Role.PEOPLE_ADMIN: make_team("Service")}))
    for name in ("import-add", "team-add", "role-grant", "person-export"):
        assert client.get(reverse(f"people:{name}")).status_code == 403
    assert len(refusals()) == 4
    assert audit.verify().is_sound
