"""What every page of the portal shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from foundation.http import address_of
from hiring import policies as hiring_policies
from notifications import policies as notification_policies
from people import policies as people_policies
from portal.demo.accounts import ACCOUNTS


def rail(request: HttpRequest) -> dict[str, Any]:
    """The left rail: only rooms that the reader may enter. Signed-out readers of the demo get its sign-ins."""
    reader = getattr(request, "user", None)
    if reader is None or not reader.is_authenticated:
        return {"demo_accounts": ACCOUNTS} if settings.RAPPORT_DEMO else {}
    # Asked once each: for whoever holds no role, the answers cost a query.
    openings = hiring_policies.can_view_openings(reader)
    library = openings or hiring_policies.can_view_library(reader)
    suppressions = notification_policies.can_view_suppressions(reader)
    told = notification_policies.can_view_deliveries(reader)
    sections = [
        (None, [(_("My work"), "home", "home", True)]),
        (
            _("Hiring"),
            [
                (_("Openings"), "hiring:opening-list", "briefcase", openings),
                (_("Candidates"), "hiring:candidate-list", "users", openings),
                (_("Interviews"), "hiring:interview-list", "calendar", True),
                (_("Kits"), "hiring:kit-list", "layers", library),
                (_("Library"), "hiring:competency-list", "book", library),
            ],
        ),
        (
            _("People"),
            [
                (_("Directory"), "people:person-list", "users", True),
                (_("Teams"), "people:team-list", "sitemap", True),
                (_("My people"), "people:mine", "users", reader.leads_people),
            ],
        ),
        (
            _("Admin"),
            [
                (_("Roles"), "people:role-list", "key", people_policies.can_view_roles(reader)),
                (_("Refused mail"), "notifications:suppression-list", "mail", suppressions),
                (_("Import"), "people:import-list", "upload", people_policies.can_import_people(reader)),
                (_("Deliveries"), "notifications:delivery-overview", "send", told),
                (_("Audit trail"), "people:audit-list", "shield", people_policies.can_view_audit(reader)),
            ],
        ),
    ]
    return {"rail": [found for label, items in sections if (found := _section(request, label, items))]}


def _section(request: HttpRequest, label: str | None, items: list[tuple[str, str, str, bool]]) -> dict[str, Any] | None:
    shown = []
    for text, name, icon, allowed in items:
        if not allowed:
            continue
        try:
            url = address_of(name)
        except NoReverseMatch:
            continue
        current = request.path == url or (url != "/" and request.path.startswith(url))
        # Counts are given though none is known yet: a template looks for what is missing in four places.
        shown.append({"label": text, "url": url, "icon": icon, "current": current, "count": 0, "count_label": ""})
    return {"label": label, "items": shown} if shown else None
