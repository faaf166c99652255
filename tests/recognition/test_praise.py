"""Customers' words: what is kept of them, who decides, and who reads what."""

from itertools import product
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from notifications.kinds import Channel, Content, Due, Skip
from notifications.models import Delivery
from people.models import AuditEntry, Role
from recognition import policies
from recognition.actions import posts
from recognition.actions.praise import check_praise
from recognition.models import Praise, Recognition
from recognition.notices import PRAISE_WAITS, RECOGNISED
from recognition.reports.praise import waiting_on
from tests.cast import NOW, fresh, make_person, make_team, make_value, said, thank

pytestmark = pytest.mark.django_db
TOLD = "Anna Kowalska here, order 48213: she stayed on the line until it was found."
LEFT = "[name] here, order [number]: she stayed on the line until it was found."


@pytest.fixture
def cast():
    team = make_team("Service/Night")
    steward = make_person("Stan Steward", roles={Role.STEWARD: None})
    lead = make_person("Lena Lead")
    about = make_person("Maya Okafor", manager=lead)
    team_lead = make_person("Tom Teamlead", team=make_team("Service"))
    mate = make_person("Minna Mate", team=team, manager=team_lead)
    leaver = make_person("Lou Leaver", manager=make_person("Old Lead"), is_active=False)
    people = {
        "steward": steward, "lead": lead, "about": about, "team_lead": team_lead, "mate": mate, "leaver": leaver,
        "old_lead": leaver.manager, "stranger": make_person(),
        "gone_steward": make_person(roles={Role.STEWARD: None}, is_active=False),
        "night_steward": make_person(roles={Role.STEWARD: make_team("Service")}),
        "sales_steward": make_person(roles={Role.STEWARD: make_team("Sales")}),
    }  # fmt: skip
    return people | {"team": team}


def entered(cast, **fields):
    about = [cast["about"], cast["leaver"]]
    return said(TOLD, customer="Anna Kowalska", about=about, team=cast["team"], **fields)


def check(praise, decision, by, words="Kind words."):
    check_praise(praise=praise, words=words, decision=decision, by=by, at=NOW)


SEES = {
    "waiting": {"steward", "night_steward"},
    "shown": {"steward", "night_steward", "lead", "about", "team_lead"},
    "lesson": {"steward", "night_steward", "lead", "team_lead"},
    "discarded": set(),
}


@pytest.mark.parametrize("state", SEES)
def test_who_reads_it_by_rows_and_by_policy(cast, state):
    one = entered(cast)
    if state != "waiting":
        check(one, state, cast["steward"])
    people = {name: fresh(person) for name, person in cast.items() if name != "team"}
    by_rows = {name for name, person in people.items() if Praise.objects.visible_to(person).exists()}
    row = Praise.objects.get()
    assert by_rows == {name for name, person in people.items() if policies.can_view_praise(person, row)} == SEES[state]
    checks = {name for name, person in people.items() if Praise.objects.checkable_by(person).exists()}
    assert checks == {name for name, person in people.items() if policies.can_check_praise(person, row)}
    assert checks == SEES["waiting"]


@pytest.mark.parametrize("names_team", [True, False])
def test_a_steward_of_some_teams_keeps_what_is_about_them_alone(names_team, cast):
    one = said(TOLD, team=None, about=[cast["mate"]] if names_team else [])
    row, keepers = Praise.objects.get(), {"steward"} | ({"night_steward"} if names_team else set())
    for name in ("steward", "night_steward", "sales_steward"):
        person = fresh(cast[name])
        assert policies.can_check_praise(person, row) == (name in keepers)
        assert Praise.objects.checkable_by(person).exists() == (name in keepers)
        assert bool(waiting_on(person)) == (name in keepers)
    told = Delivery.objects.filter(kind=PRAISE_WAITS.key, subject_id=one.pk).values_list("recipient", flat=True)
    assert set(told) == {cast[name].pk for name in keepers}


def test_it_is_masked_with_the_name_that_was_given():
    one = said(TOLD, customer="Anna Kowalska", source="Mail of Anna Kowalska")
    assert (one.words, one.original, one.source) == (LEFT, TOLD, "Mail of [name]")


