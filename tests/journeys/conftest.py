"""A real Chromium against the live server, for journeys. Without Chromium they are left out, and the run says so."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SHOTS = Path(__file__).parent / "shots"
WIDTHS = (360, 1280)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs Chromium")
    # Playwright's own loop runs in this thread, and Django would take the test for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_as(browser: Browser, live_server, db, settings) -> Iterator[Callable[..., Page]]:
    """A page of a browser of its own in which the person is signed in; what the console complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(person, path: str = "/", **options) -> Page:
        settings.SECOND_FACTOR = "nobody"
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context = browser.new_context(base_url=live_server.url, **options)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        # A page that is left while it fades in says so; nobody can mend that.
        page.on("pageerror", lambda error: None if "Transition" in str(error) else complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


# Two frames, and no movement under way, so that what is judged is what is painted; for two seconds at most, because a
# page behind another may be given no frames.
PAINTED = """() => Promise.race([
    new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))
        .then(() => Promise.allSettled(document.getAnimations().map(each => each.finished))),
    new Promise(go => setTimeout(go, 2000)),
])"""


@pytest.fixture
def look():
    """Looks at a page as it stands: axe finds nothing, and a picture is kept, in each width and theme."""
    SHOTS.mkdir(exist_ok=True)
    axe = Axe()

    def look_at(page: Page, name: str) -> None:
        before = page.viewport_size
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate(PAINTED)
                found = axe.run(page, options={"resultTypes": ["violations"]})
                assert not found.response["violations"], f"{name} at {width}, {scheme}: {found.generate_report()}"
                page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
            wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not wider, f"{name} scrolls sideways at {width}"
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(before)

    return look_at
