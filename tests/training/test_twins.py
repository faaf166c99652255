"""Policies about one thing and `visible_to` about rows agree, for every role; and what must not be seen is not."""

import pytest

from people.models import Person, Role
from tests.cast import NOW, finish, fresh, give, make_module, make_person, make_session, make_skill, make_team
from training import policies
from training.actions import bookings, learning, sign_offs, skills
from training.models import (
    Assignment,
    Booking,
    Completion,
    Module,
    Path,
    PathAssignment,
    Session,
    SignOff,
    Skill,
    SkillSignOff,
    Statement,
)
from training.reports.modules import listed, numbers_of
from training.reports.skills import listed as skills_listed
from training.reports.teams import people_given_by, people_seen_by

pytestmark = pytest.mark.django_db

# Who sees the learner's training, and who may give the learner something to take.
SEES = {
    "learner": True,
    "manager": True,
    "manager's manager": True,
    "trainer everywhere": True,
    "trainer of the team": True,
    "trainer above the team": True,
    "people admin": True,
    "people admin of the team": True,
    "auditor": True,
    "trainer elsewhere": False,
    "people admin elsewhere": False,
    "manager elsewhere": False,
    "recruiter": False,
    "colleague": False,
    "report": False,
    "observer": False,
    "manager who has left": False,
    "trainer who has left": False,
}
GIVES = {
    "manager",
    "manager's manager",
    "trainer everywhere",
    "trainer of the team",
    "trainer above the team",
}
roles = pytest.mark.parametrize("role", SEES)


class Scene:
    """A learner with a completion, something open, and a practice that waits; everybody else has training too."""

    def __init__(self, role):
        self.team, self.elsewhere = make_team("Service/Desk"), make_team("Service/Retail")
        self.top = make_person("Toni Top")
        self.manager = make_person("Mona Manager", manager=self.top, team=make_team("Service"))
        self.learner = make_person("Lena Learner", manager=self.manager, team=self.team)
        self.observer = make_person("Otto Observer", team=self.elsewhere)
        self.modules = make_module(), make_module("practice")
        self.reader = self._reader(role)
        self.stranger = make_person("Sven Stranger", team=self.elsewhere)
        for person in (self.learner, self.stranger):
            finish(give(self.modules[0], person))
            row = give(self.modules[1], person)
            record = learning.open_part(assignment=row, part=row.version.parts.get(), at=NOW)
            asked = sign_offs.ask_for_sign_off(record=record, observer=self.observer, at=NOW)
            sign_offs.judge(sign_off=asked, by=self.observer, levels={"greets": 1}, comment="Look up.", at=NOW)
            sign_offs.ask_for_sign_off(record=record, observer=self.observer, at=NOW)
        for state in Path.State:
            path = Path.objects.create(key=state, name=state, state=state, created_at=NOW)
            for person in (self.learner, self.stranger):
                PathAssignment.objects.create(path=path, person=person, assigned_at=NOW, starts_on=NOW.date())
        if role.endswith("has left"):
            Person.objects.filter(pk=self.reader.pk).update(is_active=False)
        self.reader = fresh(self.reader)

    def _reader(self, role):
        cast = {
            "learner": self.learner,
            "manager": self.manager,
            "manager's manager": self.top,
            "observer": self.observer,
            "manager who has left": self.manager,
        }
        if role in cast:
            return cast[role]
        if role == "report":
            return make_person("Rita Report", manager=self.learner, team=self.team)
        if role == "manager elsewhere":
            lead = make_person("Max Elsewhere", team=self.team)
            make_person(manager=lead)
            return lead
        scopes = {"of the team": self.team, "above the team": self.team.parent, "elsewhere": self.elsewhere}
        team = next((scope for words, scope in scopes.items() if role.endswith(words)), None)
        held = next((one for one in ("trainer", "people admin", "auditor", "recruiter") if role.startswith(one)), None)
        names = {"people admin": Role.PEOPLE_ADMIN, None: None}
        return make_person("Rae Reader", team=self.team, roles={names.get(held, held): team} if held else None)


def sees(rows, thing) -> bool:
    return rows.filter(pk=thing.pk).exists()


