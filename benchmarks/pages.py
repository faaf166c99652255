"""The table of what is measured. To measure another page, add a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from django.urls import reverse

from benchmarks.volume import AT, Volume
from hiring.models import Interview, Opening, Scorecard
from portal import reports

Reader = Literal["recruiter", "auditor", "panellist", "writer", "trainer", "nobody"]
Body = dict[str, str] | None
# Goals of docs/performance.md: how often the floor's time a page may take.
LIST, RANKING, WRITE, WALL, POST = 3, 4, 5, 2, 3
A_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of ours, the page of the floor it is held against, and how much more it may cost.

    `requests` gives an address with the body to POST there (None for a GET) for each turn; fewer than there are turns
    are asked for again and again.
    """

    name: str
    requests: Callable[[Volume], list[tuple[str, Body]]]
    floor: Callable[[Volume], str]
    goal: float
    reader: Reader = "recruiter"


def _get(name: str, *args: str, query: str = "") -> Callable[[Volume], list[tuple[str, Body]]]:
    """A page by its URL name; `args` name what of the volume its address holds."""

    def requests(volume: Volume) -> list[tuple[str, Body]]:
        return [(reverse(name, args=[getattr(volume, arg).pk for arg in args]) + query, None)]

    return requests


def _rows(count: int, kind: str = "rows") -> Callable[[Volume], str]:
    return lambda _volume: f"/{kind}/{count}"


def _as_many_openings(_volume: Volume) -> str:
    return f"/rows/{min(Opening.objects.count(), A_PAGE)}"


def _as_many_to_come(_volume: Volume) -> str:
    return f"/rows/{min(Interview.objects.filter(starts_at__gte=AT).count(), A_PAGE)}"


def _as_many_as_work(reader: Literal["recruiter", "panellist"]) -> Callable[[Volume], str]:
    def floor(volume: Volume) -> str:
        return f"/rows/{sum(len(group.items) for group in reports.my_work(getattr(volume, reader), at=AT))}"

    return floor


def _saves(volume: Volume) -> list[tuple[str, Body]]:
    """The whole form, as the page sends it while somebody types."""
    version = volume.kit_version
    body = {"revision": "0", "person": str(volume.writer.pk), "seconds": "15", "recommendation": "3", "summary": "Yes."}
    for pk in version.competencies.values_list("pk", flat=True):
        body |= {f"rating-{pk}": "4", f"evidence-{pk}": "Asked the customer twice what they had tried."}
    for pk in version.questions.values_list("pk", flat=True):
        body |= {f"state-{pk}": "asked", f"notes-{pk}": "A caller who had been passed on four times."}
    return [(reverse("hiring:scorecard-save", args=[pk]), body) for pk in volume.to_save]


def _submits(volume: Volume) -> list[tuple[str, Body]]:
    """The last of three: it reveals the interview and computes the score."""
    revisions = dict(
        Scorecard.objects.filter(
            panellist__person=volume.writer, panellist__interview__in=volume.to_submit
        ).values_list("panellist__interview", "revision")
    )
    return [
        (reverse("hiring:scorecard-submit", args=[pk]), {"revision": str(revisions[pk])}) for pk in volume.to_submit
    ]


def _on_the_wall(query: str) -> Callable[[Volume], list[tuple[str, Body]]]:
    return lambda volume: [(f"{reverse('recognition:wall')}?{query.format(volume=volume)}", None)]


def _thanks(volume: Volume) -> list[tuple[str, Body]]:
    """Another one each time: the same token again would be the same thanks."""
    body = {
        "to_0": volume.writer.email, "value": str(volume.value.pk), "visibility": "0",
        "did": "Stayed with a caller until the parcel was found.",
    }  # fmt: skip
    return [(reverse("recognition:recognise"), body | {"token": str(uuid4())}) for _each in range(60)]


