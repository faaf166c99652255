"""Files of lessons on pages: the writer's shelf, and what a learner sees and may load."""

import io
from dataclasses import replace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people.models import Role
from tests.cast import NOW, give, make_person, module_content
from tests.foundation.media_files import CAPTIONS, mp4
from tests.foundation.test_uploads import PDF, picture
from training import media
from training.actions import files, modules
from training.contents import Lesson, Video
from training.models import VersionFile

pytestmark = pytest.mark.once
SEEN = Video(title="A greeting", file="greeting.mp4", captions="greeting.vtt", transcript="She looks **up**.")
TEXT = "![The desk by the door](file:desk.webp)\n\n[The list](file:list.pdf)"
VIDEO = mp4(content=bytes(range(250)) * 4)


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SECOND_FACTOR = "nobody"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trainer(db):
    return make_person("Tara Trainer", roles={Role.TRAINER: None})


def drafted(lesson):
    content = module_content("lesson")
    parts = (replace(content.parts[0], content=lesson),)
    return modules.create_module(content=replace(content, parts=parts), by=None, at=NOW)


@pytest.fixture
def draft(db):
    version = drafted(Lesson(text=TEXT, video=SEEN))
    for name, data in (("desk.png", picture()), ("list.pdf", PDF), ("greeting.mp4", VIDEO), ("greeting.vtt", CAPTIONS)):
        files.add_file(version=version, upload=io.BytesIO(data), name=name, by=None, at=NOW)
    return version


def page_of(client, person):
    client.force_login(person)
    return client


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def shelf(version):
    return reverse("training:version-files", args=[version.pk])


def test_a_learner_sees_the_picture_the_video_and_what_to_download(client, draft, django_assert_max_num_queries):
    modules.publish_version(version=draft, by=None, at=NOW)
    row = give(draft.module, make_person())
    path = reverse("training:part-detail", args=[row.pk, draft.parts.get().pk])
    page = page_of(client, row.person)
    read(page, path)
    with django_assert_max_num_queries(13):
        text = read(page, path)
    by_name = {file.name: file.get_absolute_url() for file in draft.files.all()}
    assert f'<img src="{by_name["desk.webp"]}" alt="The desk by the door" width="8" height="8" loading="lazy">' in text
    assert f'href="{by_name["list.pdf"]}"' in text
    assert "The list</a>" not in text
    assert '<video controls preload="metadata" playsinline aria-label="A greeting">' in text
    assert f'<source src="{by_name["greeting.mp4"]}" type="video/mp4">' in text
    assert f'<track kind="captions" src="{by_name["greeting.vtt"]}" srclang="en"' in text
    assert "She looks <strong>up</strong>." in text


