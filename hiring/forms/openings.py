"""What is typed about openings: the opening itself, its stages, its combination rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import get_default_renderer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hiring import rule as rules
from hiring.models import KitVersion, Opening, Stage
from people.forms.texts import LineField, TextField
from people.models import Person, Role, Site, Team, normal_email

OFFERED = 300  # suggestions in a list; whatever else exists can still be typed


class PersonField(LineField):
    """A colleague by e-mail address, typed or chosen from suggestions ("Name <address>"). Cleans to the Person."""

    def __init__(self, *, offered: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": offered, "autocomplete": "off"}))
        super().__init__(max_length=420, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        address = normal_email(text.rpartition("<")[2].rstrip(">"))
        found = Person.objects.active().filter(email=address).first()
        if found is None:
            raise forms.ValidationError(_("Nobody who works here has this address. Choose from the list."))
        return found


class TeamField(LineField):
    """A team by its path ("Service/Front Desk"), within the teams given to the form. Cleans to the Team."""

    def __init__(self, *, offered: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": offered, "autocomplete": "off"}))
        super().__init__(max_length=500, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = Team.objects.filter(path=text).first() if text else None
        if text and found is None:
            raise forms.ValidationError(_("There is no such team. Choose from the list."))
        return found


def written_person(person: Person | None) -> str:
    """How a person stands in a PersonField."""
    return f"{person.full_name} <{person.email}>" if person else ""


class OpeningForm(forms.Form):
    """An opening; `by` may put it under teams in their scope only."""

    title = LineField(label=gettext_lazy("Title"), max_length=150)
    team = TeamField(label=gettext_lazy("Team"), offered="offered-teams", help_text=gettext_lazy("Its full path."))
    site = forms.ModelChoiceField(label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False)
    headcount = forms.IntegerField(label=gettext_lazy("Headcount"), min_value=1, max_value=1000, initial=1)
    hiring_manager = PersonField(
        label=gettext_lazy("Hiring manager"),
        offered="offered-managers",
        help_text=gettext_lazy("Decides on candidates. Sees this opening and its candidates, and no other."),
    )
    recruiters = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Recruiters"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Recruiters whose scope covers the team see the opening anyway."),
    )
    description = TextField(label=gettext_lazy("Description"), max_length=10_000, required=False, rows=6)
    blind = forms.BooleanField(
        label=gettext_lazy("Blind: panels know candidates by number only, until reveal"), required=False
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]
        recruiters = Person.objects.active().filter(role_grants__role=Role.RECRUITER).distinct()
        self.fields["recruiters"].queryset = recruiters.order_by("full_name", "pk")  # type: ignore[attr-defined]

    def clean_team(self) -> Team | None:
        team: Team | None = self.cleaned_data["team"]
        if team is not None and not self.by.scope_of(Role.RECRUITER).covers(team.pk):
            raise forms.ValidationError(_("You may not recruit for this team."))
        return team

    @staticmethod
    def initial_of(opening: Opening) -> dict[str, Any]:
        return {
            "title": opening.title,
            "team": opening.team.path,
            "site": opening.site_id,
            "headcount": opening.headcount,
            "hiring_manager": written_person(opening.hiring_manager),
            "recruiters": [person.pk for person in opening.recruiters.all()],
            "description": opening.description,
            "blind": opening.blind,
        }


class KitVersionField(forms.TypedChoiceField):
    """A kit version out of those that `offer` was given: looked up once for all stages, not once for each."""

    def offer(self, versions: Mapping[int, KitVersion]) -> None:
        self.coerce = lambda pk: versions[int(pk)]
        self.choices = [("", _("No interview")), *((pk, str(version)) for pk, version in versions.items())]


class StageForm(forms.Form):
    """One stage of an opening."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = LineField(label=gettext_lazy("Stage"), max_length=80, required=False)
    kit_version = KitVersionField(label=gettext_lazy("Interview kit"), required=False, empty_value=None)
    panel_size = forms.IntegerField(label=gettext_lazy("Panel"), min_value=1, max_value=12, initial=3)
    stalled_after_days = forms.IntegerField(
        label=gettext_lazy("Stalled after, days"), min_value=1, max_value=365, initial=7
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("pk") and not given.get("name") and not given.get("DELETE") and "name" not in self.errors:
            self.add_error("name", _("Give this stage a name, or tick “Remove”."))
        return given


if TYPE_CHECKING:
    _StageForms = forms.BaseFormSet[StageForm]
else:
    _StageForms = forms.BaseFormSet


class BaseStageFormSet(_StageForms):
    """All stages of an opening, in order; a stage without a name is not there."""

    def __init__(self, *args: Any, used: Iterable[int] = (), **kwargs: Any) -> None:
        offered = KitVersion.objects.filter(state=KitVersion.State.PUBLISHED) | KitVersion.objects.filter(pk__in=used)
        kits = offered.select_related("kit").order_by("kit__name", "-number")
        self.kits = {version.pk: version for version in kits}
        super().__init__(*args, **kwargs)

    def add_fields(self, form: StageForm, index: int | None) -> None:
        super().add_fields(form, index)
        field = form.fields["kit_version"]
        if isinstance(field, KitVersionField):
            field.offer(self.kits)

    def ordered(self) -> list[dict[str, Any]]:
        """The stages to keep, in the order asked for."""
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("name") and not form.cleaned_data.get("DELETE")
        ]
        return sorted(kept, key=lambda stage: stage.get("ORDER") or len(kept) + 1)


