"""Sealing, tried as an attacker would: every page, fragment, file and API answer that a reader can reach, by links and
by guessing, compared from before to after a colleague writes, submits, and is revealed.

Whoever owes a scorecard must find every byte the same. Whoever may know who submitted must not find what.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from hiring import notices
from hiring.actions import decisions, interviews, openings, scorecards
from hiring.invitations import INTERVIEW_INVITATION
from hiring.models import ApplicationFile, ApplicationNote, Interview, Panellist, Scorecard, Stage
from notifications.actions import feeds
from notifications.actions import notices as telling
from notifications.models import Delivery
from notifications.occurrences import named
from notifications.steps import Step
from people.models import Person, Role
from tests.cast import (
    NOW,
    fill_scorecard,
    fresh,
    grant,
    interview_stage,
    make_application,
    make_interview,
    make_opening,
    make_person,
    make_recruiter,
)

# What rows a person finds is tried on both engines in test_twins.py; here it is what pages make of them.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVIDENCE, SUMMARY, NOTES = "CANARY-evidence", "CANARY-summary", "CANARY-notes"
MOST_PAGES = 400
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SECOND_FACTOR = "nobody"
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass
class Scene:
    """Cara's interview: Lea leads and writes, Max is a member, the reader sits where the test says."""

    interview: Interview
    lea: Person
    max: Person
    recruiter: Person
    reader: Person
    card: Scorecard
    feed: str

    @property
    def application(self):
        return self.interview.application


def set_scene(place: str, *, blind: bool = False) -> Scene:
    lea, max_, reader, recruiter = (make_person(name) for name in ("Lea Lead", "Max Member", "Rae Reader", "Rik Rik"))
    grant(recruiter, Role.RECRUITER)
    opening = make_opening(blind=blind, title="Front desk", manager=reader if "manager" in place else None)
    if "recruiter" in place:
        grant(reader, Role.RECRUITER)
    if "auditor" in place:
        grant(reader, Role.AUDITOR)
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    openings.set_rule(opening=opening, rule=rule, by=recruiter, at=NOW - timedelta(days=9))
    application = make_application(opening, name="Cara Candidate")
    stage = interview_stage(opening)
    seats = [interviews.Seat(lea, "lead"), interviews.Seat(max_)]
    if "on the panel" in place:
        seats.append(interviews.Seat(reader))
    if "shadow" in place:
        seats.append(interviews.Seat(reader, Panellist.Role.SHADOW))
    interview = interviews.schedule_interview(
        application=application, stage=stage, starts_at=NOW - timedelta(hours=2), panel=seats, by=recruiter, at=NOW
    )
    if "another stage" in place:
        second = Stage.objects.create(opening=opening, position=9, name="Second", kit_version=stage.kit_version)
        make_interview(application, (reader, max_), stage=second, starts_at=NOW + timedelta(days=1))
    neighbour = make_application(opening, name="Nora Neighbour")
    revealed = make_interview(neighbour, (max_, recruiter), starts_at=NOW - timedelta(days=2))
    for person in (max_, recruiter):
        write(revealed, person, evidence="Open.", summary="Open.", notes="Open.")
        submit(revealed, person)
    card = write(interview, lea)
    tell(interview, reader)
    feed = reverse("calendar-feed", args=[feeds.make_feed(person=reader, at=NOW)])
    Client().get(feed)  # so that it was fetched this hour, whoever crawls
    return Scene(interview, lea, max_, recruiter, fresh(reader), card, feed)


