"""Pages of the catalogue, and of whoever writes modules."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.yaml_files import MOST_BYTES
from people.models import AuditEntry, Role
from tests.cast import NOW, finish, give, make_module, make_person, make_team, module_content
from training.actions import modules, rules
from training.models import Assignment, Module, ModuleVersion
from training.module_files import dump_module, parse_module

KINDS = ("lesson", "writing", "quiz", "scenario", "practice")
ANSWERS = ("canary-why", "canary-explanation", "canary-sorry", "canary-because")
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
def colleague(page):
    """The same browser, signed in as somebody without a role."""
    page.force_login(make_person("Colin Colleague"))
    return page


def url(name, thing=None):
    return reverse(f"training:{name}", args=[thing.pk] if thing is not None else [])


def read(page, path):
    answer = page.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def told(answer):
    return [str(message) for message in answer.wsgi_request._messages]


def text_of(*kinds, **fields):
    return dump_module(module_content(*kinds, **fields))


def draft_of(module):
    return modules.write_draft(module=module, content=module_content("lesson"), by=make_person(), at=NOW)


# --- the catalogue --------------------------------------------------------------------------------------------------


def test_everyone_finds_what_may_be_taken_and_trainers_the_rest(page):
    make_module(name="Greeting")
    make_module(name="Unfinished", published=False)
    make_module(name="Outdated", archived_at=NOW)

    def found(query=""):
        text = read(page, url("module-list") + query)
        return {name for name in ("Greeting", "Unfinished", "Outdated") if name in text}

    assert found() == {"Greeting", "Unfinished"}
    assert found("?show=archived") == {"Outdated"}
    page.force_login(make_person())
    assert [found(query) for query in ("", "?show=archived")] == [{"Greeting"}, {"Greeting"}]
    assert [found(query) for query in ("?q=unfin", "?q=outdat")] == [set(), set()]


@pytest.mark.parametrize("role", ["trainer", "nobody"])
@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_catalogue_costs_the_same_however_long(page, role, count, django_assert_num_queries):
    reader = make_person()
    for _ in range(count):
        module = make_module()
        draft_of(module)
        give(module, reader)
    if role == "nobody":
        page.force_login(reader)
    read(page, url("module-list"))
    with django_assert_num_queries(8):
        read(page, url("module-list"))


@pytest.mark.parametrize(
    "query", ["after=made-up", "kind=none", "show=x", "q=%25", "q=" + "x" * 5000, "after=", "kind=technical&q=a%20b"]
)
def test_a_query_that_makes_no_sense_is_no_error(page, query):
    make_module()
    assert page.get(f"{url('module-list')}?{query}").status_code in {200, 400}


def test_a_search_that_finds_nothing_says_so(page):
    make_module()
    text = read(page, f"{url('module-list')}?q=nothing")
    assert "No module matches" in text


def test_a_module_is_taken_once_however_often_one_clicks(colleague):
    module = make_module()
    first, second = (colleague.post(url("module-take", module)) for _ in range(2))
    assert first.url == second.url
    assert Assignment.objects.get().reason == "self"


@pytest.mark.parametrize("fields", [{"published": False}, {"archived_at": NOW}])
def test_what_is_not_offered_is_not_taken(colleague, trainer, fields):
    module = make_module(**fields)
    assert colleague.get(url("module-detail", module)).status_code == 404
    assert colleague.post(url("module-take", module)).status_code == 404
    colleague.force_login(trainer)
    answer = colleague.post(url("module-take", module))
    assert "not published" in told(answer)[0]
    assert not Assignment.objects.exists()


def test_numbers_are_of_the_people_one_sees(page, trainer):
    module = make_module()
    manager = make_person()
    learner = make_person(manager=manager)
    give(module, learner, at=NOW - timedelta(days=9), due_on=(NOW - timedelta(days=8)).date())
    finish(give(module, make_person()))
    page.force_login(manager)
    seen = page.get(url("module-detail", module)).context["numbers"]
    assert (seen.open, seen.overdue, seen.done) == (1, 1, 0)
    page.force_login(trainer)
    seen = page.get(url("module-detail", module)).context["numbers"]
    assert (seen.open, seen.overdue, seen.done) == (1, 1, 1)


# --- answers --------------------------------------------------------------------------------------------------------


def test_answers_are_read_by_trainers_and_by_nobody_else(page):
    module = make_module(*KINDS)
    version = module.versions.get()
    paths = [url("version-detail", version), url("version-export", version), url("module-draft", module)]
    for path in paths:
        text = page.get(path).content.decode()
        assert [word for word in ANSWERS if word not in text] == []
    manager = make_person()
    give(module, make_person(manager=manager))
    for reader in (manager, make_person(roles={Role.PEOPLE_ADMIN: None}), make_person(roles={Role.AUDITOR: None})):
        page.force_login(reader)
        assert [page.get(path).status_code for path in paths] == [403, 403, 403]
        text = read(page, url("module-detail", module))
        assert [word for word in ANSWERS if word in text] == []


def test_an_export_is_read_back_as_it_was(page):
    version = make_module(*KINDS).versions.get()
    answer = page.get(url("version-export", version))
    assert answer["Content-Disposition"].endswith('.yaml"')
    assert [part.key for part in parse_module(answer.content).parts] == list(KINDS)


# --- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_new_module_needs_what_its_text_says_and_a_draft_changes_nothing_of_it(page, trainer):
    first = make_module(name="Listening")
    draft = make_module(name="Unfinished", published=False)
    for key, words in (("nowhere", "No module of that key"), (draft.key, "No module of that key")):
        answer = page.post(url("module-create"), {"text": text_of(name="Greeting", needs=(key,))})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Module.objects.filter(name="Greeting").exists()
    page.post(url("module-create"), {"text": text_of(name="Greeting", needs=(first.key,))})
    module = Module.objects.get(name="Greeting")
    assert [one.needed for one in module.prerequisites.all()] == [first]
    assert AuditEntry.objects.about(module).filter(did="training.prerequisites_set", actor=trainer).count() == 1
    exported = page.get(url("version-export", module.versions.get())).content.decode()
    assert f"needs:\n  - {first.key}\n" in exported
    text = page.get(url("module-draft", module)).context["form"]["text"].value()
    answer = page.post(url("module-draft", module), {"text": text.replace(f"needs:\n  - {first.key}\n", "")})
    assert "what comes first. Change it on the module" in told(answer)[-1]
    assert module.prerequisites.count() == 1
    assert "As it was" not in told(page.post(url("module-draft", module), {"text": text}))[-1]


def test_a_module_is_written_read_through_and_published(page):
    answer = page.post(url("module-create"), {"text": text_of(*KINDS, name="Greeting")})
    version = ModuleVersion.objects.get()
    assert answer.url == url("version-detail", version)
    assert version.is_draft
    assert [word for word in ANSWERS if word not in read(page, answer.url)] == []
    answer = page.post(url("version-publish", version), {"under_way": "keep", "completed": "keep"})
    assert answer.url == url("module-detail", version.module)
    assert "Greeting" in read(page, answer.url)
    version.refresh_from_db()
    assert version.state == "published"


@pytest.mark.parametrize("name", ["module-create", "module-draft"])
def test_every_problem_is_told_with_its_line_and_the_text_is_kept(page, name):
    module = make_module() if name == "module-draft" else None
    text = text_of("lesson", "quiz").replace("kind: lesson", "kind: lecture").replace("right: true", "right: perhaps")
    answer = page.post(url(name, module), {"text": f"{text}# {MARK}\n"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    lines = {number for number, line in enumerate(text.split("\n"), start=1) if "lecture" in line or "perhaps" in line}
    assert {int(line) for line in re.findall(r"<li>Line (\d+):", shown)} >= lines
    assert len(lines) == 2
    assert "kind: lecture" in shown[shown.index("<textarea") :]
    assert MARK not in shown
    assert not ModuleVersion.objects.filter(state="draft").exists()


HOSTILE = {
    "nothing": "",
    "no YAML": "{[}",
    "a number": "42",
    "a list": "- 1\n- 2",
    "aliases": "a: &a [x, x]\nb: [*a, *a]",
    "an object": "!!python/object/apply:os.system ['true']",
    "depth": "[" * 5000,
    "another format": "format: rapport-kit/1\nname: x",
    "wrong types": "format: rapport-module/1\nkey: [1]\nname: {a: b}\nsummary: 3\nkind: 4\nparts: {}",
    "huge numbers": "format: rapport-module/1\nkey: k\nname: n\nsummary: s\nkind: technical\n"
    "valid_for_months: 999999999999\nparts:\n- key: a\n  kind: quiz\n  title: t\n  minutes: 1e400\n  pass_percent: -1",
    "two documents": "a: 1\n---\nb: 2",
    "a text that turns around": "format: rapport-module/1\nname: \u202eabc",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("as_file", [False, True], ids=["typed", "file"])
def test_what_is_no_module_is_refused_with_a_reason(page, text, as_file):
    sent = {"file": SimpleUploadedFile("m.yaml", text.encode())} if as_file else {"text": text}
    answer = page.post(url("module-create"), sent)
    assert answer.status_code == 422
    assert re.search(r"file-problems|error-summary|aria-invalid", answer.content.decode())
    assert not Module.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\0" * 100, b"x" * (MOST_BYTES + 1), b"PK\x03\x04", b"\x89PNG"])
def test_a_file_that_is_no_text_is_refused_with_a_reason(page, content):
    answer = page.post(url("module-create"), {"file": SimpleUploadedFile("m.yaml", content)})
    assert answer.status_code == 422
    assert not Module.objects.exists()


def test_text_that_is_too_long_is_refused(page):
    assert page.post(url("module-create"), {"text": "# " + "x" * MOST_BYTES}).status_code in {413, 422}


def test_a_second_click_makes_no_second_module(page):
    text = text_of("lesson", name="Greeting")
    answers = [page.post(url("module-create"), {"text": text}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "already" in answers[1].content.decode()
    assert Module.objects.count() == 1


def test_a_draft_replaces_the_draft_before(page):
    module = make_module()
    for minutes in ("7", "9"):
        text = text_of("lesson").replace("minutes: 5", f"minutes: {minutes}")
        assert page.post(url("module-draft", module), {"text": text}).status_code == 302
    assert module.versions.get(state="draft").minutes == 9
    assert "minutes: 9" in read(page, url("module-draft", module))


def test_an_archived_module_takes_no_draft_and_the_text_is_kept(page):
    answer = page.post(url("module-draft", make_module(archived_at=NOW)), {"text": text_of("lesson") + "# mine"})
    assert answer.status_code == 422
    assert "Restore it first" in answer.content.decode()
    assert "# mine" in answer.content.decode()


# --- publishing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["version-publish", "version-discard"])
def test_a_stale_tab_publishes_and_discards_nothing(page, name):
    module = make_module()
    version = module.versions.get()
    answer = page.post(url(name, version), {"under_way": "keep", "completed": "keep"}, follow=True)
    assert "published or discarded meanwhile" in answer.content.decode()
    version.refresh_from_db()
    assert version.state == "published"


def test_a_draft_that_is_discarded_is_gone_and_a_second_click_finds_nothing(page):
    module = make_module()
    draft = draft_of(module)
    assert "Discard" in read(page, url("version-discard", draft))
    assert page.post(url("version-discard", draft)).url == url("module-detail", module)
    assert page.post(url("version-discard", draft)).status_code == 404
    alone = make_module(published=False)
    assert page.post(url("version-discard", alone.versions.get())).url == url("module-list")
    assert not Module.objects.filter(pk=alone.pk).exists()


def test_a_module_that_a_rule_names_is_not_discarded_under_it(page, trainer):
    module = make_module(published=False)
    rules.create_rule(module=module, by=trainer, at=NOW, name="Desk", why="Everybody at a desk.")
    answer = page.post(url("version-discard", module.versions.get()))
    assert "“Desk” names this module" in " ".join(told(answer))
    assert module.versions.filter(state="draft").exists()


def test_taking_it_again_needs_a_day_to_come(page):
    module = make_module()
    finish(give(module, make_person()))
    draft = draft_of(module)
    sent = {"under_way": "keep", "completed": "again"}
    for day in ("", "2020-01-01", "tomorrow", "99999-01-01"):
        answer = page.post(url("version-publish", draft), sent | {"again_due_on": day})
        assert answer.status_code == 422
        assert 'id="id_again_due_on_error"' in answer.content.decode()
    assert page.post(url("version-publish", draft), sent | {"again_due_on": "2027-01-01"}).status_code == 302
    assert Assignment.objects.open().get().version_id == draft.pk


@pytest.mark.parametrize(
    "sent", [{"under_way": "keep"}, {"under_way": "x", "completed": "keep"}, {"under_way": ["keep"], "completed": ""}]
)
def test_publishing_asks_what_becomes_of_the_others(page, sent):
    draft = draft_of(make_module())
    assert page.post(url("version-publish", draft), sent).status_code == 422


# --- what all versions share ----------------------------------------------------------------------------------------


EDIT = {
    "name": "Greeting", "summary": "You greet.", "kind": "technical", "window_days": "60", "anchor": "expiry",
    "anchor_month": "1", "anchor_day": "1", "minimum_days": "0",
}  # fmt: skip


def test_a_module_is_edited(page, trainer):
    module = make_module()
    sent = EDIT | {"valid_months": "12", "owner": trainer.email, "review_on": "2027-05-01"}
    assert page.post(url("module-edit", module), sent).status_code == 302
    module.refresh_from_db()
    assert (module.name, module.valid_months, module.owner) == ("Greeting", 12, trainer)
    assert AuditEntry.objects.filter(did="training.module_edited").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 121), ("name", "two\nlines"), ("summary", ""), ("summary", "x" * 4001),
        ("kind", "none"), ("owner", "nobody@staff.example"), ("valid_months", "0"), ("valid_months", "9" * 40),
        ("window_days", "-1"), ("window_days", "367"), ("window_days", "x"), ("anchor", "moon"), ("anchor_month", "13"),
        ("anchor_day", "32"), ("anchor_day", "1.5"), ("minimum_days", "99999"), ("review_on", "99999-99-99"),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_shown_with_its_reason(page, field, value):
    module = make_module(name="Before")
    answer = page.post(url("module-edit", module), EDIT | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Module.objects.get().name == "Before"


def test_a_name_that_is_taken_is_refused_beside_it(page):
    make_module(name="Greeting")
    answer = page.post(url("module-edit", make_module()), EDIT | {"name": "GREETING"})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors


def test_archiving_and_restoring_twice_is_once(page):
    module = make_module()
    for name in ("archive", "restore"):
        for _ in range(2):
            assert page.post(url(f"module-{name}", module)).status_code == 302
        module.refresh_from_db()
        assert bool(module.archived_at) == (name == "archive")
        assert AuditEntry.objects.filter(did=f"training.module_{name}d").count() == 1


# --- who may --------------------------------------------------------------------------------------------------------


def test_a_trainer_of_one_team_writes_modules_for_all(page):
    page.force_login(make_person(roles={Role.TRAINER: make_team()}))
    assert page.get(url("module-create")).status_code == 200


@pytest.mark.parametrize("name", ["module-take", "module-archive", "module-restore"])
def test_what_changes_something_is_not_got(page, name):
    assert page.get(url(name, make_module())).status_code == 405


@pytest.mark.parametrize("name", ["module-list", "module-detail", "version-detail", "version-export"])
def test_what_is_read_is_not_posted(page, name):
    module = make_module()
    thing = {"module-detail": module, "module-list": None}.get(name, module.versions.get())
    assert page.post(url(name, thing)).status_code == 405


@pytest.mark.parametrize("key", [0, 2**31, 2**63, 10**40])
def test_a_key_that_no_row_can_have_is_not_found(page, key):
    for place in (
        "modules/{}/",
        "modules/{}/edit/",
        "modules/{}/give/",
        "versions/{}/",
        "assignments/{}/",
        "sign-offs/{}/",
    ):
        assert page.get(f"/training/{place.format(key)}").status_code == 404
