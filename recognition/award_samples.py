"""What notices of awards look like, about nobody who exists."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def opens() -> Content:
    text = [_("For whoever stays calm."), _("Nominate a colleague until Fri 18 Dec, midnight where you are.")]
    return Content(_("Nominations are open: Calm in the storm, Winter"), text, "/", _("Nominate somebody"))


def closes() -> Content:
    text = [_("Nominating ends tonight at midnight, where you are.")]
    return Content(_("You have a draft, and this is the last day: Calm in the storm"), text, "/", _("Hand it in"))


def judging() -> Content:
    text = [_("3 nominees are yours to judge."), _("Until Fri 18 Dec. Your scores are sealed until all are in.")]
    return Content(_("Judging is due: Calm in the storm, Winter"), text, "/", _("Judge"))


def approval() -> Content:
    text = [_("Read the citation and the fairness report, and approve it. It is announced at its hour.")]
    return Content(_("Approval waits: Calm in the storm, Winter"), text, "/", _("Look at it"))


def announced() -> Content:
    text = [_("Alex Example: Opened sixty-one doors by hand, with an apology at each.")]
    return Content(_("Announced: Calm in the storm, Winter"), text, "/", _("Read it"))


def nominated() -> Content:
    text = [_("Nominated by Kim Example. Read what they said of you.")]
    return Content(_("You were nominated: Calm in the storm, Winter"), text, "/", _("Read it"))
