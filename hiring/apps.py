from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HiringConfig(AppConfig):
    name = "hiring"
    verbose_name = _("Hiring")

    def ready(self) -> None:
        import hiring.receivers  # noqa: F401 (connects what follows from what happened)
        from hiring import notices
        from notifications import kinds

        kinds.declare(*notices.KINDS)
