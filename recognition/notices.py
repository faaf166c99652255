"""What people are told: somebody thanked them; a customer's words wait to be checked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.http import address_of
from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from recognition import policies, samples
from recognition.models import Praise, Recognition
from recognition.reports.wall import with_people

SAID = 280  # characters of the story


def _recognised(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    found = with_people(Recognition.objects.filter(pk__in={one.subject_id for one in due}))
    rows = {one.pk: one for one in found}
    told: dict[int, Content | Skip] = {}
    for one in due:
        row = rows.get(one.subject_id)
        if row is None or one.recipient is None or not policies.can_keep_to_oneself(one.recipient, row):
            told[one.pk] = Skip(row.state if row is not None and not row.is_shown else "not visible")
        else:
            with one.voice():
                told[one.pk] = _of_recognised(row)
    return told


def _of_recognised(row: Recognition) -> Content:
    quoted = [f"“{row.praise.words}”"] if row.praise else []
    text = [Truncator(part).chars(SAID) for part in (*quoted, *row.story)]
    text.append(_("An example of: %(value)s") % {"value": row.value})
    return Content(
        title=_("%(name)s thanks you") % {"name": row.giver.name},
        text=text,
        href=row.get_absolute_url(),
        action=_("Read it"),
        thread=f"recognition-{row.pk}",
    )


RECOGNISED = Kind(
    key="recognition.recognised",
    name=gettext_lazy("You were thanked"),
    about=gettext_lazy("When somebody thanks you, with what you did and what it changed."),
    compose=_recognised,
    keeps=timedelta(days=7),
    sample=samples.recognised,
)


def _to_check(due: Sequence[Due], say: Callable[[Praise], Content | Skip]) -> Mapping[int, Content | Skip]:
    """What to say of each that still waits, to whoever may check it."""
    rows = Praise.objects.prefetch_related("about").in_bulk([one.subject_id for one in due])
    told: dict[int, Content | Skip] = {}
    for one in due:
        row = rows.get(one.subject_id)
        if row is not None and not row.is_waiting:
            told[one.pk] = Skip("checked")
        elif row is None or one.recipient is None or not policies.can_check_praise(one.recipient, row):
            told[one.pk] = Skip("not visible")
        else:
            with one.voice():
                told[one.pk] = say(row)
    return told


def _waits(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    return _to_check(due, _of_waiting)


def _of_waiting(row: Praise) -> Content:
    """None of the words: they may still tell who the customer is."""
    return Content(
        title=_("A customer's words wait to be checked"),
        text=[_("Compare them with what the masking left, and decide what becomes of them.")],
        href=row.get_absolute_url(),
        action=_("Check them"),
        thread=f"praise-{row.pk}",
    )


PRAISE_WAITS = Kind(
    key="recognition.praise_waits",
    name=gettext_lazy("Customers' words to check"),
    about=gettext_lazy("When a customer's words wait to be checked. For recognition stewards."),
    compose=_waits,
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=7),
    sample=samples.praise_waits,
)


def _ages(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    return _to_check(due, _of_ages)


def _of_ages(row: Praise) -> Content | Skip:
    if row.forgotten_at is not None:
        return Skip("forgotten")
    return Content(
        title=_("Customers' words lose their original soon"),
        text=[
            _("They have waited long for a check. What the customer wrote is deleted on %(day)s, checked or not.")
            % {"day": date_format(timezone.localtime(row.original_ends_at), "j F")},
        ],
        href=f"{address_of('recognition:praise-list')}?state=waiting",
        action=_("Check them"),
        thread=f"praise-ages-{row.pk}",
    )


PRAISE_AGES = Kind(
    key="recognition.praise_ages",
    name=gettext_lazy("Customers' words that wait too long"),
    about=gettext_lazy("Before what a customer wrote is deleted unchecked. For recognition stewards."),
    compose=_ages,
    keeps=timedelta(days=3),
    sample=samples.praise_ages,
)
KINDS = (RECOGNISED, PRAISE_WAITS, PRAISE_AGES)
