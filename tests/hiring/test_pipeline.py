"""The pipeline board: what it shows, moves with undo, decisions about several at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hiring.actions import openings
from hiring.models import Application, Decision, StageMove
from hiring.reports.openings import board_of
from tests.cast import NOW, make_application, make_interview, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client):
    person = make_recruiter()
    client.force_login(person)
    return person


@pytest.fixture
def opening():
    return make_opening()


@pytest.fixture
def stages(opening):
    return list(opening.stages.order_by("position"))


def url(name, *args):
    return reverse(f"hiring:{name}", args=args)


def move(client, opening, applications, stage, **more):
    data = {"selected": [each.pk for each in applications], "to": stage.pk, **more.pop("data", {})}
    return client.post(url("applications-move", opening.pk), data, **more)


def stage_names(*applications):
    return [Application.objects.select_related("stage").get(pk=each.pk).stage.name for each in applications]


# --- what the board shows -------------------------------------------------------------------------------------------


def test_board_counts_in_play_and_marks_the_stalled(opening, stages, recruiter):
    fresh = make_application(opening, stage=stages[0])
    old = make_application(opening, stage=stages[0])
    held = make_application(opening, stage=stages[0], state="on_hold")
    make_application(opening, stage=stages[0], state="rejected")
    Application.objects.filter(pk__in=[old.pk, held.pk]).update(entered_stage_at=NOW - timedelta(days=7))
    board = board_of(recruiter, opening, at=NOW)
    assert [column.count for column in board.columns] == [3, 0, 0]
    assert {card.application.pk: card.stalled for card in board.columns[0].cards} == {
        fresh.pk: False, old.pk: True, held.pk: False,
    }  # fmt: skip
    assert board.decided == [("rejected", "Rejected", 1)]
    stalled = board_of(recruiter, opening, at=NOW, stalled_only=True)
    assert [card.application for card in stalled.columns[0].cards] == [old]


def test_board_shows_fifty_cards_a_column_longest_waiting_first_and_says_how_many_more(
    client, opening, stages, recruiter
):
    for number in range(53):
        make_application(opening, f"Person {number:02}", stage=stages[0])
    first = make_application(opening, "First Come", stage=stages[0])
    Application.objects.filter(pk=first.pk).update(entered_stage_at=NOW - timedelta(days=30))
    response = client.get(opening.get_absolute_url())
    page = response.content.decode()
    assert response.context["board"].columns[0].cards[0].application == first
    assert page.count("data-card=") == 50
    assert "4 more" in page


def test_board_gives_blind_panels_numbers_only(client, recruiter):
    opening = make_opening(blind=True)
    application = make_application(opening, "Zelda Canary")
    make_interview(application, (recruiter, make_person()))
    page = client.get(opening.get_absolute_url()).content.decode()
    assert "Candidate 1" in page
    assert "Canary" not in page


@pytest.mark.parametrize("count", [1, 3, 50])
def test_board_costs_the_same_however_many_in_each_column(
    client, recruiter, opening, stages, count, django_assert_max_num_queries
):
    for stage in stages:
        for _number in range(count):
            make_application(opening, stage=stage)
    make_interview(make_application(opening), (recruiter,), starts_at=timezone.now() + timedelta(days=1))
    with django_assert_max_num_queries(12):
        assert client.get(opening.get_absolute_url()).status_code == 200


# --- moving ---------------------------------------------------------------------------------------------------------


def test_move_and_undo_from_the_board(client, recruiter, opening, stages):
    one, other = (make_application(opening, stage=stages[0]) for _ in range(2))
    response = move(client, opening, [one, other], stages[1])
    assert response.url == opening.get_absolute_url()
    page = client.get(response.url).content.decode()
    assert "2 candidates moved to Interview." in page
    batch = StageMove.objects.values_list("batch", flat=True)[0]
    assert f'value="{batch}"' in page
    assert "moved to Interview" not in client.get(response.url).content.decode()
    assert stage_names(one, other) == ["Interview", "Interview"]
    client.post(url("moves-undo", opening.pk), {"batch": batch})
    assert "2 candidates are back." in client.get(response.url).content.decode()
    assert stage_names(one, other) == ["Applied", "Applied"]


def test_move_by_htmx_answers_the_board_alone(client, recruiter, opening, stages):
    application = make_application(opening, stage=stages[0])
    response = move(client, opening, [application], stages[1], headers=HTMX, follow=True)
    body = response.content.decode()
    assert body.strip().startswith('<div id="board"')
    assert "1 candidate moved to Interview." in body


def test_move_of_a_foreign_application_moves_nobody(client, recruiter, opening, stages):
    own = make_application(opening, stage=stages[0])
    foreign = make_application(make_opening())
    response = move(client, opening, [own, foreign], stages[1])
    assert response.status_code == 422
    assert stage_names(own) == ["Applied"]
    assert not StageMove.objects.exists()


def test_move_to_a_stage_of_another_opening_moves_nobody(client, recruiter, opening, stages):
    own = make_application(opening, stage=stages[0])
    response = move(client, opening, [own], make_opening().stages.get(position=1))
    assert response.status_code == 422
    assert stage_names(own) == ["Applied"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_move_out_of_an_interview_stage_is_refused_with_the_hint_and_keeps_the_choice(
    client, recruiter, opening, stages, headers
):
    free, judged = make_application(opening, stage=stages[0]), make_application(opening)
    response = move(client, opening, [free, judged], stages[2], headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Advance with your reasons instead." in page
    assert page.count(" checked") == 2
    assert stage_names(free, judged) == ["Applied", "Interview"]


@pytest.mark.parametrize("selected", [[], ["x"], ["9" * 40], ["-1"]])
def test_move_of_nobody_says_so(client, recruiter, opening, stages, selected):
    make_application(opening, stage=stages[0])
    response = client.post(url("applications-move", opening.pk), {"selected": selected, "to": stages[1].pk})
    assert response.status_code == 422
    assert "Choose candidates and the stage they go to." in response.content.decode()


def test_move_from_the_page_of_an_application_leads_back_to_it(client, recruiter, opening, stages):
    application = make_application(opening, stage=stages[0])
    response = move(client, opening, [application], stages[1], data={"from": "application"})
    assert response.url == application.get_absolute_url()
    assert "1 candidate moved to Interview." in client.get(response.url).content.decode()


def test_stalled_filter_survives_a_move(client, recruiter, opening, stages):
    application = make_application(opening, stage=stages[0])
    response = move(client, opening, [application], stages[1], data={"stalled": "1"})
    assert response.url == f"{opening.get_absolute_url()}?stalled=1"


def test_undo_of_nonsense_is_refused(client, recruiter, opening):
    assert client.post(url("moves-undo", opening.pk), {"batch": "nonsense"}).status_code == 422


@pytest.mark.parametrize("name", ["applications-move", "moves-undo", "applications-decide"])
def test_moving_and_deciding_here_is_for_whoever_runs_the_opening(client, opening, stages, name):
    application = make_application(opening, stage=stages[0])
    data = {"selected": application.pk, "to": stages[1].pk, "outcome": "reject", "reason": "No."}
    client.force_login(opening.hiring_manager)
    assert client.post(url(name, opening.pk), data).status_code == 403
    client.force_login(make_person())
    assert client.post(url(name, opening.pk), data).status_code == 404
    assert client.get(url(name, opening.pk)).status_code == 405
    assert stage_names(application) == ["Applied"]
    assert not Decision.objects.exists()


# --- deciding about several -----------------------------------------------------------------------------------------


@pytest.fixture
def ruled(opening, recruiter):
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    assert rule is not None
    openings.set_rule(opening=opening, rule=rule, by=recruiter, at=NOW)
    return opening


def test_several_are_decided_with_one_set_of_reasons(client, recruiter, ruled, stages):
    chosen = [make_application(ruled, stage=stages[0]) for _ in range(3)]
    keys = [each.pk for each in chosen]
    form = client.post(url("applications-decide", ruled.pk), {"selected": keys})
    assert form.status_code == 200
    assert "Decide on 3 candidates" in form.content.decode()
    empty = client.post(url("applications-decide", ruled.pk), {"selected": keys, "outcome": "reject", "reason": ""})
    assert empty.status_code == 422
    assert empty.content.decode().count('name="selected"') == 3
    client.post(url("applications-decide", ruled.pk), {"selected": keys, "outcome": "reject", "reason": "Filled."})
    assert {(each.outcome, each.reason) for each in Decision.objects.all()} == {("reject", "Filled.")}
    assert Application.objects.filter(state="rejected").count() == 3


def test_deciding_about_several_is_all_or_nothing(client, recruiter, ruled, stages):
    free, sealed = make_application(ruled, stage=stages[0]), make_application(ruled)
    make_interview(sealed, (make_person(),), state="held")
    data = {"selected": [free.pk, sealed.pk], "outcome": "reject", "reason": "Filled."}
    response = client.post(url("applications-decide", ruled.pk), data)
    assert response.status_code == 422
    assert "Scorecards of this stage are still out." in response.content.decode()
    assert not Decision.objects.exists()


def test_whoever_owes_a_scorecard_decides_about_the_others_only(client, recruiter, ruled, stages):
    free, owed = make_application(ruled, stage=stages[0]), make_application(ruled)
    make_interview(owed, (recruiter, make_person()))
    data = {"selected": [free.pk, owed.pk], "outcome": "reject", "reason": "Filled."}
    client.post(url("applications-decide", ruled.pk), data)
    assert [each.application for each in Decision.objects.all()] == [free]
