"""Two people at once, in earnest: each in a thread with a connection of its own. SQLite lets one write at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from foundation.errors import Refused
from hiring.actions import kit_drafts, kits
from hiring.models import KitVersion
from people.models import AuditEntry
from tests.cast import NOW, make_kit_version, make_person

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*acts):
    """Run all at the same moment; how each ended: "done", or the code of its refusal."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=10)
            act()
        except Refused as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_two_publishers_one_wins():
    draft = make_kit_version(state="draft")
    people = [make_person() for _ in range(4)]
    ends = at_once(
        *(lambda by=by: kits.publish_version(version=draft, revision=draft.revision, by=by, at=NOW) for by in people)
    )
    assert ends == ["done", "not_a_draft", "not_a_draft", "not_a_draft"]
    assert AuditEntry.objects.filter(did="hiring.kit_published").count() == 1


def test_of_two_who_start_a_draft_one_makes_it():
    version = make_kit_version()
    by = make_person()
    ends = at_once(*(lambda: kits.start_draft(kit=version.kit, by=by, at=NOW) for _ in range(4)))
    assert ends == ["done", "draft_exists", "draft_exists", "draft_exists"]
    assert list(version.kit.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_of_two_tabs_that_save_one_meets_the_conflict():
    draft = make_kit_version(state="draft")
    by = make_person()
    ends = at_once(
        *(
            lambda text=text: kit_drafts.save_draft(
                version=draft, revision=0, details={"guidance": text}, by=by, at=NOW
            )
            for text in ("one", "two", "three")
        )
    )
    assert ends == ["conflict", "conflict", "done"]
    assert KitVersion.objects.get(pk=draft.pk).revision == 1


def test_saving_and_publishing_at_once_never_changes_what_was_published():
    for _ in range(5):
        draft = make_kit_version(state="draft")
        by = make_person()
        ends = at_once(
            lambda draft=draft, by=by: kits.publish_version(version=draft, revision=0, by=by, at=NOW),
            lambda draft=draft, by=by: kit_drafts.save_draft(
                version=draft, revision=0, details={"guidance": "late"}, by=by, at=NOW
            ),
        )
        version = KitVersion.objects.get(pk=draft.pk)
        assert ends in (["conflict", "done"], ["done", "not_a_draft"])
        assert (version.state == "published") is (version.guidance != "late")
