"""What narrows down who stands where."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from people.forms.fields import Suggesting
from training.models import Module


class MatrixFilter(forms.Form):
    """Of those whom the reader sees. `show` is "direct" for direct reports, "teams" for numbers by team."""

    show = forms.ChoiceField(required=False, choices=[("", ""), ("direct", ""), ("teams", "")])
    team = forms.CharField(
        label=_("Team"), required=False, max_length=400, widget=Suggesting(reverse_lazy("people:team-options"))
    )
    module = forms.TypedChoiceField(label=_("Module"), required=False, coerce=int, empty_value=None)
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[
            ("", _("Any")),
            ("overdue", _("Overdue")),
            ("soon", _("Due within two weeks")),
            ("blocked", _("Waits for another module")),
            ("waiting", _("Waits on an observer")),
            ("expired", _("Run out")),
            ("revoked", _("Revoked")),
        ],
    )

    def __init__(self, data: Any, *, modules: Iterable[Module]) -> None:
        super().__init__(data)
        self.fields["module"].choices = [("", _("Any")), *((module.pk, module.name) for module in modules)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What makes sense of it; the rest is as if it were not there."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class DayFilter(forms.Form):
    """The day that is asked about, and of which team."""

    on = forms.DateField(label=_("At the end of"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    team = forms.CharField(
        label=_("Team"), required=False, max_length=400, widget=Suggesting(reverse_lazy("people:team-options"))
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_on(self) -> date:
        """Today unless another day is named; none that is still to come, and none before anything was kept."""
        day = self.cleaned_data["on"] or self.today
        if not date(2000, 1, 1) <= day <= self.today:
            raise forms.ValidationError(_("Choose a day that has come."))
        return day

    @property
    def day(self) -> date:
        """The day, or today when it makes no sense."""
        return self.cleaned_data["on"] if self.is_valid() else self.today

    @property
    def path(self) -> str:
        """Of the team; "" for all."""
        self.is_valid()
        return str(self.cleaned_data.get("team") or "").strip().strip("/")
