"""How many reacted how, for a whole page at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from people.models import Person
from recognition.models import Reaction, Recognition


@dataclass(frozen=True)
class Tally:
    """One kind under one recognition. `mine`: whether the reader's is among them."""

    kind: str
    label: str
    count: int = 0
    mine: bool = False


def tallies_of(recognitions: Sequence[Recognition], reader: Person) -> Mapping[int, list[Tally]]:
    """Every kind of each, by key; none for what is not shown. One query for all."""
    keys = [one.pk for one in recognitions if one.is_shown]
    rows = Reaction.objects.filter(recognition__in=keys).order_by().values_list("recognition", "kind")
    counted = {
        (pk, kind): (count, mine > 0)
        for pk, kind, count, mine in rows.annotate(Count("pk"), mine=Count("pk", filter=Q(person=reader)))
    }
    return {
        pk: [Tally(kind.value, str(kind.label), *counted.get((pk, kind.value), ())) for kind in Reaction.Kind]
        for pk in keys
    }
