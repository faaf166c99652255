"""What hiring says in digests, and to whom not."""

from datetime import timedelta

import pytest

from hiring.actions import interviews
from hiring.digests import OPENINGS_DIGEST
from hiring.models import Application, Interview, Panellist
from notifications import digests
from notifications.kinds import PERSONAL_DIGEST, Channel, Due, Skip
from people.models import Person
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_recruiter,
)

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def recruiter():
    return make_recruiter("Rosa Recruiter")


@pytest.fixture
def opening(recruiter):
    return make_opening(title="Agent", recruiters=(recruiter,))


def seat(opening, name, people, *, ago):
    """An interview that ended so long ago."""
    interview = make_interview(make_application(opening, name), people, starts_at=NOW + DAY)
    Interview.objects.filter(pk=interview.pk).update(starts_at=NOW - ago - HOUR, ends_at=NOW - ago)
    return Interview.objects.get(pk=interview.pk)


def told(key, *readers):
    """By reader: the lines of their digest."""
    digest = digests.digest_of(key)
    due = [Due(each.pk, each.pk, "2026-11-20", Channel.MAIL, NOW, each) for each in map(fresh, readers)]
    found = digest.compose(due)
    contents = [found[one.pk] for one in due]
    return [
        [] if isinstance(content, Skip) else [line for part in content.parts for line in part.lines]
        for content in contents
    ]


def titles(key, *readers):
    return [[line.title for line in lines] for lines in told(key, *readers)]


def test_own_scorecards_and_interviews_of_the_week(opening):
    lea, max_ = make_person("Lea"), make_person("Max")
    late = seat(opening, "Cara", (lea, max_), ago=2 * DAY)
    make_interview(make_application(opening, "Dora"), (lea, max_), starts_at=NOW + 3 * DAY)
    make_interview(make_application(opening, "Eve"), (lea,), starts_at=NOW + 9 * DAY)
    fill_scorecard(late, max_)
    assert titles(PERSONAL_DIGEST, lea, max_) == [
        ["Your scorecard of Cara", "Interview with Dora"],
        ["Interview with Dora"],
    ]


def test_blind_panel_reads_no_name(opening):
    lea = make_person("Lea")
    opening.blind = True
    opening.save(update_fields=["blind"])
    seat(opening, "Cara Candidate", (lea,), ago=2 * DAY)
    (lines,) = told(PERSONAL_DIGEST, lea)
    assert [line.title for line in lines] == ["Your scorecard of Candidate 1"]
    assert "Cara" not in str(lines)


def test_recruiter_and_hiring_manager_read_of_their_openings(opening, recruiter):
    lea = make_person("Lea")
    chase = seat(opening, "Cara", (lea, make_person("Max")), ago=2 * DAY)
    fill_scorecard(chase, lea)
    decide = seat(opening, "Dora", (lea,), ago=2 * DAY)
    fill_scorecard(decide, lea)
    Interview.objects.filter(pk=decide.pk).update(revealed_at=NOW - DAY, reveal="complete")
    old = make_application(opening, "Eve")
    Application.objects.filter(pk=old.pk).update(entered_stage_at=NOW - 90 * DAY)
    other = make_recruiter("Olga Other")
    mine, theirs = titles(OPENINGS_DIGEST, recruiter, opening.hiring_manager)
    assert sorted(mine) == ["Agent", "Decide on Dora", "Scorecards of Cara"]
    assert theirs == ["Decide on Dora"]
    readers = digests.digest_of(OPENINGS_DIGEST).readers()
    assert set(readers) == {recruiter, opening.hiring_manager}
    assert other not in readers


def test_recruiter_who_owes_a_scorecard_reads_nothing_of_the_others(opening, recruiter):
    lea = make_person("Lea")
    interview = seat(opening, "Cara", (lea, recruiter), ago=2 * DAY)
    before = told(OPENINGS_DIGEST, recruiter)
    fill_scorecard(interview, lea)
    assert told(OPENINGS_DIGEST, recruiter) == before == [[]]


def test_line_reads_how_many_are_late_of_whom_and_not_which(opening):
    boss, chief = make_person("Boss"), make_person("Chief")
    Person.objects.filter(pk=boss.pk).update(manager=chief)
    lea, max_ = make_person("Lea", manager=boss), make_person("Max")
    for name in ("Cara", "Dora"):
        seat(opening, name, (lea, max_), ago=2 * DAY)
    seat(opening, "Eve", (lea,), ago=HOUR)  # not late yet
    expected = [("Lea", "2 scorecards are late, the first since Wed 18 Nov")]
    for lines in told(digests.LINE.key, boss, chief):
        assert [(line.title, line.meta) for line in lines] == expected
        assert not any(name in str(lines) for name in ("Cara", "Dora", "Agent"))
    assert told(digests.LINE.key, max_) == [[]]


def test_manager_who_owes_learns_nothing_of_the_line_on_that_candidate(opening):
    boss = make_person("Boss")
    lea = make_person("Lea", manager=boss)
    interview = seat(opening, "Cara", (lea, boss), ago=2 * DAY)
    before = told(digests.LINE.key, boss)
    fill_scorecard(interview, lea)
    assert told(digests.LINE.key, boss) == before == [[]]


def test_shadows_hold_nobody_up(opening):
    boss = make_person("Boss")
    interview = seat(opening, "Cara", (make_person("Max"),), ago=2 * DAY)
    Panellist.objects.create(interview=interview, person=make_person("Sid", manager=boss), role="shadow")
    assert told(digests.LINE.key, boss) == [[]]


def test_cancelled_interviews_wait_on_nobody(opening, recruiter):
    boss = make_person("Boss")
    lea = make_person("Lea", manager=boss)
    interview = seat(opening, "Cara", (lea,), ago=2 * DAY)
    interviews.cancel_interview(interview=interview, reason="Ill", by=recruiter, at=NOW)
    assert told(digests.LINE.key, boss) == told(PERSONAL_DIGEST, lea) == told(OPENINGS_DIGEST, recruiter) == [[]]


@pytest.mark.parametrize("count", [1, 12])
def test_sections_ask_the_same_for_any_number_of_readers(opening, count, django_assert_max_num_queries):
    boss = make_person("Boss")
    people = [make_person(manager=boss) for _each in range(count)]
    for number, person in enumerate(people):
        seat(opening, f"Cara {number}", (person,), ago=2 * DAY)
    with django_assert_max_num_queries(13):
        told(PERSONAL_DIGEST, people[0])
    digest = digests.digest_of(PERSONAL_DIGEST)
    due = [Due(each.pk, each.pk, "2026-11-20", Channel.MAIL, NOW, each) for each in people]
    with django_assert_max_num_queries(12):
        assert len(digest.compose(due)) == count
    with django_assert_max_num_queries(12):
        told(digests.LINE.key, boss)
