"""Skills are described, given, needed and judged; rules go by gaps; starter content is never laid over one's own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import Invalid, Refused
from people.models import AuditEntry
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_skill
from training.actions import learning, outside, rules
from training.actions import skills as actions
from training.actions.starter import SKILLS, STARTER, load_skills, load_starter
from training.models import Assignment, Module, ModuleSkill, Skill, SkillNeed, SkillSignOff
from training.reports.rules import preview
from training.reports.skills import gap_behind, jobs
from training.skill_files import parse_skills

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = {f"level_{level}": f"Seen at {level}." for level in (1, 2, 3, 4)}


@pytest.fixture
def trainer():
    return make_person("Tara Trainer", roles={"trainer": None})


def did():
    return list(
        AuditEntry.objects.filter(did__startswith="training.skill").order_by("pk").values_list("did", flat=True)
    )


def judge(person, skill, by, level=2, **fields):
    values = {"evidence": "Three calls.", "at": NOW, **fields}
    return actions.judge_skill(person=person, skill=skill, level=level, by=by, **values)


# Described, given, needed


def test_a_skill_is_described_once_and_each_change_is_on_record(trainer):
    skill = actions.create_skill(name="Patience", by=trainer, at=NOW, **WORDS)
    with pytest.raises(Invalid, match="Another skill"):
        actions.create_skill(name=" PATIENCE", by=trainer, at=NOW, **WORDS)
    other = actions.create_skill(name="Patience!", by=trainer, at=NOW, **WORDS)
    assert (skill.key, other.key) == ("patience", "patience-2")
    with pytest.raises(Invalid, match="Another skill"):
        actions.edit_skill(skill=other, by=trainer, at=NOW, name="patiencé")
    for _twice in range(2):
        actions.edit_skill(skill=skill, by=trainer, at=NOW, name="PATIENCE", level_1="Waits.")
        actions.archive_skill(skill=other, by=trainer, at=NOW)
    actions.restore_skill(skill=other, by=trainer, at=NOW)
    created, edited = "training.skill_created", "training.skill_edited"
    assert did() == [created, created, edited, "training.skill_archived", "training.skill_restored"]
    assert Skill.objects.get(pk=skill.pk).anchors[0] == (1, "Waits.")


def test_what_a_module_gives_is_set_changed_and_taken_away(trainer):
    skill, module = make_skill(), make_module()
    for level in (2, 2, 3, 0, 0):
        actions.set_given_level(skill=skill, module=module, level=level, by=trainer, at=NOW)
        assert list(ModuleSkill.objects.values_list("level", flat=True)) == ([level] if level else [])
    assert did() == ["training.skill_given"] * 3


def test_needs_are_of_a_title_whatever_its_capitals(trainer):
    skill, other = make_skill(name="A"), make_skill(name="B")
    for number, title in enumerate(("Desk agent", "DESK AGENT", "desk  agent", "Host")):
        make_person(job_title=title, is_active=number != 1)
    actions.set_needs(job_title="Desk agent", levels={skill: 2, other: 1}, by=trainer, at=NOW)
    actions.set_needs(job_title="DESK Agent", levels={skill: 3}, by=trainer, at=NOW)
    actions.set_needs(job_title="desk agent", levels={skill: 3, other: 1}, by=trainer, at=NOW)
    actions.set_needs(job_title="Gone", levels={other: 1}, by=trainer, at=NOW)
    found = {job.key: (job.people, [(one.name, level) for one, level in job.needs]) for job in jobs()}
    assert found == {"desk agent": (2, [("A", 3), ("B", 1)]), "gone": (0, [("B", 1)]), "host": (1, [])}
    actions.set_needs(job_title="gone", levels={other: 0}, by=trainer, at=NOW)
    assert SkillNeed.objects.count() == 2
    assert len(did()) == 5
    with pytest.raises(Invalid):
        actions.set_needs(job_title=" ", levels={skill: 1}, by=trainer, at=NOW)


# Judged


def test_judging_is_on_record_with_its_words(trainer):
    person, skill = make_person(), make_skill()
    found = judge(person, skill, trainer, valid_until=NOW.date())
    assert (found.level, found.evidence, found.by) == (2, "Three calls.", trainer)
    entry = AuditEntry.objects.get(did="training.skill_judged")
    assert entry.changes == {"skill": skill.pk, "level": 2}
    assert "Three calls" not in str(entry.changes)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": 5}, "level"),
        ({"level": -1}, "level"),
        ({"evidence": " \n"}, "evidence"),
        ({"valid_until": NOW.date() - DAY}, "valid_until"),
    ],
)
def test_judgement_that_says_too_little_is_refused(trainer, change, field):
    with pytest.raises(Invalid) as refused:
        judge(make_person(), make_skill(), trainer, **change)
    assert set(refused.value.errors) == {field}
    assert not SkillSignOff.objects.exists()


def test_nobody_judges_themselves_nor_leavers_nor_what_is_archived(trainer):
    skill = make_skill()
    for person, judged in (
        (trainer, skill),
        (make_person(is_active=False), skill),
        (make_person(), make_skill(archived_at=NOW)),
    ):
        with pytest.raises(Refused):
            judge(person, judged, trainer)
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillSignOff.objects.create(person=trainer, by=trainer, skill=skill, level=4, evidence="I am.", at=NOW)


# A rule by gap


def open_for(module):
    return set(Assignment.objects.open().filter(module=module).values_list("person__full_name", flat=True))


@pytest.fixture
def rule(trainer):
    """Whoever is below what their job needs of the skill takes the module, which gives 2 of the 3 an agent needs."""
    module = make_module("lesson")
    skill = make_skill({module: 2}, name="Patience")
    actions.set_needs(job_title="agent", levels={skill: 3}, by=trainer, at=NOW)
    actions.set_needs(job_title="Host", levels={skill: 1}, by=trainer, at=NOW)
    return rules.create_rule(module=module, by=trainer, at=NOW, name="Gap", why="Your job needs it.", skill=skill)


def test_a_rule_by_gap_reaches_whoever_is_below_and_says_so_beforehand(rule, trainer):
    anna, hans = make_person("Anna", job_title="Agent"), make_person("Hans", job_title="HOST")
    make_person("Cleo", job_title="Cook")
    make_person("Lea", job_title="Agent", is_active=False)
    make_person("Able", job_title="Host")
    judge(make_person("Bea", job_title="agent"), rule.skill, trainer, level=3)
    judge(hans, rule.skill, trainer, level=0)
    Assignment.objects.all().delete()
    assert [person.full_name for person in preview(rule, at=NOW).gaining] == ["Able", "Anna", "Hans"]
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    assert open_for(rule.module) == {"Able", "Anna", "Hans"}
    judge(hans, rule.skill, trainer, level=1, at=NOW + DAY)
    assert preview(rule, at=NOW + DAY).loses == 1
    assert rules.apply_all(at=NOW + DAY) == (0, 1)
    assert open_for(rule.module) == {"Able", "Anna"}
    _skill, held = gap_behind(rule, anna, at=NOW)
    assert (held.level, held.need) == (0, 3)


def test_a_module_that_does_not_close_the_gap_is_not_given_again_and_again(rule, trainer):
    anna = make_person("Anna", job_title="Agent")
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    finish(Assignment.objects.get(person=anna))
    assert rule.matching(NOW + DAY).filter(pk=anna.pk).exists()
    assert rules.apply_all(at=NOW + DAY) == (0, 0)


def test_what_was_started_stays_when_the_gap_closes(rule, trainer):
    anna = make_person("Anna", job_title="Agent")
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    row = Assignment.objects.get(person=anna)
    learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
    Assignment.objects.filter(pk=row.pk).update(state="started", started_at=NOW)
    judge(anna, rule.skill, trainer, level=4)
    rules.apply_all(at=NOW + DAY)
    assert open_for(rule.module) == {"Anna"}


@pytest.mark.parametrize("change", ["judged", "completed", "brought in", "needed less", "archived", "given by another"])
def test_a_change_of_skills_is_followed_at_once(rule, trainer, change, django_capture_on_commit_callbacks):
    anna = make_person("Anna", job_title="Agent")
    other = make_module()
    actions.set_given_level(skill=rule.skill, module=other, level=3, by=trainer, at=NOW)
    rules.switch_on(rule=rule, by=trainer, at=NOW)
    if change == "given by another":
        actions.set_given_level(skill=rule.skill, module=other, level=0, by=trainer, at=NOW)
        finish(give(other, anna))
    assert open_for(rule.module) == {"Anna"}
    with django_capture_on_commit_callbacks(execute=True):
        if change == "judged":
            judge(anna, rule.skill, trainer, level=3)
        elif change == "completed":
            finish(give(other, anna))
        elif change == "brought in":
            outside.record_one(
                person=anna, module=other, completed_on=NOW.date(), expires_on=None, source="College", evidence="",
                by=trainer, at=NOW,
            )  # fmt: skip
        elif change == "needed less":
            actions.set_needs(job_title="AGENT", levels={rule.skill: 0}, by=trainer, at=NOW)
        elif change == "archived":
            actions.archive_skill(skill=rule.skill, by=trainer, at=NOW)
        else:
            actions.set_given_level(skill=rule.skill, module=other, level=4, by=trainer, at=NOW)
    assert open_for(rule.module) == set()


def test_a_rule_by_gap_asks_the_same_of_the_database_however_many(rule, trainer, django_assert_max_num_queries):
    for number in range(30):
        make_person(job_title="Agent" if number % 2 else "Host")
    with django_assert_max_num_queries(18):
        assert preview(fresh_rule(rule), at=NOW).matching == 30


def fresh_rule(rule):
    return type(rule).objects.select_related("module", "skill").get(pk=rule.pk)


# The starter content


def everything():
    models = (Skill, ModuleSkill, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def file(tmp_path):
    """The starter file, to be edited as a later release would."""
    copy = tmp_path / "skills.yaml"
    copy.write_bytes(SKILLS.read_bytes())
    return copy


def test_starter_skills_are_given_by_the_starter_modules_and_loaded_once():
    contents = parse_skills(SKILLS.read_bytes())
    load_starter(at=NOW)
    loaded = load_skills(at=NOW)
    assert (len(loaded.added), loaded.renewed, loaded.kept) == (len(contents), [], [])
    there = {
        (one.skill.key, one.module.key, one.level) for one in ModuleSkill.objects.select_related("skill", "module")
    }
    assert there == {(one.key, module, level) for one in contents for module, level in one.modules}
    named = {module for one in contents for module, _level in one.modules}
    assert named == {file.stem for file in STARTER.glob("*.yaml")} == set(Module.objects.values_list("key", flat=True))
    before = everything()
    again = load_skills(at=NOW + DAY)
    assert (again.added, again.renewed, again.kept) == ([], [], [])
    assert everything() == before


def test_skills_take_over_a_new_file_and_modules_that_came_later(file):
    load_skills(at=NOW, file=file)
    assert not ModuleSkill.objects.exists()
    load_starter(at=NOW)
    assert "listening" in load_skills(at=NOW, file=file).renewed
    assert ModuleSkill.objects.filter(skill__key="listening").count() == 2
    file.write_text(file.read_text().replace("name: Listening", "name: Hearing"))
    assert load_skills(at=NOW, file=file).renewed == ["listening"]
    assert Skill.objects.get(key="listening").name == "Hearing"


@pytest.mark.parametrize("change", ["edited", "archived", "given otherwise", "same name"])
def test_skill_that_the_organisation_made_its_own_stays(file, trainer, change):
    load_starter(at=NOW)
    if change == "same name":
        make_skill(name="LISTENING")
    load_skills(at=NOW, file=file)
    skill = Skill.objects.get(name__iexact="listening")
    if change == "edited":
        actions.edit_skill(skill=skill, by=trainer, at=NOW, level_1="Hears.")
    elif change == "archived":
        actions.archive_skill(skill=skill, by=trainer, at=NOW)
    elif change == "given otherwise":
        actions.set_given_level(skill=skill, module=make_module(), level=1, by=trainer, at=NOW)
    file.write_text(file.read_text().replace("Lets the other person finish,", "Is silent,"))
    before = everything()
    loaded = load_skills(at=NOW, file=file)
    assert (loaded.added, loaded.renewed, loaded.kept) == ([], [], ["listening"])
    assert everything() == before
    assert fresh(trainer)
