from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from people import receivers  # noqa: F401 (connects what follows from what happened)
        from people.actions import imports, people_imports
        from people.adapters import happenings  # noqa: F401 (the same for what allauth announces)

        imports.declare_importer(people_imports.PeopleImporter())
