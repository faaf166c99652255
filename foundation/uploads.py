"""Files that people bring: known by their content, bounded before work is done on them, given back inert.

    kind = identify(upload, name=upload.name)               # or Refused, with a sentence for whoever uploaded
    keep({stored_name(kind): content})                      # never the name the file came with
    return download(attachment.file.open(), name=attachment.name, kind=kind)

The allow-list is PDF, DOCX, ODT, plain text, PNG and JPEG. RTF is left out on purpose: it embeds programs, and whoever
writes it can save as one of the others. SVG, HTML and XML are not on it, nor is a file that is two things at once.
"""

import enum
import io
import re
import struct
import uuid
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, TypeVar

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.text import strip_hidden

if TYPE_CHECKING:
    from PIL import Image

Made = TypeVar("Made")

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 2000

# Read by the API: 415 and 413 instead of 409.
UNSUPPORTED = "unsupported_file"
TOO_LARGE = "too_large"


class FileType(enum.Enum):
    """What we take. The value is the content type with which the file is given back."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    TXT = "text/plain"
    PNG = "image/png"
    JPEG = "image/jpeg"

    @property
    def extensions(self) -> tuple[str, ...]:
        return (".jpg", ".jpeg") if self is FileType.JPEG else (f".{self.name.lower()}",)


ALL = frozenset(FileType)


def identify(
    upload: IO[bytes], *, name: str, allowed: Collection[FileType] = ALL, max_bytes: int = MAX_BYTES
) -> FileType:
    """The type of a file by its content; leaves the file rewound. Nothing is unpacked, decoded or written.

    Raises Refused (code "too_large") for more than `max_bytes` or an archive that would unpack to too much, and Refused
    (code "unsupported_file") when the content is not of an allowed type, is of two types, or belies the extension.
    """
    upload.seek(0)
    data = upload.read(max_bytes + 1)
    upload.seek(0)
    if len(data) > max_bytes:
        raise Refused(_("The file is larger than %(limit)d MB.") % {"limit": max_bytes // 1024**2 or 1}, code=TOO_LARGE)
    if not data:
        raise Refused(_("The file is empty."), code=UNSUPPORTED)
    kind = _kind_of(data)
    if kind is None or kind not in allowed:
        names = ", ".join(sorted(known.name for known in allowed))
        raise Refused(
            _("We take %(names)s. What is in this file is none of them.") % {"names": names}, code=UNSUPPORTED
        )
    if PurePosixPath(name.lower()).suffix not in kind.extensions:
        raise Refused(
            _("This is a %(kind)s file, but its name does not end in %(extension)s. Rename it, or save it anew.")
            % {"kind": kind.name, "extension": kind.extensions[0]},
            code=UNSUPPORTED,
        )
    return kind


def stored_name(kind: FileType) -> str:
    """A file name for storage: random, so that it can be neither guessed nor chosen."""
    return made_up_name(kind.extensions[0])


def made_up_name(extension: str) -> str:
    """The same, for what is no FileType."""
    return f"{uuid.uuid4().hex}{extension}"


# --- what a file is -------------------------------------------------------------------------------------------------

_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?php)\b", re.IGNORECASE)
_TEXT_MARKUP = re.compile(rb"\A\s*<(?:!|\?|[a-z])", re.IGNORECASE)
_TEXT_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _kind_of(data: bytes) -> FileType | None:
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    if data.startswith(b"%PDF-"):
        whole = b"%%EOF" in data[-2048:]
        return FileType.PDF if whole and not _is_also_archive(data) and not _MARKUP.search(data[:1024]) else None
    if data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        # Nothing may follow the last chunk: that is where a second file would hide.
        return FileType.PNG if data.endswith(b"IEND\xaeB`\x82") and not _is_second_thing(data) else None
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG if b"\xff\xd9" in data and not _is_second_thing(data) else None
    return FileType.TXT if _is_plain_text(data) else None


def _is_second_thing(data: bytes) -> bool:
    return _is_also_archive(data) or b"%PDF-" in data or _MARKUP.search(data) is not None


def _is_also_archive(data: bytes) -> bool:
    # The directory of an archive stands at its end, and programs look for it there whatever stands before.
    return b"PK\x05\x06" in data[-66_000:]


def _is_plain_text(data: bytes) -> bool:
    if _TEXT_MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")) or _MARKUP.search(data[:4096]):
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return _TEXT_CONTROL.search(data.decode(encoding)) is None
        except UnicodeDecodeError:
            continue
    return False


def _kind_of_archive(data: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members, data)
            names = {member.filename for member in members}
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                # A macro makes it a program.
                return None if any(name.lower().endswith("vbaproject.bin") for name in names) else FileType.DOCX
            is_text = members[0].filename == "mimetype" and members[0].file_size < 100
            if is_text and archive.read("mimetype").strip() == FileType.ODT.value.encode():
                return None if any(name.startswith(("Basic/", "Scripts/")) for name in names) else FileType.ODT
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    return None


def _check_members(members: list[zipfile.ZipInfo], data: bytes) -> None:
    """Refuse an archive that would hurt whoever unpacks it. We do not, but the recipient's program will."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > 200 * max(len(data), 64 * 1024):
        raise Refused(_("This file unpacks to far more than it should."), code=TOO_LARGE)
    if len({member.filename for member in members}) != len(members) or any(map(_is_hostile, members)) or not members:
        raise Refused(_("This file is damaged or has been tampered with. Save it anew."), code=UNSUPPORTED)


