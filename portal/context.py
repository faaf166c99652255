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
from people.models import Person
from portal.demo.accounts import ACCOUNTS
from recognition import policies as recognition_policies
from training.reports import teams as training_teams

Entry = tuple[str, str, str, bool]  # label, URL name, icon, whether the reader may enter


def rail(request: HttpRequest) -> dict[str, Any]:
    """The left rail: only rooms that the reader may enter. Signed-out readers of the demo get its sign-ins."""
    reader = getattr(request, "user", None)
    if reader is None or not reader.is_authenticated:
        return {"demo_accounts": ACCOUNTS} if settings.RAPPORT_DEMO else {}
    sections = [
        (None, [(_("My work"), "home", "home", True)]),
        (_("Hiring"), _hiring(reader)),
        (_("Training"), _training(reader)),
        (_("Recognition"), _recognition(reader)),
        (_("People"), _people(reader)),
        (_("Admin"), _admin(reader)),
    ]
    return {"rail": [found for label, items in sections if (found := _section(request, label, items))]}


def _hiring(reader: Person) -> list[Entry]:
    # Asked once each: for whoever holds no role, the answers cost a query.
    openings = hiring_policies.can_view_openings(reader)
    library = openings or hiring_policies.can_view_library(reader)
    return [
        (_("Openings"), "hiring:opening-list", "briefcase", openings),
        (_("Candidates"), "hiring:candidate-list", "users", openings),
        (_("Interviews"), "hiring:interview-list", "calendar", True),
        (_("Kits"), "hiring:kit-list", "layers", library),
        (_("Library"), "hiring:competency-list", "book", library),
    ]


def _training(reader: Person) -> list[Entry]:
    stands = training_teams.sees_training(reader) or reader.leads_people
    return [
        (_("My training"), "training:mine", "book", True),
        (_("Modules"), "training:module-list", "layers", True),
        (_("Sessions"), "training:session-list", "calendar", True),
        (_("Skills"), "training:skill-list", "award", True),
        (_("Who stands where"), "training:matrix", "table", stands),
    ]


def _recognition(reader: Person) -> list[Entry]:
    return [
        (_("The wall"), "recognition:wall", "heart", True),
        (_("Customers' words"), "recognition:praise-list", "message", True),
        (_("Screens"), "recognition:screens", "eye", recognition_policies.can_run_screens(reader)),
        (_("Ideas"), "recognition:idea-list", "refresh", True),
        (_("Awards"), "recognition:award-list", "award", True),
        (_("Pulse"), "recognition:pulse", "clock", reader.team_id is not None),
        (_("Blind spot"), "recognition:blind-spot", "chart", recognition_policies.can_view_any_blind_spot(reader)),
        (_("Values"), "recognition:value-list", "list", True),
        (_("Not seen lately"), "recognition:unseen-list", "eye", reader.leads_people),
        (_("Fair spread"), "recognition:spread", "chart", recognition_policies.can_view_spread(reader)),
        (_("Reports"), "recognition:case-list", "flag", recognition_policies.can_review_cases(reader)),
    ]


def _people(reader: Person) -> list[Entry]:
    return [
        (_("Directory"), "people:person-list", "users", True),
        (_("Teams"), "people:team-list", "sitemap", True),
        (_("My people"), "people:mine", "users", reader.leads_people),
    ]


def _admin(reader: Person) -> list[Entry]:
    suppressions = notification_policies.can_view_suppressions(reader)
    told = notification_policies.can_view_deliveries(reader)
    return [
        (_("Roles"), "people:role-list", "key", people_policies.can_view_roles(reader)),
        (_("Refused mail"), "notifications:suppression-list", "mail", suppressions),
        (_("Import"), "people:import-list", "upload", people_policies.can_import_people(reader)),
        (_("Deliveries"), "notifications:delivery-overview", "send", told),
        (_("Audit trail"), "people:audit-list", "shield", people_policies.can_view_audit(reader)),
    ]


def _section(request: HttpRequest, label: str | None, items: list[Entry]) -> dict[str, Any] | None:
    shown: list[dict[str, Any]] = []
    for text, name, icon, allowed in items:
        if not allowed:
            continue
        try:
            url = address_of(name)
        except NoReverseMatch:
            continue
        # Counts are given though none is known yet: a template looks for what is missing in four places.
        shown.append({"label": text, "url": url, "icon": icon, "current": False, "count": 0, "count_label": ""})
    path = request.path
    here = [one for one in shown if path == one["url"] or (one["url"] != "/" and path.startswith(one["url"]))]
    if here:
        # One room may stand within another: the inner one is where the reader is.
        max(here, key=lambda one: len(one["url"]))["current"] = True
    return {"label": label, "items": shown} if shown else None