PAGES = [
    Page("my work of a recruiter", _get("home"), _as_many_as_work("recruiter"), LIST),
    Page("my work of a panellist", _get("home"), _as_many_as_work("panellist"), LIST, "panellist"),
    Page("search", _get("search", query="?q=maya"), _rows(8), LIST),
    Page("openings", _get("hiring:opening-list"), _as_many_openings, LIST),
    Page("pipeline board", _get("hiring:opening-detail", "opening"), _rows(A_PAGE), LIST),
    Page("pipeline board of 500", _get("hiring:opening-detail", "crowded"), _rows(A_PAGE), LIST),
    Page("candidates", _get("hiring:candidate-list"), _rows(A_PAGE), LIST),
    Page("candidates, one found", _get("hiring:candidate-list", query="?q=candidate000777"), _rows(1), LIST),
    Page("candidates, many found", _get("hiring:candidate-list", query="?q=maya"), _rows(A_PAGE), LIST),
    Page("candidates, filtered", _get("hiring:candidate-list", query="?state=active&stalled=on"), _rows(A_PAGE), LIST),
    Page("candidates by name", _get("hiring:candidate-list", query="?sort=name"), _rows(A_PAGE), LIST),
    # Three stages, an interview, a score, four facts, three lines of the timeline.
    Page("application", _get("hiring:application-detail", "application"), _rows(12), LIST),
    Page("interviews", _get("hiring:interview-list", query="?who=all&show=past"), _rows(A_PAGE), LIST),
    Page("interviews to come", _get("hiring:interview-list", query="?who=all"), _as_many_to_come, LIST),
    Page("interviews of a panellist", _get("hiring:interview-list"), _rows(6), LIST, "panellist"),
    # Half of an opening was interviewed: 25 rows of what was computed at reveal.
    Page("comparison", _get("hiring:stage-compare", "stage"), _rows(25, "ranked"), RANKING),
    Page("comparison of 500", _get("hiring:stage-compare", "crowded_stage"), _rows(500, "ranked"), RANKING),
    # Of three panellists on seven competencies: 7 heads with their numbers, 21 ratings with evidence, 7 lines of the
    # profile, 7 of the table behind it, 3 recommendations.
    Page("debrief", _get("hiring:interview-debrief", "interview"), _rows(45), LIST),
    # 7 competencies with 35 anchors, 7 questions with 7 probes, 15 findings of the structure check.
    Page("kit", _get("hiring:kit-detail", "kit"), _rows(71), LIST),
    Page("directory", _get("people:person-list"), _rows(A_PAGE), LIST),
    Page("audit trail", _get("people:audit-list"), _rows(A_PAGE), LIST, "auditor"),
    # 200 people by 40 modules: the floor shows 8,000 rows of its table as many to a line.
    Page("training of 200 people", _get("training:matrix"), _rows(200, "matrix"), LIST, "trainer"),
    # Ten modules that are open, ten that were completed.
    Page("my training", _get("training:mine"), _rows(20), LIST, "trainer"),
    Page("modules", _get("training:module-list"), _rows(40), LIST, "trainer"),
    Page("wall", _get("recognition:wall"), _rows(20), WALL, "panellist"),
    Page("wall, one value", _on_the_wall("value={volume.value.pk}"), _rows(20), WALL, "panellist"),
    Page("wall, searched", _on_the_wall("q=parcel+maya"), _rows(20), WALL, "panellist"),
    # A recognition, whom it thanks, two notices and a line of the audit trail.
    Page("thank somebody", _thanks, _rows(5, "insert"), POST, "panellist"),
    Page("candidates over the API", _get("hiring-api:candidate-list"), _rows(A_PAGE), LIST),
    Page("sign-in", _get("account_login"), _rows(1), LIST, "nobody"),
    # Seven ratings and seven answers.
    Page("save a scorecard", _saves, _rows(14, "write"), WRITE, "writer"),
    Page("submit a scorecard", _submits, _rows(7, "write"), WRITE, "writer"),
]
