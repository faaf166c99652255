"""What a person may do in training. One-object twins of `visible_to`."""

from people import policies as people_policies
from people.models import Person, Role
from training.models import (
    Assignment,
    Booking,
    Completion,
    Evidence,
    Module,
    Path,
    PathAssignment,
    Session,
    SignOff,
    Skill,
    SkillSignOff,
    Statement,
    VersionFile,
)

SEES_TRAINING = (Role.TRAINER, Role.PEOPLE_ADMIN, Role.AUDITOR)
KEEPS_RECORDS = (Role.TRAINER, Role.PEOPLE_ADMIN)


def can_edit_modules(person: Person) -> bool:
    """Modules belong to the whole organisation: trainers write them, wherever they hold the role."""
    return person.is_active and person.holds(Role.TRAINER)


def can_view_rules(person: Person) -> bool:
    return person.is_active and person.holds(Role.TRAINER)


def can_edit_rules(person: Person) -> bool:
    """A rule may reach anybody, so it takes a trainer of the whole organisation."""
    return person.is_active and person.scope_of(Role.TRAINER).everywhere


def can_view_module(person: Person, module: Module) -> bool:
    """What may be taken is open to everyone who works here; drafts and what is archived to trainers. Twin of
    Module.objects.visible_to."""
    if can_edit_modules(person):
        return True
    return person.is_active and Module.objects.published().filter(pk=module.pk).exists()


def can_view_path(person: Person, path: Path) -> bool:
    """Twin of Path.objects.visible_to."""
    if not person.is_active:
        return False
    if can_edit_modules(person) or path.is_published:
        return True
    return PathAssignment.objects.filter(path=path, person=person).exists()


def can_take_off(by: Person, given: PathAssignment) -> bool:
    """Off a path: whoever could have put them on it, but never oneself."""
    return by.pk != given.person_id and can_assign_to(by, given.person)


def can_read_file(reader: Person, file: VersionFile) -> bool:
    """Who may take the module now, who took or takes this version, who judges something of it, and trainers. Twin of
    VersionFile.objects.visible_to."""
    if can_edit_modules(reader):
        return True
    version = file.version
    if not reader.is_active:
        return False
    return (
        (version.state == version.State.PUBLISHED and version.module.archived_at is None)
        or Assignment.objects.filter(person=reader, version=version).exists()
        or SignOff.objects.filter(observer=reader, record__part__version=version).exists()
    )


def can_view_training_of(reader: Person, person: Person) -> bool:
    """Twin of Assignment.objects.visible_to and Completion.objects.visible_to."""
    if not reader.is_active:
        return False
    if reader.pk == person.pk or any(reader.scope_of(role).covers(person.team_id) for role in SEES_TRAINING):
        return True
    return people_policies.leads(reader, person)


def can_view_statement(reader: Person, statement: Statement) -> bool:
    """Twin of Statement.objects.visible_to: how often somebody tried, and with what score, is their own."""
    if statement.verb in Statement.OWN and statement.person_id != reader.pk:
        return False
    return can_view_training_of(reader, statement.person)


def can_assign_to(by: Person, person: Person) -> bool:
    """Trainers in whose scope the person is, and whom the person reports to, directly or not."""
    if not by.is_active:
        return False
    return by.scope_of(Role.TRAINER).covers(person.team_id) or people_policies.leads(by, person)


def can_change_assignment(by: Person, assignment: Assignment) -> bool:
    """Extend, waive, take back: whoever could have given it, but never one's own."""
    return by.pk != assignment.person_id and can_assign_to(by, assignment.person)


def can_record_for(by: Person, person: Person) -> bool:
    """Bring in what somebody completed elsewhere: trainers and people admins in whose scope the person is; never for
    oneself. Twin of teams.people_recorded_by."""
    return (
        by.is_active and by.pk != person.pk and any(by.scope_of(role).covers(person.team_id) for role in KEEPS_RECORDS)
    )


def can_record(person: Person) -> bool:
    """Whether there may be anybody for whom the person brings in completions."""
    return person.is_active and any(person.holds(role) for role in KEEPS_RECORDS)


def can_revoke(by: Person, completion: Completion) -> bool:
    """Whoever may bring completions in for the person; once. Ask with the revocation loaded."""
    return can_record_for(by, completion.person) and not hasattr(completion, "revocation")


def can_assign(person: Person) -> bool:
    """Whether there is anybody at all whom the person may give something to take."""
    return person.is_active and (person.holds(Role.TRAINER) or person.leads_people)


def can_learn(person: Person, assignment: Assignment) -> bool:
    return person.is_active and assignment.person_id == person.pk


def can_view_sign_off(reader: Person, sign_off: SignOff) -> bool:
    """Twin of SignOff.objects.visible_to."""
    return reader.is_active and reader.pk in {sign_off.observer_id, sign_off.learner_id}


def can_judge(person: Person, sign_off: SignOff) -> bool:
    return person.is_active and sign_off.observer_id == person.pk and sign_off.state == SignOff.State.WAITING


def can_view_evidence(reader: Person, evidence: Evidence) -> bool:
    """Whose it is, who judges it, and trainers in whose scope the person is. Twin of Evidence.objects.visible_to."""
    sign_off = evidence.sign_off
    if can_view_sign_off(reader, sign_off):
        return True
    return reader.is_active and reader.scope_of(Role.TRAINER).covers(sign_off.learner.team_id)


# --- live sessions --------------------------------------------------------------------------------------------------


def can_plan_sessions(person: Person) -> bool:
    """As modules, sessions belong to the whole organisation: trainers plan them, wherever they hold the role."""
    return can_edit_modules(person)


def can_view_session(person: Person, session: Session) -> bool:
    """Twin of Session.objects.visible_to."""
    if not person.is_active:
        return False
    if session.trainer_id == person.pk or can_view_module(person, session.module):
        return True
    return Assignment.objects.filter(person=person, module=session.module_id).exists()


def can_run_session(person: Person, session: Session) -> bool:
    """Change it, call it off, see its sheet: who holds it, and trainers."""
    return person.is_active and (session.trainer_id == person.pk or can_plan_sessions(person))


def can_view_booking(reader: Person, booking: Booking) -> bool:
    """Twin of Booking.objects.visible_to."""
    if not reader.is_active:
        return False
    return booking.session.trainer_id == reader.pk or can_view_training_of(reader, booking.person)


def can_mark(person: Person, booking: Booking) -> bool:
    """Twin of Booking.objects.markable_by: nobody says of themselves that they were there."""
    if not person.is_active or booking.person_id == person.pk:
        return False
    held = booking.session.trainer_id == person.pk
    return held or person.scope_of(Role.TRAINER).covers(booking.person.team_id)


# --- skills ----------------------------------------------------------------------------------------------------------


def can_edit_skills(person: Person) -> bool:
    """What skills are, what gives them and what jobs need: it reaches everybody, as a rule may."""
    return can_edit_rules(person)


def can_view_skill(person: Person, skill: Skill) -> bool:
    """Skills are open to everyone who works here; archived ones to those who edit them."""
    return person.is_active and (skill.archived_at is None or can_edit_skills(person))


def can_judge_skills_of(by: Person, person: Person) -> bool:
    """Whoever may give them training, but never oneself, and nobody who has left."""
    return person.is_active and by.pk != person.pk and can_assign_to(by, person)


def can_view_skill_sign_off(reader: Person, sign_off: SkillSignOff) -> bool:
    """Twin of SkillSignOff.objects.visible_to: the words are for the person and for those who may judge them."""
    return reader.is_active and (reader.pk == sign_off.person_id or can_assign_to(reader, sign_off.person))
