"""The team tree and the sites: added, renamed, moved. A team's path is rewritten with all of its subtree, at once."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from foundation.text import clean_line, fold
from people.actions import audit
from people.actions.people import hold_organisation, search_text_of
from people.models import Person, Site, Team

LONGEST_NAME, LONGEST_PATH = 100, 500


@transaction.atomic
def add_team(*, name: str, parent: Team | None, by: Person | None, at: datetime) -> Team:
    """Add a team under another, or a root. Raises Invalid for a name that is taken there, too long or has a slash."""
    hold_organisation()
    parent = Team.objects.get(pk=parent.pk) if parent else None
    name = _clean_name(name)
    team = Team(name=name, parent=parent, path=_path_under(parent, name))
    _check_free(team)
    team.save(force_insert=True)
    audit.record(by=by, did="people.team_added", thing=team, changes={"parent": team.parent_id}, team=team, at=at)
    return team


def rename_team(*, team: Team, name: str, by: Person | None, at: datetime) -> Team:
    """Give the team another name; the paths of everything below follow. Raises what place_team raises."""
    return place_team(team=team, name=name, parent=team.parent, by=by, at=at)


def move_team(*, team: Team, parent: Team | None, by: Person | None, at: datetime) -> Team:
    """Hang the team, with all below it, under another team, or make it a root. Raises what place_team raises."""
    return place_team(team=team, name=team.name, parent=parent, by=by, at=at)


@transaction.atomic
def place_team(*, team: Team, name: str, parent: Team | None, by: Person | None, at: datetime) -> Team:
    """Rename and move in one step, for a team may be free to do both and neither alone.

    Raises Invalid when that would close a circle or meet a team of the same name, Refused when a path got too long.
    """
    hold_organisation()
    team = Team.objects.get(pk=team.pk)
    parent = Team.objects.get(pk=parent.pk) if parent else None
    name = _clean_name(name)
    if parent and Team.objects.below([team.pk]).filter(pk=parent.pk).exists():
        reason = _("%(parent)s is part of %(team)s, so this would be a circle.")
        reason = reason % {"parent": parent.path, "team": team.name}
        raise Invalid(reason, errors={"parent": [reason]})
    before, old_name, old_parent_id = team.path, team.name, team.parent_id
    team.name, team.parent = name, parent
    if (old_name, old_parent_id) == (team.name, team.parent_id):
        return team
    _rewrite(team, before)
    changes: dict[str, object] = {"name": "changed"} if old_name != team.name else {}
    if old_parent_id != team.parent_id:
        changes["parent"] = [old_parent_id, team.parent_id]
    did = "people.team_moved" if "parent" in changes else "people.team_renamed"
    audit.record(by=by, did=did, thing=team, changes=changes, team=team, at=at)
    return team


@transaction.atomic
def add_site(*, name: str, by: Person | None, at: datetime) -> Site:
    """Add a place where people work. Raises Invalid when there is one of that name."""
    hold_organisation()
    site = Site(name=_clean_site(name, None))
    site.save(force_insert=True)
    audit.record(by=by, did="people.site_added", thing=site, at=at)
    return site


@transaction.atomic
def rename_site(*, site: Site, name: str, by: Person | None, at: datetime) -> Site:
    """Give the site another name; searches find its people by it. Raises Invalid when there is one of that name."""
    hold_organisation()
    site = Site.objects.get(pk=site.pk)
    name = _clean_site(name, site)
    if name == site.name:
        return site
    site.name = name
    site.save(update_fields=["name"])
    _refresh_search(Q(site=site))
    audit.record(by=by, did="people.site_renamed", thing=site, changes={"name": "changed"}, at=at)
    return site


def _clean_name(name: str) -> str:
    name = clean_line(name)
    reason = ""
    if not name:
        reason = _("Write the team's name.")
    elif "/" in name:
        reason = _("A team's name holds no slash; slashes separate the teams of a path.")
    elif len(name) > LONGEST_NAME:
        reason = _("A team's name has at most %(limit)d characters.") % {"limit": LONGEST_NAME}
    if reason:
        raise Invalid(reason, errors={"name": [reason]})
    return name


def _clean_site(name: str, site: Site | None) -> str:
    name = clean_line(name)
    reason = ""
    if not name or len(name) > LONGEST_NAME:
        reason = _("Write the site's name, in at most %(limit)d characters.") % {"limit": LONGEST_NAME}
    others = [other for other in Site.objects.all() if other != site]
    if fold(name) in {fold(other.name) for other in others}:
        reason = _("There is a site of this name.")
    if reason:
        raise Invalid(reason, errors={"name": [reason]})
    return name


def _path_under(parent: Team | None, name: str) -> str:
    return f"{parent.path}/{name}" if parent else name


def _check_free(team: Team) -> None:
    """No sibling of the same name, whatever its case: imports could not tell the two apart."""
    siblings = Team.objects.filter(parent=team.parent).exclude(pk=team.pk)
    if fold(team.name) in {fold(name) for name in siblings.values_list("name", flat=True)}:
        reason = _("There is a team of this name in the same place.")
        raise Invalid(reason, errors={"name": [reason]})
    if len(team.path) > LONGEST_PATH:
        raise Refused(_("The path of this team would be longer than %(limit)d characters.") % {"limit": LONGEST_PATH})


def _rewrite(team: Team, before: str) -> None:
    """Store the team's name and parent, and put the new path in the place of the old one throughout its subtree."""
    team.path = _path_under(team.parent, team.name)
    _check_free(team)
    subtree = Team.objects.below([team.pk])
    longest = subtree.aggregate(longest=Max(Length("path")))["longest"] or 0
    if longest - len(before) + len(team.path) > LONGEST_PATH:
        raise Refused(
            _("The path of a team below would be longer than %(limit)d characters.") % {"limit": LONGEST_PATH}
        )
    ids = list(subtree.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            Team.objects.filter(pk__in=ids).update(path=Concat(Value(team.path), Substr(F("path"), len(before) + 1)))
            team.save(update_fields=["name", "parent"])
    except IntegrityError:
        raise Refused(_("Somebody changed these teams a moment ago. Look again, then try again.")) from None
    _refresh_search(Q(team__in=ids))


def _refresh_search(whose: Q) -> None:
    people = list(Person.objects.filter(whose).with_place().order_by("pk"))
    for person in people:
        person.search_text = search_text_of(person=person)
    Person.objects.bulk_update(people, ["search_text"], batch_size=500)
