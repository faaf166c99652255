import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest
from django.http.response import BadHeaderError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from foundation.errors import Refused
from foundation.uploads import (
    ALL,
    FileType,
    content_disposition,
    download,
    identify,
    reencode_photo,
    reencode_picture,
    safe_name,
    stored_name,
)

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <<>>\n%%EOF\n"


def picture(size=(8, 8), kind="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 130)).save(out, kind, **options)
    return out.getvalue()


def archive(members, *, compress=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as written:
        for name, content in members:
            written.writestr(name, content)
    return out.getvalue()


DOCX_MEMBERS = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<document/>")]
DOCX = archive(DOCX_MEMBERS)
ODT = archive([("mimetype", FileType.ODT.value), ("content.xml", "<office/>")], compress=zipfile.ZIP_STORED)


def known(data, name, **options):
    return identify(io.BytesIO(data), name=name, **options)


def refusal(data, name, **options):
    with pytest.raises(Refused) as raised:
        known(data, name, **options)
    return raised.value.code


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "cv.pdf", FileType.PDF),
        (DOCX, "Lebenslauf.DOCX", FileType.DOCX),
        (ODT, "cv.odt", FileType.ODT),
        (picture(), "me.png", FileType.PNG),
        (picture(kind="JPEG"), "me.jpg", FileType.JPEG),
        (picture(kind="JPEG"), "me.JPEG", FileType.JPEG),
        ("Dear Ms Ergül,\r\n\tI waited 3 < 4 weeks.\n".encode(), "letter.txt", FileType.TXT),
        ("caf\xe9".encode("cp1252"), "old.txt", FileType.TXT),
    ],
)
def test_type_is_known_by_content(data, name, kind):
    file = io.BytesIO(data)
    assert identify(file, name=name) is kind
    assert file.tell() == 0
    assert stored_name(kind).endswith(kind.extensions[0])
    assert stored_name(kind) != stored_name(kind)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.pdf"),
        (b"<html><script>alert(1)</script></html>", "page.pdf"),
        (b"<html><script>alert(1)</script></html>", "page.txt"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "drawing.svg"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "drawing.txt"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "page.txt"),
        (b"\x1f\x8b\x08\x00svgz", "drawing.svgz"),
        (b"hello <script>alert(1)</script>", "note.txt"),
        (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "image.gif"),
        (b"GIF89a=1;alert(1)", "script.js"),
        (b"MZ\x90\x00" + b"\0" * 60, "cv.pdf"),
        (b"{\\rtf1\\ansi hello}", "cv.rtf"),
        (PDF, "cv.pdf.exe"),
        (PDF, "cv.docx"),
        (PDF, "pdf"),
        (PDF, "cv.pdf\u202ecod."),
        (PDF[:-8], "cut.pdf"),
        (PDF + DOCX, "both.pdf"),
        (b"%PDF-1.4 <html><script>x()</script>\n%%EOF", "both.pdf"),
        (picture() + b"<script>x()</script>", "both.png"),
        (picture() + DOCX, "both.png"),
        (picture() + b"something after the end", "both.png"),
        (picture(kind="JPEG") + b"<html onload=x()>", "both.jpg"),
        (picture(kind="JPEG") + DOCX, "both.jpg"),
        (picture(kind="JPEG") + PDF, "both.jpg"),
        (b"a\x00b", "binary.txt"),
        (archive([("readme", "x")]), "cv.docx"),
        (archive([*DOCX_MEMBERS, ("word/vbaProject.bin", "x")]), "macro.docx"),
        (archive([("mimetype", "application/epub+zip")], compress=zipfile.ZIP_STORED), "book.odt"),
        (DOCX[: len(DOCX) // 2], "cut.docx"),
    ],
)
def test_what_is_not_on_the_list_is_refused(data, name):
    assert refusal(data, name) == "unsupported_file"


def test_type_that_this_upload_does_not_take_is_refused():
    assert refusal(picture(), "me.png", allowed={FileType.PDF}) == "unsupported_file"
    assert known(picture(), "me.png", allowed=ALL) is FileType.PNG


def test_size_is_refused_before_the_file_is_read_whole():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size=-1):
            assert size >= 0
            self.taken += size
            return b"%" * size

        def seek(self, *_args):
            return 0

    file: Any = Endless()
    with pytest.raises(Refused, match="larger than 1 MB") as raised:
        identify(file, name="cv.pdf", max_bytes=1024**2)
    assert raised.value.code == "too_large"
    assert file.taken == 1024**2 + 1


def test_archive_that_unpacks_to_too_much_is_refused_without_unpacking_it():
    bomb = archive([*DOCX_MEMBERS, ("word/media/a.bin", bytes(200 * 1024**2))])
    assert len(bomb) < 300_000
    tracemalloc.start()
    started = time.perf_counter()
    assert refusal(bomb, "bomb.docx") == "too_large"
    assert time.perf_counter() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024**2
    tracemalloc.stop()
    many = archive([*DOCX_MEMBERS, *((f"m{index}", "") for index in range(2001))])
    assert refusal(many, "many.docx") == "too_large"


def hostile_member(name="word/x", **attributes):
    info = zipfile.ZipInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


@pytest.mark.parametrize(
    "member",
    [
        hostile_member("../../x"),
        hostile_member("word/../../x"),
        hostile_member("/abs"),
        hostile_member("..\\x"),
        hostile_member("C:\\x"),
        hostile_member("C:x"),
        hostile_member("x" * 4096),
        hostile_member("word/link", external_attr=0o120777 << 16),
        hostile_member("word/locked", flag_bits=1),
    ],
    ids=lambda member: member.filename[:12],
)
def test_archive_with_a_hostile_member_is_refused(member):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, content in DOCX_MEMBERS:
            written.writestr(name, content)
        locked, member.flag_bits = member.flag_bits, 0
        written.writestr(member, "x")
        member.flag_bits = locked
    assert refusal(out.getvalue(), "cv.docx") == "unsupported_file"


