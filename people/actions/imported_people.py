"""The set-based writing of an import: as many statements for ten rows as for ten thousand, but for their batches."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models

from foundation.text import fold
from people.actions import audit
from people.actions.leavers import end_access, is_last_admin
from people.actions.people import hold_organisation, search_text_of
from people.import_rows import FIELDS, Change, Known, Plan, Surroundings
from people.models import ImportRun, Person, Role, RoleGrant, Site, Team

__all__ = ["hold_organisation", "surroundings", "write"]

BATCH = 2000
LEVELS = 20
# Stands for no manager among the addresses, and has the key 0.
NOBODY = ""
Pair = tuple[Person, Change]
PLAIN = tuple(name for name in FIELDS if name not in {"team", "manager_email", "site"})
WRITTEN = (*(name for name in PLAIN if name != "email"), "team", "manager", "site", "is_active", "search_text")


def surroundings(*, by: Person, at: datetime) -> Surroundings:
    """What an import is judged against, in five queries whatever the numbers."""
    rows = Person.objects.annotate(
        team_path=models.F("team__path"), manager_address=models.F("manager__email"), site_name=models.F("site__name")
    ).values_list("pk", "is_active", "team_path", "manager_address", "site_name", *PLAIN)
    people = {}
    for pk, is_active, team, manager, site, *values in rows.iterator(chunk_size=5000):
        known = dict(zip(PLAIN, values, strict=True))
        known |= {"team": team or "", "manager_email": manager or "", "site": site or ""}
        people[known["email"]] = Known(pk, is_active, known)
    return Surroundings(
        people=people,
        teams=set(Team.objects.values_list("path", flat=True)),
        sites=set(Site.objects.values_list("name", flat=True)),
        zones=available_timezones(),
        languages={code for code, _name in settings.LANGUAGES},
        today=at.date(),
        protected={by.email, *_last_admins(at)},
    )


def _last_admins(at: datetime) -> list[str]:
    admins = RoleGrant.objects.in_force(at).filter(role=Role.PEOPLE_ADMIN, team=None, person__is_active=True)
    people = {grant.person for grant in admins.select_related("person")[:2]}
    return [person.email for person in people if len(people) == 1 and is_last_admin(person=person, at=at)]


@dataclass(frozen=True)
class _Places:
    """Teams and sites by folded path or name, and by key, so that no row asks for its own."""

    teams: dict[str | int, Team]
    sites: dict[str | int, Site]

    def settle(self, person: Person, values: Mapping[str, Any]) -> None:
        """Put the person where the values say, else where the person is."""
        team = fold(values["team"]) if "team" in values else person.team_id
        site = fold(values["site"]) if "site" in values else person.site_id
        person.team = self.teams[team] if team else None
        person.site = self.sites[site] if site else None


def write(*, plan: Plan, by: Person, run: ImportRun, at: datetime) -> list[int]:
    """Carry out the plan in the caller's transaction; answers with the keys of those who were added."""
    places = _Places(teams=_add_teams(plan.new_teams), sites=_add_sites(plan.new_sites))
    changes = [*plan.new, *plan.changed]
    added = [Person(email=change.email, password=_no_password(), joined_at=at) for change in plan.new]
    changed = _load(plan.changed)
    for person, change in zip([*added, *changed], changes, strict=True):
        _set(person, change, places)
    keys = _keys_of_managers(changes)
    _insert(added, plan.new, keys)
    _set_managers(zip(changed, plan.changed, strict=True), keys)
    _update(changed, WRITTEN)
    end_access(people=[change.pk for change in plan.leavers if change.pk], at=at)
    audit.record_many(by=by, deeds=_deeds([*added, *changed], changes, run), at=at)
    return [person.pk for person in added]


def _no_password() -> str:
    # What make_password(None) gives, six times as fast; nothing is hashed either way.
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)


