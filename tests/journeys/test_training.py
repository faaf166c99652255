"""Training as each role goes through it: taken on a phone, judged, given and chased, written and published."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import give, make_module, make_person, make_team
from training.actions import modules
from training.models import Assignment, Module
from training.module_files import parse_module

STARTER = Path(__file__).parents[2] / "training" / "starter" / "modules"
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True}
DAY = timedelta(days=1)


@pytest.fixture
def cast(transactional_db):
    team = make_team("Service/Desk")
    boss = make_person("Bea Boss", team=team)
    learner = make_person("Lou Learner", team=team, manager=boss)
    trainer = make_person("Tara Trainer", roles={"trainer": None})
    return boss, learner, trainer


def test_employee_takes_a_module_on_a_phone_and_is_signed_off(cast, open_as, look):
    boss, learner, _trainer = cast
    module = make_module("lesson", "quiz", "scenario", "writing", "practice", valid_months=12)
    give(module, learner, at=timezone.now(), due_on=timezone.now().date() + 9 * DAY, note="You begin at the desk.")
    page = open_as(learner, "/", **PHONE)
    page.get_by_role("link", name=module.name).first.click()
    look(page, "training-assignment")
    page.get_by_role("link", name="Start").click()
    look(page, "training-lesson")
    page.get_by_role("button", name="I have read it").click()
    page.get_by_role("button", name="Begin").click()
    look(page, "training-quiz")
    assert "canary" not in page.content()
    page.get_by_label("That").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("0 % right")).to_be_visible()
    look(page, "training-quiz-marked")
    page.get_by_role("button", name="Try again").click()
    page.get_by_label("This").check()
    page.get_by_label("Your answer").fill("Canary sorry!")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("100 % right")).to_be_visible()
    page.get_by_role("link", name="The scenario").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Tell me.").click()
    look(page, "training-talk")
    page.get_by_role("button", name="I see to it.").click()
    expect(page.get_by_text("You showed 100 %")).to_be_visible()
    look(page, "training-talk-over")
    page.get_by_role("link", name="The writing").click()
    page.get_by_label("Your words").fill("A parcel that came broken.")
    page.get_by_role("button", name="Save, and go on later").click()
    expect(page.get_by_label("Your words")).to_have_value("A parcel that came broken.")
    page.get_by_role("button", name="Done").click()
    look(page, "training-practice")
    page.get_by_label("Observer").select_option(label="Bea Boss")
    page.get_by_role("button", name="Ask for sign-off").click()
    expect(page.get_by_text("Your observer is asked")).to_be_visible()
    look(page, "training-practice-asked")

    desk = open_as(boss, "/")
    desk.get_by_role("link", name="Lou Learner: The practice").first.click()
    look(desk, "training-judge")
    desk.get_by_role("button", name="Hand in what you saw").click()
    expect(desk.get_by_role("alert")).to_contain_text("Choose what you saw")
    desk.get_by_label("warmly").check()
    desk.get_by_role("button", name="Hand in what you saw").click()
    expect(desk.get_by_text("Signed off.")).to_be_visible()
    look(desk, "training-queue")

    page.goto("/training/mine/")
    expect(page.get_by_text("Nothing to take")).to_be_visible()
    look(page, "training-mine-done")
    assert Assignment.objects.get(person=learner).state == "completed"


def test_manager_finds_who_is_late_and_gives_more_time(cast, open_as, look):
    boss, learner, _trainer = cast
    module, now = make_module(), timezone.now()
    give(module, learner, at=now - 20 * DAY, due_on=(now - 2 * DAY).date())
    page = open_as(boss, "/")
    page.get_by_role("link", name="Who stands where").first.click()
    look(page, "training-matrix")
    page.get_by_role("link", name="Overdue").click()
    page.get_by_role("link", name="Give more time").click()
    page.get_by_label("New day").fill((now + 9 * DAY).date().isoformat())
    page.get_by_role("button", name="Give more time").click()
    expect(page.get_by_role("alert")).to_contain_text("Reason")
    look(page, "training-extend")
    page.get_by_label("Reason").fill("Covered the late shift.")
    page.get_by_role("button", name="Give more time").click()
    expect(page.get_by_text("Covered the late shift.")).to_be_visible()
    page.goto(f"/training/modules/{module.pk}/give/")
    look(page, "training-give")
    page.goto("/training/modules/")
    look(page, "training-modules")


def test_trainer_writes_publishes_and_makes_a_rule(cast, open_as, look):
    _boss, _learner, trainer = cast
    text = (STARTER / "the-basics.yaml").read_text()
    page = open_as(trainer, "/training/modules/new/text/")
    page.get_by_label("The module").fill(text.replace("kind: quiz", "kind: quizz", 1))
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("must be one of: lesson")).to_be_visible()
    look(page, "training-write-wrong")
    page.get_by_label("The module").fill(text)
    page.get_by_role("button", name="Make the draft").click()
    look(page, "training-version")
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    look(page, "training-module")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Make a rule for it").click()
    page.get_by_label("Name").fill("The desk")
    page.get_by_label("Why").fill("Everybody at the desk.")
    page.get_by_label("Team, and all below it").fill("Service/Desk")
    look(page, "training-rule-new")
    page.get_by_role("button", name="Make the rule").click()
    expect(page.get_by_text("Lou Learner")).to_be_visible()
    look(page, "training-rule")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("gets it by themselves")).to_be_visible()
    assert set(Assignment.objects.values_list("person__full_name", flat=True)) == {"Bea Boss", "Lou Learner"}
    module = Module.objects.get()
    modules.write_draft(module=module, content=parse_module(text), by=trainer, at=timezone.now())
    page.goto(module.versions.get(state="draft").get_absolute_url())
    page.get_by_role("link", name="Publish").click()
    look(page, "training-publish")
    page.goto("/training/rules/")
    look(page, "training-rules")
    page.goto(f"/training/modules/{module.pk}/edit/")
    look(page, "training-module-edit")


def test_a_module_is_written_in_forms_and_taken_on_a_path(cast, open_as, look):
    _boss, learner, trainer = cast
    first = make_module("lesson", name="House rules")
    page = open_as(trainer, "/training/modules/new/")
    page.get_by_label("Name").fill("Words that help")
    page.get_by_label("Technical").check()
    page.get_by_label("Summary").fill("You find a word that helps.")
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_label("Title").fill("A short course")
    page.get_by_label("Kind").select_option(label="Evidence")
    page.get_by_role("button", name="Add the part").click()
    look(page, "training-draft-part")
    page.get_by_label("What counts, and what shows it").fill("Half a day, and the paper that says so.")
    page.get_by_role("button", name="Save", exact=True).click()
    look(page, "training-draft-parts")
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    page.goto("/training/paths/new/")
    page.get_by_label("Name").fill("First week")
    page.get_by_label("Description").fill("You are at home.")
    page.get_by_label("Module 1").select_option(label="House rules")
    page.get_by_label("Module 2").select_option(label="Words that help")
    look(page, "training-path-edit")
    page.get_by_role("button", name="Make the path").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="Give it to people").click()
    page.get_by_label("These people").check()
    page.get_by_role("textbox", name="People").fill(learner.email)
    page.get_by_label("Why").fill("You begin on Monday.")
    page.get_by_role("button", name="Give it").click()
    look(page, "training-path")
    phone = open_as(learner, "/training/mine/", **PHONE)
    expect(phone.get_by_text("Waits for “House rules”").first).to_be_visible()
    look(phone, "training-path-mine")
    phone.get_by_role("link", name=first.name).first.click()
    phone.get_by_role("link", name="Start").click()
    phone.get_by_role("button", name="I have read it").click()
    phone.goto("/training/mine/")
    phone.get_by_role("link", name="Words that help").first.click()
    phone.get_by_role("link", name="A short course").click()
    look(phone, "training-evidence")
    phone.get_by_label("What you learned").fill("A course at the school")
    phone.get_by_label("Done on").fill((timezone.now().date() - DAY).isoformat())
    phone.get_by_label("Link").fill("https://school.example/papers/1")
    phone.get_by_role("button", name="Hand it in").click()
    expect(phone.get_by_text("Bea Boss").first).to_be_visible()
    look(phone, "training-evidence-waits")
