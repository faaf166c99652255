"""What of the wall is asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import TeamChoiceField
from people.models import Site
from recognition.models import Value

SPANS = [("", _("Any time")), ("week", _("Last 7 days")), ("month", _("Last month")), ("year", _("Last year"))]


class WallFilter(forms.Form):
    """The filters; each may stay empty."""

    q = forms.CharField(
        label=_("Words in the story"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    value = forms.ModelChoiceField(
        label=_("Value"), queryset=Value.objects.none(), required=False, empty_label=_("All values")
    )
    team = TeamChoiceField(label=_("Team"), required=False, empty_label=_("All teams"))
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("All sites")
    )
    span = forms.ChoiceField(label=_("When"), choices=SPANS, required=False)
    customers = forms.BooleanField(label=_("With customers' words"), required=False)
    mine = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["value"].queryset = Value.objects.order_by("position", "pk")  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["team"].offer(data.get("team"))  # type: ignore[attr-defined]
