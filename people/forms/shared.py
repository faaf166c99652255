"""Forms that several apps build on: a file of rows, and a day and hour."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.spreadsheets import MAX_BYTES

FARTHEST = timedelta(days=2 * 365)


class TableForm(forms.Form):
    """A CSV file; what its rows mean is for its import to say."""

    file = forms.FileField(
        label=_("CSV file"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        help_text=_("Any separator and encoding; up to 20 MB and 100,000 rows."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it into smaller ones."))
        return file


class BeginForm(forms.Form):
    """When something begins, in the zone of whoever plans it."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> dict[str, Any]:
        """`starts_at` beside what was typed; a time that the clocks skip or repeat that night is refused."""
        given = super().clean() or {}
        if given.get("date") and given.get("time"):
            try:
                given["starts_at"] = from_current_timezone(datetime.combine(given["date"], given["time"]))
            except forms.ValidationError:
                self.add_error("time", _("The clocks change that night, so this time comes twice or never."))
        if given.get("starts_at") and given["starts_at"] > timezone.now() + FARTHEST:
            self.add_error("date", _("That is more than two years ahead. Check the year."))
        return given
