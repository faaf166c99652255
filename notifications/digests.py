"""Digests: many things in one mail, at the hour of its reader. Apps add sections; a digest merges them.

digests.declare_section(Section("hiring.seats", PERSONAL_DIGEST, _("Interviews and scorecards"), tell=own_seats))

A section is asked for a chunk of readers at a time. What it names stands in the ledger (`items`, names without words),
so that the next digest knows what is new and what its reader was told of before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import kinds, reports
from notifications.kinds import PERSONAL_DIGEST, Cadence, Channel, Content, Due, Kind, Line, Part, Skip
from notifications.models import Delivery
from notifications.occurrences import Rhythm
from people.models import Person

MOST = 12  # lines under one heading
NOT_AGAIN = timedelta(hours=12)  # whoever changes from daily to weekly gets no second one on that day
SAY_AGAIN = timedelta(days=6, hours=12)  # what is still open is said again after a week, not each day


@dataclass(frozen=True)
class Item:
    """One thing to look at. `name` is the same as long as it is the same thing, and holds no words."""

    name: str
    title: str
    meta: str = ""
    href: str = ""


@dataclass(frozen=True)
class Section:
    """What one app has to say in one digest.

    `tell` is given readers and a moment and answers by the readers' keys, for each in their language and zone
    (kinds.voice_of), the most urgent first, and nothing that they may not know.
    """

    key: str
    digest: str
    title: str | Promise
    tell: Callable[[Sequence[Person], datetime], Mapping[int, Sequence[Item]]]


_sections: dict[str, Section] = {}
_digests: dict[str, "Digest"] = {}


@dataclass(frozen=True)
class _Before:
    """The last digest that went (or may have gone) to a reader."""

    at: datetime
    items: frozenset[str]


@dataclass(frozen=True)
class Digest:
    """A digest and whose it is. Its deliveries are about their own reader; their occurrence is a day or a week."""

    key: str
    name: str | Promise
    about: str | Promise
    readers: Callable[[], QuerySet[Person]]
    cadence: Cadence = Cadence.WEEKLY

    @cached_property
    def kind(self) -> Kind:
        return Kind(
            key=self.key,
            name=self.name,
            about=self.about,
            compose=self.compose,
            cadence={Channel.MAIL: self.cadence},
            keeps=timedelta(hours=12),
            sample=self.sample,
        )

    def sample(self) -> Content:
        """What one looks like: a new and an older line under each heading, about nobody who exists."""
        new = Line(_("Alex Example"), _("since yesterday"), "/")
        older = Line(_("Kim Example"), _("since last week"), "/", is_new=False)
        parts = [Part(str(section.title), [new, older]) for section in self.sections()]
        return Content(
            f"{self.name}: {_counts(len(parts), len(parts))}", href="/", action=_("Open my work"), parts=parts
        )

    def compose(self, due: Sequence[Due]) -> dict[int, Content | Skip]:
        """For each reader what the sections have for them, and the notices that were kept for the digest."""
        readers = {one.recipient.pk: one.recipient for one in due if one.recipient}
        at = max(one.at for one in due)
        before = self._before(list(readers))
        sections = [(each, each.tell(list(readers.values()), at)) for each in self.sections()]
        notices = self._notices([one.pk for one in due], list(readers), at)
        wishes = reports.wishes_of(readers.values(), at=at)
        told: dict[int, Content | Skip] = {}
        for one in due:
            reader = one.recipient.pk if one.recipient else 0
            own = [(section, items) for section, of in sections if (items := of.get(reader))]
            with one.voice():
                written = self._written(one.at, own, notices.get(reader, []), before.get(reader))
                if isinstance(written, Content) and one.recipient:
                    written = replace(written, next=_next(wishes.rhythm(one.recipient, self.kind), one.at))
            told[one.pk] = written
        return told

    def sections(self) -> list[Section]:
        return [section for section in _sections.values() if section.digest == self.key]

    def _before(self, readers: list[int]) -> dict[int, _Before]:
        gone = Delivery.objects.filter(kind=self.key, state__in=(Delivery.State.SENT, Delivery.State.UNKNOWN))
        latest = gone.filter(recipient=OuterRef("pk"), channel=Channel.MAIL).order_by("-due_at", "-pk").values("pk")
        last = Person.objects.filter(pk__in=readers).values_list(Subquery(latest[:1]), flat=True)
        return {
            row.recipient_id: _Before(row.sent_at or row.due_at, frozenset(row.items or ()))
            for row in Delivery.objects.filter(pk__in=[pk for pk in last if pk])
            if row.recipient_id
        }

    def _notices(self, pks: list[int], readers: list[int], at: datetime) -> dict[int, list[tuple[int, Content]]]:
        """By reader: notices that wait for a digest, as they are to be told now."""
        found: dict[int, list[tuple[int, Content]]] = {}
        if self.key == PERSONAL_DIGEST:
            rows = Delivery.objects.gathered(at, pks).filter(recipient__in=readers).select_related("recipient")
            for row, content in reports.gathered(rows.order_by("due_at", "pk"), at):
                if row.recipient_id:
                    found.setdefault(row.recipient_id, []).append((row.pk, content))
        return found

    def _written(
        self,
        at: datetime,
        sections: Sequence[tuple[Section, Sequence[Item]]],
        notices: Sequence[tuple[int, Content]],
        before: _Before | None,
    ) -> Content | Skip:
        """Without anything, or with nothing that its reader was not told of within the week, there is no digest."""
        if before and before.at > at - NOT_AGAIN:
            return Skip("one went already")
        known = before.items if before else frozenset()
        items = [item.name for _section, each in sections for item in each]
        if not items and not notices:
            return Skip("nothing to tell")
        if before and before.at > at - SAY_AGAIN and not notices and known.issuperset(items):
            return Skip("nothing new")
        fresh = len(notices) + sum(name not in known for name in items)
        return Content(
            title=f"{self.name}: {_counts(fresh, len(items) + len(notices) - fresh)}",
            parts=[*_told_since(notices), *(_part(section, each, known) for section, each in sections)],
            href="/",
            action=_("Open my work"),
            items=items,
            carries=[pk for pk, _content in notices],
        )


def _next(rhythm: Rhythm | None, at: datetime) -> str:
    turn = rhythm.next(at) if rhythm else None
    if turn is None:
        return ""
    day = date_format(localtime(turn.due_at), "l j F, H:i")
    return _("The next comes on %(day)s, if there is something new then.") % {"day": day}


def _counts(fresh: int, again: int) -> str:
    """What the list of one's mails shows of a digest: is there something new?"""
    said = [_("%(count)d new") % {"count": fresh}] if fresh else []
    return ", ".join([*said, _("%(count)d still open") % {"count": again}] if again else said)


