"""What is typed about one question, one scene, one line of a rubric. Rows that are left empty do not count."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import key_of
from people.forms.texts import LineField, LinesField, TextField
from training import authoring
from training.contents import LEVELS, Choice, Option, Pair, Part, Question, RubricLine, Scenario, Scene
from training.forms.parts import Edited
from training.module_files.reading import MOST_OPTIONS, SENTENCE_LENGTH, TEXT_LENGTH

NEW = "+"  # no key of a scene
LEAST_ROWS = 2
MOST_ACCEPTED = 20
TYPES = {
    "single": gettext_lazy("One right answer"),
    "multiple": gettext_lazy("Several right answers"),
    "order": gettext_lazy("Put in order"),
    "match": gettext_lazy("Match pairs"),
    "text": gettext_lazy("A word or two"),
}
ENDINGS = {
    "": gettext_lazy("It goes on: the learner chooses"),
    "good": gettext_lazy("It ends well"),
    "mixed": gettext_lazy("It ends so-so"),
    "bad": gettext_lazy("It ends badly"),
}
_IN_ROW = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


class AddItemForm(Edited):
    """A question of some type, or a line of a rubric, to begin with an example. Not valid for a part without either."""

    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=list(TYPES.items()))

    def __init__(self, data: Any, part: Part) -> None:
        self.part, self.keys = part, [one.key for one in authoring.items_of(part)]
        super().__init__(data, held={"keys": self.keys})
        self.fields["type"].required = part.kind == "quiz"

    def clean(self) -> dict[str, Any]:
        if self.part.kind not in {"quiz", "practice"}:
            raise forms.ValidationError(_("Nothing is added to a part of this kind."))
        return super().clean() or {}

    def added(self) -> Question | RubricLine:
        """The new one. Call it when the form is valid."""
        name = "question" if self.part.kind == "quiz" else "line"
        key = key_of(f"{name}-{len(self.keys) + 1}", self.keys, otherwise=name)
        if self.part.kind == "quiz":
            return authoring.example_question(self.cleaned_data["type"], key=key)
        return authoring.example_line(key=key)


class ItemForm(Edited):
    """One item of a part, and what becomes of the part."""

    def __init__(self, data: Any, part: Part, item: Any) -> None:
        self.part, self.item = part, item
        super().__init__(data, held=self.held_by(item))

    def held_by(self, item: Any) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        raise NotImplementedError

    def changed(self) -> Part:
        """The part with the item as it is then. Call it when the form is valid."""
        raise NotImplementedError


class RowsForm(ItemForm):
    """An item with rows of fields called `<rows>-<column>-<number>`; those that hold nothing do not count."""

    rows_of = ""
    columns: tuple[str, ...] = ()

    def __init__(self, data: Any, part: Part, item: Any) -> None:
        super().__init__(data, part, item)
        self.filled: list[int] = []
        for number in range(MOST_OPTIONS if self.rows_of else 0):
            for column in self.columns:
                field = self.fields[self.name_of(column, number)] = self.field_of(column)
                field.label = f"{field.label} {number + 1}"  # in the summary of errors; the page says it by the row

    def name_of(self, column: str, number: int) -> str:
        return f"{self.rows_of}-{column}-{number}"

    def field_of(self, column: str) -> forms.Field:
        """A new field of this column."""
        raise NotImplementedError

    def held_by_rows(self, things: Sequence[Any]) -> dict[str, Any]:
        """What the fields of the rows hold, when these things stand in them."""
        rows = enumerate(things)
        return {self.name_of(column, n): _plain(getattr(thing, column)) for n, thing in rows for column in self.columns}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All up to the last that holds something, and one more."""
        return self._rows(0, self._shown)

    @property
    def more_rows(self) -> list[dict[str, Any]]:
        return self._rows(self._shown, MOST_OPTIONS)

    def typed_rows(self) -> list[dict[str, Any]]:
        """The values of the rows that hold something, which `field_at` then knows. Call it when the form is valid."""
        values = self.cleaned_data
        self.filled = self._filled(values)
        return [{column: values[self.name_of(column, number)] for column in self.columns} for number in self.filled]

    def field_at(self, place: str) -> str | None:
        inside = _IN_ROW.match(place)
        if inside is None or inside[1] != self.rows_of:
            return super().field_at(place.partition("[")[0])
        row = int(inside[2]) - 1
        name = self.name_of(inside[3], self.filled[row]) if row < len(self.filled) else ""
        return name if name in self.fields else None

    def _rows(self, start: int, end: int) -> list[dict[str, Any]]:
        numbers = range(start, end if self.rows_of else 0)
        return [{"number": n + 1, **{one: self[self.name_of(one, n)] for one in self.columns}} for n in numbers]

    @property
    def _shown(self) -> int:
        filled = self._filled(self.data if self.is_bound else self.held)
        return min(MOST_OPTIONS, 1 + max(LEAST_ROWS, 1 + max(filled, default=0)))

    def _filled(self, values: Any) -> list[int]:
        return [n for n in range(MOST_OPTIONS) if any(values.get(self.name_of(one, n)) for one in self.columns)]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class QuestionForm(RowsForm):
    """A question of a quiz, with what its type asks for."""

    text = TextField(label=gettext_lazy("The question"), max_length=TEXT_LENGTH)
    explanation = TextField(
        label=gettext_lazy("Explanation"),
        required=False,
        max_length=TEXT_LENGTH,
        help_text=gettext_lazy("Shown when the attempt is handed in, whatever was answered."),
    )
    MADE_OF = {
        "single": ("options", ("text", "right", "why")),
        "multiple": ("options", ("text", "right", "why")),
        "match": ("pairs", ("left", "right")),
    }

    def __init__(self, data: Any, part: Part, item: Question) -> None:
        self.rows_of, self.columns = self.MADE_OF.get(item.type, ("", ()))
        super().__init__(data, part, item)
        if item.type == "order":
            self.fields["steps"] = LinesField(
                most=MOST_OPTIONS,
                longest=SENTENCE_LENGTH,
                label=_("The steps"),
                help_text=_("One a line, in the right order. They are shown shuffled."),
            )
        elif item.type == "text":
            self.fields["accepted"] = LinesField(
                most=MOST_ACCEPTED,
                longest=SENTENCE_LENGTH,
                label=_("Accepted answers"),
                help_text=_("One a line. Capitals, accents and punctuation do not count."),
            )

    def field_of(self, column: str) -> forms.Field:
        if self.rows_of == "pairs":
            label = {"left": _("Left"), "right": _("Right")}[column]
            return LineField(label=label, required=False, max_length=SENTENCE_LENGTH)
        if column == "right":
            return forms.BooleanField(label=_("Right"), required=False)
        if column == "why":
            return TextField(label=_("Why"), required=False, rows=2, max_length=TEXT_LENGTH)
        return TextField(label=_("Answer"), required=False, rows=1, max_length=SENTENCE_LENGTH)

    def held_by(self, item: Question) -> dict[str, Any]:
        held: dict[str, Any] = {"text": item.text, "explanation": item.explanation}
        lists = {"order": "steps", "text": "accepted"}
        if item.type in lists:
            return held | {lists[item.type]: list(getattr(item, lists[item.type]))}
        return held | self.held_by_rows(getattr(item, self.rows_of))

    def changed(self) -> Part:
        values, rows = self.cleaned_data, self.typed_rows() if self.rows_of else []
        question = replace(
            self.item,
            text=values["text"],
            explanation=values["explanation"],
            options=tuple(Option(**row) for row in rows) if self.rows_of == "options" else (),
            pairs=tuple(Pair(**row) for row in rows) if self.rows_of == "pairs" else (),
            steps=tuple(values.get("steps", ())),
            accepted=tuple(values.get("accepted", ())),
        )
        return authoring.with_items(self.part, authoring.put(authoring.items_of(self.part), question))


