"""What is typed about a module's draft, piece by piece. A form knows its piece and what becomes of it.

Lengths are those of `module_files`, so that they are told beside the field; what no single field shows is told by the
rules of a file, which every change goes through (`Edited.explain`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import digest_of, key_of
from foundation.yaml_files import FileError
from people.forms.texts import LineField, TextField
from training import authoring
from training.contents import LEVELS, Lesson, Part, Video
from training.models import Module, ModulePart
from training.module_files.reading import (
    MOST_BEHAVIOURS,
    MOST_MINUTES,
    MOST_QUESTIONS,
    NAME_LENGTH,
    PAGE_LENGTH,
    SENTENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)


def seal_of(held: Mapping[str, Any]) -> str:
    """A short word for what fields hold: another one as soon as any of them holds something else."""
    return digest_of(held)[:32]


class Edited(forms.Form):
    """Fields that hold part of a draft. `seen` is the seal of what they held when the page was made."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    is_refused = False

    def __init__(self, data: Any = None, *, held: Mapping[str, Any]) -> None:
        self.held = held
        super().__init__(data, initial={**held, "seen": seal_of(held)})

    @property
    def is_stale(self) -> bool:
        """Whether the fields held something else when the page was made that was sent."""
        return self.is_bound and self.data.get("seen") != self.initial["seen"]

    def take_notice(self) -> None:
        """Refuse for now, and let what was typed stand beside what is held now: sent again, it replaces that."""
        self.is_refused = True
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = self.initial["seen"]  # type: ignore[index]
        for name, value in self.held.items():
            if name in self.fields and name not in self.data and not isinstance(value, bool):
                self.data[name] = self.fields[name].prepare_value(value)  # type: ignore[index]

    def theirs(self) -> list[tuple[str, Any]]:
        """Label and present value of the fields in which something else was typed."""
        shown = [self[name] for name in self.fields if name != "seen" and not isinstance(self.held.get(name), bool)]
        return [(str(one.label), one.initial) for one in shown if one.initial and one.name in self.changed_data]

    def field_at(self, place: str) -> str | None:
        """The field that holds what a file has at this place, counted from the piece that is edited."""
        return place if place in self.fields else None

    def explain(self, error: FileError, place: str) -> None:
        """Show what the rules of a file say: beside its field, or above the form."""
        for problem in error.problems[:20]:
            inside = problem.place.startswith(f"{place}.")
            name = self.field_at(problem.place.removeprefix(f"{place}.")) if inside else None
            said = problem.message.removeprefix(problem.place).lstrip(": ") if name else problem.message
            said = authoring.in_words(said)
            self.add_error(name, said[:1].upper() + said[1:])


class StartForm(forms.Form):
    """A module's first step."""

    name = LineField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Module.Kind.choices, widget=forms.RadioSelect)
    summary = TextField(
        label=gettext_lazy("Summary"), max_length=TEXT_LENGTH, help_text=gettext_lazy("What one can do after it.")
    )


def _minutes() -> forms.IntegerField:
    return forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=MOST_MINUTES)


