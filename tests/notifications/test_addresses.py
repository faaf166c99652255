"""Addresses that refuse mail: learnt from what servers and services say, obeyed when mail is sent, and taken back."""

import random
import smtplib
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from notifications import policies
from notifications.actions import addresses
from notifications.actions.notices import Outsider
from notifications.bounces import Said
from notifications.kinds import Cadence, Channel, Content
from notifications.models import MailReport, Suppression
from people.actions import invitations, people
from people.actions import mail as post
from people.models import AuditEntry, Role
from tests.cast import NOW, fresh, make_application, make_opening, make_person, make_recruiter, make_team
from tests.notifications.kinds_of_tests import declared
from tests.notifications.test_sending import plan, states, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = "ada@staff.example"


@pytest.fixture
def ada():
    return make_person("Ada", email=ADDRESS)


def tell(said, at=NOW, source="event", address=ADDRESS, evidence="", now=None):
    addresses.note(source=source, address=address, said=said, happened_at=at, evidence=evidence, at=now or at or NOW)


def refusing():
    return list(Suppression.objects.order_by("pk").values_list("address", "reason"))


def deeds():
    found = AuditEntry.objects.filter(did__startswith="notifications.address").order_by("pk")
    return [(each.did.partition(".")[2], each.actor, each.object_id, each.changes) for each in found]


# --- learnt ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [Said.GONE, Said.COMPLAINT])
def test_one_hard_bounce_or_complaint_is_enough(ada, said):
    tell(said, evidence="550 5.1.1 No such\r\nuser\x00 here \u202egnihton")
    assert refusing() == [(ADDRESS, said.value)]
    assert Suppression.objects.get().evidence == "550 5.1.1 No such user here gnihton"
    assert deeds() == [("address_refuses", None, ada.pk, {"reason": said.value})]


def test_same_event_told_again_changes_nothing(ada):
    for _time in range(3):
        tell(Said.GONE)
    assert len(deeds()) == 1
    admin = make_person(roles={Role.PEOPLE_ADMIN: None})
    addresses.lift(suppression=Suppression.objects.get(), by=admin, at=NOW + DAY)
    tell(Said.GONE, now=NOW + 2 * DAY)
    assert refusing() == []


def test_address_is_one_whatever_its_case(ada):
    tell(Said.GONE, address="  ADA@Staff.Example ")
    assert refusing() == [(ADDRESS, "gone")]


@pytest.mark.parametrize("address", ["", "no address", "a" * 250 + "@b.example"])
def test_what_is_no_address_is_passed_over(address):
    tell(Said.GONE, address=address)
    assert (refusing(), MailReport.objects.count()) == ([], 0)


def test_passing_trouble_counts_by_days(ada):
    for day in range(4):
        for hour in range(3):
            tell(Said.TROUBLE, at=NOW + day * DAY + timedelta(hours=hour), source=f"{day} {hour}")
    assert refusing() == []
    tell(Said.TROUBLE, at=NOW + 4 * DAY, source="the fifth day")
    assert refusing() == [(ADDRESS, "trouble")]


def test_passing_trouble_of_long_ago_does_not_count(ada):
    for week in range(10):
        tell(Said.TROUBLE, at=NOW + 8 * week * DAY, source=str(week))
    assert refusing() == []


def test_a_mail_that_arrives_begins_the_count_anew(ada):
    for day in (1, 2, 3, 4):
        tell(Said.TROUBLE, at=NOW + day * DAY, source=str(day))
    tell(Said.DELIVERED, at=NOW + 4 * DAY + timedelta(hours=1), source="x")
    for day in (5, 6, 7, 8):
        tell(Said.TROUBLE, at=NOW + day * DAY, source=str(day))
    assert refusing() == []
    tell(Said.TROUBLE, at=NOW + 9 * DAY, source="9")
    assert refusing() == [(ADDRESS, "trouble")]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("delivered_on", "ends"), [(4.5, []), (0.5, [(ADDRESS, "trouble")])])
