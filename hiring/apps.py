from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HiringConfig(AppConfig):
    name = "hiring"
    verbose_name = _("Hiring")

    def ready(self) -> None:
        import hiring.receivers  # noqa: F401 (connects what follows from what happened)
        from hiring import digests, events, invitations, notices
        from hiring.actions import candidate_imports, reminders
        from hiring.reports import calendars
        from notifications import digests as doors
        from notifications import kinds, sources
        from notifications.events import declare_event
        from people.actions import imports

        kinds.declare(*notices.KINDS, *invitations.KINDS)
        kinds.declare_forecast(reminders.forecast)
        sources.declare("hiring.interviews", calendars.interviews_of)
        doors.declare_digest(digests.OPENINGS)
        doors.declare_section(*digests.SECTIONS)
        declare_event(*events.EVENTS)
        imports.declare_importer(candidate_imports.CandidateImporter())
