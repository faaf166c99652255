"""What hiring knows of a colleague, for pages of other apps (portal/wiring.py joins them)."""

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from foundation.work import WorkItem
from hiring.models import (
    Application,
    ApplicationNote,
    DebriefNote,
    Decision,
    Interview,
    LaterView,
    Opening,
    Panellist,
    Scorecard,
    StageMove,
)
from hiring.models.sealing import open_seats
from people.models import Person

# Where the application hangs on each thing of which the audit trail tells.
_APPLICATION_OF: tuple[tuple[type[Model], str], ...] = (
    (Application, "pk"),
    (Interview, "application"),
    (Panellist, "interview__application"),
    (Scorecard, "panellist__interview__application"),
    (LaterView, "scorecard__panellist__interview__application"),
    (DebriefNote, "interview__application"),
    (Decision, "application"),
    (StageMove, "application"),
    (ApplicationNote, "application"),
)


def waiting_on(person: Person) -> list[WorkItem]:
    """What somebody else has to take over when the person leaves: seats without a scorecard, and openings."""
    return [*_seats(person), *_openings(person)]


def _seats(person: Person) -> list[WorkItem]:
    seats = Panellist.objects.filter(person=person).live().owing()
    return [
        WorkItem(
            kind=_("Interviews without their scorecard"),
            # The alias: whoever reads a leaver's page need not be somebody who may know the candidate.
            title=f"{seat.interview.application.alias} · {seat.interview.application.opening.title}",
            href=seat.interview.get_absolute_url(),
            action=_("Change the panel"),
            meta=seat.get_role_display(),
            due=seat.interview.ends_at,
            icon="calendar",
        )
        for seat in seats.select_related("interview__application__opening").order_by("interview__starts_at", "pk")
    ]


def _openings(person: Person) -> list[WorkItem]:
    ongoing = Opening.objects.exclude(state=Opening.State.CLOSED).order_by("title", "pk")
    managed = [(opening, _("Openings they decide on")) for opening in ongoing.filter(hiring_manager=person)]
    recruited = [(opening, _("Openings they recruit for")) for opening in ongoing.filter(recruiters=person)]
    return [
        WorkItem(
            kind=kind, title=opening.title, href=opening.get_absolute_url(), action=_("Reassign"), icon="briefcase"
        )
        for opening, kind in [*managed, *recruited]
    ]


def sealed_entries(reader: Person) -> Q:
    """Entries of the audit trail about applications on which the reader owes a scorecard: who submitted, revealed or
    decided is closed to them, on the audit page as everywhere else. Their own deeds are not."""
    known = open_seats(reader)
    if known is not None and not known.owing:
        return Q(pk__in=[])
    seats = Panellist.objects.filter(person=reader).live().owing()
    owed = seats.values("interview__application") if known is None else known.owing
    sealed = Q()
    for model, path in _APPLICATION_OF:
        things = model._default_manager.filter(**{f"{path}__in": owed}).values("pk")
        sealed |= Q(object_type=model._meta.label_lower, object_id__in=things)
    return sealed & ~Q(actor=reader)
