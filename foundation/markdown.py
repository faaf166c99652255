"""What people write in Markdown, as HTML that can do nothing but be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "img": {"src", "alt", "width", "height", "loading"}}
FILE = "file:"


@dataclass(frozen=True, slots=True)
class File:
    """A file that a text may name as `file:name`: where it is, how large as a picture, what to say of it as a link."""

    address: str
    width: int = 0
    height: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture of a text: where to, and its words or description."""

    address: str
    words: str
    is_picture: bool


def links_of(text: str) -> Iterator[Link]:
    """The links and pictures of the text, in order."""
    for block in _parser().parse(text):
        tokens = block.children or []
        for place, token in enumerate(tokens):
            if token.type == "image":
                yield Link(str(token.attrs.get("src", "")), token.content, is_picture=True)
            elif token.type == "link_open":
                words = ""
                for inner in tokens[place + 1 :]:
                    if inner.type == "link_close":
                        break
                    words += inner.content
                yield Link(str(token.attrs.get("href", "")), words, is_picture=False)


def render(text: str, *, first_heading: int = 3, files: Mapping[str, File] | None = None) -> SafeString:
    """CommonMark with tables and strike-through, as safe HTML.

    HTML in the text stays text. Pictures become their description: a remote one would tell its host who reads the page.
    Those of `files` are shown, and linked; of others that are named in the same way the words stay.
    Links open without handing anything over, and one with a host in it shows that host, so that the words of a link
    cannot lie about where it goes. `#` becomes a heading of level `first_heading`, below those of the page.
    """
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + first_heading - 1)}"
        elif token.children:
            token.children = _with_hosts(_with_files(token.children, files or {}))
    html = _parser().renderer.render(tokens, _parser().options, {"files": files or {}})
    cleaned = nh3.clean(
        html,
        tags=_TAGS | {"img"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just cleaned it


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (its name)
        """Names of files too, which never reach the page: they become addresses, or words."""
        return url.startswith(FILE) or super().validateLink(url)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    return parser


def _image(_renderer: object, tokens: list[Token], index: int, _options: object, env: Any) -> str:
    token = tokens[index]
    file: File | None = env["files"].get(_name(token, "src"))
    if file is None or not file.width:
        return escape(token.content)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        file.address, token.content, file.width, file.height,
    )  # fmt: skip


def _name(token: Token, attribute: str) -> str:
    """Of the file that is named there; nothing for an address."""
    address = str(token.attrs.get(attribute, ""))
    return address.removeprefix(FILE) if address.startswith(FILE) else ""


def _with_files(tokens: list[Token], files: Mapping[str, File]) -> list[Token]:
    """The tokens with the addresses of files in links, and what there is to say of each; without links to others."""
    shown: list[Token] = []
    name = ""
    for token in tokens:
        if token.type == "link_open":
            name = _name(token, "href")
        file = files.get(name)
        if name and file is None and token.type in {"link_open", "link_close"}:
            continue
        if name and file is not None:
            if token.type == "link_open":
                token.attrs["href"] = file.address
            elif token.type == "link_close":
                shown.append(Token("text", "", 0, content=f" ({file.note})"))
        name = "" if token.type == "link_close" else name
        shown.append(token)
    return shown


def _with_hosts(tokens: list[Token]) -> list[Token]:
    """The tokens with " (host)" at the end of each link that leads elsewhere, unless its words are the address."""
    shown: list[Token] = []
    host, words = "", ""
    for token in tokens:
        if token.type == "link_open":
            host, words = _host(str(token.attrs.get("href", ""))), ""
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close" and host and words.strip() != address:
            shown.append(Token("text", "", 0, content=f" ({host})"))
            host = ""
        words += token.content
        shown.append(token)
    return shown


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return "?"
