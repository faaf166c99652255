from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HiringConfig(AppConfig):
    name = "hiring"
    verbose_name = _("Hiring")

    def ready(self) -> None:
        from hiring import (
            notices,
            receivers,  # noqa: F401 (connects what follows from what happened)
        )
        from notifications import kinds

        kinds.declare(*notices.KINDS)
