"""Tables of notifications. Features do not read them: they call `notifications.actions.notices`."""

from notifications.models.choices import Cadence, Channel
from notifications.models.deliveries import Delivery
from notifications.models.preferences import Preference, QuietHours
from notifications.models.webhooks import Webhook, WebhookTry

__all__ = ["Cadence", "Channel", "Delivery", "Preference", "QuietHours", "Webhook", "WebhookTry"]
