"""People: added, edited, moved to another manager. Permission is the caller's business; invariants are checked here."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypedDict, Unpack, cast
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from foundation.text import clean_address, clean_line, fold
from people import signals
from people.actions import addresses, audit
from people.import_cells import RowRefused, read_work_days
from people.models import AuditHead, Person, Site, Team

OWN_FIELDS = ("preferred_name", "time_zone", "language", "work_days", "work_starts", "work_ends")


class OptionalFields(TypedDict, total=False):
    """What add_person takes beside name and address."""

    preferred_name: str
    job_title: str
    team: Team | None
    manager: Person | None
    site: Site | None
    time_zone: str
    language: str
    work_days: str
    work_starts: time
    work_ends: time
    started_on: date | None
    left_on: date | None


class PersonFields(OptionalFields, total=False):
    """What edit_person takes; what is not given stays."""

    full_name: str
    email: str


def hold_organisation() -> None:
    """Let writers of the trees (teams, reporting lines, roles) pass one at a time until the transaction ends.

    Every writer waits for the head of the audit trail at the end of its transaction anyway; taking it first makes
    "no circle" and "never the last people admin" true under concurrency too.
    """
    AuditHead.objects.get_or_create(pk=1)
    AuditHead.objects.select_for_update().get(pk=1)


def search_text_of(*, person: Person) -> str:
    """What a search for the person looks in: names, address, job title, team and site, folded."""
    team = person.team.path.replace("/", " ") if person.team else ""
    site = person.site.name if person.site else ""
    words = (person.full_name, person.preferred_name, person.email, person.job_title, team, site)
    return fold(" ".join(words))


# --- add and edit ---------------------------------------------------------------------------------------------------


@transaction.atomic
def add_person(
    *, full_name: str, email: str, by: Person | None, at: datetime, **fields: Unpack[OptionalFields]
) -> Person:
    """Add an active person who cannot sign in yet (people.actions.invitations.invite_person comes next).

    Raises Invalid, field by field, for what the database or the house would refuse.
    """
    hold_organisation()
    person = Person(joined_at=at)
    person.set_unusable_password()
    _assign(person, {**fields, "full_name": full_name, "email": email})
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise _taken() from None
    audit.record(by=by, did="people.person_added", thing=person, team=person.team_id, at=at)
    signals.person_added.send(sender=Person, person=person, at=at)
    return person


@transaction.atomic
def edit_person(*, person: Person, by: Person | None, at: datetime, **fields: Unpack[PersonFields]) -> Person:
    """Change the fields given; those that stay the same leave no trace. Raises Invalid, field by field.

    `left_on` may be planned or taken back here; somebody who is to leave now goes through people.actions.leavers.
    """
    hold_organisation()
    person = Person.objects.select_for_update(of=("self",)).with_place().get(pk=person.pk)
    before = {name: getattr(person, name) for name in fields}
    _check_planned_leaving(person, fields, at)
    _assign(person, cast(dict[str, Any], fields))
    changed = [name for name in fields if getattr(person, name) != before[name]]
    if not changed:
        return person
    try:
        with transaction.atomic():
            person.save(update_fields=[*changed, "search_text"])
    except IntegrityError:
        raise _taken() from None
    if "email" in changed:
        addresses.follow_addresses(people=[person])
    audit.record(
        by=by,
        did="people.person_edited",
        thing=person,
        changes={name: _traceable(before[name], getattr(person, name)) for name in changed},
        team=person.team_id,
        at=at,
    )
    signals.person_changed.send(sender=Person, person=person, fields=changed, at=at)
    return person


def edit_own_profile(*, person: Person, at: datetime, **fields: Unpack[PersonFields]) -> Person:
    """As edit_person, by the person, for the fields that are one's own (OWN_FIELDS)."""
    foreign = set(fields) - set(OWN_FIELDS)
    if foreign:
        raise Refused(_("Ask a people admin to change this: %(fields)s.") % {"fields": ", ".join(sorted(foreign))})
    return edit_person(person=person, by=person, at=at, **fields)