def test_order_in_which_it_is_told_does_not_matter(ada, seed, delivered_on, ends):
    now = NOW + 10 * DAY
    events = [partial(tell, Said.TROUBLE, at=NOW + day * DAY, source=f"soft {day}", now=now) for day in range(1, 6)]
    events += [partial(tell, Said.DELIVERED, at=NOW + delivered_on * DAY, source="good", now=now)]
    events *= 2
    random.Random(seed).shuffle(events)
    for event in events:
        event()
    assert refusing() == ends


def test_moment_that_is_still_to_come_counts_as_now(ada):
    """A service whose clock is wrong must not make an address good for years."""
    tell(Said.DELIVERED, at=NOW + 900 * DAY, now=NOW)
    assert MailReport.objects.get().at == NOW
    tell(Said.GONE, at=None, now=NOW)
    assert Suppression.objects.get().since == NOW


def test_worse_news_replaces_the_reason(ada):
    for day in range(5):
        tell(Said.TROUBLE, at=NOW + day * DAY, source=str(day))
    tell(Said.GONE, at=NOW + 5 * DAY, source="hard", evidence="550 5.1.1 no")
    tell(Said.TROUBLE, at=NOW + 6 * DAY, source="soft again")
    assert refusing() == [(ADDRESS, "gone")]
    assert [deed[3]["reason"] for deed in deeds()] == ["trouble", "gone"]


def test_delivery_does_not_undo_what_is_for_good(ada):
    tell(Said.COMPLAINT)
    tell(Said.DELIVERED, at=NOW + DAY)
    assert refusing() == [(ADDRESS, "complaint")]


def test_lifted_what_was_before_counts_no_more(ada):
    admin = make_person(roles={Role.PEOPLE_ADMIN: None})
    for day in range(5):
        tell(Said.TROUBLE, at=NOW + day * DAY, source=str(day))
    addresses.lift(suppression=Suppression.objects.get(), by=admin, at=NOW + 5 * DAY)
    assert deeds()[-1] == ("address_cleared", admin, ada.pk, {"reason": "trouble"})
    for source, said in (("late", Said.TROUBLE), ("late hard", Said.GONE), ("late complaint", Said.COMPLAINT)):
        tell(said, at=NOW + 4 * DAY, source=source, now=NOW + 6 * DAY)
    tell(Said.TROUBLE, at=NOW + 6 * DAY, source="new")
    assert refusing() == []
    tell(Said.GONE, at=NOW + 7 * DAY, source="new and hard")
    assert refusing() == [(ADDRESS, "gone")]


def test_reports_are_forgotten_and_addresses_are_not(ada):
    tell(Said.GONE)
    tell(Said.TROUBLE, at=NOW + 89 * DAY, source="later")
    assert addresses.forget_reports(at=NOW + 100 * DAY) == 1
    assert refusing() == [(ADDRESS, "gone")]


def test_trail_holds_no_address_of_somebody_without_an_account():
    tell(Said.GONE, address="cara@mail.example")
    assert deeds() == [("address_refuses", None, None, {"reason": "gone"})]


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"5.1.1 no such user")}), [(ADDRESS, "gone")]),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"5.7.1 relaying denied")}), []),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (451, b"greylisted")}), []),
        (smtplib.SMTPDataError(554, b"spam"), []),
        (ConnectionResetError(), []),
    ],
)
def test_refusal_while_sending_is_a_bounce_where_it_is_about_the_address(plain, ada, monkeypatch, error, ends):
    kind, _teller = plain
    plan(kind, 1, to=ada)

    def refuse(_self, _messages):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        work()
    assert refusing() == ends
    plan(kind, 2, to=ada)
    work()
    assert states()[-1] == ((2, "skipped", "suppressed") if ends else (2, "sent", ""))


