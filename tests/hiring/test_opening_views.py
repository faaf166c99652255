"""Pages of openings: list, form, opening and closing, stages and the combination rule."""

import pytest
from django.urls import reverse

from hiring.actions import openings
from hiring.models import CombinationRule, Opening
from tests.cast import (
    NOW,
    interview_stage,
    make_application,
    make_interview,
    make_kit_version,
    make_opening,
    make_person,
    make_recruiter,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(client):
    person = make_recruiter()
    client.force_login(person)
    return person


@pytest.fixture
def opening(recruiter):
    opening = make_opening(title="Front desk host, Kraków")
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    assert rule is not None
    openings.set_rule(opening=opening, rule=rule, by=recruiter, at=NOW)
    return opening


def url(name, *args):
    return reverse(f"hiring:{name}", args=args)


def typed(**more):
    team = make_team()
    manager = make_person("Hanna Manager", email="hanna@staff.example")
    return {
        "title": "Porter", "team": team.path, "headcount": 2, "hiring_manager": f"Hanna <{manager.email}>",
        "description": "Carries things.", **more,
    }  # fmt: skip


# --- list -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_costs_the_same_however_many(client, recruiter, count, django_assert_max_num_queries):
    for _number in range(count):
        make_application(make_opening())
    with django_assert_max_num_queries(12):
        assert client.get(url("opening-list")).status_code == 200


def test_list_shows_what_one_may_see_with_counts(client, opening):
    make_opening(title="Elsewhere")
    make_application(opening)
    make_application(opening, state="hired")
    client.force_login(opening.hiring_manager)
    page = client.get(url("opening-list")).content.decode()
    assert "Front desk host, Kraków" in page
    assert "Elsewhere" not in page
    assert "1 of 1" in page
    assert "No opening matches" in client.get(url("opening-list"), {"q": "astronaut"}).content.decode()


def test_rooms_of_openings_are_closed_to_strangers(client, opening):
    client.force_login(make_person())
    assert client.get(url("opening-list")).status_code == 403
    assert client.get(url("opening-create")).status_code == 403
    for name in (
        "opening-detail",
        "opening-figures",
        "opening-edit",
        "opening-close",
        "opening-stages",
        "opening-rule",
    ):
        assert client.get(url(name, opening.pk)).status_code == 404, name


def test_hiring_manager_looks_and_does_not_change(client, opening):
    client.force_login(opening.hiring_manager)
    for name in ("opening-detail", "opening-figures", "opening-rule"):
        assert client.get(url(name, opening.pk)).status_code == 200, name
    for name in ("opening-edit", "opening-close", "opening-stages"):
        assert client.get(url(name, opening.pk)).status_code == 403, name
    for name in ("opening-open", "opening-close", "opening-stages", "opening-rule"):
        assert client.post(url(name, opening.pk)).status_code == 403, name
    assert b"Save rule" not in client.get(url("opening-rule", opening.pk)).content


# --- the form -------------------------------------------------------------------------------------------------------


def test_opening_is_prepared_with_its_usual_stages(client, recruiter):
    response = client.post(url("opening-create"), typed())
    opening = Opening.objects.get(title="Porter")
    assert response.url == url("opening-stages", opening.pk)
    assert (opening.state, opening.headcount, opening.hiring_manager.email) == ("draft", 2, "hanna@staff.example")
    assert list(opening.stages.order_by("position").values_list("name", flat=True)) == ["Applied", "Interview", "Offer"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"title": ""}, "This field is required."),
        ({"team": "Nowhere"}, "There is no such team."),
        ({"hiring_manager": "nobody@staff.example"}, "Nobody who works here has this address."),
        ({"headcount": 0}, "greater than or equal to 1"),
    ],
)
def test_opening_form_keeps_what_was_typed_when_it_is_refused(client, recruiter, wrong, reason):
    response = client.post(url("opening-create"), typed(**wrong))
    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert "Carries things." in page
    assert not Opening.objects.filter(title="Porter").exists()


def test_recruiter_prepares_openings_for_teams_in_scope_only(client):
    client.force_login(make_recruiter("Rob", make_team("Retail")))
    response = client.post(url("opening-create"), typed())
    assert response.status_code == 422
    assert "You may not recruit for this team." in response.content.decode()


def test_blindness_is_settled_by_the_first_interview(client, recruiter, opening):
    make_interview(make_application(opening), (make_person(),))
    data = typed(title="New title", blind="on")
    response = client.post(url("opening-edit", opening.pk), data)
    assert response.status_code == 422
    assert "Whether an opening is blind" in response.content.decode()
    assert 'value="New title"' in response.content.decode()


def test_opening_opens_and_closes(client, recruiter):
    draft = make_opening(state="draft")
    client.post(url("opening-open", draft.pk))
    draft.refresh_from_db()
    assert draft.state == "open"
    make_application(draft)
    assert "1 candidate is still in play" in client.get(url("opening-close", draft.pk)).content.decode()
    client.post(url("opening-close", draft.pk), {"reason": "Filled."})
    draft.refresh_from_db()
    assert draft.state == "closed"


