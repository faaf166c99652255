"""The draft editor in a real browser: saves as one types, by keyboard, offline, in two tabs, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from hiring.models import Competency, KitVersion
from hiring.reports import kits as reports
from tests.cast import make_kit_version, make_recruiter

SAVED, NOT_SAVED = "All saved", "Not saved yet"


@pytest.fixture
def draft(transactional_db):
    return make_kit_version(state="draft", competencies=("empathy", "ownership", "recovery"))


@pytest.fixture
def edit(draft):
    return f"/hiring/kits/versions/{draft.pk}/edit/"


def content(draft):
    return reports.as_file(reports.load(draft.pk))


def status(page):
    return page.locator("[data-save-status]")


def rows(page, kind):
    return page.locator(f"[data-rows={kind}] > li")


def test_draft_saves_itself_and_counts_along(open_as, draft, edit):
    page = open_as(make_recruiter(), edit)
    page.get_by_label("Weight").nth(0).fill("3")
    expect(page.locator("[data-share]").nth(0)).to_have_text("38 %")
    page.locator("input[name^=q][name$=-minutes]").nth(0).fill("14")
    expect(page.locator(".draft-bar [data-verdict]")).to_have_text("4 minutes over")
    expect(rows(page, "questions").nth(1).locator("[data-at]")).to_have_text("0:19")
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator("#gaps")).to_contain_text("4 minutes over")
    assert (content(draft).competencies[0].weight, content(draft).questions[0].minutes) == (3, 14)


def test_wrong_number_is_marked_beside_the_rest_that_is_saved(open_as, draft, edit):
    page = open_as(make_recruiter(), edit)
    weight = page.get_by_label("Weight").nth(0)
    weight.fill("99")
    page.get_by_label("Guidance for the panel").fill("Listen.")
    link = page.get_by_role("link", name="Empathy, Weight: Type a whole number from 1 to 10.")
    expect(link).to_be_visible()
    expect(weight).to_have_attribute("aria-invalid", "true")
    assert content(draft).guidance == "Listen."
    link.click()
    expect(weight).to_be_focused()
    weight.fill("9")
    expect(status(page)).to_have_text(SAVED)
    expect(weight).not_to_have_attribute("aria-invalid", "true")
    assert content(draft).competencies[0].weight == 9


def test_rows_move_by_keyboard_button_and_drag(open_as, draft, edit):
    page = open_as(make_recruiter(), edit, viewport={"width": 1280, "height": 1600})
    asked = draft.questions.get(key="empathy-1")
    text = page.locator(f"textarea[name=q{asked.pk}-text]")
    text.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(text).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text("Moved to place 2")
    expect(page.get_by_label("Question 2")).to_have_value(asked.text)
    expect(page.get_by_role("button", name="Move question 2 down")).to_be_visible()
    page.get_by_role("button", name="Move Recovery up").click()
    expect(status(page)).to_have_text(SAVED)
    assert [one.key for one in content(draft).questions] == ["ownership-1", "empathy-1", "recovery-1"]
    assert [one.key for one in content(draft).competencies] == ["empathy", "recovery", "ownership"]
    grip = rows(page, "competencies").nth(0).locator("[data-grip]").bounding_box()
    last = rows(page, "competencies").nth(2).bounding_box()
    page.mouse.move(grip["x"] + 9, grip["y"] + 9)
    page.mouse.down()
    # Browsers tell of what is dragged over only from the second movement on.
    for step in (1, 2, 3):
        page.mouse.move(last["x"] + 90 + step, last["y"] + last["height"] * 0.8 + step)
    page.mouse.up()
    expect(status(page)).to_have_text(NOT_SAVED)
    expect(status(page)).to_have_text(SAVED)
    assert [one.key for one in content(draft).competencies] == ["recovery", "ownership", "empathy"]


def test_rows_come_and_go_without_losing_what_is_being_typed(open_as, draft, edit):
    anchors = {f"anchor_{score}": "…" for score in range(1, 6)}
    Competency.objects.create(key="integrity", name="Integrity", definition="Tells the truth.", **anchors)
    page = open_as(make_recruiter(), edit)
    page.get_by_label("Guidance for the panel").fill("Typed just before.")
    page.get_by_text("Add competencies from the library").click()
    page.get_by_label("Integrity Tells the truth.").check()
    page.get_by_role("button", name="Add what is ticked").click()
    expect(rows(page, "competencies")).to_have_count(4)
    page.get_by_label("Write a question for").select_option("Integrity")
    page.get_by_role("button", name="Write a question").click()
    expect(page.get_by_label("Question 4")).to_be_focused()
    page.keyboard.type("When was the truth hard to tell?")
    page.get_by_role("button", name="Remove question 1").click()
    expect(rows(page, "questions")).to_have_count(3)
    expect(rows(page, "questions").nth(0)).to_be_focused()
    expect(status(page)).to_have_text(SAVED)
    after = content(draft)
    assert after.guidance == "Typed just before."
    assert [(one.competency, one.text) for one in after.questions][-1] == (
        "integrity",
        "When was the truth hard to tell?",
    )


def test_second_tab_is_told_and_both_texts_are_shown(open_as, draft, edit):
    recruiter = make_recruiter()
    first, second = open_as(recruiter, edit), open_as(recruiter, edit)
    first.get_by_label("Guidance for the panel").fill("First tab.")
    expect(status(first)).to_have_text(SAVED)
    second.get_by_label("Guidance for the panel").fill("Second tab.")
    expect(status(second)).to_have_text("Not saved: the draft was changed elsewhere")
    assert content(draft).guidance == "First tab."
    second.get_by_role("button", name="Compare and decide").click()
    expect(second.get_by_role("row", name="Guidance for the panel Second tab. First tab.")).to_be_visible()
    second.get_by_role("button", name="Save mine over it").click()
    expect(second.get_by_label("Guidance for the panel")).to_have_value("Second tab.")
    assert content(draft).guidance == "Second tab."


def test_lost_connection_keeps_the_typing_and_sends_it_later(open_as, draft, edit):
    page = open_as(make_recruiter(), edit)
    page.context.set_offline(True)
    page.get_by_label("Guidance for the panel").fill("Written in a tunnel.")
    expect(status(page)).to_contain_text("No connection")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED, timeout=10_000)
    assert content(draft).guidance == "Written in a tunnel."


def test_publishing_at_once_takes_along_what_was_typed_last(open_as, draft, edit):
    page = open_as(make_recruiter(), edit)
    page.get_by_label("Guidance for the panel").fill("Last words.")
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kit")
    version = KitVersion.objects.get(pk=draft.pk)
    assert (version.state, version.guidance) == ("published", "Last words.")


def test_editor_works_without_scripts(open_as, draft, edit):
    page = open_as(make_recruiter(), edit, java_script_enabled=False)
    page.get_by_label("Guidance for the panel").fill("No script.")
    page.get_by_role("button", name="Move Ownership up").click()
    page.get_by_label("Weight").nth(0).fill("7")
    page.get_by_label("Weight").nth(0).press("Enter")
    after = content(draft)
    assert (after.guidance, after.competencies[0].key, after.competencies[0].weight) == ("No script.", "ownership", 7)
    expect(rows(page, "competencies").nth(0).locator("[data-share]")).to_have_text("64 %")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_kits_are_accessible(open_as, draft, edit, width, scheme):
    version = make_kit_version()
    page = open_as(make_recruiter(), edit, viewport={"width": width, "height": 900}, color_scheme=scheme)
    kit = f"/hiring/kits/{version.kit_id}"
    reading = ["/hiring/kits/", f"{kit}/", f"{kit}/compare/?from=1&to=1", "/hiring/kits/new/", "/hiring/kits/import/"]
    drafting = [edit, edit.replace("edit", "preview"), edit.replace("edit", "publish"), edit.replace("edit", "discard")]
    for address in [*drafting, *reading, "/hiring/library/", "/hiring/library/new/"]:
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