class StageFormSet(BaseStageFormSet):
    """What forms.formset_factory would make, with a name that can be read."""

    form = StageForm
    extra = 1
    can_order = True
    can_delete = True
    can_delete_extra = True
    min_num = 0
    max_num = 20
    absolute_max = 40
    validate_min = False
    validate_max = True
    edit_only = False
    renderer = get_default_renderer()


class ReasonForm(forms.Form):
    """Why something fixed changes, or a seal is broken, or an opening is closed."""

    reason = TextField(label=gettext_lazy("Reason"), max_length=2000, required=False, rows=3)


@dataclass(frozen=True)
class RuleRow:
    """One competency of the rule; `share` is what its weight comes to among the stage's, in percent."""

    name: str
    weight: forms.BoundField
    minimum: forms.BoundField
    share: int


def _typed_weight(value: Any) -> Decimal:
    """What stands in the field, as far as it is a weight: the page shows shares of a form that is still wrong, too."""
    try:
        weight = Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
    return weight if weight.is_finite() and weight > 0 else Decimal(0)


class RuleForm(forms.Form):
    """The combination rule: a weight and a minimum for each competency of each interview stage."""

    compensatory = forms.TypedChoiceField(
        label=gettext_lazy("A missed must-have"),
        choices=[
            ("yes", gettext_lazy("can be made up for by strength elsewhere")),
            ("no", gettext_lazy("puts the candidate below everybody who misses none")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = TextField(label=gettext_lazy("Reason for the change"), max_length=2000, required=False, rows=3)

    def __init__(self, *args: Any, stages: Sequence[Stage], rule: rules.Rule | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stages = stages
        self.fields["compensatory"].initial = "no" if rule and not rule.compensatory else "yes"
        for stage in stages:
            for competency in stage.kit_version.competencies.all() if stage.kit_version else ():
                part = rule.for_stage(str(stage.pk)) if rule else None
                term = next((each for each in part.terms if each.competency == competency.key), None) if part else None
                name = f"{stage.pk}-{competency.key}"
                self.fields[f"weight-{name}"] = forms.DecimalField(
                    label=_("Weight"),
                    required=False,
                    min_value=Decimal(0),
                    max_value=Decimal(rules.GREATEST_WEIGHT),
                    decimal_places=3,
                    initial=rules.written(term.weight) if term else "0",
                )
                self.fields[f"minimum-{name}"] = forms.DecimalField(
                    label=_("Minimum"),
                    required=False,
                    min_value=Decimal(rules.LOWEST_SCORE),
                    max_value=Decimal(rules.HIGHEST_SCORE),
                    decimal_places=3,
                    initial=rules.written(term.minimum) if term and term.minimum is not None else None,
                )

    def rows(self) -> list[tuple[Stage, list[RuleRow]]]:
        """Stages with their competencies for the page, each with its share of the weights as they stand in the form."""
        return [(stage, self._rows(stage)) for stage in self.stages]

    def _rows(self, stage: Stage) -> list[RuleRow]:
        competencies = list(stage.kit_version.competencies.all()) if stage.kit_version else []
        weights = [self[f"weight-{stage.pk}-{each.key}"] for each in competencies]
        typed = [_typed_weight(weight.value()) for weight in weights]
        whole = sum(typed)
        return [
            RuleRow(
                each.name, weight, self[f"minimum-{stage.pk}-{each.key}"], round(100 * share / whole) if whole else 0
            )
            for each, weight, share in zip(competencies, weights, typed, strict=True)
        ]

    def rule(self) -> rules.Rule:
        """What was typed, as a rule; a weight of 0 leaves the competency out. Raises InvalidRule with what is wrong."""
        parts = []
        for stage in self.stages:
            terms = []
            for competency in stage.kit_version.competencies.all() if stage.kit_version else ():
                weight = self.cleaned_data.get(f"weight-{stage.pk}-{competency.key}")
                minimum = self.cleaned_data.get(f"minimum-{stage.pk}-{competency.key}")
                if weight:
                    terms.append(rules.Term(competency.key, weight, minimum))
            if terms:
                parts.append(rules.StageRule(str(stage.pk), tuple(terms)))
        return rules.Rule(tuple(parts), compensatory=self.cleaned_data["compensatory"])


class OpeningFilter(forms.Form):
    """Filters of the list of openings."""

    q = LineField(label=gettext_lazy("Search"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), *Opening.State.choices],
        required=False,
    )


class MoveForm(forms.Form):
    """Applications chosen on the board, and where they go."""

    to = forms.ModelChoiceField(label=gettext_lazy("Move to"), queryset=Stage.objects.none())

    def __init__(self, *args: Any, opening: Opening, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = opening.stages.order_by("position")  # type: ignore[attr-defined]
