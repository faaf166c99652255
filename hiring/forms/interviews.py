"""What is typed about interviews: when, where, who, and why one is called off or its seal broken."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hiring.models import Panellist, Stage
from people.forms.shared import BeginForm
from people.forms.texts import LineField, TextField
from people.models import Person

SEAT = "panel-"  # each panellist's role comes under this and their id
MOST_SEATS = 12


class InterviewFilter(forms.Form):
    """Which interviews to list."""

    WHO = [("", _("Mine")), ("all", _("All that I may see"))]

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    who = forms.ChoiceField(label=_("Whose"), required=False, choices=WHO)
    show = forms.ChoiceField(
        required=False,
        choices=[("", _("To come")), ("waiting", _("Waiting for scorecards")), ("past", _("Past"))],
        widget=forms.HiddenInput,
    )


class TimeForm(BeginForm):
    """When and where."""

    place = LineField(
        label=_("Place or link"),
        max_length=300,
        required=False,
        help_text=_("A room, an address, or the link of a call. Everyone on the panel sees it."),
    )


class ScheduleForm(TimeForm):
    """A new interview: the stage as well."""

    stage = forms.ModelChoiceField(label=_("Stage"), queryset=Stage.objects.none(), empty_label=None)
    field_order = ("stage", "date", "time", "place")

    def __init__(self, *args: Any, stages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = stages  # type: ignore[attr-defined]


class PanelForm(forms.Form):
    """Another panel. Who sits on it comes as any number of `panel-<person id>=<role>`: see chosen_panel."""


def chosen_panel(data: Mapping[str, Any]) -> list[tuple[Person, str]]:
    """People and their roles as the form holds them, in the order in which they were added; unknown ids and roles are
    left out, as no honest page sends them."""
    roles: dict[int, str] = {}
    for name, value in data.items():
        number = name.removeprefix(SEAT)
        if name.startswith(SEAT) and number.isdecimal() and len(number) < 19 and value in Panellist.Role.values:
            roles[int(number)] = value
    people = Person.objects.with_place().in_bulk(list(roles)[:MOST_SEATS])
    return [(people[pk], role) for pk, role in roles.items() if pk in people]


class CancelForm(forms.Form):
    """Why an interview is called off."""

    reason = TextField(
        label=_("Why it is cancelled"),
        max_length=1000,
        help_text=_("The panel sees this. It stays with the interview."),
    )


class NoShowForm(forms.Form):
    """What is known of it."""

    reason = TextField(label=_("What you know of it"), max_length=1000, required=False)


class BreakSealForm(forms.Form):
    """Why the panel is shown before it is complete."""

    reason = TextField(
        label=_("Why you break the seal"),
        max_length=1000,
        help_text=_("It stays in view wherever these scorecards are read, for good, with your name."),
    )
