"""What is typed about one completion from elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.texts import LineField
from training.models import Module, ModuleVersion

DAY = {"type": "date"}


class OutsideForm(forms.Form):
    """One completion, and what shows it."""

    module = forms.ModelChoiceField(label=_("Module"), queryset=Module.objects.none())
    completed_on = forms.DateField(label=_("Completed on"), widget=forms.DateInput(attrs=DAY))
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs=DAY),
        help_text=_("Nothing: as long as the module says."),
    )
    source = LineField(label=_("Where it was done"), max_length=200)
    evidence = LineField(
        label=_("Evidence"), required=False, max_length=500, help_text=_("Such as a number or an address of the paper.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = ModuleVersion.objects.filter(state=ModuleVersion.State.PUBLISHED).values("module")
        found = Module.objects.in_use().filter(pk__in=published).order_by("name", "pk")
        self.fields["module"].queryset = found  # type: ignore[attr-defined]