def _is_hostile(member: zipfile.ZipInfo) -> bool:
    # orig_filename: zipfile itself cuts a name at a NUL and turns backslashes.
    name = member.orig_filename
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    is_locked = bool(member.flag_bits & 0x1)
    strange = len(name) > 255 or "\\" in name or "\x00" in name or ":" in name
    return is_link or is_locked or strange or name.startswith("/") or ".." in PurePosixPath(name).parts


# --- giving it back -------------------------------------------------------------------------------------------------


def safe_name(name: str) -> str:
    """A file name to show and to send: no folders, control, hidden or reserved characters; at most 150 long."""
    last = re.split(r"[/\\]", name)[-1]
    visible = re.sub(r'[<>:"|?*;%]', "_", strip_hidden(last))
    stem, dot, extension = " ".join(visible.split()).strip(". ").rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = f"{stem}{dot}{extension}", "", ""
    if re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)", stem, re.IGNORECASE):
        stem = f"_{stem}"
    return f"{stem[: 150 - len(extension) - 1] or 'file'}{dot}{extension}"


def content_disposition(name: str) -> str:
    """The value of Content-Disposition (RFC 6266) that makes a browser save the file under a safe form of the name."""
    return content_disposition_header(True, safe_name(name)) or "attachment"


def keep(files: Mapping[str, bytes | IO[bytes]]) -> None:
    """Store each content under its made-up name. Where there is no room for all of it OSError is raised, and nothing
    of it stays."""
    try:
        for name, content in files.items():
            default_storage.save(name, ContentFile(content) if isinstance(content, bytes) else File(content))
    except OSError:
        for name in files:
            default_storage.delete(name)
        raise


def download(file: IO[bytes], *, name: str, kind: FileType | None = None) -> FileResponse:
    """The file as a download that no browser renders or runs in our pages: attachment, nosniff, a CSP of its own."""
    response = FileResponse(file, content_type=kind.value if kind else "application/octet-stream")
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


# --- photos ---------------------------------------------------------------------------------------------------------

PHOTO_SIZES = (96, 384)
PHOTO_CONTENT_TYPE = "image/webp"
_MAX_PIXELS = {"JPEG": 80_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}