def tell(interview, person) -> None:
    """The person's inbox has a notice of each kind about the interview, as it would have come before and after it."""
    period, invited = notices.period_of(interview), str(Step.of(interview, invited=True))
    kinds = [(notices.INTERVIEW_TOMORROW, period), (notices.INTERVIEW_SOON, period), (notices.SCORECARD_DUE, "1")]
    kinds += [(notices.SCORECARD_MISSING, ""), (notices.SEAL_CLOSED, ""), (INTERVIEW_INVITATION, invited)]
    for kind, occurrence in kinds:
        telling.notify(
            kind=kind, subject_id=interview.pk, to=[person], at=NOW, due_at=NOW + HOUR, occurrence=occurrence
        )
    telling.notify(
        kind=notices.DECISION_WAITING,
        subject_id=interview.stage_id,
        to=[person],
        at=NOW,
        due_at=NOW + HOUR,
        occurrence=f"{named(NOW)}-1",
    )
    told = Delivery.objects.filter(channel="portal")
    told.filter(kind__startswith="hiring.interview").update(state="sent", sent_at=interview.starts_at - HOUR)
    told.exclude(kind__startswith="hiring.interview").update(state="sent", sent_at=NOW)


def write(interview, person, *, evidence=EVIDENCE, summary=SUMMARY, notes=NOTES) -> Scorecard:
    card = scorecards.open_scorecard(interview=interview, person=person, at=NOW)
    version = interview.kit_version
    data = scorecards.ScorecardInput(
        ratings={each.pk: scorecards.RatingInput(5, evidence=evidence) for each in version.competencies.all()},
        questions={each.pk: scorecards.QuestionInput("asked", notes) for each in version.questions.all()},
        recommendation=4,
        summary=summary,
    )
    return scorecards.save_scorecard(scorecard=card, revision=card.revision, data=data, at=NOW)


def submit(interview, person) -> Scorecard:
    card = Scorecard.objects.get(panellist__interview=interview, panellist__person=person)
    return scorecards.submit_scorecard(scorecard=card, revision=card.revision, by=person, at=NOW)


# --- the crawler ----------------------------------------------------------------------------------------------------

# Sign-in and support pages, and what holds no word about any application: left out, as every page is asked for often.
# Training and recognition know nothing of hiring, by contract; where they meet (my work, notices, search, people) is
# all here, and tests/access finds no word of hiring on a page of recognition.
SKIPPED = (
    "account/", "support/", "styleguide/", "static/", ".well-known/", "livez", "readyz", "robots.txt",
    "api/v1/docs", "api/v1/schema", "api/v1/hiring/competencies", "api/v1/hiring/questions", "api/v1/hiring/kit",
    "hiring/library/", "hiring/kits/", "hiring/candidates/import/", "people/imports/", "people/teams/", "people/roles/",
    "training/", "api/v1/training", "recognition/", "api/v1/recognition", "mail/webhooks/",
)  # fmt: skip
LINK = re.compile(r'\b(?:href|hx-get|data-href)="([^"]*)"')
# What differs from one answer to the next of the very same page.
NOISE = [
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1"),
    (re.compile(r'("X-CSRFToken": ")[^"]*'), r"\1"),
    (re.compile(r"(&quot;X-CSRFToken&quot;: &quot;)[^&]*"), r"\1"),
    (re.compile(r'("token": ")[^"]*'), r"\1"),
    (re.compile(r'(name="token" value=")[^"]*'), r"\1"),
]
QUIET_HEADERS = {"X-Request-ID", "Set-Cookie"}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


