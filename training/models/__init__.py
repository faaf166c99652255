"""Tables of training, by noun."""

from training.models.assignments import Assignment, Completion, Extension, Nudge, Waiver, past_due, zones_at
from training.models.certificates import Certificate, Revocation
from training.models.evidence import Evidence
from training.models.files import Medium, VersionFile
from training.models.learning import Attempt, PartRecord, SignOff
from training.models.modules import Module, ModulePart, ModuleVersion
from training.models.paths import Path, PathAssignment, PathStep
from training.models.prerequisites import Prerequisite
from training.models.rules import Rule
from training.models.sessions import Booking, Session
from training.models.skills import ModuleSkill, Skill, SkillNeed, SkillSignOff, below_need, level_in_sql
from training.models.statements import Statement

__all__ = [
    "Assignment", "Attempt", "Booking", "Certificate", "Completion", "Evidence", "Extension", "Medium", "Module",
    "ModulePart", "ModuleSkill", "ModuleVersion", "Nudge", "PartRecord", "Path", "PathAssignment", "PathStep",
    "Prerequisite", "Revocation", "Rule", "Session", "SignOff", "Skill", "SkillNeed", "SkillSignOff", "Statement",
    "VersionFile", "Waiver", "below_need", "level_in_sql", "past_due", "zones_at",
]  # fmt: skip
