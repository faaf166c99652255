"""What somebody completed or was waived, over all the years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import Person
from training.models import Certificate, Completion, Waiver


@dataclass(frozen=True)
class Entry:
    """One line: a completion, or a waiver. `module` is called as it was then."""

    day: date
    module: str
    completion: Completion | None = None
    waiver: Waiver | None = None
    certificate: Certificate | None = None
    holds: bool = False

    @property
    def is_revoked(self) -> bool:
        return self.completion is not None and hasattr(self.completion, "revocation")

    @property
    def state(self) -> str:
        if self.waiver is not None:
            return _("Waived")
        return _("Revoked") if self.is_revoked else _("Valid") if self.holds else _("Run out")

    @property
    def where(self) -> str:
        """How it came about, for the line below the module's name."""
        if self.waiver is not None:
            return f"{self.waiver.get_kind_display()}: {self.waiver.reason}"
        return self.completion.source if self.completion is not None else ""


def transcript_of(person: Person, *, at: datetime) -> list[Entry]:
    """Newest first; the caller has made sure that the reader may know. Two queries."""
    today = at.astimezone(person.zone).date()
    done = Completion.objects.filter(person=person).select_related("module", "paper", "revocation__by")
    waived = Waiver.objects.filter(assignment__person=person).select_related("assignment__module", "by")
    entries = [_done(one, today) for one in done]
    entries += [Entry(one.at.astimezone(person.zone).date(), one.assignment.module.name, waiver=one) for one in waived]
    return sorted(entries, key=lambda one: (one.day, one.module), reverse=True)


def _done(completion: Completion, today: date) -> Entry:
    certificate = getattr(completion, "paper", None)
    revoked = hasattr(completion, "revocation")
    return Entry(
        day=completion.completed_on,
        module=certificate.module_name if certificate else completion.module.name,
        completion=completion,
        certificate=None if revoked else certificate,
        holds=not revoked and completion.is_valid(today),
    )


def headings() -> list[str]:
    return [
        _("Module"), _("Completed on"), _("Valid until"), _("Quiz, %"), _("State"), _("Where or why"), _("Evidence"),
        _("Certificate"),
    ]  # fmt: skip


def csv_rows(entries: list[Entry], *, own: bool) -> Iterator[list[object]]:
    """One row for each entry, by `headings`. That somebody passed is for whoever sees their training; by how much is
    their `own`."""
    for one in entries:
        done = one.completion
        yield [
            one.module,
            one.day.isoformat(),
            done.expires_on.isoformat() if done and done.expires_on else "",
            done.percent if done and own else None,
            one.state,
            one.where,
            done.evidence if done else "",
            str(one.certificate.token) if one.certificate else "",
        ]


def certified(certificate: Certificate, *, at: datetime) -> str:
    """valid, expired or revoked: where the person is, now."""
    completion = certificate.completion
    if hasattr(completion, "revocation"):
        return "revoked"
    return "valid" if completion.is_valid(at.astimezone(completion.person.zone).date()) else "expired"


def until(completion: Completion) -> str:
    """How long it holds, in words."""
    return date_format(completion.expires_on, "j F Y") if completion.expires_on else _("for good")
