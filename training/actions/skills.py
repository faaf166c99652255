"""Skills: described, given by modules, needed by jobs, judged by people."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Invalid, Refused
from foundation.naming import free_key, refuse_taken_name
from foundation.text import clean_line, fold
from people.actions import audit
from people.models import Person
from training import signals
from training.models import Module, ModuleSkill, Skill, SkillNeed, SkillSignOff
from training.skill_levels import LEVELS, NONE

EDITABLE = ("name", *(f"level_{level}" for level in LEVELS))


@transaction.atomic
def create_skill(*, name: str, by: Person, at: datetime, **anchors: str) -> Skill:
    """A skill with what one sees at each level: `level_1` to `level_4`. Raises Invalid when another has the name."""
    _refuse_taken_name(name)
    skill = Skill.objects.create(name=name, key=free_key(Skill.objects.all(), name, otherwise="skill"), **anchors)
    audit.record(by=by, did="training.skill_created", thing=skill, at=at)
    return skill


@transaction.atomic
def edit_skill(*, skill: Skill, by: Person, at: datetime, **changes: str) -> Skill:
    """Change its words. Raises Invalid when another has the name."""
    skill = Skill.objects.select_for_update(no_key=True).get(pk=skill.pk)
    if fold(changes.get("name", skill.name)) != fold(skill.name):
        _refuse_taken_name(changes["name"])
    if changed := put(skill, changes, among=EDITABLE):
        audit.record(by=by, did="training.skill_edited", thing=skill, changes={"fields": changed}, at=at)
    return skill


@transaction.atomic
def archive_skill(*, skill: Skill, by: Person, at: datetime) -> None:
    """Show it nowhere and ask it of nobody; what is on record stays. Twice is once."""
    if Skill.objects.filter(pk=skill.pk, archived_at__isnull=True).update(archived_at=at):
        audit.record(by=by, did="training.skill_archived", thing=skill, at=at)
        signals.skills_changed.send(sender=Skill)


@transaction.atomic
def restore_skill(*, skill: Skill, by: Person, at: datetime) -> None:
    """Use it again, with its needs and modules. Twice is once."""
    if Skill.objects.filter(pk=skill.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, did="training.skill_restored", thing=skill, at=at)
        signals.skills_changed.send(sender=Skill)


@transaction.atomic
def set_given_level(*, skill: Skill, module: Module, level: int, by: Person, at: datetime) -> None:
    """Whoever holds the module has the skill at this level; 0: it does not give the skill. Twice is once."""
    given = ModuleSkill.objects.filter(skill=skill, module=module)
    before = given.values_list("level", flat=True).first() or NONE
    if level == before:
        return
    if level == NONE:
        given.delete()
    else:
        ModuleSkill.objects.update_or_create(skill=skill, module=module, defaults={"level": level})
    changes = {"module": module.pk, "from": before, "to": level}
    audit.record(by=by, did="training.skill_given", thing=skill, changes=changes, at=at)
    signals.skills_changed.send(sender=Skill)


@transaction.atomic
def set_needs(*, job_title: str, levels: Mapping[Skill, int], by: Person | None, at: datetime) -> None:
    """What the job needs of these skills; 0: nothing. Others stay as they are. Twice is once."""
    title, key = clean_line(job_title), fold(job_title)
    if not key:
        raise Invalid(_("Name the job title."), errors={"job_title": [_("Name the job title.")]})
    needs = SkillNeed.objects.select_for_update(no_key=True).filter(title_key=key)
    before = dict(needs.values_list("skill", "level"))
    changed = {skill: level for skill, level in levels.items() if before.get(skill.pk, NONE) != level}
    if not changed:
        return
    needs.filter(skill__in=changed).delete()
    SkillNeed.objects.bulk_create(
        SkillNeed(job_title=title, title_key=key, skill=skill, level=level) for skill, level in changed.items() if level
    )
    deeds = [
        audit.Deed(
            "training.skill_needed", skill, changes={"title": title, "from": before.get(skill.pk, NONE), "to": level}
        )
        for skill, level in changed.items()
    ]
    audit.record_many(by=by, deeds=deeds, at=at)
    signals.skills_changed.send(sender=SkillNeed)


@transaction.atomic
def judge_skill(
    *,
    person: Person,
    skill: Skill,
    level: int,
    evidence: str,
    by: Person,
    at: datetime,
    valid_until: date | None = None,
) -> SkillSignOff:
    """Say at which level the person is, 0 for not yet, and what one saw. It counts from now on, until its day is over
    where the person is.

    Raises Refused for oneself, a leaver or an archived skill; Invalid without a level, words, or a day to come.
    """
    if by.pk == person.pk:
        raise Refused(_("Nobody judges their own skill."))
    if not person.is_active or not Skill.objects.in_use().filter(pk=skill.pk).exists():
        raise Refused(_("Nobody who has left is judged any more, and no skill that is archived."))
    errors: dict[str, Any] = {}
    if level not in (NONE, *LEVELS):
        errors["level"] = [_("Choose a level.")]
    if not evidence.strip():
        errors["evidence"] = [_("Say what you saw, and when.")]
    if valid_until is not None and valid_until < at.astimezone(person.zone).date():
        errors["valid_until"] = [_("Choose a day to come.")]
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    sign_off = SkillSignOff.objects.create(
        person=person, skill=skill, level=level, evidence=evidence, valid_until=valid_until, by=by, at=at
    )
    changes = {"skill": skill.pk, "level": level}
    audit.record(by=by, did="training.skill_judged", thing=sign_off, changes=changes, team=person.team_id, at=at)
    signals.skill_judged.send(sender=SkillSignOff, sign_off=sign_off, at=at)
    return sign_off


def _refuse_taken_name(name: str) -> None:
    refuse_taken_name(Skill.objects.all(), name, _("Another skill has this name."))
