from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Rapport"

    def ready(self) -> None:
        from notifications import digests, kinds
        from portal import (
            checks,  # noqa: F401 (registers itself)
            invitations,
            wiring,  # noqa: F401 (joins what features ask of each other)
        )

        kinds.declare(invitations.UNUSED)
        kinds.declare_forecast(invitations.forecast)
        digests.declare_section(invitations.NOT_JOINED)
