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

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from notifications.models.choices import Cadence, Channel

if TYPE_CHECKING:
    from people.models import Person

__all__ = [
    "Attachment", "Cadence", "Channel", "Compose", "Content", "Due", "Kind", "Skip", "UnknownKind", "all_kinds",
    "declare", "kind_of",
]  # fmt: skip

Text = str | Promise


@dataclass(frozen=True)
class Due:
    """One delivery that is about to be made, or was made: `at` is the moment of telling. `recipient` is None for
    somebody without an account: then `outsider` names them in the feature's own words."""

    pk: int
    subject_id: int
    occurrence: str
    channel: Channel
    at: datetime
    recipient: "Person | None"
    outsider: str = ""

    @contextmanager
    def voice(self) -> Iterator[None]:
        """Within it, words and hours are in the recipient's language and zone: compose what they read inside."""
        language = self.recipient.language if self.recipient else settings.LANGUAGE_CODE
        zone = self.recipient.zone if self.recipient else timezone.get_default_timezone()
        with translation.override(language), timezone.override(zone):
            yield


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True)
class Content:
    """What to tell one reader, in their language and zone, holding nothing that they may not know.

    `title` is the mail's subject and the notice's line; `href` a path of the portal. `thread` is the same for all that
    is about one matter, so that mail programs put it together. `address`, `language` and `zone` are for outsiders.
    """

    title: str
    text: Sequence[str] = ()
    href: str = ""
    action: str = ""
    thread: str = ""
    attachments: Sequence[Attachment] = ()
    address: str = ""
    language: str = ""
    zone: str = ""


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
    `fixed`: why it cannot be switched off; "" when it can. `urgency`: "high" passes quiet hours and budgets, "low" goes
    into the digest when the day's budget is used up.
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

    @property
    def app(self) -> str:
        return self.key.partition(".")[0]


class UnknownKind(LookupError):
    """No feature of this process declares the kind: a row of a later or an earlier release."""


_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Make the kinds known; once each, from the app's ready()."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) is not kind:
            raise ValueError(f"Two kinds are called {kind.key}.")


def kind_of(key: str) -> Kind:
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownKind(key) from None


def all_kinds() -> list[Kind]:
    """Every declared kind, app by app."""
    return sorted(_kinds.values(), key=lambda kind: kind.key)