def test_a_pdf_is_read_on_the_page_and_nowhere_but_in_a_frame_of_ours(client, draft):
    modules.publish_version(version=draft, by=None, at=NOW)
    row = give(draft.module, make_person())
    page = page_of(client, row.person)
    shown = page.get(reverse("training:part-detail", args=[row.pk, draft.parts.get().pk]))
    pdf, video = (draft.files.get(name=name).get_absolute_url() for name in ("list.pdf", "greeting.mp4"))
    text = shown.content.decode()
    assert f'<iframe src="{pdf}?shown#navpanes=0" title="The list" loading="lazy"></iframe>' in text
    assert f'<a href="{pdf}" class="nowrap">Download</a>' in text
    assert f"http://testserver{pdf}</p>" in text
    assert text.count("<iframe") == 1
    policy = shown["Content-Security-Policy"].split("; ")
    assert {"frame-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= set(policy)
    framed, whole, other = (page.get(where) for where in (f"{pdf}?shown", pdf, f"{video}?shown"))
    assert [b"".join(one.streaming_content) for one in (framed, whole, other)] == [PDF, PDF, VIDEO]
    assert framed["Content-Disposition"] == 'inline; filename="list.pdf"'
    assert framed["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"
    assert (framed["X-Frame-Options"], framed["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")
    assert framed["Content-Type"] == "application/pdf"
    for plain in (whole, other):
        assert plain["Content-Disposition"].startswith("attachment")
        assert (plain["X-Frame-Options"], plain["Content-Security-Policy"]) == ("DENY", "default-src 'none'; sandbox")
    page.force_login(make_person())
    modules.archive_module(module=draft.module, by=make_person(), at=NOW)
    assert page.get(f"{pdf}?shown").status_code == 404


def test_a_lesson_without_a_pdf_has_no_frame(client, db):
    version = drafted(Lesson(text="[The list](file:list.txt)"))
    files.add_file(version=version, upload=io.BytesIO(b"One\nTwo\n"), name="list.txt", by=None, at=NOW)
    modules.publish_version(version=version, by=None, at=NOW)
    row = give(version.module, make_person())
    shown = page_of(client, row.person).get(reverse("training:part-detail", args=[row.pk, version.parts.get().pk]))
    assert "<iframe" not in shown.content.decode()
    assert "frame-src" not in shown["Content-Security-Policy"]


def test_a_video_is_given_piece_by_piece_so_that_one_can_seek(client, draft):
    modules.publish_version(version=draft, by=None, at=NOW)
    page = page_of(client, make_person())
    address = draft.files.get(name="greeting.mp4").get_absolute_url()
    answer = page.get(address, headers={"Range": "bytes=500-599"})
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 500-599/{len(VIDEO)}")
    assert b"".join(answer.streaming_content) == VIDEO[500:600]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("video/mp4", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "media-src 'self'" in page.get("/").headers["Content-Security-Policy"]
    captions = page.get(draft.files.get(name="greeting.vtt").get_absolute_url())
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert b"".join(captions.streaming_content) == CAPTIONS


def test_what_one_may_not_see_is_not_there(client, draft):
    page = page_of(client, make_person())
    assert page.get(draft.files.first().get_absolute_url()).status_code == 404
    assert page.get(shelf(draft)).status_code == 403


def test_a_trainer_brings_replaces_and_removes_files(client, trainer, django_assert_max_num_queries):
    version, page = drafted(Lesson(text=TEXT)), page_of(client, trainer)
    assert "“desk.webp” is named in the text" in read(page, shelf(version))
    for data in (PDF, PDF + b"%%EOF\n"):
        answer = page.post(shelf(version), {"file": SimpleUploadedFile("List.pdf", data)})
        assert answer.status_code == 302
    (file,) = version.files.all()
    assert file.medium.size == len(PDF) + 6
    with django_assert_max_num_queries(11):
        assert "list.pdf" in read(page, shelf(version))
    assert page.post(reverse("training:file-remove", args=[file.pk])).status_code == 302
    assert not version.files.exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.svg", b"<svg/>", "none of them"),
        ("x.mp4", mp4(b"hvc1"), "H.264"),
        ("x.vtt", b"WEBVTT\n\n00:02.000 --> 00:01.000\nx", "Line 3"),
        ("x.pdf", b"", "empty"),
    ],
)
def test_an_upload_that_is_refused_says_why(client, trainer, draft, name, data, words):
    answer = page_of(client, trainer).post(shelf(draft), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert draft.files.count() == 4


def test_files_of_a_published_version_are_read_and_never_changed(client, trainer, draft):
    modules.publish_version(version=draft, by=None, at=NOW)
    page, file = page_of(client, trainer), draft.files.first()
    assert "multipart/form-data" not in read(page, shelf(draft))
    assert page.post(shelf(draft), {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 422
    page.post(reverse("training:file-remove", args=[file.pk]))
    assert VersionFile.objects.filter(pk=file.pk).exists()


def test_the_version_says_what_is_missing_and_publishing_says_it_too(client, trainer):
    version, page = drafted(Lesson(text=TEXT, video=SEEN)), page_of(client, trainer)
    assert "not among the files" in read(page, reverse("training:version-detail", args=[version.pk]))
    form = {"under_way": "keep", "completed": "keep"}
    answer = page.post(reverse("training:version-publish", args=[version.pk]), form)
    assert answer.status_code == 422
    assert "“desk.webp” is named in the text" in answer.content.decode()


# --- videos at other hosts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "embed"),
    [
        ("https://www.youtube.com/watch?v=GmqXqwSV3bo&t=3", "https://www.youtube-nocookie.com/embed/GmqXqwSV3bo"),
        ("https://youtu.be/GmqXqwSV3bo", "https://www.youtube-nocookie.com/embed/GmqXqwSV3bo"),
        ("https://www.youtube-nocookie.com/embed/GmqXqwSV3bo", "https://www.youtube-nocookie.com/embed/GmqXqwSV3bo"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://tube.example/videos/embed/1", "https://tube.example/videos/embed/1"),
        ("https://www.youtube.com/watch?v=%22%3E%3Csvg", ""),
        ("https://www.youtube.com/", ""),
        ("https://other.example/1", ""),
        ("https://tube.example.evil.example/1", ""),
        ("http://tube.example/1", ""),
        ("javascript:go()", ""),
    ],
)
def test_only_allowed_hosts_are_framed_by_their_way_without_cookies(link, embed):
    hosts = ["www.youtube-nocookie.com", "player.vimeo.com", "tube.example"]
    assert media.embed_of(link, hosts) == embed
    assert media.embed_of(link, []) == ""


@pytest.mark.parametrize("allowed", [True, False])
def test_nothing_is_loaded_from_another_host_before_the_reader_asks(client, db, settings, allowed):
    settings.VIDEO_HOSTS = ["www.youtube-nocookie.com"] if allowed else []
    link = "https://www.youtube.com/watch?v=GmqXqwSV3bo"
    version = drafted(Lesson(text="x", video=Video(title="Far away", link=link, transcript="She nods.")))
    modules.publish_version(version=version, by=None, at=NOW)
    row = give(version.module, make_person())
    page, path = page_of(client, row.person), reverse("training:part-detail", args=[row.pk, version.parts.get().pk])
    first, asked = page.get(path), page.get(path, {"play": "1"})
    for answer in (first, asked):
        framed = allowed and answer is asked
        text, policy = answer.content.decode(), answer["Content-Security-Policy"]
        assert ("<iframe" in text) is framed
        assert ("frame-src https://www.youtube-nocookie.com" in policy) is framed
        assert "She nods." in text
    text = first.content.decode()
    assert ("?play=1#video" in text) is allowed
    assert f'href="{link}" target="_blank" rel="noopener noreferrer"' in text
    assert ("www.youtube-nocookie.com learns" in text) is allowed
