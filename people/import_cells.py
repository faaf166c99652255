"""One cell of an import: a text in, a value out, or RowRefused with a reason that somebody can act on."""

import re
from collections.abc import Collection
from datetime import date, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.text import clean_address, clean_line, flaw

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = {"email": 254, "full_name": 150, "preferred_name": 80, "job_title": 120, "team": 500, "site": 100}


class RowRefused(ValueError):
    """Why a value cannot be taken; the text is a whole reason."""


def _flaw(cell: str, name: str) -> str | None:
    found = flaw(cell)
    return f"{name} {found.reason}" if found is not None else None


def read_line(cell: str, name: str, *, required: bool = False, longest: int | None = None) -> str:
    stripped = cell.strip(" \t\r\n")
    if reason := _flaw(stripped.replace("\t", " "), name):
        raise RowRefused(reason)
    text = clean_line(stripped)
    if required and not text:
        raise RowRefused(_("%(field)s is required") % {"field": name})
    limit = LONGEST[name] if longest is None else longest
    if len(text) > limit:
        raise RowRefused(_("%(field)s is longer than %(limit)d characters") % {"field": name, "limit": limit})
    return text


def read_address(cell: str, name: str) -> str:
    if not cell.strip():
        raise RowRefused(_("%(field)s is required") % {"field": name})
    if reason := _flaw(cell.strip(" \t"), name):
        raise RowRefused(reason)
    try:
        address = clean_address(cell)
    except ValidationError:
        raise RowRefused(_("%(field)s is not an address") % {"field": name}) from None
    if len(address) > LONGEST["email"]:
        raise RowRefused(_("%(field)s is not an address") % {"field": name})
    return address


def read_choice(cell: str, choices: Collection[str], reason: str) -> str:
    text = cell.strip()
    if text not in choices:
        raise RowRefused(reason)
    return text


def read_work_days(cell: str) -> str:
    """Days in any order, as "mon,tue,…", in the order of the week; raises RowRefused for anything else."""
    days = {word[:3] if word in _LONG_DAYS else word for word in re.split(r"[\s,;]+", cell.strip().lower()) if word}
    unknown = days - set(WEEKDAYS)
    if unknown:
        raise RowRefused(
            _("work_days holds “%(word)s”, which is not a day; write them as mon,tue,wed,thu,fri,sat,sun")
            % {"word": min(unknown)[:20]}
        )
    return ",".join(day for day in WEEKDAYS if day in days)


_LONG_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def read_time(cell: str, name: str) -> time:
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::00)?", cell.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise RowRefused(_("%(field)s is not a time; write it as 09:00") % {"field": name})
    return time(int(found[1]), int(found[2]))


def read_date(cell: str, name: str) -> date | None:
    text = cell.strip()
    if not text:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            pass
        else:
            if 1900 <= day.year <= 2199:
                return day
    raise RowRefused(_("%(field)s is not a date; write it as 2026-11-20") % {"field": name})
