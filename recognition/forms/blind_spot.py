"""Which team to look at."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Team


class BlindSpotForm(forms.Form):
    """One of the teams that the reader may look at."""

    team = forms.ChoiceField(label=_("Team"))

    def __init__(self, data: Any = None, *, teams: Sequence[Team]) -> None:
        super().__init__(data)
        field: Any = self.fields["team"]
        field.choices = [(team.pk, team.path) for team in teams]
