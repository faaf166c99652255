"""A scorecard on a tablet, live: by keys alone, on a train, in two tabs, on a device that others use too."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from hiring.models import Interview, Scorecard
from tests.cast import fill_scorecard, make_application, make_interview, make_opening, make_person

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")


@pytest.fixture
def lea(transactional_db):
    return make_person("Lea Lead")


@pytest.fixture
def interview(lea):
    max_ = make_person("Max Member")
    starts_at = timezone.now() - timedelta(minutes=10)
    return make_interview(make_application(make_opening(), name="Cara Candidate"), (lea, max_), starts_at=starts_at)


@pytest.fixture
def fill(interview):
    return f"/hiring/interviews/{interview.pk}/scorecard/"


def stored():
    return Scorecard.objects.get()


def evidence_of(card):
    return list(card.ratings.order_by("competency__position").values_list("score", "evidence"))


def status(page):
    return page.locator("[data-status]")


def current(page):
    return page.locator("[data-part]:not([hidden])")


def drafts(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('rapport:draft:'))")


def write_evidence(page, words):
    current(page).locator("textarea[name^=evidence]").fill(words)


def test_scorecard_is_filled_in_and_sealed_by_keys_alone(open_as, lea, interview, fill):
    page = open_as(lea, fill, **TABLET)
    keys = page.keyboard
    for words, score in (("She asked who was waiting.", "4"), ("He called back the same day.", "2")):
        keys.press(score)
        keys.press("e")
        keys.type(words)
        keys.press("Escape")
        keys.press("n")
    expect(current(page).locator("h2")).to_have_text("Recommendation")
    keys.press("p")
    expect(current(page).locator("h2")).to_have_text("Ownership")
    keys.press("ArrowRight")
    page.get_by_label("Yes", exact=True).focus()
    keys.press("Space")
    keys.press("e")
    keys.type("Warm and quick.")
    expect(status(page)).to_have_text(SAVED)
    keys.press("Escape")
    keys.press("r")
    page.wait_for_url("**/review/")
    page.get_by_role("button", name="Submit scorecard").focus()
    keys.press("Enter")
    page.wait_for_url("**/hiring/scorecards/*/")
    card = stored()
    assert card.is_submitted
    assert evidence_of(card) == [(4, "She asked who was waiting."), (2, "He called back the same day.")]
    assert (card.recommendation, card.summary) == (3, "Warm and quick.")
    assert drafts(page) == []


def test_question_mark_lists_the_keys(open_as, lea, fill):
    page = open_as(lea, fill)
    page.keyboard.press("?")
    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Review and submit")
    expect(dialog).to_contain_text("Next")


def test_no_evidence_is_key_0_and_the_strip_shows_what_is_scored(open_as, lea, fill):
    page = open_as(lea, fill)
    page.keyboard.press("0")
    expect(page.locator("[data-step='1'] [data-step-score]")).to_have_text("–")
    page.keyboard.press("5")
    expect(page.locator("[data-step='1'] [data-step-score]")).to_have_text("5")
    expect(status(page)).to_have_text(SAVED)
    assert stored().ratings.get(score__isnull=False).score == 5


def test_what_is_typed_without_a_connection_arrives_later(open_as, lea, fill):
    page = open_as(lea, fill, **TABLET)
    page.keyboard.press("4")
    expect(status(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    write_evidence(page, "Told on the train.")
    expect(status(page)).to_have_text("Not saved: offline, kept on this device")
    assert len(drafts(page)) == 1
    assert evidence_of(stored())[0] == (4, "")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED, timeout=15_000)
    assert evidence_of(stored())[0] == (4, "Told on the train.")
    assert drafts(page) == []


def test_what_was_typed_before_the_lid_closed_is_brought_back(open_as, lea, fill):
    page = open_as(lea, fill, **TABLET)
    page.context.set_offline(True)
    write_evidence(page, "Before the lid closed.")
    expect(status(page)).to_have_text("Not saved: offline, kept on this device")
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "lid" not in kept  # nobody reads it without signing in as its author
    page.goto("about:blank")
    page.wait_for_timeout(500)  # what the page sends on its way out fails before the connection is back
    page.context.set_offline(False)
    page.goto(fill)
    expect(current(page).locator("textarea[name^=evidence]")).to_have_value("Before the lid closed.")
    expect(status(page)).to_have_text(SAVED)
    assert evidence_of(stored())[0] == (None, "Before the lid closed.")
    assert drafts(page) == []


def test_answer_that_gets_lost_is_no_conflict(open_as, lea, fill):
    page = open_as(lea, fill, **TABLET)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/scorecard/save/", lose_the_answer)
    write_evidence(page, "Stored, but nobody")
    expect(status(page)).to_have_text("Not saved: offline, kept on this device")
    assert stored().revision == 1
    page.unroute("**/scorecard/save/")
    write_evidence(page, "Stored, but nobody said so.")
    expect(status(page)).to_have_text(SAVED, timeout=15_000)
    expect(page.locator("[data-conflict]")).to_be_hidden()
    assert evidence_of(stored())[0] == (None, "Stored, but nobody said so.")


def two_tabs(open_as, lea, fill):
    first = open_as(lea, fill, **TABLET)
    second = first.context.new_page()
    second.goto(fill)
    write_evidence(first, "From the first tab.")
    expect(status(first)).to_have_text(SAVED)
    write_evidence(second, "From the second tab.")
    expect(second.locator("[data-conflict]")).to_be_visible()
    expect(second.locator("[data-versions]")).to_contain_text("From the first tab.")
    assert evidence_of(stored())[0] == (None, "From the first tab.")
    return second


def test_second_tab_may_keep_its_own(open_as, lea, fill):
    second = two_tabs(open_as, lea, fill)
    second.get_by_role("button", name="Keep what is here").click()
    expect(status(second)).to_have_text(SAVED)
    assert evidence_of(stored())[0] == (None, "From the second tab.")
    expect(second.locator("[data-replaced-list]")).to_contain_text("From the first tab.")


def test_second_tab_may_load_the_other(open_as, lea, fill):
    second = two_tabs(open_as, lea, fill)
    second.get_by_role("button", name="Load the other version").click()
    expect(current(second).locator("textarea[name^=evidence]")).to_have_value("From the first tab.")
    expect(second.locator("[data-replaced-list]")).to_contain_text("From the second tab.")
    write_evidence(second, "From the first tab, and more.")
    expect(status(second)).to_have_text(SAVED)
    assert evidence_of(stored())[0] == (None, "From the first tab, and more.")


def test_stale_tab_is_told_kindly_that_it_is_sealed(open_as, lea, interview, fill):
    page = open_as(lea, fill, **TABLET)
    fill_scorecard(interview, lea)
    write_evidence(page, "Too late.")
    expect(status(page)).to_contain_text("Sealed: submitted elsewhere.")
    expect(current(page).locator("textarea[name^=evidence]")).to_have_value("Too late.")
    status(page).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your scorecard of Cara Candidate")
    assert drafts(page) == []


def test_signing_out_leaves_nothing_on_the_device(open_as, lea, fill):
    page = open_as(lea, fill, viewport={"width": 1280, "height": 900})
    page.route("**/scorecard/save/", lambda route: route.abort())
    write_evidence(page, "Nobody else's business.")
    expect(status(page)).to_have_text("Not saved: offline, kept on this device")
    assert len(drafts(page)) == 1
    page.locator(".me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert drafts(page) == []


def test_somebody_else_signing_in_clears_what_was_kept(open_as, lea, fill):
    page = open_as(lea, "/")
    page.evaluate("localStorage.setItem('rapport:draft:999999:1', 'x')")
    page.evaluate(f"localStorage.setItem('rapport:draft:{lea.pk}:1', 'y')")
    page.goto("/hiring/interviews/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Interviews")
    assert drafts(page) == [f"rapport:draft:{lea.pk}:1"]


def test_clock_counts_and_pauses(open_as, lea, fill):
    page = open_as(lea, fill, **TABLET)
    clock = page.locator("[data-clock-part]")
    expect(clock).to_have_text(re.compile(r"0:0[1-9] of 10 min"), timeout=10_000)
    page.get_by_role("button", name="Pause the clock").click()
    before = clock.inner_text()
    page.wait_for_timeout(1500)
    assert clock.inner_text() == before


def test_all_on_one_page_is_remembered(open_as, lea, fill):
    page = open_as(lea, fill, **TABLET)
    write_evidence(page, "Kept on the way.")
    page.get_by_role("button", name="All on one page").click()
    page.wait_for_url("**view=all**")
    assert page.locator("[data-part]:not([hidden])").count() == 3
    page.goto(fill)
    assert page.locator("[data-part]:not([hidden])").count() == 3
    assert evidence_of(stored())[0] == (None, "Kept on the way.")


def test_everything_works_without_scripts(open_as, lea, interview, fill):
    page = open_as(lea, fill, java_script_enabled=False, **TABLET)
    for words in ("Heard one.", "Heard two."):
        part = current(page)
        part.locator("input[value='4']").check()
        part.locator("textarea[name^=evidence]").fill(words)
        page.get_by_role("button", name="Next").click()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Review and submit").click()
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your scorecard of Cara Candidate")
    assert evidence_of(stored()) == [(4, "Heard one."), (4, "Heard two.")]
    assert Interview.objects.get(pk=interview.pk).state == "held"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 820, 1180])
def test_pages_pass_axe_and_never_scroll_sideways(open_as, lea, interview, fill, width, scheme):
    page = open_as(lea, fill, viewport={"width": width, "height": 1000}, color_scheme=scheme)
    max_ = interview.panellists.get(role="member").person
    fill_scorecard(interview, max_, submitted=False)
    paths = [fill, f"{fill}?at=3", f"{fill}?view=all", "/hiring/interviews/", interview.get_absolute_url()]
    for path in paths:
        page.goto(path)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        targets = page.evaluate(
            "[...document.querySelectorAll('.score-option, .segment, .recommend-option')]"
            ".filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect().height)"
        )
        assert all(height >= 48 for height in targets), path
