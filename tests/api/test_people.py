"""People, teams, sites, and one's own profile."""

from datetime import date

import pytest

from people.models import AuditEntry, Person, Role
from tests.api.caller import Caller, assert_problem, faults
from tests.cast import make_person, make_site, make_team

pytestmark = pytest.mark.django_db


def test_colleagues_see_each_other_with_their_place():
    team, site = make_team("Service/Retail"), make_site("Leeds")
    boss = make_person("Bea Boss", preferred_name="Bea")
    person = make_person("Pat Person", team=team, site=site, manager=boss, job_title="Host", work_days="mon,sun")
    told = Caller(make_person()).get(f"/people/people/{person.pk}/").json()
    assert told == {
        "id": person.pk,
        "name": "Pat Person",
        "full_name": "Pat Person",
        "email": person.email,
        "job_title": "Host",
        "team": {"id": team.pk, "path": "Service/Retail"},
        "manager": {"id": boss.pk, "name": "Bea"},
        "site": {"id": site.pk, "name": "Leeds"},
        "time_zone": "UTC",
        "work_days": ["mon", "sun"],
        "work_starts": "09:00",
        "work_ends": "17:30",
        "started_on": None,
        "left_on": None,
        "is_active": True,
    }


def test_leavers_are_seen_where_there_is_cause_and_planned_leaving_by_the_people_admin():
    gone = make_person("Gone", is_active=False, left_on=date(2026, 1, 1))
    going = make_person("Going", left_on=date(2027, 1, 1))
    colleague, admin = Caller(make_person("Colleague")), Caller(make_person("Admin", roles={Role.PEOPLE_ADMIN: None}))
    assert_problem(colleague.get(f"/people/people/{gone.pk}/"), 404)
    assert admin.get(f"/people/people/{gone.pk}/").json()["left_on"] == "2026-01-01"
    assert colleague.get(f"/people/people/{going.pk}/").json()["left_on"] is None
    assert admin.get(f"/people/people/{going.pk}/").json()["left_on"] == "2027-01-01"
    assert colleague.rows("/people/people/?is_active=false") == []
    assert [row["name"] for row in admin.rows("/people/people/?is_active=false")] == ["Gone"]


def test_directory_is_filtered_and_ordered():
    top = make_team("Service")
    below, other = make_team("Service/Retail/Unit 1"), make_team("Office")
    boss = make_person("Bea", team=top)
    make_person("Carl", team=below, manager=boss, site=make_site("York"), started_on=date(2020, 1, 1))
    make_person("Dora", team=other, started_on=date(2021, 1, 1))
    caller = Caller(make_person("Zoe", started_on=date(2019, 1, 1)))

    def names(query):
        return [row["name"] for row in caller.rows(f"/people/people/?{query}")]

    assert names("") == ["Bea", "Carl", "Dora", "Zoe"]
    assert names(f"team={top.pk}") == ["Bea", "Carl"]
    assert names(f"manager={boss.pk}") == ["Carl"]
    assert names("q=dora") == ["Dora"]
    assert names("ordering=newest") == ["Dora", "Carl", "Zoe", "Bea"]
    assert names("ordering=started") == ["Zoe", "Carl", "Dora", "Bea"]
    assert names(f"site={caller.person.pk + 1000}") == []


def test_a_walk_under_arrivals_shows_each_person_once():
    for number in range(7):
        make_person(f"Old {number}")
    caller, seen = Caller(make_person("Zoe")), []
    address = "/people/people/?page_size=2"
    while address:
        answer = caller.get(address)
        address = answer.json()["next"]
        assert answer.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)
        seen += [row["name"] for row in answer.json()["results"]]
        make_person(f"Aa new {len(seen)}")
    assert [name for name in seen if name.startswith("Old")] == [f"Old {number}" for number in range(7)]
    assert len(set(seen)) == len(seen)


def test_teams_and_sites_tell_their_headcount():
    team, site = make_team("Service/Retail"), make_site("York")
    make_person(team=team, site=site)
    make_person(team=team, is_active=False)
    caller = Caller(make_person())
    assert caller.get(f"/people/teams/{team.pk}/").json() == {
        "id": team.pk,
        "name": "Retail",
        "path": "Service/Retail",
        "parent": team.parent_id,
        "headcount": 1,
    }
    assert [row["path"] for row in caller.rows("/people/teams/")] == ["Service", "Service/Retail"]
    assert [row["path"] for row in caller.rows(f"/people/teams/?parent={team.parent_id}&q=ret")] == ["Service/Retail"]
    assert caller.rows("/people/sites/") == [{"id": site.pk, "name": "York", "headcount": 1}]
    assert_problem(caller.get(f"/people/teams/{team.pk + 99}/"), 404)


# --- me ---------------------------------------------------------------------------------------------------------------


def test_own_profile_is_changed_through_the_action():
    caller = Caller(make_person("Ann Example", team=make_team()))
    changed = caller.patch(
        "/people/me/",
        {
            "preferred_name": " Annie ",
            "time_zone": "Europe/London",
            "work_days": ["sun", "mon"],
            "work_starts": "22:00",
            "work_ends": "06:00",
        },
    ).json()
    assert (changed["name"], changed["time_zone"], changed["work_days"]) == ("Annie", "Europe/London", ["mon", "sun"])
    assert (changed["work_starts"], changed["work_ends"]) == ("22:00", "06:00")
    stored = Person.objects.get(pk=caller.person.pk)
    assert (stored.preferred_name, stored.work_days) == ("Annie", "mon,sun")
    entry = AuditEntry.objects.get(did="people.person_edited")
    assert (entry.actor, entry.channel, set(entry.changes)) == (
        caller.person,
        "api",
        {"preferred_name", "time_zone", "work_days", "work_starts", "work_ends"},
    )


def test_nothing_sent_changes_nothing():
    caller = Caller(make_person())
    assert caller.patch("/people/me/", {}).status_code == 200
    assert not AuditEntry.objects.filter(did="people.person_edited").exists()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"time_zone": "Mars/Olympus"}, ("/time_zone", "zone")),
        ({"time_zone": ""}, ("/time_zone", "blank")),
        ({"language": "tlh"}, ("/language", "invalid_choice")),
        ({"work_days": []}, ("/work_days", "min_length")),
        ({"work_days": ["mon", "mon"]}, ("/work_days", "twice")),
        ({"work_days": ["someday"]}, ("/work_days/0", "invalid_choice")),
        ({"work_days": "mon"}, ("/work_days", "type")),
        ({"work_starts": "9:00"}, ("/work_starts", "clock")),
        ({"work_starts": "24:00"}, ("/work_starts", "clock")),
        ({"work_starts": "09:00:00"}, ("/work_starts", "clock")),
        ({"work_starts": 9}, ("/work_starts", "type")),
        ({"preferred_name": "x" * 81}, ("/preferred_name", "max_length")),
    ],
)
def test_own_profile_refuses_what_it_cannot_be(body, fault):
    caller = Caller(make_person())
    assert faults(caller.patch("/people/me/", {**body})) == {fault}
    assert not AuditEntry.objects.filter(did="people.person_edited").exists()


def test_roles_in_force_are_told_to_their_holder_alone():
    team = make_team()
    person = make_person(roles={Role.RECRUITER: team})
    roles = Caller(person).get("/people/me/").json()["roles"]
    assert [(role["role"], role["team"], role["ends_at"]) for role in roles] == [
        ("recruiter", {"id": team.pk, "path": "Service"}, None)
    ]
    assert "roles" not in Caller(make_person()).get(f"/people/people/{person.pk}/").json()
