"""One piece of news as a chat or a program reads it. Pure: words in, a JSON document out.

What people typed (a title) is never read as markup: it cannot mention a whole channel, nor hide where a link leads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LONGEST = 2000  # characters of one paragraph: Slack takes 3,000, Teams 28 kB for the whole card


@dataclass(frozen=True)
class News:
    """What to tell a whole team. Everybody in the chat reads it, so nothing personal and nothing sealed stands here.

    `href` is a path of the portal. `data` is what programs get: ids, never words.
    """

    title: str
    text: Sequence[str] = ()
    href: str = ""
    action: str = ""
    data: Mapping[str, int | str] = field(default_factory=dict)


def slack(news: News, *, url: str) -> dict[str, Any]:
    """For an incoming webhook of Slack, and of what understands its messages."""
    lines = [_clipped(line) for line in (news.title, *news.text)]
    link = f"<{url}|{_escaped(news.action)}>" if url else ""
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": line, "emoji": False}} for line in lines
    ]
    if link:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": link}})
    text = "\n".join([*(_escaped(line) for line in lines), *([link] if link else [])])
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def teams(news: News, *, url: str) -> dict[str, Any]:
    """For a webhook of Microsoft Teams' Workflows: an Adaptive Card."""
    title = {"type": "TextRun", "text": _clipped(news.title), "weight": "Bolder"}
    # A RichTextBlock shows its text as it stands; a TextBlock would read it as Markdown.
    body = [{"type": "RichTextBlock", "inlines": [title]}]
    body += [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": _clipped(line)}]} for line in news.text]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": news.action, "url": url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def generic(news: News, *, url: str, event: str, at: datetime) -> dict[str, Any]:
    """For a program: what happened and when, with ids and a link. Whoever may see more asks the API for it."""
    timestamp = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"type": event, "timestamp": timestamp, "data": {**news.data, **({"url": url} if url else {})}}


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