def _insert(people: Iterable[Person], changes: Iterable[Change], keys: dict[str, int]) -> None:
    """Insert managers before their reports, level by level, whatever their order in the file. `keys` learns theirs."""
    waiting = list(zip(people, changes, strict=True))
    for _level in range(LEVELS):
        ready = [pair for pair in waiting if pair[1].after["manager_email"] in keys]
        waiting = [pair for pair in waiting if pair[1].after["manager_email"] not in keys]
        _set_managers(ready, keys)
        _bulk_insert(ready, keys)
    if waiting:
        # A chain longer than any organisation's: first all of it, then the managers.
        _bulk_insert(waiting, keys)
        _set_managers(waiting, keys)
        _update([person for person, _change in waiting], ["manager"])


def _bulk_insert(pairs: Iterable[Pair], keys: dict[str, int]) -> None:
    people = [person for person, _change in pairs]
    for person in Person.objects.bulk_create(people, batch_size=BATCH):
        keys[person.email] = person.pk


def _set(person: Person, change: Change, places: _Places) -> None:
    for name in PLAIN:
        if name in change.after:
            setattr(person, name, change.after[name])
    places.settle(person, change.after)
    person.is_active = person.is_active and not change.leaves
    person.search_text = search_text_of(person=person)


def _keys_of_managers(changes: Iterable[Change]) -> dict[str, int]:
    """The managers who are here already, by address."""
    addresses = sorted({change.after.get("manager_email", NOBODY) for change in changes} - {NOBODY})
    keys = {NOBODY: 0}
    for start in range(0, len(addresses), BATCH):
        batch = Person.objects.filter(email__in=addresses[start : start + BATCH])
        keys |= dict(batch.values_list("email", "pk"))
    return keys


def _set_managers(pairs: Iterable[Pair], keys: Mapping[str, int]) -> None:
    for person, change in pairs:
        if "manager_email" in change.after:
            person.manager_id = keys[change.after["manager_email"]] or None


def _load(changes: Iterable[Change]) -> list[Person]:
    """The people to change, in the order of the changes, locked against other writers."""
    keys = [change.pk for change in changes if change.pk is not None]
    found: dict[int, Person] = {}
    for start in range(0, len(keys), BATCH):
        batch = Person.objects.filter(pk__in=keys[start : start + BATCH]).select_for_update().order_by("pk")
        found |= {person.pk: person for person in batch}
    return [found[key] for key in keys]


def _update(people: list[Person], fields: Iterable[str]) -> None:
    """One statement a batch. (bulk_update would write a CASE per field and row: measured, 30 times as slow.)"""
    Person.objects.bulk_create(
        people, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    )


def _add_teams(paths: Iterable[str]) -> dict[str | int, Team]:
    """All teams, with those of the new paths, one statement for each level of the tree."""
    by_path: dict[str, Team] = {fold(team.path): team for team in Team.objects.all()}
    levels: dict[int, list[str]] = {}
    for path in paths:
        levels.setdefault(path.count("/"), []).append(path)
    for _depth, level in sorted(levels.items()):
        teams = []
        for path in level:
            above, _slash, name = path.rpartition("/")
            teams.append(Team(name=name, parent=by_path[fold(above)] if above else None, path=path))
        by_path |= {fold(team.path): team for team in Team.objects.bulk_create(teams, batch_size=BATCH)}
    places: dict[str | int, Team] = dict(by_path.items())
    return places | {team.pk: team for team in by_path.values()}


def _add_sites(names: Iterable[str]) -> dict[str | int, Site]:
    Site.objects.bulk_create([Site(name=name) for name in names], batch_size=BATCH)
    sites = list(Site.objects.all())
    return {fold(site.name): site for site in sites} | {site.pk: site for site in sites}


def _deeds(people: Iterable[Person], changes: Iterable[Change], run: ImportRun) -> list[audit.Deed]:
    """One entry a person, naming the fields, after one for the run with its counts."""
    deeds = [audit.Deed("people.import_applied", run, changes=run.report.get("counts", {}))]
    for person, change in zip(people, changes, strict=True):
        did = "person_added" if change.pk is None else "person_deactivated" if change.leaves else "person_edited"
        traced = {"import": run.pk, "fields": sorted(change.after) if change.pk else []}
        deeds.append(audit.Deed(f"people.{did}", person, changes=traced, team=person.team_id))
    return deeds
