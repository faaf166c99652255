"""What the organisation values: named, described, put in order, archived."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.naming import free_key, refuse_taken_name
from foundation.text import fold
from people.actions import audit
from people.models import Person
from recognition.models import Value

EDITABLE = ("name", "description", "examples")


@transaction.atomic
def create_value(*, name: str, description: str, examples: str, by: Person, at: datetime) -> Value:
    """A value, last in order. Raises Invalid when another has the name."""
    _refuse_taken_name(name)
    last = Value.objects.aggregate(last=Max("position"))["last"] or 0
    value = Value.objects.create(
        key=free_key(Value.objects.all(), name, otherwise="value"), name=name, description=description,
        examples=examples, position=last + 1, created_by=by, created_at=at,
    )  # fmt: skip
    audit.record(by=by, did="recognition.value_created", thing=value, at=at)
    return value


@transaction.atomic
def edit_value(*, value: Value, by: Person, at: datetime, **changes: str) -> Value:
    """Change its words. Raises Invalid when another has the name."""
    value = Value.objects.select_for_update(no_key=True).get(pk=value.pk)
    if fold(changes.get("name", value.name)) != fold(value.name):
        _refuse_taken_name(changes["name"])
    if changed := put(value, changes, among=EDITABLE):
        audit.record(by=by, did="recognition.value_edited", thing=value, changes={"fields": changed}, at=at)
    return value


@transaction.atomic
def archive_value(*, value: Value, by: Person, at: datetime) -> None:
    """Nobody is thanked for it any more; who was, stays. Twice is once."""
    if Value.objects.filter(pk=value.pk, archived_at__isnull=True).update(archived_at=at):
        audit.record(by=by, did="recognition.value_archived", thing=value, at=at)


@transaction.atomic
def restore_value(*, value: Value, by: Person, at: datetime) -> None:
    """Use it again. Twice is once."""
    if Value.objects.filter(pk=value.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, did="recognition.value_restored", thing=value, at=at)


@transaction.atomic
def move_value(*, value: Value, up: bool, by: Person, at: datetime) -> None:
    """One place up or down among those in use; at the end it stays."""
    order = list(Value.objects.select_for_update(no_key=True).in_use().order_by("position", "pk"))
    place = next((at_ for at_, one in enumerate(order) if one.pk == value.pk), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    _number(order)
    audit.record(by=by, did="recognition.value_moved", thing=value, changes={"up": up}, at=at)


def _number(order: Sequence[Value]) -> None:
    for position, value in enumerate(order, start=1):
        value.position = position
    Value.objects.bulk_update(order, ["position"])


def _refuse_taken_name(name: str) -> None:
    refuse_taken_name(Value.objects.all(), name, _("Another value has this name."))
