"""What a steward says of a screen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import TeamPathField
from people.forms.texts import LineField
from people.models import Site


class ScreenForm(forms.Form):
    """Its name, and whose recognitions it shows."""

    name = LineField(label=_("Name"), max_length=80, help_text=_("Such as: break room, ground floor."))
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, help_text=_("Empty: the whole organisation.")
    )
    team = TeamPathField(label=_("Or a team"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]
