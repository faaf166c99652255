"""The fairness report of a round, for whoever approves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recognition.fairness import Member, Row, spread, tenure
from recognition.models import Round
from recognition.reports.eligibility import eligible

WORDS = {
    "under a year": gettext_lazy("under a year"),
    "1 to 3 years": gettext_lazy("1 to 3 years"),
    "3 to 6 years": gettext_lazy("3 to 6 years"),
    "6 years and more": gettext_lazy("6 years and more"),
    "not known": gettext_lazy("not known"),
}


@dataclass(frozen=True)
class Table:
    """One way to look at it."""

    title: str
    rows: Sequence[Row]


def fairness_of(round_: Round) -> list[Table]:
    """By team (the upper two levels), site and months with us: how many could be nominated, were, and won. Small groups
    stand together. Two queries and those of eligibility."""
    won = dict(round_.candidacies.values_list("nominee", "is_winner"))
    rows = eligible(round_).order_by("pk").values_list("pk", "team__path", "site__name", "started_on")
    people = list(rows)

    def table(title: str, groups: Sequence[str]) -> Table:
        grouped = zip(groups, people, strict=True)
        return Table(title, spread(Member(group, pk in won, won.get(pk, False)) for group, (pk, *_rest) in grouped))

    return [
        table(_("By team"), ["/".join((path or _("no team")).split("/")[:2]) for _pk, path, _site, _on in people]),
        table(_("By site"), [site or _("no site") for _pk, _path, site, _on in people]),
        table(_("By time with us"), [str(WORDS[tenure(on, round_.closes_on)]) for _pk, _path, _site, on in people]),
    ]
