"""Modules with their files as a ZIP: what goes out comes back; what strangers send gets a sentence, and stays not."""

import io
import random
import stat
import struct
import zipfile
from dataclasses import replace
from functools import partial

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foundation import uploads
from foundation.errors import Refused
from foundation.yaml_files import FileError
from people.models import AuditEntry, Role
from tests.cast import NOW, make_module, make_person, module_content
from tests.foundation.media_files import CAPTIONS, mp4
from tests.foundation.test_uploads import PDF, picture
from training.actions import files
from training.contents import Lesson, Video
from training.models import Medium, Module, ModuleVersion
from training.module_files import dump_module
from training.module_zips import BLOCK, Bundle, open_bundle, packed
from training.reports.files import flaws_of
from training.reports.modules import content_of

MB = 1024 * 1024
SEEN = Video(title="A greeting", file="greeting.mp4", captions="greeting.vtt", transcript="She looks up.")
LESSON = Lesson(text="![The desk](file:desk.webp)\n\n[The list](file:list.pdf)", video=SEEN)
FILES = {
    "files/desk.webp": picture(kind="WEBP"),
    "files/greeting.mp4": mp4(),
    "files/greeting.vtt": CAPTIONS,
    "files/list.pdf": PDF,
}


def content(name="Greeting"):
    module = module_content("lesson", key="greeting", name=name)
    return replace(module, parts=(replace(module.parts[0], content=LESSON),))


TEXT = dump_module(content()).encode()


