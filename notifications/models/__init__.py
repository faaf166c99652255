"""Tables of notifications. Features do not read them: they call `notifications.actions.notices`."""

from notifications.models.choices import Cadence, Channel
from notifications.models.deliveries import Delivery

__all__ = ["Cadence", "Channel", "Delivery"]
