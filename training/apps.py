from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        import training.receivers  # noqa: F401 (connects what follows from what happened)
        from notifications import digests as doors
        from notifications import kinds, sources
        from people.actions import imports
        from training import digests, invitations, notices, path_notices, verdicts
        from training.actions import completion_imports, reminders
        from training.reports import calendars

        kinds.declare(*notices.KINDS, *invitations.KINDS, path_notices.PATH, *verdicts.KINDS)
        kinds.declare_forecast(reminders.forecast)
        sources.declare("training.due_days", calendars.due_days_of)
        sources.declare("training.sessions", calendars.sessions_of)
        doors.declare_section(*digests.SECTIONS)
        imports.declare_importer(completion_imports.CompletionImporter())
