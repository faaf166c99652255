from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from foundation.trees import ancestors, descendants, find_cycles

with isolate_apps("foundation"):

    class Branch(models.Model):
        """A tree of our own, as foundation has no tables; the names need quoting on purpose."""

        name = models.CharField(max_length=20)
        up = models.ForeignKey("self", models.CASCADE, null=True, db_column="order", related_name="below")

        objects: models.Manager[Any] = models.Manager()

        class Meta:
            app_label = "foundation"
            db_table = "tree 'of' tests"

        def __str__(self):
            return self.name


@pytest.fixture(autouse=True, scope="module")
def _table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Branch)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Branch)


pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """a over b over c, b also over d; e stands alone."""
    nodes: dict[str, Any] = {}
    for name, above in [("a", ""), ("b", "a"), ("c", "b"), ("d", "b"), ("e", "")]:
        nodes[name] = Branch.objects.create(name=name, up=nodes.get(above))
    return nodes


def names(walk):
    return "".join(Branch.objects.filter(pk__in=walk).order_by("name").values_list("name", flat=True))


def below(*roots, **options):
    return names(descendants(Branch, "up", [root.pk for root in roots], **options))


def above(*roots, **options):
    return names(ancestors(Branch, "up", [root.pk for root in roots], **options))


def test_descendants_are_all_levels_below(tree):
    assert below(tree["a"]) == "abcd"
    assert below(tree["b"], tree["e"]) == "bcde"
    assert below(tree["a"], include_roots=False) == "bcd"
    assert below(tree["c"], include_roots=False) == ""
    # A root below another root is left out as well.
    assert below(tree["a"], tree["b"], include_roots=False) == "cd"


def test_ancestors_are_all_levels_above(tree):
    assert above(tree["c"]) == "abc"
    assert above(tree["c"], include_roots=False) == "ab"
    assert above(tree["c"], tree["e"]) == "abce"
    assert above(tree["a"], include_roots=False) == ""


def test_no_roots_is_nobody_and_costs_nothing(tree, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert below() == ""
    assert Branch.objects.exclude(pk__in=descendants(Branch, "up", [])).count() == 5
    assert below(*[Branch(pk=None)]) == ""


def test_cycle_ends_the_walk(tree):
    Branch.objects.filter(name="a").update(up=tree["c"])
    assert below(tree["b"]) == "abcd"
    assert above(tree["b"]) == "abc"
    # Nobody stands below themselves, cycle or not.
    assert below(tree["b"], include_roots=False) == "acd"
    Branch.objects.filter(name="e").update(up=tree["e"])
    assert below(tree["e"]) == "e"


def test_roots_may_be_a_queryset_and_stay_one_statement(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert names(descendants(Branch, "up", Branch.objects.filter(name="b"))) == "bcd"
    with django_assert_num_queries(1):
        parents = Branch.objects.filter(name__in=["c", "d"]).values("up")
        assert names(descendants(Branch, "up", parents, include_roots=False)) == "cd"
    with django_assert_num_queries(0):
        assert names(descendants(Branch, "up", Branch.objects.none())) == ""


def test_comparing_walks_runs_no_query(tree, django_assert_num_queries):
    with django_assert_num_queries(0):
        walk = descendants(Branch, "up", Branch.objects.filter(name="b"))
        assert walk == walk
        assert walk != descendants(Branch, "up", Branch.objects.filter(name="b"))
        assert len({walk, walk}) == 1


def test_walk_goes_with_other_filters_and_foreign_keys(tree):
    walk = descendants(Branch, "up", [tree["b"].pk])
    assert "".join(Branch.objects.filter(up__in=walk).values_list("name", flat=True).order_by("name")) == "cd"
    chosen = Branch.objects.filter(models.Q(pk__in=walk) | models.Q(name="e"), name__gt="b")
    assert "".join(chosen.values_list("name", flat=True).order_by("name")) == "cde"
    assert Branch.objects.exclude(pk__in=walk).count() == 2
    assert Branch.objects.filter(pk__in=walk).update(name="x") == 3


def test_five_thousand_rows_are_one_statement_and_exact(django_assert_num_queries):
    Branch.objects.bulk_create(Branch(pk=pk, name=str(pk), up_id=pk // 2 or None) for pk in range(1, 5001))
    with django_assert_num_queries(1):
        found = set(Branch.objects.filter(pk__in=descendants(Branch, "up", [3])).values_list("pk", flat=True))
    expected = {pk for pk in range(1, 5001) if bin(pk).startswith("0b11")}
    assert found == expected
    with django_assert_num_queries(1):
        chain = set(Branch.objects.filter(pk__in=ancestors(Branch, "up", [5000])).values_list("pk", flat=True))
    assert chain == {5000 >> shift for shift in range(13)}


def test_wrong_field_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="does not point back"):
        descendants(Branch, "name", [1])


# --- cycles in plain data -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parents", "cycles"),
    [
        ({}, []),
        ({"a": None, "b": "a", "c": "b"}, []),
        ({"a": "outside"}, []),
        ({"a": "a"}, [["a"]]),
        ({"x8": "x9", "x9": "x8", "y": "x8"}, [["x8", "x9"]]),
        ({"tail": "a", "a": "b", "b": "c", "c": "a", "d": "d"}, [["a", "b", "c"], ["d"]]),
    ],
)
def test_cycles_are_found_once(parents, cycles):
    assert find_cycles(parents) == cycles


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 14) | st.none()))
def test_cycles_hold_exactly_those_who_are_above_themselves(parents):
    def is_above_itself(start):
        node = parents.get(start)
        for _step in parents:
            if node == start:
                return True
            node = parents.get(node)
        return node == start

    members = [key for cycle in find_cycles(parents) for key in cycle]
    assert sorted(members) == sorted(key for key in parents if is_above_itself(key))
