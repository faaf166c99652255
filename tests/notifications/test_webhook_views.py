"""The pages of webhooks: who gets in, what is shown once, never, and again."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import egress, policies
from notifications.models import Webhook, WebhookTry
from people.models import AuditEntry, Person, Role
from tests.cast import NOW, fresh, make_person, make_team
from tests.notifications.events_of_tests import make_webhook
from tests.notifications.receivers_of_tests import plain, receiving

pytestmark = pytest.mark.django_db
FORM = {"name": "#centre", "form": "generic", "events": ["hiring.opening_opened"], "time_zone": "Europe/London"}
ADDRESS = "http://127.0.0.1:9/t0ken"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def team():
    return make_team("Service/Centre")


@pytest.fixture
def admin(client, team):
    person = make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: team})
    client.force_login(person)
    return person


def page(name, *args):
    return reverse(f"notifications:webhook-{name}", args=args)


def test_set_up_shows_the_secret_once_and_the_address_never(client, admin, team):
    assert "No webhook yet" in client.get(page("list", team.pk)).content.decode()
    answer = client.post(page("add", team.pk), FORM | {"address": ADDRESS})
    (secret,) = set(SECRET.findall(answer.content.decode()))
    webhook = Webhook.objects.get()
    assert webhook.secrets(NOW) == [secret]
    assert (webhook.address(), webhook.created_by, webhook.language) == (ADDRESS, admin, "en-gb")
    for name, pk in (("list", team.pk), ("detail", webhook.pk), ("edit", webhook.pk), ("rotate", webhook.pk)):
        shown = client.get(page(name, pk)).content.decode()
        assert "127.0.0.1" in shown or name == "rotate"
        assert "t0ken" not in shown
        assert secret not in shown
    entry = AuditEntry.objects.get(did="notifications.webhook_added")
    assert entry.changes == {"form": "generic", "events": ["hiring.opening_opened"]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": "https://10.0.0.1/x"}, "Write the name of the receiver"),
        ({"address": "https://localhost./x"}, "not a name that the internet knows"),
        ({"address": " https://example.com/x"}, "Write a plain address"),
        ({"address": "https://a:b@example.com/x"}, "Write a plain address"),
        ({"address": ""}, "This field is required"),
        ({"form": "fax"}, "Select a valid choice"),
        ({"events": ["hiring.candidate_tomorrow"]}, "Select a valid choice"),
        ({"events": []}, "This field is required"),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_what_is_not_fit_is_said_beside_it_and_keeps_what_was_typed(client, admin, team, change, says):
    answer = client.post(page("add", team.pk), FORM | {"name": "Kept", "address": ADDRESS} | change)
    shown = answer.content.decode()
    assert says in shown
    assert answer.status_code == 200
    assert not Webhook.objects.exists()
    if "name" not in change:
        assert 'value="Kept"' in shown


def test_chat_leads_to_its_page(client, admin, team):
    answer = client.post(page("add", team.pk), FORM | {"form": "slack", "address": ADDRESS}, follow=True)
    assert "Send a test message to see it arrive" in answer.content.decode()
    assert not SECRET.search(answer.content.decode())


def test_edit_keeps_the_address_that_is_not_given(client, admin, team):
    webhook, _secret = make_webhook(team, ADDRESS)
    client.post(page("edit", webhook.pk), FORM | {"name": "New", "teams_below": "on"})
    webhook.refresh_from_db()
    assert (webhook.name, webhook.teams_below, webhook.address()) == ("New", True, ADDRESS)
    client.post(page("edit", webhook.pk), FORM | {"address": "http://localhost:8/other"})
    webhook.refresh_from_db()
    assert (webhook.host, webhook.address()) == ("localhost", "http://localhost:8/other")
    answer = client.post(page("edit", webhook.pk), FORM | {"address": "https://10.1.1.1/"})
    assert "Write the name" in answer.content.decode()
    changed = [entry.changes["fields"] for entry in AuditEntry.objects.filter(did="notifications.webhook_changed")]
    assert changed == [["name", "events", "teams_below", "time_zone"][:3], ["name", "teams_below", "address"]]


def test_test_message_shows_what_came_back(client, admin, team, monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 1.5)
    with receiving(plain(404, text="no_service <script>")) as receiver:
        webhook, _secret = make_webhook(team, receiver.url, form="slack")
        shown = client.post(page("test", webhook.pk), follow=True).content.decode()
    assert re.search(r"Test message: Answered 404, after \d+ ms\.", shown)
    assert "no_service &lt;script&gt;" in shown
    shown = client.post(page("test", webhook.pk), follow=True).content.decode()
    assert "Test message: No connection" in shown
    assert WebhookTry.objects.count() == 2


def test_pause_and_on_again_and_off(client, admin, team):
    webhook, _secret = make_webhook(team, ADDRESS)
    assert "Nothing is posted." in client.post(page("pause", webhook.pk), follow=True).content.decode()
    assert "This webhook is not on." in client.post(page("pause", webhook.pk), follow=True).content.decode()
    assert "is on again" in client.post(page("resume", webhook.pk), follow=True).content.decode()
    assert "is on already" in client.post(page("resume", webhook.pk), follow=True).content.decode()
    Webhook.objects.update(state="off", off_reason="gone")
    shown = client.get(page("detail", webhook.pk)).content.decode()
    assert "Switched off by the portal" in shown
    assert "gone for good" in shown


def test_rotation_asks_and_shows_once(client, admin, team):
    webhook, secret = make_webhook(team, ADDRESS)
    assert not SECRET.search(client.get(page("rotate", webhook.pk)).content.decode())
    answer = client.post(page("rotate", webhook.pk))
    (new,) = set(SECRET.findall(answer.content.decode()))
    webhook.refresh_from_db()
    assert webhook.secrets(NOW) == [new, secret]
    assert "no-store" in answer["Cache-Control"]
    assert "Signs too, until" in client.get(page("detail", webhook.pk)).content.decode()
    slack, _none = make_webhook(team, ADDRESS, form="slack")
    assert "Only what goes to programs" in client.post(page("rotate", slack.pk), follow=True).content.decode()


def test_removal_asks_first(client, admin, team):
    webhook, _secret = make_webhook(team, ADDRESS)
    assert "Remove “Receiver”?" in client.get(page("remove", webhook.pk)).content.decode()
    assert Webhook.objects.exists()
    answer = client.post(page("remove", webhook.pk))
    assert answer["Location"] == page("list", team.pk)
    assert not Webhook.objects.exists()
    assert client.get(page("detail", webhook.pk)).status_code == 404


def test_pages_cost_the_same_whatever_is_there(client, admin, team):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get(page("list", team.pk))
        first = len(asked)
        with CaptureQueriesContext(connection) as asked:
            client.get(page("detail", Webhook.objects.order_by("pk")[0].pk))
        return first, len(asked)

    def fill(count):
        for _each in range(count):
            webhook, _secret = make_webhook(team, ADDRESS)
            for _try in range(3):
                WebhookTry.objects.create(webhook=webhook, at=NOW, status=200, milliseconds=3)

    fill(1)
    before = cost()
    fill(9)
    assert cost() == before
    assert max(before) <= 12


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.fixture
def line():
    """A manager to whom everybody of the centre reports, directly or not, and a shop where one more report works."""
    centre, early, shop = make_team("Service/Centre"), make_team("Service/Centre/Early"), make_team("Service/Shop")
    manager = make_person("Lin Manager", team=centre)
    lead = make_person("Lea Lead", team=early, manager=manager)
    make_person(team=early, manager=lead)
    make_person(team=centre, manager=manager)
    make_person(team=shop, manager=manager)
    make_person("Sol Shop", team=shop)
    make_person(team=early, is_active=False)
    return {"manager": manager, "lead": lead, "admin": make_person(roles={Role.PEOPLE_ADMIN: shop}),
            "recruiter": make_person(roles={Role.RECRUITER: None}), "gone": make_person(is_active=False,
            roles={Role.PEOPLE_ADMIN: None}), "everywhere": make_person(roles={Role.PEOPLE_ADMIN: None})}  # fmt: skip


def test_policy_and_rows_agree_for_everybody(line):
    teams = {path: make_team(path) for path in ("Service", "Service/Centre", "Service/Centre/Early", "Service/Shop")}
    made = {path: make_webhook(team, ADDRESS)[0] for path, team in teams.items()}
    managed = {}
    for name, person in line.items():
        one = fresh(person)
        by_rows = {path for path in teams if Webhook.objects.visible_to(one).filter(pk=made[path].pk).exists()}
        by_policy = {path for path, team in teams.items() if policies.can_manage_webhooks(fresh(person), team)}
        assert by_rows == by_policy, name
        managed[name] = by_rows
    assert managed == {
        "manager": {"Service/Centre", "Service/Centre/Early"},
        "lead": {"Service/Centre/Early"},
        "admin": {"Service/Shop"},
        "recruiter": set(),
        "gone": set(),
        "everywhere": set(teams),
    }


def test_one_more_who_reports_elsewhere_ends_it(line):
    team = make_team("Service/Centre")
    assert policies.can_manage_webhooks(fresh(line["manager"]), team)
    make_person(team=make_team("Service/Centre/Early"))
    assert not policies.can_manage_webhooks(fresh(line["manager"]), team)
    Person.objects.filter(team=make_team("Service/Centre/Early"), manager=None).update(is_active=False)
    assert policies.can_manage_webhooks(fresh(line["manager"]), team)


@pytest.mark.parametrize(("who", "shown"), [("manager", True), ("recruiter", False), ("everywhere", True)])
def test_team_s_page_leads_there_for_who_may(client, line, who, shown):
    team = make_team("Service/Centre")
    client.force_login(line[who])
    content = client.get(team.get_absolute_url()).content.decode()
    assert (page("list", team.pk) in content) is shown
    assert client.get(page("list", team.pk)).status_code == (200 if shown else 403)
    assert client.get(page("list", 99999)).status_code == 404
