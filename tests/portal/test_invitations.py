"""Who was invited and has not come is reminded twice; then their manager reads of it."""

from datetime import timedelta

import pytest
from django.core import mail

from notifications import digests
from notifications.actions import dispatch, sending
from notifications.kinds import Channel, Content, Due
from notifications.models import Delivery
from people.actions.invitations import find_invited, invite_person
from portal.invitations import plan_reminders
from tests.cast import NOW, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ines():
    person = make_person("Ines", work_days="mon,tue,wed,thu,fri,sat,sun")
    person.set_unusable_password()
    person.save()
    invite_person(person=person, by=None, at=NOW)
    mail.outbox.clear()
    return person


def run(at):
    for _time in range(2):
        plan_reminders(at=at)
        for chunk in dispatch.take_due(at=at):
            sending.deliver(pks=chunk, clock=lambda: at)


def through(start, days):
    told = []
    for hour in range(0, 24 * days, 6):
        run(start + timedelta(hours=hour))
        told += [hour / 24 for _message in mail.outbox]
        mail.outbox.clear()
    return told


def test_after_three_and_eight_days_then_silence(ines):
    assert through(NOW, 20) == [3.0, 8.0]


def test_link_of_the_reminder_is_good_for_as_long_as_the_first_was(ines):
    run(NOW + 8 * DAY)
    (message,) = mail.outbox
    assert message.subject == "Your account at Your organisation is still waiting"
    assert "This is the last reminder." in message.body
    key, token = message.body.split("/account/invitation/")[1].split("/")[:2]
    assert find_invited(key=key, token=token.strip(), at=NOW + 21 * DAY) == ines
    assert find_invited(key=key, token=token.strip(), at=NOW + 23 * DAY) is None


def test_invited_again_the_days_are_counted_again(ines):
    run(NOW + 3 * DAY)
    invite_person(person=ines, by=None, at=NOW + 4 * DAY)
    mail.outbox.clear()
    assert through(NOW + 4 * DAY, 20) == [3.0, 8.0]


def test_who_came_or_left_is_not_reminded(ines):
    plan_reminders(at=NOW + 3 * DAY - timedelta(minutes=10))
    ines.set_password("correct horse battery")
    ines.save()
    run(NOW + 3 * DAY)
    assert Delivery.objects.get().reason == "joined"
    ines.set_unusable_password()
    ines.is_active = False
    ines.save()
    assert through(NOW + 3 * DAY, 10) == []


def test_manager_reads_of_it_in_the_digest(ines):
    boss = make_person("Boss")
    ines.manager = boss
    ines.save()

    def read(at):
        told = digests.LINE.compose([Due(1, boss.pk, "2026-W47", Channel.MAIL, at, boss)])[1]
        return (
            [(line.title, line.meta) for part in told.parts for line in part.lines] if isinstance(told, Content) else []
        )

    assert read(NOW + 2 * DAY) == []
    assert read(NOW + 3 * DAY) == [("Ines", "invited Fri 20 Nov, has not signed in yet")]