@transaction.atomic
def hand_over_reports(*, person: Person, to: Person, by: Person | None, at: datetime) -> int:
    """Let everyone who reports to `person` directly report to `to`; says how many.

    When `to` is one of those people, or stands below one, `to` moves up in place of `person` first, so that no circle
    closes. Raises Refused for somebody who has left or for the person themselves.
    """
    hold_organisation()
    if to.pk == person.pk or not to.is_active:
        raise Refused(_("Choose somebody else who works here."))
    person = Person.objects.get(pk=person.pk)
    moved = [report for report in Person.objects.filter(manager=person).order_by("pk") if report.pk != to.pk]
    deeds = []
    if Person.objects.in_reporting_line_of(person).filter(pk=to.pk).exists():
        deeds.append(_manager_deed(to, person.manager_id))
        Person.objects.filter(pk=to.pk).update(manager_id=person.manager_id)
    deeds += [_manager_deed(report, to.pk) for report in moved]
    Person.objects.filter(pk__in=[report.pk for report in moved]).update(manager=to)
    audit.record_many(by=by, deeds=deeds, at=at)
    return len(moved)


def _manager_deed(person: Person, manager_id: int | None) -> audit.Deed:
    changes = {"manager": [person.manager_id, manager_id]}
    return audit.Deed("people.person_edited", person, changes=changes, team=person.team_id)


def _traceable(before: Any, after: Any) -> list[int | None] | str:
    """For the trail: ids before and after where a field points at something, else only that it changed."""
    if isinstance(before, Person | Team | Site) or isinstance(after, Person | Team | Site):
        return [getattr(before, "pk", None), getattr(after, "pk", None)]
    return "changed"


def _taken() -> Invalid:
    reason = _("Somebody with this address is here already.")
    return Invalid(reason, errors={"email": [reason]})


def _assign(person: Person, fields: Mapping[str, Any]) -> None:
    """Set the fields in the form in which they are stored; raises Invalid with every reason at once."""
    errors: dict[str, list[str]] = {}
    for name, value in fields.items():
        try:
            setattr(person, name, _CLEAN[name](value) if name in _CLEAN else value)
        except (ValidationError, RowRefused) as error:
            errors[name] = list(getattr(error, "messages", None) or [str(error)])
    _check(person, fields, errors)
    person.search_text = search_text_of(person=person)
    if errors:
        raise Invalid(_("Some of this cannot be saved."), errors=errors)


def _check(person: Person, fields: Mapping[str, Any], errors: dict[str, list[str]]) -> None:
    """Add to `errors` what only shows beside other rows and other fields."""
    for name in set(fields) - set(errors):
        if reasons := _flaws_of(person, name):
            errors[name] = reasons
    if person.started_on and person.left_on and person.left_on < person.started_on:
        errors.setdefault("left_on", []).append(_("Nobody leaves before they started."))


def _flaws_of(person: Person, name: str) -> list[str]:
    if name == "full_name" and not person.full_name:
        return [_("Write the full name.")]
    if name == "email" and Person.objects.filter(email__iexact=person.email).exclude(pk=person.pk).exists():
        return [str(_taken())]
    if name == "manager" and person.manager:
        return [reason] if (reason := _manager_flaw(person, person.manager)) else []
    if name in ("team", "manager", "site"):
        return []
    column = Person._meta.get_field(name)
    try:
        column.clean(getattr(person, name), person)  # type: ignore[union-attr]
    except ValidationError as error:
        return error.messages
    return []


def _manager_flaw(person: Person, manager: Person) -> str:
    if manager.pk == person.pk:
        return _("Nobody reports to themselves.")
    if not manager.is_active:
        return _("%(name)s has left. Choose somebody who works here.") % {"name": manager.name}
    if person.pk and Person.objects.in_reporting_line_of(person).filter(pk=manager.pk).exists():
        return _("%(manager)s reports to %(person)s, directly or not, so this would be a circle.") % {
            "manager": manager.name,
            "person": person.name,
        }
    return ""


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."))
    return value


def _language(value: str) -> str:
    if value not in dict(settings.LANGUAGES):
        raise ValidationError(_("Choose a language from the list."))
    return value


def _days(value: str) -> str:
    days = read_work_days(value)
    if not days:
        raise ValidationError(_("Choose at least one working day."))
    return days


_CLEAN: dict[str, Any] = {
    "email": clean_address,
    "full_name": clean_line,
    "preferred_name": clean_line,
    "job_title": clean_line,
    "time_zone": _zone,
    "language": _language,
    "work_days": _days,
}


def _check_planned_leaving(person: Person, fields: Mapping[str, Any], at: datetime) -> None:
    if "left_on" not in fields or fields["left_on"] == person.left_on:
        return
    left_on = fields["left_on"]
    if person.is_active and left_on is not None and left_on <= at.astimezone(person.zone).date():
        reason = _("This day has come. To end the person's access, deactivate them.")
        raise Invalid(reason, errors={"left_on": [reason]})
    if not person.is_active and left_on is None:
        reason = _("This person has left. Reactivate them to take the day out.")
        raise Invalid(reason, errors={"left_on": [reason]})
