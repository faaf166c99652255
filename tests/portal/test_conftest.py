"""What tests/conftest.py promises to every other test."""

import socket

import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import DatabaseError, transaction
from django.test import TestCase

from people.actions import audit
from people.models import AuditEntry, Person
from tests.cast import NOW, make_person


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_audit_trail_is_emptied_between_transactional_tests_and_refuses_within_one(turn):
    assert AuditEntry.objects.count() == 0
    audit.record(by=None, did=f"{turn}", at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert [entry.did for entry in AuditEntry.objects.all()] == [turn]


@pytest.mark.django_db
def test_end_of_a_request_leaves_the_transaction_of_the_test():
    make_person("Rae Reader")
    request_finished.send(sender=None)
    assert Person.objects.get().full_name == "Rae Reader"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_cache_starts_empty(turn):
    assert cache.get("left-behind") is None
    cache.set("left-behind", turn)


def test_network_is_out_of_reach():
    with socket.socket() as outward, pytest.raises(AssertionError, match=r"tried to reach 192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))


@pytest.fixture
def trail(db):
    return AuditEntry.objects.all()


@pytest.mark.django_db
def test_asking_by_mark_is_known(request):
    assert request.node.get_closest_marker("database")


@pytest.mark.usefixtures("trail")
def test_asking_by_a_fixture_of_a_fixture_is_known(request):
    assert request.node.get_closest_marker("database")


class TestCaseOfDjango(TestCase):
    @pytest.fixture(autouse=True)
    def _marks(self, request):
        self.marked = request.node.get_closest_marker("database")

    def test_asking_by_class_is_known(self):
        assert self.marked


def test_not_asking_is_known(request):
    assert not request.node.get_closest_marker("database")
