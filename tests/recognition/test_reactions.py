"""Reactions: once of each kind, counted for a page at once, and open to whoever sees it."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from recognition.actions import moderation
from recognition.actions.reactions import react
from recognition.models import Reaction
from tests.cast import NOW, make_person, thank

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reader(client):
    person = make_person("Rita Reader")
    client.force_login(person)
    return person


def send(client, one, headers=None, **data):
    return client.post(reverse("recognition:recognition-react", args=[one.pk]), data, headers=headers)


def tallies(client, address):
    context = client.get(address).context
    line = context["lines"][0] if "lines" in context else context["line"]
    return {one.kind: (one.count, one.mine) for one in line.reactions}


def test_twice_is_once_and_taken_back_is_gone(client, reader):
    one = thank(make_person())
    for _twice in range(2):
        assert send(client, one, on="thank").url == one.get_absolute_url()  # without scripts
    send(client, one, on="inspired")
    react(recognition=one, kind="thank", on=True, by=make_person(), at=NOW)
    expected = {"celebrate": (0, False), "thank": (2, True), "inspired": (1, True)}
    assert tallies(client, reverse("recognition:wall")) == tallies(client, one.get_absolute_url()) == expected
    for _twice in range(2):
        send(client, one, off="thank")
    assert tallies(client, one.get_absolute_url())["thank"] == (1, False)


def test_the_answer_is_the_row_of_buttons_alone_and_says_what_is_pressed(client, reader):
    one = thank(make_person())
    said = send(client, one, HTMX, on="thank").content.decode()
    assert said.lstrip().startswith("<form")
    assert said.count("<button") == len(Reaction.Kind.values)
    assert said.count('aria-pressed="true"') == 1
    assert set(re.findall(r'name="(\w+)"', said)) == {"csrfmiddlewaretoken", "on", "off"}  # none is a form's own word
    assert f'id="reaction-{one.pk}-thank"' in said  # so that focus stays where it was


@pytest.mark.parametrize("data", [{}, {"on": ""}, {"on": "rank"}, {"off": "x" * 300}])
def test_what_is_no_reaction_is_refused(client, reader, data):
    assert send(client, thank(make_person()), **data).status_code == 400
    assert not Reaction.objects.exists()


def test_only_to_what_is_shown_to_the_reader(client, reader):
    private, hidden = thank(make_person(), visibility=3), thank(make_person(), by=reader)
    moderation.report(recognition=hidden, kind="hurts", by=make_person(), at=NOW)
    assert [send(client, one, on="thank").status_code for one in (private, hidden)] == [404, 404]
    assert not client.get(hidden.get_absolute_url()).context["line"].reactions


def test_the_database_keeps_one_of_each_kind(reader):
    one = thank(make_person())
    react(recognition=one, kind="thank", on=True, by=reader, at=NOW)
    for kind in ("thank", "rank"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reaction.objects.create(recognition=one, person=reader, kind=kind, at=NOW)
