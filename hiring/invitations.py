"""Invitations to interviews: what panel and candidate are told when one is scheduled, moved, changed or called off,
with what their calendars need to follow (iTIP).

What to tell is worked out when it leaves, from the interview as it stands and from what was told before:
notifications/steps.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hiring import samples
from hiring.models import Application, Interview, Panellist
from hiring.notices import about_for_candidate, each_for_candidate, each_for_reader, for_candidate, whose_times
from hiring.reports.calendars import event_of, label_for_panel, uid_of
from notifications.calendars import Event
from notifications.kinds import Cadence, Channel, Content, Due, Invite, Kind, Skip
from notifications.steps import Past


def _against(interview: Interview, past: Past, one: Due, *, invited: bool) -> str:
    """Why there is nothing to tell; "" when there is."""
    if past.is_overtaken:
        return "a later one goes"
    ends = [interview.ends_at, *([past.stands.starts_at] if past.stands else [])]
    if max(ends) <= one.at:
        return "over"
    if invited:
        return "" if interview.application.state in Application.IN_PLAY else "decided"
    # A candidate who did not come was expected all the same: what stands in calendars was so.
    if interview.state == Interview.State.NO_SHOW:
        return "not taking place"
    return "" if past.stands else "never invited"


# --- the panel ------------------------------------------------------------------------------------------------------


def _panel_invited(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    told: dict[int, Content | Skip] = {}
    for one, interview in each_for_reader(due, Interview.objects.with_role):
        if interview is None:
            told[one.pk] = Skip("not on the panel")
            continue
        past, invited = Past.of(one.occurrence, one.beside), interview.is_live and bool(interview.own_role)
        if reason := _against(interview, past, one, invited=invited):
            told[one.pk] = Skip(reason)
            continue
        told[one.pk] = Content(
            title=_title_for_panel(interview, past, invited=invited),
            text=_text_for_panel(interview, past, one, invited=invited),
            # Whoever was taken off the panel may not see it any more.
            href=interview.get_absolute_url() if interview.own_role else "",
            action=_("Prepare") if invited else _("See the interview"),
            next=_next(interview, one) if invited else "",
            thread=f"interview-{interview.pk}",
            invite=Invite(
                event_of(interview, cancelled=not invited), one.at, optional=interview.own_role == Panellist.Role.SHADOW
            ),
        )
    return told


def _title_for_panel(interview: Interview, past: Past, *, invited: bool) -> str:
    if not invited:
        what = (
            _("You are off the panel: %(candidate)s, %(when)s")
            if interview.is_live
            else _("Cancelled: interview with %(candidate)s, %(when)s")
        )
    elif past.stands is None:
        what = _("Invitation: interview with %(candidate)s, %(when)s")
    elif past.moved(interview.starts_at):
        what = _("New time: interview with %(candidate)s, %(when)s")
    else:
        what = _("Changed: interview with %(candidate)s, %(when)s")
    return what % {"candidate": label_for_panel(interview), "when": _day_and_hour(interview.starts_at)}


def _text_for_panel(interview: Interview, past: Past, one: Due, *, invited: bool) -> list[str]:
    lines = [f"{interview.application.opening} · {interview.stage}"]
    if not invited:
        gone = _("Your calendar program takes it out, or asks whether it may.")
        return [*lines, gone] if one.channel == Channel.MAIL else lines
    lines += _when_and_where(interview, past)
    lines.append(_("Your part: %(role)s") % {"role": Panellist.Role(interview.own_role).label})
    if one.channel == Channel.MAIL:
        lines.append(
            _(
                "Accept it to keep it in your calendar."
                " If you can't come, tell the recruiter: we do not see a no given there."
            )
        )
    return lines


# --- the candidate --------------------------------------------------------------------------------------------------


def _candidate_invited(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    told: dict[int, Content | Skip] = {}
    for one, interview, zone in each_for_candidate(due):
        if interview is None:
            told[one.pk] = Skip("not invited")
            continue
        past = Past.of(one.occurrence, one.beside)
        if reason := _against(interview, past, one, invited=interview.is_live):
            told[one.pk] = Skip(reason)
            continue
        title, text = _said_to_candidate(interview, past, zone)
        invite = Invite(_event_for_candidate(interview), one.at)
        told[one.pk] = for_candidate(interview, zone, title, text, invite=invite, next=_next(interview, one))
    return told


def _said_to_candidate(interview: Interview, past: Past, zone: str) -> tuple[str, list[str]]:
    names = {"organisation": settings.ORGANISATION_NAME, "when": _day_and_hour(interview.starts_at)}
    if not interview.is_live:
        return _("Cancelled: your interview with %(organisation)s, %(when)s") % names, [
            _("This interview does not take place. If it stands in your calendar, it can go."),
            whose_times(zone),
            _("If you have a question, please ask whoever you have been in touch with."),
        ]
    if past.stands is None:
        title = _("Your interview with %(organisation)s: %(when)s") % names
    elif past.moved(interview.starts_at):
        title = _("New time for your interview with %(organisation)s: %(when)s") % names
    else:
        title = _("Your interview with %(organisation)s has changed: %(when)s") % names
    return title, [
        about_for_candidate(interview),
        *_when_and_where(interview, past),
        whose_times(zone),
        _("If it does not suit you, please tell whoever you have been in touch with: a no in your calendar does not"
          " reach us."),
    ]  # fmt: skip


def _event_for_candidate(interview: Interview) -> Event:
    """Under a name of its own, so that it is another event than the panel's even in one and the same mailbox."""
    names = {"organisation": settings.ORGANISATION_NAME}
    return Event(
        uid=uid_of("candidate-interview", interview),
        sequence=interview.sequence,
        starts_at=interview.starts_at,
        ends_at=interview.ends_at,
        summary=_("Interview with %(organisation)s") % names,
        description=interview.application.opening.title,
        place=interview.place,
        cancelled=not interview.is_live,
        private=False,
    )


