"""What stewards write about awards: programmes, rounds, why one is cancelled."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField, TeamPathField
from people.forms.texts import LineField, LinesField, TextField
from people.models import Site, Team
from recognition.models import Programme, TieRule, Value
from recognition.models.awards import ANCHORS, MOST_CRITERIA

TEAMS = 3


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, widget=box)


class ProgrammeForm(forms.Form):
    """A programme with its rubric, its rules and who can be nominated."""

    name = LineField(label=_("Name"), max_length=100, help_text=_("Such as “Calm in the storm”."))
    purpose = TextField(
        label=_("What it is for"), max_length=1000, rows=2, help_text=_("Something more than what the contract asks.")
    )
    value = forms.ModelChoiceField(label=_("Stands for the value"), queryset=Value.objects.none(), required=False)
    prize = LineField(
        label=_("What comes with it"),
        max_length=200,
        required=False,
        help_text=_("Such as a day off. It can be nothing."),
    )
    owner = PersonField(label=_("Owner"), max_length=254)
    quorum = forms.IntegerField(
        label=_("Judges for each nominee, at least"), min_value=1, max_value=9, initial=2,
        help_text=_("Who is judged by fewer can't win."),
    )  # fmt: skip
    tie_rule = forms.ChoiceField(
        label=_("When nominees are equally good"), choices=TieRule, initial=TieRule.LOWEST, widget=forms.RadioSelect
    )
    places = forms.IntegerField(label=_("Winners of a round"), min_value=1, max_value=10, initial=1)
    most = forms.IntegerField(label=_("Nominations of each person in a round"), min_value=1, max_value=20, initial=2)
    cool_off = forms.IntegerField(
        label=_("Rounds that a winner sits out"), min_value=0, max_value=24, initial=2,
        help_text=_("So that it goes round."),
    )  # fmt: skip
    months = forms.IntegerField(label=_("Months with us, at least"), min_value=0, max_value=120, initial=0)
    sites = forms.ModelMultipleChoiceField(
        label=_("Only people of these sites"), queryset=Site.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, programme: Programme | None = None, **initial: Any) -> None:
        super().__init__(data, initial=_as_typed(programme) | initial)
        self.fields["value"].queryset = Value.objects.in_use().order_by("position", "pk")  # type: ignore[attr-defined]
        self.fields["sites"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]
        for number in range(TEAMS):
            label = _("And this one") if number else _("Only people of this team and those below it")
            self.fields[f"team_{number}"] = TeamPathField(label=label, required=False)
        for number in range(MOST_CRITERIA):
            self.fields[f"criterion_{number}"] = LineField(label=_("Criterion"), max_length=100, required=number < 2)
            self.fields[f"anchors_{number}"] = LinesField(
                label=_("What 1, 2, 3, 4 and 5 mean"), most=ANCHORS, longest=300, rows=5, required=number < 2,
                help_text=_("Five lines, from 1 to 5, each something that one can see."),
            )  # fmt: skip

    @property
    def criteria(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"criterion_{number}"], self[f"anchors_{number}"]) for number in range(MOST_CRITERIA)]

    @property
    def teams(self) -> list[forms.BoundField]:
        return [self[f"team_{number}"] for number in range(TEAMS)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for number in range(MOST_CRITERIA):
            name, anchors = found.get(f"criterion_{number}"), found.get(f"anchors_{number}")
            if name and anchors is not None and len(anchors) != ANCHORS:
                self.add_error(f"anchors_{number}", _("Write five lines: what one sees at 1, at 2, and so on to 5."))
            elif anchors and name == "":
                self.add_error(f"criterion_{number}", _("Name what these lines are about."))
        return found

    @property
    def written(self) -> dict[str, Any]:
        """Of valid data, what the action takes."""
        own = {name: value for name, value in self.cleaned_data.items() if not name.startswith(_PARTS)}
        teams: list[Team] = [team for n in range(TEAMS) if (team := self.cleaned_data[f"team_{n}"])]
        rubric = [
            {"name": name, "anchors": self.cleaned_data[f"anchors_{n}"]}
            for n in range(MOST_CRITERIA)
            if (name := self.cleaned_data[f"criterion_{n}"])
        ]
        return own | {"teams": teams, "rubric": rubric}


_PARTS = ("team_", "criterion_", "anchors_")


def _as_typed(programme: Programme | None) -> dict[str, Any]:
    if programme is None:
        return {}
    own = ("name", "purpose", "value", "prize", "owner", "quorum", "tie_rule", "places", "most", "cool_off", "months")
    found = {name: getattr(programme, name) for name in own} | {"sites": list(programme.sites.all())}
    found |= {f"team_{number}": team for number, team in enumerate(programme.teams.order_by("path")[:TEAMS])}
    for number, one in enumerate(programme.rubric):
        found |= {f"criterion_{number}": one["name"], f"anchors_{number}": one["anchors"]}
    return found


class RoundForm(forms.Form):
    """A round and its days."""

    name = LineField(label=_("Name"), max_length=100, help_text=_("Such as “Winter 2026”."))
    opens_on = _day(_("First day to nominate"), _("From everybody's own midnight."))
    closes_on = _day(_("Last day to nominate"), _("Until everybody's own midnight."))
    judge_by = _day(_("Last day to judge"))
    announce_at = forms.DateTimeField(
        label=_("Announced at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("If it is approved by then; else as soon as it is."),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = TextField(label=_("Why"), max_length=1000, rows=3, help_text=_("Everybody who sees the round reads it."))


class CitationForm(forms.Form):
    """Why somebody wins."""

    words = TextField(
        label=_("Why they win"),
        max_length=2000,
        rows=5,
        help_text=_("Everybody who may know of it reads this. What they did, and what it changed; no customer's name."),
    )
