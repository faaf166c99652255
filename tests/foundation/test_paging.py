# mypy: strict-optional
import random
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.core.exceptions import BadRequest
from django.db import connection, models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from foundation.paging import BadCursor, page_of

with isolate_apps("foundation"):

    class Entry(models.Model):
        """A list of our own, as foundation has no tables."""

        name = models.CharField(max_length=20)
        at = models.DateTimeField()
        closed_at = models.DateTimeField(null=True)
        score = models.FloatField(default=0)
        weight = models.DecimalField(max_digits=5, decimal_places=2, default=0)
        day = models.DateField(null=True)
        about = models.ForeignKey("self", models.CASCADE, null=True)

        objects: models.Manager[Any] = models.Manager()

        class Meta:
            app_label = "foundation"
            db_table = "paging_tests"

        def __str__(self):
            return self.name


@pytest.fixture(autouse=True, scope="module")
def _table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Entry)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Entry)


NOON = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)


def make_entries(count, **fields):
    return Entry.objects.bulk_create(
        Entry(name=f"n{index}", at=NOON + timedelta(minutes=index), **fields) for index in range(count)
    )


def walk(queryset, direction="older", **options):
    """All pages from a cursor on (by default the first), as lists of names."""
    page = page_of(queryset, **options)
    pages = [[entry.name for entry in page.items]]
    while getattr(page, direction):
        page = page_of(queryset, **{**options, "cursor": getattr(page, direction)})
        pages.append([entry.name for entry in page.items])
    return pages, page


@pytest.mark.django_db
def test_pages_follow_the_order_and_lead_back():
    make_entries(7)
    forth, last = walk(Entry.objects.all(), order=("-at", "-pk"), size=3)
    assert forth == [["n6", "n5", "n4"], ["n3", "n2", "n1"], ["n0"]]
    assert page_of(Entry.objects.all(), order=("-at", "-pk"), size=3).newer is None
    back, first = walk(Entry.objects.all(), "newer", order=("-at", "-pk"), size=3, cursor=last.newer)
    assert back == [["n3", "n2", "n1"], ["n6", "n5", "n4"]]
    assert first.newer is None


@pytest.mark.django_db
def test_page_that_is_just_full_is_the_last():
    make_entries(4)
    assert walk(Entry.objects.all(), order=("pk",), size=2)[0] == [["n0", "n1"], ["n2", "n3"]]
    assert walk(Entry.objects.none(), order=("pk",), size=2)[0] == [[]]


@pytest.mark.django_db
def test_rows_that_come_or_go_meanwhile_neither_repeat_nor_hide_others():
    make_entries(6)
    first = page_of(Entry.objects.all(), order=("-at", "-pk"), size=2)
    Entry.objects.create(name="new", at=NOON + timedelta(days=1))
    Entry.objects.filter(name="n4").delete()
    second = page_of(Entry.objects.all(), order=("-at", "-pk"), size=2, cursor=first.older)
    assert [entry.name for entry in second.items] == ["n3", "n2"]
    # Back at the start the list shows what came in.
    again = page_of(Entry.objects.all(), order=("-at", "-pk"), size=2, cursor=second.newer)
    assert ([entry.name for entry in again.items], again.newer) == (["new", "n5"], None)
    assert again.older is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "order",
    [
        ("closed_at", "pk"),
        ("-closed_at", "-pk"),
        ("-closed_at", "name", "pk"),
        ("score", "-pk"),
        ("weight", "pk"),
        ("-day", "pk"),
        ("about__name", "-pk"),
        ("-about__closed_at", "pk"),
    ],
)
def test_every_row_comes_once_in_either_direction_whatever_is_empty_or_equal(order):
    dice = random.Random(7)
    entries = make_entries(23)
    for entry in entries:
        entry.closed_at = dice.choice([None, NOON, NOON + timedelta(microseconds=1), NOON - timedelta(days=1)])
        entry.score = dice.choice([0.1, 0.2, -1.5e-7, 3])
        entry.weight = dice.choice([1, 2])
        entry.day = dice.choice([None, NOON.date()])
        entry.about = dice.choice([None, entries[0], entries[1], entries[2]])
    Entry.objects.bulk_update(entries, ["closed_at", "score", "weight", "day", "about"])
    queryset = Entry.objects.select_related("about")
    whole = [entry.name for entry in page_of(queryset, order=order, size=100).items]
    assert sorted(whole) == sorted(entry.name for entry in entries)
    forth, last = walk(queryset, order=order, size=4)
    assert list(chain(*forth)) == whole
    assert all(len(names) == 4 for names in forth[:-1])
    back, _first = walk(queryset, "newer", order=order, size=4, cursor=last.newer)
    assert list(chain(*reversed(back))) == whole[: -len(forth[-1])]
    empty_last = [
        entry for entry in page_of(queryset, order=("-closed_at", "pk"), size=100).items if entry.closed_at is None
    ]
    assert empty_last == page_of(queryset, order=("-closed_at", "pk"), size=100).items[-len(empty_last) :]


