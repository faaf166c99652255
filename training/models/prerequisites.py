"""What has to be done before a module can be started."""

from datetime import datetime

from django.db import models

from training.models.assignments import Assignment, Completion, Zones
from training.models.modules import Module


class Prerequisite(models.Model):
    """`module` can be started by whoever has done `needed`. Of modules, whatever their versions; without loops, for
    which actions.prerequisites holds all modules while it changes one."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="prerequisites")
    needed = models.ForeignKey(Module, models.PROTECT, related_name="needed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "needed"], name="training_prerequisite_is_there_once"),
            models.CheckConstraint(
                condition=~models.Q(module=models.F("needed")), name="training_module_does_not_need_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} ← {self.needed}"


def is_done(
    person: models.OuterRef, module: models.OuterRef | Module, *, at: datetime, zones: Zones | None = None
) -> models.Q:
    """Of rows that name a person and a module so: the person holds it, wherever they did it, or need not take it, for
    it was waived when it was last asked for. The one definition of what counts as done before."""
    theirs = {"person": person, "module": module}
    of_same = {"person": models.OuterRef("person"), "module": models.OuterRef("module")}
    asked_later = Assignment.objects.filter(**of_same, cycle__gt=models.OuterRef("cycle"))
    done_later = Completion.objects.counting().filter(**of_same, completed_at__gt=models.OuterRef("ended_at"))
    waived = Assignment.objects.filter(**theirs, state=Assignment.State.WAIVED).filter(
        ~models.Exists(asked_later.exclude(state=Assignment.State.WITHDRAWN)), ~models.Exists(done_later)
    )
    return models.Q(models.Exists(Completion.objects.held(at, zones).filter(**theirs))) | models.Q(
        models.Exists(waived)
    )
