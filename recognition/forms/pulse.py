"""What people answer to the pulse."""

from typing import Any

from django import forms

from recognition.pulse_groups import QUESTIONS


class PulseForm(forms.Form):
    """A score by its anchors for each question."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for one in QUESTIONS:
            self.fields[f"score_{one.number}"] = forms.TypedChoiceField(
                label=str(one.words), coerce=int, widget=forms.RadioSelect,
                choices=[(score, f"{score} · {anchor}") for score, anchor in enumerate(one.anchors, start=1)],
            )  # fmt: skip

    @property
    def scores(self) -> dict[int, int]:
        """Of valid data: what was chosen, by the number of the question."""
        return {one.number: self.cleaned_data[f"score_{one.number}"] for one in QUESTIONS}
