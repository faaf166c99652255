"""What a feature declares before it may speak: its kinds, in its own app, at the start of the process.

SCORECARD_DUE = Kind(
    key="hiring.scorecard_due",
    name=_("Scorecard due"),
    about=_("When an interview you sat in is over and your scorecard is not in."),
    compose=scorecards_due,
)

`compose` is asked for a chunk at a time, just before it is sent, and again whenever a notice is shown in the portal: it
looks at the facts as they stand and says for each what to tell, or why not to tell it any more. So the ledger keeps no
words, and nobody's inbox shows what its owner may no longer see.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from notifications.calendars import Invite
from notifications.models.choices import Cadence, Channel

if TYPE_CHECKING:
    from people.models import Person

__all__ = [
    "Attachment", "Cadence", "Channel", "Compose", "Content", "Due", "Forecast", "Invite", "Kind", "Line", "Part",
    "Skip", "UnknownKind", "all_forecasts", "all_kinds", "closed_subjects", "declare", "declare_forecast", "kind_of",
    "name_of", "voice_of",
]  # fmt: skip

Text = str | Promise
PERSONAL_DIGEST = "notifications.digest"  # the one that gathers what its reader does not want at once


@dataclass(frozen=True)
class Due:
    """One delivery that is about to be made, or was made: `at` is the moment of telling. `recipient` is None for
    somebody without an account: then `outsider` names them in the feature's own words.

    `beside`, for kinds that follow one another: the other occurrences of the same subject for the same reader by the
    same channel, with whether each was told, or may have been. What was taken back is not among them.
    """

    pk: int
    subject_id: int
    occurrence: str
    channel: Channel
    at: datetime
    recipient: "Person | None"
    outsider: str = ""
    beside: Mapping[str, bool] = field(default_factory=dict)

    def voice(self) -> AbstractContextManager[None]:
        """Within it, words and hours are in the recipient's language and zone: compose what they read inside."""
        return voice_of(self.recipient)


@contextmanager
def voice_of(reader: "Person | None") -> Iterator[None]:
    """Within it, words and hours are in the reader's language and zone; of an outsider, in those of the settings."""
    language = reader.language if reader else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(reader.zone if reader else timezone.get_default_timezone()):
        yield


@dataclass(frozen=True)
class Line:
    """One line of a digest: something to look at, since the last one or for longer."""

    title: str
    meta: str = ""
    href: str = ""
    is_new: bool = True


@dataclass(frozen=True)
class Part:
    """One heading of a digest; `more` lines are left out of it."""

    title: str
    lines: Sequence[Line]
    more: int = 0


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True)
class Content:
    """What to tell one reader, in their language and zone, holding nothing that they may not know.

    `title` is the mail's subject and the notice's line; `href` a path of the portal. `thread` is the same for all that
    is about one matter, so that mail programs put it together. `next` says when its mails go on ("The next comes in two
    days, if it is still open."). `invite` is for the reader's calendar: by mail only. `address`, `language` and `zone`
    are for outsiders; `name` too, whom the invite invites. `parts`, the names of their `items` and the deliveries that
    it `carries` are a digest's.
    """

    title: str
    text: Sequence[str] = ()
    href: str = ""
    action: str = ""
    thread: str = ""
    next: str = ""
    attachments: Sequence[Attachment] = ()
    invite: Invite | None = None
    name: str = ""
    address: str = ""
    language: str = ""
    zone: str = ""
    parts: Sequence[Part] = ()
    items: Sequence[str] = ()
    carries: Sequence[int] = ()


@dataclass(frozen=True)
class Skip:
    """Nothing is to be told any more: one stable word for the ledger ("moved", "submitted", "not visible")."""

    reason: str


Compose = Callable[[Sequence[Due]], Mapping[int, Content | Skip]]


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `keeps`: how late is too late. `repeats`: when nobody knows whether a mail left, send it again under the same
    Message-ID (a reminder that comes twice does less harm than one that never comes) rather than leave it in doubt.
    `fixed`: why it cannot be switched off; "" when it can. `stops`: what somebody without an account switches off by
    the link in the mail, in their words ("Reminders of your interviews"); "" when they cannot. `urgency`: "high" passes
    quiet hours and budgets, "low" goes into the digest when the day's budget (settings.MAILS_A_DAY) is used up.
    `follows`: its notices about one matter follow one another, and what to say depends on what was said before:
    Due.beside.

    `sample`: what such a notice looks like, about nobody who exists, for operators to look at. `closed_to`: subjects of
    which the person may not learn what became of their notices, whatever else they are (an operator on a panel).
    """

    key: str
    name: Text
    about: Text
    compose: Compose
    urgency: Literal["high", "normal", "low"] = "normal"
    cadence: Mapping[Channel, Cadence] = field(
        default_factory=lambda: {Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.NOW}
    )
    keeps: timedelta = timedelta(days=1)
    repeats: bool = False
    fixed: Text = ""
    follows: bool = False
    stops: Text = ""
    sample: Callable[[], Content] | None = None
    closed_to: "Callable[[Person], Collection[int]] | None" = None

    @property
    def app(self) -> str:
        return self.key.partition(".")[0]

    @property
    def anchor(self) -> str:
        """Where its line stands on the page of preferences."""
        return f"kind-{re.sub('[._]', '-', self.key)}"


class UnknownKind(LookupError):
    """No feature of this process declares the kind: a row of a later or an earlier release."""


_KEY = re.compile(r"[a-z][a-z_]{0,39}\.[a-z][a-z0-9_]{0,39}")
_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Make the kinds known; once each, from the app's ready()."""
    for kind in kinds:
        if not _KEY.fullmatch(kind.key):  # it becomes part of a header
            raise ValueError(f"{kind.key!r} is no key of a kind.")
        if _kinds.setdefault(kind.key, kind) is not kind:
            raise ValueError(f"Two kinds are called {kind.key}.")


def kind_of(key: str) -> Kind:
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownKind(key) from None


def name_of(key: str) -> str:
    """The kind's name; of one that this process does not know, its key."""
    return str(_kinds[key].name) if key in _kinds else key


def closed_subjects(reader: "Person") -> dict[str, frozenset[int]]:
    """By kind, the subjects that are closed to the reader; one question for all kinds that ask alike."""
    asked = {kind.closed_to for kind in _kinds.values() if kind.closed_to}
    closed = {ask: frozenset(ask(reader)) for ask in asked}
    return {kind.key: closed[kind.closed_to] for kind in _kinds.values() if kind.closed_to and closed[kind.closed_to]}


class Forecast(Protocol):
    """What would be planned with this due time if nothing changed: for each moment and kind, how many deliveries.
    Nothing that is planned already, and nothing about subjects that are `closed` to who asks (closed_subjects)."""

    def __call__(
        self, *, closed: Mapping[str, Collection[int]], since: datetime, until: datetime
    ) -> "Iterable[tuple[datetime, Kind, int]]": ...


_forecasts: list[Forecast] = []


def declare_forecast(forecast: Forecast) -> None:
    """Make known how a feature looks ahead; once, from the app's ready()."""
    _forecasts.append(forecast)


def all_forecasts() -> list[Forecast]:
    return list(_forecasts)


def all_kinds() -> list[Kind]:
    """Every declared kind, app by app."""
    return sorted(_kinds.values(), key=lambda kind: kind.key)
