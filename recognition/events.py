"""What recognition tells a whole team in its chat: who was thanked, for which value, and where the story stands.

A chat takes nothing back, and a story may be changed, withdrawn, reported, or taken off the wall. So it is told when
the time for changing it is over, only of what reaches everyone then, and without the story or a customer's words.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.events import Asked, Event, News, Skip
from recognition.models import Reach, Recipient, Recognition


def _recognised(asked: Sequence[Asked]) -> Mapping[int, News | Skip]:
    thanked = Prefetch("recipients", Recipient.objects.select_related("person").order_by("person__full_name", "pk"))
    found = Recognition.objects.select_related("giver", "value", "team").prefetch_related(thanked)
    rows = found.in_bulk({one.subject_id for one in asked})
    return {one.pk: _told(one, rows.get(one.subject_id)) for one in asked}


def _told(one: Asked, row: Recognition | None) -> News | Skip:
    if row is None or not row.is_shown or row.reach != Reach.EVERYONE:
        return Skip("not visible")
    if not any(thanked.person.team_id in one.teams for thanked in row.here):
        return Skip("of another team")
    with one.voice():
        names = {"giver": row.giver.name, "thanked": row.thanked_in_words}
        return News(
            title=_("%(giver)s thanks %(thanked)s") % names,
            text=[_("An example of: %(value)s") % {"value": row.value}],
            href=row.get_absolute_url(),
            action=_("Read it"),
            data={"recognition": row.pk, "value": row.value_id},
        )


RECOGNISED = Event(
    key="recognition.thanked",
    name=gettext_lazy("Somebody was thanked"),
    about=gettext_lazy(
        "when somebody of the team is thanked before everyone: by whom and for which value, not the story."
    ),
    compose=_recognised,
    keeps=timedelta(days=1),
)
EVENTS = (RECOGNISED,)
