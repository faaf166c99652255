"""Working out the fair spread once for each window; what came of a look at a ring; putting a reminder off."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from people.actions import audit
from people.models import Person
from recognition import local_days
from recognition.models import NotNow, Ring, Spread
from recognition.quarters import QUARTER, Window, windows_before
from recognition.reports import figures

LATER = timedelta(days=30)


def work_out(*, at: datetime) -> int:
    """Every window of the last four quarters that is over everywhere and was not worked out yet; how many those were.
    A window is worked out once: what changes later, like a thanks that is withdrawn, does not change it."""
    found = windows_before(at.date())
    if at < local_days.is_over_everywhere_at(found[0].last):
        found = windows_before(found[0].last)
    known = set(Spread.objects.values_list("span", "first_on"))
    return sum(_store(window, at) for window in found if (window.span, window.first) not in known)


@transaction.atomic
def _store(window: Window, at: datetime) -> bool:
    """Whether it was this one who stored it: of two workers at once, one does."""
    quarters = Spread.objects.filter(span=QUARTER, first_on__gte=window.first, last_on__lte=window.last)
    # With the sums of the others, a year would tell of a quarter in which there were too few.
    told = window.span == QUARTER or all(one.figures for one in quarters)
    worked_out = figures.work_out(window) if told else figures.WorkedOut({}, [])
    stored = {"last_on": window.last, "figures": worked_out.figures, "worked_out_at": at}
    spread, is_new = Spread.objects.get_or_create(span=window.span, first_on=window.first, defaults=stored)
    if is_new:
        for ring in worked_out.rings:
            Ring.objects.create(spread=spread, thanks=ring.thanks).people.set(ring.people)
        audit.record(by=None, did="recognition.spread_worked_out", thing=spread, at=at)
    return is_new


@transaction.atomic
def look_at(*, ring: Ring, outcome: str, note: str = "", by: Person, at: datetime) -> None:
    """Keep what came of it. Nobody is told, and nothing else follows. Raises Refused when another was quicker."""
    looked = {"outcome": outcome, "note": note, "looked_at_by": by, "looked_at": at}
    if not Ring.objects.filter(pk=ring.pk, outcome="").update(**looked):
        raise Refused(_("Somebody else was quicker. See how it stands now."))
    audit.record(by=by, did="recognition.ring_looked_at", thing=ring, changes={"outcome": outcome}, at=at)


@transaction.atomic
def put_off(*, person: Person, by: Person, at: datetime) -> None:
    """Do not remind this manager of this person for a month. Twice is once, from the later time."""
    row, _is_new = NotNow.objects.update_or_create(manager=by, person=person, defaults={"until": at + LATER})
    audit.record(by=by, did="recognition.reminder_put_off", thing=row, at=at)