# --- obeyed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urgency", ["low", "normal", "high"])
@pytest.mark.parametrize("said", [Said.GONE, Said.COMPLAINT])
def test_nothing_goes_there_whatever_its_urgency(ada, urgency, said):
    tell(said)
    with declared(urgency=urgency) as (kind, teller):
        plan(kind, 1, to=ada)
        plan(kind, 2)
        work()
    assert states() == [(1, "skipped", "suppressed"), (2, "sent", "")]
    assert states("portal") == [(1, "sent", ""), (2, "sent", "")]
    assert all(one.subject_id != 1 or one.channel == "portal" for asked in teller.asked for one in asked)


def test_candidate_s_address_too(plain):
    with declared("tests.mailed", cadence={Channel.MAIL: Cadence.NOW}) as (kind, teller):
        teller.says[1] = Content(title="Welcome", address="Cara@Mail.example")
        teller.says[2] = Content(title="Welcome", address="carl@mail.example")
        tell(Said.GONE, address="cara@mail.example")
        plan(kind, 1, 2, to=Outsider("candidate:3"))
        work()
    assert states() == [(1, "skipped", "suppressed"), (2, "sent", "")]


@pytest.mark.parametrize("count", [1, 10, 40])
def test_asking_costs_the_same_for_any_number(plain, count, django_assert_max_num_queries):
    kind, teller = plain
    for subject in range(count):
        teller.says[subject] = Content(title="Welcome", address=f"cara{subject}@mail.example")
        plan(kind, subject, to=Outsider(f"candidate:{subject}"))
    # Four for each mail, before and after it goes; what stands against them is asked for all at once.
    with django_assert_max_num_queries(13 + 4 * count):
        work()
    assert len(mail.outbox) == count


def test_another_address_of_the_person_is_written_to(plain, ada):
    kind, _teller = plain
    tell(Said.GONE)
    people.edit_person(person=ada, email="ada.new@staff.example", by=None, at=NOW)
    plan(kind, 1, to=ada)
    work()
    assert states() == [(1, "sent", "")]


# --- invitations and new passwords ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "goes"), [(Said.GONE, False), (Said.COMPLAINT, True), (None, True)])
def test_ways_in_go_to_who_complained_and_not_to_what_is_gone(ada, said, goes):
    if said:
        tell(said)
    letter = post.Letter(to=ada, name="reset_password", context=lambda: {"url": "https://x.example"})
    assert post.deliver(letters=[letter]) == ([] if goes else [ada])
    assert len(mail.outbox) == goes


def test_ways_in_still_go_when_the_trouble_may_pass(ada):
    for day in range(5):
        tell(Said.TROUBLE, at=NOW + day * DAY, source=str(day))
    invitations.send_way_in(email=ADDRESS, at=NOW + 5 * DAY)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_invites_is_told_that_it_bounces(client):
    admin = make_person(roles={Role.PEOPLE_ADMIN: None})
    person = people.add_person(full_name="Ida", email=ADDRESS, by=None, at=NOW)
    tell(Said.GONE)
    sign_in(client, admin)
    answer = client.post(reverse("people:person-invite", args=[person.pk]), follow=True)
    assert "bounces, so none was sent" in answer.content.decode()
    assert mail.outbox == []


# --- seen and taken back --------------------------------------------------------------------------------------------


def sign_in(client, person):
    client.force_login(person, second_factor=True)


@pytest.fixture
def parted():
    """Two teams, an admin for one of them, somebody in each, and both of their addresses refuse mail; so does a
    candidate's."""
    north, south = make_team("North"), make_team("South")
    admin = make_person("Nora Admin", roles={Role.PEOPLE_ADMIN: north})
    nick, sue = make_person("Nick", team=north), make_person("Sue", team=south)
    for address in (nick.email, sue.email, "cara@mail.example"):
        tell(Said.GONE, address=address, evidence="550 5.1.1 no such user")
    return admin, nick, sue