class AddPartForm(Edited):
    """A part to begin with an example."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ModulePart.Kind.choices)
    title = LineField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    minutes = _minutes()

    def __init__(self, data: Any, parts: tuple[Part, ...]) -> None:
        super().__init__(data, held={"keys": [part.key for part in parts]})
        self.parts = parts
        self.initial["minutes"] = 5

    def added(self) -> Part:
        """The new part. Call it when the form is valid."""
        values = self.cleaned_data
        key = key_of(values["title"], [part.key for part in self.parts], otherwise="part")
        return authoring.example_part(values["kind"], key=key, title=values["title"], minutes=values["minutes"])


class PartForm(Edited):
    """What every part has, and the fields of its content that are called alike in both."""

    title = LineField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    minutes = _minutes()
    skipped_in_renewal = forms.BooleanField(
        label=gettext_lazy("Skipped in a renewal"),
        required=False,
        help_text=gettext_lazy("Whoever renews the module, or takes it again soon enough, is not asked for it."),
    )
    OF_PART = ("title", "minutes", "skipped_in_renewal")
    OF_CONTENT: tuple[str, ...] = ()

    def __init__(self, data: Any, part: Part) -> None:
        self.part = part
        super().__init__(data, held=self.held_by(part))

    def held_by(self, part: Part) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        own = {name: getattr(part, name) for name in self.OF_PART}
        return own | {name: getattr(part.content, name) for name in self.OF_CONTENT}

    def changed(self) -> Part:
        """The part as it is then; what has no field here stays. Call it when the form is valid."""
        values, content = self.cleaned_data, self.part.content
        content = replace(content, **{name: values[name] for name in self.OF_CONTENT})
        return replace(self.part, **{name: values[name] for name in self.OF_PART}, content=content)


class LessonForm(PartForm):
    """A page to read."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        widget=forms.RadioSelect,
        choices=[
            ("plain", gettext_lazy("Something to know")),
            ("rules", gettext_lazy("The rules")),
            ("good_model", gettext_lazy("A model to follow")),
            ("bad_model", gettext_lazy("A model to avoid")),
        ],
    )
    text = TextField(
        label=gettext_lazy("Text"),
        rows=16,
        max_length=PAGE_LENGTH,
        help_text=gettext_lazy("In Markdown: ## begins a heading, - a point of a list, **bold**, *slanted*."),
    )
    video_title = LineField(label=gettext_lazy("Title of the video"), required=False, max_length=TITLE_LENGTH)
    video_file = LineField(
        label=gettext_lazy("Its file"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("As it is called among the files of this draft, or else a link below."),
    )
    video_link = LineField(label=gettext_lazy("Its link"), required=False, max_length=SENTENCE_LENGTH)
    video_captions = LineField(
        label=gettext_lazy("File of its captions"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("WebVTT."),
    )
    video_language = LineField(label=gettext_lazy("Language of the captions"), required=False, max_length=12)
    video_transcript = TextField(
        label=gettext_lazy("Transcript"),
        rows=6,
        required=False,
        max_length=PAGE_LENGTH,
        help_text=gettext_lazy("What is said and seen. A video needs captions or this."),
    )
    OF_CONTENT = ("purpose", "text")
    OF_VIDEO = ("title", "file", "link", "captions", "language", "transcript")

    @property
    def video(self) -> list[forms.BoundField]:
        return [self[f"video_{name}"] for name in self.OF_VIDEO]

    @property
    def has_video(self) -> bool:
        """Whether one is held or typed, or something is wrong with it."""
        return any(one.value() or one.errors for one in self.video if one.name != "video_language")

    def held_by(self, part: Part) -> dict[str, Any]:
        video = cast(Lesson, part.content).video or Video(title="")
        return super().held_by(part) | {f"video_{name}": getattr(video, name) for name in self.OF_VIDEO}

    def field_at(self, place: str) -> str | None:
        return super().field_at("video_link" if place == "video" else place.replace("video.", "video_"))

    def changed(self) -> Part:
        part = super().changed()
        typed = {name: self.cleaned_data[f"video_{name}"] for name in self.OF_VIDEO}
        none = not any(typed[name] for name in self.OF_VIDEO if name != "language")
        video = None if none else Video(**typed | {"language": typed["language"] or "en"})
        return replace(part, content=replace(cast(Lesson, part.content), video=video))


class WritingForm(PartForm):
    """Something to write."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        widget=forms.RadioSelect,
        choices=[
            ("reflection", gettext_lazy("Think it over")),
            ("scenario", gettext_lazy("A case of their own")),
            ("goal", gettext_lazy("A goal")),
        ],
    )
    prompt = TextField(label=gettext_lazy("What they are to write"), rows=8, max_length=PAGE_LENGTH)
    OF_CONTENT = ("purpose", "prompt")


class SessionForm(PartForm):
    """Done by being there."""

    text = TextField(label=gettext_lazy("What happens there, what to bring"), rows=8, max_length=PAGE_LENGTH)
    OF_CONTENT = ("text",)


class EvidenceForm(PartForm):
    """Learned elsewhere, and shown by what is handed in."""

    text = TextField(label=gettext_lazy("What counts, and what shows it"), rows=8, max_length=PAGE_LENGTH)
    OF_CONTENT = ("text",)


class QuizForm(PartForm):
    """The settings of a quiz; its questions have pages of their own."""

    pass_percent = forms.IntegerField(
        label=gettext_lazy("Passed with, in percent"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Of the questions asked."),
    )
    draw = forms.IntegerField(
        label=gettext_lazy("How many are asked"),
        required=False,
        min_value=1,
        max_value=MOST_QUESTIONS,
        help_text=gettext_lazy("Drawn for each attempt. Nothing: all of them."),
    )
    attempts = forms.IntegerField(
        label=gettext_lazy("Attempts"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Nothing: as many as one likes."),
    )
    OF_CONTENT = ("pass_percent", "draw", "attempts")


class PracticeForm(PartForm):
    """The task of a practice; the lines of its rubric have pages of their own."""

    task = TextField(label=gettext_lazy("The task"), rows=8, max_length=PAGE_LENGTH)
    pass_level = forms.TypedChoiceField(
        label=gettext_lazy("Passed when every line reaches"),
        coerce=int,
        choices=[(level, str(level)) for level in LEVELS],
    )
    OF_CONTENT = ("task", "pass_level")


class ScenarioForm(PartForm):
    """How a conversation begins and what it is to show; its scenes have pages of their own."""

    text = TextField(label=gettext_lazy("Who calls, and why"), rows=5, max_length=PAGE_LENGTH)
    pass_percent = forms.IntegerField(
        label=gettext_lazy("Passed with, in percent"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Of the behaviours below."),
    )
    OF_CONTENT = ("text", "pass_percent")

    def __init__(self, data: Any, part: Part) -> None:
        super().__init__(data, part)
        self.names = {f"behaviour-{one.key}": one for one in part.content.behaviours}  # type: ignore[union-attr]
        self.more = [f"more-{number}" for number in range(1, 1 + MOST_BEHAVIOURS - len(self.names))]
        for number, name in enumerate([*self.names, *self.more], start=1):
            label = _("Behaviour %(number)d") % {"number": number}
            self.fields[name] = LineField(label=label, required=False, max_length=SENTENCE_LENGTH)

    def held_by(self, part: Part) -> dict[str, Any]:
        behaviours = part.content.behaviours  # type: ignore[union-attr]
        return super().held_by(part) | {f"behaviour-{one.key}": one.name for one in behaviours}

    @property
    def behaviours(self) -> list[forms.BoundField]:
        """A field for each, and one more."""
        return [self[name] for name in [*self.names, *self.more[:1]]]

    @property
    def more_behaviours(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more[1:]]

    def changed(self) -> Part:
        part, values = super().changed(), self.cleaned_data
        kept = [replace(one, name=values[name]) for name, one in self.names.items() if values[name]]
        added = [values[name] for name in self.more if values[name]]
        return replace(part, content=authoring.with_behaviours(part.content, kept, added))  # type: ignore[arg-type]


PART_FORMS: dict[str, type[PartForm]] = {
    "lesson": LessonForm,
    "writing": WritingForm,
    "quiz": QuizForm,
    "scenario": ScenarioForm,
    "practice": PracticeForm,
    "session": SessionForm,
    "evidence": EvidenceForm,
}
