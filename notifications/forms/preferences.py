"""How one wants to be told: a choice for each kind and channel, and the hours without mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Cadence, Channel, Kind, all_kinds
from notifications.reports import Wishes
from people.models import Person

# What goes to people without an account is nobody's to choose.
CHOICES = [(Cadence.NOW, Cadence.NOW.label), (Cadence.NEVER, Cadence.NEVER.label)]


@dataclass(frozen=True)
class Row:
    kind: Kind
    fields: list[BoundField]


class PreferencesForm(forms.Form):
    since = forms.TimeField(label=_("No mail from"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    until = forms.TimeField(label=_("until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day on which you want mail again. Notices in the portal go on."),
    )

    def __init__(self, person: Person, wishes: Wishes, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: list[tuple[Kind, list[str]]] = []
        for kind in all_kinds():
            if Channel.PORTAL not in kind.cadence:
                continue
            names = []
            for channel in kind.cadence:
                name = f"{kind.key}-{channel}"
                self.fields[name] = forms.ChoiceField(
                    label=channel.label,
                    choices=CHOICES,
                    initial=wishes.cadence(person, kind, channel),
                    disabled=bool(kind.fixed),
                )
                names.append(name)
            self._rows.append((kind, names))

    def rows(self) -> Iterator[Row]:
        for kind, names in self._rows:
            yield Row(kind, [self[name] for name in names])

    def cadences(self) -> dict[tuple[str, Channel], Cadence]:
        """What was chosen, by kind and channel. For a valid form."""
        return {
            (kind.key, Channel(name.rpartition("-")[2])): Cadence(self.cleaned_data[name])
            for kind, names in self._rows
            for name in names
        }
