"""What narrows down who stands where."""

from collections.abc import Iterable
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
            ("waiting", _("Waits on an observer")),
            ("expired", _("Run out")),
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
