"""What is typed about skills."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from people.forms.fields import Suggesting
from people.forms.texts import LineField, TextField
from training.models import Module, Skill
from training.skill_levels import LEVELS, NONE

NUMBERS = [(level, str(level)) for level in LEVELS]


class SkillForm(forms.Form):
    """A skill and what one sees at each level."""

    name = LineField(label=_("Name"), max_length=120)
    level_1 = LineField(
        label=_("Level 1"), max_length=300, help_text=_("What one sees somebody do, not what they are.")
    )
    level_2 = LineField(label=_("Level 2"), max_length=300)
    level_3 = LineField(label=_("Level 3"), max_length=300)
    level_4 = LineField(label=_("Level 4"), max_length=300)


class GivenForm(forms.Form):
    """A module, and the level at which it gives the skill; 0: it does not."""

    module = forms.ModelChoiceField(label=_("Module"), queryset=Module.objects.none(), empty_label=_("Choose one"))
    level = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=[*NUMBERS, (NONE, _("Does not give it"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = Module.objects.in_use().order_by("name", "pk")  # type: ignore[attr-defined]


class NeedsForm(forms.Form):
    """What one job needs: a level for each skill."""

    def __init__(self, *args: Any, skills: Iterable[Skill], needs: Mapping[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skills = {f"skill-{skill.pk}": skill for skill in skills}
        for name, skill in self.skills.items():
            self.fields[name] = forms.TypedChoiceField(
                label=skill.name,
                coerce=int,
                choices=[(NONE, _("Not needed")), *NUMBERS],
                initial=needs.get(skill.pk, NONE),
            )

    @property
    def levels(self) -> dict[Skill, int]:
        return {skill: self.cleaned_data[name] for name, skill in self.skills.items()}


class JudgeSkillForm(forms.Form):
    """At which level somebody is, and what was seen."""

    level = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=[(NONE, _("Not yet")), *NUMBERS])
    evidence = TextField(
        label=_("What you saw, and when"),
        max_length=4000,
        help_text=_(
            "They read it, and so does whoever may judge them. Describe what they did, not what they are like."
        ),
    )
    valid_until = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Nothing: until somebody judges again."),
    )


class SkillMatrixFilter(forms.Form):
    """Of those whom the reader sees. `show` is "direct" for direct reports."""

    show = forms.ChoiceField(required=False, choices=[("", ""), ("direct", "")])
    team = forms.CharField(
        label=_("Team"), required=False, max_length=400, widget=Suggesting(reverse_lazy("people:team-options"))
    )
    skill = forms.TypedChoiceField(label=_("Skill"), required=False, coerce=int, empty_value=None)
    gaps = forms.ChoiceField(
        label=_("People"), required=False, choices=[("", _("All")), ("only", _("Below what their job needs"))]
    )

    def __init__(self, data: Any, *, skills: Iterable[Skill]) -> None:
        super().__init__(data)
        self.fields["skill"].choices = [("", _("Any")), *((skill.pk, skill.name) for skill in skills)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What makes sense of it; the rest is as if it were not there."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}
