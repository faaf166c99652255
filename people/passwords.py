"""Passwords: beyond Django's validators, no word of the organisation's own (ASVS 5.0, 6.2.11)."""

from django.conf import settings
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
