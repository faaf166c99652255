"""A level follows from what was completed and judged; the database and the pure function say the same."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.models import Person
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_skill
from training.actions import skills as actions
from training.models import below_need, level_in_sql
from training.reports.skills import closing, held_by, listed
from training.skill_levels import LEVELS, Held, Source, source_of

DAY = timedelta(days=1)

# The rule


def completed(level, day, until=None):
    return Source(level, datetime(2026, 1, 1, tzinfo=UTC) + day * DAY, until, module=day)


def judged(level, day, until=None):
    return Source(level, datetime(2026, 1, 1, tzinfo=UTC) + day * DAY, until, sign_off=day)


def level(judgement, *completions):
    return Held(source_of(judgement, completions)).level


@pytest.mark.parametrize(
    ("judgement", "completions", "expected"),
    [
        (None, [], 0),
        (None, [completed(2, 1)], 2),
        (None, [completed(3, 1), completed(2, 5)], 3),  # the highest, not the last
        (judged(1, 9), [completed(3, 1)], 1),  # who saw them may say less
        (judged(4, 9), [completed(3, 1)], 4),
        (judged(0, 9), [completed(3, 1)], 0),
        (judged(1, 5), [completed(3, 9)], 3),  # what came after may raise it
        (judged(3, 5), [completed(2, 9)], 3),  # and never lowers it
        (judged(1, 5), [completed(3, 5)], 1),  # at the same moment the judgement stands
    ],
)
def test_level(judgement, completions, expected):
    assert level(judgement, *completions) == expected


many = st.lists(st.builds(completed, st.sampled_from(LEVELS), st.integers(0, 30)), max_size=6)
one = st.builds(judged, st.integers(0, 4), st.integers(0, 30))
maybe = st.none() | one


@given(maybe, many, st.builds(completed, st.sampled_from(LEVELS), st.integers(0, 30)))
def test_completing_more_never_lowers_and_a_lapse_never_raises(judgement, completions, more):
    assert level(judgement, *completions, more) >= level(judgement, *completions)


@given(many, st.integers(0, 4))
def test_the_newest_judgement_is_the_level(completions, said):
    assert level(judged(said, 31), *completions) == said


@given(maybe, many)
def test_order_does_not_matter_and_the_level_is_one_of_what_was_shown(judgement, completions):
    found = source_of(judgement, completions)
    assert source_of(judgement, reversed(completions)) == found
    assert found is None or found in {judgement, *completions}
    assert found is not None or (judgement is None and not completions)


@given(one, many)
def test_what_was_completed_before_a_judgement_changes_nothing(judgement, completions):
    later = [done for done in completions if done.at > judgement.at]
    assert source_of(judgement, completions) == source_of(judgement, later)


def test_of_equals_it_is_read_from_what_holds_longest():
    soon, late, ever = completed(2, 9, date(2026, 5, 1)), completed(2, 3, date(2027, 5, 1)), completed(2, 1)
    assert source_of(None, [soon, late]) == late
    assert source_of(None, [soon, ever, late]) == ever


@pytest.mark.parametrize(
    ("held", "label", "tone", "gap"),
    [
        (Held(), "", "plain", 0),
        (Held(judged(0, 1)), "Not yet", "plain", 0),
        (Held(completed(2, 1)), "Level 2", "info", 0),
        (Held(completed(2, 1), 2), "Level 2", "success", 0),
        (Held(completed(2, 1), 3), "2, needs 3", "warning", 1),
        (Held(completed(1, 1), 3), "1, needs 3", "danger", 2),
        (Held(None, 2), "Not yet, needs 2", "danger", 2),
    ],
)
def test_words_and_tones(held, label, tone, gap):
    assert (held.label, held.tone, held.gap) == (label, tone, gap)


# What is on record


def level_now(person, skill, at=NOW):
    """As the pages say it, once the database has said the same."""
    told = held_by([person], [skill], at=at)[person.pk, skill.pk].level
    rows = Person.objects.filter(pk=person.pk).annotate(skill_level=level_in_sql(skill, at))
    assert rows.values_list("skill_level", flat=True).get() == told
    return told


def judge(person, skill, level, *, at=NOW, **fields):
    return actions.judge_skill(
        person=person, skill=skill, level=level, evidence="At the desk.", by=make_person(), at=at, **fields
    )


@pytest.mark.django_db
def test_level_moves_at_once_with_completion_judgement_and_lapse():
    person = make_person()
    module, other = make_module(valid_months=12), make_module()
    skill = make_skill({module: 3, other: 1})
    assert level_now(person, skill) == 0
    finish(give(other, person))
    assert level_now(person, skill) == 1
    finish(give(module, person))
    assert level_now(person, skill) == 3
    judge(person, skill, 2, at=NOW + DAY, valid_until=(NOW + 9 * DAY).date())
    assert level_now(person, skill, NOW + DAY) == 2
    assert level_now(person, skill, NOW + 9 * DAY) == 2
    assert level_now(person, skill, NOW + 11 * DAY) == 3
    assert level_now(person, skill, NOW + 400 * DAY) == 1
    judge(person, skill, 0, at=NOW + 401 * DAY)
    assert level_now(person, skill, NOW + 402 * DAY) == 0
    finish(give(make_module(), person))
    assert level_now(make_person(), skill) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "level"), [("Pacific/Auckland", 0), ("UTC", 2), ("Pacific/Honolulu", 2)])
def test_a_judgement_lasts_until_its_day_is_over_where_the_person_is(zone, level):
    person, skill = make_person(time_zone=zone), make_skill()
    judge(person, skill, 2, valid_until=date(2026, 12, 1))
    assert level_now(person, skill, datetime(2026, 12, 1, 18, tzinfo=UTC)) == level


@pytest.mark.django_db
def test_a_module_that_is_due_again_gives_nothing_meanwhile_though_an_older_one_held_longer():
    """The latest completion counts, as it does for the module itself."""
    person, module = make_person(), make_module(valid_months=1, window_days=366, anchor="completion")
    skill = make_skill({module: 2})
    finish(give(module, person))
    finish(give(module, person, at=NOW + DAY), at=NOW + DAY)
    assert level_now(person, skill, NOW + 2 * DAY) == 2
    assert level_now(person, skill, NOW + 60 * DAY) == 0


@pytest.mark.django_db
def test_database_and_pure_function_agree_on_whatever_happened():
    chance = Random(7)
    people = [make_person(job_title=title) for title in ("Agent", "AGENT", "Ärztin", "ärztin", "Host", "") * 2]
    modules = [make_module(valid_months=months) for months in (None, 1, 6)]
    skills = [make_skill({module: chance.choice(LEVELS) for module in chance.sample(modules, 2)}) for _ in range(2)]
    for skill in skills:
        for title in ("agent", "ÄRZTIN"):
            actions.set_needs(job_title=title, levels={skill: chance.choice(LEVELS)}, by=None, at=NOW)
    for step in range(60):
        at, person = NOW + step * 3 * DAY, chance.choice(people)
        if chance.random() < 0.5:
            until = (at + chance.randint(1, 90) * DAY).date() if chance.random() < 0.5 else None
            judge(person, chance.choice(skills), chance.randint(0, 4), at=at, valid_until=until)
        else:
            finish(give(chance.choice(modules), person, at=at), at=at)
    for day in (0, 40, 100, 181, 400):
        at = NOW + day * DAY
        held = held_by(people, skills, at=at)
        for skill in skills:
            mine = Person.objects.filter(pk__in=[one.pk for one in people])
            rows = mine.annotate(skill_level=level_in_sql(skill, at)).values_list("pk", "skill_level")
            assert dict(rows) == {one.pk: held[one.pk, skill.pk].level for one in people}
            below = set(below_need(mine, skill, at).values_list("pk", flat=True))
            assert below == {one.pk for one in people if held[one.pk, skill.pk].gap}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "need", "expected"),
    [(0, 2, {"two"}), (0, 3, {"three"}), (2, 3, {"three"}), (0, 4, {"three"}), (3, 4, set()), (2, 2, set())],
)
def test_modules_that_close_a_gap(level, need, expected):
    named = {name: make_module() for name in ("one", "two", "three")}
    skill = make_skill({named["one"]: 1, named["two"]: 2, named["three"]: 3})
    (found,) = listed(fresh(make_person()))
    held = Held(judged(level, 1), need)
    closed = closing(found, held, {module.pk for module in named.values()})
    assert {one.module for one in closed} == {named[name] for name in expected}
    assert closing(found, held, set()) == []
    assert skill == found
