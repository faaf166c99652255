"""Passwords, beyond Django's validators: no word of the organisation's own, no common one dressed up (ASVS 6.2)."""

import string
from functools import cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.text import fold


class OrganisationWordsValidator:
    """Refuses passwords made of the organisation's name or the product's, with little else around them."""

    def validate(self, password: str, user: object | None = None) -> None:
        words = {"rapport", *(word for word in fold(settings.ORGANISATION_NAME).split() if len(word) > 3)}
        rest = fold(password)
        for word in words:
            rest = rest.replace(word, "")
        if len(rest) < 8 and rest != fold(password):
            raise ValidationError(
                _("This password leans on the name of the organisation or the portal. Choose unrelated words."),
                code="password_organisation_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be built on the organisation's or the portal's name.")


class DressedUpValidator:
    """Refuses a common password that was only repeated, or lengthened with digits and signs at its ends.

    Django's list is of whole passwords, few of them as long as ours must be.
    """

    def validate(self, password: str, user: object | None = None) -> None:
        core = password.lower().strip(string.digits + string.punctuation + string.whitespace)
        # A text is made of repetitions exactly if it occurs in its own double before the end of the first.
        unit = core[: (core + core).find(core, 1)] if core else ""
        if unit and unit in _common():
            raise ValidationError(
                _("This is too common a password with something added. Choose unrelated words."),
                code="password_dressed_up",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be a common one with something added.")


@cache
def _common() -> set[str]:
    return set(CommonPasswordValidator().passwords)
