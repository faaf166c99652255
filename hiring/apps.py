from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HiringConfig(AppConfig):
    name = "hiring"
    verbose_name = _("Hiring")

    def ready(self) -> None:
        import hiring.receivers  # noqa: F401 (connects what follows from what happened)
        from hiring import digests, events, notices
        from notifications import digests as doors
        from notifications import kinds
        from notifications.events import declare_event

        kinds.declare(*notices.KINDS)
        doors.declare_digest(digests.OPENINGS)
        doors.declare_section(*digests.SECTIONS)
        declare_event(*events.EVENTS)
