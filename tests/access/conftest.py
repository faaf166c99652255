"""The scene is built once for a module and taken down after it; every request in between is rolled back."""

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction

from tests.access import recognition_scene, training_scene
from tests.access import scene as scenes
from tests.access.visits import Visitors
from tests.cast import NOW


@pytest.fixture(autouse=True, scope="module")
def _no_log_of_refusals() -> Iterator[None]:
    """Thousands of refused requests are the point here; a failing cell says itself what was wrong."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def visitors(django_db_setup, django_db_blocker) -> Iterator[Visitors]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        built = Visitors(recognition_scene.add_to(training_scene.add_to(scenes.build())))
        for role in scenes.ROLES:  # now, so that their sessions outlast the first test
            built.client(role)
        yield built
        transaction.set_rollback(True)
