"""Tables of notifications. Features do not read them: they call `notifications.actions.notices`."""

from notifications.models.choices import Cadence, Channel
from notifications.models.deliveries import Delivery
from notifications.models.feeds import CalendarFeed
from notifications.models.preferences import OutsiderWish, Preference, QuietHours
from notifications.models.suppressions import MailReport, Suppression
from notifications.models.watching import Heartbeat, Mark
from notifications.models.webhooks import Webhook, WebhookTry

__all__ = [
    "Cadence", "CalendarFeed", "Channel", "Delivery", "Heartbeat", "MailReport", "Mark", "OutsiderWish", "Preference",
    "QuietHours", "Suppression", "Webhook", "WebhookTry",
]  # fmt: skip
