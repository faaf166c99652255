from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Rapport"

    def ready(self) -> None:
        from portal import checks, wiring  # noqa: F401 (joins what features ask of each other)
