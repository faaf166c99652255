"""What recognition's notices look like, about nobody who exists."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def recognised() -> Content:
    text = [_("You stayed on the line with me through my first complaint."), _("An example of: Lift others")]
    return Content(_("Alex Example thanks you"), text, "/", _("Read it"))
