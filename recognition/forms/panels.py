"""What stewards and judges say about a panel and its nominees."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField
from people.forms.texts import TextField
from recognition.models import Candidacy, Criterion

LONGEST = 2000


class AppointForm(forms.Form):
    """One more judge."""

    person = PersonField(label=_("Who judges?"), max_length=254)


class BallotForm(forms.Form):
    """A score by the anchors of each criterion, and the reason."""

    reason = TextField(
        label=_("What do you go by?"), max_length=LONGEST, rows=4, required=False,
        help_text=_("In your words, for this nominee. It is sealed with your scores until all are in."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, criteria: Sequence[Criterion]) -> None:
        super().__init__(data)
        for one in criteria:
            self.fields[f"score_{one.pk}"] = forms.TypedChoiceField(
                label=one.name, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect,
                choices=[(score, f"{score} · {anchor}") for score, anchor in enumerate(one.anchors, start=1)],
            )  # fmt: skip
        self.criteria = criteria

    @property
    def scores(self) -> dict[int, int]:
        """Of valid data: what was chosen, by the key of the criterion."""
        chosen = {one.pk: self.cleaned_data.get(f"score_{one.pk}") for one in self.criteria}
        return {pk: score for pk, score in chosen.items() if score is not None}


class RecuseForm(forms.Form):
    """Why one does not judge somebody."""

    reason = TextField(
        label=_("Why?"), max_length=500, rows=2,
        help_text=_("Such as: I know from the case who it is, and we are friends. The panel reads it after reveal."),
    )  # fmt: skip


class TieForm(forms.Form):
    """Which of those who are tied, and why."""

    winners = forms.TypedMultipleChoiceField(
        label=_("Who wins?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = TextField(
        label=_("What decided it"), max_length=LONGEST, rows=4, required=False,
        help_text=_("In words that you would say to whoever does not win. It stands beside the result."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, tied: Sequence[Candidacy]) -> None:
        super().__init__(data)
        field: Any = self.fields["winners"]
        field.choices = [(one.pk, one.nominee.name) for one in tied]
