from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        import notifications.receivers  # noqa: F401 (connects what follows from what happened)
        from notifications import digests, kinds, notices
        from notifications.actions.digests import forecast

        kinds.declare(*notices.KINDS)
        digests.declare_digest(digests.PERSONAL)
        digests.declare_digest(digests.LINE)
        kinds.declare_forecast(forecast)