@roles
def test_training_of_somebody_is_seen_by_whom_it_should_be(role):
    scene = Scene(role)
    assert policies.can_view_training_of(scene.reader, scene.learner) is SEES[role]
    for model in (Assignment, Completion):
        seen = model.objects.visible_to(scene.reader).filter(person=scene.learner)
        assert seen.count() == (model.objects.filter(person=scene.learner).count() if SEES[role] else 0)


@roles
def test_policies_agree_with_rows(role):
    scene = Scene(role)
    reader = scene.reader
    for person in Person.objects.all():
        told = policies.can_view_training_of(reader, person)
        for model in (Assignment, Completion):
            for row in model.objects.filter(person=person):
                assert sees(model.objects.visible_to(reader), row) is told, (person, row)
        assert sees(people_given_by(reader), person) is (policies.can_assign_to(reader, person) and person.is_active)
        if person != reader:
            assert sees(people_seen_by(reader), person) is (told and person.is_active), person


@roles
def test_policies_of_what_belongs_to_people_agree_with_rows(role):
    scene = Scene(role)
    reader = scene.reader
    for path in Path.objects.all():
        assert policies.can_view_path(reader, path) is sees(Path.objects.visible_to(reader), path), path
    for given in PathAssignment.objects.select_related("person"):
        told = policies.can_view_training_of(reader, given.person)
        assert sees(PathAssignment.objects.visible_to(reader), given) is told
    for statement in Statement.objects.all():
        assert policies.can_view_statement(reader, statement) is sees(Statement.objects.visible_to(reader), statement)
    for sign_off in SignOff.objects.all():
        assert policies.can_view_sign_off(reader, sign_off) is sees(SignOff.objects.visible_to(reader), sign_off)


@roles
def test_whoever_may_give_may_change_and_sees(role):
    scene = Scene(role)
    assert policies.can_assign_to(scene.reader, scene.learner) is (role in GIVES)
    for row in Assignment.objects.filter(person=scene.learner).select_related("person"):
        assert policies.can_change_assignment(scene.reader, row) is (role in GIVES)
        assert policies.can_learn(scene.reader, row) is (role == "learner")
    if role in GIVES:
        assert policies.can_assign(scene.reader)
        assert policies.can_view_training_of(scene.reader, scene.learner)
    if people_given_by(scene.reader).exists():
        assert policies.can_assign(scene.reader)


@roles
def test_what_was_written_of_a_practice_is_for_two_pairs_of_eyes(role):
    scene = Scene(role)
    mine = SignOff.objects.filter(learner=scene.learner)
    assert mine.visible_to(scene.reader).exists() is (role in {"learner", "observer"})
    waiting = mine.waiting().get()
    assert policies.can_judge(scene.reader, waiting) is (role == "observer")
    sign_offs.judge(sign_off=waiting, by=scene.observer, levels={"greets": 3}, at=NOW)
    assert not policies.can_judge(scene.reader, mine.get(pk=waiting.pk))
    assert policies.can_view_sign_off(scene.reader, waiting) is (role in {"learner", "observer"})


@roles
@pytest.mark.parametrize("state", ["published", "draft", "archived"])
def test_modules_are_for_everyone_and_their_drafts_for_trainers(role, state):
    reader = Scene(role).reader
    module = make_module(published=state != "draft", archived_at=NOW if state == "archived" else None)
    trains = role.startswith("trainer") and not role.endswith("has left")
    allowed = trains or (state == "published" and not role.endswith("has left"))
    assert policies.can_view_module(reader, module) is allowed
    if reader.is_active:
        found = listed(reader, show="archived" if state == "archived" else "")
        assert sees(found, module) is (allowed and (state != "archived" or trains))
    assert sees(Module.objects.visible_to(reader), module) is policies.can_view_module(reader, module)
    assert sees(Module.objects.published(), module) is (state == "published")


@roles
def test_numbers_of_a_module_count_only_whom_the_reader_sees(role):
    scene = Scene(role)
    for module in scene.modules:
        numbers = numbers_of(module, scene.reader, at=NOW)
        seen = {person for person in Person.objects.all() if policies.can_view_training_of(scene.reader, person)}
        assert numbers.open == Assignment.objects.open().filter(module=module, person__in=seen).count()
        assert numbers.done == Completion.objects.filter(module=module, person__in=seen).count()