def test_archive_with_a_name_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = archive([*DOCX_MEMBERS, DOCX_MEMBERS[1]])
    assert refusal(twice, "cv.docx") == "unsupported_file"


@given(st.sampled_from([PDF, DOCX, ODT, picture(), picture(kind="JPEG")]), st.binary(max_size=8), st.integers(0, 400))
def test_a_damaged_file_is_known_or_refused(data, noise, at):
    at %= len(data)
    damaged = data[:at] + noise + data[at + len(noise) :]
    try:
        kind = known(damaged, "file.pdf")
    except Refused as refused:
        kind = refused.code
    assert kind in {FileType.PDF, "unsupported_file", "too_large"}


# --- names and downloads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("cv.pdf", "cv.pdf"),
        ("Lebenslauf Müller (final).pdf", "Lebenslauf Müller (final).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cv.pdf", "cv.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_bSet-Cookie_ x.pdf"),
        ("cod.\u202efdp.exe", "cod.fdp.exe"),
        ("\u200b\u200b.pdf", "pdf"),
        ("...", "file"),
        ("", "file"),
        ("con.txt", "_con.txt"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_name_is_made_safe(given_name, safe):
    assert safe_name(given_name) == safe


@given(st.text(max_size=40))
def test_any_name_makes_a_valid_header(name):
    header = content_disposition(name)
    assert header.startswith("attachment")
    try:
        response = download(io.BytesIO(b"x"), name=name)
    except BadHeaderError:
        pytest.fail(f"{name!r} breaks the header")
    assert response["Content-Disposition"].isascii()


def test_content_disposition_says_the_name_in_both_forms():
    assert content_disposition("cv.pdf") == 'attachment; filename="cv.pdf"'
    assert content_disposition("Kraków.pdf") == "attachment; filename*=utf-8''Krak%C3%B3w.pdf"


def test_download_is_inert():
    response: Any = download(io.BytesIO(b"<script>"), name="x.html")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content) == b"<script>"
    assert download(io.BytesIO(PDF), name="x.pdf", kind=FileType.PDF)["Content-Type"] == "application/pdf"


# --- photos ---------------------------------------------------------------------------------------------------------


def opened(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    "source",
    [
        picture((700, 300), "JPEG"),
        picture((30, 40), "PNG"),
        picture((500, 500), "WEBP"),
    ],
)
def test_photo_becomes_two_squares(source):
    photo = reencode_photo(io.BytesIO(source))
    assert [(opened(data).size, opened(data).format) for data in (photo.small, photo.large)] == [
        ((96, 96), "WEBP"),
        ((384, 384), "WEBP"),
    ]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA", "CMYK"])
def test_photo_of_every_mode_is_taken(mode):
    out = io.BytesIO()
    Image.new(mode, (20, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(reencode_photo(out).large).mode == "RGB"


def test_photo_loses_its_metadata_and_stands_upright():
    image = Image.new("RGB", (100, 100), "white")
    image.paste((255, 0, 0), (0, 0, 100, 50))  # red above white, as stored
    exif = Image.Exif()
    exif[0x0112] = 6  # held so that it must be turned a quarter to the right
    exif[0x8825] = {1: "N"}
    exif[0x010F] = "canary-camera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    photo = reencode_photo(out)
    assert b"canary" in out.getvalue()
    assert b"canary" not in photo.large + photo.small
    upright = opened(photo.large)
    assert not upright.getexif()
    left, right = upright.getpixel((60, 192)), upright.getpixel((320, 192))
    assert left[1] > 200
    assert right[0] > 200 > 60 > right[1]


def png_of_size(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [50_000, 10_000, 6_000])
def test_photo_with_too_many_pixels_is_refused_before_it_is_decoded(side):
    tracemalloc.start()
    with pytest.raises(Refused, match="too many pixels") as raised:
        reencode_photo(io.BytesIO(png_of_size(side, side)))
    assert raised.value.code == "too_large"
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024**2
    tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a photo",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture((64, 64), "GIF"),
        picture((64, 64), "PNG")[:60],
        picture((64, 64), "JPEG")[:200],
        png_of_size(300, 300),
    ],
)
def test_photo_that_cannot_be_read_is_refused(data):
    with pytest.raises(Refused) as raised:
        reencode_photo(io.BytesIO(data))
    assert raised.value.code == "unsupported_file"


def test_photo_that_is_too_large_is_refused():
    with pytest.raises(Refused) as raised:
        reencode_photo(io.BytesIO(b"x" * 2000), max_bytes=1000)
    assert raised.value.code == "too_large"


# Pictures of lessons


@pytest.mark.parametrize(
    ("size", "kept"), [((40, 30), (40, 30)), ((4000, 1000), (1600, 400)), ((900, 3200), (450, 1600))]
)
def test_picture_stays_whole_and_gets_no_larger_than_a_page(size, kept):
    made = reencode_picture(io.BytesIO(picture(size, "JPEG")))
    assert (made.width, made.height) == kept
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", kept, {})


def test_picture_is_turned_upright_and_loses_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at home"
    made = reencode_picture(io.BytesIO(picture((40, 20), "JPEG", exif=exif) + b"<script>"))
    assert (made.width, made.height) == (20, 40)
    assert b"home" not in made.data
    assert b"script" not in made.data


@pytest.mark.parametrize("data", [b"", b"<svg/>", PDF, picture()[:40]])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Refused):
        reencode_picture(io.BytesIO(data))
