"""A screen in a room, live: it steps, pauses, goes on without a connection, and is blank once it is revoked."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from people.models import Role
from recognition.actions import posts, screens
from recognition.models import Recognition
from tests.cast import make_person, make_value, thank

TELEVISION = {"viewport": {"width": 1920, "height": 1080}}


@pytest.fixture
def steward(transactional_db):
    return make_person("Stan Steward", roles={Role.STEWARD: None})


def card(page):
    return page.locator("[data-card]:not([hidden])")


def test_a_screen_runs_through_a_day(open_as, steward, look):
    value, now = make_value(name="Own it"), timezone.now()
    for name in ("Maya Okafor", "Otto Other"):
        thank(make_person(name), value=value, at=now, did=f"{name} stayed with a caller until the parcel was found.")
    screen, secret = screens.make_screen(name="Canteen", by=steward, at=now)
    # Whoever is signed in: it asks for its secret alone. The clock is the test's, so that nothing is waited for.
    page = open_as(steward, "/livez", **TELEVISION)
    page.clock.install()
    page.goto(f"/screen/{secret}/")
    expect(card(page)).to_have_count(1)
    expect(card(page)).to_contain_text("Otto Other")
    page.clock.run_for(15_500)
    expect(card(page)).to_contain_text("Maya Okafor")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(31_000)
    expect(card(page)).to_contain_text("Maya Okafor")
    page.keyboard.press("ArrowRight")
    expect(card(page)).to_contain_text("Otto Other")
    look(page, "screen")
    page.set_viewport_size(TELEVISION["viewport"])
    # What was taken back is gone when it asks next.
    one = Recognition.objects.get(did__startswith="Otto")
    posts.withdraw_recognition(recognition=one, by=one.giver, at=timezone.now())
    page.clock.run_for(60_000)
    expect(page.locator("[data-card]")).to_have_count(1)
    # Without a connection it goes on, says so, and even comes back from a power cut.
    page.evaluate("() => navigator.serviceWorker.ready")
    page.reload()
    expect(card(page)).to_contain_text("Maya Okafor")
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(page.get_by_text("No connection.")).to_be_visible()
    expect(card(page)).to_contain_text("Maya Okafor")
    page.reload()
    expect(card(page)).to_contain_text("Maya Okafor")
    # For a day at most: somebody may have changed their wish.
    page.clock.run_for("24:02:00")
    expect(page.locator("[data-card]")).to_have_count(0)
    page.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(card(page)).to_contain_text("Maya Okafor")
    # Revoked: blank, and nothing of it is kept on the device.
    screens.revoke_screen(screen=screen, by=steward, at=timezone.now())
    page.clock.run_for(61_000)
    expect(page.locator("body")).to_be_empty()
    page.evaluate("async () => { while (await caches.has('rapport-screen')); }")
    page.reload()
    expect(page.locator("body")).to_be_empty()
    assert page.evaluate("() => caches.has('rapport-screen')") is False
