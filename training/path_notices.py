"""What somebody is told who is put on a path: once, for all of its modules."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.http import address_of
from notifications.kinds import Content, Due, Kind, Skip
from training import samples
from training.models import PathAssignment
from training.notices import Told, each


def _path(due: Sequence[Due]) -> Told:
    told: dict[int, Content | Skip] = {}
    rows = PathAssignment.objects.select_related("path", "person").annotate(steps=Count("path__steps"))
    for one, given in each(due, rows):
        if given is None or one.recipient is None or given.person_id != one.recipient.pk:
            told[one.pk] = Skip("not visible")
        elif given.state != PathAssignment.State.OPEN:
            told[one.pk] = Skip(given.state)
        else:
            told[one.pk] = _of_path(given)
    return told


def _of_path(given: PathAssignment) -> Content:
    count = given.steps  # type: ignore[attr-defined]
    about = [ngettext("It has %(n)d module.", "It has %(n)d modules.", count) % {"n": count}]
    if given.path.in_order:
        about.append(_("They are taken one after the other; what you have done already counts."))
    return Content(
        title=_("A path for you: %(path)s") % {"path": given.path},
        text=[given.note, *about] if given.note else about,
        href=address_of("training:mine"),
        action=_("See where it begins"),
        next=_("Each module with a day comes a week before it is due, if it is still open."),
        thread=f"path-{given.pk}",
    )


PATH = Kind(
    key="training.path",
    name=gettext_lazy("A path to take"),
    about=gettext_lazy("When you are put on a path of several modules: once for all of them, with the first."),
    compose=_path,
    keeps=timedelta(days=3),
    sample=samples.path,
)
