"""Adding and editing people, their reporting line and their photo."""

import io
import resource
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from foundation.errors import Invalid, Refused
from people import signals
from people.actions import audit, photos
from people.actions import people as actions
from people.models import AuditEntry, Person, Role
from tests.cast import NOW, fresh, make_person, make_site, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None})


def add(admin, **fields):
    return actions.add_person(**{"full_name": "Nia Newcomer", "email": "nia@staff.example", **fields}, by=admin, at=NOW)


def errors_of(call):
    with pytest.raises(Invalid) as caught:
        call()
    return set(caught.value.errors)


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


# --- add ------------------------------------------------------------------------------------------------------------


def test_added_person_is_stored_clean_and_cannot_sign_in_yet(admin):
    team, site = make_team("Service/Retail"), make_site("Kraków")
    person = fresh(add(admin, full_name="  Nia \t Néwcomer ", email=" Nia@Staff.EXAMPLE ", team=team, site=site,
                       manager=admin, work_days="fri,mon", time_zone="Asia/Kathmandu"))  # fmt: skip
    assert (person.full_name, person.email, person.work_days) == ("Nia Néwcomer", "nia@staff.example", "mon,fri")
    assert person.is_active
    assert not person.has_usable_password()
    assert Person.objects.matching("newcomer krakow retail").get() == person
    entry = last_entry()
    assert (entry.did, entry.actor, entry.object_id, entry.team) == ("people.person_added", admin, person.pk, team)
    assert "Nia" not in str(entry.changes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "   "),
        ("full_name", "x" * 151),
        ("full_name", "Nul\x00Bell"),
        ("email", "not-an-address"),
        ("email", "nia@staff.example\nBcc: all@staff.example"),
        ("preferred_name", "x" * 81),
        ("job_title", "two\nlines"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("work_days", "mon,someday"),
        ("work_days", ""),
    ],
)
def test_bad_value_is_refused_by_name_and_nobody_is_added(admin, field, value):
    assert errors_of(lambda: add(admin, **{field: value})) == {field}
    assert Person.objects.count() == 1


def test_all_reasons_come_at_once(admin):
    assert errors_of(lambda: add(admin, full_name="", email="x", time_zone="Mars/Olympus")) == {
        "full_name", "email", "time_zone",
    }  # fmt: skip


@pytest.mark.parametrize("address", ["nia@staff.example", "NIA@Staff.Example", "  nia@staff.example"])
def test_address_is_taken_whatever_its_case(admin, address):
    add(admin)
    assert errors_of(lambda: add(admin, full_name="Twin", email=address)) == {"email"}
    assert Person.objects.filter(full_name="Twin").count() == 0


def test_database_itself_refuses_a_twin_address_and_ones_own_manager(admin):
    person = add(admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="NIA@STAFF.EXAMPLE", full_name="Twin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(manager=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(started_on=date(2026, 1, 2), left_on=date(2026, 1, 1))


def test_adding_is_announced(admin):
    heard = []

    def listen(person, **_):
        heard.append(person)

    signals.person_added.connect(listen)
    try:
        person = add(admin)
    finally:
        signals.person_added.disconnect(listen)
    assert heard == [person]


# --- edit -----------------------------------------------------------------------------------------------------------


def edit(person, admin, **fields):
    return actions.edit_person(person=person, by=admin, at=NOW, **fields)


def test_edit_changes_what_is_given_and_traces_names_and_keys_only(admin):
    person, team = add(admin), make_team("Service/Retail")
    edit(person, admin, job_title="Secret Agent", team=team, work_starts=time(7))
    person = fresh(person)
    assert (person.job_title, person.team, person.work_starts, person.full_name) == (
        "Secret Agent", team, time(7), "Nia Newcomer",
    )  # fmt: skip
    entry = last_entry()
    assert entry.did == "people.person_edited"
    assert entry.changes == {"job_title": "changed", "team": [None, team.pk], "work_starts": "changed"}
    assert Person.objects.matching("secret retail").get() == person


def test_edit_that_changes_nothing_leaves_no_entry(admin):
    person = add(admin)
    before = AuditEntry.objects.count()
    edit(person, admin, full_name="Nia Newcomer", email="NIA@staff.example", team=None)
    assert AuditEntry.objects.count() == before


def test_manager_may_not_be_oneself_or_anybody_below(admin):
    top, middle = add(admin, email="top@staff.example"), add(admin, email="middle@staff.example")
    leaf = add(admin, email="leaf@staff.example")
    edit(middle, admin, manager=top)
    edit(leaf, admin, manager=middle)
    for manager in (top, middle, leaf):
        assert errors_of(lambda manager=manager: edit(top, admin, manager=manager)) == {"manager"}
    assert fresh(top).manager is None


def test_manager_must_work_here(admin):
    gone = make_person("Gil Gone", is_active=False)
    assert errors_of(lambda: add(admin, manager=gone)) == {"manager"}


def test_planned_leaving_must_lie_ahead(admin):
    person = add(admin, started_on=date(2026, 1, 1))
    edit(person, admin, left_on=NOW.date() + timedelta(days=1))
    assert fresh(person).is_active
    assert errors_of(lambda: edit(person, admin, left_on=NOW.date())) == {"left_on"}
    assert errors_of(lambda: add(admin, email="b@staff.example", started_on=date(2026, 2, 1),
                                 left_on=date(2026, 1, 1))) == {"left_on"}  # fmt: skip
    edit(person, admin, left_on=None)
    assert fresh(person).left_on is None


def test_changed_address_is_to_be_verified_anew(admin):
    from allauth.account.models import EmailAddress

    person = add(admin)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    edit(person, admin, email="nia.new@staff.example")
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified) == ("nia.new@staff.example", False)


