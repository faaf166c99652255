"""What customers wrote is kept for so long, checked or not."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from notifications.kinds import Channel, Content, Due, Skip
from notifications.models import Delivery
from people.actions import imports
from people.models import AuditEntry, ImportRun, Role
from recognition.actions import praise_imports
from recognition.actions.forgetting import forget_originals
from recognition.actions.praise import check_praise
from recognition.models import Praise
from recognition.notices import PRAISE_AGES
from tests.cast import NOW, fresh, make_person, make_team, said

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TOLD = "Anna Kowalska here: she rang."


@pytest.fixture
def steward():
    return make_person("Stan Steward", roles={Role.STEWARD: None})


def waiting(**fields):
    one = said(TOLD, customer="Anna Kowalska", **fields)
    Praise.objects.filter(pk=one.pk).update(whom="the tall one")
    return one


@pytest.mark.parametrize(
    ("days", "after", "kept"), [(30, 30 * DAY - SECOND, True), (30, 30 * DAY, False), (3, 3 * DAY, False)]
)
def test_the_original_goes_to_the_second_and_the_masked_words_go_on_waiting(steward, settings, days, after, kept):
    settings.PRAISE_ORIGINALS_DAYS = days
    waiting()
    assert forget_originals(at=NOW + after) == (0 if kept else 1)
    one = Praise.objects.get()
    assert one.original_ends_at == NOW + days * DAY
    assert (one.original, one.customer, one.whom) == ((TOLD, "Anna Kowalska", "the tall one") if kept else ("", "", ""))
    assert (one.words, one.state, one.forgotten_at) == (
        "[name] here: she rang.", "waiting", None if kept else NOW + after,
    )  # fmt: skip
    assert forget_originals(at=NOW + after) == 0
    trail = AuditEntry.objects.filter(did="recognition.praise_original_forgotten", actor=None)
    assert [entry.changes for entry in trail] == ([] if kept else [{}])


def test_it_can_still_be_checked_and_the_page_says_that_it_waited_too_long(client, steward):
    one = waiting()
    forget_originals(at=NOW + 30 * DAY)
    client.force_login(steward)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "It waited too long" in page
    assert "Kowalska" not in page
    check_praise(praise=one, words="She rang.", decision="shown", by=steward, at=NOW + 31 * DAY)
    assert Praise.objects.get().words == "She rang."
    assert forget_originals(at=NOW + 90 * DAY) == 0


def test_the_database_keeps_nothing_of_what_is_forgotten():
    waiting()
    with pytest.raises(IntegrityError), transaction.atomic():
        Praise.objects.update(forgotten_at=NOW)


def test_a_file_that_nobody_applied_goes_too(steward, django_capture_on_commit_callbacks):
    row = b"said,said_on,source,reference\nKind.,2026-11-19,S,1\n"
    run = praise_imports.start_import(data=row, file_name="survey.csv", by=steward, at=NOW)
    imports.check_import(run_id=run.pk, clock=lambda: NOW)
    name = run.file.name
    with django_capture_on_commit_callbacks(execute=True):
        forget_originals(at=NOW + 30 * DAY - SECOND)
        assert ImportRun.objects.get().state == "ready"
        forget_originals(at=NOW + 30 * DAY)
    run.refresh_from_db()
    assert (run.state, run.file.name, default_storage.exists(name)) == ("cancelled", "", False)
    assert "Kind." not in str(run.report)


def test_stewards_are_told_once_before_of_the_one_that_waits_longest(steward, settings):
    of_a_team = make_person(roles={Role.STEWARD: make_team("Elsewhere")})
    one, two = waiting(), waiting()

    def told():
        return set(Delivery.objects.filter(kind=PRAISE_AGES.key).values_list("recipient", "subject_id"))

    forget_originals(at=NOW + 23 * DAY - SECOND)
    assert told() == set()
    for _night in range(3):
        forget_originals(at=NOW + 23 * DAY)
    assert told() == {(steward.pk, one.pk)}

    def content(person):
        return PRAISE_AGES.compose([Due(1, one.pk, "", Channel.MAIL, NOW, fresh(person))])[1]

    assert isinstance(content(steward), Content)
    assert "20 December" in content(steward).text[0]
    assert "Kowalska" not in str(content(steward))
    assert content(of_a_team) == Skip("not visible")
    check_praise(praise=one, words="She rang.", decision="shown", by=steward, at=NOW + 24 * DAY)
    assert content(steward) == Skip("checked")
    forget_originals(at=NOW + 24 * DAY)
    assert told() == {(steward.pk, one.pk), (steward.pk, two.pk)}


def test_with_few_days_the_word_comes_at_half_of_them(steward, settings):
    settings.PRAISE_ORIGINALS_DAYS = 4
    waiting()
    forget_originals(at=NOW + 2 * DAY - SECOND)
    assert not Delivery.objects.filter(kind=PRAISE_AGES.key).exists()
    forget_originals(at=NOW + 2 * DAY)
    assert Delivery.objects.filter(kind=PRAISE_AGES.key).exists()