@dataclass(frozen=True, slots=True)
class Photo:
    """A portrait as two square WebP pictures without any metadata."""

    small: bytes
    large: bytes


def reencode_photo(upload: IO[bytes], *, max_bytes: int = MAX_BYTES) -> Photo:
    """Turn an uploaded JPEG, PNG or WebP into a Photo: upright, cut square from the middle, metadata dropped.

    Only pixels survive, so place, camera and whatever was hidden in the file are gone. Raises Refused for another
    format, a damaged file, or more pixels than a camera makes (found out before anything is decoded).
    """
    return _made_of(upload, _photo, max_bytes)


def _made_of(upload: IO[bytes], make: "Callable[[Image.Image], Made]", max_bytes: int) -> Made:
    """What is made of the pixels of an upload; Refused for what has none, or too many."""
    from PIL import Image, UnidentifiedImageError

    upload.seek(0)
    data = upload.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise Refused(
            _("The photo is larger than %(limit)d MB.") % {"limit": max_bytes // 1024**2 or 1}, code=TOO_LARGE
        )
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_MAX_PIXELS)) as image:
            if image.width * image.height > _MAX_PIXELS[image.format or "PNG"]:
                raise Refused(_("The photo has too many pixels. Make it smaller first."), code=TOO_LARGE)
            return make(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_("The photo has too many pixels. Make it smaller first."), code=TOO_LARGE) from None
    except UnidentifiedImageError:
        raise Refused(_("This is not a photo. We take JPEG, PNG and WebP."), code=UNSUPPORTED) from None
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, struct.error):
        raise Refused(_("The photo is damaged. Save it anew, or take another."), code=UNSUPPORTED) from None


def _photo(image: "Image.Image") -> Photo:
    upright = _upright(image, 2 * PHOTO_SIZES[1])
    small, large = (_square(upright, size) for size in PHOTO_SIZES)
    return Photo(small=small, large=large)


def _upright(image: "Image.Image", wanted: int) -> "Image.Image":
    """As the camera was held; at least `wanted` pixels wide and high where the picture has them."""
    from PIL import Image

    turn = image.getexif().get(_ORIENTATION, 1)
    # Has the JPEG decoder shrink while it reads: a photo of 80 million pixels then costs a few megabytes.
    image.draft("RGB", (wanted, wanted))
    upright = image if image.mode in {"L", "RGB", "RGBA"} else image.convert("RGBA")
    return upright.transpose(Image.Transpose[_TURNS[turn]]) if turn in _TURNS else upright


_ORIENTATION = 0x0112
# EXIF says how the camera was held; the value is what sets it right.
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def _square(image: "Image.Image", size: int) -> bytes:
    from PIL import Image, ImageOps

    pixels = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS).convert("RGBA")
    return _webp(pixels)


def _webp(pixels: "Image.Image") -> bytes:
    """On white, and nothing but pixels."""
    from PIL import Image

    opaque = Image.new("RGB", pixels.size, "white")
    opaque.paste(pixels, mask=pixels.getchannel("A"))
    out = io.BytesIO()
    opaque.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


# --- pictures -------------------------------------------------------------------------------------------------------

PICTURE_SIZE = 1600


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture as WebP, without any metadata; at most PICTURE_SIZE wide and high."""

    data: bytes
    width: int
    height: int


def reencode_picture(upload: IO[bytes], *, max_bytes: int = MAX_BYTES, size: int = PICTURE_SIZE) -> Picture:
    """Turn an uploaded JPEG, PNG or WebP into a Picture: upright, whole, made smaller if need be (at most `size` wide
    and high). As reencode_photo in all else; of what moves, its first picture."""
    return _made_of(upload, lambda image: _picture(image, size), max_bytes)


def _picture(image: "Image.Image", size: int) -> Picture:
    pixels = _upright(image, size).convert("RGBA")
    pixels.thumbnail((size, size))
    return Picture(_webp(pixels), pixels.width, pixels.height)
