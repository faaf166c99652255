"""Recognition as each role goes through it: thanked on a phone, reported and decided, nominated, judged, announced."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from people.models import Role
from recognition.actions.nominations import begin_judging
from recognition.models import Candidacy, Case, Recognition, Round
from tests.cast import make_panel, make_person, make_programme, make_round, make_team, make_value, thank, turn

PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True}
DAY = timedelta(days=1)
STORY = "Stayed with a caller until the right doctor had rung back."


@pytest.fixture
def staff(transactional_db):
    """Two colleagues of a team, who have a value to thank by, and a steward."""
    team = make_team("Service/Desk")
    make_value(name="Own it")
    steward = make_person("Stan Steward", roles={Role.STEWARD: None})
    return make_person("Lou Learner", team=team), make_person("Maya Okafor", team=team), steward


def test_staff_thank_a_colleague_on_a_phone(staff, open_as, look):
    lou, maya, _steward = staff
    page = open_as(lou, "/recognition/", **PHONE)
    look(page, "recognition-wall-empty")
    page.get_by_role("link", name="Thank somebody").first.click()
    page.get_by_role("button", name="Thank them").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="What did they do?").fill("Great job!")
    page.get_by_role("textbox", name="What happened?").focus()
    expect(page.locator("#remarks")).not_to_be_empty()  # the coach
    page.get_by_label("Whom", exact=True).fill(maya.email)
    page.get_by_text("Own it").click()
    page.get_by_role("textbox", name="What did they do?").fill(STORY)
    look(page, "recognition-thank")
    page.get_by_role("button", name="Thank them").click()
    expect(page.get_by_text(STORY)).to_be_visible()

    desk = open_as(maya, "/recognition/", **PHONE)
    desk.get_by_role("button", name="Well done").click()
    expect(desk.get_by_role("button", name="Well done")).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("link", name="thanked by Lou Learner").or_(desk.locator("a.praise-time").first).first.click()
    desk.get_by_role("textbox").last.fill("Thank you, @Lou Learner. It was you who found the number.")
    desk.get_by_role("button", name="Comment").click()
    expect(desk.get_by_role("link", name="@Lou Learner")).to_be_visible()
    look(desk, "recognition-detail")
    desk.get_by_role("button", name="Keep it to myself").click()
    expect(desk.get_by_role("button", name="Put it back on the wall")).to_be_visible()
    other = open_as(make_person("Otto Other"), "/recognition/")
    expect(other.get_by_text("The wall is empty")).to_be_visible()


def test_a_new_post_is_announced_without_a_jump(staff, open_as, look):
    lou, maya, _steward = staff
    thank(maya, by=lou, at=timezone.now(), did=STORY)
    page = open_as(lou, "/livez")
    page.clock.install()
    page.goto("/recognition/")
    before = page.locator("article").first.bounding_box()
    thank(lou, by=maya, at=timezone.now(), did="Asked the question that nobody else had asked.")
    page.clock.run_for(31_000)
    expect(page.get_by_role("link", name="1 new: show it")).to_be_visible()
    assert page.locator("article").count() == 1
    assert page.locator("article").first.bounding_box()["y"] == pytest.approx(before["y"], abs=1)
    look(page, "recognition-newer")
    page.get_by_role("link", name="1 new: show it").click()
    expect(page.locator("article")).to_have_count(2)


def test_what_is_reported_is_hidden_decided_appealed_and_answered(staff, open_as, look):
    lou, maya, steward = staff
    one = thank(maya, by=lou, at=timezone.now(), did=STORY)
    page = open_as(maya, one.get_absolute_url(), **PHONE)
    page.get_by_role("link", name="Report").first.click()
    page.get_by_label("It tells something private").check()
    look(page, "recognition-report")
    page.get_by_role("button", name="Report it").click()
    page.goto("/recognition/")
    expect(page.get_by_text(STORY)).to_have_count(0)

    desk = open_as(steward, "/")
    desk.get_by_role("main").locator("a", has_text="Maya").or_(
        desk.get_by_role("main").get_by_role("link")
    ).first.click()
    look(desk, "recognition-case")
    desk.get_by_label("Remove it").check()
    desk.get_by_label("Why").fill("The doctor's name tells who the caller was.")
    desk.get_by_role("button", name="Decide").click()
    expect(desk.get_by_text("Removed").first).to_be_visible()

    case = Case.objects.get()
    author = open_as(lou, case.get_absolute_url(), **PHONE)
    look(author, "recognition-appeal")
    author.get_by_label("Why should it be shown?").fill("No name is in it.")
    author.get_by_role("button", name="Send the appeal").click()
    expect(author.get_by_text("Sent.")).to_be_visible()
    desk.goto(case.get_absolute_url())
    desk.get_by_label("Show it again").check()
    desk.get_by_label("Why").fill("That is right: no name is in it.")
    desk.get_by_role("button", name="Decide").click()
    page.reload()
    expect(page.get_by_text(STORY)).to_be_visible()
    assert Recognition.objects.get().is_shown


def test_an_award_is_nominated_judged_blind_approved_and_told(staff, open_as, look):
    lou, maya, steward = staff
    now = timezone.now()
    today = now.date()
    row = make_round(
        make_programme(name="Calm in the storm", quorum=1), by=steward, at=now, name="Winter", opens_on=today - DAY,
        closes_on=today + 2 * DAY, judge_by=today + 6 * DAY, announce_at=now + 9 * DAY,
    )  # fmt: skip
    judge = make_person("Jo Judge")
    make_panel(row, judge)

    page = open_as(lou, "/recognition/awards/", **PHONE)
    look(page, "award-list")
    page.get_by_role("link", name="Winter").first.click()
    look(page, "award-round")
    page.get_by_role("link", name="Nominate somebody").click()
    page.get_by_label("Whom do you nominate?").fill(maya.email)
    page.get_by_role("textbox", name="Care").fill(f"Maya Okafor {STORY.lower()}")
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_role("alert")).to_contain_text("Say it in a sentence")
    expect(page.get_by_text("It is kept as a draft.")).to_be_visible()
    look(page, "award-nominate")
    page.get_by_role("textbox", name="Effect").fill("The caller wrote to thank her, and we all do it now.")
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_text("Handed in").first).to_be_visible()

    begin_judging(round_=row, at=now + 5 * DAY)
    desk = open_as(judge, "/")
    desk.get_by_role("link", name="Winter").first.click()
    desk.get_by_role("link", name="Nominee 1").click()
    assert "Maya" not in desk.content()
    assert "Lou" not in desk.content()
    look(desk, "award-ballot")
    for name in ("Care", "Effect"):
        desk.get_by_label(f"{name} at 4").check()
    desk.get_by_label("What do you go by?").fill("What she did is what the fourth anchor says.")
    desk.get_by_role("button", name="Hand it in, sealed").click()
    expect(desk.get_by_text("Sealed.")).to_be_visible()

    office = open_as(steward, f"/recognition/awards/rounds/{row.pk}/results/")
    look(office, "award-results")
    office.get_by_role("link", name="Write the citation for Maya Okafor").click()
    office.get_by_label("Why they win").fill(f"She {STORY.lower()}")
    office.get_by_role("button", name="Save").click()
    office.get_by_role("button", name="Approve it").click()
    expect(office.get_by_text("It is announced at its hour")).to_be_visible()
    page.goto("/recognition/awards/")
    expect(page.get_by_text("Maya Okafor")).to_have_count(0)

    Round.objects.update(announce_at=now - timedelta(minutes=1))
    turn(row, at=timezone.now())
    page.reload()
    expect(page.get_by_text("Maya Okafor").first).to_be_visible()
    look(page, "award-announced")
    winner = open_as(maya, Candidacy.objects.get().get_absolute_url(), **PHONE)
    expect(winner.get_by_text("Lou Learner")).to_be_visible()
    look(winner, "award-said-of-me")
