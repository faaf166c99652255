"""What hiring's notices look like, about nobody who exists: for operators, who see no others (docs/decisions/0008)."""

from django.utils.translation import gettext as _

from notifications.kinds import Content


def interview_tomorrow() -> Content:
    where = [_("Receptionist · Interview"), _("Room 2")]
    return Content(_("Tomorrow, 10:00: interview with Alex Example"), where, "/", _("Prepare"))


def interview_soon() -> Content:
    where = [_("Receptionist · Interview"), _("Room 2")]
    return Content(_("Today, 10:00: interview with Alex Example"), where, "/", _("Prepare"))


def candidate_tomorrow() -> Content:
    text = [
        _("We look forward to meeting you about: Receptionist."),
        _("Where: Room 2"),
        _("Times are those of Europe/London."),
    ]
    return Content(_("Tomorrow, 10:00: your interview with us"), text)


def scorecard_due() -> Content:
    text = [
        _("Receptionist · Interview"),
        _("Write it while the answers are fresh: what you rate without notes you rate by impression."),
    ]
    return Content(_("Your scorecard of Alex Example is due"), text, "/", _("Write the scorecard"))


def scorecard_missing() -> Content:
    text = [_("2 of 3 are in, four days after the interview.")]
    return Content(_("Scorecards of Alex Example are missing"), text, "/", _("See who"))


def seal_closed() -> Content:
    text = [_("2 of 3 scorecards are in, a week after the interview.")]
    return Content(_("The interview with Alex Example is still sealed"), text, "/", _("See who"))


def decision_waiting() -> Content:
    text = [_("Receptionist · Interview"), _("All scorecards are in. The longest has waited for two days.")]
    return Content(_("3 candidates wait for your decision"), text, "/", _("Decide"))


def interview_invitation() -> Content:
    text = [_("Receptionist · Interview"), _("Tuesday 1 December, 10:00 to 11:00"), _("Room 2")]
    return Content(_("Invitation: interview with Alex Example"), text, "/", _("See the interview"))


def candidate_invitation() -> Content:
    text = [
        _("We look forward to meeting you about: Receptionist."),
        _("Tuesday 1 December, 10:00 to 11:00"),
        _("Where: Room 2"),
        _("Times are those of Europe/London."),
    ]
    return Content(_("Your interview with us"), text)
