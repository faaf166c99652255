"""What operators choose and type: which deliveries to list, and why something is done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Channel, all_kinds
from notifications.models import Delivery
from people.forms.texts import LineField

ANY = ("", _("Any"))


class DeliveryFilter(forms.Form):
    person = forms.CharField(
        label=_("To"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("name or e-mail")}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    channel = forms.ChoiceField(label=_("Way"), required=False, choices=[ANY, *Channel.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *Delivery.State.choices])
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"})
    )
    # One reader, by the name under which the ledger knows them: what a row links to.
    reader = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        choices = [ANY, *((kind.key, kind.name) for kind in all_kinds())]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), required=False, choices=choices)


class ReasonForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=200, help_text=_("For the audit trail."))


class HoldForm(ReasonForm):
    """What becomes of what is on hold: of one kind, or of all."""

    kind = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    do = forms.ChoiceField(choices=[("release", ""), ("discard", "")], widget=forms.HiddenInput)
