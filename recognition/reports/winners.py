"""Who won, for everybody, as far as they wish; and what was said of somebody, for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from people.models import Person
from recognition.models import Argument, Candidacy, Nomination, Round
from recognition.models.nominations import CandidacyQuerySet

ORDER = ("-announce_at", "-pk")
PAGE = 10


@dataclass(frozen=True)
class Announced:
    """A round that is announced: the winners whom the reader may know of, and how many they may not."""

    round: Round
    winners: Sequence[Candidacy]
    unnamed: int


def with_wishes(found: CandidacyQuerySet) -> CandidacyQuerySet:
    """With the person and how they wish to be thanked."""
    return found.select_related("nominee__recognition_wish", "round__programme")


def announced(rounds: Sequence[Round], reader: Person) -> list[Announced]:
    """These rounds with their winners. Two queries."""
    keys = [one.pk for one in rounds]
    won = Candidacy.objects.filter(round__in=keys, is_winner=True)
    counts = dict(won.order_by().values("round").annotate(n=Count("pk")).values_list("round", "n"))
    seen = list(with_wishes(won.visible_to(reader)).order_by("nominee__full_name", "pk"))
    of = {pk: [one for one in seen if one.round_id == pk] for pk in keys}
    return [Announced(one, of[one.pk], counts.get(one.pk, 0) - len(of[one.pk])) for one in rounds]


def said_of(candidacy: Candidacy) -> list[tuple[Person, Sequence[Argument]]]:
    """Who nominated them, with what they said by each criterion. Two queries."""
    arguments = Prefetch("arguments", Argument.objects.select_related("criterion").order_by("criterion__position"))
    rows = Nomination.objects.filter(candidacy=candidacy).select_related("nominator").prefetch_related(arguments)
    return [(one.nominator, list(one.arguments.all())) for one in rows.order_by("handed_in_at", "pk")]


def mine(reader: Person) -> list[Candidacy]:
    """Rounds that are announced in which the reader was nominated, the latest first."""
    rows = Candidacy.objects.filter(nominee=reader, round__state=Round.State.ANNOUNCED)
    return list(rows.select_related("round__programme").order_by("-round__announce_at", "-pk")[:PAGE])


def without_citation(round_: Round) -> int:
    """How many winners nobody has written a citation for."""
    return round_.candidacies.filter(Q(citation=""), is_winner=True).count()


def nominations_behind(candidacies: Sequence[Candidacy]) -> Sequence[Nomination]:
    """Of all of these, with who made them, in the order in which they were handed in. One query."""
    rows = Nomination.objects.filter(candidacy__in=[one.pk for one in candidacies]).select_related("nominator")
    return list(rows.order_by("handed_in_at", "pk"))
