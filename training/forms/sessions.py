"""What is typed about live sessions: when, where, by whom, for how many; who gets a seat; why one is called off."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField
from people.forms.shared import BeginForm
from people.forms.texts import LineField, LinesField
from training.models.sessions import MOST_SEATS

MOST_MINUTES = 24 * 60


class SessionForm(BeginForm):
    """A session, in the zone of whoever plans it; `part` only where there is a choice."""

    part = forms.ChoiceField(label=_("What"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=MOST_MINUTES)
    place = LineField(label=_("Place"), required=False, max_length=200, help_text=_("A room or an address."))
    link = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=400,
        validators=[URLValidator(schemes=["https", "http"], message=_("This is no address of a page: https://…"))],
        help_text=_("Of a call. Only whoever has a seat sees it."),
    )
    trainer = PersonField(label=_("Held by"))
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=MOST_SEATS)
    field_order = ("part", "date", "time", "minutes")

    def __init__(self, *args: Any, parts: list[tuple[str, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parts is None:
            del self.fields["part"]
        else:
            self.fields["part"].choices = parts  # type: ignore[attr-defined]

    def plan(self) -> dict[str, Any]:
        """As the actions take it; call it when the form is valid."""
        given = self.cleaned_data
        ends_at = given["starts_at"] + timedelta(minutes=given["minutes"])
        kept = {name: given[name] for name in ("starts_at", "place", "link", "trainer", "seats")}
        return kept | {"ends_at": ends_at}


class SessionCancelForm(forms.Form):
    reason = LineField(
        label=_("Why it is cancelled"), max_length=300, help_text=_("Everybody who had a seat or waited reads it.")
    )


class SeatsForm(forms.Form):
    """Who gets a seat; of those named, only whom the reader may give training are taken."""

    people = LinesField(
        label=_("People"), most=100, longest=254, rows=4, help_text=_("E-mail addresses, one to a line.")
    )


class CorrectForm(forms.Form):
    there = forms.ChoiceField(
        label=_("They"),
        widget=forms.RadioSelect,
        choices=[("yes", _("were there")), ("no", _("were not there"))],
    )
    reason = LineField(label=_("Why"), max_length=300, help_text=_("It stays with the session."))
