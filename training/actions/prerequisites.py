"""What has to be done before a module can be started: chosen, and given to whoever lacks it."""

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid
from people.actions import audit
from people.models import Person
from training.actions import assignments
from training.models import Assignment, Module, Path, PathStep, Prerequisite
from training.order import loop_in


@transaction.atomic
def set_prerequisites(*, module: Module, needed: Collection[Module], by: Person, at: datetime) -> list[Assignment]:
    """These modules, and no others, have to be done before the module can be started; what was started stays so.

    Whoever has the module to take and has not begun is given what they lack of them: that is returned. Raises Invalid
    for a module that is not published, and when modules would wait for one another, in a sentence that names them.
    """
    names = _held_modules()
    before, wanted = _needed_by_each(), {one.pk for one in needed}
    had = before.pop(module.pk, set())
    offered = set(Module.objects.published().filter(pk__in=wanted).values_list("pk", flat=True))
    if missing := [names[pk] for pk in wanted - had - offered]:
        raise _invalid(_("“%(name)s” is not published: nobody could do it first.") % {"name": missing[0]})
    if loop := loop_in({module.pk: wanted, **before}):
        raise _invalid(in_words(loop, names))
    for steps in _steps_of_each_path():
        after = {module.pk: set(wanted), **{pk: set(pks) for pk, pks in before.items()}}
        for one, following in pairwise(steps):
            after.setdefault(following, set()).add(one)
        if loop := loop_in(after):
            raise _invalid(in_words(loop, names))
    if wanted == had:
        return []
    module.prerequisites.exclude(needed__in=wanted).delete()
    Prerequisite.objects.bulk_create(Prerequisite(module=module, needed_id=pk) for pk in sorted(wanted - had))
    open_now = Assignment.objects.filter(module=module, person__is_active=True)
    given = assignments.give_needed(rows=open_now, by=by, at=at)
    changes = {"needs": [names[pk] for pk in sorted(wanted)]}
    audit.record(by=by, did="training.prerequisites_set", thing=module, changes=changes, at=at)
    return given


@transaction.atomic
def give_missing(*, at: datetime) -> int:
    """Give whoever waits for a module that nobody gave them that module too; how many. Each hour: what was needed may
    have run out, or been taken back by a rule, since. Set-based; twice is once."""
    open_now = Assignment.objects.filter(person__is_active=True, state=Assignment.State.ASSIGNED)
    return len(assignments.give_needed(rows=open_now, by=None, at=at))


def in_words(loop: Collection[int], names: dict[int, str]) -> str:
    """Of modules that would wait for one another."""
    told = [f"“{names[pk]}”" for pk in loop]
    pairs = [_("%(one)s would need %(other)s") % {"one": one, "other": other} for one, other in pairwise(told)]
    return _("Nobody could ever begin: %(loop)s.") % {"loop": ", ".join(pairs)}


def _held_modules() -> dict[int, str]:
    """The names of all modules, held until the transaction ends: of two changes at once, each without a loop, the
    second sees the first."""
    rows = Module.objects.select_for_update(no_key=True).order_by("pk")
    return dict(rows.values_list("pk", "name"))


def _needed_by_each() -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for module, needed in Prerequisite.objects.values_list("module", "needed"):
        found.setdefault(module, set()).add(needed)
    return found


def _steps_of_each_path() -> list[list[int]]:
    """Of those that are taken in their order."""
    found: dict[int, list[int]] = {}
    steps = PathStep.objects.filter(path__in_order=True, path__state=Path.State.PUBLISHED).order_by("position")
    for path, module in steps.values_list("path", "module"):
        found.setdefault(path, []).append(module)
    return list(found.values())


def _invalid(message: str) -> Invalid:
    return Invalid(message, errors={"needed": [message]})
