"""Pages of skills: one's own, those of one's people, the catalogue, what jobs need, and judging."""

import csv
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from people.models import Role
from tests.cast import NOW, finish, give, make_module, make_person, make_skill, make_team
from training.actions import rules
from training.actions import skills as actions
from training.models import Assignment, ModuleSkill, SkillNeed, SkillSignOff


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(db):
    return make_person("Mona Manager", team=make_team("Service"), job_title="Lead")


@pytest.fixture
def learner(manager):
    return make_person("Lea Learner", manager=manager, team=make_team("Service"), job_title="Agent")


@pytest.fixture
def visit(client, settings):
    """A browser for whomever."""
    settings.SECOND_FACTOR = "nobody"

    def as_(person):
        client.force_login(person)
        return client

    return as_


@pytest.fixture
def trainer(db):
    return make_person("Tara Trainer", roles={Role.TRAINER: None})


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def read(page, path):
    answer = page.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def need(title, levels):
    actions.set_needs(job_title=title, levels=levels, by=None, at=NOW)


def test_my_skills_say_where_each_level_comes_from_and_what_closes_the_gap(visit, learner, manager):
    first, second = make_module(valid_months=12), make_module()
    skill, other = make_skill({first: 1, second: 3}, name="Patience"), make_skill(name="Order")
    need("agent", {skill: 3, other: 1})
    finish(give(first, learner))
    text = read(visit(learner), url("my-skills"))
    assert "2 skills are below what the job needs." in text
    assert "1, needs 3" in text
    assert "Not yet, needs 1" in text
    assert f"{first}</a>, completed on 20 November 2026, holds until 20 November 2027." in text
    assert "Ask whoever leads you to watch you do it" in text
    visit(learner).post(url("module-take", second.pk))
    assert Assignment.objects.filter(person=learner, module=second).exists()
    assert url("module-take", second.pk) in text
    assert url("module-take", first.pk) not in text
    assert "Judge it" not in text
    actions.judge_skill(person=learner, skill=skill, level=3, evidence="Waited with a lost guest.", by=manager, at=NOW)
    text = read(visit(learner), url("my-skills"))
    assert "1 skill is below what the job needs." in text
    assert "Judged by Mona Manager on 20 November 2026." in text
    assert "Waited with a lost guest." in text


def test_a_manager_judges_and_the_level_follows_at_once(visit, learner, manager):
    skill = make_skill(name="Patience")
    page = visit(manager)
    assert "Judge another skill" in read(page, url("person-skills", learner.pk))
    form = url("skill-judge", learner.pk, skill.pk)
    for level, anchor in skill.anchors:
        assert anchor in read(page, form), level
    assert read(page, form).count(f'href="{url("person-skills", learner.pk)}"') == 2  # the crumb, and to cancel
    answer = page.post(form, {"level": "", "evidence": "", "valid_until": "2020-01-01"})
    assert answer.status_code == 422
    assert not SkillSignOff.objects.exists()
    assert page.post(form, {"level": 3, "evidence": "Seen.", "valid_until": "2020-01-01"}).status_code == 422
    answer = page.post(form, {"level": 3, "evidence": "Three calls on Monday.", "valid_until": "2027-01-01"})
    assert answer.url == url("person-skills", learner.pk)
    text = read(page, answer.url)
    assert "Level 3" in text
    assert "Three calls on Monday." in text
    assert "holds until 1 January 2027." in text


def test_whoever_only_looks_on_sees_the_level_and_not_the_words(visit, learner, manager):
    actions.judge_skill(person=learner, skill=make_skill(), level=2, evidence="Her own words.", by=manager, at=NOW)
    text = read(visit(make_person(roles={Role.AUDITOR: None})), url("person-skills", learner.pk))
    assert "Level 2" in text
    assert "Her own words." not in text
    assert "Judge it" not in text


def test_the_matrix_says_gaps_in_words_and_finds_them(visit, manager, learner):
    module = make_module()
    skill, unused = make_skill({module: 2}, name="Patience"), make_skill(name="Unused")
    need("AGENT", {skill: 3})
    finish(give(module, learner))
    make_person("Al Able", manager=manager, job_title="Cook")
    make_person("Ben Below", manager=learner, job_title="Agent", team=make_team("Service/Desk"))
    make_person("Sven Stranger", job_title="Agent")
    page = visit(manager)
    text = read(page, url("skill-matrix"))
    assert text.index("Ben Below") < text.index("Al Able")
    assert "2, needs 3" in text
    assert "Not yet, needs 3" in text
    assert "Sven Stranger" not in text
    assert f"{unused}</a></th>" not in text
    shown = {
        "gaps=only": {"Lea", "Ben"},
        f"gaps=only&skill={skill.pk}": {"Lea", "Ben"},
        "show=direct": {"Lea", "Al"},
        "team=Service/Desk": {"Ben"},
        f"skill={unused.pk}": set(),
        "skill=x&gaps=y": {"Lea", "Al", "Ben"},
    }
    for query, names in shown.items():
        text = read(page, f"{url('skill-matrix')}?{query}")
        found = {name.split()[0] for name in ("Lea Learner", "Al Able", "Ben Below") if name in text}
        assert found == names, query
    rows = list(
        csv.reader(page.get(f"{url('skill-matrix-csv')}?gaps=only").getvalue().decode("utf-8-sig").splitlines())
    )
    assert rows[0][-2:] == ["Patience", "Patience: needed"]
    assert sorted((row[0], *row[-2:]) for row in rows[1:]) == [("Ben Below", "", "3"), ("Lea Learner", "2", "3")]


