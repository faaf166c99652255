"""Visibility × wish × reader: the whole table, twice told: by rows and by thing."""

from itertools import product

import pytest

from people.models import AuditEntry, Role
from recognition import policies
from recognition.actions import posts, reach
from recognition.models import Reach, Recognition
from recognition.reports.wall import with_people
from tests.cast import NOW, fresh, make_person, make_team, thank

pytestmark = pytest.mark.django_db

# Who sees what reaches so far.
SEES = {
    Reach.EVERYONE: {"giver", "thanked", "manager", "head", "team-mate", "colleague", "steward", "admin", "auditor"},
    Reach.TEAM: {"giver", "thanked", "manager", "team-mate"},
    Reach.MANAGER: {"giver", "thanked", "manager"},
    Reach.PRIVATE: {"giver", "thanked"},
}
WISHES = (None, Reach.EVERYONE, Reach.TEAM, Reach.PRIVATE)


@pytest.fixture
def cast():
    night, day = make_team("Service/Night"), make_team("Service/Day")
    head = make_person("Head", team=make_team("Service"))
    manager = make_person("Manager", manager=head, team=day)
    return {
        "giver": make_person("Giver", team=day),
        "thanked": make_person("Thanked", manager=manager, team=night),
        "manager": manager,
        "head": head,
        "team-mate": make_person("Mate", team=night),
        "colleague": make_person("Colleague", team=day),
        "leaver": make_person("Leaver", team=night, is_active=False),
        "steward": make_person("Steward", roles={Role.STEWARD: None}),
        "admin": make_person("Admin", roles={Role.PEOPLE_ADMIN: None}),
        "auditor": make_person("Auditor", roles={Role.AUDITOR: None}),
    }


def wish(person, reach_, **fields):
    fields = {"photo": True, "screens": True, "milestones": False, **fields}
    reach.wish(person=person, reach=reach_, by=person, at=NOW, **fields)


def who_sees(one, cast):
    """By rows and by policy, which must agree."""
    (row,) = with_people(Recognition.objects.filter(pk=one.pk))
    by_rows = {name for name, one_of in cast.items() if Recognition.objects.visible_to(fresh(one_of)).exists()}
    assert {name for name, one_of in cast.items() if policies.can_view_recognition(fresh(one_of), row)} == by_rows
    return by_rows


@pytest.mark.parametrize(("chosen", "wished"), [*product(Reach, WISHES)], ids=str)
def test_it_reaches_as_far_as_giver_and_recipient_both_wish(cast, chosen, wished):
    one = thank(cast["thanked"], by=cast["giver"], visibility=chosen)
    if wished is not None:
        wish(cast["thanked"], wished)  # after it was written: it holds for what is old
    assert who_sees(one, cast) == SEES[max(chosen, wished or Reach.EVERYONE)]
    wish(cast["thanked"], Reach.EVERYONE)
    assert who_sees(one, cast) == SEES[chosen]


def test_a_wish_that_was_there_before_holds_for_what_is_new(cast):
    wish(cast["thanked"], Reach.TEAM)
    assert who_sees(thank(cast["thanked"], by=cast["giver"]), cast) == SEES[Reach.TEAM]


def test_of_several_who_are_thanked_the_narrowest_wish_holds_for_all(cast):
    wish(cast["colleague"], Reach.PRIVATE)
    one = thank(cast["thanked"], cast["colleague"], by=cast["giver"])
    assert who_sees(one, cast) == {"giver", "thanked", "colleague"}


def test_one_can_be_taken_off_the_wall_by_whoever_was_thanked(cast):
    one, other = thank(cast["thanked"], by=cast["giver"]), thank(cast["thanked"], by=cast["giver"])
    for _twice in range(2):
        posts.keep_to_oneself(recognition=one, person=cast["thanked"], private=True, at=NOW)
    assert set(Recognition.objects.visible_to(cast["colleague"])) == {other}
    posts.keep_to_oneself(recognition=one, person=cast["thanked"], private=False, at=NOW)
    assert set(Recognition.objects.visible_to(cast["colleague"])) == {one, other}


def test_what_is_not_shown_only_its_giver_sees_and_what_is_withdrawn_nobody(cast):
    one = thank(cast["thanked"], by=cast["giver"])
    for state, seen in (("hidden", {"giver"}), ("removed", {"giver"}), ("withdrawn", set())):
        Recognition.objects.filter(pk=one.pk).update(state=state)
        assert who_sees(one, cast) == seen


@pytest.mark.parametrize("count", [1, 30])
def test_a_wish_costs_the_same_however_often_one_was_thanked(count, django_assert_max_num_queries):
    maya = make_person()
    for _each in range(count):
        thank(maya)
    with django_assert_max_num_queries(9):
        wish(maya, Reach.PRIVATE)
    assert set(Recognition.objects.values_list("reach", flat=True)) == {Reach.PRIVATE}


def test_a_wish_is_on_record_without_more_than_its_reach():
    maya = make_person()
    wish(maya, Reach.TEAM)
    assert AuditEntry.objects.get(did="recognition.wished").changes == {"reach": Reach.TEAM}
