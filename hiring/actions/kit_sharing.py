"""Kits as files: out, to be shared, and in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from foundation.naming import free_key
from foundation.text import fold
from hiring.actions.kits import write_draft
from hiring.kit_files import KitFile, dump_kit
from hiring.models import Competency, Kit, KitVersion, Question
from hiring.reports import kits as reports
from hiring.reports.kit_gaps import gaps
from people.actions import audit
from people.models import Person


@transaction.atomic
def export_version(*, version: KitVersion, by: Person, at: datetime) -> str:
    """The version as YAML that import_kit can read back to the same content.

    Raises Invalid for a draft that could not be published yet: its file could not be read back.
    """
    version = reports.load(version.pk)
    if version.is_draft and (missing := gaps(reports.sheet_of(version))):
        raise Invalid(
            _("This draft can't be exported before it is complete."), errors={"": [gap.message for gap in missing]}
        )
    audit.record(by=by, did="hiring.kit_exported", thing=version, outcome=audit.Outcome.EXPORTED, at=at)
    return dump_kit(reports.as_file(version))


@transaction.atomic
def import_kit(
    *, content: KitFile, by: Person | None, at: datetime, into: Kit | None = None, add_to_library: bool = False
) -> KitVersion:
    """What parse_kit read, as a draft: of the kit `into`, or of a new kit whose key and name are made free.

    With `add_to_library`, competencies and questions that the library lacks are added to it; what it has is left as
    it is. Raises Refused when `into` is archived or has a draft.
    """
    kit = _new_kit(content) if into is None else Kit.objects.select_for_update(no_key=True).get(pk=into.pk)
    if kit.archived_at is not None:
        raise Refused(_("“%(name)s” is archived. Restore it first, or make a new kit.") % {"name": kit.name})
    if kit.versions.filter(state=KitVersion.State.DRAFT).exists():
        raise Refused(
            _("“%(name)s” has a draft already. Publish or discard it first, or make a new kit.") % {"name": kit.name}
        )
    version = write_draft(kit=kit, content=content, by=by, at=at)
    added = _into_library(content) if add_to_library else []
    changes = {"kit": kit.key, "number": version.number, "added_to_library": added}
    audit.record(by=by, did="hiring.kit_imported", thing=version, changes=changes, at=at)
    return version


def free_name(*, name: str) -> str:
    """The name, or the name with the first number that no kit has: "Hotel front desk (2)"."""
    taken = {fold(other) for other in Kit.objects.values_list("name", flat=True)}
    choices = (name if number == 1 else f"{name[:112]} ({number})" for number in range(1, len(taken) + 2))
    return next(choice for choice in choices if fold(choice) not in taken)


def _new_kit(content: KitFile) -> Kit:
    taken = Kit.objects.filter(key=content.key).exists()
    return Kit.objects.create(
        key=free_key(Kit.objects.all(), content.key, otherwise="kit") if taken else content.key,
        name=free_name(name=content.name),
        purpose=content.purpose,
    )


def _into_library(content: KitFile) -> list[str]:
    known = {one.key: one for one in Competency.objects.filter(key__in=[one.key for one in content.competencies])}
    added = []
    for one in content.competencies:
        if one.key not in known:
            anchors = {f"anchor_{score}": text for score, text in enumerate(one.anchors, start=1)}
            known[one.key] = Competency.objects.create(
                key=one.key,
                name=one.name,
                group=one.group,
                definition=one.definition,
                no_evidence=one.no_evidence,
                **anchors,
            )
            added.append(one.key)
    present = set(Question.objects.filter(competency__in=known.values()).values_list("competency__key", "key"))
    for question in content.questions:
        key = question.key.removeprefix(f"{question.competency}--")
        if (question.competency, key) not in present:
            Question.objects.create(
                competency=known[question.competency],
                key=key,
                kind=question.kind,
                text=question.text,
                probes=list(question.probes),
                minutes=question.minutes,
            )
            added.append(f"{question.competency}/{key}")
    return added
