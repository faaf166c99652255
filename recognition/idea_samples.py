"""What notices of ideas look like, about nobody who exists."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def waits() -> Content:
    text = [
        _("Guests who arrive before three wait in the lobby with their cases."),
        _("An answer is promised by Friday 4 December."),
    ]
    return Content(_("An idea waits for your answer: A shelf for early arrivals"), text, "/", _("Answer"))


def answered() -> Content:
    text = [_("It costs a shelf and saves us an argument a day."), _("Alex Example sees to it, by 18 December 2026.")]
    return Content(_("We do it: A shelf for early arrivals"), text, "/", _("Read it"))


def yours() -> Content:
    text = [_("A shelf behind the desk, with numbered tags."), _("By Friday 18 December.")]
    return Content(_("You are to do it: A shelf for early arrivals"), text, "/", _("Open it"))
