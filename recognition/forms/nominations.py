"""Whom somebody nominates, and what speaks for them by each criterion."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField
from people.forms.texts import TextField
from people.models import Person
from recognition.models import Criterion

LONGEST = 2000


class NominationForm(forms.Form):
    """Nothing is required: a draft keeps whatever there is, and handing in says what is missing."""

    nominee = PersonField(label=_("Whom do you nominate?"), max_length=254, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        criteria: Sequence[Criterion],
        nominee: Person | None = None,
        said: Mapping[int, str] | None = None,
    ) -> None:
        super().__init__(data, initial={"nominee": nominee})
        self.criteria = criteria
        for one in criteria:
            self.fields[f"words_{one.pk}"] = TextField(
                label=one.name, max_length=LONGEST, required=False, rows=4, initial=(said or {}).get(one.pk, "")
            )

    @property
    def arguments(self) -> list[tuple[Criterion, forms.BoundField]]:
        return [(one, self[f"words_{one.pk}"]) for one in self.criteria]

    @property
    def words(self) -> dict[int, str]:
        """Of valid data: what speaks for them, by the key of the criterion."""
        return {one.pk: self.cleaned_data[f"words_{one.pk}"] for one in self.criteria}
