"""What is typed about modules: their text as a file, what all versions share, how a version is published."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.yaml_files import MOST_BYTES
from people.forms.fields import PersonField
from people.forms.texts import LineField, TextField
from training.models import Module
from training.module_files import parse_module
from training.module_zips import Bundle, is_zip, open_bundle


class ModuleFilter(forms.Form):
    """Which modules to list."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *Module.Kind.choices]
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[("", gettext_lazy("In use")), ("archived", gettext_lazy("Archived"))],
    )


class ContentForm(forms.Form):
    """A module as text: typed, or a file, or a ZIP with its files. A file wins."""

    text = forms.CharField(
        label=gettext_lazy("The module"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true", "class": "code"}),
        help_text=gettext_lazy("Parts in the order in which they are taken. Lessons are written in Markdown."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The text (.yaml), or the text with its files (.zip), as “Download” gives them."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile) and (file.size or 0) > MOST_BYTES and not is_zip(file):
            raise forms.ValidationError(_("The file is larger than %(most)d kB.") % {"most": MOST_BYTES // 1024})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            self.add_error("text", _("Write the module here, or choose a file."))
        return cleaned

    def bundle(self, offered: Collection[str] | None) -> Bundle:
        """What was sent as a module, with its files; call it when the form is valid. Raises as open_bundle does."""
        file = self.cleaned_data["file"]
        if file and is_zip(file):
            return open_bundle(file, most=settings.LESSON_VIDEO_MB * 1024**2, offered=offered)
        return Bundle(parse_module(bytes(file.read()) if file else str(self.cleaned_data["text"]), offered=offered))


class ModuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What all versions of a module share."""

    name = LineField(label=gettext_lazy("Name"), max_length=120)
    summary = TextField(
        label=gettext_lazy("Summary"), max_length=4000, help_text=gettext_lazy("What one can do after it.")
    )
    owner = PersonField(label=gettext_lazy("Owner"), required=False)
    valid_months = forms.IntegerField(
        label=gettext_lazy("Valid for, in months"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=gettext_lazy("Nothing: a completion is valid for good. Completions of the past keep their day."),
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Renewal opens, in days before the end"), min_value=0, max_value=366
    )
    minimum_days = forms.IntegerField(
        label=gettext_lazy("Valid for at least, in days"),
        min_value=0,
        max_value=3660,
        help_text=gettext_lazy("For a fixed day only: who completes it just before that day has until the next one."),
    )
    anchor_month = forms.IntegerField(label=gettext_lazy("Month of the fixed day"), min_value=1, max_value=12)
    anchor_day = forms.IntegerField(label=gettext_lazy("Fixed day"), min_value=1, max_value=31)

    class Meta:
        model = Module
        fields = (
            "name", "summary", "kind", "manager_too", "owner", "review_on", "valid_months", "window_days", "anchor",
            "anchor_month", "anchor_day", "minimum_days",
        )  # fmt: skip
        widgets = {"review_on": forms.DateInput(attrs={"type": "date"}), "anchor": forms.RadioSelect}


class FirstForm(forms.Form):
    """What has to be done before a module can be started: of what is published, or was chosen before."""

    needed = forms.ModelMultipleChoiceField(
        label=gettext_lazy("To be done first"),
        queryset=Module.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, module: Module, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Module.objects.published() | Module.objects.filter(needed_by__module=module)
        field: Any = self.fields["needed"]
        field.queryset = Module.objects.filter(pk__in=offered.values("pk")).exclude(pk=module.pk).order_by("name", "pk")
        field.initial = list(module.prerequisites.values_list("needed", flat=True))


class PublishForm(forms.Form):
    """What changed, and what becomes of those who have the version before."""

    change_note = LineField(
        label=gettext_lazy("What changed"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For whoever compares versions later."),
    )
    under_way = forms.ChoiceField(
        label=gettext_lazy("Who has started the version before"),
        widget=forms.RadioSelect,
        initial="keep",
        choices=[
            ("keep", gettext_lazy("goes on with it")),
            ("move", gettext_lazy("moves to this one; parts that did not change stay done")),
        ],
    )
    completed = forms.ChoiceField(
        label=gettext_lazy("Who has completed it"),
        widget=forms.RadioSelect,
        initial="keep",
        choices=[
            ("keep", gettext_lazy("has nothing to do")),
            ("again", gettext_lazy("takes this version as well, by the day below")),
        ],
    )
    again_due_on = forms.DateField(
        label=gettext_lazy("By"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class FileForm(forms.Form):
    """A file of a draft."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("Of a file with a name that is there already, the new one takes the place."),
    )