@pytest.mark.django_db
def test_order_may_be_an_annotation():
    for name in ["b", "A", "c", "B"]:
        Entry.objects.create(name=name, at=NOON)
    queryset = Entry.objects.annotate(folded=Lower("name"))
    assert walk(queryset, order=("folded", "pk"), size=1)[0] == [["A"], ["b"], ["B"], ["c"]]


@pytest.mark.django_db
def test_page_costs_one_query_however_deep_and_two_back_at_the_start(django_assert_num_queries):
    make_entries(60)
    options: dict[str, Any] = {"order": ("-at", "-pk"), "size": 5}
    _pages, last = walk(Entry.objects.all(), **options)
    with django_assert_num_queries(1):
        before_last = page_of(Entry.objects.all(), cursor=last.newer, **options)
    with django_assert_num_queries(1) as queries:
        page_of(Entry.objects.all(), cursor=before_last.older, **options)
    assert "OFFSET" not in queries[0]["sql"].upper()
    second = page_of(Entry.objects.all(), cursor=page_of(Entry.objects.all(), **options).older, **options)
    with django_assert_num_queries(2):
        page_of(Entry.objects.all(), cursor=second.newer, **options)


@pytest.mark.django_db
def test_order_that_forgot_its_unique_column_ends_instead_of_turning_in_a_circle():
    make_entries(3)
    assert walk(Entry.objects.all(), order=("closed_at",), size=2)[0][1:] == [[]]


@pytest.mark.django_db
def test_size_is_bounded():
    make_entries(210)
    assert len(page_of(Entry.objects.all(), order=("pk",), size=10**9).items) == 200
    assert len(page_of(Entry.objects.all(), order=("pk",), size=0).items) == 1


@pytest.mark.django_db
def test_cursor_belongs_to_one_list_in_one_order():
    make_entries(5)
    cursor = page_of(Entry.objects.all(), order=("at", "pk"), size=2, purpose="mine").older
    page_of(Entry.objects.all(), order=("at", "pk"), size=2, purpose="mine", cursor=cursor)
    others: list[dict[str, Any]] = [
        {"order": ("-at", "pk")},
        {"order": ("pk",)},
        {"order": ("at", "pk"), "purpose": "yours"},
    ]
    for other in others:
        with pytest.raises(BadCursor):
            page_of(Entry.objects.all(), cursor=cursor, **{"size": 2, "purpose": "mine", **other})
    with pytest.raises(BadCursor):
        page_of(Group.objects.all(), order=("pk",), cursor=cursor)


@pytest.mark.parametrize("cursor", ["cD1hYmM=", "x", "a:b:c", "%00", "🙂", "\ud800", ":", "x" * 10_000])
def test_made_up_cursor_is_a_bad_request(cursor):
    with pytest.raises(BadRequest):
        page_of(Entry.objects.all(), order=("at", "pk"), cursor=cursor)


SIGNER = signing.Signer(salt="foundation.paging|foundation.Entry|at|pk|")
CURSOR = SIGNER.sign_object([0, NOON.isoformat(), 1])


@pytest.mark.django_db
def test_cursor_is_the_same_for_the_same_place():
    Entry.objects.bulk_create(Entry(pk=pk, name=f"n{pk}", at=NOON) for pk in (1, 2, 3))
    assert page_of(Entry.objects.all(), order=("at", "pk"), size=1).older == CURSOR
    assert [row.pk for row in page_of(Entry.objects.all(), order=("at", "pk"), cursor=CURSOR).items] == [2, 3]


@pytest.mark.parametrize("content", [[0], [0, "soon", 1], [0, 1, 2, 3], "text", {}, 7, None, [0, ["x"], 1], []])
def test_cursor_of_another_shape_is_a_bad_request_though_signed(content):
    with pytest.raises(BadCursor):
        page_of(Entry.objects.all(), order=("at", "pk"), cursor=SIGNER.sign_object(content))


@given(st.integers(0, len(CURSOR) - 2), st.sampled_from("abcXYZ019-_:"))
def test_changing_any_character_of_a_cursor_is_noticed(at, other):
    tampered = CURSOR[:at] + other + CURSOR[at + 1 :]
    if tampered != CURSOR:
        with pytest.raises(BadCursor):
            page_of(Entry.objects.all(), order=("at", "pk"), cursor=tampered)
