"""What training's notices look like, about nobody who exists: operators see no others (docs/decisions/0008)."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def assigned() -> Content:
    text = [_("You take customers' calls from December on."), _("It takes about 30 minutes."), _("Due on Tue 1 Dec.")]
    return Content(_("To take: Recovering a customer"), text, "/", _("Start"))


def path() -> Content:
    text = [_("Everybody at the desk begins with it."), _("It has 7 modules.")]
    return Content(_("A path for you: New to the service desk"), text, "/", _("See where it begins"))


def due() -> Content:
    return Content(_("Recovering a customer: due in 7 days"), [_("It takes about 30 minutes.")], "/", _("Start"))


def late() -> Content:
    text = [_("It was due on Tue 1 Dec. Perhaps an hour to take it is all that is missing.")]
    return Content(_("Alex Example is late with “Recovering a customer”"), text, "/", _("See how far, give more time"))


def to_judge() -> Content:
    text = [_("Recovering a customer"), _("Please judge it by Tue 8 Dec.")]
    return Content(_("Alex Example asks you to watch: Play your case"), text, "/", _("See what to judge"))


def judged() -> Content:
    return Content(_("Signed off: Play your case"), [_("Kim Example has written what they saw.")], "/", _("Read it"))


def expiring() -> Content:
    text = [_("You took it because you chose to, so nobody asks it of you again.")]
    return Content(_("Recovering a customer holds until Fri 1 Jan"), text, "/", _("Take it again"))


def review() -> Content:
    return Content(_("To be reviewed: Recovering a customer"), [_("Its review was set for Tue 1 Dec.")], "/", _("Look"))


def skill_judged() -> Content:
    text = [_("Kim Example judged it on Tue 1 Dec."), _("Level 3: finds words that calm, also when it is hard.")]
    return Content(_("Patience: level 3"), text, "/", _("See what they saw"))


def revoked() -> Content:
    text = [_("Why: the quiz was taken by somebody else."), _("It is asked of you again, due on Tue 1 Dec.")]
    return Content(_("Revoked: Recovering a customer, completed on Mon 2 Nov 2026"), text, "/", _("Take it again"))


def waited() -> Content:
    text = [_("It began, and no seat came free for you."), _("With free seats: Thursday 3 December, 14:00")]
    return Content(_("No seat for you: Calm voices, Tuesday 1 December, 14:00"), text, "/", _("Choose another date"))


def session() -> Content:
    text = [_("When: Thursday 3 December, 14:00 to 16:00"), _("Where: Room 4, ground floor")]
    return Content(_("Your seat: Calm voices, Thursday 3 December, 14:00"), text, "/", _("See the session"))


def session_tomorrow() -> Content:
    text = [_("When: Thursday 3 December, 14:00 to 16:00"), _("Where: Room 4, ground floor")]
    return Content(_("Soon: Calm voices, Thursday 3 December, 14:00"), text, "/", _("See the session"))


def attendance() -> Content:
    text = [_("They have done the part when you say that they were there.")]
    return Content(_("Who was there: Calm voices, Thursday 3 December"), text, "/", _("Mark who was there"))
