"""What people are told: somebody thanked them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Due, Kind, Skip
from recognition import policies, samples
from recognition.models import Recognition
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
    text = [Truncator(part).chars(SAID) for part in row.story]
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
KINDS = (RECOGNISED,)
