"""A draft edited piece by piece: what is typed becomes what a file would say, or comes back with a reason."""

import re
from dataclasses import asdict, replace
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from foundation.errors import Conflict
from people.models import AuditEntry, Role
from tests.cast import CONTENTS, NOW, QUIZ, make_module, make_person, module_content
from training import authoring
from training.actions import modules
from training.contents import QUESTION_TYPES, Lesson, Part, Video
from training.forms.part_items import ITEM_FORMS
from training.forms.parts import PART_FORMS, seal_of
from training.models import Module, ModuleVersion
from training.module_files import dump_module, parse_module
from training.reports.modules import content_of

KINDS = tuple(CONTENTS)
MARK = '"><svg onload=x>'


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trainer(db):
    return make_person("Tara Trainer", roles={Role.TRAINER: None})


@pytest.fixture
def page(client, trainer, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(trainer)
    return client


@pytest.fixture
def module(trainer):
    """With a draft that has a part of each kind."""
    made = make_module()
    modules.write_draft(module=made, content=module_content(*KINDS), by=trainer, at=NOW)
    return made


def url(name, module, *keys):
    return reverse(f"training:{name}", args=[module.pk, *keys])


def parts_of(module):
    return content_of(module.versions.order_by("number").last()).parts


def part_of(module, key):
    return next(part for part in parts_of(module) if part.key == key)


def typed(page, path, **changes):
    """What a browser would send: all that the form holds, with these changes."""
    form = page.get(path).context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if value not in (None, False, [], ""):
            sent[field.html_name] = value
        elif value == "":
            sent[field.html_name] = ""
    return sent | changes


def change(page, path, **changes):
    return page.post(path, typed(page, path, **changes))


def told(answer):
    return " ".join(str(message) for message in answer.wsgi_request._messages)


def problems(answer):
    return {name: " ".join(reasons) for name, reasons in answer.context["form"].errors.items()}


# --- the first step -------------------------------------------------------------------------------------------------


def test_a_module_begins_with_a_name_and_a_lesson_to_change(page):
    sent = {"name": "Greeting at the Door", "kind": "soft_skill", "summary": "You greet."}
    answer = page.post(reverse("training:module-start"), sent)
    module = Module.objects.get()
    assert answer.url == url("draft-parts", module)
    assert (module.key, module.kind, module.versions.get().is_draft) == ("greeting-at-the-door", "soft_skill", True)
    assert [part.kind for part in parts_of(module)] == ["lesson"]
    again = page.post(reverse("training:module-start"), sent)
    assert again.status_code == 422
    assert "already" in problems(again)["name"]
    assert Module.objects.count() == 1


@pytest.mark.once
@pytest.mark.parametrize(
    "fields", [{}, {"name": "x" * 121}, {"name": "a\nb"}, {"kind": "none"}, {"summary": ""}, {"summary": "x" * 4001}]
)
def test_a_first_step_that_makes_no_sense_makes_nothing(page, fields):
    whole = {"name": "N", "kind": "technical", "summary": "S"}
    answer = page.post(reverse("training:module-start"), whole | fields if fields else {})
    assert answer.status_code == 422
    assert not Module.objects.exists()


def test_a_name_of_another_script_gets_a_key_too(page):
    page.post(reverse("training:module-start"), {"name": "挨拶", "kind": "technical", "summary": "挨拶する"})
    assert Module.objects.get().key == "module"


# --- parts ----------------------------------------------------------------------------------------------------------


def test_the_first_change_of_what_is_published_begins_a_draft(page):
    module = make_module("lesson", "quiz")
    published = module.versions.get()
    assert "as it is published" in page.get(url("draft-parts", module)).content.decode()
    assert change(page, url("draft-part", module, "lesson"), title="Changed").status_code == 302
    assert [version.state for version in module.versions.order_by("number")] == ["published", "draft"]
    assert published.parts.get(key="lesson").title == "The lesson"
    assert part_of(module, "lesson").title == "Changed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_each_kind_is_added_with_an_example_that_breaks_no_rule(page, module, kind):
    path = url("draft-parts", module)
    answer = change(page, path, kind=kind, title="The Lesson", minutes="7")
    new = parts_of(module)[-1]
    assert answer.url == url("draft-part", module, new.key)
    assert (new.kind, new.title, new.minutes, new.key) == (kind, "The Lesson", 7, "the-lesson")
    assert page.get(answer.url).status_code == 200
    assert change(page, path, kind=kind, title="The lesson!", minutes="7").status_code == 302
    assert parts_of(module)[-1].key == "the-lesson-2"


CHANGES: dict[str, dict[str, Any]] = {
    "lesson": {"purpose": "rules", "text": "## Rules\n\n- **Look** up"},
    "writing": {"purpose": "goal", "prompt": "What will you do on Monday?"},
    "quiz": {"pass_percent": 70, "draw": 2, "attempts": 3},
    "scenario": {"text": "Somebody waits.", "pass_percent": 100},
    "practice": {"task": "Greet ten people.", "pass_level": 4},
    "session": {"text": "Bring a pen."},
    "evidence": {"text": "A course of a day."},
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_typed_stands_in_the_draft_and_nothing_else_moves(page, module, kind):
    before = parts_of(module)
    sent = CHANGES[kind] | {"title": "Another title", "minutes": "9", "skipped_in_renewal": "on"}
    answer = change(page, url("draft-part", module, kind), **sent)
    assert answer.url == url("draft-parts", module)
    after = parts_of(module)
    old = next(part for part in before if part.key == kind)
    new = replace(old, title="Another title", minutes=9, skipped_in_renewal=True)
    new = replace(new, content=replace(old.content, **CHANGES[kind]))
    assert after == tuple(new if part.key == kind else part for part in before)
    assert module.versions.get(state="draft").minutes == sum(part.minutes for part in after)


def test_a_video_of_a_lesson_is_typed_and_taken_away_and_its_problems_stand_beside_the_field(page, module):
    path = url("draft-part", module, "lesson")
    assert change(page, path, video_title="A greeting", video_link="https://video.example/1").status_code == 422
    answer = change(page, path, video_title="A greeting", video_link="nowhere", video_transcript="Good morning.")
    assert answer.context["form"].errors["video_link"]
    kept = {"video_title": "A greeting", "video_link": "https://video.example/1", "video_transcript": "Good morning."}
    assert change(page, path, **kept).status_code == 302
    video = Video(title="A greeting", link="https://video.example/1", transcript="Good morning.")
    assert part_of(module, "lesson").content.video == video
    assert change(page, path, **dict.fromkeys(kept, "")).status_code == 302
    assert part_of(module, "lesson").content.video is None


@pytest.mark.parametrize("kind", KINDS)
def test_saving_what_is_there_already_changes_and_records_nothing(page, module, kind):
    before, entries = parts_of(module), AuditEntry.objects.count()
    path = url("draft-part", module, kind)
    sent = typed(page, path)
    assert [page.post(path, sent).status_code for _ in range(2)] == [302, 302]
    for item in authoring.items_of(part_of(module, kind)):
        assert change(page, url("draft-item", module, kind, item.key)).status_code == 302
    assert parts_of(module) == before
    assert AuditEntry.objects.count() == entries


def test_saving_leads_to_where_it_is_read(page, module):
    answer = change(page, url("draft-part", module, "lesson"), do="read")
    assert answer.url == f"{module.versions.get(state='draft').get_absolute_url()}#part-lesson"
    assert 'id="part-lesson"' in page.get(answer.url).content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("lesson", "title", ""), ("lesson", "title", "x" * 161), ("lesson", "title", "a\nb"),
        ("lesson", "minutes", "0"),
        ("lesson", "minutes", "9" * 30), ("lesson", "purpose", "none"), ("lesson", "text", " \n "),
        ("lesson", "text", "x" * 20_001), ("lesson", "text", "\u202eabc"), ("quiz", "pass_percent", "101"),
        ("quiz", "draw", "3"), ("quiz", "attempts", "0"), ("practice", "pass_level", "6"), ("scenario", "text", ""),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_shown_with_its_reason(page, module, kind, field, value):
    before = parts_of(module)
    answer = change(
        page, url("draft-part", module, kind), **{field: value, "title": value if field == "title" else MARK}
    )
    assert answer.status_code == 422
    assert field in problems(answer)
    assert "parts[" not in answer.content.decode()
    assert MARK not in answer.content.decode()
    assert parts_of(module) == before


def test_markup_and_yaml_are_text_like_any_other(page, module):
    hostile = f"{MARK} &a *a !!python/object {{{{ x }}}} : - # 'yes'"
    assert (
        change(page, url("draft-part", module, "session"), title=hostile, text=f"---\n{hostile}\n...").status_code
        == 302
    )
    part = part_of(module, "session")
    assert (part.title, part.content.text) == (hostile, f"---\n{hostile}\n...")
    for path in (
        url("draft-parts", module),
        url("draft-part", module, "session"),
        url("draft-part-remove", module, "session"),
    ):
        assert MARK not in page.get(path).content.decode()


def test_there_are_at_most_forty_parts(page, module):
    lesson = Part(key="x", kind="lesson", title="T", minutes=1, content=Lesson(text="x"))
    many = tuple(replace(lesson, key=f"p{number}") for number in range(40))
    modules.write_draft(module=module, content=replace(module_content(), parts=many), by=make_person(), at=NOW)
    answer = change(page, url("draft-parts", module), kind="lesson", title="One more", minutes="5")
    assert answer.status_code == 422
    assert "at most 40" in problems(answer)["__all__"]
    assert "One more" in answer.content.decode()
    assert len(parts_of(module)) == 40


@pytest.mark.parametrize("count", [1, 20])
def test_the_parts_cost_the_same_however_many(page, trainer, count, django_assert_num_queries):
    module = make_module()
    many = module_content(*["lesson"] * count)
    parts = tuple(replace(part, key=f"p{number}") for number, part in enumerate(many.parts))
    modules.write_draft(module=module, content=replace(many, parts=parts), by=trainer, at=NOW)
    page.get(url("draft-parts", module))
    with django_assert_num_queries(8):
        page.get(url("draft-parts", module))


def test_parts_move_and_a_second_click_moves_nothing(page, module):
    for _ in range(2):
        answer = page.post(url("draft-part-move", module, "quiz"), {"to": "1"})
        assert answer.url.endswith("#part-quiz")
        assert [part.key for part in parts_of(module)][:3] == ["quiz", "lesson", "writing"]
    for nonsense in ("", "0", "99", "-1", "x", "٣x", "9" * 40):
        page.post(url("draft-part-move", module, "quiz"), {"to": nonsense})
    assert parts_of(module)[0].key == "quiz"


def test_a_part_is_removed_once_after_a_question(page, module):
    path = url("draft-part-remove", module, "quiz")
    assert "The quiz" in page.get(path).content.decode()
    assert page.post(path).status_code == 409
    seen = page.get(path).context["seen"]
    assert page.post(path, {"seen": seen}).url == url("draft-parts", module)
    assert "quiz" not in [part.key for part in parts_of(module)]
    assert "already" in told(page.post(path, {"seen": seen}))
    assert page.get(path).status_code == 404


def test_a_part_that_was_changed_since_the_question_is_not_removed(page, module):
    path = url("draft-part-remove", module, "lesson")
    seen = page.get(path).context["seen"]
    change(page, url("draft-part", module, "lesson"), title="Better by now")
    answer = page.post(path, {"seen": seen})
    assert answer.status_code == 409
    assert "Better by now" in answer.content.decode()
    assert part_of(module, "lesson")


def test_the_last_part_stays(page):
    module = make_module()
    path = url("draft-part-remove", module, "lesson")
    for answer in (page.get(path), page.post(path, {"seen": seal_of(asdict(part_of(module, "lesson")))})):
        assert "the last one" in told(answer)
    assert len(parts_of(module)) == 1


def test_the_page_says_what_a_soft_skill_lacks(page, module):
    lesson = url("draft-part", module, "lesson")
    Module.objects.filter(pk=module.pk).update(kind="soft_skill")
    assert "It begins with the rules" in page.get(url("draft-parts", module)).context["lacking"]
    change(page, lesson, purpose="rules")
    context = page.get(url("draft-parts", module)).context
    assert "It begins with the rules" not in context["lacking"]
    assert "A model to avoid" in context["lacking"]
    Module.objects.filter(pk=module.pk).update(kind="technical")
    assert page.get(url("draft-parts", module)).context["template"] == []


def test_a_second_click_on_a_change_is_once(page, module):
    path = url("draft-part", module, "lesson")
    sent = typed(page, path, text="Typed once.")
    entries = AuditEntry.objects.count()
    assert [page.post(path, sent).status_code for _ in range(2)] == [302, 302]
    assert AuditEntry.objects.count() == entries + 1


def test_what_another_added_meanwhile_is_not_lost_by_saving_again(page, module):
    path = url("draft-part", module, "scenario")
    stale = typed(page, path, title="Mine")
    change(page, path, **{"more-1": "Thanks them"})
    form = page.post(path, stale).context["form"]
    assert form["behaviour-thanks-them"].value() == "Thanks them"


# --- two tabs ---------------------------------------------------------------------------------------------------------


def test_a_stale_tab_changes_nothing_until_its_writer_has_seen_what_is_there(page, module):
    path = url("draft-part", module, "lesson")
    stale = typed(page, path, text="Mine, written for an hour.")
    change(page, path, text="Theirs.", title="Their title")
    answer = page.post(path, stale)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Mine, written for an hour." in shown
    assert "Theirs." in shown
    assert part_of(module, "lesson").content.text == "Theirs."
    again = {field.html_name: field.value() for field in answer.context["form"] if field.value()}
    assert page.post(path, again).status_code == 302
    assert part_of(module, "lesson").content.text == "Mine, written for an hour."


def test_a_change_of_another_part_is_no_reason_to_refuse(page, module):
    path = url("draft-part", module, "lesson")
    waiting = typed(page, path, text="Mine.")
    change(page, url("draft-part", module, "writing"), prompt="Theirs.")
    assert page.post(path, waiting).status_code == 302
    assert part_of(module, "lesson").content.text == "Mine."
    assert part_of(module, "writing").content.prompt == "Theirs."


@pytest.mark.once
@pytest.mark.parametrize("seen", ["", "x", "0" * 64, "x" * 65])
def test_a_page_that_does_not_say_what_it_saw_changes_nothing(page, module, seen):
    before = parts_of(module)
    assert change(page, url("draft-part", module, "lesson"), seen=seen, text="Mine.").status_code in {409, 422}
    assert parts_of(module) == before


def test_a_second_click_adds_no_second_part(page, module):
    path = url("draft-parts", module)
    sent = typed(page, path, kind="lesson", title="Once", minutes="5")
    assert [page.post(path, sent).status_code for _ in range(2)] == [302, 409]
    assert [part.title for part in parts_of(module)].count("Once") == 1


@pytest.mark.parametrize("keys", [("lesson",), ("quiz", "one")])
def test_what_was_typed_into_something_removed_is_shown_to_take_along(page, module, keys):
    path = url("draft-part" if len(keys) == 1 else "draft-item", module, *keys)
    sent = typed(page, path, text=f"Written for an hour {MARK}")
    kept = tuple(part for part in parts_of(module) if part.key != keys[0])
    modules.write_draft(module=module, content=replace(module_content(), parts=kept), by=make_person(), at=NOW)
    answer = page.post(path, sent)
    assert answer.status_code == 409
    assert "Written for an hour" in answer.content.decode()
    assert MARK not in answer.content.decode()
    assert page.get(path).status_code == 404


def test_text_of_a_stale_tab_replaces_nothing_until_it_is_sent_again(page, module):
    path = url("module-draft", module)
    form = page.get(path).context["form"]
    mine = {"text": dump_module(module_content("lesson", name="Mine")), "seen": form["seen"].value()}
    change(page, url("draft-part", module, "lesson"), title="Theirs")
    answer = page.post(path, mine)
    assert answer.status_code == 422
    assert "changed meanwhile" in problems(answer)["__all__"]
    assert part_of(module, "lesson").title == "Theirs"
    assert page.post(path, mine | {"seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert [part.title for part in parts_of(module)] == ["The lesson"]


def test_who_writes_at_the_same_moment_is_refused(trainer, module):
    before = parts_of(module)
    modules.write_draft(module=module, content=module_content("quiz"), by=trainer, at=NOW, seen=before)
    with pytest.raises(Conflict):
        modules.write_draft(module=module, content=module_content("lesson"), by=trainer, at=NOW, seen=before)
    assert [part.key for part in parts_of(module)] == ["quiz"]


def test_an_archived_module_takes_no_change_and_what_was_typed_stays(page, module):
    Module.objects.filter(pk=module.pk).update(archived_at=NOW)
    answer = change(page, url("draft-part", module, "lesson"), text="Mine.")
    assert answer.status_code == 422
    assert "Restore it first" in answer.content.decode()
    assert "Mine." in answer.content.decode()


def test_text_and_forms_end_in_the_same_draft(page, module):
    change(page, url("draft-part", module, "lesson"), text="From the form.")
    text = page.get(url("module-draft", module)).context["form"]["text"].value()
    assert "From the form." in text
    page.post(url("module-draft", module), {"text": text.replace("From the form.", "From the text.")})
    assert "From the text." in page.get(url("draft-part", module, "lesson")).content.decode()


# --- questions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def every_type(module, trainer):
    """The module, with a question of each type in its quiz."""
    asked = tuple(authoring.example_question(kind, key=kind) for kind in QUESTION_TYPES)
    parts = authoring.put(parts_of(module), replace(part_of(module, "quiz"), content=replace(QUIZ, questions=asked)))
    modules.write_draft(module=module, content=replace(module_content(), parts=parts), by=trainer, at=NOW)
    return module


def question_of(module, key):
    return next(one for one in part_of(module, "quiz").content.questions if one.key == key)


def add_item(page, module, part, **sent):
    add = page.get(url("draft-part", module, part)).context["add"]
    return page.post(url("draft-item-add", module, part), {"seen": add["seen"].value()} | sent)


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_a_question_of_each_type_is_added_as_an_example(page, module, kind):
    answer = add_item(page, module, "quiz", type=kind)
    assert answer.url == url("draft-item", module, "quiz", "question-3")
    assert question_of(module, "question-3").type == kind
    assert "An example to change" in page.get(answer.url).content.decode()


ANSWERS = {
    "single": {"options-text-1": "This", "options-why-1": "Why not", "options-text-4": "A third"},
    "multiple": {"options-right-1": "on", "options-text-7": "The last"},
    "order": {"steps": "Look up\r\n\r\nNod\r\nSpeak"},
    "match": {"pairs-left-2": "Third", "pairs-right-2": "Its own"},
    "text": {"accepted": "Sorry\nI am sorry"},
}


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_a_question_of_each_type_is_changed(page, every_type, kind):
    before = question_of(every_type, kind)
    sent = {"text": "What now?", "explanation": "Because."} | ANSWERS[kind]
    answer = change(page, url("draft-item", every_type, "quiz", kind), **sent)
    assert answer.url == url("draft-part", every_type, "quiz")
    after = question_of(every_type, kind)
    assert (after.key, after.type, after.text, after.explanation) == (kind, kind, "What now?", "Because.")
    if kind == "single":
        assert [(one.text, one.right, one.why) for one in after.options] == [
            (before.options[0].text, True, ""), ("This", False, "Why not"), ("A third", False, "")
        ]  # fmt: skip
    elif kind == "multiple":
        assert [one.right for one in after.options] == [True, True, False]
        assert after.options[2].text == "The last"
    elif kind == "match":
        assert [(pair.left, pair.right) for pair in after.pairs][2:] == [("Third", "Its own")]
    else:
        assert (after.steps, after.accepted) == (
            (("Look up", "Nod", "Speak"), ()) if kind == "order" else ((), ("Sorry", "I am sorry"))
        )


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "sent", "field", "said"),
    [
        ("single", {"options-right-1": "on"}, "__all__", "exactly one option with “Right” ticked; it has 2"),
        ("single", {"options-text-0": "", "options-right-0": ""}, "__all__", "at least two options"),
        ("single", {"options-why-3": "Only why"}, "options-text-3", "Is empty"),
        ("single", {"options-text-1": "x" * 601}, "options-text-1", "600"),
        ("order", {"steps": "One alone"}, "__all__", "at least two steps"),
        ("order", {"steps": "\n".join("abcdefghi")}, "steps", "9 lines"),
        ("match", {"pairs-right-0": ""}, "pairs-right-0", "Is empty"),
        ("text", {"accepted": "?!"}, "__all__", "with a letter or a digit"),
        ("text", {"text": ""}, "text", "required"),
        ("multiple", {"explanation": "x" * 4001}, "explanation", "4000"),
    ],
)
def test_a_question_that_breaks_a_rule_comes_back_with_its_reason(page, every_type, kind, sent, field, said):
    before = parts_of(every_type)
    answer = change(page, url("draft-item", every_type, "quiz", kind), **{"text": MARK} | sent)
    assert answer.status_code == 422
    assert said in problems(answer)[field]
    assert not re.search(r"parts\[|right: true", answer.content.decode())
    assert MARK not in answer.content.decode()
    assert parts_of(every_type) == before


def test_there_are_at_most_a_hundred_questions(page, module, trainer):
    asked = tuple(authoring.example_question("text", key=f"q{number}") for number in range(100))
    parts = authoring.put(parts_of(module), replace(part_of(module, "quiz"), content=replace(QUIZ, questions=asked)))
    modules.write_draft(module=module, content=replace(module_content(), parts=parts), by=trainer, at=NOW)
    assert "at most 100" in told(add_item(page, module, "quiz", type="text"))
    assert len(part_of(module, "quiz").content.questions) == 100


def test_a_second_click_adds_no_second_question(page, module):
    sent = {"seen": page.get(url("draft-part", module, "quiz")).context["add"]["seen"].value(), "type": "text"}
    answers = [page.post(url("draft-item-add", module, "quiz"), sent) for _ in range(2)]
    assert "Nothing was added" in told(answers[1])
    assert len(part_of(module, "quiz").content.questions) == 3


@pytest.mark.parametrize(
    ("part", "sent"), [("lesson", {}), ("scenario", {}), ("quiz", {}), ("quiz", {"type": "essay"})]
)
def test_what_cannot_be_added_is_not(page, module, part, sent):
    before = parts_of(module)
    seen = page.get(url("draft-part", module, part)).context["add"]["seen"].value()
    assert "Nothing was added" in told(page.post(url("draft-item-add", module, part), {"seen": seen} | sent))
    assert parts_of(module) == before


def test_questions_move_and_go_but_for_the_last(page, module):
    page.post(url("draft-item-move", module, "quiz", "word"), {"to": "1"})
    assert [one.key for one in part_of(module, "quiz").content.questions] == ["word", "one"]
    path = url("draft-item-remove", module, "quiz", "one")
    assert page.post(path, {"seen": page.get(path).context["seen"]}).url == url("draft-part", module, "quiz")
    assert [one.key for one in part_of(module, "quiz").content.questions] == ["word"]
    assert "the last one" in told(page.get(url("draft-item-remove", module, "quiz", "word")))


def test_a_question_that_the_quiz_still_draws_is_not_removed(page, module):
    change(page, url("draft-part", module, "quiz"), draw="2")
    path = url("draft-item-remove", module, "quiz", "one")
    answer = page.post(path, {"seen": page.get(path).context["seen"]})
    assert "asks for 2 questions of 1" in told(answer)
    assert "parts[" not in told(answer)
    assert len(part_of(module, "quiz").content.questions) == 2


# --- practice -------------------------------------------------------------------------------------------------------


def test_a_rubric_is_written_line_by_line(page, module):
    answer = add_item(page, module, "practice")
    assert answer.url == url("draft-item", module, "practice", "line-2")
    levels = {f"anchor-{level}": f"Level {level}" for level in range(1, 6)}
    assert change(page, answer.url, behaviour="Looks up", **levels).status_code == 302
    line = part_of(module, "practice").content.rubric[1]
    assert (line.behaviour, line.anchors) == ("Looks up", tuple(levels.values()))
    page.post(url("draft-item-move", module, "practice", "line-2"), {"to": "1"})
    assert [one.key for one in part_of(module, "practice").content.rubric] == ["line-2", "greets"]
    for _ in range(6):
        add_item(page, module, "practice")
    assert "at most 8" in told(add_item(page, module, "practice"))


def test_a_line_needs_all_five_anchors(page, module):
    answer = change(page, url("draft-item", module, "practice", "greets"), **{"anchor-3": " "})
    assert answer.status_code == 422
    assert "anchor-3" in problems(answer)


# --- conversations --------------------------------------------------------------------------------------------------


def scenes_of(module):
    return {scene.key: scene for scene in part_of(module, "scenario").content.scenes}


def test_a_conversation_grows_at_its_choices(page, module):
    path = url("draft-item", module, "scenario", "start")
    new = {"choices-text-2": "Say sorry first", "choices-to-2": "+", "choices-shows-2": ["listen"]}
    assert change(page, path, **new).status_code == 302
    scenes = scenes_of(module)
    assert scenes["start"].choices[2].to == "say-sorry-first"
    assert scenes["say-sorry-first"].ending == "mixed"
    onward = {"ending": "", "choices-text-0": "Go on", "choices-to-0": "told", "says": "All right."}
    assert change(page, url("draft-item", module, "scenario", "say-sorry-first"), **onward).status_code == 302
    assert scenes_of(module)["say-sorry-first"].choices[0].to == "told"


@pytest.mark.once
@pytest.mark.parametrize(
    ("scene", "sent", "field", "said"),
    [
        ("start", {"ending": "good"}, "__all__", "either choices or an ending"),
        ("good", {"ending": ""}, "__all__", "either choices or an ending"),
        ("start", {"choices-to-1": "told"}, "__all__", "No way leads to “gone”"),
        ("start", {"choices-text-2": "And now?"}, "choices-to-2", "Is empty"),
        ("start", {"choices-to-1": "nowhere"}, "choices-to-1", "valid choice"),
        ("start", {"choices-to-1": "start", "drop": "on", "choices-shows-0": []}, "__all__", "shows 1 of 2"),
        ("told", {"choices-to-0": "told", "drop": "on"}, "__all__", "no way leads to an ending"),
    ],
)
def test_a_conversation_that_leads_nowhere_is_not_saved(page, module, scene, sent, field, said):
    before = parts_of(module)
    answer = change(page, url("draft-item", module, "scenario", scene), **{"says": MARK} | sent)
    assert answer.status_code == 422
    assert said in problems(answer)[field]
    assert "parts[" not in answer.content.decode()
    assert MARK not in answer.content.decode()
    assert parts_of(module) == before


def test_scenes_that_no_way_leads_to_go_when_the_writer_says_so(page, module):
    path = url("draft-item", module, "scenario", "start")
    assert change(page, path, drop="on", **{"choices-to-1": "told"}).status_code == 302
    assert "gone" not in scenes_of(module)


def test_a_scene_goes_with_the_choices_that_lead_to_it(page, module):
    path = url("draft-item-remove", module, "scenario", "gone")
    assert "choices that lead here go too" in page.get(path).content.decode()
    assert page.post(path, {"seen": page.get(path).context["seen"]}).status_code == 302
    assert set(scenes_of(module)) == {"start", "told", "good"}
    assert [choice.to for choice in scenes_of(module)["start"].choices] == ["told"]
    lost = page.get(url("draft-item-remove", module, "scenario", "told")).context["lost"]
    assert [scene.key for scene in lost] == ["good"]


def test_behaviours_come_and_go(page, module):
    path = url("draft-part", module, "scenario")
    assert change(page, path, **{"more-1": "Thanks them", "behaviour-listen": "Listens well"}).status_code == 302
    behaviours = part_of(module, "scenario").content.behaviours
    assert [(one.key, one.name) for one in behaviours] == [
        ("listen", "Listens well"), ("own", "Takes it on"), ("thanks-them", "Thanks them")
    ]  # fmt: skip
    assert [choice.shows for choice in scenes_of(module)["start"].choices] == [
        ("listen", "thanks-them"),
        ("thanks-them",),
    ]
    assert change(page, path, **{"behaviour-own": ""}).status_code == 302
    assert scenes_of(module)["told"].choices[0].shows == ()
    empty = dict.fromkeys(("behaviour-listen", "behaviour-thanks-them"), "")
    assert change(page, path, **empty).status_code == 422


# --- every module there is ------------------------------------------------------------------------------------------


def test_what_the_forms_hold_of_a_starter_module_is_what_stands_in_it():
    """Opened and saved as it is, each piece of each module of ours is the same."""
    from tests.training.test_module_files import STARTER

    for path in STARTER:
        content = parse_module(path.read_text())
        for part in content.parts:
            assert changed(PART_FORMS[part.kind], part) == part
            for item in authoring.items_of(part):
                assert changed(ITEM_FORMS[part.kind], part, item) == part


def changed(form, *things):
    empty = form(None, *things)
    sent = {field.html_name: field.value() for field in empty if field.value() not in (None, False)}
    bound = form(sent, *things)
    assert bound.is_valid(), bound.errors
    assert not bound.is_stale
    return bound.changed()


@pytest.mark.parametrize("key", ["a" * 61, "x", "quiz"])
def test_what_is_not_there_is_not_found(page, module, key):
    paths = [
        url("draft-part", module, key + "x"),
        url("draft-item", module, "quiz", key),
        url("draft-item", module, key, "x"),
    ]
    assert [page.get(path).status_code for path in paths] == [404, 404, 404]
    assert ModuleVersion.objects.filter(module=module, state="draft").count() == 1