def seeds(scene: Scene) -> list[str]:
    """Every address of the project, with the ids of the scene's own things, and lists searched, filtered and sorted."""
    version = scene.interview.kit_version
    pks = {
        "interviews": scene.interview.pk,
        "applications": scene.application.pk,
        "candidates": scene.application.candidate_id,
        "openings": scene.application.opening_id,
        "stages": scene.interview.stage_id,
        "scorecards": scene.card.pk,
        "versions": version.pk,
        "kit-versions": version.pk,
        "kits": version.kit_id,
        "directory": scene.lea.pk,
        "people": scene.lea.pk,
    }
    found = []
    for route in routes():
        if route.startswith(SKIPPED) or re.search(r"<(?!int:pk>)|\(\?P", route):
            continue
        noun = route.partition("/<int:pk>")[0].rpartition("/")[2]
        found.append("/" + route.replace("<int:pk>", str(pks.get(noun, 1))).lstrip("^").rstrip("$"))
    lists = ["/hiring/interviews/", "/hiring/candidates/", "/hiring/openings/", f"/hiring/openings/{pks['openings']}/"]
    found += [f"/search/?q={words}" for words in ("CANARY", "Cara", "zq", "Lea", "Candidate")]
    found += [f"{address}?q={words}" for address in lists for words in ("CANARY", "Cara")]
    found += [f"{address}?sort={way}{name}" for address in lists for way in ("", "-")
              for name in ("score", "name", "submitted", "state", "stage")]  # fmt: skip
    found += [f"/hiring/interviews/?who=all&show={show}" for show in ("", "waiting", "past")]
    found += [f"/hiring/interviews/{scene.interview.pk}/scorecard/?view=all", scene.feed]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


def fetch(client: Client, address: str, **headers: str) -> Answer:
    response = client.get(address, headers=headers)
    raw = response.getvalue()
    body = unescape_ids(raw.decode(errors="replace"), response.headers.get("X-Request-ID", ""))
    kept = {name: value for name, value in response.headers.items() if name not in QUIET_HEADERS}
    return Answer(response.status_code, tuple(sorted(kept.items())), body)


def unescape_ids(body: str, request_id: str) -> str:
    for pattern, kept in NOISE:
        body = pattern.sub(kept, body)
    return body.replace(request_id, "") if request_id else body


def crawl(person, scene: Scene) -> dict[str, Answer]:
    """Everything that the person can reach: seeds and what they link to, whole and as htmx asks for them."""
    client = Client()
    client.force_login(person)
    client.raise_request_exception = False
    waiting, found = ["/", *seeds(scene)], {}
    seen = set(waiting)
    while waiting:
        address = waiting.pop(0)
        answer = found[address] = fetch(client, address)
        assert answer.status < 500, f"{address} broke"
        if answer.status == 200 and address.startswith(("/hiring/", "/search/")) and "sort=" not in address:
            found[f"{address} (htmx)"] = fetch(client, address, HX_Request="true")
        for link in LINK.findall(answer.body):
            parts = urlsplit(urljoin(address, unescape(link)))
            target = parts._replace(fragment="").geturl()
            if (
                not parts.scheme
                and not parts.netloc
                and parts.path
                and not parts.path.lstrip("/").startswith(SKIPPED)
                and target not in seen
            ):
                seen.add(target)
                waiting.append(target)
        assert len(found) < 2 * MOST_PAGES, "the crawl does not end"
    return found


def changed(before: dict[str, Answer], after: dict[str, Answer]) -> list[str]:
    return sorted(address for address in before.keys() | after.keys() if before.get(address) != after.get(address))


def holding(found: dict[str, Answer], *words: str) -> list[str]:
    return sorted(address for address, answer in found.items() if any(word in answer.body for word in words))


# --- whoever owes a scorecard notices nothing at all ---------------------------------------------------------------

OWING = [
    "member on the panel",
    "shadow",
    "recruiter on the panel",
    "recruiter and shadow",
    "manager on the panel",
    "recruiter of another stage, on the panel of another stage only",
]


@pytest.mark.parametrize("place", OWING)
def test_whoever_owes_notices_nothing_of_the_others(place):
    scene = set_scene(place.replace("on the panel of another stage only", "another stage"))
    before = crawl(scene.reader, scene)
    assert holding(before, EVIDENCE, SUMMARY, NOTES) == []
    assert before[scene.interview.get_absolute_url()].status == before[scene.feed].status == 200
    submit(scene.interview, scene.lea)
    assert changed(before, crawl(scene.reader, scene)) == []
    write(scene.interview, scene.max)
    if Panellist.objects.filter(interview=scene.interview, person=scene.reader, role="member").exists():
        interviews.break_seal(interview=scene.interview, reason="CANARY-evidence", by=scene.recruiter, at=NOW)
    else:
        submit(scene.interview, scene.max)
    scene.interview.refresh_from_db()
    assert scene.interview.is_revealed
    card = Scorecard.objects.get(pk=scene.card.pk)
    scorecards.add_later_view(scorecard=card, recommendation=1, cause=EVIDENCE, by=scene.lea, at=NOW)
    decisions.add_debrief_note(interview=scene.interview, text=EVIDENCE, by=scene.lea, at=NOW)
    assert changed(before, crawl(scene.reader, scene)) == []