def test_own_profile_takes_own_fields_and_refuses_the_rest(admin):
    person = add(admin)
    actions.edit_own_profile(person=person, at=NOW, preferred_name="Ni", time_zone="Asia/Tokyo")
    assert (fresh(person).name, fresh(person).time_zone) == ("Ni", "Asia/Tokyo")
    assert last_entry().actor == person
    with pytest.raises(Refused):
        actions.edit_own_profile(person=person, at=NOW, job_title="Director")
    assert fresh(person).job_title == ""


# --- the reporting line ---------------------------------------------------------------------------------------------


def test_reports_are_handed_over(admin):
    boss, heir = make_person("Bo Boss", manager=admin), make_person("Hal Heir", manager=admin)
    reports = [make_person(manager=boss) for _ in range(3)]
    assert actions.hand_over_reports(person=boss, to=heir, by=admin, at=NOW) == 3
    assert {fresh(report).manager for report in reports} == {heir}
    entries = AuditEntry.objects.filter(did="people.person_edited")
    assert [entry.changes for entry in entries] == [{"manager": [boss.pk, heir.pk]}] * 3


def test_handing_over_to_somebody_below_moves_them_up_first(admin):
    boss = make_person("Bo Boss", manager=admin)
    first, second = make_person(manager=boss), make_person(manager=boss)
    below = make_person("Lou Low", manager=first)
    actions.hand_over_reports(person=boss, to=below, by=admin, at=NOW)
    assert fresh(below).manager == admin
    assert {fresh(first).manager, fresh(second).manager} == {below}


def test_handing_over_to_oneself_or_a_leaver_is_refused(admin):
    boss, gone = make_person("Bo Boss"), make_person("Gil Gone", is_active=False)
    report = make_person(manager=boss)
    for to in (boss, gone):
        with pytest.raises(Refused):
            actions.hand_over_reports(person=boss, to=to, by=admin, at=NOW)
    assert fresh(report).manager == boss


@settings(max_examples=25, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6))), max_size=15))
def test_no_sequence_of_moves_closes_a_circle(moves):
    with transaction.atomic():
        people = [make_person() for _ in range(7)]
        for who, to in moves:
            try:
                edit(people[who], None, manager=None if to is None else people[to])
            except Invalid:
                continue
        managers = dict(Person.objects.values_list("pk", "manager"))
        for person in people:
            seen, node = set(), person.pk
            while node is not None:
                assert node not in seen
                seen.add(node)
                node = managers[node]
        transaction.set_rollback(True)


# --- photo ----------------------------------------------------------------------------------------------------------


def picture(size=(500, 300), kind="PNG", color="red"):
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    out.seek(0)
    return out


def test_photo_is_reencoded_under_a_made_up_name(admin, django_capture_on_commit_callbacks):
    person = photos.set_photo(person=add(admin), photo=picture(), by=admin, at=NOW)
    name, small = person.photo.name, photos.small_photo_name(name=person.photo.name)
    with default_storage.open(name) as large_file, default_storage.open(small) as small_file:
        assert [Image.open(file).size for file in (large_file, small_file)] == [(384, 384), (96, 96)]
    with django_capture_on_commit_callbacks(execute=True):
        again = photos.set_photo(person=person, photo=picture(color="blue"), by=admin, at=NOW)
    assert again.photo.name != name
    assert not default_storage.exists(name)
    assert not default_storage.exists(small)
    assert again.photo_url != person.photo_url
    with django_capture_on_commit_callbacks(execute=True):
        photos.remove_photo(person=again, by=admin, at=NOW)
    assert not default_storage.exists(again.photo.name)
    assert fresh(person).photo_url == ""
    assert audit.verify().is_sound


def test_full_disk_is_said_to_be_for_a_moment_and_leaves_nothing(admin, client):
    """No room at all, and room for the beginning of a picture."""
    person = add(admin)
    before = set(Path(default_storage.path("photos")).glob("*"))
    client.force_login(admin)
    client.raise_request_exception = False
    photo = picture()
    for room in (0, 40):
        with room_for(room):
            photo.seek(0)
            answer = client.post(f"/people/directory/{person.pk}/photo/", {"photo": photo})
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
    assert set(Path(default_storage.path("photos")).glob("*")) == before
    assert fresh(person).photo_url == ""
    photo.seek(0)
    assert client.post(f"/people/directory/{person.pk}/photo/", {"photo": photo}).status_code == 302
    assert fresh(person).photo_url != ""


@contextmanager
def room_for(size):
    """No file of this process grows beyond so many bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_no_photo_is_refused_and_the_old_one_stays(admin):
    person = photos.set_photo(person=add(admin), photo=picture(), by=admin, at=NOW)
    with pytest.raises(Refused):
        photos.set_photo(person=person, photo=io.BytesIO(b"<svg onload=alert(1)>"), by=admin, at=NOW)
    assert fresh(person).photo.name == person.photo.name
    assert default_storage.exists(person.photo.name)
