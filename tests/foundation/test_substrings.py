"""Words found in folded text, by an index that must never say anything else than the text itself."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.substrings import holds_words
from foundation.text import fold
from people.models import Person
from tests.cast import make_person

HARD = [
    "Zoë O’Brien-Müller",
    '"Quoted" 100% sure_',
    "back\\slash NEAR AND (or) *",
    "李小龍 Bruce",
    "محمد علی",
    "한국어 이름",
    "Ai",
    "x" * 150,
]

needles = st.one_of(
    st.sampled_from(
        ["a", "ai", "ng", "100%", "%", "_", "\\", '"', "'", "NEAR", "AND", "*", "(or)", "小", "小龍", "محم"]
    ),
    st.sampled_from(HARD).flatmap(lambda text: st.integers(0, len(text)).map(lambda n: text[n : n + 4])),
    st.text(max_size=6).filter(lambda text: "\x00" not in text),
)


@pytest.fixture
def people(db):
    return [make_person(f"Person {n}") for n in range(len(HARD))]


def write(people, texts):
    for person, text in zip(people, texts, strict=True):
        person.search_text = fold(text)
    Person.objects.bulk_update(people, ["search_text"])


@pytest.fixture
def hard(people):
    write(people, HARD)
    return people


@given(words=st.lists(needles, max_size=3).map(" ".join))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is written
def test_what_is_found_is_what_holds_every_word(hard, words):
    asked = fold(words).split()[:6]
    expected = {person.pk for person in hard if all(word in person.search_text for word in asked)}
    theirs = Person.objects.filter(pk__in=[person.pk for person in hard])
    assert set(theirs.filter(holds_words("search_text", words)).values_list("pk", flat=True)) == expected


def test_the_index_follows_every_change(people):
    def found(words):
        return set(Person.objects.filter(holds_words("search_text", words)).values_list("pk", flat=True))

    write(people, HARD)
    write(people, reversed(HARD))
    bruce = Person.objects.filter(pk=people[-4].pk)
    assert found("bruce") == {people[-4].pk}
    with transaction.atomic():
        bruce.delete()
        assert not found("bruce")
        transaction.set_rollback(True)
    assert found("bruce") == {people[-4].pk}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # fails when index and text differ
            cursor.execute("INSERT INTO people_person_substrings (people_person_substrings) VALUES ('integrity-check')")


@pytest.mark.parametrize("table", ["people_person", "hiring_candidate"])
def test_the_database_can_look_it_up(db, table):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{table}_substrings_%"])
            assert {f"{table}_substrings_{verb}" for verb in ("insert", "delete", "update")} <= {
                name for (name,) in cursor.fetchall()
            }
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN SELECT id FROM {table} WHERE search_text LIKE %s", ["%maya%"])
            assert f"{table}_substrings" in "\n".join(line for (line,) in cursor.fetchall())
