"""Failures we expect, told to the person who can act on them."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise


class Refused(Exception):
    """An anticipated failure; nothing was changed. `str()` of it is a sentence the reader can act on.

    Pages show it beside the form or as a message; the API answers 409 with it. `code` is a stable word
    for programs, never shown to people.
    """

    code = "refused"

    def __init__(self, message: "str | Promise", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        # Late, so that a lazy translation is read in the language of whoever sees it.
        return str(self.message)


class Conflict(Refused):
    """Somebody else changed the thing since the caller read it. Read it again, then decide again."""

    code = "conflict"


class Invalid(Refused):
    """What was sent breaks a rule that only the action can check; `errors` says which, field by field.

    The key "" holds what belongs to no single field.
    """

    code = "invalid"

    def __init__(
        self,
        message: "str | Promise",
        *,
        errors: Mapping[str, Sequence["str | Promise"]] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self._errors = {name: list(reasons) for name, reasons in (errors or {}).items()}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Field name to sentences, translated at the moment of reading."""
        return {name: [str(reason) for reason in reasons] for name, reasons in self._errors.items()}
