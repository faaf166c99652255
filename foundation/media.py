"""Media that people bring: videos and captions known by their content, and given back piece by piece.

    kind = identify_video(upload, max_bytes=settings.LESSON_VIDEO_MB * 2**20)     # or Refused, with a sentence
    return ranged(request, file.open, size=file.size, digest=file.digest, name=file.name, content_type=kind.value)

A video is read box by box, never whole: it may be larger than memory. Nothing is decoded here; that is the browser's
work, which gets told the type and not to guess another.
"""

import enum
import re
import struct
from collections.abc import Callable, Iterator
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.uploads import TOO_LARGE, UNSUPPORTED, FileType, content_disposition


class MediaType(enum.Enum):
    """What we take besides documents. The value is the content type with which it is given back."""

    MP4 = "video/mp4"
    WEBM = "video/webm"
    WEBP = "image/webp"
    VTT = "text/vtt"

    @property
    def extension(self) -> str:
        return f".{self.name.lower()}"


# --- video ----------------------------------------------------------------------------------------------------------

# Those that the browsers of the last five years play without a licence of the system.
_PLAYED = {b"avc1", b"avc3", b"vp09", b"av01"}
_BOXES = {
    *(b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"udta", b"meta", b"uuid", b"pdin"),
    *(b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"prft", b"emsg"),
}
_WAY_TO_FORMAT = (b"mdia", b"minf", b"stbl", b"stsd")
_LARGEST_INDEX = 32 * 1024 * 1024
_MOST_BOXES = 20_000
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_WEBM_HEAD = 1024 * 1024


