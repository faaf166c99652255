"""What is typed about candidates: filters, who they are, notes, files, and imports of many."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import clean_address
from hiring.candidate_rows import COLUMNS
from hiring.models import Application
from people.forms.texts import LineField, TextField

LARGEST_FILE = 5 * 1024 * 1024
LONGEST_NOTE = 5000


class AddressField(LineField):
    """An e-mail address in the one form under which it is stored."""

    widget = forms.EmailInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return clean_address(text) if text else ""


class CandidateFilter(forms.Form):
    """Filters of the list. Whatever is not among the choices is an error, and then nothing is filtered by it."""

    q = LineField(label=gettext_lazy("Search"), max_length=100, required=False)
    opening = forms.TypedChoiceField(label=gettext_lazy("Opening"), coerce=int, empty_value=None, required=False)
    stage = forms.TypedChoiceField(label=gettext_lazy("Stage"), coerce=int, empty_value=None, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), ("in_play", gettext_lazy("In play")), *Application.State.choices],
        required=False,
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source"), choices=[("", gettext_lazy("All")), *Application.Source.choices], required=False
    )
    stalled = forms.BooleanField(label=gettext_lazy("Only stalled"), required=False)

    def __init__(
        self, *args: Any, openings: Sequence[tuple[int, str]], stages: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opening"].choices = [("", _("All")), *openings]  # type: ignore[attr-defined]
        if stages:
            self.fields["stage"].choices = [("", _("All")), *stages]  # type: ignore[attr-defined]
        else:
            del self.fields["stage"]


class ContactForm(forms.Form):
    """Name and contact of a candidate."""

    full_name = LineField(label=gettext_lazy("Full name"), max_length=150)
    email = AddressField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    phone = LineField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("email") and not given.get("phone"):
            self.add_error("email", _("Give an e-mail address or a phone number, so that somebody can answer them."))
        return given


class ApplicationForm(ContactForm):
    """Somebody new in an opening. `same` is the candidate whom the page has shown as the same human."""

    source = forms.ChoiceField(
        label=gettext_lazy("Source"), choices=Application.Source.choices, initial=Application.Source.OTHER
    )
    applied_on = forms.DateField(
        label=gettext_lazy("Applied on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = TextField(
        label=gettext_lazy("Note"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy("For the people of this opening. Panels never see notes."),
    )
    same = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["applied_on"].initial = today

    def clean_applied_on(self) -> date:
        day: date = self.cleaned_data["applied_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if day.year < 1990:
            raise forms.ValidationError(_("That is very long ago. Check the year."))
        return day


class NoteForm(forms.Form):
    """A note on an application."""

    text = TextField(label=gettext_lazy("Note"), max_length=LONGEST_NOTE)


class FileForm(forms.Form):
    """A file that came with an application. What it is shows only in its content (foundation.uploads)."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        help_text=gettext_lazy("PDF, DOCX, ODT, plain text, PNG or JPEG, up to 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.odt,.txt,.png,.jpg,.jpeg"}),
    )


class ColumnsForm(forms.Form):
    """Which column of a file feeds which field; "" leaves a column out."""

    def __init__(
        self, *args: Any, headings: Sequence[str], chosen: dict[str, str], samples: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings
        choices = [("", _("Leave out")), *((column.name, column_label(column.name)) for column in COLUMNS)]
        for number, heading in enumerate(headings):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=chosen.get(heading, ""),
                help_text=_("Such as “%(sample)s”") % {"sample": samples[heading]} if samples.get(heading) else "",
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        taken: dict[str, str] = {}
        for name, field in list(given.items()):
            if field and field in taken:
                self.add_error(name, _("“%(other)s” feeds this already.") % {"other": taken[field]})
            elif field:
                taken[field] = self.headings[int(name.partition("-")[2])]
        return given

    def columns(self) -> dict[str, str]:
        """Heading to field name."""
        return {heading: self.cleaned_data[f"column-{number}"] for number, heading in enumerate(self.headings)}


def column_label(name: str) -> str:
    """What people call a field of the import."""
    return {
        "full_name": _("Full name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "opening": _("Opening"),
        "source": _("Source"),
        "applied_on": _("Applied on"),
        "notes": _("Notes"),
    }[name]
