"""A module with its files as a ZIP: `module.yaml`, and what its text names under `files/`. Read from strangers without
unpacking more than was said, written piece by piece. Pure.

    bundle = open_bundle(upload, most=settings.LESSON_VIDEO_MB * 2**20)      # or Refused, with a sentence
    with bundle.opened("desk.webp") as file: …
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.text import strip_hidden
from foundation.uploads import TOO_LARGE, UNSUPPORTED
from foundation.yaml_files import MOST_BYTES
from training.contents import ModuleContent
from training.media import NAME, uses_of
from training.module_files import parse_module

TEXT, FOLDER = "module.yaml", "files/"
MOST_FILES = 100
MOST_TOLD = 60
# So much smaller than what is in it nothing gets that a lesson shows; the first megabyte is not looked at.
RATIO, FREE = 200, 1024 * 1024
IN_MEMORY, BLOCK = 1024 * 1024, 64 * 1024
# The list of what is in it, which is read whole: a hundred names take a tenth of this.
LARGEST_LIST = 128 * 1024
_BEGIN, _END = b"PK\x03\x04", b"PK\x05\x06"
_END_SIZE = 22
_NEVER = (1980, 1, 1, 0, 0, 0)
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)


@dataclass(frozen=True)
class Bundle:
    """A module, and the names of the files that came with it; none when it came as text."""

    content: ModuleContent
    names: tuple[str, ...] = ()
    archive: zipfile.ZipFile | None = None

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """What the file holds, on disk where it is large. Raises Refused when it is damaged."""
        if self.archive is None:
            raise KeyError(name)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as held:
            _unpack(self.archive, f"{FOLDER}{name}", held)
            held.seek(0)
            yield held


def is_zip(upload: IO[bytes]) -> bool:
    """By its first bytes; leaves the file rewound."""
    upload.seek(0)
    head = upload.read(len(_BEGIN))
    upload.seek(0)
    return head == _BEGIN


def open_bundle(upload: IO[bytes], *, most: int, offered: Collection[str] | None = None) -> Bundle:
    """The module and its files, of which nothing is unpacked yet but the text. `most`: bytes that the ZIP may have, and
    what is in it together; `offered` as for parse_module.

    Raises FileError for what is wrong with the text, and Refused for a ZIP that is damaged, locked or larger than it
    should be, and for whatever in it is no file that the text names.
    """
    size = upload.seek(0, 2)
    if size > most:
        raise _too_large(most)
    try:
        _refuse_strange_ends(upload, size)
        archive = zipfile.ZipFile(upload)
    except (*_DAMAGE, struct.error):
        raise _damaged() from None
    _refuse_members(archive.infolist(), most)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as text:
        _unpack(archive, TEXT, text)
        text.seek(0)
        content = parse_module(text.read(), offered=offered)
    names = tuple(name.removeprefix(FOLDER) for name in archive.namelist() if name not in {TEXT, FOLDER})
    named = {use.name for part in content.parts for use in uses_of(part.content)}
    if strays := [name for name in names if name not in named]:
        raise _wrong(_("“%(name)s” is not named in the text. Name it there, or leave it out of the ZIP."), strays[0])
    return Bundle(content, names, archive)


def packed(text: str, files: Iterable[tuple[str, int, Callable[[], IO[bytes]]]]) -> Iterator[bytes]:
    """The ZIP that open_bundle reads, piece by piece: of each file its name, its size, and how it is opened. The same
    module always gives the same bytes."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        archive.writestr(_entry(TEXT), text, zipfile.ZIP_DEFLATED)
        for name, size, opened in files:
            entry = _entry(f"{FOLDER}{name}")
            entry.file_size = size
            with opened() as source, archive.open(entry, "w") as target:
                while piece := source.read(BLOCK):
                    target.write(piece)
                    yield pipe.taken()
    yield pipe.taken()


class _Pipe:
    """What zipfile writes, until it is taken."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NEVER)
    entry.external_attr = 0o100644 << 16
    return entry


# --- what strangers send ----------------------------------------------------------------------------------------------


def _refuse_strange_ends(upload: IO[bytes], size: int) -> None:
    """Before the list is read, which costs memory: how long it is, and that nothing stands before or behind the ZIP."""
    upload.seek(max(0, size - _END_SIZE))
    end = struct.unpack("<4s4H2LH", upload.read(_END_SIZE))
    mark, _disk, _first_disk, _here, count, length, begins, comment = end
    if not is_zip(upload) or mark != _END or comment or begins + length != size - _END_SIZE:
        raise _damaged()
    if count > MOST_FILES + 2 or length > LARGEST_LIST:
        raise Refused(_("A ZIP holds %(most)d files at most.") % {"most": MOST_FILES}, code=TOO_LARGE)


def _refuse_members(members: list[zipfile.ZipInfo], most: int) -> None:
    seen = set[str]()
    for member in members:
        # orig_filename: zipfile itself cuts a name at a NUL and turns backslashes.
        name = member.orig_filename
        _refuse_name(name)
        if name in seen:
            raise _wrong(_("“%(name)s” is there twice. Keep one."), name)
        if member.flag_bits & 0x1:
            raise _wrong(_("“%(name)s” is locked with a password. Save the ZIP without one."), name)
        if (member.external_attr >> 16) & 0o170000 not in {0, 0o100000, 0o040000 if name == FOLDER else 0}:
            raise _wrong(_("“%(name)s” is a link or a device. Put the file itself there."), name)
        if member.file_size > max(FREE, RATIO * member.compress_size) or (
            name == TEXT and member.file_size > MOST_BYTES
        ):
            raise _wrong(_("“%(name)s” unpacks to far more than it should."), name, code=TOO_LARGE)
        seen.add(name)
    if sum(member.file_size for member in members) > most:
        raise _too_large(most)
    if TEXT not in seen:
        raise Refused(_("There is no %(name)s at the top of this ZIP.") % {"name": TEXT}, code=UNSUPPORTED)


def _refuse_name(name: str) -> None:
    if name in {TEXT, FOLDER}:
        return
    if not name.startswith(FOLDER) or not NAME.fullmatch(name.removeprefix(FOLDER)):
        rest = _("A module's ZIP holds module.yaml and, in files/, names of small letters, digits and hyphens.")
        raise _wrong(f"{_('“%(name)s” does not belong here.')} {rest}", name)


def _unpack(archive: zipfile.ZipFile, name: str, into: IO[bytes]) -> None:
    """At most as many bytes as its entry says, which were counted before."""
    left = archive.getinfo(name).file_size
    try:
        with archive.open(name) as source:
            while piece := source.read(BLOCK):
                left -= len(piece)
                if left < 0:
                    raise ValueError(name)
                into.write(piece)
    except _DAMAGE:
        raise _wrong(_("“%(name)s” is damaged. Save the ZIP anew."), name) from None


def _too_large(most: int) -> Refused:
    return Refused(
        _("The ZIP, or what is in it, is larger than %(limit)d MB.") % {"limit": most // 1024**2}, code=TOO_LARGE
    )


def _damaged() -> Refused:
    return Refused(_("This ZIP is damaged, or something stands before or behind it. Save it anew."), code=UNSUPPORTED)


def _wrong(message: str, name: str, code: str = UNSUPPORTED) -> Refused:
    return Refused(message % {"name": strip_hidden(name)[:MOST_TOLD]}, code=code)
