"""The pages of ideas, from proposing to thanks on the wall: as each who takes part, and at which cost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from people.models import Role
from portal.reports import my_work
from recognition.models import Idea, Recognition
from tests.cast import NOW, answer, finish_idea, fresh, make_person, make_team, make_value, propose

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script> & “quoted” {{ 7|add:1 }}"
TYPED = {
    "title": "A shelf for early arrivals", "obstacle": "Guests who come before three wait in the lobby with cases.",
    "instead": "A shelf behind the desk, with numbered tags.", "is_open": "1", "is_named": "on",
    "token": "3f0c8a9e-6a51-4a37-9a51-0d5f6f1f8a11",
}  # fmt: skip


@pytest.fixture
def cast(time_machine):
    time_machine.move_to(NOW, tick=False)
    team = make_team("Service/Front desk")
    lead = make_person("Lena Lead", team=team)
    return {
        "team": team, "lead": lead, "author": make_person("Ada Author", team=team, manager=lead),
        "mate": make_person("Minna Mate"), "doer": make_person("Dora Doer"),
        "steward": make_person("Stan Steward", roles={Role.STEWARD: None}),
    }  # fmt: skip


def page(name, *args, **query):
    return reverse(f"recognition:idea-{name}", args=args, query=query)


def read(client, person, name, *args, **query):
    client.force_login(person)
    found = client.get(page(name, *args, **query))
    assert found.status_code == 200
    return found.content.decode()


def send(client, person, name, *args, **typed):
    client.force_login(person)
    return client.post(page(name, *args), typed)


def test_from_a_proposal_to_thanks_on_the_wall(client, cast):
    value = make_value()
    assert send(client, cast["author"], "propose", **TYPED, team=cast["team"].path).status_code == 302
    one = Idea.objects.get()
    assert "Promised by Friday 4 December" in read(client, cast["mate"], "detail", one.pk)
    assert one.title in read(client, cast["lead"], "queue")
    titles = [item.title for group in my_work(fresh(cast["lead"]), at=NOW) for item in group.items]
    assert titles == ["Answer an idea: A shelf for early arrivals"]
    assert my_work(fresh(cast["mate"]), at=NOW) == []
    given = {"verdict": "accepted", "reason": "It saves us an argument a day.", "doer": cast["doer"].email}
    refused = send(client, cast["lead"], "answer", one.pk, **given)
    assert refused.status_code == 422
    assert "It saves us an argument a day." in refused.content.decode()  # and what was typed is there
    assert send(client, cast["lead"], "answer", one.pk, **given, do_by="2026-12-18").status_code == 302
    shown = read(client, cast["mate"], "detail", one.pk)
    assert "It saves us an argument a day." in shown
    assert "Dora Doer" in shown
    titles = [item.title for group in my_work(fresh(cast["doer"]), at=NOW) for item in group.items]
    assert titles == ["Do: A shelf for early arrivals"]
    assert send(client, cast["doer"], "start", one.pk).status_code == 302
    assert send(client, cast["doer"], "done", one.pk, outcome="").status_code == 422
    typed = {"outcome": "Nobody has waited with a case since Monday.", "doers_0": cast["doer"].email}
    assert send(client, cast["doer"], "done", one.pk, **typed).status_code == 302
    form = read(client, cast["mate"], "celebrate", one.pk)
    assert cast["author"].email in form
    assert cast["doer"].email in form
    thanks = {
        "to_0": cast["author"].email, "to_1": cast["doer"].email, "value": value.pk, "did": TYPED["instead"],
        "visibility": "0", "token": TYPED["token"],
    }  # fmt: skip
    assert send(client, cast["mate"], "celebrate", one.pk, **thanks).status_code == 302
    post = Recognition.objects.get()
    assert post.idea == one
    wall = client.get(reverse("recognition:wall")).content.decode()
    assert f'href="{one.get_absolute_url()}"' in wall
    assert f'href="{post.get_absolute_url()}"' in read(client, cast["author"], "detail", one.pk)


def test_what_was_typed_stays_and_hostile_words_are_words(client, cast):
    refused = send(client, cast["author"], "propose", **TYPED | {"title": "", "effect": HOSTILE})
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert TYPED["obstacle"] in shown
    assert "&lt;script&gt;alert(1)" in shown
    one = propose(cast["author"], title=HOSTILE, obstacle=f"{HOSTILE} and more", instead=f"{HOSTILE} and more")
    for name, args in (("detail", [one.pk]), ("list", [])):
        shown = read(client, cast["mate"], name, *args)
        assert "<script>alert(1)" not in shown
        assert "{{ 7|add:1 }}" in shown


def test_whose_it_is_stands_only_where_it_may_and_can_be_shown_later(client, cast):
    one = propose(cast["author"], team=cast["team"], is_named=False)
    for name, knows in (("mate", False), ("lead", True), ("steward", True), ("author", True)):
        for where, args in (("detail", [one.pk]), ("list", [])):
            client.force_login(cast[name])
            main = client.get(page(where, *args)).content.decode().split("<main")[1]
            assert ("Ada Author" in main) == knows, (name, where)
    finish_idea(one, cast["doer"])
    client.force_login(cast["mate"])
    assert cast["author"].email not in client.get(page("celebrate", one.pk)).content.decode()
    assert send(client, cast["mate"], "show-name", one.pk).status_code == 403
    assert send(client, cast["author"], "show-name", one.pk).status_code == 302
    assert "Ada Author" in read(client, cast["mate"], "detail", one.pk)


def test_nobody_overwrites_an_answer_that_they_have_not_read(client, cast):
    one = propose(cast["author"], team=cast["team"])
    first = answer(one, cast["steward"], "later")
    given = {"verdict": "declined", "reason": "The fire brigade wants the lobby free."}
    refused = send(client, cast["lead"], "answer", one.pk, **given, before="")
    assert refused.status_code == 422
    assert "Somebody else has answered meanwhile" in refused.content.decode()
    assert send(client, cast["lead"], "answer", one.pk, **given, before="x").status_code == 422
    assert send(client, cast["lead"], "answer", one.pk, **given, before=first.pk).status_code == 302
    shown = read(client, cast["mate"], "detail", one.pk)
    assert "What was answered before" in shown
    assert first.reason in shown


def test_a_steward_takes_it_down_with_a_reason_that_its_author_reads(client, cast):
    one = propose(cast["author"], team=cast["team"])
    assert send(client, cast["steward"], "take-down", one.pk, reason="").status_code == 422
    why = "It names a guest. Say the same without the name."
    assert send(client, cast["steward"], "take-down", one.pk, reason=why).status_code == 302
    assert why in read(client, cast["author"], "detail", one.pk)
    client.force_login(cast["mate"])
    assert client.get(page("detail", one.pk)).status_code == 404
    assert one.title not in read(client, cast["mate"], "list")
    assert one.title in read(client, cast["author"], "list", mine=1)


def test_seconding_by_the_page(client, cast):
    one = propose(cast["author"], team=cast["team"])
    assert send(client, cast["mate"], "second", one.pk, on="1").status_code == 302
    assert "take it back" in read(client, cast["mate"], "detail", one.pk)
    assert "1 colleague said" not in read(client, cast["mate"], "detail", one.pk)
    assert "1 colleague said" in read(client, cast["lead"], "detail", one.pk)
    assert send(client, cast["author"], "second", one.pk, on="1").status_code == 403
    assert send(client, cast["mate"], "second", one.pk, on="0").status_code == 302
    assert "1 colleague said" not in read(client, cast["lead"], "detail", one.pk)


def test_the_list_is_newest_first_by_pages_and_filtered(client, cast):
    for number in range(25):
        propose(cast["author"], title=f"Number {number}", at=NOW - number * DAY)
    own = propose(cast["mate"], title="Mine", team=cast["team"], at=NOW - 40 * DAY)
    finish_idea(own)
    client.force_login(cast["mate"])

    def found(**query):
        return [line.idea.title for line in client.get(page("list", **query)).context["lines"]]

    first = client.get(page("list"))
    assert [line.idea.title for line in first.context["lines"]] == [f"Number {number}" for number in range(20)]
    second = client.get(page("list") + first.context["older"])
    assert [line.idea.title for line in second.context["lines"]][-1] == "Mine"
    assert found(state="done") == found(mine=1) == found(team=cast["team"].parent_id) == ["Mine"]
    assert found(mine=1, state="waiting") == []
    assert found(team="99999999") == []
    assert found(state="everything") == []


@pytest.mark.parametrize("count", [1, 18])
def test_pages_cost_the_same_however_many_ideas(client, cast, count, django_assert_max_num_queries):
    for number in range(count):
        one = propose(team=cast["team"], is_named=bool(number % 2))
        if number % 3 == 1:
            finish_idea(one, cast["doer"], make_person())
        elif number % 3 == 2:
            answer(one, cast["lead"], "later")
    one = Idea.objects.order_by("pk").first()
    for name, args, most in (("list", [], 12), ("queue", [], 11), ("detail", [one.pk], 12)):
        client.force_login(cast["lead"])
        with django_assert_max_num_queries(most):
            client.get(page(name, *args))
