"""What is written to thank somebody."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField, TeamPathField
from people.forms.texts import LineField
from people.models import Person
from recognition.forms.texts import MentioningField
from recognition.models import Praise, Reach, Value

PEOPLE = 3  # fields to begin with; more are asked for one by one
MOST = 50


class StoryForm(forms.Form):
    """The story, by three questions; only the second must be answered."""

    happened = MentioningField(
        label=_("What happened?"),
        required=False,
        max_length=1000,
        rows=2,
        help_text=_("The situation, for readers who were not there."),
    )
    did = MentioningField(
        label=_("What did they do?"),
        max_length=2000,
        rows=3,
        help_text=_(
            "What you saw or heard, so that others can do it too. No customers' names; @ mentions a colleague."
        ),
    )
    changed = MentioningField(
        label=_("What did it change?"),
        required=False,
        max_length=1000,
        rows=2,
        help_text=_("For the customer, for you, for the team."),
    )
    link = forms.URLField(
        label=_("Link to what shows it"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("A ticket or a survey, if there is one. Whoever reads this may not be able to open it."),
    )


class PictureForm(forms.Form):
    """A picture, and what is to be seen in it."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_(
            "JPEG, PNG or WebP; place and camera are removed. Nobody in it who would not like it, and no customers. "
            "It is shown while all whom you thank wish to show their photo."
        ),
    )
    picture_alt = LineField(
        label=_("What is to be seen in it"),
        required=False,
        max_length=300,
        help_text=_("For colleagues who don't see it."),
    )


class RecogniseForm(PictureForm, StoryForm):
    """Whom, for which value, the story, and who may see it."""

    team = TeamPathField(label=_("Or a whole team"), required=False)
    value = forms.ModelChoiceField(
        label=_("An example of"), queryset=Value.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    visibility = forms.TypedChoiceField(
        label=_("Who may see it"),
        choices=Reach,
        coerce=int,
        initial=Reach.EVERYONE,
        help_text=_("It reaches no further than they wish themselves."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    field_order = [
        "value",
        "team",
        "happened",
        "did",
        "changed",
        "link",
        "picture",
        "picture_alt",
        "visibility",
        "token",
    ]

    def __init__(self, data: Any = None, files: Any = None, *, to: Person | None = None) -> None:
        super().__init__(data, files, initial={"token": uuid4(), "to_0": to})
        self.fields["value"].queryset = Value.objects.in_use().order_by("position", "pk")  # type: ignore[attr-defined]
        for number in range(self._asked(data)):
            self.fields[f"to_{number}"] = PersonField(
                label=_("Whom") if not number else _("And"),
                required=False,
                max_length=254,
                help_text="" if number else PersonField().help_text,
            )

    @staticmethod
    def _asked(data: Any) -> int:
        """As many fields as were sent, or three."""
        sent = [name for name in data or {} if name.startswith("to_")]
        return min(max(len(sent), PEOPLE), MOST)

    @property
    def people_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("to_")]

    def add_person(self) -> None:
        """One more field."""
        number = len(self.people_fields)
        if number < MOST:
            self.fields[f"to_{number}"] = PersonField(label=_("And"), required=False, max_length=254, help_text="")

    @property
    def thanked(self) -> list[Person]:
        """Of valid data: whom, in the order typed."""
        return [person for name, person in self.cleaned_data.items() if name.startswith("to_") and person]


class RecognisePraiseForm(RecogniseForm):
    """Thank people with a customer's words: whom they are about to begin with, and one's own sentence if one likes."""

    def __init__(self, data: Any = None, *, praise: Praise) -> None:
        super().__init__(data)
        for name in ("team", "happened", "changed", "link", "picture", "picture_alt"):
            del self.fields[name]
        people = [person for person in praise.about.all() if person.is_active]
        for number, person in enumerate(people[:MOST]):
            if f"to_{number}" not in self.fields:
                self.add_person()
            self.initial[f"to_{number}"] = person
        self.fields["did"].required = False
        self.fields["did"].help_text = _(
            "If you saw or heard it, too, or know more. The customer's words stand above it."
        )
