"""Texts in which colleagues may be mentioned."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from people.forms.texts import TextField


class MentioningField(TextField):
    """Several lines; behind an @ it proposes colleagues."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        attrs = {
            "rows": rows,
            "data-mentions": reverse_lazy("people:person-options"),
            "data-mentions-label": _("Colleagues"),
        }
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)
