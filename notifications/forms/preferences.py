"""How one wants to be told: a choice for each kind and channel, and the hours without mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from notifications.digests import all_digests, digest_of
from notifications.kinds import PERSONAL_DIGEST, Cadence, Channel, Kind, all_kinds
from notifications.reports import Wishes
from people.models import Person

_OFFERED = {
    Channel.PORTAL: (Cadence.NOW, Cadence.NEVER),
    Channel.MAIL: (Cadence.NOW, Cadence.DIGEST, Cadence.NEVER),
}
_OF_DIGESTS = (Cadence.DAILY, Cadence.WEEKLY, Cadence.NEVER)


@dataclass(frozen=True)
class Row:
    kind: Kind
    fields: list[BoundField]
    is_digest: bool


class PreferencesForm(forms.Form):
    since = forms.TimeField(label=_("No mail from"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    until = forms.TimeField(label=_("until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    digest_at = forms.TimeField(label=_("Digests come at"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day on which you want mail again. Notices in the portal go on."),
    )

    def __init__(self, person: Person, wishes: Wishes, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: list[tuple[Kind, list[str]]] = []
        for kind in _chosen_by(person):
            names = []
            for channel in kind.cadence:
                name = f"{kind.key}-{channel}"
                self.fields[name] = forms.ChoiceField(
                    label=channel.label,
                    choices=_choices(kind, channel),
                    initial=wishes.cadence(person, kind, channel),
                    disabled=bool(kind.fixed),
                )
                names.append(name)
            self._rows.append((kind, names))

    def clean(self) -> dict[str, Any]:
        """Somebody who wants notices in the digest needs one."""
        cleaned = super().clean() or self.cleaned_data
        digest = f"{PERSONAL_DIGEST}-{Channel.MAIL}"
        if cleaned.get(digest) == Cadence.NEVER and Cadence.DIGEST in cleaned.values():
            self.add_error(digest, _("Something below is to come in the digest. Choose how often this one comes."))
        return cleaned

    def digests(self) -> list[Row]:
        return [row for row in self._all() if row.is_digest]

    def notices(self) -> list[Row]:
        return [row for row in self._all() if not row.is_digest]

    def _all(self) -> Iterator[Row]:
        for kind, names in self._rows:
            yield Row(kind, [self[name] for name in names], digest_of(kind.key) is not None)

    def cadences(self) -> dict[tuple[str, Channel], Cadence]:
        """What was chosen, by kind and channel. For a valid form."""
        return {
            (kind.key, Channel(name.rpartition("-")[2])): Cadence(self.cleaned_data[name])
            for kind, names in self._rows
            for name in names
        }


def _chosen_by(person: Person) -> Iterator[Kind]:
    """The digests that the person may get, then every kind with an inbox: what goes only to people without an account
    is nobody's to choose."""
    for digest in all_digests():
        if digest.readers().filter(pk=person.pk).exists():
            yield digest.kind
    yield from (kind for kind in all_kinds() if Channel.PORTAL in kind.cadence)


def _choices(kind: Kind, channel: Channel) -> list[tuple[str, str]]:
    offered = _OF_DIGESTS if digest_of(kind.key) else _OFFERED[channel]
    return [(cadence.value, str(cadence.label)) for cadence in offered]
