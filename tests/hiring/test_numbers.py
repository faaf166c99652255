"""Pages with several rows cost the same number of queries at 1, 3 and 50 of them. Lists with a page of their own kind
of test (interviews, candidates, kits, library, openings, board, comparison, my work) are measured there."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hiring import rule as rules
from hiring.actions import candidates as candidate_actions
from hiring.actions import decisions
from hiring.actions import openings as opening_actions
from hiring.models import Candidate, Decision, Interview, LaterView, Stage
from people.models import ImportRun
from tests.cast import (
    NOW,
    fill_scorecard,
    make_application,
    make_interview,
    make_kit_version,
    make_opening,
    make_person,
    make_recruiter,
)

pytestmark = pytest.mark.django_db
MOST = 12
MOST_OF_MY_WORK = 14
MOST_OF_A_DEBRIEF = 17  # five kinds of facts about one interview, and a line in the audit trail


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader():
    return make_recruiter()


def openings_of_one_candidate(reader, count):
    candidate = Candidate.objects.create(full_name="Cara", email=f"cara{count}@mail.example", created_at=NOW)
    for _number in range(count):
        make_application(make_opening(), candidate=candidate)
    return reverse("hiring:candidate-detail", args=[candidate.pk])


def people_candidates_openings_and_kits_found(reader, count):
    """A search that finds some of everything."""
    for number in range(count):
        make_person(f"Wanted Person {number}")
        make_application(make_opening(title=f"Wanted {number}"), f"Wanted Candidate {number}")
    return f"{reverse('search')}?q=wanted"


def interviews_in_sight(reader, count):
    for _number in range(count):
        make_interview(make_application(make_opening()), (reader,))
    return reverse("home")


def stages_of_an_opening(reader, count):
    opening = make_opening(recruiters=(reader,))
    for number in range(count):
        Stage.objects.create(
            opening=opening, position=number + 4, name=f"Step {number}", kit_version=make_kit_version()
        )
    return opening


def stages_to_edit(reader, count):
    return reverse("hiring:opening-stages", args=[stages_of_an_opening(reader, min(count, 15)).pk])


def versions_of_a_rule(reader, count):
    opening = make_opening()
    stages = opening.stages.order_by("position").select_related("kit_version")
    rule = opening_actions.suggested_rule(stages)
    for number in range(count):
        rule = rules.Rule(rule.stages, compensatory=number % 2 == 0)
        opening_actions.set_rule(opening=opening, rule=rule, by=reader, at=NOW, reason="Fairer.")
        opening_actions.fix_rule(opening=opening, at=NOW)
    return reverse("hiring:opening-rule", args=[opening.pk])


def moves_on_the_figures(reader, count):
    opening = make_opening()
    first, second = opening.stages.order_by("position")[:2]
    for _number in range(count):
        application = make_application(opening, stage=first)
        candidate_actions.move_applications(applications=[application], to_stage=second, by=reader, at=NOW)
    return reverse("hiring:opening-figures", args=[opening.pk])


def files_on_their_way_in(reader, count):
    for number in range(count):
        ImportRun.objects.create(
            kind="candidates", file_name=f"{number}.csv", uploaded_by=reader, uploaded_at=NOW, moved_at=NOW
        )
    return reverse("hiring:candidate-import")


def panellists_at_a_debrief(reader, count):
    interview = make_interview(make_application(make_opening()), tuple(make_person() for _number in range(count)))
    for number, seat in enumerate(list(interview.panellists.select_related("person"))):
        card = fill_scorecard(interview, seat.person, {"empathy": number % 5 + 1})
        LaterView.objects.create(
            scorecard=card,
            competency=interview.kit_version.competencies.first(),
            score=3,
            cause="x",
            by=seat.person,
            at=NOW,
        )
        Interview.objects.filter(pk=interview.pk).update(revealed_at=NOW, reveal="complete", state="held")
        interview.refresh_from_db()
        decisions.add_debrief_note(interview=interview, text="Said.", by=seat.person, at=NOW)
    return reverse("hiring:interview-debrief", args=[interview.pk])


def applications_to_export(reader, count):
    for _number in range(count):
        make_application(make_opening())
    return reverse("hiring:candidate-export")


def decisions_on_an_application(reader, count):
    application = make_application(make_opening())
    for number in range(count):
        Decision.objects.create(
            application=application, stage=application.stage, outcome="hold", reason="Wait.", by=make_person(),
            at=NOW - timedelta(days=number),
        )  # fmt: skip
    return reverse("hiring:application-decide", args=[application.pk])


PAGES = [
    openings_of_one_candidate, people_candidates_openings_and_kits_found, interviews_in_sight, stages_to_edit,
    versions_of_a_rule, moves_on_the_figures, files_on_their_way_in, panellists_at_a_debrief, applications_to_export,
    decisions_on_an_application,
]  # fmt: skip


@pytest.mark.parametrize("fill", PAGES, ids=lambda fill: fill.__name__)
@pytest.mark.once
def test_page_costs_the_same_however_many_rows(client, reader, fill):
    client.force_login(reader)
    costs = {}
    for count in (1, 3, 50):
        address = fill(reader, count)
        client.get(address)  # what is kept in caches is measured elsewhere
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
            if answer.streaming:
                answer.getvalue()
        assert answer.status_code == 200
        costs[count] = sum(1 for query in queries if "SAVEPOINT" not in query["sql"])
    most = {panellists_at_a_debrief: MOST_OF_A_DEBRIEF, interviews_in_sight: MOST_OF_MY_WORK}.get(fill, MOST)
    assert costs[1] == costs[3] == costs[50] <= most, costs
