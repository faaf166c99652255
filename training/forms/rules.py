"""What is typed about rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.forms.fields import TeamPathField
from people.forms.texts import LineField
from people.models import Role, Site
from training.models import Rule, Skill

MOST_DAYS = 3660


class RuleForm(forms.Form):
    """Whom a rule reaches, all of which must hold, and when what it gives is due."""

    name = LineField(label=gettext_lazy("Name"), max_length=120)
    why = LineField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("They read it beside the module: “Everybody at a desk takes this when they begin.”"),
    )
    team = TeamPathField(label=gettext_lazy("Team, and all below it"), required=False)
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False, empty_label=gettext_lazy("Any")
    )
    job_title = LineField(label=gettext_lazy("Job title"), required=False, max_length=120)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("Any")), *Role.choices]
    )
    leads_people = forms.BooleanField(label=gettext_lazy("Only whom somebody reports to"), required=False)
    joined_within_days = forms.IntegerField(
        label=gettext_lazy("Joined within the last days"), required=False, min_value=0, max_value=MOST_DAYS
    )
    joined_before_days = forms.IntegerField(
        label=gettext_lazy("Here for at least so many days"), required=False, min_value=0, max_value=MOST_DAYS
    )
    skill = forms.ModelChoiceField(
        label=gettext_lazy("Skill below what the job needs"),
        queryset=Skill.objects.none(),
        required=False,
        empty_label=gettext_lazy("Any"),
        help_text=gettext_lazy("Only people whose level is lower than their job title asks for."),
    )
    due = forms.ChoiceField(
        label=gettext_lazy("Due"), choices=Rule.Due.choices, widget=forms.RadioSelect, initial=Rule.Due.GIVEN
    )
    due_days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, max_value=MOST_DAYS, initial=30)
    due_on = forms.DateField(
        label=gettext_lazy("Fixed day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["skill"].queryset = Skill.objects.in_use().order_by("name", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("due") == Rule.Due.FIXED and not cleaned.get("due_on"):
            self.add_error("due_on", _("Name the day."))
        return cleaned
