"""Text anywhere within a column of folded text, found by an index (that of `people.migrations._substrings`)."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from foundation.text import fold

TRIGRAM = 3
MOST_WORDS = 6


def holds_words(column: str, words: str) -> models.Q:
    """Rows whose column holds every word, whatever case or accents; of very many words, the first six."""
    wanted = fold(words).split()[:MOST_WORDS]
    return models.Q(**{f"{column}__holds_all": wanted}) if wanted else models.Q()


@models.TextField.register_lookup
class _HoldsAll(models.Lookup):
    """PostgreSQL finds the index by itself; SQLite is told, and has nothing to look up for less than three
    characters."""

    lookup_name = "holds_all"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return self._like(compiler, connection, self.rhs)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        long = [word for word in self.rhs if len(word) >= TRIGRAM]
        if not long or not isinstance(self.lhs, Col):
            return self._like(compiler, connection, self.rhs)
        meta = self.lhs.target.model._meta
        row = compiler.compile(Col(self.lhs.alias, meta.pk))[0]
        index = connection.ops.quote_name(f"{meta.db_table}_substrings")
        found = f"{row} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)"  # noqa: S608 (names of ours)
        phrases = " ".join('"' + word.replace('"', '""') + '"' for word in long)
        short = [word for word in self.rhs if len(word) < TRIGRAM]
        if not short:
            return found, (phrases,)
        rest, parameters = self._like(compiler, connection, short)
        return f"({found} AND {rest})", (phrases, *parameters)

    def _like(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, words: list[str]
    ) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        like = connection.operators["contains"]  # type: ignore[attr-defined]
        patterns = [f"%{connection.ops.prep_for_like_query(word)}%" for word in words]
        conditions = " AND ".join(f"{column} {like}" for _ in words)
        return f"({conditions})", (*list(parameters) * len(words), *patterns)