class SceneForm(RowsForm):
    """A scene of a conversation: what the customer says, and how it goes on."""

    says = TextField(label=gettext_lazy("What the customer says"), rows=4, max_length=TEXT_LENGTH)
    ending = forms.ChoiceField(
        label=gettext_lazy("Then"), required=False, choices=list(ENDINGS.items()), widget=forms.RadioSelect
    )
    drop = forms.BooleanField(
        label=gettext_lazy("Remove scenes that no way leads to any more"),
        required=False,
        help_text=gettext_lazy("Otherwise they stop you from saving, so that nothing written is lost by accident."),
    )
    rows_of, columns = "choices", ("text", "to", "shows", "why")

    def __init__(self, data: Any, part: Part, item: Scene) -> None:
        super().__init__(data, part, item)
        self.order_fields(["says", "ending"])

    @property
    def scenario(self) -> Scenario:
        content = self.part.content
        assert isinstance(content, Scenario)  # noqa: S101  the view asks by kind
        return content

    def field_of(self, column: str) -> forms.Field:
        if column == "to":
            scenes = [(one.key, f"{one.key}: {Truncator(one.says).chars(50)}") for one in self.scenario.scenes]
            choices = [("", "—"), *scenes, (NEW, _("a new scene"))]
            return forms.ChoiceField(label=_("Leads to"), required=False, choices=choices)
        if column == "shows":
            names = [(one.key, one.name) for one in self.scenario.behaviours]
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label=_("Shows"), required=False, choices=names, widget=widget)
        if column == "why":
            return TextField(label=_("Why"), required=False, rows=2, max_length=TEXT_LENGTH)
        return TextField(label=_("What the learner may say"), required=False, rows=1, max_length=SENTENCE_LENGTH)

    def held_by(self, item: Scene) -> dict[str, Any]:
        return {"says": item.says, "ending": item.ending, **self.held_by_rows(item.choices)}

    def changed(self) -> Part:
        values = self.cleaned_data
        choices = tuple(Choice(**row | {"shows": tuple(row["shows"])}) for row in self.typed_rows())
        scene = replace(self.item, says=values["says"], ending=values["ending"], choices=choices)
        scenario = authoring.with_scene(self.scenario, scene, new=NEW)
        if values["drop"]:
            scenario = replace(scenario, scenes=authoring.reached(scenario.scenes))
        return replace(self.part, content=scenario)