def test_people_admins_see_and_lift_their_own_people_s_only(client, parted):
    admin, nick, sue = parted
    sign_in(client, admin)
    page = client.get("/notices/refused/").content.decode()
    assert nick.email in page
    assert "550 5.1.1 no such user" in page
    assert sue.email not in page
    assert "cara@mail.example" not in page
    theirs, others = (Suppression.objects.get(address=person.email) for person in (nick, sue))
    assert client.post(f"/notices/refused/{others.pk}/lift/").status_code == 404
    assert client.post(f"/notices/refused/{theirs.pk}/lift/").status_code == 302
    assert {address for address, _reason in refusing()} == {sue.email, "cara@mail.example"}
    assert "No address refuses mail" in client.get("/notices/refused/").content.decode()


def test_candidate_s_address_is_no_people_admin_s_to_know(client, parted):
    chief = make_person(roles={Role.PEOPLE_ADMIN: None})
    sign_in(client, chief)
    page = client.get("/notices/refused/").content.decode()
    assert "cara@mail.example" not in page
    assert page.count("550 5.1.1 no such user") == 2


def test_rows_and_policies_agree(parted):
    admin, nick, sue = parted
    readers = [admin, nick, sue, *(make_person(roles={role: None}) for role in (Role.PEOPLE_ADMIN, Role.RECRUITER))]
    readers.append(make_person(roles={Role.PEOPLE_ADMIN: None}, is_active=False))
    for reader in map(fresh, readers):
        visible = set(Suppression.objects.visible_to(reader))
        for row in Suppression.objects.all():
            assert (row in visible) == policies.can_view_suppression(reader, row), (reader, row)


def test_profile_tells_the_people_admin_and_nobody_else(client, parted):
    admin, nick, sue = parted
    sign_in(client, admin)
    page = client.get(nick.get_absolute_url()).content.decode()
    assert "Mail does not arrive" in page
    assert "550 5.1.1 no such user" in page
    assert f"/notices/refused/{Suppression.objects.get(address=nick.email).pk}/lift/" in page
    assert "Mail does not arrive" not in client.get(sue.get_absolute_url()).content.decode()
    sign_in(client, nick)
    assert "Mail does not arrive" not in client.get(nick.get_absolute_url()).content.decode()


def test_preferences_tell_the_person_themself(client, parted):
    _admin, nick, _sue = parted
    sign_in(client, nick)
    page = client.get("/notices/preferences/").content.decode()
    assert "Mail does not reach you" in page
    assert "20 November 2026" in page
    sign_in(client, make_person())
    assert "Mail does not reach you" not in client.get("/notices/preferences/").content.decode()


def test_recruiter_sees_and_lifts_what_a_candidate_s_address_refuses(client):
    rosa = make_recruiter()
    cara = make_application(make_opening(recruiters=(rosa,)), "Cara", email="cara@mail.example").candidate
    tell(Said.GONE, address=cara.email, evidence="550 5.1.1 no such user")
    sign_in(client, rosa)
    page = client.get(cara.get_absolute_url()).content.decode()
    assert "Mail does not arrive" in page
    assert "550 5.1.1 no such user" in page
    again = reverse("hiring:candidate-write-again", args=[cara.pk])
    assert again in page
    assert client.post(again).status_code == 302
    assert client.post(again).status_code == 302
    assert refusing() == []
    assert deeds()[1:] == [("address_cleared", rosa, cara.pk, {"reason": "gone"})]
    assert "Mail does not arrive" not in client.get(cara.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_costs_the_same_however_many(client, count, django_assert_max_num_queries):
    for _each in range(count):
        tell(Said.GONE, address=make_person().email)
    sign_in(client, make_person(roles={Role.PEOPLE_ADMIN: None}))
    with django_assert_max_num_queries(10), time_machine.travel(NOW, tick=False):
        assert client.get("/notices/refused/").status_code == 200