def test_the_crawl_would_notice():
    """The same crawl by somebody who may know: else the equality above proves nothing."""
    scene = set_scene("recruiter off the seats")
    before = crawl(scene.reader, scene)
    assert holding(before, EVIDENCE, SUMMARY, NOTES) == []
    submit(scene.interview, scene.lea)
    sealed = crawl(scene.reader, scene)
    assert {"/hiring/interviews/?who=all&show=waiting", scene.interview.get_absolute_url()} <= set(
        changed(before, sealed)
    )
    assert holding(sealed, EVIDENCE, SUMMARY, NOTES) == []
    write(scene.interview, scene.max)
    submit(scene.interview, scene.max)
    shown = holding(crawl(scene.reader, scene), EVIDENCE)
    assert scene.card.get_absolute_url() in shown
    assert f"/hiring/interviews/{scene.interview.pk}/debrief/" in shown
    assert any(address.startswith("/api/") for address in shown)


# --- before reveal nobody but its author reads a scorecard ---------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    ["submitted, on the panel", "manager off the seats", "stranger", "auditor", "recruiter, submitted, on the panel"],
)
def test_sealed_words_are_shown_to_nobody(place):
    scene = set_scene(place)
    submit(scene.interview, scene.lea)
    if "submitted" in place:
        write(scene.interview, scene.reader, evidence="Mine.", summary="Mine.", notes="Mine.")
        submit(scene.interview, scene.reader)
    assert holding(crawl(scene.reader, scene), EVIDENCE, SUMMARY, NOTES) == []
    assert holding(crawl(scene.lea, scene), EVIDENCE) != []


def test_shadow_never_brings_about_a_reveal():
    scene = set_scene("shadow")
    write(scene.interview, scene.reader, evidence="Mine.", summary="Mine.", notes="Mine.")
    submit(scene.interview, scene.reader)
    submit(scene.interview, scene.lea)
    scene.interview.refresh_from_db()
    assert not scene.interview.is_revealed
    assert holding(crawl(scene.reader, scene), EVIDENCE, SUMMARY, NOTES) == []


def in_the_trail(reader) -> set[tuple[str, str]]:
    client = Client()
    client.force_login(reader)
    rows = csv.DictReader(fetch(client, "/people/audit/export/").body.lstrip("\ufeff").splitlines())
    return {(row["deed"], row["thing"]) for row in rows}


def test_auditor_on_the_panel_reads_nothing_of_it_in_the_trail():
    scene = set_scene("auditor on the panel")
    before = in_the_trail(scene.reader)
    submit(scene.interview, scene.lea)
    assert in_the_trail(scene.reader) - before == {("people.audit_exported", "")} - before
    outsider = make_person("Other Auditor")
    grant(outsider, Role.AUDITOR)
    assert ("hiring.scorecard_submitted", str(scene.card.pk)) in in_the_trail(outsider)


