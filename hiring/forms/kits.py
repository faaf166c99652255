"""What is typed about kits. A draft is one form of many parts: whatever is pressed, all that was typed arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.yaml_files import MOST_BYTES
from hiring.forms.library import PROBES_HELP
from hiring.kit_files import reading as limits
from hiring.models import Kit, KitCompetency, KitQuestion, KitVersion, Question
from people.forms.texts import LineField, LinesField, TextField


class NumberField(forms.IntegerField):
    """A whole number from `low` to `high`, with one sentence for whatever else is typed."""

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        sentence = format_lazy(gettext_lazy("Type a whole number from {low} to {high}."), low=low, high=high)
        messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)
        super().__init__(min_value=low, max_value=high, error_messages=messages, **kwargs)


class KitForm(forms.Form):
    """Name and purpose, which all versions of a kit share."""

    name = LineField(label=gettext_lazy("Name"), max_length=limits.NAME_LENGTH)
    purpose = TextField(
        label=gettext_lazy("Purpose"),
        max_length=limits.PAGE_LENGTH,
        required=False,
        help_text=gettext_lazy("For which jobs and which conversation this kit is made."),
    )


class NewKitForm(KitForm):
    """A new kit, blank or from a version that may be copied."""

    copy_of = forms.ModelChoiceField(
        label=gettext_lazy("Begin with"),
        queryset=KitVersion.objects.none(),
        required=False,
        empty_label=gettext_lazy("A blank kit"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = KitVersion.objects.filter(state=KitVersion.State.PUBLISHED, kit__archived_at__isnull=True)
        self.fields["copy_of"].queryset = published.select_related("kit").order_by("kit__name", "pk")  # type: ignore[attr-defined]


class KitFilter(forms.Form):
    """Which kits to list."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("In use")),
            ("archived", gettext_lazy("Archived")),
            ("all", gettext_lazy("Both")),
        ],
    )


