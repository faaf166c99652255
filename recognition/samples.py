"""What recognition's notices look like, about nobody who exists."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def recognised() -> Content:
    text = [_("You stayed on the line with me through my first complaint."), _("An example of: Lift others")]
    return Content(_("Alex Example thanks you"), text, "/", _("Read it"))


def reported() -> Content:
    return Content(_("A recognition was reported"), [_("It is hidden until a steward decides.")], "/", _("Decide"))


def ruled() -> Content:
    text = [_("It names a customer. Say the same without the name."), _("You can appeal until Tue 15 Dec 14:00.")]
    return Content(_("Removed: what you wrote"), text, "/", _("Read why"))


def commented() -> Content:
    return Content(_("Kim Example wrote a comment"), [_("I was there, and learned from it.")], "/", _("Read it"))


def mentioned() -> Content:
    text = [_("@Alex Example had found the parcel in the end, after three calls.")]
    return Content(_("Kim Example mentioned you"), text, "/", _("Read it"))


def praise_waits() -> Content:
    text = [_("Compare them with what the masking left, and decide what becomes of them.")]
    return Content(_("A customer's words wait to be checked"), text, "/", _("Check them"))


def praise_ages() -> Content:
    text = [_("They have waited long for a check. What the customer wrote is deleted on 20 December, checked or not.")]
    return Content(_("Customers' words lose their original soon"), text, "/", _("Check them"))