@pytest.mark.parametrize("count", [1, 40])
def test_pages_of_skills_cost_the_same_however_many(visit, manager, learner, count, django_assert_max_num_queries):
    modules = [make_module() for _ in range(min(count, 6))]
    skills = [make_skill(dict.fromkeys(modules, 2)) for _ in range(min(count, 10))]
    need("Agent", dict.fromkeys(skills, 3))
    for number in range(count):
        person = make_person(manager=manager, job_title="Agent")
        finish(give(modules[number % len(modules)], person))
        actions.judge_skill(person=person, skill=skills[0], level=1, evidence="Seen.", by=manager, at=NOW)
    page = visit(manager)
    read(page, url("skill-matrix"))
    for query in ("", "?gaps=only", "?show=direct", "?team=Service"):
        with django_assert_max_num_queries(12):
            read(page, url("skill-matrix") + query)
    with django_assert_max_num_queries(14):
        read(page, f"{url('skill-matrix')}?gaps=only&skill={skills[0].pk}")
    for path, most in (("skill-list", 14), ("my-skills", 18)):
        with django_assert_max_num_queries(most):
            read(page, url(path))
    with django_assert_max_num_queries(24):
        read(page, url("skill-detail", skills[0].pk))


def test_a_skill_counts_only_the_people_one_sees(visit, manager, learner, trainer):
    module = make_module()
    skill = make_skill({module: 2})
    need("Agent", {skill: 3})
    for person in (learner, make_person(job_title="Agent")):
        finish(give(module, person))
    page = visit(manager)
    assert page.get(url("skill-detail", skill.pk)).context["numbers"].levels == {2: 1}
    assert page.get(url("skill-detail", skill.pk)).context["numbers"].below == 1
    assert visit(trainer).get(url("skill-detail", skill.pk)).context["numbers"].levels == {2: 2, 0: 2}
    assert visit(learner).get(url("skill-detail", skill.pk)).context["numbers"] is None


def test_a_trainer_describes_a_skill_says_what_gives_it_and_what_jobs_need(visit, trainer, learner):
    page, module = visit(trainer), make_module()
    words = {f"level_{level}": f"Seen {level}." for level in (1, 2, 3, 4)}
    assert page.post(url("skill-create"), {"name": "Patience"}).status_code == 422
    answer = page.post(url("skill-create"), {"name": "Patience", **words})
    assert page.post(url("skill-create"), {"name": "patience", **words}).status_code == 422
    page.post(f"{answer.url}modules/", {"module": module.pk, "level": 2})
    given = ModuleSkill.objects.get()
    page.post(f"{answer.url}modules/", {"module": module.pk, "level": 9})
    assert (given.module, given.level) == (module, 2)
    page.post(f"{answer.url}edit/", {"name": "Calm", **words})
    assert "Calm" in read(page, url("skill-list"))
    text = read(page, url("skill-needs"))
    assert "Agent" in text
    assert "Not needed" not in text
    assert "Not needed" in read(page, f"{url('skill-needs')}?job=AGENT")
    page.post(url("skill-needs"), {"job": "agent", f"skill-{given.skill_id}": 3})
    assert list(SkillNeed.objects.values_list("job_title", "level")) == [("Agent", 3)]
    assert page.post(url("skill-needs"), {"job": "nobody's"}).status_code == 404


def test_who_has_a_module_by_a_gap_reads_what_the_job_needs(visit, trainer, learner):
    module = make_module()
    skill = make_skill({module: 3}, name="Patience")
    need("Agent", {skill: 3})
    page = visit(trainer)
    sent = {"name": "Gap", "why": "You need it.", "due": "never", "due_days": 30, "skill": skill.pk}
    rule = page.post(url("rule-create", module.pk), sent).url
    assert "Patience below what the job needs" in read(page, rule)
    page.post(f"{rule}on/")
    row = Assignment.objects.get(person=learner)
    assert "Because your job needs Patience at 3, and you are at 0." in read(visit(learner), row.get_absolute_url())
    need("Agent", {skill: 0})
    assert "The job needs Patience no more." in read(visit(learner), row.get_absolute_url())
    assert rules.apply_all(at=NOW) == (0, 1)