def _told_since(notices: Sequence[tuple[int, Content]]) -> list[Part]:
    lines = [Line(content.title, " · ".join(content.text[:1]), content.href) for _pk, content in notices]
    return [Part(_("Since the last one"), lines[:MOST], max(0, len(lines) - MOST))] if lines else []


def _part(section: Section, items: Sequence[Item], known: frozenset[str]) -> Part:
    lines = [Line(item.title, item.meta, item.href, item.name not in known) for item in items]
    return Part(str(section.title), lines[:MOST], max(0, len(lines) - MOST))


def declare_digest(digest: Digest) -> None:
    """Make a digest known, and its kind; once, from the app's ready()."""
    kinds.declare(digest.kind)
    _digests[digest.key] = digest


def declare_section(*sections: Section) -> None:
    """Make sections known, in the order in which they are to be read; once each, from the app's ready()."""
    for section in sections:
        if _sections.setdefault(section.key, section) is not section:
            raise ValueError(f"Two sections are called {section.key}.")


def all_digests() -> list[Digest]:
    """Every digest: the personal one first."""
    return sorted(_digests.values(), key=lambda digest: (digest.key != PERSONAL_DIGEST, digest.key))


def digest_of(key: str) -> Digest | None:
    """The digest whose kind has the key; None for kinds that are none."""
    return _digests.get(key)


PERSONAL = Digest(
    PERSONAL_DIGEST,
    gettext_lazy("Your work"),
    gettext_lazy("What waits on you, and the notices that you want in the digest. None comes when there is nothing."),
    readers=Person.objects.active,
)
LINE = Digest(
    "notifications.line_digest",
    gettext_lazy("Your people"),
    gettext_lazy("What waits on those who report to you. None comes when there is nothing."),
    readers=lambda: Person.objects.active().leading(),
)
