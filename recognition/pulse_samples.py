"""What notices of the pulse look like, about nobody who exists."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def opens() -> Content:
    text = [_("Two questions, no names. Until Thu 31 Dec, midnight where you are.")]
    return Content(_("How was our service this month?"), text, "/", _("Answer"))
