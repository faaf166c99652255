"""Form fields for text as it is stored: NFC, without invisible characters, trimmed; and for texts one to a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from foundation.text import clean_line, clean_text


class LineField(forms.CharField):
    """One line. Line breaks and control characters are refused with a sentence that says so."""

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class TextField(forms.CharField):
    """Several lines, in a text area of `rows` lines that grows with what is typed."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class LinesField(TextField):
    """A list of texts, typed one to a line; empty lines do not count. Cleans to a list."""

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        self.most, self.longest = most, longest
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if len(lines) > self.most:
            raise forms.ValidationError(
                _("These are %(count)d lines; at most %(most)d are kept. Put fewer, or join some."),
                params={"count": len(lines), "most": self.most},
            )
        for number, line in enumerate(lines, start=1):
            if len(line) > self.longest:
                raise forms.ValidationError(
                    _("Line %(number)d has %(length)d characters; make it %(longest)d at most."),
                    params={"number": number, "length": len(line), "longest": self.longest},
                )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial or []), data))
