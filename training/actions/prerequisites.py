"""What has to be done before a module can be started: chosen, brought in with files, given to whoever lacks it."""

from collections.abc import Collection, Mapping
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
    return replace_needs(wanted={module.pk: {one.pk for one in needed}}, by=by, at=at)


@transaction.atomic
def set_needs(*, wanted: Mapping[str, Collection[str]], by: Person | None, at: datetime) -> None:
    """The same for several modules at once, whatever their order, by their keys. Raises Invalid as well for a key that
    no module has."""
    known = dict(Module.objects.values_list("key", "pk"))
    if missing := sorted({key for keys in wanted.values() for key in keys} - known.keys()):
        raise _invalid(_("There is no module of the key “%(key)s”.") % {"key": missing[0]})
    replace_needs(wanted={known[key]: {known[one] for one in keys} for key, keys in wanted.items()}, by=by, at=at)


def replace_needs(*, wanted: Mapping[int, set[int]], by: Person | None, at: datetime) -> list[Assignment]:
    """What each of these modules needs, judged as all of it will be. In the caller's transaction."""
    names, before = _held_modules(), _needed_by_each()
    # What changes is looked at first, so that a loop is told from there.
    after = dict(wanted) | {pk: needed for pk, needed in before.items() if pk not in wanted}
    offered = set(Module.objects.published().values_list("pk", flat=True))
    for module, needed in wanted.items():
        if missing := sorted(needed - before.get(module, set()) - offered):
            raise _invalid(_("“%(name)s” is not published: nobody could do it first.") % {"name": names[missing[0]]})
    for steps in [[], *_steps_of_each_path()]:
        in_order = {pk: set(needed) for pk, needed in after.items()}
        for one, following in pairwise(steps):
            in_order.setdefault(following, set()).add(one)
        if loop := loop_in(in_order):
            raise _invalid(in_words(loop, names))
    changed = [pk for pk in wanted if wanted[pk] != before.get(pk, set())]
    return [one for pk in changed for one in _write(pk, wanted[pk], names, by, at)]


def _write(pk: int, needed: set[int], names: dict[int, str], by: Person | None, at: datetime) -> list[Assignment]:
    module = Module.objects.get(pk=pk)
    module.prerequisites.exclude(needed__in=needed).delete()
    had = set(module.prerequisites.values_list("needed", flat=True))
    Prerequisite.objects.bulk_create(Prerequisite(module=module, needed_id=one) for one in sorted(needed - had))
    open_now = Assignment.objects.filter(module=module, person__is_active=True)
    given = assignments.give_needed(rows=open_now, by=by, at=at)
    changes = {"needs": [names[one] for one in sorted(needed)]}
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
