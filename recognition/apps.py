from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecognitionConfig(AppConfig):
    name = "recognition"
    verbose_name = _("Recognition")

    def ready(self) -> None:
        import recognition.receivers  # noqa: F401 (connects what follows from what happened)
        from notifications import digests as doors
        from notifications import kinds
        from notifications.events import declare_event
        from people.actions import imports
        from recognition import (
            award_notices,
            case_notices,
            comment_notices,
            digests,
            events,
            idea_notices,
            notices,
            pulse_notices,
        )
        from recognition.actions import praise_imports, scores

        kinds.declare(*notices.KINDS, *award_notices.KINDS, *case_notices.KINDS, *comment_notices.KINDS)
        kinds.declare(*idea_notices.KINDS, *pulse_notices.KINDS)
        doors.declare_section(*digests.SECTIONS)
        declare_event(*events.EVENTS)
        imports.declare_importer(praise_imports.PraiseImporter())
        imports.declare_importer(scores.ScoreImporter())