def zipped(members=None, *, text=TEXT, **kwargs):
    """Pairs of names, or entries, and what is in them, behind the text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **kwargs) as archive:
        if text is not None:
            archive.writestr("module.yaml", text)
        for name, data in (members or {}).items() if isinstance(members, dict) else members or []:
            archive.writestr(name, data)
    return out.getvalue()


def linked(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def patched(data, old, new, places):
    """The bytes at the places behind each sign, local and central, are others."""
    data = bytearray(data)
    for sign, offset in places:
        at = data.rindex(sign) + offset
        assert bytes(data[at : at + len(old)]) == old
        data[at : at + len(new)] = new
    return bytes(data)


def locked(data):
    """The last of its entries says that it is locked."""
    return patched(data, b"\x00\x00", b"\x01\x00", [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)])


def understated(data, size):
    """The last of its entries says that it is one byte large."""
    return patched(data, struct.pack("<L", size), struct.pack("<L", 1), [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)])


def opened(data, most=20 * MB):
    return open_bundle(io.BytesIO(data), most=most)


# --- what strangers send ----------------------------------------------------------------------------------------------

NOISE = random.Random(1).randbytes(MB)
BOMB = zipped({"files/list.pdf": b"\x00" * (2 * MB)})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped(FILES, text=None), "no module.yaml at the top"),
        (zipped({"inside/module.yaml": TEXT}, text=None), "“inside/module.yaml” does not belong here"),
        *(
            (zipped([(name, PDF)]), "does not belong here")
            for name in (
                "../list.pdf", "files/../list.pdf", "/files/list.pdf", "files//list.pdf", "files/a/list.pdf",
                "files\\list.pdf", "C:/list.pdf", "files/List.pdf", "files/list", "files/.pdf", f"files/{'x' * 95}.pdf",
                "files/li\u202est.pdf", "__MACOSX/._module.yaml", "other/",
            )
        ),
        (zipped({"files/list.pdf": b"", "files/lisu.pdf": b""}).replace(b"lisu", b"list"),
         "“files/list.pdf” is there twice"),
        (zipped({"modulf.yaml": TEXT}).replace(b"modulf", b"module"), "“module.yaml” is there twice"),
        (zipped([(linked("files/list.pdf"), "/etc/passwd")]), "is a link or a device"),
        (zipped([(linked("files/"), "/etc")]), "is a link or a device"),
        (locked(zipped({"files/list.pdf": PDF})), "“files/list.pdf” is locked with a password"),
        (BOMB, "“files/list.pdf” unpacks to far more than it should"),
        (zipped(text=b"#" * (MB // 2 + 1)), "“module.yaml” unpacks to far more"),
        (zipped({"files/stray.pdf": PDF}), "“stray.pdf” is not named in the text"),
        (zipped({f"files/f{number}.pdf": b"" for number in range(102)}), "100 files at most"),
        (zipped(FILES) + b"x", "damaged, or something stands before or behind"),
        (b"PK\x03\x04" + zipped(FILES), "damaged, or something stands before or behind"),
        (b"MZ" + zipped(FILES), "damaged, or something stands before or behind"),
        (zipped(FILES)[:-30], "damaged, or something stands before or behind"),
        (b"PK\x03\x04", "damaged, or something stands before or behind"),
        (zipped(FILES).replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged, or something stands before or behind"),
        (zipped(FILES)[:100] + zipped(FILES)[101:], "damaged, or something stands before or behind"),
    ],
)  # fmt: skip
def test_hostile_zip_is_refused_in_a_sentence(data, words):
    with pytest.raises(Refused, match=words) as caught:
        opened(data)
    assert not isinstance(caught.value, FileError)


@pytest.mark.parametrize("sizes", [(6, 6), (11, 0)])
def test_neither_the_zip_nor_what_is_in_it_may_be_too_large(sizes):
    named = dict(zip(("files/list.pdf", "files/desk.webp"), sizes, strict=True))
    data = zipped({name: (NOISE * size)[: size * MB // 4].ljust(size * MB) for name, size in named.items()})
    with pytest.raises(Refused, match="is larger than 10 MB") as caught:
        opened(data, most=10 * MB)
    assert caught.value.code == "too_large"
    with pytest.raises(Refused, match="is larger than 0 MB"):
        opened(zipped(FILES), most=1000)


@pytest.mark.parametrize("size", [3000, 3 * BLOCK])
def test_no_more_is_unpacked_than_was_said(size):
    bundle = opened(understated(zipped({"files/list.pdf": b"ab" * (size // 2)}), size))
    with pytest.raises(Refused, match=r"“files/list\.pdf” is damaged"), bundle.opened("list.pdf"):
        pass


def test_what_is_wrong_with_the_text_is_told_with_its_line():
    with pytest.raises(FileError, match="Line 5: kind must be one of"):
        opened(zipped(FILES, text=TEXT.replace(b"kind: technical", b"kind: magic")))


def test_a_folder_of_its_own_is_no_stray():
    assert opened(zipped({"files/": "", **FILES})).names == tuple(name.removeprefix("files/") for name in FILES)


@given(held=st.lists(st.binary(max_size=300), min_size=4, max_size=4), repeat=st.sampled_from([1, 700]))
def test_what_is_packed_is_unpacked_as_it_was(held, repeat):
    named = {name.removeprefix("files/"): data * repeat for name, data in zip(FILES, held, strict=True)}
    files = [(name, len(data), partial(io.BytesIO, data)) for name, data in named.items()]
    pieces = list(packed(TEXT.decode(), files))
    assert all(len(piece) <= 2 * BLOCK for piece in pieces)
    bundle = opened(b"".join(pieces))
    assert bundle.content == content()
    found = {}
    for name in bundle.names:
        with bundle.opened(name) as file:
            found[name] = file.read()
    assert found == named


# --- out, and in ------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, settings, db):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(make_person("Tara Trainer", roles={Role.TRAINER: None}))
    with time_machine.travel(NOW, tick=False):
        yield client


def send(page, data, path=None, **more):
    upload = SimpleUploadedFile("module.zip", data)
    return page.post(path or reverse("training:module-create"), {"file": upload, **more})


def everything():
    kept = default_storage.listdir("lessons")[1] if default_storage.exists("lessons") else []
    return sorted(kept), list(Medium.objects.values()), list(ModuleVersion.objects.values()), AuditEntry.objects.count()


@pytest.mark.once
def test_a_module_goes_out_with_its_files_and_comes_in_with_them(page):
    version = ModuleVersion.objects.get(pk=int(send(page, zipped(FILES)).url.split("/")[-2]))
    assert (version.is_draft, flaws_of(version)) == (True, [])
    files.add_file(version=version, upload=io.BytesIO(PDF), name="spare.pdf", by=None, at=NOW)
    answer = page.get(reverse("training:version-export", args=[version.pk]))
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="greeting-1.zip"'
    data = answer.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == [*sorted(FILES), "module.yaml"]  # what nobody names stays behind
        assert archive.testzip() is None
    Module.objects.update(name="Another", key="another")
    again = ModuleVersion.objects.get(pk=int(send(page, data).url.split("/")[-2]))
    assert again.module_id != version.module_id
    assert content_of(again) == content()
    assert {file.name: file.medium.kind for file in again.files.select_related("medium")} == {
        "desk.webp": "picture", "greeting.mp4": "video", "greeting.vtt": "captions", "list.pdf": "document",
    }  # fmt: skip
    # The same bytes are kept once; a picture is made anew.
    shared = {"greeting.mp4", "greeting.vtt", "list.pdf"}
    pairs = [version.files.filter(name__in=shared), again.files.filter(name__in=shared)]
    assert len({tuple(rows.order_by("name").values_list("medium", flat=True)) for rows in pairs}) == 1
    assert (
        b"rapport-module/1"
        in page.get(reverse("training:version-export", args=[make_module().versions.get().pk])).content
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"files/list.pdf": b"MZ\x90\x00 no PDF"}, "“list.pdf”: We take"),
        ({"files/list.pdf": zipped({"files/list.pdf": BOMB})}, "“list.pdf”: We take"),
        ({"files/list.pdf": b"<html><script>alert(1)</script>"}, "“list.pdf”: We take"),
        ({"files/list.pdf": picture()}, "“list.pdf” is something else than its name says"),
        ({"files/list.pdf": CAPTIONS}, "“list.pdf” is something else than its name says"),
        ({"files/greeting.vtt": b"WEBVTT\n\nno captions"}, "“greeting.vtt”: There is no caption"),
        ({"files/greeting.mp4": mp4()[:-9]}, "“greeting.mp4”: The video is damaged"),
        ({"files/list.pdf": PDF + NOISE + b"%%EOF"}, "“list.pdf”: The file is larger than 1 MB"),
    ],
)
def test_of_a_zip_with_one_bad_file_nothing_stays(page, settings, changes, words):
    settings.LESSON_FILE_MB = 1
    send(page, zipped({"files/list.pdf": PDF + b"\n"}))  # known already: not to be deleted with the rest
    Module.objects.update(name="Another")
    before = everything()
    kept = [*[name for name in FILES if name not in changes], *changes]  # the bad one comes last
    answer = send(page, zipped([(name, (FILES | changes)[name]) for name in kept]))
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].non_field_errors())
    assert everything() == before


@pytest.mark.once
def test_whatever_breaks_leaves_nothing_behind(page, monkeypatch):
    before, keep = everything(), uploads.keep

    def breaks(found):
        if any(name.endswith(".pdf") for name in found):
            raise OSError("no room")
        keep(found)

    monkeypatch.setattr(uploads, "keep", breaks)
    with pytest.raises(OSError, match="no room"):
        send(page, zipped(FILES))
    assert everything() == before


@pytest.mark.once
def test_a_hostile_zip_or_a_taken_name_is_told_on_the_page(page):
    make_module(name="Greeting")
    before = everything()
    for data, words in (
        (zipped(FILES), "a module called “Greeting” already"),
        (BOMB, "unpacks to far more than it should"),
        (zipped(FILES, text=b"format: x"), "The format is “x”"),
    ):
        answer = send(page, data)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert everything() == before


@pytest.mark.once
def test_a_draft_takes_files_over_and_keeps_those_that_did_not_come(page):
    module = make_module(name="Greeting")
    path = reverse("training:module-draft", args=[module.pk])
    send(page, zipped(FILES), path)
    (draft,) = ModuleVersion.objects.filter(state="draft")
    before = dict(draft.files.values_list("name", "medium"))
    send(page, zipped({"files/list.pdf": PDF + b"\n"}), path)
    after = dict(draft.files.values_list("name", "medium"))
    assert {name for name in after if after[name] != before[name]} == {"list.pdf"}
    frozen = module.versions.get(state="published")
    assert not frozen.files.exists()


@pytest.mark.once
def test_names_without_their_files_are_told_before_it_is_published(page):
    version = ModuleVersion.objects.get(pk=int(send(page, zipped({"files/list.pdf": PDF})).url.split("/")[-2]))
    assert len(flaws_of(version)) == 3


def test_a_bundle_without_files_has_none_to_open():
    bundle = Bundle(content())
    with pytest.raises(KeyError), bundle.opened("list.pdf"):
        pass
