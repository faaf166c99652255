"""Pages of a learner: my training, an assignment, the parts of a module."""

import re
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from people.models import Person, Role
from tests.access.visits import writes
from tests.cast import NOW, QUIZ, finish, fresh, give, make_module, make_person, make_team, module_content
from training import contents
from training.actions import assignments, learning, modules, sign_offs
from training.models import Assignment, Attempt, ModulePart, PartRecord, SignOff
from training.reports.learning import observers_for

# What is told to a browser is the same on both engines; the actions behind it are tried on both.
pytestmark = pytest.mark.once
KINDS = ("lesson", "writing", "quiz", "scenario", "practice")
ANSWERS = ("canary-why", "canary-explanation", "canary-sorry")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(db):
    return make_person("Mona Manager")


@pytest.fixture
def learner(manager):
    return make_person("Lea Learner", manager=manager, team=make_team())


@pytest.fixture
def page(client, learner, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(learner)
    return client


@pytest.fixture
def assignment(learner):
    """A module of one part of each kind, given and not begun."""
    return give(make_module(*KINDS), learner)


def url(name, *arguments):
    return reverse(f"training:{name}", args=arguments)


def part_of(assignment, kind):
    return ModulePart.objects.get(version=assignment.version_id, kind=kind)


def at(name, assignment, kind):
    return url(f"part-{name}", assignment.pk, part_of(assignment, kind).pk)


def read(page, path):
    answer = page.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def state(assignment):
    return Assignment.objects.get(pk=assignment.pk).state


def told(answer):
    return [str(message) for message in answer.wsgi_request._messages]


# --- looking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_looking_at_a_part_writes_nothing(page, assignment, kind):
    with writes() as written:
        read(page, at("detail", assignment, kind))
    assert written.tables <= {"django_session"}
    assert state(assignment) == "assigned"


def test_my_training_shows_what_is_open_and_what_is_done(page, learner):
    give(make_module(name="Greeting"), learner, note="You sit at the desk.")
    finish(give(make_module(name="Listening"), learner))
    text = read(page, url("mine"))
    assert "Greeting" in text
    assert "You sit at the desk." in text
    assert "Listening" in text
    assert "for good" in text


@pytest.mark.parametrize("count", [1, 3, 50])
def test_my_training_costs_the_same_however_much_there_is(page, learner, manager, count, django_assert_num_queries):
    for number in range(count):
        give(make_module(), learner, due_on=NOW.date() + timedelta(days=number))
        finish(give(make_module(valid_months=12), learner))
    read(page, url("mine"))
    with django_assert_num_queries(10):
        read(page, url("mine"))


@pytest.mark.parametrize("kinds", [("lesson",), KINDS])
def test_an_assignment_costs_the_same_however_many_parts_it_has(page, learner, kinds, django_assert_num_queries):
    assignment = give(make_module(*kinds), learner)
    read(page, url("assignment-detail", assignment.pk))
    with django_assert_num_queries(13):
        read(page, url("assignment-detail", assignment.pk))


def test_the_manager_reads_how_far_it_came_and_no_part(client, settings, manager, assignment):
    settings.SECOND_FACTOR = "nobody"
    record = learning.open_part(assignment=assignment, part=part_of(assignment, "writing"), at=NOW)
    learning.save_writing(record=record, text="For my eyes.", revision=0, at=NOW, finish=True)
    client.force_login(manager)
    text = read(client, url("assignment-detail", assignment.pk))
    assert "1 of 5 parts done" in text
    assert "For my eyes." not in text
    assert at("detail", assignment, "writing") not in text
    assert client.get(at("detail", assignment, "writing")).status_code == 403


@pytest.mark.parametrize("name", ["done", "write", "try", "answer", "choose", "ask"])
def test_what_is_done_in_a_part_is_done_by_post(page, assignment, name):
    assert page.get(at(name, assignment, "lesson")).status_code == 405


def test_who_has_nothing_to_do_with_it_finds_nothing(client, settings, assignment):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(make_person())
    for path in (url("assignment-detail", assignment.pk), at("detail", assignment, "quiz")):
        assert client.get(path).status_code == 404
    assert client.post(at("done", assignment, "lesson")).status_code == 404


# --- doing ----------------------------------------------------------------------------------------------------------


def test_a_part_that_is_done_leads_to_the_next_and_the_last_one_to_the_end(page, learner):
    assignment = give(make_module("lesson", "writing"), learner)
    answer = page.post(at("done", assignment, "lesson"))
    assert answer.url == at("detail", assignment, "writing")
    answer = page.post(at("write", assignment, "writing"), {"text": "Mine.", "revision": "0", "do": "finish"})
    assert answer.url == url("assignment-detail", assignment.pk)
    assert "You have completed this module" in read(page, answer.url)
    assert state(assignment) == "completed"


@pytest.mark.parametrize("name", ["done", "write", "try", "answer", "choose", "ask"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_a_part_begins_nothing(page, assignment, name, kind):
    """Nor does what makes no sense: the module is begun by the first thing that is done in it."""
    fits = {"done": {"lesson"}, "try": {"quiz", "scenario"}}
    if kind in fits.get(name, set()):
        return
    answer = page.post(at(name, assignment, kind), {"do": "finish"})
    assert answer.status_code in {302, 404, 422}
    assert state(assignment) == "assigned"
    assert not PartRecord.objects.exists()


def test_a_double_click_does_it_once_and_says_nothing(page, learner):
    """Also where the first click completes the module."""
    assignment = give(make_module("lesson"), learner)
    first, second = (page.post(at("done", assignment, "lesson")) for _ in range(2))
    assert first.url == second.url == url("assignment-detail", assignment.pk)
    assert told(second) == []
    writing = give(make_module("writing"), learner)
    sent = {"text": "Mine.", "revision": "0", "do": "finish"}
    answers = [page.post(at("write", writing, "writing"), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    quiz = give(make_module("quiz"), learner)
    page.post(at("try", quiz, "quiz"))
    page.post(at("try", quiz, "quiz"))
    assert Attempt.objects.filter(record__assignment=quiz).count() == 1
    sent = {"attempt": "1", "answer-word": "canary-sorry"}
    answers = [page.post(at("answer", quiz, "quiz"), sent) for _ in range(2)]
    assert told(answers[1]) == []
    assert state(quiz) == "completed"


# --- writing --------------------------------------------------------------------------------------------------------


def write(page, assignment, text, revision="0", **more):
    return page.post(at("write", assignment, "writing"), {"text": text, "revision": revision, **more})


def test_what_was_written_is_there_when_one_comes_back(page, assignment):
    write(page, assignment, "<b>First</b>\r\nsecond")
    assert "&lt;b&gt;First&lt;/b&gt;\nsecond</textarea>" in read(page, at("detail", assignment, "writing"))
    assert PartRecord.objects.get().done_at is None


def test_a_stale_tab_keeps_its_text_and_overwrites_nothing(page, assignment):
    """However often it is tried."""
    write(page, assignment, "Of the first tab.")
    for _ in range(2):
        answer = write(page, assignment, "Of the second tab.")
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Of the second tab.</textarea>" in text
        assert 'name="revision" value="0"' in text
    assert PartRecord.objects.get().text == "Of the first tab."


@pytest.mark.parametrize("text", ["x" * 20_001, "\u202egnp.exe", "a\x85b"])
def test_text_that_cannot_be_kept_is_said_so_and_shown_again(page, assignment, text):
    write(page, assignment, "Good.")
    answer = write(page, assignment, text, "1")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert PartRecord.objects.get().text == "Good."


def test_nothing_written_finishes_nothing(page, assignment):
    answer = write(page, assignment, "  ", do="finish")
    assert answer.status_code == 422
    assert "Write something first" in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 40, "1.5"])
def test_a_revision_that_was_never_shown_overwrites_nothing(page, assignment, revision):
    write(page, assignment, "Kept.")
    assert write(page, assignment, "Lost?", revision).status_code in {409, 422}
    assert PartRecord.objects.get().text == "Kept."


# --- quiz -----------------------------------------------------------------------------------------------------------


def everything(learner, *, attempts=None):
    """A quiz with a question of each type; every answer holds the word canary."""
    questions = (
        *QUIZ.questions,
        contents.Question(
            key="many",
            type="multiple",
            text="Which ones?",
            explanation="canary-explanation",
            options=tuple(
                contents.Option(text=f"Option {n}", right=n < 3, why=f"canary-why {n}") for n in (1, 2, 3, 4)
            ),
        ),
        contents.Question(key="steps", type="order", text="In which order?", steps=("One", "Two", "Three")),
        contents.Question(
            key="pairs",
            type="match",
            text="What goes with what?",
            pairs=tuple(contents.Pair(left=f"Left {n}", right=f"Right {n}") for n in (1, 2, 3)),
        ),
    )
    quiz = replace(QUIZ, pass_percent=100, attempts=attempts, questions=questions)
    part = contents.Part(key="quiz", kind="quiz", title="The quiz", minutes=5, content=quiz)
    version = modules.create_module(content=replace(module_content(), parts=(part,)), by=None, at=NOW)
    modules.publish_version(version=version, by=None, at=NOW)
    return give(version.module, learner)


def right_answers(assignment, number=1):
    """What a form that is wholly right would send: places in the order shown."""
    attempt = Attempt.objects.get(record__assignment=assignment, number=number)
    order = {one["key"]: one["order"] for one in attempt.asked}
    sent: dict[str, Any] = {"attempt": str(number), "answer-word": "Canary sorry!"}
    sent["answer-one"] = str(order["one"].index(0))
    sent["answer-many"] = [str(order["many"].index(0)), str(order["many"].index(1))]
    for key in ("steps", "pairs"):
        sent |= {f"answer-{key}-{n}": str(order[key].index(n)) for n in range(3)}
    return sent


def test_no_answer_is_in_a_page_before_it_was_handed_in(page, learner):
    assignment = everything(learner)
    path = at("detail", assignment, "quiz")
    pages = [read(page, path)]
    page.post(at("try", assignment, "quiz"))
    pages += [read(page, path), read(page, url("assignment-detail", assignment.pk)), read(page, url("mine"))]
    pages.append(read(page, url("module-detail", assignment.module_id)))
    assert [word for word in ANSWERS if any(word in text for text in pages)] == []
    assert 'name="answer-one"' in pages[1]


def test_no_answer_of_an_earlier_attempt_is_in_the_page_of_an_open_one(page, learner):
    assignment = everything(learner)
    page.post(at("try", assignment, "quiz"))
    page.post(at("answer", assignment, "quiz"), {"attempt": "1", "answer-word": "my-own-words"})
    seen = read(page, at("detail", assignment, "quiz"))
    assert [word for word in (*ANSWERS, "my-own-words") if word not in seen] == []
    page.post(at("try", assignment, "quiz"))
    text = read(page, at("detail", assignment, "quiz"))
    assert [word for word in (*ANSWERS, "my-own-words") if word in text] == []
    assert 'name="attempt" value="2"' in text


def values(text, key):
    """What each radio button, tick or entry of a question sends, with the words beside it."""
    name = re.escape(f"answer-{key}")
    options = re.findall(rf'name="{name}" value="(\d+)"[^>]*>\s*<span>([^<]+)', text)
    select = re.search(rf'<select[^>]*name="{name}-0".*?</select>', text, re.DOTALL)
    return options or re.findall(r'<option value="(\d+)">([^<]+)', select[0])


def test_what_an_option_sends_does_not_tell_whether_it_is_right(page, monkeypatch):
    """Places from the top, in every attempt; and what is at each differs from one attempt to the next."""
    shown: dict[str, set[Any]] = {"one": set(), "many": set(), "steps": set(), "pairs": set()}
    for seed in range(12):
        monkeypatch.setattr("training.views.learning.CHANCE", Random(seed))
        assignment = everything(page_learner(page))
        page.post(at("try", assignment, "quiz"))
        text = read(page, at("detail", assignment, "quiz"))
        for key, orders in shown.items():
            found = values(text, key)
            assert [value for value, _words in found] == [str(place) for place in range(len(found))]
            orders.add(tuple(words for _value, words in found))
        assert not re.search(r'data-(right|answer|order|key)="?(true|1|0)', text)
    assert {len(orders) > 1 for orders in shown.values()} == {True}
    assert ("One", "Two", "Three") not in shown["steps"]


def page_learner(page):
    return Person.objects.get(pk=page.session["_auth_user_id"])


def test_right_answers_are_right_and_each_answer_is_explained(page, learner):
    assignment = everything(learner)
    page.post(at("try", assignment, "quiz"))
    page.post(at("answer", assignment, "quiz"), right_answers(assignment))
    text = read(page, at("detail", assignment, "quiz"))
    assert "100 % right" in text
    assert state(assignment) == "completed"
    assert "canary-why" in text


def test_attempts_that_are_used_up_are_used_up(page, learner):
    assignment = everything(learner, attempts=2)
    for number in ("1", "2"):
        page.post(at("try", assignment, "quiz"))
        page.post(at("answer", assignment, "quiz"), {"attempt": number})
    assert "used all your attempts" in read(page, at("detail", assignment, "quiz"))
    answer = page.post(at("try", assignment, "quiz"))
    assert "used all your attempts" in told(answer)[0]
    assert Attempt.objects.count() == 2


def test_an_attempt_that_was_handed_in_is_not_handed_in_again(page, learner):
    assignment = everything(learner)
    page.post(at("try", assignment, "quiz"))
    page.post(at("answer", assignment, "quiz"), {"attempt": "1"})
    answer = page.post(at("answer", assignment, "quiz"), right_answers(assignment))
    assert "handed in already" in told(answer)[0]
    assert Attempt.objects.get().percent == 0


HOSTILE = {
    "a huge number": {"answer-one": "9" * 5000, "answer-steps-0": "9" * 400},
    "a negative number": {"answer-one": "-1", "answer-many": ["-1", "-2"], "answer-steps-0": "-1"},
    "no number": {"answer-one": "right", "answer-many": ["x", ""], "answer-pairs-1": "null"},
    "one place for all": {"answer-steps-0": "1", "answer-steps-1": "1", "answer-steps-2": "1"},
    "a place many times": {"answer-many": ["0"] * 900},
    "text without end": {"answer-word": "canary" * 20_000},
    "digits of another script": {"answer-one": "٣", "answer-many": ["²", "١"]},
    "half a character": {"answer-word": "\ud800".encode("utf-8", "surrogatepass")},
    "names of nothing": {"answer-": "0", "answer-one-0": "0", "answer-none": "1"},
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_answers_that_make_no_sense_are_wrong_and_no_error(page, learner, sent):
    assignment = everything(learner)
    page.post(at("try", assignment, "quiz"))
    assert page.post(at("answer", assignment, "quiz"), {"attempt": "1", **sent}).status_code == 302
    assert Attempt.objects.get().percent == 0
    read(page, at("detail", assignment, "quiz"))


@pytest.mark.parametrize("number", ["", "0", "2", "-1", "x", "9" * 40, "1.0", "²"])
def test_an_attempt_that_there_is_not_is_not_found(page, learner, number):
    assignment = everything(learner)
    page.post(at("try", assignment, "quiz"))
    assert page.post(at("answer", assignment, "quiz"), {"attempt": number}).status_code == 404


def test_an_attempt_of_somebody_else_is_not_found(page, client, learner):
    theirs = give(everything(learner).module, make_person())
    record = learning.open_part(assignment=theirs, part=part_of(theirs, "quiz"), at=NOW)
    learning.start_attempt(record=record, chance=Random(1), at=NOW)
    assert page.post(at("answer", theirs, "quiz"), {"attempt": "1"}).status_code == 404
    mine = Assignment.objects.get(person=learner)
    assert page.post(at("answer", mine, "quiz"), {"attempt": "1"}).status_code == 404
    assert Attempt.objects.get().submitted_at is None


def test_a_part_of_another_module_is_not_found(page, learner, assignment):
    other = give(make_module("lesson"), learner)
    foreign = part_of(other, "lesson").pk
    assert page.get(url("part-detail", assignment.pk, foreign)).status_code == 404
    assert page.post(url("part-done", assignment.pk, foreign)).status_code == 404
    for huge in (2**31, 2**63, 10**30):
        assert page.get(f"/training/assignments/{huge}/parts/{huge}/").status_code == 404


# --- what is over ---------------------------------------------------------------------------------------------------


SENT = {
    "done": ("lesson", {}),
    "write": ("writing", {"text": "Late.", "revision": "0"}),
    "try": ("quiz", {}),
    "answer": ("quiz", {"attempt": "1", "answer-one": "0"}),
    "choose": ("scenario", {"attempt": "1", "step": "0", "choice": "0"}),
    "ask": ("practice", {"observer": "1"}),
}


@pytest.mark.parametrize("begun", [False, True], ids=["not begun", "begun"])
@pytest.mark.parametrize("name", SENT)
def test_what_is_over_can_be_read_and_no_longer_done(page, manager, assignment, name, begun):
    """A tab that stayed open is told so."""
    kind, sent = SENT[name]
    if begun:
        record = learning.open_part(assignment=assignment, part=part_of(assignment, kind), at=NOW)
        if kind in {"quiz", "scenario"}:
            learning.start_attempt(record=record, chance=Random(1), at=NOW)
    assignments.withdraw(assignment=assignment, by=manager, at=NOW, reason="Not needed.")
    if name == "ask":
        sent = {"observer": str(manager.pk)}
    answer = page.post(at(name, assignment, kind), sent)
    assert answer.status_code in {302, 404, 422}
    text = read(page, at("detail", assignment, kind))
    assert "This module is over for you" in text
    main = text[text.index("<main") :]
    assert not re.search(r"<form", main)
    assert not PartRecord.objects.filter(done_at__isnull=False).exists()
    assert not SignOff.objects.exists()


# --- conversation ---------------------------------------------------------------------------------------------------


def choose(page, assignment, step, choice, attempt="1"):
    sent = {"attempt": attempt, "step": step, "choice": choice}
    return page.post(at("choose", assignment, "scenario"), sent)


def test_a_conversation_is_held_to_its_end_and_explained_after_it(page, learner):
    assignment = give(make_module("scenario"), learner)
    page.post(at("try", assignment, "scenario"))
    choose(page, assignment, "0", "0")
    text = read(page, at("detail", assignment, "scenario"))
    assert "Well…" in text
    assert "canary-because" not in text
    choose(page, assignment, "1", "0")
    text = read(page, at("detail", assignment, "scenario"))
    assert "canary-because" in text
    assert "You showed 100 %" in text
    assert state(assignment) == "completed"


def test_a_conversation_begun_again_does_not_explain_the_first(page, assignment):
    page.post(at("try", assignment, "scenario"))
    choose(page, assignment, "0", "0")
    choose(page, assignment, "1", "0")
    page.post(at("try", assignment, "scenario"))
    choose(page, assignment, "0", "0", attempt="2")
    text = read(page, at("detail", assignment, "scenario"))
    assert "Tell me." in text
    assert "canary-because" not in text


def test_a_choice_that_is_clicked_twice_is_made_once(page, assignment):
    page.post(at("try", assignment, "scenario"))
    assert told([choose(page, assignment, "0", "0") for _ in range(2)][1]) == []
    answer = choose(page, assignment, "0", "1")  # from a tab that is behind
    assert "went on in another window" in told(answer)[0]
    assert told([choose(page, assignment, "1", "0") for _ in range(2)][1])[:-1] == []
    assert Attempt.objects.get().answers == {"choices": [0, 0]}


@pytest.mark.parametrize("choice", ["2", "9" * 9, "7"])
def test_a_choice_that_there_is_not_is_refused(page, assignment, choice):
    page.post(at("try", assignment, "scenario"))
    assert told(choose(page, assignment, "0", choice)) == ["Choose one of the answers."]


@pytest.mark.parametrize("value", ["", "-1", "x", "9" * 30, "1.5"])
def test_a_choice_that_is_no_number_is_not_found(page, assignment, value):
    page.post(at("try", assignment, "scenario"))
    assert choose(page, assignment, "0", value).status_code == 404
    assert choose(page, assignment, value, "0").status_code == 404
    assert choose(page, assignment, "0", "0", attempt=value).status_code == 404


# --- practice -------------------------------------------------------------------------------------------------------


def test_an_observer_is_asked_once(page, manager, assignment):
    path = at("ask", assignment, "practice")
    answers = [page.post(path, {"observer": manager.pk, "note": "On Monday."}) for _ in range(2)]
    assert "asked already" in " ".join(told(answers[1]))
    assert SignOff.objects.get().note == "On Monday."
    text = read(page, at("detail", assignment, "practice"))
    assert "Mona Manager judges it" in text
    assert 'name="observer"' not in text


@pytest.mark.parametrize("observer", ["", "0", "x", "9" * 40, "self", "stranger", "leaver"])
def test_only_an_observer_who_may_is_asked(page, learner, assignment, observer):
    who = {"self": learner, "stranger": make_person(), "leaver": make_person(team=learner.team, is_active=False)}
    sent = {"observer": who[observer].pk if observer in who else observer, "note": "Please."}
    answer = page.post(at("ask", assignment, "practice"), sent)
    assert answer.status_code == 422
    assert "Please.</textarea>" in answer.content.decode()
    assert not SignOff.objects.exists()


def test_what_an_observer_wrote_is_shown_and_it_can_be_asked_again(page, manager, assignment):
    page.post(at("ask", assignment, "practice"), {"observer": manager.pk})
    sign_off = SignOff.objects.get()
    sign_offs.judge(sign_off=sign_off, by=manager, levels={"greets": 1}, comment="Look up first.", at=NOW)
    text = read(page, at("detail", assignment, "practice"))
    assert "Look up first." in text
    assert page.post(at("ask", assignment, "practice"), {"observer": manager.pk}).status_code == 302
    assert SignOff.objects.waiting().count() == 1


def test_observers_are_those_who_lead_train_or_hold(learner, manager, assignment):
    other = make_team("Shops")
    below = make_team("Service/Evening")
    everywhere = make_person("Eve Everywhere", roles={Role.TRAINER: None})
    here = make_person("Hal Here", roles={Role.TRAINER: learner.team})
    make_person("Theo There", roles={Role.TRAINER: other})
    make_person("Bob Below", roles={Role.TRAINER: below})
    gone = make_person("Gina Gone", roles={Role.TRAINER: None})
    gone.role_grants.update(ends_at=NOW - timedelta(days=1))
    since = make_person("Nils New")
    holder = make_person("Hilda Holder", team=learner.team)
    finish(give(make_module(), holder))  # of another module
    holds = make_person("Holm Holds", team=learner.team)
    taken = give(assignment.module, holds)
    Assignment.objects.filter(pk=taken.pk).update(state="started", started_at=NOW)
    assignments_done(taken)
    assert observers_for(fresh_assignment(assignment), at=NOW) == [manager, everywhere, here, holds]
    since.role_grants.create(role=Role.TRAINER, starts_at=NOW, granted_at=NOW)
    assert since in observers_for(fresh_assignment(assignment), at=NOW)


def assignments_done(assignment):
    for part in assignment.version.parts.all():
        PartRecord.objects.create(assignment=assignment, part=part, opened_at=NOW, done_at=NOW)
    assignments.complete_if_done(assignment=Assignment.objects.get(pk=assignment.pk), at=NOW)


def fresh_assignment(assignment):
    found = Assignment.objects.get(pk=assignment.pk)
    found.person = fresh(found.person)
    return found


@pytest.mark.parametrize("count", [1, 3, 50])
def test_a_practice_costs_the_same_however_many_could_judge_it(page, assignment, count, django_assert_num_queries):
    for _ in range(count):
        make_person(roles={Role.TRAINER: make_team()})
    read(page, at("detail", assignment, "practice"))
    with django_assert_num_queries(13):
        read(page, at("detail", assignment, "practice"))


def test_a_manager_is_asked_however_many_trainers_come_first_by_name(learner, manager, assignment):
    for number in range(101):
        make_person(f"Aaron {number}", roles={Role.TRAINER: None})
    found = observers_for(fresh_assignment(assignment), at=NOW)
    assert found[0] == manager
    assert len(found) == 100


@pytest.mark.parametrize(
    "sent", [{"answer-word": "\0"}, {"answer-one": "\0"}, {"attempt": "\0"}, {"text": "a\0b"}, {"observer": "\x1b"}]
)
@pytest.mark.parametrize("name", ["write", "try", "answer", "choose", "ask"])
def test_control_characters_are_refused_at_the_door(page, assignment, name, sent):
    assert page.post(at(name, assignment, "writing"), {"revision": "0", **sent}).status_code == 400
    assert state(assignment) == "assigned"
