"""What is written under a recognition."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.texts import TextField


class CommentForm(forms.Form):
    """A comment: plain text."""

    words = TextField(label=_("Your comment"), max_length=1000, rows=2)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"token": uuid4()})
