"""A recruiter sets up, three panellists score on a tablet, the recruiter compares, the manager decides.

Every page on the way is looked at in both widths and both themes, by axe and for the record (tests/journeys/shots/).
"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hiring.actions.starter import load_starter
from hiring.models import Application, Decision, Interview, Opening, StageScore
from tests.cast import make_person, make_recruiter, make_team

pytestmark = pytest.mark.django_db(transaction=True)

TABLET = {"width": 1180, "height": 820}


def prepare_opening(page: Page, look) -> None:
    page.get_by_label("Title").fill("Front desk agent, nights")
    page.get_by_label("Team").fill("Service/Front Desk")
    page.get_by_label("Hiring manager").fill("Hanna Manager <hanna@staff.example>")
    look(page, "opening-new")
    page.get_by_role("button", name="Prepare opening").click()
    kits = page.locator("select[name=stage-1-kit_version]")
    kits.select_option(label="Hotel front desk · 1")
    look(page, "opening-stages")
    page.get_by_role("button", name="Save stages").click()
    look(page, "opening-rule")
    page.goto(f"/hiring/openings/{Opening.objects.get().pk}/")
    page.get_by_role("button", name="Open for applications").click()
    look(page, "pipeline-empty")


def add_candidate(page: Page, name: str, email: str) -> Application:
    opening = Opening.objects.get()
    page.goto(f"/hiring/openings/{opening.pk}/")
    page.get_by_role("link", name="Add a candidate").click()
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    return Application.objects.get(candidate__email=email)


def move_to_interview(page: Page, application: Application) -> None:
    page.goto(f"/hiring/openings/{application.opening_id}/")
    page.locator(f"input[name=selected][value='{application.pk}']").check()
    page.locator("select[name=to]").select_option(label="Interview")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("1 candidate moved to Interview")).to_be_visible()


def schedule(page: Page, application: Application, panel: list, starts_at: datetime) -> Interview:
    page.goto(f"/hiring/applications/{application.pk}/")
    page.get_by_role("link", name="Schedule interview").click()
    page.locator("#id_date").fill(f"{starts_at:%Y-%m-%d}")
    page.locator("#id_time").fill(f"{starts_at:%H:%M}")
    for person in panel:
        page.locator("#id_q").fill(person.full_name)
        page.get_by_role("button", name="Find", exact=True).click()
        page.get_by_role("button", name=f"Add {person.full_name}").click()
        expect(page.get_by_label(f"Role of {person.full_name}")).to_be_visible()
    page.get_by_role("button", name="Schedule interview").click()
    page.wait_for_load_state()
    return Interview.objects.get(application=application)


def score_by_keyboard(page: Page, scores: list[int], words: str) -> None:
    """One competency at a time: a digit, the evidence, on to the next; then the recommendation, review and submit."""
    for place, score in enumerate(scores, start=1):
        part = page.locator(f"#part-{place}")
        expect(part).to_be_visible()
        part.locator("input[type=radio]").locator("visible=true").first.wait_for(state="attached")
        part.locator(".score-scale input, [data-score-scale] input").first.focus()
        page.keyboard.press(str(score))
        part.locator("textarea[name^=evidence]").fill(f"{words} {place}")
        page.get_by_role("button", name="Next").click()
    page.locator(".recommend-option", has_text="Yes").first.click()
    expect(page.locator("[data-status]")).to_contain_text("Saved", timeout=10_000)
    page.get_by_role("button", name="Review and submit").click()


def test_from_kit_to_decision(open_as, look):
    load_starter(by=None, at=timezone.now() - timedelta(days=1))
    team = make_team("Service/Front Desk")
    recruiter = make_recruiter()
    manager = make_person("Hanna Manager", email="hanna@staff.example", team=team)
    make_person("Ray Report", manager=manager, team=team)
    panel = [make_person(name, team=team) for name in ("Lea Lead", "Max Member", "Mia Member")]

    page = open_as(recruiter, "/hiring/openings/new/", viewport={"width": 1280, "height": 900})
    prepare_opening(page, look)
    application = add_candidate(page, "Ada Arrival", "ada@mail.example")
    move_to_interview(page, application)
    look(page, "pipeline")
    starts_at = timezone.now() - timedelta(minutes=1)
    interview = schedule(page, application, panel, starts_at)
    look(page, "interview")

    for turn, person in enumerate(panel):
        tablet = open_as(person, "/", viewport=TABLET)
        if turn == 0:
            look(tablet, "my-work")
        tablet.get_by_role("link", name="Score").first.click()
        if turn == 0:
            look(tablet, "scorecard")
        count = interview.kit_version.competencies.count()
        score_by_keyboard(tablet, [3 + (turn + place) % 3 for place in range(count)], f"They told us, {person}:")
        if turn == 0:
            look(tablet, "scorecard-review")
        tablet.locator("main form button[type=submit]").last.click()
        tablet.wait_for_load_state()
        interview.refresh_from_db()
        assert (interview.revealed_at is not None) is (turn == 2)
        if turn == 0:
            look(tablet, "scorecard-sealed")
    assert StageScore.objects.get().raters == 3

    page.goto(f"/hiring/stages/{interview.stage_id}/compare/")
    expect(page.get_by_role("link", name="Ada Arrival").first).to_be_visible()
    look(page, "compare")
    page.goto(f"/hiring/interviews/{interview.pk}/debrief/")
    look(page, "debrief")

    boss = open_as(manager, "/", viewport={"width": 1280, "height": 900})
    look(boss, "my-work-manager")
    boss.get_by_role("link", name="Decide", exact=True).first.click()
    boss.wait_for_load_state()
    look(boss, "application")
    boss.get_by_role("link", name="Decide", exact=True).first.click()
    boss.get_by_label("Advance").check()
    boss.get_by_label("Your reasons").fill("Calm and clear in every example.")
    look(boss, "decide")
    boss.get_by_role("button", name="Record decision").click()
    expect(boss.get_by_text("Your reasons are recorded")).to_be_visible()
    decision = Decision.objects.get()
    assert (decision.outcome, decision.by, decision.to_stage.name) == ("advance", manager, "Offer")
