"""What a customer said, as an employee enters it and a steward checks it."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField, TeamPathField
from people.forms.texts import LineField, TextField
from people.models import Person, Site
from recognition.models import Praise
from recognition.praise_rows import LONGEST, MOST_ABOUT

ABOUT = 3


class PraiseForm(forms.Form):
    """What was said, by which way, about whom, and whether it may be shown."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Praise.Kind, initial=Praise.Kind.PRAISE, widget=forms.RadioSelect
    )
    original = TextField(
        label=_("What did the customer say?"),
        max_length=LONGEST,
        rows=5,
        help_text=_(
            "In their words, as far as you can. Names and numbers are masked, and a steward looks at it first."
        ),
    )
    customer = LineField(
        label=_("Customer's name"),
        required=False,
        max_length=200,
        help_text=_(
            "Only to take it out of the text; several are parted by semicolons. Deleted as soon as the text is checked."
        ),
    )
    channel = forms.ChoiceField(label=_("How did it reach us?"), choices=Praise.ENTERED_BY)
    source = LineField(label=_("Where exactly"), required=False, max_length=200, help_text=_("Such as the survey."))
    said_on = forms.DateField(label=_("When?"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none(), required=False)
    team = TeamPathField(label=_("Team"), required=False)
    about_0 = PersonField(label=_("About whom"), required=False, max_length=254)
    about_1 = PersonField(label=_("And"), required=False, max_length=254, help_text="")
    about_2 = PersonField(label=_("And"), required=False, max_length=254, help_text="")
    consent = forms.BooleanField(
        label=_("The customer agrees that we show it here"),
        required=False,
        help_text=_("Without it, nobody but the stewards and whoever leads the team reads it."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"token": uuid4(), **initial})
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]

    def clean_token(self) -> UUID:
        """Random, as the page gave it: those made of a reference are for imports alone."""
        token: UUID = self.cleaned_data["token"]
        if token.version != 4:
            raise forms.ValidationError(_("Open the page again."))
        return token

    @property
    def entered(self) -> dict[str, Any]:
        """Of valid data, what the action takes."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("about_")}
        people: list[Person] = [person for n in range(ABOUT) if (person := self.cleaned_data[f"about_{n}"])]
        return given | {"about": people}


class CheckForm(forms.Form):
    """The words as they may be read, whom they are about, and what becomes of them."""

    words = TextField(
        label=_("What may be read"),
        required=False,
        max_length=2 * LONGEST,
        rows=8,
        help_text=_("Take out what still tells who the customer is; put back what was masked without need."),
    )
    team = TeamPathField(label=_("Team"), required=False)
    decision = forms.ChoiceField(choices=[(state, state) for state in ("shown", "lesson", "discarded")])

    def __init__(self, data: Any = None, *, praise: Praise) -> None:
        """As many places as it is about people already, and one more."""
        people = list(praise.about.filter(is_active=True).order_by("full_name", "pk"))
        super().__init__(data, initial={"words": praise.words, "team": praise.team})
        places = max(ABOUT, min(len(people) + 1, MOST_ABOUT))
        for number, person in enumerate([*people, *[None] * (places - len(people))][:places]):
            label = _("About whom") if number == 0 else _("And")
            field = PersonField(label=label, required=False, max_length=254, initial=person)
            field.help_text = field.help_text if number == 0 else ""
            self.fields[f"about_{number}"] = field

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("about_")]

    @property
    def checked(self) -> dict[str, Any]:
        """Of valid data, what the action takes. A page without these fields leaves whom it is about as it is."""
        given = {name: self.cleaned_data[name] for name in ("words", "decision")}
        if "about_0" not in self.data:
            return given
        people = [person for field in self.places if (person := self.cleaned_data[field.name])]
        return given | {"about": people, "team": self.cleaned_data["team"]}