@pytest.mark.parametrize("decision", ["shown", "lesson", "discarded"])
def test_the_original_is_gone_once_it_is_checked(cast, decision):
    one = entered(cast)
    check(one, decision, cast["steward"])
    row = Praise.objects.get()
    assert (row.original, row.customer, row.state) == ("", "", decision)
    assert row.words == ("" if decision == "discarded" else "Kind words.")
    assert not any("Kowalska" in str(entry.changes) for entry in AuditEntry.objects.all())


@pytest.mark.parametrize(("first", "second"), [*product(["shown", "lesson", "discarded"], repeat=2)])
def test_it_is_decided_once(cast, first, second):
    one, stale = entered(cast), Praise.objects.get()
    check(one, first, cast["steward"])
    with pytest.raises(Refused):
        check(stale, second, cast["steward"], words="Other words.")
    assert Praise.objects.get().state == first
    assert AuditEntry.objects.filter(did="recognition.praise_checked").count() == 1


def test_without_consent_it_is_never_shown(cast):
    one = entered(cast, consent=False)
    with pytest.raises(Invalid):
        check(one, "shown", cast["steward"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Praise.objects.update(state="shown", original="", customer="", checked_at=NOW)
    assert Praise.objects.get().is_waiting


def test_the_database_keeps_no_original_of_what_is_checked(cast):
    entered(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Praise.objects.update(state="lesson", kind="complaint", checked_at=NOW)


def test_the_same_token_enters_it_once():
    token, by = uuid4(), make_person()
    assert said(TOLD, by=by, token=token) == said(TOLD, by=by, token=token)
    assert Praise.objects.count() == 1


def test_a_day_to_come_is_refused():
    with pytest.raises(Invalid):
        said(TOLD, said_on=NOW.date().replace(day=22))


def test_stewards_are_told_and_asked_no_more_once_it_is_checked(cast):
    one = entered(cast, by=cast["steward"])
    other = make_person("Sue Second", roles={Role.STEWARD: None})
    two = entered(cast)
    told = Delivery.objects.filter(kind=PRAISE_WAITS.key)
    assert set(told.filter(subject_id=one.pk).values_list("recipient", flat=True)) == {cast["night_steward"].pk}
    assert set(told.filter(subject_id=two.pk).values_list("recipient", flat=True)) == {
        cast["steward"].pk, cast["night_steward"].pk, other.pk
    }  # fmt: skip

    def content(person):
        return PRAISE_WAITS.compose([Due(1, two.pk, "", Channel.PORTAL, NOW, fresh(person))])[1]

    assert "Kowalska" not in str(content(other))
    assert "line" not in content(other).title
    assert content(cast["lead"]) == Skip("not visible")
    check(two, "lesson", cast["steward"])
    assert content(other) == Skip("checked")
    assert not told.filter(subject_id=two.pk, state="planned").exists()


def test_my_work_counts_what_waits_for_stewards_alone(cast):
    assert waiting_on(fresh(cast["steward"])) == []
    entered(cast)
    (item,) = waiting_on(fresh(cast["steward"]))
    assert item.title == "1 customer's words to check"
    assert waiting_on(fresh(cast["lead"])) == []


def test_somebody_writes_it_down_and_a_steward_checks_it(client, cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(cast["stranger"])
    body = {
        "kind": "praise", "original": TOLD, "customer": "Anna Kowalska", "channel": "call", "said_on": "2026-11-19",
        "about_0": cast["about"].email, "consent": "on", "token": str(uuid4()),
    }  # fmt: skip
    assert 'value="2026-11-20"' in client.get(reverse("recognition:praise-enter")).content.decode()  # today
    for _double in range(2):
        client.post(reverse("recognition:praise-enter"), body)
    one = Praise.objects.get()
    assert (one.words, list(one.about.all()), one.entered_by) == (LEFT, [cast["about"]], cast["stranger"])
    later = body | {"said_on": "2026-11-23", "token": str(uuid4())}
    assert client.post(reverse("recognition:praise-enter"), later).status_code == 422
    assert client.get(one.get_absolute_url()).status_code == 404
    client.force_login(cast["steward"])
    page = client.get(one.get_absolute_url()).content.decode()
    assert TOLD in page
    assert LEFT in page
    assert client.post(one.get_absolute_url(), {"decision": "nothing"}).status_code == 422
    assert client.post(one.get_absolute_url(), {"decision": "shown", "words": " "}).status_code == 422
    client.post(one.get_absolute_url(), {"decision": "shown", "words": "She stayed on the line."})
    client.force_login(cast["about"])
    for page in (one.get_absolute_url(), reverse("recognition:praise-list")):
        answer = client.get(page).content.decode()
        assert "She stayed on the line." in answer
        assert "Kowalska" not in answer
    assert client.post(one.get_absolute_url(), {"decision": "discarded"}).status_code == 403


def test_text_stays_text(client, cast):
    hostile = "<script>alert(1)</script> [x](javascript:alert(1))"
    one = said(hostile)
    client.force_login(cast["steward"])
    for page in (one.get_absolute_url(), reverse("recognition:praise-list")):
        answer = client.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in answer
        assert "<script>alert(1)" not in answer


@pytest.mark.parametrize("count", [1, 20])
def test_the_queue_costs_the_same_however_long(client, cast, count, django_assert_max_num_queries):
    for _each in range(count):
        entered(cast)
    client.force_login(cast["steward"])
    with django_assert_max_num_queries(9):
        client.get(reverse("recognition:praise-list"))


def shown(cast, words="She kept her promise and rang on Thursday."):
    one = entered(cast)
    check(one, "shown", cast["steward"], words)
    return Praise.objects.get(pk=one.pk)


def test_praise_becomes_thanks_in_one_step(client, cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    one, value = shown(cast), make_value(name="Own it")
    address = reverse("recognition:praise-recognise", args=[one.pk])
    client.force_login(cast["lead"])
    page = client.get(address).content.decode()
    assert cast["about"].email in page
    assert cast["leaver"].email not in page
    body = {"to_0": cast["about"].email, "value": value.pk, "visibility": "0", "token": str(uuid4())}
    assert client.post(address, body | {"to_0": ""}).status_code == 422
    client.post(address, body)
    post = Recognition.objects.get()
    assert (post.praise, post.giver, [row.person for row in post.recipients.all()]) == (
        one, cast["lead"], [cast["about"]],
    )  # fmt: skip
    (content,) = RECOGNISED.compose([Due(1, post.pk, "", Channel.MAIL, NOW, cast["about"])]).values()
    assert isinstance(content, Content)
    assert content.text[0] == "“She kept her promise and rang on Thursday.”"
    again = client.post(address, body | {"token": str(uuid4())})
    assert again.status_code == 422
    assert "thanked for this praise already" in again.content.decode()
    posts.withdraw_recognition(recognition=post, by=cast["lead"], at=NOW)
    assert client.post(address, body | {"token": str(uuid4())}).status_code == 302


def test_the_wall_quotes_the_customer_and_finds_the_words(client, cast):
    one = shown(cast)
    thank(cast["about"], by=cast["lead"], praise=one, did="")
    thank(cast["about"])
    client.force_login(cast["stranger"])
    for query, found in (({}, 2), ({"customers": "on"}, 1), ({"q": "promise thursday"}, 1)):
        answer = client.get(reverse("recognition:wall"), query)
        assert len(answer.context["lines"]) == found
        assert "She kept her promise and rang on Thursday." in answer.content.decode()


@pytest.mark.parametrize("state", ["waiting", "lesson"])
def test_nobody_is_thanked_with_what_is_not_shown(cast, state):
    one = entered(cast)
    if state == "lesson":
        check(one, state, cast["steward"])
    with pytest.raises(Refused):
        thank(cast["about"], by=cast["lead"], praise=one)
    assert not any(policies.can_recognise_praise(fresh(cast[name]), one) for name in ("steward", "lead", "about"))


def test_the_same_praise_stands_on_the_wall_once(cast):
    one = shown(cast)
    thank(cast["about"], by=cast["lead"], praise=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recognition.objects.create(
            giver=cast["steward"], value=make_value(), did="Again.", praise=one, posted_at=NOW, token=uuid4()
        )
