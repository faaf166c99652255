"""The team tree: whatever is added, renamed and moved, every path is its parent's path and its own name."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Invalid, Refused
from people.actions import teams as actions
from people.models import AuditEntry, Person, Role, RoleGrant, Site, Team
from tests.cast import NOW, fresh, grant, make_person, make_site, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None})


def paths():
    return sorted(Team.objects.values_list("path", flat=True))


def place(team, admin, **where):
    team = Team.objects.get(pk=team.pk)
    return actions.place_team(team=team, **{"name": team.name, "parent": team.parent, **where}, by=admin, at=NOW)


def assert_consistent():
    teams = {team.pk: team for team in Team.objects.all()}
    for team in teams.values():
        above = teams[team.parent_id].path + "/" if team.parent_id else ""
        assert team.path == above + team.name


def test_team_is_added_below_another(admin):
    service = make_team("Service")
    team = actions.add_team(name="  Night   shift ", parent=service, by=admin, at=NOW)
    assert (team.path, team.parent) == ("Service/Night shift", service)
    assert AuditEntry.objects.get().did == "people.team_added"


@pytest.mark.parametrize("name", ["", "  ", "a/b", "x" * 101, "retail", "RETAIL"])
def test_bad_or_taken_name_is_refused(admin, name):
    make_team("Service/Retail")
    service = Team.objects.get(path="Service")
    with pytest.raises(Invalid) as caught:
        actions.add_team(name=name, parent=service, by=admin, at=NOW)
    assert set(caught.value.errors) == {"name"}
    assert paths() == ["Service", "Service/Retail"]


def test_renaming_rewrites_the_whole_subtree_and_nothing_beside_it(admin):
    make_team("Service/Unit 1/Shift 1")
    # A path that begins with the same letters is not below.
    make_team("Service/Unit 10/Shift 1")
    worker = make_person("Wim Worker", team=make_team("Service/Unit 1/Shift 1"))
    place(Team.objects.get(path="Service/Unit 1"), admin, name="Harbour")
    assert paths() == [
        "Service", "Service/Harbour", "Service/Harbour/Shift 1", "Service/Unit 10", "Service/Unit 10/Shift 1",
    ]  # fmt: skip
    assert Person.objects.matching("harbour worker").get() == worker
    assert not Person.objects.matching("unit worker").exists()
    entry = AuditEntry.objects.get()
    assert (entry.did, entry.changes) == ("people.team_renamed", {"name": "changed"})


def test_moving_takes_everything_below_along(admin):
    make_team("Service/Retail/Unit 1")
    other = make_team("Operations")
    place(Team.objects.get(path="Service/Retail"), admin, parent=other)
    assert paths() == ["Operations", "Operations/Retail", "Operations/Retail/Unit 1", "Service"]
    assert_consistent()
    place(Team.objects.get(path="Operations/Retail"), admin, parent=None)
    assert paths() == ["Operations", "Retail", "Retail/Unit 1", "Service"]


def test_team_may_not_hang_below_itself(admin):
    unit = make_team("Service/Retail/Unit 1")
    service = Team.objects.get(path="Service")
    for parent in (service, unit):
        with pytest.raises(Invalid) as caught:
            place(service, admin, parent=parent)
        assert set(caught.value.errors) == {"parent"}
    assert_consistent()


def test_names_may_be_swapped_places_in_one_step(admin):
    """Neither the move alone nor the name alone would be free."""
    make_team("A/Night")
    team = make_team("B/Day")
    make_team("B/Night")
    place(team, admin, name="Day", parent=Team.objects.get(path="A"))
    moved = Team.objects.get(path="A/Day")
    with pytest.raises(Invalid):
        place(moved, admin, name="Night")
    place(moved, admin, name="Late", parent=Team.objects.get(path="B"))
    assert "B/Late" in paths()


def test_path_may_not_grow_beyond_what_is_stored(admin):
    long = make_team("/".join(["x" * 99] * 4))
    leaf = make_team("short/" + "y" * 99)
    with pytest.raises(Refused):
        place(Team.objects.get(path="short"), admin, parent=long)
    assert Team.objects.get(pk=leaf.pk).path == "short/" + "y" * 99


def test_moving_a_team_moves_the_scope_of_roles_with_it(admin):
    unit = make_team("Service/Retail/Unit 1")
    recruiter = make_person("Rosa Recruiter")
    grant(recruiter, Role.RECRUITER, Team.objects.get(path="Service"))
    assert fresh(recruiter).scope_of(Role.RECRUITER).covers(unit.pk)
    place(Team.objects.get(path="Service/Retail"), admin, parent=make_team("Operations"))
    assert not fresh(recruiter).scope_of(Role.RECRUITER).covers(unit.pk)
    assert RoleGrant.objects.get(person=recruiter).team.path == "Service"


NAMES = st.sampled_from(["A", "B", "a", "C", "A/B", "", "Ä", "AA"])


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "place"]), st.integers(0, 7), st.integers(-1, 7), NAMES), max_size=20
    )
)
def test_paths_stay_consistent_whatever_is_done(steps):
    with transaction.atomic():
        for deed, who, where, name in steps:
            teams = list(Team.objects.order_by("pk"))
            parent = teams[where] if 0 <= where < len(teams) else None
            before = paths()
            try:
                if deed == "add":
                    actions.add_team(name=name, parent=parent, by=None, at=NOW)
                elif who < len(teams):
                    place(teams[who], None, name=name, parent=parent)
            except Refused:
                assert paths() == before
            assert_consistent()
            everything = {
                team.pk for team in Team.objects.below(Team.objects.filter(parent=None).values_list("pk", flat=True))
            }
            assert everything == set(Team.objects.values_list("pk", flat=True))
        transaction.set_rollback(True)


def test_site_is_added_and_renamed(admin):
    site = actions.add_site(name="Kraków", by=admin, at=NOW)
    worker = make_person("Wim Worker", site=site)
    for taken in ("krakow", "KRAKÓW", " "):
        with pytest.raises(Invalid):
            actions.add_site(name=taken, by=admin, at=NOW)
    actions.rename_site(site=site, name="Gdańsk", by=admin, at=NOW)
    assert list(Site.objects.values_list("name", flat=True)) == ["Gdańsk"]
    assert Person.objects.matching("gdansk").get() == worker
    with pytest.raises(Invalid):
        actions.rename_site(site=make_site("Leeds"), name="gdansk", by=admin, at=NOW)
