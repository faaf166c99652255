"""The starter values: there, well-formed, and never over what the organisation made of them."""

from datetime import timedelta

import pytest

from recognition.actions import starter, values
from recognition.models import Value
from recognition.value_files import parse_values
from tests.cast import NOW, make_person, make_value

pytestmark = pytest.mark.django_db


def test_loading_twice_is_once():
    first = starter.load_values(at=NOW)
    assert len(first.added) == len(parse_values(starter.VALUES.read_bytes())) == 8
    again = starter.load_values(at=NOW + timedelta(days=1))
    assert (again.added, again.renewed, again.kept) == ([], [], [])
    assert all(len(value.example_list) >= 2 for value in Value.objects.all())


def test_what_the_organisation_changed_stays(tmp_path):
    starter.load_values(at=NOW)
    by, value = make_person(), Value.objects.get(key="own-it")
    values.edit_value(value=value, by=by, at=NOW, name="Ours to the end")
    values.archive_value(value=Value.objects.get(key="the-basics"), by=by, at=NOW)
    file = tmp_path / "values.yaml"
    file.write_text(starter.VALUES.read_text().replace("description: ", "description: Now and always, "))
    loaded = starter.load_values(at=NOW, file=file)
    assert sorted(loaded.kept) == ["own-it", "the-basics"]
    assert len(loaded.renewed) == 6
    value.refresh_from_db()
    assert value.name == "Ours to the end"


def test_a_value_of_the_same_name_stays():
    make_value(name="listen FIRST")
    assert "listen-first" in starter.load_values(at=NOW).kept