class RubricLineForm(ItemForm):
    """One behaviour that an observer judges."""

    behaviour = LineField(label=gettext_lazy("What one sees them do"), max_length=SENTENCE_LENGTH)

    def __init__(self, data: Any, part: Part, item: RubricLine) -> None:
        super().__init__(data, part, item)
        for level in LEVELS:
            label = _("What level %(level)d looks like") % {"level": level}
            self.fields[f"anchor-{level}"] = TextField(label=label, rows=2, max_length=TEXT_LENGTH)

    def held_by(self, item: RubricLine) -> dict[str, Any]:
        anchors = zip(LEVELS, item.anchors, strict=True)
        return {"behaviour": item.behaviour, **{f"anchor-{level}": text for level, text in anchors}}

    def field_at(self, place: str) -> str | None:
        return super().field_at(place.replace("anchors.", "anchor-"))

    def changed(self) -> Part:
        values = self.cleaned_data
        anchors = tuple(values[f"anchor-{level}"] for level in LEVELS)
        line = replace(self.item, behaviour=values["behaviour"], anchors=anchors)
        return authoring.with_items(self.part, authoring.put(authoring.items_of(self.part), line))


ITEM_FORMS: dict[str, type[ItemForm]] = {"quiz": QuestionForm, "scenario": SceneForm, "practice": RubricLineForm}
