"""What is typed about judgement: decisions with reasons, notes of the debrief."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hiring.models import Decision
from people.forms.texts import TextField

LONGEST = 4000


class DecisionForm(forms.Form):
    """A decision about one application; only `outcomes`, what is possible now, are offered."""

    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = TextField(
        label=_("Your reasons"),
        max_length=LONGEST,
        rows=5,
        help_text=_(
            "What in the evidence led you here. They stay with the application; the candidate may ask for them."
        ),
    )
    seen_departure = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, outcomes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Decision.Outcome.choices)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome, labels[Decision.Outcome(outcome)]) for outcome in outcomes
        ]


class DebriefNoteForm(forms.Form):
    """A note of the debrief."""

    text = TextField(label=_("Note"), max_length=LONGEST, rows=3)
    competency = forms.CharField(widget=forms.HiddenInput, required=False)
