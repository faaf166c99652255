"""Thanking people: what is refused, what is kept, what happens once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import Invalid, Refused
from notifications.models import Delivery
from people import signals as people_signals
from people.actions import leavers
from people.models import AuditEntry, ImportRun, Person
from recognition.actions import posts
from recognition.models import Change, Recipient, Recognition
from recognition.notices import RECOGNISED
from tests.cast import NOW, make_person, make_team, make_value, thank

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def refused(*people, **fields):
    """The fields about which it is refused; nothing is left of it."""
    with pytest.raises(Invalid) as refusal:
        thank(*people, **fields)
    assert not Recognition.objects.exists()
    return sorted(refusal.value.errors)


def test_several_people_are_thanked_at_once_and_told():
    maya, jo, giver = make_person("Maya"), make_person("Jo"), make_person("Gil")
    one = thank(maya, jo, maya, by=giver)
    assert sorted(one.recipients.values_list("person", flat=True)) == sorted([maya.pk, jo.pk])
    assert set(Delivery.objects.filter(kind=RECOGNISED.key).values_list("recipient", flat=True)) == {maya.pk, jo.pk}
    assert AuditEntry.objects.filter(did="recognition.posted", object_id=one.pk).count() == 1


def test_a_team_is_thanked_as_it_is_now_without_oneself_and_leavers():
    team = make_team("Service/Night")
    inside = [make_person(team=team) for _each in range(3)]
    giver, gone = make_person(team=team), make_person(team=team, is_active=False)
    below = make_person(team=make_team("Service/Night/Desk"))
    one = thank(by=giver, team=team)
    thanked = set(one.recipients.values_list("person", flat=True))
    assert thanked == {person.pk for person in inside}
    assert not {giver.pk, gone.pk, below.pk} & thanked
    make_person(team=team)
    assert one.recipients.count() == 3


def test_nobody_is_thanked_by_themselves_nor_leavers_nor_nobody():
    giver = make_person()
    assert refused(by=giver) == ["to"]
    assert refused(giver, by=giver) == ["to"]
    assert refused(make_person(), giver, by=giver) == ["to"]
    assert refused(make_person(is_active=False)) == ["to"]
    assert refused(by=giver, team=make_team("Empty")) == ["to"]


def test_at_most_fifty():
    people = [make_person() for _each in range(51)]
    assert refused(*people) == ["to"]
    assert thank(*people[:50]).recipients.count() == 50


def test_the_database_refuses_whoever_thanks_themselves():
    one = thank(make_person())
    with pytest.raises(IntegrityError), transaction.atomic():
        Recipient.objects.create(recognition=one, person=one.giver, giver=one.giver, posted_at=NOW)


@pytest.mark.parametrize("did", ["", "   ", "Great!", "Thanks, great job!", "a" + " " * 40])
def test_without_a_story_nothing_is_posted(did):
    assert refused(make_person(), did=did) == ["did"]


def test_a_value_that_is_archived_is_not_given_any_more():
    assert refused(make_person(), value=make_value(archived_at=NOW)) == ["value"]


def test_posting_twice_with_one_token_is_once():
    giver, maya, token = make_person(), make_person(), uuid4()
    first = thank(maya, by=giver, token=token)
    assert thank(maya, by=giver, token=token) == first
    assert thank(maya, token=token) != first  # somebody else's is another
    assert Recognition.objects.count() == 2


def test_words_are_changed_for_a_while_and_kept_as_they_were(settings):
    one = thank(make_person(), happened="A long queue.")
    posts.edit_recognition(
        recognition=one, by=one.giver, at=NOW + MINUTE, did="Opened a second till without being asked."
    )
    one.refresh_from_db()
    assert (one.edited_at, one.happened) == (NOW + MINUTE, "A long queue.")
    assert "second till" in one.search_text
    assert Change.objects.get().before["did"] == "Stayed with a caller until the parcel was found."
    with pytest.raises(Invalid):
        posts.edit_recognition(recognition=one, by=one.giver, at=NOW + 2 * MINUTE, did="Short")
    last = NOW + settings.RECOGNITION_EDIT_MINUTES * MINUTE
    posts.edit_recognition(recognition=one, by=one.giver, at=last - MINUTE, link="https://tickets.example/1")
    with pytest.raises(Refused):
        posts.edit_recognition(recognition=one, by=one.giver, at=last, happened="Too late.")
    assert Change.objects.count() == 2


def test_an_edit_that_changes_nothing_is_none():
    one = thank(make_person())
    posts.edit_recognition(recognition=one, by=one.giver, at=NOW + MINUTE, did=one.did)
    assert not Change.objects.exists()


def test_what_is_withdrawn_is_gone_and_nobody_is_told_any_more():
    maya = make_person()
    one = thank(maya)
    for _twice in range(2):
        posts.withdraw_recognition(recognition=one, by=one.giver, at=NOW + MINUTE)
    assert not Recognition.objects.visible_to(maya).exists()
    assert not Recognition.objects.visible_to(one.giver).exists()
    assert set(Delivery.objects.filter(kind=RECOGNISED.key).values_list("state", flat=True)) == {"cancelled"}
    assert AuditEntry.objects.filter(did="recognition.withdrawn").count() == 1
    with pytest.raises(Refused):
        posts.edit_recognition(
            recognition=one, by=one.giver, at=NOW + MINUTE, did="It is gone, and stays gone for good."
        )


def test_a_leaver_drops_from_the_wall_and_comes_back_with_what_they_were_thanked_for():
    maya, jo, reader, admin = make_person("Maya"), make_person("Jo"), make_person(), make_person()
    alone, both = thank(maya), thank(maya, jo)
    seen = Recognition.objects.visible_to(reader)
    assert set(seen) == {alone, both}
    leavers.deactivate_person(person=maya, left_on=NOW.date(), by=admin, at=NOW)
    assert set(seen.all()) == {both}
    maya.refresh_from_db()
    leavers.reactivate_person(person=maya, by=admin, at=NOW)
    assert set(seen.all()) == {alone, both}


def test_leavers_of_an_import_drop_from_the_wall_too():
    maya, reader = make_person("Maya"), make_person()
    thank(maya)
    Person.objects.filter(pk=maya.pk).update(is_active=False)  # as an import does, for many at once
    people_signals.people_imported.send(sender=ImportRun, run=ImportRun(pk=1), at=NOW)
    assert not Recognition.objects.visible_to(reader).exists()