def identify_video(upload: IO[bytes], *, max_bytes: int) -> MediaType:
    """MP4 or WEBM, by content; leaves the file rewound.

    Raises Refused (code "too_large") for more than `max_bytes`, and Refused (code "unsupported_file") for anything
    else, for a file with something behind the video, and for a picture that browsers do not play everywhere.
    """
    size = upload.seek(0, 2)
    upload.seek(0)
    if size > max_bytes:
        raise Refused(_("The video is larger than %(limit)d MB.") % {"limit": max_bytes // 1024**2}, code=TOO_LARGE)
    head = upload.read(12)
    try:
        if head[4:8] == b"ftyp":
            _check_mp4(upload, size)
            return MediaType.MP4
        if head.startswith(_EBML):
            _check_webm(upload, size)
            return MediaType.WEBM
    except (struct.error, ValueError, IndexError):
        raise Refused(
            _("The video is damaged, or something hangs on its end. Save it anew."), code=UNSUPPORTED
        ) from None
    finally:
        upload.seek(0)
    raise Refused(_("This is not a video that we take: MP4 or WEBM."), code=UNSUPPORTED)


def _check_mp4(upload: IO[bytes], size: int) -> None:
    """Every byte belongs to a box that a video has; one of its tracks is a picture that browsers play."""
    found = set()
    formats: set[bytes] = set()
    for kind, start, end in _boxes(upload, size):
        if kind not in _BOXES:
            raise ValueError(kind)
        found.add(kind)
        if kind == b"moov":
            if end - start > _LARGEST_INDEX:
                raise ValueError(kind)
            upload.seek(start)
            formats |= set(_formats(upload.read(end - start)))
    if not {b"ftyp", b"moov"} <= found or not found & {b"mdat", b"moof"}:
        raise ValueError(found)
    _refuse_unplayed(formats)


def _refuse_unplayed(formats: set[bytes]) -> None:
    if not formats & _PLAYED:
        message = _("Not every browser plays this video's picture. Save it as MP4 with H.264, or as WEBM.")
        raise Refused(message, code=UNSUPPORTED)


def _boxes(upload: IO[bytes], size: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start of what is in it, end) of each box of the file. ValueError where they do not fill it exactly."""
    at = count = 0
    while at < size:
        upload.seek(at)
        length, kind = struct.unpack(">I4s", upload.read(8))
        start = at + 8
        if length == 1:
            (length,) = struct.unpack(">Q", upload.read(8))
            start += 8
        elif length == 0:  # to the end of the file
            length = size - at
        count += 1
        if at + length > size or at + length < start or count > _MOST_BOXES:
            raise ValueError(kind)
        yield kind, start, at + length
        at += length


def _inside(data: bytes, wanted: bytes) -> Iterator[bytes]:
    """What the boxes of that kind hold, among those that stand in the data side by side."""
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8 or at + length > len(data):
            raise ValueError(kind)
        if kind == wanted:
            yield data[at + 8 : at + length]
        at += length


def _formats(index: bytes) -> Iterator[bytes]:
    """The four letters of each track's format."""
    for track in _inside(index, b"trak"):
        found = [track]
        for step in _WAY_TO_FORMAT:
            found = [inner for outer in found for inner in _inside(outer, step)]
        yield from (table[12:16] for table in found)


def _check_webm(upload: IO[bytes], size: int) -> None:
    upload.seek(0)
    head = upload.read(_WEBM_HEAD)
    length, at = _number(head, 4)
    about, segment = head[at : at + length], at + length
    if b"\x42\x82\x84webm" not in about or head[segment : segment + 4] != _SEGMENT:
        raise ValueError(about)
    length, at = _number(head, segment + 4)
    unknown = length == 2 ** (7 * (at - segment - 4)) - 1
    upload.seek(max(0, size - 66_000))
    if (not unknown and at + length != size) or b"PK\x05\x06" in upload.read():
        raise ValueError(length)
    _refuse_unplayed({b"vp09"} if re.search(rb"V_(?:VP8|VP9|AV1)", head) else set())


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of EBML (its first one bit says how many bytes it has), and where it ends."""
    first = data[at]
    width = 9 - first.bit_length()
    if width > 8 or at + width > len(data):
        raise ValueError(first)
    value = int.from_bytes(data[at : at + width]) & (2 ** (7 * width) - 1)
    return value, at + width


# --- captions -------------------------------------------------------------------------------------------------------

LARGEST_CAPTIONS = 512 * 1024
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_CUE = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")


def check_captions(data: bytes) -> int:
    """How many captions a WebVTT file has, one at least.

    Raises Refused for what is not WebVTT, for a caption without words, and for times that run backwards, with the line.
    """
    lines = _lines(data)
    last = count = 0
    for number, line in enumerate(lines, start=1):
        if "-->" not in line:
            continue
        starts, ends = _times(line, number)
        if starts < last or ends <= starts:
            raise _wrong(
                _("Line %(line)d: this caption begins before the one above, or ends before it begins."), number
            )
        if number == len(lines) or not lines[number].strip():
            raise _wrong(_("Line %(line)d: this caption has no words."), number)
        count, last = count + 1, starts
    if not count:
        raise Refused(_("There is no caption in this file."), code=UNSUPPORTED)
    return count


def _lines(data: bytes) -> list[str]:
    if len(data) > LARGEST_CAPTIONS:
        raise Refused(_("Captions are larger than %(limit)d kB.") % {"limit": LARGEST_CAPTIONS // 1024}, code=TOO_LARGE)
    try:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeDecodeError:
        raise Refused(_("Captions must be UTF-8. Save the file anew."), code=UNSUPPORTED) from None
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) or b"\x00" in data:
        raise Refused(_("This is not WebVTT: its first line must be “WEBVTT”."), code=UNSUPPORTED)
    return lines


def _times(line: str, number: int) -> tuple[int, int]:
    """When a caption comes and goes, in milliseconds."""
    found = _CUE.fullmatch(line.strip())
    if found is None:
        raise _wrong(_("Line %(line)d: times are written 00:01.000 --> 00:04.000."), number)
    parts = [int(part or 0) for part in found.groups()]
    starts, ends = (
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
        for hours, minutes, seconds, rest in (parts[:4], parts[4:])
    )
    return starts, ends


def _wrong(message: str, line: int) -> Refused:
    return Refused(message % {"line": line}, code=UNSUPPORTED)


# --- giving it back -------------------------------------------------------------------------------------------------

BLOCK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class _Slice:
    """The next so many bytes of a file."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int = BLOCK) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def ranged(
    request: HttpRequest,
    opened: Callable[[], IO[bytes]],
    *,
    size: int,
    digest: str,
    name: str,
    content_type: str,
    framed: bool = False,
) -> HttpResponseBase:
    """The file, or the piece of it that is asked for (206), so that a player can seek; 304 to who has it, 416 for a
    piece that there is not. Asked about at each use and kept by the reader alone; no browser renders it as a page.

    `framed`: it is shown instead of downloaded, and a page of ours may hold it in a frame; for PDF alone. It runs
    nothing there either."""
    etag = f'"{digest}"'
    span = (0, size)
    if request.headers.get("If-Range", etag) == etag:
        span = _span(request.headers.get("Range", ""), size) or (0, 0)
    response: HttpResponseBase
    if span == (0, 0):
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    elif not request.headers.get("Range") and (same := get_conditional_response(request, etag=etag)):
        response = same
    else:
        response = _answer(opened(), *span, size=size)
        response["Content-Type"] = content_type
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if framed and content_type == FileType.PDF.value:
        response["Content-Disposition"] = content_disposition(name).replace("attachment", "inline", 1)
        response["Content-Security-Policy"] += "; frame-ancestors 'self'"
        response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-cache"
    return response


def _answer(file: IO[bytes], start: int, end: int, *, size: int) -> HttpResponseBase:
    file.seek(start)
    response = FileResponse(_Slice(file, end - start), status=200 if (start, end) == (0, size) else 206)
    response.block_size = BLOCK
    response["Content-Length"] = str(end - start)
    if response.status_code == 206:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _span(header: str, size: int) -> tuple[int, int] | None:
    """Where the piece that is asked for begins and ends; all of it for what we do not understand or several pieces;
    None when there is no such piece."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return 0, size
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, end = int(first), min(int(last) + 1 if last else size, size)
    if last and int(last) < int(first):
        return 0, size
    return (start, end) if start < size else None
