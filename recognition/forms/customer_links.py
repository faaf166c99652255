"""What a steward says of a link for customers, and what a customer writes there."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.texts import LineField, TextField
from people.models import Site
from recognition.praise_rows import LONGEST_LINE

LONGEST = 2000


class CustomerLinkForm(forms.Form):
    """For which site, and where it hangs."""

    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none())
    name = LineField(label=_("Where it hangs"), max_length=80, help_text=_("Such as: at the parcel desk."))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]


class CustomerForm(forms.Form):
    """As few questions as will do. Whom it is about is written freely: no page tells a stranger who works here."""

    kind = forms.ChoiceField(
        label=_("What would you like to tell us?"),
        choices=[("praise", _("Something was good")), ("complaint", _("Something went wrong"))],
        initial="praise",
        widget=forms.RadioSelect,
    )
    original = TextField(label=_("What happened?"), max_length=LONGEST, rows=6)
    whom = LineField(
        label=_("Whom do you mean?"),
        required=False,
        max_length=LONGEST_LINE,
        help_text=_("A name, or what you remember. You can leave it empty."),
    )
    customer = LineField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_LINE,
        help_text=_("You can leave it empty. We take it out of what you wrote, and then delete it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    consent = forms.BooleanField(
        label=_("Colleagues may read what I wrote, without my name"),
        required=False,
        help_text=_("Without it, only those who look after the team learn of it."),
    )
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=2000)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"token": uuid4()})
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    def clean_token(self) -> UUID:
        """Random, as the page gave it."""
        token: UUID = self.cleaned_data["token"]
        if token.version != 4:
            raise forms.ValidationError(_("Open the page again."))
        return token

    @property
    def is_of_a_program(self) -> bool:
        """Of valid data: whether the field was filled in that nobody sees."""
        return bool(self.cleaned_data["website"])

    @property
    def left(self) -> dict[str, Any]:
        """Of valid data, what the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}
