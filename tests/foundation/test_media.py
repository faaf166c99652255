"""Videos and captions are known by their content, and given back piece by piece."""

import io
from hashlib import sha256

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refused
from foundation.media import MediaType, check_captions, identify_video, ranged
from foundation.middleware import PackingMiddleware
from foundation.uploads import TOO_LARGE, UNSUPPORTED
from tests.foundation.media_files import CAPTIONS, box, mp4, webm

ARCHIVE = b"PK\x05\x06" + bytes(18)
DATA = bytes(range(256)) * 20


def known(data, most=1024 * 1024):
    return identify_video(io.BytesIO(data), max_bytes=most)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (mp4(), MediaType.MP4),
        (mp4(b"av01"), MediaType.MP4),
        (mp4(more=box(b"free")), MediaType.MP4),
        (webm(), MediaType.WEBM),
        (webm(b"V_VP8", known=False), MediaType.WEBM),
    ],
)
def test_video_is_known_by_content_and_left_rewound(data, kind):
    file = io.BytesIO(data)
    assert identify_video(file, max_bytes=10_000) is kind
    assert file.tell() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>go()</script>",
        mp4()[:-1],
        mp4(more=ARCHIVE),
        mp4(more=b"<script>go()</script>"),
        mp4(more=box(b"html", b"<script>")),
        box(b"ftyp", b"isom") + box(b"mdat"),
        box(b"ftyp", b"isom") + box(b"moov"),
        mp4(b"hvc1"),
        mp4(b"mp4a"),
        webm(kind=b"matroska"),
        webm(b"V_MPEGH/ISO/HEVC"),
        webm(more=ARCHIVE),
        webm(known=False, more=ARCHIVE),
        b"\x1a\x45\xdf\xa3",
    ],
)
def test_what_is_no_video_that_browsers_play_or_is_two_things_is_refused(data):
    with pytest.raises(Refused) as caught:
        known(data)
    assert caught.value.code == UNSUPPORTED


def test_a_video_too_large_is_refused_before_it_is_read():
    with pytest.raises(Refused) as caught:
        known(mp4(), most=2000)
    assert caught.value.code == TOO_LARGE


@given(st.data())
def test_no_damage_to_a_video_is_more_than_a_refusal(data):
    whole = bytearray(data.draw(st.sampled_from([mp4(content=bytes(20)), webm()])))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        known(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except Refused as refusal:
        assert refusal.code == UNSUPPORTED  # noqa: PT017


@pytest.mark.parametrize("data", [CAPTIONS, b"\xef\xbb\xbf" + CAPTIONS, CAPTIONS.replace(b"\n", b"\r\n")])
def test_captions_are_counted(data):
    assert check_captions(data) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first line"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nSRT\n", "first line"),
        (b"WEBVTT\n", "no caption"),
        (b"WEBVTT\n\n00:01,000 --> 00:02,000\nx\n", "Line 3: times"),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", "Line 3: this caption begins"),
        (b"WEBVTT\n\n00:02.000 --> 00:03.000\nx\n\n00:01.000 --> 00:04.000\ny\n", "Line 6: this caption begins"),
        (b"WEBVTT\n\n00:02.000 --> 00:03.000\n\n", "Line 3: this caption has no words"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\ncafé\n".encode("latin-1"), "UTF-8"),
        (CAPTIONS + b" " * 600_000, "larger"),
    ],
)
def test_what_a_player_could_not_show_is_refused_with_its_line(data, words):
    with pytest.raises(Refused, match=words):
        check_captions(data)


# Piece by piece


def asked(packed=False, **headers):
    request = RequestFactory().get("/", headers=headers)
    opened = lambda: io.BytesIO(DATA)  # noqa: E731
    answer = lambda request: ranged(  # noqa: E731
        request, opened, size=len(DATA), digest="abc", name="a.mp4", content_type="video/mp4"
    )
    return PackingMiddleware(answer)(request) if packed else answer(request)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-", 0, 5120), ("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=5000-9999", 5000, 5120),
     ("bytes=-20", 5100, 5120), ("bytes=-9999", 0, 5120), ("bytes=5119-", 5119, 5120)],
)  # fmt: skip
def test_the_piece_that_is_asked_for_is_given(wanted, start, end):
    answer = asked(packed=True, Range=wanted, accept_encoding="gzip")
    whole = (start, end) == (0, len(DATA))
    assert answer.status_code == (200 if whole else 206)
    assert body(answer) == DATA[start:end]
    assert answer["Content-Length"] == str(end - start)
    assert answer.get("Content-Range") == (None if whole else f"bytes {start}-{end - 1}/5120")
    assert not answer.has_header("Content-Encoding")


@pytest.mark.parametrize("wanted", ["", "bytes=", "bytes=-", "pages=1-2", "bytes=1-2,4-5", "bytes=9-3", "bytes=a-b"])
def test_what_is_no_such_question_gets_the_whole(wanted):
    answer = asked(Range=wanted)
    assert (answer.status_code, body(answer)) == (200, DATA)


@pytest.mark.parametrize("wanted", ["bytes=5120-", "bytes=9999-10000", "bytes=-0"])
def test_a_piece_that_there_is_not_is_no_piece(wanted):
    answer = asked(Range=wanted)
    assert (answer.status_code, answer["Content-Range"], body(answer)) == (416, "bytes */5120", b"")


def test_a_piece_of_another_file_is_not_mixed_in():
    assert asked(Range="bytes=0-9", if_range='"old"').status_code == 200
    assert asked(Range="bytes=0-9", if_range='"abc"').status_code == 206


def test_who_has_it_already_gets_nothing_twice():
    assert asked(if_none_match='"abc"').status_code == 304
    assert asked(if_none_match='"old"').status_code == 200


def test_no_browser_renders_it_as_a_page_of_ours_and_nobody_else_keeps_it():
    answer = asked()
    assert answer["Content-Disposition"] == 'attachment; filename="a.mp4"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Type"] == "video/mp4"


@given(st.text("bytes=0123456789-, ", max_size=30))
def test_any_question_gets_a_true_answer(wanted):
    answer = asked(Range=wanted)
    given_back = body(answer)
    if answer.status_code == 206:
        start = int(answer["Content-Range"].split()[1].partition("-")[0])
        assert DATA[start : start + len(given_back)] == given_back
    else:
        assert answer.status_code == 416 or sha256(given_back).digest() == sha256(DATA).digest()