def test_opening_without_a_kit_is_not_opened(client, recruiter):
    draft = make_opening(state="draft")
    draft.stages.update(kit_version=None)
    page = client.post(url("opening-open", draft.pk), follow=True).content.decode()
    assert "Give one of the stages a kit first" in page


# --- stages ---------------------------------------------------------------------------------------------------------


def stage_rows(opening, *more, **changes):
    """What the page of stages would send: the stages as they are, changed by name, and further rows."""
    rows = [
        {
            "pk": stage.pk, "name": stage.name, "kit_version": stage.kit_version_id or "", "panel_size": 3,
            "stalled_after_days": 7, "ORDER": stage.position, **changes.get(stage.name, {}),
        }
        for stage in opening.stages.order_by("position")
    ]  # fmt: skip
    rows += [{"panel_size": 3, "stalled_after_days": 7, **row} for row in more]
    data = {"stage-TOTAL_FORMS": len(rows), "stage-INITIAL_FORMS": opening.stages.count()}
    for number, row in enumerate(rows):
        data |= {f"stage-{number}-{name}": value for name, value in row.items()}
    return data


def names(opening):
    return list(opening.stages.order_by("position").values_list("name", flat=True))


def test_stages_are_added_ordered_renamed_and_removed(client, recruiter, opening):
    data = stage_rows(
        opening, {"name": "Screened", "ORDER": 2}, Applied={"name": "Came in", "ORDER": 1}, Interview={"ORDER": 3},
        Offer={"DELETE": "on"},
    )  # fmt: skip
    response = client.post(url("opening-stages", opening.pk), data)
    assert response.status_code == 302, response.context["formset"].errors
    assert names(opening) == ["Came in", "Screened", "Interview"]


def test_stage_with_candidates_is_not_removed_and_nothing_typed_is_lost(client, recruiter, opening):
    make_application(opening, stage=opening.stages.get(name="Offer"))
    data = stage_rows(opening, Applied={"name": "Came in"}, Offer={"DELETE": "on"})
    response = client.post(url("opening-stages", opening.pk), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "“Offer” holds applications or interviews" in page
    assert 'value="Came in"' in page
    assert names(opening) == ["Applied", "Interview", "Offer"]


def test_stage_that_lost_its_name_is_not_taken_for_removed(client, recruiter, opening):
    response = client.post(url("opening-stages", opening.pk), stage_rows(opening, Applied={"name": ""}))
    assert response.status_code == 422
    assert "Give this stage a name, or tick “Remove”." in response.content.decode()


def test_kit_stays_once_its_stage_has_interviews(client, recruiter, opening):
    make_interview(make_application(opening), (make_person(),))
    data = stage_rows(opening, Interview={"kit_version": make_kit_version().pk})
    response = client.post(url("opening-stages", opening.pk), data)
    assert response.status_code == 422
    assert "candidates must be asked the same" in response.content.decode()


# --- the rule -------------------------------------------------------------------------------------------------------


def rule_fields(opening, **more):
    stage = interview_stage(opening).pk
    return {
        f"weight-{stage}-empathy": "3", f"minimum-{stage}-empathy": "", f"weight-{stage}-ownership": "1",
        f"minimum-{stage}-ownership": "2.5", "compensatory": "no", **more,
    }  # fmt: skip


def test_rule_shows_each_weight_with_its_share(client, recruiter, opening):
    rows = client.get(url("opening-rule", opening.pk)).context["form"].rows()
    assert [(row.name, row.share) for row in rows[0][1]] == [("Empathy", 33), ("Ownership", 67)]


def test_rule_is_set_before_the_first_interview_without_a_reason(client, recruiter, opening):
    assert client.post(url("opening-rule", opening.pk), rule_fields(opening)).status_code == 302
    stored = CombinationRule.objects.get(opening=opening)
    assert stored.number == 1
    page = client.get(url("opening-rule", opening.pk)).content.decode()
    assert "75 %" in page


def test_fixed_rule_changes_by_a_new_version_with_a_reason(client, recruiter, opening):
    openings.fix_rule(opening=opening, at=NOW)
    response = client.post(url("opening-rule", opening.pk), rule_fields(opening))
    assert response.status_code == 422
    assert "Say why it changes." in response.content.decode()
    assert 'value="2.5"' in response.content.decode()
    client.post(url("opening-rule", opening.pk), rule_fields(opening, reason="Empathy carries this job."))
    page = client.get(url("opening-rule", opening.pk)).content.decode()
    assert CombinationRule.objects.filter(opening=opening).count() == 2
    assert "Empathy carries this job." in page


@pytest.mark.parametrize("weight", ["-1", "many", "1e400", "NaN", ""])
def test_rule_form_shows_shares_of_whatever_was_typed(client, recruiter, opening, weight):
    stage = interview_stage(opening).pk
    data = rule_fields(opening) | {f"weight-{stage}-empathy": weight, f"weight-{stage}-ownership": weight}
    response = client.post(url("opening-rule", opening.pk), data)
    assert response.status_code == 422
    assert [row.share for row in response.context["form"].rows()[0][1]] in ([0, 0], [50, 50])
