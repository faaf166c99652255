"""What came of a look at a ring."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition.models import Ring


class LookForm(forms.Form):
    """An outcome, and a note if there is anything to say."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=Ring.Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by stewards. No judgement about anybody."),
    )  # fmt: skip
