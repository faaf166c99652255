"""One row of *my work*: what waits on somebody, as each app reports it and the home page lists it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WorkItem:
    """`due` orders the list (None: whenever); `tone` and `icon` are those of the component set; `action` is what the
    link does ("Score", "Decide")."""

    kind: str
    title: str
    href: str
    action: str
    meta: str = ""
    due: datetime | None = None
    icon: str = ""
    tone: str = "plain"
