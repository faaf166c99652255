"""A webhook from its team's page to its removal; each page looked at by axe, in both widths and themes."""

from django.utils import timezone
from playwright.sync_api import expect

from notifications.models import Webhook, WebhookTry
from people.models import Role
from tests.cast import make_person, make_team
from tests.notifications.receivers_of_tests import plain, receiving


def test_webhook_from_set_up_to_removal(transactional_db, open_as, look):
    team = make_team("Service/Contact centre")
    admin = make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None}, team=team)
    page = open_as(admin, team.get_absolute_url())
    look(page, "webhook-team")
    page.get_by_role("link", name="Chat and webhooks").click()
    look(page, "webhook-none")
    page.get_by_role("link", name="Add a webhook").first.click()
    page.get_by_label("Name").fill("#contact-centre")
    page.get_by_label("Another program").check()
    page.get_by_label("Address", exact=True).fill("https://10.0.0.1/hook")
    page.get_by_label("Opening opened").check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the name of the receiver")
    look(page, "webhook-add")
    with receiving(plain(200, text='{"ok": true}')) as receiver:
        page.get_by_label("Address", exact=True).fill(receiver.url)
        page.get_by_role("button", name="Add webhook").click()
        expect(page.locator(".secret-value")).to_contain_text("whsec_")
        look(page, "webhook-secret")
        page.get_by_role("link", name="I have copied it").click()
        look(page, "webhook-new")
        page.get_by_role("button", name="Send a test message").click()
        expect(page.get_by_text("Answered 200").first).to_be_visible()
        assert len(receiver.requests) == 1
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Nothing is posted.")).to_be_visible()
    look(page, "webhook-paused")
    _worn(Webhook.objects.get())
    page.reload()
    look(page, "webhook-off")
    page.get_by_role("link", name="Edit").click()
    look(page, "webhook-edit")
    page.go_back()
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("link", name="Chat and webhooks").first.click()
    look(page, "webhook-list")
    page.get_by_role("link", name="#contact-centre").click()
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Remove").click()
    look(page, "webhook-remove")
    page.get_by_role("button", name="Remove webhook").click()
    expect(page.get_by_text("was removed")).to_be_visible()
    assert Webhook.objects.count() == 1


def _worn(webhook):
    """After a bad week: switched off, with long and ugly answers, and another that is well."""
    now = timezone.now()
    Webhook.objects.filter(pk=webhook.pk).update(state="off", off_reason="failing", failures=10, failing_since=now)
    for status, problem in ((500, ""), (None, "no answer in time"), (301, ""), (None, "certificate not valid")):
        WebhookTry.objects.create(
            webhook=webhook, event="hiring.opening_opened", at=now, status=status, problem=problem, milliseconds=10_000,
            answer="<html><head><title>Internal Server Error</title></head><body>x" * 3 if status == 500 else "",
        )  # fmt: skip
    Webhook.objects.create(
        team=webhook.team, name="Contact centre, all of it, with a long name that goes on", form="teams",
        host="prod-01.westeurope.logic.azure.com", encrypted_address="x", events=["hiring.interviews_today"],
        time_zone="Europe/London", language="en-gb", state_since=now, created_by=webhook.created_by, created_at=now,
    )  # fmt: skip
