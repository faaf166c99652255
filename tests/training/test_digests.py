"""What training says in digests, and to whom not."""

from datetime import timedelta

import pytest

from notifications import digests
from notifications.digests import LINE
from notifications.kinds import PERSONAL_DIGEST, Channel, Due, Skip
from tests.cast import NOW, fresh, give, make_module, make_person
from training.actions import learning, sign_offs

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(key, *readers):
    """By reader: the lines of their digest."""
    due = [Due(each.pk, each.pk, "2026-11-20", Channel.MAIL, NOW, each) for each in readers]
    found = digests.digest_of(key).compose(due)
    contents = [found[one.pk] for one in due]
    return [
        [] if isinstance(one, Skip) else [(line.title, line.meta) for part in one.parts for line in part.lines]
        for one in contents
    ]


def test_own_digest_has_what_is_due_soon_and_what_to_judge():
    boss = make_person("Bea Boss")
    learner, other = make_person("Lou Learner", manager=boss), make_person("Otto Other")
    soon, later = make_module(), make_module()
    give(soon, learner, due_on=(NOW + 3 * DAY).date())
    give(later, learner, due_on=(NOW + 40 * DAY).date())
    practice = give(make_module("practice"), other)
    record = learning.open_part(assignment=practice, part=practice.version.parts.get(), at=NOW)
    sign_offs.ask_for_sign_off(record=record, observer=learner, at=NOW)
    ((first, second), nothing) = told(PERSONAL_DIGEST, learner, make_person())
    assert first == (soon.name, "5 minutes · Mon 23 Nov")
    assert second[0] == "Otto Other: The practice"
    assert nothing == []


def test_line_digest_counts_who_is_overdue_in_the_whole_line_and_why():
    head = make_person("Hanna Head")
    boss = make_person("Bea Boss", manager=head)
    late, waiting = make_person("Lou Late", manager=boss), make_person("Wim Waits", manager=boss)
    for _each in range(2):
        give(make_module(), late, at=NOW - 9 * DAY, due_on=(NOW - 2 * DAY).date())
    practice = give(make_module("practice"), waiting, at=NOW - 9 * DAY, due_on=(NOW - 2 * DAY).date())
    record = learning.open_part(assignment=practice, part=practice.version.parts.get(), at=NOW - 5 * DAY)
    sign_offs.ask_for_sign_off(record=record, observer=boss, at=NOW - 5 * DAY)
    assert told(LINE.key, *map(fresh, (head, boss)), make_person()) == [
        [("Lou Late", "2 modules are overdue"), ("Wim Waits", "1 waits on an observer")],
        [("Lou Late", "2 modules are overdue"), ("Wim Waits", "1 waits on an observer")],
        [],
    ]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_sections_ask_the_same_for_any_number_of_readers(count, django_assert_max_num_queries):
    boss = make_person("Bea Boss")
    people = [make_person(manager=boss) for _each in range(count)]
    module = make_module()
    for person in people:
        give(module, person, at=NOW - 9 * DAY, due_on=(NOW - DAY).date())
    readers, leader = [fresh(person) for person in people], fresh(boss)
    with django_assert_max_num_queries(12):
        assert all(told(PERSONAL_DIGEST, *readers))
    with django_assert_max_num_queries(14):
        (lines,) = told(LINE.key, leader)
    assert len(lines) == min(count, digests.MOST)
