"""What people write in Markdown, as HTML that can do nothing but be read."""

from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


def render(text: str, *, first_heading: int = 3) -> SafeString:
    """CommonMark with tables and strike-through, as safe HTML.

    HTML in the text stays text. Pictures become their description: a remote one would tell its host who reads the page.
    Links open without handing anything over, and one with a host in it shows that host, so that the words of a link
    cannot lie about where it goes. `#` becomes a heading of level `first_heading`, below those of the page.
    """
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + first_heading - 1)}"
        elif token.children:
            token.children = _with_hosts(token.children)
    html = _parser().renderer.render(tokens, _parser().options, {})
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just cleaned it


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    return parser


def _image(_renderer: object, tokens: list[Token], index: int, _options: object, _env: object) -> str:
    return escape(tokens[index].content)


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
