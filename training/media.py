"""Files and videos in a module: which ones its parts name, as what, and what is wrong with that. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _

from foundation import markdown
from training.contents import Content, External, Lesson, LiveSession, Practice, Scenario, Video, Writing

Kind = Literal["picture", "video", "captions", "document"]
NAME_LENGTH = 100
_KEY = re.compile(r"[A-Za-z0-9_-]{6,20}")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,89}\.[a-z0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Use:
    """A file that a part names, and as what: any kind will do for a link, so that it can be downloaded."""

    name: str
    kind: Kind | None


def tidy_name(name: str, extension: str) -> str:
    """How a file is named in texts: small letters, digits, hyphens, and the extension that its content has."""
    stem = slugify(PurePosixPath(name.replace("\\", "/")).stem)[:80].strip("-_")
    return f"{stem or 'file'}{extension}"


def prose_of(content: Content) -> str:
    """What of the content is written in Markdown."""
    if isinstance(content, Lesson):
        return f"{content.text}\n\n{content.video.transcript}" if content.video else content.text
    if isinstance(content, Scenario | LiveSession | External):
        return content.text
    if isinstance(content, Writing):
        return content.prompt
    return content.task if isinstance(content, Practice) else ""


def uses_of(content: Content) -> Iterator[Use]:
    """The files that the content names."""
    prose = prose_of(content)
    for link in markdown.links_of(prose) if markdown.FILE in prose else ():
        if link.address.startswith(markdown.FILE):
            yield Use(link.address.removeprefix(markdown.FILE), "picture" if link.is_picture else None)
    if isinstance(content, Lesson) and content.video is not None:
        if content.video.file:
            yield Use(content.video.file, "video")
        if content.video.captions:
            yield Use(content.video.captions, "captions")


def flaws_of_prose(content: Content) -> Iterator[str]:
    """Sentences about pictures that cannot be heard, and names that no file has."""
    prose = prose_of(content)
    for link in markdown.links_of(prose) if markdown.FILE in prose else ():
        name = link.address.removeprefix(markdown.FILE)
        if name == link.address:
            continue
        if link.is_picture and not link.words.strip():
            yield _(
                "shows the picture “%(name)s” without words. Say what it shows: ![what it shows](file:%(name)s)"
            ) % {"name": name}
        if not NAME.fullmatch(name):
            yield _not_a_name(name)


def flaws_of_video(video: Video) -> Iterator[str]:
    """Sentences about a video that is nowhere, or that not everybody could follow."""
    if bool(video.file) == bool(video.link):
        yield _("needs a file or a link, and not both.")
    yield from (_not_a_name(name) for name in (video.file, video.captions) if name and not NAME.fullmatch(name))
    if video.link and not is_link(video.link):
        yield _("needs a link that begins with https://.")
    if video.link and not video.transcript:
        yield _("is at another host, whose captions we cannot know: write a transcript.")
    elif not video.captions and not video.transcript:
        yield _("needs captions or a transcript, so that who cannot hear or see it can follow.")
    if video.captions and not video.file:
        yield _("has captions without a file that they belong to.")


def missing(uses: Iterator[Use], kinds: Mapping[str, Kind]) -> list[str]:
    """Sentences about what is named and not there, or there and something else; each once."""
    wrong = {
        "picture": _("“%(name)s” is no picture."),
        "video": _("“%(name)s” is no video."),
        "captions": _("“%(name)s” is no captions (WebVTT)."),
    }
    found = []
    for use in uses:
        if use.name not in kinds:
            found.append(_("“%(name)s” is named in the text, and not among the files.") % {"name": use.name})
        elif use.kind and kinds[use.name] != use.kind:
            found.append(wrong[use.kind] % {"name": use.name})
    return list(dict.fromkeys(found))


def is_link(link: str) -> bool:
    """Whether it is an https address with a host, and with nobody's password in it."""
    try:
        parts = urlsplit(link)
        return (
            parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and not re.search(r"\s", link)
        )
    except ValueError:
        return False


def embed_of(link: str, hosts: Collection[str]) -> str:
    """Where a video at another host is played in a frame, if the operator allows the host of that frame; else nothing.
    YouTube and Vimeo by their ways that leave no cookies; what is at an allowed host itself as it is."""
    if not is_link(link):
        return ""
    parts = urlsplit(link)
    host, place = parts.hostname or "", parts.path.strip("/").split("/")
    found = link
    if host in {"www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com"}:
        key = place[-1] if host == "youtu.be" or place[0] == "embed" else parse_qs(parts.query).get("v", [""])[0]
        found = f"https://www.youtube-nocookie.com/embed/{key}" if _KEY.fullmatch(key) else ""
    elif host in {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}:
        found = f"https://player.vimeo.com/video/{place[-1]}?dnt=1" if place[-1].isdecimal() else ""
    return found if urlsplit(found).hostname in hosts else ""


def _not_a_name(name: str) -> str:
    return _("names the file “%(name)s”: a name has small letters, digits and hyphens, then a dot and an ending.") % {
        "name": name[:NAME_LENGTH]
    }
