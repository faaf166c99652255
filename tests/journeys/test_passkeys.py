"""A passkey from set-up to signing in, with a device that Chromium pretends to have; axe and the policy look on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from people.models import Role
from tests.cast import PASSWORD
from tests.people.steps import factors_of, make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser, live_server, settings):
    settings.SECOND_FACTOR = "roles"
    # The device wants to see the host that stands in the address bar.
    settings.PRODUCTION = False
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    context = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    yield page
    context.close()
    assert complaints == []


def is_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def with_password(page: Page, person) -> None:
    page.goto("/account/sign-in/")
    is_accessible(page)
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/account/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/sign-in/")


def test_passkey_is_set_up_and_signs_in_alone_and_beside_a_password(page):
    person = make_member("Rosa Recruiter", roles={Role.RECRUITER: None})
    with_password(page, person)
    page.wait_for_url("**/account/second-factor/set-up/**")
    is_accessible(page)
    page.get_by_role("link", name="Add a passkey").click()
    is_accessible(page)
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/account/second-factor/codes/")
    is_accessible(page)
    assert factors_of(person) == {"webauthn", "recovery_codes"}
    page.goto("/account/security/")
    assert page.get_by_text("Passkey 1").is_visible()
    is_accessible(page)

    sign_out(page)
    page.goto("/account/sign-in/?next=/people/directory/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: url.endswith("/people/directory/") and "?" not in url)

    sign_out(page)
    with_password(page, person)
    page.wait_for_url("**/account/second-factor/")
    is_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def test_device_that_says_no_is_told_in_words(page):
    person = make_member("Rosa Recruiter", roles={Role.RECRUITER: None})
    with_password(page, person)
    page.wait_for_url("**/account/second-factor/set-up/**")
    page.goto("/account/passkeys/add/")
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("alert").get_by_text("That did not work").wait_for()
    assert factors_of(person) == set()


def test_password_can_be_shown_and_hidden(page):
    page.goto("/account/sign-in/")
    field = page.get_by_label("Password", exact=True)
    field.fill("secret words")
    show = page.get_by_role("button", name="Show")
    show.click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide").click()
    assert field.get_attribute("type") == "password"
