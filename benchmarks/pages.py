"""The table of what is measured. To measure another page, add a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from benchmarks.volume import Volume


@dataclass(frozen=True)
class Page:
    """One page of ours, the page of the floor it is held against, and how much more it may cost."""

    name: str
    address: Callable[[Volume], str]
    floor: str
    goal: float
    reader: Literal["recruiter", "panellist", "nobody"] = "recruiter"


PAGES = [
    Page("my work", lambda volume: reverse("home"), "/rows/20", 3),
    Page("search", lambda volume: reverse("search") + "?q=candidate", "/rows/50", 3),
    Page("sign-in", lambda volume: reverse("account_login"), "/rows/1", 3, "nobody"),
    # Every second application of a stage was interviewed: 25 rows of what was computed at reveal.
    Page("comparison", lambda volume: reverse("hiring:stage-compare", args=[volume.stage.pk]), "/ranked/25", 4),
    # Three panellists, seven competencies.
    Page("debrief", lambda volume: reverse("hiring:interview-debrief", args=[volume.interview.pk]), "/rows/21", 3),
]
