"""Files of versions as pages show them, and what keeps a version from being published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from foundation.markdown import FILE, File, links_of
from foundation.uploads import FileType
from training import media
from training.contents import Content, Lesson, Video
from training.models import ModulePart, ModuleVersion, VersionFile


def files_of(version: ModuleVersion) -> QuerySet[VersionFile]:
    """With what they hold, by name."""
    return version.files.select_related("medium").order_by("name")


def files_for(version_id: int, *contents: Content) -> dict[str, VersionFile]:
    """The files that these name, by name; one query, and none where they name none."""
    names = {use.name for content in contents for use in media.uses_of(content)}
    if not names:
        return {}
    found = VersionFile.objects.filter(version=version_id, name__in=names).select_related("medium")
    return {file.name: file for file in found}


def shown(files: Iterable[VersionFile]) -> dict[str, File]:
    """For Markdown: where each is, how large as a picture, and what is downloaded."""
    return {
        file.name: File(file.get_absolute_url(), file.medium.width, file.medium.height, note=note_of(file))
        for file in files
    }


def note_of(file: VersionFile) -> str:
    """What it is and how large: "PDF, 240 KB"."""
    return f"{file.name.rpartition('.')[2].upper()}, {filesizeformat(file.medium.size)}"


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF that a text links to, with the words of the link: to be read on the page."""

    words: str
    file: VersionFile

    @property
    def framed(self) -> str:
        """Where a frame of ours reads it, the page as wide as the frame."""
        return f"{self.file.get_absolute_url()}?shown#navpanes=0"


def documents_of(content: Content, files: Mapping[str, VersionFile]) -> list[Document]:
    """The PDFs that the lesson links to, in its order, each once."""
    if not isinstance(content, Lesson):
        return []
    found: dict[str, Document] = {}
    for link in links_of(media.prose_of(content)):
        file = files.get(link.address.removeprefix(FILE))
        if file is not None and not link.is_picture and file.medium.content_type == FileType.PDF.value:
            found.setdefault(file.name, Document(link.words or file.name, file))
    return list(found.values())


@dataclass(frozen=True)
class VideoShown:
    """A video of a lesson with the files that it has."""

    video: Video
    file: VersionFile | None
    captions: VersionFile | None

    @property
    def embed(self) -> str:
        """Where it is played in a frame, once the reader asks for it; nothing where the operator allows none."""
        return media.embed_of(self.video.link, settings.VIDEO_HOSTS)

    @property
    def host(self) -> str:
        """Who learns that it is watched, when it is elsewhere."""
        return urlsplit(self.embed or self.video.link).hostname or ""


def video_of(content: Content, files: Mapping[str, VersionFile]) -> VideoShown | None:
    """The video of a lesson; None for whatever has none."""
    if not isinstance(content, Lesson) or content.video is None:
        return None
    return VideoShown(content.video, files.get(content.video.file), files.get(content.video.captions))


def flaws_of(version: ModuleVersion) -> list[str]:
    """What is named and missing, or something else than it is named as. None may be left when it is published."""
    kinds = {file.name: cast("media.Kind", file.medium.kind) for file in files_of(version)}
    return media.missing(_uses_in(version.parts.order_by("position")), kinds)


def _uses_in(parts: Iterable[ModulePart]) -> Iterator[media.Use]:
    for part in parts:
        yield from media.uses_of(part.content)


def named_files(version: ModuleVersion) -> list[VersionFile]:
    """Those of its files that its parts name, by name: what goes out with it."""
    contents = [part.content for part in version.parts.all()]
    found = files_for(version.pk, *contents)
    return [found[name] for name in sorted(found)]


@dataclass(frozen=True)
class Shelf:
    """The files of a version, for whoever writes it: (file, whether a part names it, how it is named in the text)."""

    rows: list[tuple[VersionFile, bool, str]]
    flaws: list[str]
    hints: list[str]


def shelf_of(version: ModuleVersion) -> Shelf:
    """What is there, what is missing, and what is worth a second look. A fixed number of queries."""
    parts, files = list(version.parts.order_by("position")), list(files_of(version))
    uses = list(_uses_in(parts))
    kinds = {file.name: cast("media.Kind", file.medium.kind) for file in files}
    named = {use.name for use in uses}
    return Shelf(
        rows=[(file, file.name in named, _written(file)) for file in files],
        flaws=media.missing(iter(uses), kinds),
        hints=[
            _("“%(part)s” has a transcript and no captions: enough only when nobody speaks in the video.")
            % {"part": part.title}
            for part in parts
            if isinstance(part.content, Lesson) and part.content.video is not None
            if part.content.video.file and not part.content.video.captions
        ],
    )


def _written(file: VersionFile) -> str:
    """What to write in the module's text."""
    if file.medium.kind == "picture":
        return f"![{_('What it shows')}](file:{file.name})"
    if file.medium.kind == "document":
        return f"[{_('What it is')}](file:{file.name})"
    return f"{'captions' if file.medium.kind == 'captions' else 'file'}: {file.name}"
