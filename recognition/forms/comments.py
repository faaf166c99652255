"""What is written under a recognition."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition.forms.texts import MentioningField


class CommentForm(forms.Form):
    """A comment: plain text."""

    words = MentioningField(
        label=_("Your comment"), max_length=1000, rows=2, help_text=_("@ and a name mentions a colleague.")
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"token": uuid4()})