# --- words of both --------------------------------------------------------------------------------------------------


def _when_and_where(interview: Interview, past: Past) -> list[str]:
    until = date_format(timezone.localtime(interview.ends_at), "H:i")
    hours = {"when": _day_and_hour(interview.starts_at), "until": until}
    if past.stands and past.moved(interview.starts_at):
        lines = [
            _("Was: %(when)s") % {"when": _day_and_hour(past.stands.starts_at)},
            _("Now: %(when)s to %(until)s") % hours,
        ]
    else:
        lines = [_("When: %(when)s to %(until)s") % hours]
    return [*lines, _("Where: %(place)s") % {"place": interview.place}] if interview.place else lines


def _day_and_hour(moment: datetime) -> str:
    """The day by its name: unlike a reminder, an invitation is read for weeks."""
    return date_format(timezone.localtime(moment), "l j F, H:i")


def _next(interview: Interview, one: Due) -> str:
    """Whether the reminder of the day before is still to come."""
    comes = interview.is_live and interview.starts_at - timedelta(days=1) > one.at
    return _("We remind you the day before.") if comes else ""


# --- the kinds ------------------------------------------------------------------------------------------------------

# Told as long as there is something to come to. A mail in doubt is not repeated but stays one that may have arrived: so
# a cancellation that follows it goes out.
INTERVIEW_INVITATION = Kind(
    key="hiring.interview_invitation",
    name=gettext_lazy("Invitations to interviews"),
    about=gettext_lazy(
        "You get this when you come onto an interview panel or off it, and when such an interview is moved, changed or"
        " cancelled. Your calendar follows by it."
    ),
    compose=_panel_invited,
    sample=samples.interview_invitation,
    keeps=timedelta(days=60),
    follows=True,
)
CANDIDATE_INVITATION = Kind(
    key="hiring.candidate_invitation",
    name=gettext_lazy("Candidate's invitation"),
    about=gettext_lazy("You get this because of an interview with us."),
    compose=_candidate_invited,
    sample=samples.candidate_invitation,
    cadence={Channel.MAIL: Cadence.NOW},
    keeps=timedelta(days=60),
    fixed=gettext_lazy("It goes to candidates, who have no account."),
    follows=True,
)
KINDS = (INTERVIEW_INVITATION, CANDIDATE_INVITATION)