class PublishForm(forms.Form):
    """What changed, for those who compare versions later; the revision that the publisher read."""

    change_note = LineField(
        label=gettext_lazy("What changed"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One line, shown in the kit's history."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ImportForm(forms.Form):
    """A kit file: uploaded, pasted, or (after the dry run) carried along; and what to do with it."""

    file = forms.FileField(label=gettext_lazy("Kit file"), required=False, help_text=gettext_lazy("A .yaml file."))
    text = forms.CharField(
        label=gettext_lazy("or paste it"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    into = forms.ChoiceField(
        label=gettext_lazy("Make it"), required=False, choices=[("new", ""), ("draft", "")], widget=forms.RadioSelect
    )
    add_to_library = forms.BooleanField(
        label=gettext_lazy("Also add to the library what it lacks of these competencies and questions"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload: UploadedFile[Any] | None = cleaned.get("file")
        if upload is not None and (upload.size or 0) > MOST_BYTES:
            self.add_error("file", _("The file is larger than %(most)d kB.") % {"most": MOST_BYTES // 1024})
        elif upload is None and not cleaned.get("text", "").strip() and not self.errors:
            self.add_error("file", _("Choose a kit file, or paste its text."))
        return cleaned

    def source(self) -> bytes | str:
        upload: UploadedFile[Any] | None = self.cleaned_data.get("file")
        return upload.read() if upload is not None else str(self.cleaned_data["text"])


class DetailsForm(forms.Form):
    """What a version says besides its competencies and questions."""

    length_minutes = NumberField(label=gettext_lazy("Length of the interview"), low=1, high=limits.MOST_MINUTES)
    basis = TextField(
        label=gettext_lazy("Job analysis"),
        max_length=limits.PAGE_LENGTH,
        required=False,
        rows=5,
        help_text=gettext_lazy("The tasks of the job that this kit was derived from, one to a line."),
    )
    opening_text = TextField(
        label=gettext_lazy("How the panel opens"), max_length=limits.PAGE_LENGTH, required=False, rows=4
    )
    opening_minutes = NumberField(label=gettext_lazy("Minutes to open"), low=0, high=limits.MOST_MINUTES)
    closing_text = TextField(
        label=gettext_lazy("The candidate's questions, and how the panel closes"),
        max_length=limits.PAGE_LENGTH,
        required=False,
        rows=4,
    )
    closing_minutes = NumberField(label=gettext_lazy("Minutes to close"), low=0, high=limits.MOST_MINUTES)
    guidance = TextField(
        label=gettext_lazy("Guidance for the panel"),
        max_length=limits.PAGE_LENGTH,
        required=False,
        rows=5,
        help_text=gettext_lazy("Shown before the interview and beside the scorecard."),
    )
    panel_size = NumberField(label=gettext_lazy("Panel size"), low=1, high=limits.MOST_PANELLISTS)
    panel_training = TextField(
        label=gettext_lazy("How the panel is trained"), max_length=limits.PAGE_LENGTH, required=False
    )
    same_panel = forms.BooleanField(label=gettext_lazy("The same panel sees all candidates"), required=False)
    application_hidden = forms.BooleanField(
        label=gettext_lazy("The panel does not see the application"), required=False
    )


class KitCompetencyForm(forms.Form):
    """The draft's copy of a competency: its wording, weight and must-have minimum."""

    name = LineField(label=gettext_lazy("Name"), max_length=limits.NAME_LENGTH)
    weight = NumberField(label=gettext_lazy("Weight"), low=1, high=limits.HIGHEST_WEIGHT)
    minimum = forms.TypedChoiceField(
        label=gettext_lazy("Must-have minimum"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("none")), *((score, str(score)) for score in (1, 2, 3, 4, 5))],
    )
    definition = TextField(label=gettext_lazy("Definition"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    anchor_1 = TextField(
        label=gettext_lazy("What a 1 looks like"), max_length=limits.TEXT_LENGTH, required=False, rows=2
    )
    anchor_2 = TextField(
        label=gettext_lazy("What a 2 looks like"), max_length=limits.TEXT_LENGTH, required=False, rows=2
    )
    anchor_3 = TextField(
        label=gettext_lazy("What a 3 looks like"), max_length=limits.TEXT_LENGTH, required=False, rows=2
    )
    anchor_4 = TextField(
        label=gettext_lazy("What a 4 looks like"), max_length=limits.TEXT_LENGTH, required=False, rows=2
    )
    anchor_5 = TextField(
        label=gettext_lazy("What a 5 looks like"), max_length=limits.TEXT_LENGTH, required=False, rows=2
    )
    no_evidence = TextField(
        label=gettext_lazy("What no evidence means"), max_length=limits.PAGE_LENGTH, required=False, rows=2
    )

    def anchor_fields(self) -> list[forms.BoundField]:
        return [self[f"anchor_{score}"] for score in (1, 2, 3, 4, 5)]


class KitQuestionForm(forms.Form):
    """The draft's copy of a question."""

    text = TextField(label=gettext_lazy("Question"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    probes = LinesField(
        label=gettext_lazy("Probes"),
        most=limits.MOST_PROBES,
        longest=limits.SENTENCE_LENGTH,
        required=False,
        rows=2,
        help_text=PROBES_HELP,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Question.Kind.choices)
    competency_id = forms.TypedChoiceField(label=gettext_lazy("Gives evidence for"), coerce=int)
    minutes = NumberField(label=gettext_lazy("Minutes"), low=1, high=limits.MOST_MINUTES_OF_ONE_QUESTION)

    def __init__(self, *args: Any, competencies: Sequence[KitCompetency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, one.name) for one in competencies]
        self.fields["competency_id"].choices = choices  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Row:
    """One competency or question of the draft, with its form."""

    record: KitCompetency | KitQuestion
    form: forms.Form


@dataclass(frozen=True)
class Typed:
    """A field whose typed value is not what is stored."""

    label: str
    mine: str
    theirs: str


class DraftForm:
    """All of a draft, fetched with its content. Bound to `data`, each part stands for itself: what is right in one
    part can be saved while another still has an error."""

    def __init__(self, version: KitVersion, data: QueryDict | None = None) -> None:
        self.version, self.data = version, data
        self.details = DetailsForm(data, prefix="d", initial=_values(version, DetailsForm))
        competencies, questions = list(version.competencies.all()), list(version.questions.all())
        self.competencies = [Row(one, self._competency(one)) for one in self._arranged(competencies, "competencies")]
        self.questions = [Row(one, self._question(one, competencies)) for one in self._arranged(questions, "questions")]

    @property
    def parts(self) -> list[forms.Form]:
        return [self.details, *(row.form for row in (*self.competencies, *self.questions))]

    def errors(self) -> list[tuple[str, str]]:
        """(id of the field, where and what is wrong) over all parts, in the order of the page."""
        places = {self.details.prefix: ""}
        places |= {row.form.prefix: str(row.record) for row in self.competencies}
        places |= {
            row.form.prefix: _("Question %(number)d") % {"number": number}
            for number, row in enumerate(self.questions, start=1)
        }
        found = []
        for part in self.parts:
            for name, reasons in part.errors.items():
                where = ", ".join(filter(None, [places[part.prefix], str(part[name].label)]))
                found += [(part[name].id_for_label, f"{where}: {reason}") for reason in reasons]
        return found

    def valid_parts(self) -> dict[str, Any]:
        """The arguments of save_draft for the parts without errors, and the order of rows as it was sent."""
        return {
            "details": self.details.cleaned_data if self.details.is_valid() else None,
            "competencies": _cleaned(self.competencies),
            "questions": _cleaned(self.questions),
            "competency_order": self._sent("competencies"),
            "question_order": self._sent("questions"),
        }

    def without(self, row_id: str) -> bool:
        """Whether no part has an error, the row (such as "q12", about to be removed) left out."""
        return all(part.is_valid() for part in self.parts if part.prefix != row_id)

    def typed(self) -> list[Typed]:
        """What was typed and differs from what is stored; rows that are gone included."""
        found = []
        for part in self.parts:
            for name in part.changed_data if part.is_bound else []:
                field = part[name]
                stored = field.field.prepare_value(part.initial.get(name))
                found.append(Typed(str(field.label), _said(field.value()), _said(stored)))
        return found + self._gone()

    def _gone(self) -> list[Typed]:
        present = {str(part.prefix) for part in self.parts}
        labels = {"text": _("Question"), "probes": _("Probes"), "name": _("Competency"), "definition": _("Definition")}
        found = []
        for name, value in (self.data or QueryDict()).items():
            prefix, _dash, field = name.partition("-")
            if field in labels and prefix not in present and str(value).strip():
                found.append(Typed(labels[field], str(value), _("removed meanwhile")))
        return found

    def _sent(self, name: str) -> list[int]:
        sent = self.data.getlist(name) if self.data is not None else []
        return [int(pk) for pk in sent if pk.isascii() and pk.isdigit()]

    def _arranged(self, rows: list[Any], name: str) -> list[Any]:
        places = {pk: place for place, pk in enumerate(self._sent(name))}
        return sorted(rows, key=lambda row: places.get(row.pk, len(places)))

    def _bound(self, name: str, pk: int) -> QueryDict | None:
        # A row that came meanwhile was not on the page that was sent: it shows what is stored.
        return self.data if pk in self._sent(name) else None

    def _competency(self, one: KitCompetency) -> KitCompetencyForm:
        data = self._bound("competencies", one.pk)
        return KitCompetencyForm(data, prefix=f"c{one.pk}", initial=_values(one, KitCompetencyForm))

    def _question(self, one: KitQuestion, competencies: Sequence[KitCompetency]) -> KitQuestionForm:
        return KitQuestionForm(
            self._bound("questions", one.pk),
            prefix=f"q{one.pk}",
            initial=_values(one, KitQuestionForm),
            competencies=competencies,
        )


def _values(record: Kit | KitVersion | KitCompetency | KitQuestion, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in form.base_fields}


def _cleaned(rows: Sequence[Row]) -> dict[int, Mapping[str, Any]]:
    return {row.record.pk: row.form.cleaned_data for row in rows if row.form.is_bound and row.form.is_valid()}


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
