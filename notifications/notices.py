"""What notifications itself tells people."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Due, Kind, Skip
from notifications.models import Webhook
from notifications.policies import can_manage_webhooks


def _webhook_off(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    found = Webhook.objects.select_related("team").in_bulk([one.subject_id for one in due])
    told: dict[int, Content | Skip] = {}
    for one in due:
        webhook = found.get(one.subject_id)
        if webhook is None or webhook.state != Webhook.State.OFF:
            told[one.pk] = Skip("on again" if webhook else "removed")
        elif one.recipient is None or not can_manage_webhooks(one.recipient, webhook.team):
            told[one.pk] = Skip("not visible")
        else:
            with one.voice():
                told[one.pk] = Content(
                    title=_("“%(name)s” of %(team)s was switched off")
                    % {"name": webhook.name, "team": webhook.team.name},
                    text=[
                        webhook.get_off_reason_display(),
                        _("Nothing is posted there until somebody switches it on again."),
                    ],
                    href=webhook.get_absolute_url(),
                    action=_("See what came back"),
                    thread=f"webhook-{webhook.pk}",
                )
    return told


def _sample() -> Content:
    text = [_("Nothing is posted there until somebody switches it on again.")]
    return Content(_("“#desk” of Example team was switched off"), text, "/", _("See what came back"))


WEBHOOK_OFF = Kind(
    key="notifications.webhook_off",
    name=gettext_lazy("Webhook switched off"),
    about=gettext_lazy("You get this when a webhook that you set up for a team stopped working and was switched off."),
    compose=_webhook_off,
    sample=_sample,
    keeps=timedelta(days=7),
)
KINDS = (WEBHOOK_OFF,)
