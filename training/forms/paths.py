"""What is typed about paths: what they say, their steps, whom they are given."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.yaml_files import MOST_BYTES
from people.forms.fields import PersonField
from people.forms.texts import LineField, TextField
from training.forms.assignments import GiveForm
from training.models import Module, Path

MOST_STEPS, SPARE, MOST_DAYS = 30, 3, 3660


class PathForm(forms.Form):
    """What a path says, and its steps: a module, its days, and its place among the others. Rows without a module are
    left out; three are spare."""

    name = LineField(label=gettext_lazy("Name"), max_length=120)
    description = TextField(
        label=gettext_lazy("Description"), max_length=4000, help_text=gettext_lazy("What one can do after it.")
    )
    language = LineField(label=gettext_lazy("Language"), max_length=40, initial="English")
    owner = PersonField(label=gettext_lazy("Owner"), required=False)
    in_order = forms.BooleanField(
        label=gettext_lazy("One after the other: a module can be started when those before it are done"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, path: Path | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = list(path.steps.order_by("position")) if path else []
        had = [step.module_id for step in steps]
        offered = Module.objects.filter(pk__in=Module.objects.published().values("pk"))
        found = (offered | Module.objects.filter(pk__in=had)).distinct().order_by("name", "pk")
        choices = [("", _("No module")), *((one.pk, one.name) for one in found)]
        self.modules = {one.pk: one for one in found}
        self.rows = range(1, min(len(steps) + SPARE if path else 2 * SPARE, MOST_STEPS) + 1)
        for number in self.rows:
            step = steps[number - 1] if number <= len(steps) else None
            self.fields[f"module-{number}"] = forms.TypedChoiceField(
                label=_("Module %(number)d") % {"number": number},
                choices=choices,
                required=False,
                coerce=int,
                empty_value=None,
                initial=step.module_id if step else None,
            )
            self.fields[f"days-{number}"] = forms.IntegerField(
                label=_("Days"),
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                initial=step.due_days if step else None,
            )
            self.fields[f"place-{number}"] = forms.IntegerField(
                label=_("Place"), required=False, min_value=1, max_value=999, initial=number
            )

    def step_rows(self) -> list[list[Any]]:
        """The fields of each row, for the page."""
        return [[self[f"{name}-{number}"] for name in ("module", "days", "place")] for number in self.rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: list[tuple[int, int, Module, int | None]] = []
        for number in self.rows:
            module = cleaned.pop(f"module-{number}", None)
            days, place = cleaned.pop(f"days-{number}", None), cleaned.pop(f"place-{number}", None)
            if module is None:
                continue
            if any(module == other.pk for _place, _number, other, _days in chosen):
                self.add_error(f"module-{number}", _("This module is in the path already."))
            chosen.append((place or number, number, self.modules[module], days))
        cleaned["steps"] = [(module, days) for _place, _number, module, days in sorted(chosen, key=lambda one: one[:2])]
        return cleaned


class PathFileForm(forms.Form):
    """Paths as text: a file, or typed. A file wins."""

    file = forms.FileField(label=gettext_lazy("A file"), required=False, max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 16, "class": "code"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile) and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)d kB.") % {"most": MOST_BYTES // 1024})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a file, or write its text."))
        return cleaned

    def source(self) -> str | bytes:
        """What to read; call it when the form is valid."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file else str(self.cleaned_data["text"])


class GivePathForm(GiveForm):
    """Whom to put on a path. Without a day each step has its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].label = _("All of it due")
        self.fields["due_on"].help_text = _("Nothing: each module has its own day, counted from today.")
