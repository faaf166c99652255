"""Tables of training, by noun."""

from training.models.assignments import Assignment, Completion, Extension, Nudge, Waiver, past_due
from training.models.certificates import Certificate, Revocation
from training.models.learning import Attempt, PartRecord, SignOff
from training.models.modules import Module, ModulePart, ModuleVersion
from training.models.rules import Rule
from training.models.sessions import Booking, Session

__all__ = [
    "Assignment", "Attempt", "Booking", "Certificate", "Completion", "Extension", "Module", "ModulePart",
    "ModuleVersion", "Nudge", "PartRecord", "Revocation", "Rule", "Session", "SignOff", "Waiver", "past_due",
]  # fmt: skip