# --- refusals tell nothing either -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["recruiter on the panel", "recruiter and shadow"])
def test_trying_to_act_tells_nothing(place):
    """Every POST that an owing recruiter can try is answered alike, whatever the others have submitted."""
    answers = []
    for submitted in (0, 1, 2):
        scene = set_scene(place)
        for person in (scene.lea, scene.max)[:submitted]:
            write(scene.interview, person)
            submit(scene.interview, person)
        client = Client()
        client.force_login(scene.reader)
        pk, data = (
            scene.interview.pk,
            {"do": "store", "reason": "x", "date": "2026-12-01", "time": "10:00", "place": ""},
        )
        tried = [
            f"/hiring/interviews/{pk}/{deed}/" for deed in ("move", "panel", "cancel", "break-seal", "take-up")
        ] + [f"/hiring/applications/{scene.application.pk}/interviews/new/"]
        if "shadow" in place:
            tried.append(f"/hiring/interviews/{pk}/no-show/")
        lead = {f"panel-{scene.recruiter.pk}": "lead", "stage": scene.interview.stage_id}
        found = [client.post(address, data | lead) for address in tried]
        told = [re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()) for answer in found]
        refusals = [re.findall(r"Your own scorecard[^.]*\.", words) for words in told]
        answers.append([(answer.status_code, said) for answer, said in zip(found, refusals, strict=True)])
        assert Interview.objects.filter(application=scene.application).count() == 1
    assert answers[0] == answers[1] == answers[2]


def test_no_show_by_a_panellist_succeeds_whatever_the_others_submitted():
    for submitted in (False, True):
        scene = set_scene("recruiter on the panel")
        if submitted:
            submit(scene.interview, scene.lea)
        interviews.mark_no_show(interview=scene.interview, by=scene.reader, at=NOW)
        scene.interview.refresh_from_db()
        assert scene.interview.state == "no_show"
        assert holding(crawl(scene.reader, scene), EVIDENCE, SUMMARY, NOTES) == []


# --- blind openings -------------------------------------------------------------------------------------------------

IDENTITY = ("Zelda", "Quux", "canary.mail", "5550199", "canary-cv")


@pytest.mark.parametrize("place", ["member on the panel", "recruiter on the panel", "manager on the panel", "shadow"])
def test_blind_panel_learns_no_name_before_reveal(place):
    scene = set_scene(place, blind=True)
    candidate = scene.application.candidate
    candidate.full_name, candidate.email, candidate.phone = "Zelda Quux", "zq@canary.mail", "5550199"
    candidate.search_text = "zelda quux zq@canary.mail"
    candidate.save()
    file = ApplicationFile(application=scene.application, name="canary-cv.pdf", content_type="application/pdf",
                           size=3, digest="x", uploaded_at=NOW)  # fmt: skip
    file.file.save("stored.pdf", ContentFile(b"%PDF"), save=False)
    file.save()
    ApplicationNote.objects.create(application=scene.application, text="Zelda called.", written_at=NOW)
    assert holding(crawl(scene.reader, scene), *IDENTITY) == []
    client = Client()
    client.force_login(scene.reader)
    for address in ("/hiring/candidates/", "/hiring/interviews/?who=all", "/search/", "/hiring/openings/"):
        for words in ("Zelda", "5550199", "nobody-has-this-name"):
            joined = "&" if "?" in address else "?"
            answer = fetch(client, f"{address}{joined}q={words}")
            assert "Candidate 1" not in answer.body.replace("Candidates", "")
    knows = make_recruiter("Other")
    assert holding(crawl(knows, scene), "Zelda") != []


def test_blind_panel_learns_the_name_at_reveal():
    scene = set_scene("bystander", blind=True)
    assert holding(crawl(scene.lea, scene), "Cara Candidate") == []
    write(scene.interview, scene.max)
    for person in (scene.lea, scene.max):
        submit(scene.interview, person)
    assert scene.interview.get_absolute_url() in holding(crawl(scene.lea, scene), "Cara Candidate")


def test_own_scorecard_is_never_mixed_up_with_anothers():
    scene = set_scene("member on the panel")
    fill_scorecard(scene.interview, scene.reader, evidence="MINE", submitted=False)
    found = crawl(scene.reader, scene)
    assert f"/hiring/interviews/{scene.interview.pk}/scorecard/" in holding(found, "MINE")
    assert holding(found, EVIDENCE) == []
