"""Files of lessons: known by content, frozen with their version, shared by the next, forgotten when none has them."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from foundation.errors import Refused
from people.models import AuditEntry, Role
from tests.cast import CONTENTS, NOW, give, make_module, make_person, module_content
from tests.foundation.media_files import CAPTIONS, mp4, webm
from tests.foundation.test_uploads import PDF, picture
from training import policies
from training.actions import assignments, learning, modules, sign_offs
from training.actions import files as actions
from training.contents import Lesson, Video
from training.models import Medium, Module, ModuleVersion, VersionFile
from training.reports.files import files_for, flaws_of, shelf_of
from training.reports.modules import content_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TEXT = "![The desk](file:desk.webp)\n\n[The list](file:list.pdf)"
SEEN = Video(title="A greeting", file="greeting.mp4", captions="greeting.vtt")


def writing(lesson, *kinds):
    """A draft whose first lesson is this one."""
    content = module_content("lesson", *kinds)
    first = replace(content.parts[0], content=lesson)
    return modules.create_module(content=replace(content, parts=(first, *content.parts[1:])), by=None, at=NOW)


def bring(version, name, data, at=NOW):
    return actions.add_file(version=version, upload=io.BytesIO(data), name=name, by=None, at=at)


def bring_all(version):
    for name, data in (("Desk.PNG", picture()), ("list.pdf", PDF), ("Greeting.mp4", mp4()), ("greeting.vtt", CAPTIONS)):
        bring(version, name, data)


@pytest.fixture
def draft():
    return writing(Lesson(text=TEXT, video=SEEN))


def stored(file):
    with file.medium.file.open("rb") as opened:
        return opened.read()


# --- bringing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "kept", "kind", "content_type"),
    [
        ("The Desk (1).JPG", picture(kind="JPEG"), "the-desk-1.webp", "picture", "image/webp"),
        ("list.pdf", PDF, "list.pdf", "document", "application/pdf"),
        ("../../greeting.exe", mp4(), "greeting.mp4", "video", "video/mp4"),
        ("ünder.txt", webm(), "under.webm", "video", "video/webm"),
        ("c.txt", CAPTIONS, "c.vtt", "captions", "text/vtt"),
        ("***.png", picture(), "file.webp", "picture", "image/webp"),
    ],
)
def test_a_file_is_known_by_its_content_and_gets_a_tidy_name(draft, name, data, kept, kind, content_type):
    file = bring(draft, name, data)
    assert (file.name, file.medium.kind, file.medium.content_type) == (kept, kind, content_type)
    assert file.medium.size == default_storage.size(file.medium.file.name)
    assert not file.medium.file.name.endswith(f"/{kept}")
    assert AuditEntry.objects.filter(did="training.file_added").count() == 1


def test_a_picture_is_made_anew(draft):
    file = bring(draft, "desk.png", picture())
    assert stored(file).startswith(b"RIFF")
    assert (file.medium.width, file.medium.height) == (8, 8)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>go()</script></svg>"),
        ("x.html", b"<!doctype html><script>go()</script>"),
        ("x.pdf", b"<html>"),
        ("x.png", picture()[:30]),
        ("x.mp4", mp4(b"hvc1")),
        ("x.vtt", b"WEBVTT\n\nnothing"),
        ("x.exe", b"MZ\x90\0"),
        ("x.zip", b"PK\x03\x04"),
        ("x.pdf", b""),
    ],
)
def test_what_we_do_not_take_leaves_nothing(draft, name, data):
    with pytest.raises(Refused):
        bring(draft, name, data)
    assert not VersionFile.objects.exists()
    assert not Medium.objects.exists()


def test_sizes_have_limits_of_their_own(draft, settings):
    settings.LESSON_FILE_MB, settings.LESSON_VIDEO_MB = 0, 1
    assert bring(draft, "small.mp4", mp4())
    with pytest.raises(Refused, match="larger"):
        bring(draft, "list.pdf", PDF)
    settings.LESSON_VIDEO_MB = 0
    with pytest.raises(Refused, match="larger"):
        bring(draft, "large.mp4", mp4(content=b"x"))


def test_the_same_name_again_takes_the_place(draft):
    bring(draft, "list.pdf", PDF)
    bring(draft, "List.pdf", PDF + b"%%EOF\n")
    (file,) = draft.files.all()
    assert stored(file) == PDF + b"%%EOF\n"


def test_the_same_content_is_kept_once(draft):
    other = writing(Lesson(text="x"))
    assert bring(draft, "a.pdf", PDF).medium == bring(other, "b.pdf", PDF).medium
    assert Medium.objects.count() == 1


def test_a_draft_has_so_many_files_at_most(draft, monkeypatch):
    monkeypatch.setattr(actions, "MOST_FILES", 1)
    bring(draft, "a.pdf", PDF)
    with pytest.raises(Refused, match="at most"):
        bring(draft, "b.pdf", PDF)
    assert bring(draft, "a.pdf", PDF)


# --- publishing -----------------------------------------------------------------------------------------------------


def publish(version, **fields):
    return modules.publish_version(version=version, by=None, at=NOW, **fields)


def test_what_is_named_must_be_there(draft):
    with pytest.raises(Refused, match=r"“desk.webp” is named") as caught:
        publish(draft)
    assert caught.value.code == "files"
    bring_all(draft)
    assert flaws_of(draft) == []
    assert publish(draft).state == "published"


@pytest.mark.parametrize(
    ("video", "flaw"),
    [
        (replace(SEEN, file="list.pdf"), "“list.pdf” is no video."),
        (replace(SEEN, captions="list.pdf"), "“list.pdf” is no captions (WebVTT)."),
        (replace(SEEN, file="gone.mp4"), "“gone.mp4” is named in the text, and not among the files."),
    ],
)
def test_what_is_named_must_be_what_it_is_named_as(video, flaw):
    version = writing(Lesson(text="[list](file:list.pdf)", video=video))
    bring_all(version)
    assert flaws_of(version) == [flaw]


def test_a_link_to_a_document_is_no_picture():
    version = writing(Lesson(text="![list](file:list.pdf)"))
    bring(version, "list.pdf", PDF)
    assert flaws_of(version) == ["“list.pdf” is no picture."]


def test_files_freeze_with_their_version(draft):
    bring_all(draft)
    publish(draft)
    file = draft.files.first()
    draft.refresh_from_db()
    with pytest.raises(Refused):
        bring(draft, "new.pdf", PDF)
    with pytest.raises(Refused):
        actions.remove_file(file=file, by=make_person(), at=NOW)
    rows = VersionFile.objects.filter(pk=file.pk)
    for change in (
        rows.delete,
        lambda: rows.update(name="other.pdf"),
        lambda: VersionFile.objects.create(version=draft, name="x.pdf", medium=file.medium, added_at=NOW),
        lambda: Medium.objects.update(digest="x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert draft.files.count() == 4


def test_the_next_version_begins_with_the_same_files_and_not_with_copies(draft):
    bring_all(draft)
    publish(draft)
    before = dict(draft.files.values_list("name", "medium"))
    again = modules.write_draft(module=draft.module, content=content_of(draft), by=make_person(), at=NOW)
    assert dict(again.files.values_list("name", "medium")) == before
    assert Medium.objects.count() == 4
    actions.remove_file(file=again.files.get(name="list.pdf"), by=make_person(), at=NOW)
    assert draft.files.count() == 4
    rewritten = modules.write_draft(module=draft.module, content=content_of(draft), by=make_person(), at=NOW)
    assert rewritten.files.count() == 3


@pytest.mark.parametrize("changed", [True, False])
def test_a_part_whose_file_changed_is_not_done(changed):
    version = writing(Lesson(text="[The list](file:list.pdf)"), "writing")
    bring(version, "list.pdf", PDF)
    publish(version)
    row = give(version.module, make_person())
    record = learning.open_part(assignment=row, part=version.parts.get(kind="lesson"), at=NOW)
    learning.finish_lesson(record=record, at=NOW)
    again = modules.write_draft(module=version.module, content=content_of(version), by=make_person(), at=NOW)
    if changed:
        bring(again, "list.pdf", PDF + b"%%EOF\n")
    publish(again, under_way="move")
    row.refresh_from_db()
    assert row.version == again
    assert row.records.filter(part__version=again, done_at__isnull=False).exists() is not changed


# --- forgetting -----------------------------------------------------------------------------------------------------


def test_what_no_version_has_is_forgotten_after_a_day(draft, django_capture_on_commit_callbacks):
    kept, gone = bring(draft, "kept.pdf", PDF), bring(draft, "gone.vtt", CAPTIONS)
    names = kept.medium.file.name, gone.medium.file.name
    actions.remove_file(file=gone, by=make_person(), at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_unused(at=NOW + DAY) == 0
        assert actions.forget_unused(at=NOW + DAY + timedelta(seconds=1)) == 1
    assert [default_storage.exists(name) for name in names] == [True, False]
    assert Medium.objects.get().uses.get() == kept


def test_discarding_a_draft_lets_go_of_its_files(draft):
    bring(draft, "a.pdf", PDF)
    modules.discard_draft(version=draft, by=make_person(), at=NOW)
    assert actions.forget_unused(at=NOW + 2 * DAY) == 1
    assert not Medium.objects.exists()


# --- who reads them -------------------------------------------------------------------------------------------------

READERS = ("trainer", "colleague", "learner of the old", "observer of the old", "leaver")
FILES = ("draft", "published", "superseded", "archived")
SEES = {
    "trainer": set(FILES),
    "colleague": {"published"},
    "learner of the old": {"published", "superseded"},
    "observer of the old": {"published", "superseded"},
    "leaver": set[str](),
}


@pytest.fixture
def shelf():
    """One file of a version in each state."""
    found = {}
    for name in FILES:
        version = writing(Lesson(text="x"), "practice")
        file = bring(version, f"{name}.pdf", PDF)
        if name != "draft":
            publish(version)
        if name == "superseded":
            row = give(version.module, make_person("Lena Learner"))
            record = learning.open_part(assignment=row, part=version.parts.get(kind="practice"), at=NOW)
            sign_offs.ask_for_sign_off(record=record, observer=make_person("Otto Observer"), at=NOW)
            publish(modules.write_draft(module=version.module, content=content_of(version), by=make_person(), at=NOW))
        if name == "archived":
            modules.archive_module(module=version.module, by=make_person(), at=NOW)
        found[name] = VersionFile.objects.select_related("version__module").get(pk=file.pk)
    return found


@pytest.mark.parametrize("who", READERS)
def test_policy_and_rows_agree_on_who_reads_a_file(shelf, who):
    old = shelf["superseded"].version
    reader = {
        "trainer": lambda: make_person(roles={Role.TRAINER: None}),
        "colleague": make_person,
        "learner of the old": lambda: old.assignments.get().person,
        "observer of the old": lambda: old.assignments.get().records.get().sign_offs.get().observer,
        "leaver": lambda: make_person(roles={Role.TRAINER: None}, is_active=False),
    }[who]()
    rows = set(VersionFile.objects.visible_to(reader))
    for name, file in shelf.items():
        assert policies.can_read_file(reader, file) is (file in rows) is (name in SEES[who]), name


# --- what the writer is told ----------------------------------------------------------------------------------------


def test_the_shelf_says_what_is_missing_unused_and_worth_a_look():
    version = writing(Lesson(text=TEXT, video=replace(SEEN, captions="", transcript="She greets.")))
    for name, data in (("desk.png", picture()), ("more.pdf", PDF), ("greeting.mp4", mp4())):
        bring(version, name, data)
    shelf = shelf_of(version)
    assert [(file.name, named, written) for file, named, written in shelf.rows] == [
        ("desk.webp", True, "![What it shows](file:desk.webp)"),
        ("greeting.mp4", True, "file: greeting.mp4"),
        ("more.pdf", False, "[What it is](file:more.pdf)"),
    ]
    assert shelf.flaws == ["“list.pdf” is named in the text, and not among the files."]
    assert len(shelf.hints) == 1


def test_a_text_without_files_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert files_for(1, *CONTENTS.values()) == {}


def test_a_module_without_files_is_as_it_was():
    module = make_module()
    assert Module.objects.get(pk=module.pk).versions.get().files.count() == 0
    assert assignments.assign(module=module, people=[make_person()], by=None, at=NOW).assignments
    assert ModuleVersion.objects.count() == 1
