"""Walks up and down a self-referring table, as one sub-select. The only place where SQL is written by hand.

    Person.objects.filter(pk__in=descendants(Person, "manager", [boss.pk], include_roots=False))

One statement whatever the depth; the same text on SQLite and PostgreSQL. `UNION` (not `UNION ALL`) drops rows
already seen, so a cycle in the data ends the walk instead of spinning it.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, ForeignKey, Model, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler

Key = TypeVar("Key", bound=Hashable)

_DOWN = """
WITH RECURSIVE walk({key}) AS (
    SELECT {key} FROM {table} WHERE {key} IN ({roots})
    UNION
    SELECT step.{key} FROM {table} step JOIN walk ON step.{parent} = walk.{key}
)
SELECT {key} FROM walk"""

_UP = """
WITH RECURSIVE walk({key}) AS (
    SELECT {key} FROM {table} WHERE {key} IN ({roots})
    UNION
    SELECT step.{parent} FROM {table} step JOIN walk ON step.{key} = walk.{key} WHERE step.{parent} IS NOT NULL
)
SELECT {key} FROM walk"""


class Walk(Expression):
    """The primary keys met on a walk, for use on the right of `pk__in` or `<foreign key>__in`."""

    def __init__(
        self, model: type[Model], parent: str, roots: "Iterable[Any] | QuerySet[Any]", *, sql: str, include_roots: bool
    ) -> None:
        field = model._meta.get_field(parent)
        if not isinstance(field, ForeignKey) or field.related_model is not model:
            raise ValueError(f"{model.__name__}.{parent} does not point back at {model.__name__}.")
        super().__init__(output_field=model._meta.pk)
        self.model, self.parent_field, self.sql, self.include_roots = model, field, sql, include_roots
        self.subquery: Any = None
        self.ids: list[Any] = []
        if isinstance(roots, QuerySet):
            # A bare queryset means its rows; one with .values("some_key") already says which column.
            self.subquery = Subquery(roots if roots.query.values_select else roots.order_by().values("pk"))
        else:
            to_python = model._meta.pk.to_python
            self.ids = sorted({to_python(root) for root in roots if root is not None})

    def get_source_expressions(self) -> list[Any]:
        return [self.subquery]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.subquery,) = exprs

    @property
    def identity(self) -> tuple[Any, ...]:
        # Expression would compare by the constructor's arguments, and so run a queryset given as roots.
        return (Walk, id(self))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        params: tuple[Any, ...]
        if self.subquery is not None:
            compiled, compiled_params = compiler.compile(self.subquery)
            roots, params = compiled[1:-1], tuple(compiled_params)
        elif self.ids:
            roots, params = ", ".join(["%s"] * len(self.ids)), tuple(self.ids)
        else:
            raise EmptyResultSet
        quote = connection.ops.quote_name
        pk = self.model._meta.pk
        sql = self.sql.format(
            table=quote(self.model._meta.db_table),
            key=quote(pk.column or ""),
            parent=quote(self.parent_field.column),
            roots=roots,
        )
        if not self.include_roots:
            sql += f" WHERE {quote(pk.column or '')} NOT IN ({roots})"
            params = params * 2
        return f"({sql.strip()})", params


def descendants(
    model: type[Model], parent: str, roots: "Iterable[Any] | QuerySet[Any]", *, include_roots: bool = True
) -> Walk:
    """Keys of everything at or below the roots, following the foreign key `parent` downwards.

    `roots` are keys or a queryset (which stays a sub-select; no query is run for it). `include_roots=False`
    leaves out every root, even one that stands below another root or, in a cycle, below itself.
    """
    return Walk(model, parent, roots, sql=_DOWN, include_roots=include_roots)


def ancestors(
    model: type[Model], parent: str, roots: "Iterable[Any] | QuerySet[Any]", *, include_roots: bool = True
) -> Walk:
    """Keys of everything at or above the roots; arguments as for `descendants`."""
    return Walk(model, parent, roots, sql=_UP, include_roots=include_roots)


def find_cycles(parents: Mapping[Key, Key | None]) -> list[list[Key]]:
    """The loops in a child → parent mapping, each once, from its first member in mapping order.

    For checking rows that are not in the database yet, such as an import. Linear in the number of rows.
    """
    finished: set[Key] = set()
    cycles: list[list[Key]] = []
    for start in parents:
        path: dict[Key, int] = {}
        node: Key | None = start
        while node is not None and node not in finished and node not in path:
            path[node] = len(path)
            node = parents.get(node)
        if node is not None and node in path:
            cycles.append(list(path)[path[node] :])
        finished.update(path)
    return cycles
