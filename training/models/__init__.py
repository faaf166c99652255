"""Tables of training, by noun."""

from training.models.assignments import Assignment, Completion, Extension, Nudge, Waiver, past_due
from training.models.learning import Attempt, PartRecord, SignOff
from training.models.modules import Module, ModulePart, ModuleVersion
from training.models.rules import Rule

__all__ = [
    "Assignment", "Attempt", "Completion", "Extension", "Module", "ModulePart", "ModuleVersion", "Nudge", "PartRecord",
    "Rule", "SignOff", "Waiver", "past_due",
]  # fmt: skip