@roles
@pytest.mark.parametrize("held_by", ["reader", "somebody else"])
def test_sessions_and_seats_are_seen_and_marked_by_whom_they_should_be(role, held_by):
    scene = Scene(role)
    reader, module = scene.reader, make_module("session")
    holder = make_person("Hal Holder")
    session = make_session(module, holder, seats=9)
    for person in (scene.learner, scene.stranger):
        give(module, person)
    bookings.book(session=session, people=[scene.learner, scene.stranger], by=holder, at=NOW)
    Module.objects.filter(pk=module.pk).update(archived_at=NOW)
    if held_by == "reader":
        Session.objects.filter(pk=session.pk).update(trainer=reader)
    session, holds = Session.objects.get(), held_by == "reader" and reader.is_active
    assert policies.can_view_session(reader, session) is sees(Session.objects.visible_to(reader), session)
    assert policies.can_run_session(reader, session) is (
        holds or (role.startswith("trainer") and not role.endswith("has left"))
    )
    for row in Booking.objects.all():
        assert policies.can_view_booking(reader, row) is sees(Booking.objects.visible_to(reader), row)
        assert policies.can_mark(reader, row) is sees(Booking.objects.markable_by(reader), row)
    mine = Booking.objects.get(person=scene.learner)
    trains = role.startswith("trainer") and role in GIVES
    assert policies.can_mark(reader, mine) is ((holds or trains) and reader != scene.learner)
    assert policies.can_view_booking(reader, mine) is (holds or SEES[role])


@roles
def test_skills_are_judged_by_whoever_leads_or_trains_and_their_words_stay_there(role):
    scene = Scene(role)
    skill = make_skill()
    for person in (scene.learner, scene.stranger):
        skills.judge_skill(person=person, skill=skill, level=2, evidence="Seen.", by=make_person(), at=NOW)
    judges = role in GIVES
    assert policies.can_judge_skills_of(scene.reader, scene.learner) is judges
    assert not policies.can_judge_skills_of(scene.reader, scene.reader)
    for row in SkillSignOff.objects.all():
        told = policies.can_view_skill_sign_off(scene.reader, row)
        assert sees(SkillSignOff.objects.visible_to(scene.reader), row) is told, row
        if row.person == scene.learner:
            assert told is (judges or role == "learner")
    for archived_at in (None, NOW):
        Skill.objects.filter(pk=skill.pk).update(archived_at=archived_at)
        skill.refresh_from_db()
        if scene.reader.is_active:
            shown = skills_listed(scene.reader, archived=archived_at is not None).filter(pk=skill.pk).exists()
            assert shown is policies.can_view_skill(scene.reader, skill)
        else:
            assert not policies.can_view_skill(scene.reader, skill)


def test_line_ends_where_it_ends():
    """Nobody sees upwards or sideways, however deep the line."""
    people = [make_person("Toni Top")]
    for _level in range(5):
        people.append(make_person(manager=people[-1]))
    module = make_module()
    for person in people:
        give(module, person)
    for depth, reader in enumerate(people):
        seen = set(Assignment.objects.visible_to(fresh(reader)).values_list("person", flat=True))
        assert seen == {person.pk for person in people[depth:]}


def test_role_that_has_ended_shows_nothing():
    learner, trainer = make_person(), make_person(roles={Role.TRAINER: None})
    give(make_module(), learner)
    assert Assignment.objects.visible_to(fresh(trainer)).exists()
    trainer.role_grants.update(ends_at=NOW.replace(year=2020, month=1), starts_at=NOW.replace(year=2019))
    assert not Assignment.objects.visible_to(fresh(trainer)).exists()
    assert not policies.can_assign(fresh(trainer))


def test_leavers_training_is_still_seen_and_given_to_nobody():
    manager = make_person("Mona Manager")
    gone = make_person("Gil Gone", manager=manager)
    finish(give(make_module(), gone))
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    gone = fresh(gone)
    assert policies.can_view_training_of(manager, gone)
    assert Completion.objects.visible_to(manager).count() == 1
    assert not people_seen_by(manager).exists()
    assert not people_given_by(manager).exists()
    assert not policies.can_learn(gone, Assignment.objects.get())
