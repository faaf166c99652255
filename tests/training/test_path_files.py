"""Paths as files: what goes out comes back, and what can't be followed is named at its line."""

from dataclasses import replace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foundation.yaml_files import FileError
from people.models import AuditEntry, Role
from tests.cast import NOW, make_module, make_person
from tests.training.test_module_files import filled, keyed, line_of, lines
from training.actions import paths as actions
from training.actions.starter import PATHS
from training.models import Path
from training.path_files import PathContent, dump_paths, parse_paths

FIRST = PathContent(
    key="first-weeks", name="First weeks", description="You can.", language="English", in_order=True,
    steps=(("listening", 7), ("empathy", None)),
)  # fmt: skip
TEXT = dump_paths([FIRST])


@st.composite
def many(draw):
    keys = draw(keyed(1, 3))
    names = draw(st.lists(lines, min_size=len(keys), max_size=len(keys), unique=True))
    days = st.none() | st.integers(0, 3660)
    return [
        PathContent(
            key=key,
            name=name,
            description=draw(filled),
            language=draw(lines.filter(lambda line: len(line) <= 40)),
            in_order=draw(st.booleans()),
            steps=tuple((module, draw(days)) for module in draw(keyed(1, 4))),
        )
        for key, name in zip(keys, names, strict=True)
    ]


@given(paths=many())
def test_paths_come_back_exactly_as_they_were_written(paths):
    text = dump_paths(paths)
    assert parse_paths(text) == paths
    assert dump_paths(parse_paths(text)) == text


def test_the_starter_file_is_read_and_comes_back():
    paths = parse_paths(PATHS.read_bytes())
    assert parse_paths(dump_paths(paths)) == paths


def test_dumped_path_reads_like_something_a_person_wrote():
    assert TEXT == (
        "format: rapport-paths/1\n"
        "\n"
        "paths:\n"
        "  - key: first-weeks\n"
        "    name: First weeks\n"
        "    description: You can.\n"
        "    language: English\n"
        "    in_order: true\n"
        "    steps:\n"
        "      - module: listening\n"
        "        days: 7\n"
        "      - module: empathy\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "at"),
    [
        ("module: empathy", "module: nowhere", "paths[1].steps[2].module", "nowhere"),
        ("module: listening", "module: empathy", "paths[1].steps[2].module", "      - module: empathy\n"),
        ("days: 7", "days: 3661", "paths[1].steps[1].days", "3661"),
        ("days: 7", "days: -1", "paths[1].steps[1].days", "-1"),
        ("in_order: true", "in_order: perhaps", "paths[1].in_order", "perhaps"),
        ("    name: First weeks\n", "", "paths[1].name", "key: first-weeks"),
        ("    language:", "    tongue: x\n    language:", "paths[1].tongue", "tongue"),
        (TEXT[25:], TEXT[25:] + TEXT[25:][len("paths:\n"):], "paths[2].key", ""),
        (TEXT[TEXT.index("      - module"):], "      []\n", "paths[1].steps", "steps:"),
        ("rapport-paths/1", "rapport-module/1", "format", "format:"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_place(old, new, place, at):
    text = TEXT.replace(old, new, 1)
    with pytest.raises(FileError) as caught:
        parse_paths(text, known={"listening", "empathy"})
    found = {problem.place: problem.line for problem in caught.value.problems}
    assert place in found
    if at and text.count(at.strip()) == 1:
        assert found[place] == line_of(text, at.strip())


# --- out, and in ------------------------------------------------------------------------------------------------------


@pytest.fixture
def trainer(db):
    return make_person("Tara Trainer", roles={Role.TRAINER: None})


@pytest.fixture
def page(client, settings, trainer):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(trainer)
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.mark.once
def test_a_path_goes_out_and_comes_in_as_a_draft_of_who_brought_it(page, trainer):
    modules = [make_module(name="A"), make_module(name="B", published=False)]
    said = {"name": "New here", "description": "You can.", "language": "English", "in_order": False}
    path = actions.create_path(by=None, at=NOW, steps=list(zip(modules, (7, None), strict=True)), **said)
    answer = page.get(reverse("training:path-export", args=[path.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="new-here.yaml"'
    assert AuditEntry.objects.about(path).filter(did="training.path_exported", outcome="exported").count() == 1
    send = reverse("training:path-import")
    taken = page.post(send, {"text": answer.content.decode()})
    assert (taken.status_code, Path.objects.count()) == (422, 1)
    assert "a path called “New here” already" in taken.content.decode()
    Path.objects.update(name="Other")
    made = page.post(send, {"file": SimpleUploadedFile("path.yaml", answer.content)})
    again = Path.objects.exclude(pk=path.pk).get()
    assert made.url == again.get_absolute_url()
    assert (again.key, again.state, again.owner) == ("new-here-2", "draft", trainer)
    assert {name: getattr(again, name) for name in said} == said
    steps = [list(one.steps.order_by("position").values_list("module", "due_days")) for one in (path, again)]
    assert steps[0] == steps[1]
    deeds = AuditEntry.objects.about(again).filter(actor=trainer).values_list("did", flat=True)
    assert sorted(deeds) == ["training.path_created", "training.path_imported"]


@pytest.mark.once
def test_all_paths_of_a_file_come_in_or_none(page):
    module = make_module(name="A")
    one, other = (PathContent("k", name, "You can.", "English", True, ((module.key, 1),)) for name in ("One", "Two"))
    send = reverse("training:path-import")
    bad = [dump_paths([one, PathContent("o", "one", "You can.", "English", True, ((module.key, 1),))])]
    bad += [dump_paths([one, other]), dump_paths([one]).replace(module.key, "nowhere"), " ", "x" * 600_000]
    for text in bad:
        assert page.post(send, {"text": text}).status_code == 422
    assert not Path.objects.exists()
    assert not AuditEntry.objects.filter(did__startswith="training.path").exists()
    good = dump_paths([one, replace(other, key="o")])
    assert page.post(send, {"text": good}).url == reverse("training:path-list")
    assert sorted(Path.objects.values_list("name", "state")) == [("One", "draft"), ("Two", "draft")]


@pytest.mark.once
def test_a_path_without_modules_says_why_it_stays(page, trainer):
    path = actions.create_path(by=trainer, at=NOW, name="Empty", description="You can.", language="English")
    answer = page.get(reverse("training:path-export", args=[path.pk]), follow=True)
    assert "can&#x27;t be downloaded" in answer.content.decode()
    assert not AuditEntry.objects.filter(did="training.path_exported").exists()
