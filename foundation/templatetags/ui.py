"""The components of every page, as block tags with typed arguments: `{% load ui %}`.

`docs/components.md` lists them with examples and `/styleguide/` shows them in all states. Compound components have a
template each in `templates/components/`. Leaves that a list page repeats hundreds of times (icon, badge, score, avatar,
person, moment) are written in Python: a template each costs more than the query behind the page.

Long because pages load one library; every tag stands for itself and is read on its own.
Every tag escapes the text it is given; only what another component rendered passes as it is.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final, Literal, TypeVar

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, HiddenInput, MultiWidget, RadioSelect
from django.http import QueryDict
from django.template import TemplateSyntaxError
from django.template.context import Context
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch
from django.utils import dateformat, timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foundation import charts
from foundation.charts import shown
from foundation.http import address_of
from foundation.templatetags import drawing
from foundation.text import initials

register = template.Library()

Tone = Literal["plain", "info", "success", "warning", "danger"]
Kind = Literal["primary", "plain", "quiet", "danger"]
Size = Literal["", "small", "large"]

ICONS: Final = frozenset(
    """alert archive arrow-down arrow-left arrow-right arrow-up award ban bell book briefcase calendar chart check
    chevron-down chevron-left chevron-right circle clock close columns compare copy dot download external eye
    eye-off file filter flag grip heart help home info key layers link list lock log-out mail menu message minus
    more paperclip pause pencil person phone pin play plus printer refresh search send settings shield sitemap
    sort table trash undo unlock upload users""".split()
)
TONE_ICONS: Final[Mapping[str, str]] = {
    "plain": "",
    "info": "info",
    "success": "check",
    "warning": "alert",
    "danger": "ban",
}
KINDS: Final = frozenset({"primary", "plain", "quiet", "danger"})
SIZES: Final = frozenset({"", "small", "large"})
PLAIN_HREFS: Final = ("/", "?", "#", "./", "../", "http://", "https://", "mailto:", "tel:")
SCORES: Final = range(1, 6)
NO_EVIDENCE: Final = 0

Value = TypeVar("Value", bound=str)


# What every tag leans on


def _one_of(value: Value, allowed: Iterable[str], what: str) -> Value:
    if value not in allowed:
        raise TemplateSyntaxError(f"{value!r} is not a {what}; take one of {', '.join(sorted(filter(None, allowed)))}.")
    return value


def _href(target: object) -> str:
    """The address of an object, a path, or a URL name without arguments; "" for nothing."""
    if not target:
        return ""
    if hasattr(target, "get_absolute_url"):
        return str(target.get_absolute_url())
    text = str(target)
    return text if text.startswith(PLAIN_HREFS) else address_of(text)


def _text(value: object) -> str:
    """As text, still marked safe where it was."""
    return value if isinstance(value, str) else str(value)


def _attributes(attrs: Mapping[str, object]) -> SafeString:
    """`hx_post=u` as ` hx-post="u"`; True is a bare attribute, None, False and "" are left out."""
    parts = []
    for name, value in attrs.items():
        if value is None or value is False or value == "":
            continue
        hyphened = name.strip("_").replace("_", "-")
        if hyphened == "style" or (hyphened.startswith("on") and "-" not in hyphened):
            raise TemplateSyntaxError(f"The content security policy forbids the attribute {hyphened!r}.")
        parts.append(f" {hyphened}" if value is True else f' {hyphened}="{conditional_escape(_text(value))}"')
    return mark_safe("".join(parts))  # noqa: S308  every value was escaped above


def _render(component: str, /, **values: object) -> SafeString:
    return render_to_string(f"components/{component}.html", values)


def _written(markup: str) -> SafeString:
    """Markup put together here. For leaves that a page repeats by the hundred: format_html asks of every argument
    whether its words are still to be looked up, and takes three times as long. Whatever goes in was `_escaped`."""
    return mark_safe(markup)  # noqa: S308  see above


def _escaped(value: object) -> str:
    """As conditional_escape: what was rendered passes as it is, everything else is escaped."""
    return value.__html__() if hasattr(value, "__html__") else html.escape(str(value))


def _trim(content: SafeString) -> SafeString:
    """Without the white space around it, and still safe: str.strip alone forgets that."""
    return mark_safe(content.strip())  # noqa: S308  content was rendered, and so escaped, by Django


@cache
def _icon_sheet() -> str:
    """Where the icons lie: the same for the life of a process, and asked for hundreds of times a page."""
    return static("icons.svg")


def _icon(name: str, *, label: str = "", size: str = "") -> SafeString:
    if not name:
        return mark_safe("")
    _one_of(name, ICONS, "icon")
    _one_of(size, SIZES, "size")
    extra = f" icon-{size}" if size else ""
    said = f'role="img" aria-label="{_escaped(label)}"' if label else 'aria-hidden="true"'
    return _written(
        f'<svg class="icon{extra}" width="20" height="20" {said}><use href="{_icon_sheet()}#{name}"/></svg>'
    )


# Page furniture


@register.simple_block_tag
def page_header(content: SafeString, title: str, context: str = "", status: str = "") -> SafeString:
    """{% page_header opening.title context=opening.team status=state %} actions {% endpage_header %}"""
    return _render("page_header", actions=_trim(content), title=title, line=context, status=status)


@register.simple_block_tag
def breadcrumbs(content: SafeString) -> SafeString:
    """{% breadcrumbs %}{% crumb _("Openings") "hiring:opening-list" %}{% crumb title %}{% endbreadcrumbs %}"""
    return _render("breadcrumbs", content=content)


@register.simple_tag
def crumb(label: str, href: object = "") -> SafeString:
    """One step of the way; without href it is the page itself."""
    if target := _href(href):
        return format_html('<li><a href="{}">{}</a></li>', target, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_block_tag
def panel(
    content: SafeString,
    title: str = "",
    tone: Tone = "plain",
    level: int = 2,
    id: str = "",
    action: str = "",
    flush: bool = False,
    **attrs: object,
) -> SafeString:
    """{% panel _("Panel") action=edit %} anything {% endpanel %}; flush drops the padding, for tables and lists."""
    _one_of(tone, TONE_ICONS, "tone")
    return _render(
        "panel",
        content=content,
        title=title,
        tone=tone,
        tone_icon=_icon(TONE_ICONS[tone]),
        level=level,
        id=id,
        action=action,
        flush=flush,
        attrs=_attributes(attrs),
    )


@register.simple_block_tag
def tabs(content: SafeString, label: str) -> SafeString:
    """Links between pages that show sides of one thing; not widgets."""
    return _render("tabs", content=content, label=label)


@register.simple_tag
def tab(label: str, href: object, current: bool = False, count: int | None = None) -> SafeString:
    """One of the tabs; count shows beside the label, 0 included."""
    number = format_html(' <span class="tab-count num">{}</span>', shown(count)) if count is not None else ""
    here = mark_safe(' aria-current="page"') if current else ""
    return format_html('<li><a class="tab" href="{}"{}>{}{}</a></li>', _href(href), here, label, number)


@register.simple_block_tag
def steps(content: SafeString, label: str = "") -> SafeString:
    """An ordered list of `{% step %}`."""
    return _render("steps", content=content, label=label or _("Progress"))


@register.simple_tag
def step(label: str, state: Literal["done", "current", "todo"] = "todo", href: object = "") -> SafeString:
    """One step, with its state in words for those who do not see the mark."""
    said = {"done": _("done"), "current": _("now"), "todo": _("to do")}
    _one_of(state, said, "state of a step")
    return _render("step", label=label, state=state, said=said[state], href=_href(href))


@register.simple_block_tag
def timeline(content: SafeString) -> SafeString:
    """What happened, newest first: `{% timeline_item %}`s."""
    return format_html('<ol class="timeline" role="list">{}</ol>', content)


@register.simple_block_tag
def timeline_item(
    content: SafeString, at: date | None = None, who: object = "", icon: str = "", tone: Tone = "plain"
) -> SafeString:
    """{% timeline_item at=event.at who=event.by icon="check" %} what happened {% endtimeline_item %}"""
    _one_of(tone, TONE_ICONS, "tone")
    return _render("timeline_item", content=content, at=at, who=who, icon=icon or "dot", tone=tone)


@register.simple_block_tag
def callout(content: SafeString, tone: Tone = "info", title: str = "", icon: str = "") -> SafeString:
    """A remark that belongs to the page (a notice is a message to a person)."""
    _one_of(tone, TONE_ICONS, "tone")
    mark = _icon(icon or TONE_ICONS[tone] or "info")
    return _render("callout", content=content, tone=tone, title=title, mark=mark)


@register.simple_tag
def message_box(message: Message) -> SafeString:
    """One of django.contrib.messages, by its level."""
    tone = {"error": "danger", "debug": "plain"}.get(message.level_tag, message.level_tag)
    if tone not in TONE_ICONS:
        tone = "info"
    return _render("message", tone=tone, mark=_icon(TONE_ICONS[tone] or "info"), text=message.message)


@register.simple_block_tag
def disclosure(content: SafeString, summary: str, open: bool = False, id: str = "") -> SafeString:
    """{% disclosure _("How the score is combined") %} … {% enddisclosure %}"""
    return _render("disclosure", content=content, summary=summary, open=open, id=id)


@register.simple_block_tag
def menu(
    content: SafeString,
    label: str,
    icon: str = "",
    kind: Kind = "plain",
    align: Literal["start", "end"] = "end",
    label_hidden: bool = False,
) -> SafeString:
    """A button that opens a short list; works without JavaScript."""
    _one_of(kind, KINDS, "kind")
    return _render(
        "menu", content=content, label=label, mark=_icon(icon), kind=kind, align=align, label_hidden=label_hidden
    )


@register.simple_tag
def menu_link(label: str, href: object, icon: str = "", **attrs: object) -> SafeString:
    """A link in a menu."""
    return format_html(
        '<li><a class="menu-item" href="{}"{}>{}{}</a></li>', _href(href), _attributes(attrs), _icon(icon), label
    )


@register.simple_tag(takes_context=True)
def menu_post(
    context: Context, label: str, action: object, icon: str = "", tone: Tone = "plain", name: str = "", value: str = ""
) -> SafeString:
    """An entry of a menu that changes something: its own POST form."""
    _one_of(tone, TONE_ICONS, "tone")
    return _render(
        "menu_post",
        label=label,
        action=_href(action),
        mark=_icon(icon),
        tone=tone,
        name=name,
        value=value,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag
def menu_rule() -> SafeString:
    """A line between groups of a menu."""
    return mark_safe('<li class="menu-rule" role="separator"></li>')


@register.simple_block_tag
def dialog(content: SafeString, id: str, title: str) -> SafeString:
    """Opened by any control with data-dialog="id"; needs JavaScript, so only ever a short-cut to a page."""
    return _render("dialog", content=content, id=id, title=title)


@register.simple_block_tag
def empty_state(content: SafeString, title: str, text: str = "", icon: str = "") -> SafeString:
    """Nothing here yet, and what to do about it."""
    return _render("empty_state", action=_trim(content), title=title, text=text, mark=_icon(icon, size="large"))


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """{% facts %}{% fact _("Team") %}…{% endfact %}{% endfacts %}"""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, label: str) -> SafeString:
    """One fact; a dash stands for an empty one."""
    value = _trim(content) or format_html('<span class="quiet">{}</span>', _("none"))
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', label, value)


@register.simple_tag
def stat(label: str, value: object, detail: str = "", href: object = "", tone: Tone = "plain") -> SafeString:
    """A number that leads to the list it counts."""
    _one_of(tone, TONE_ICONS, "tone")
    text = shown(value) if isinstance(value, int) else value
    mark = _icon(TONE_ICONS[tone], size="small")
    return _render("stat", label=label, value=text, detail=detail, href=_href(href), tone=tone, mark=mark)


@register.simple_block_tag
def work_list(content: SafeString) -> SafeString:
    """Rows of what waits on the reader: `{% work_item %}`s, most urgent first."""
    return format_html('<ul class="work-list" role="list">{}</ul>', content)


@register.simple_block_tag
def work_item(
    content: SafeString,
    title: str,
    href: object,
    icon: str = "",
    meta: str = "",
    due: datetime | None = None,
    tone: Tone = "plain",
) -> SafeString:
    """{% work_item title href icon="edit" due=at %} the one action {% endwork_item %}"""
    _one_of(tone, TONE_ICONS, "tone")
    about = (f"<span>{_escaped(meta)}</span>" if meta else "") + (_due(due) if due else "")
    action = content.strip()
    return _written(
        f'<li class="work-item tone-{tone}"><span class="work-item-mark" aria-hidden="true">{_icon(icon or "circle")}'
        f'</span><div class="work-item-text"><a class="work-item-title" href="{_escaped(_href(href))}">'
        f"{_escaped(title)}</a>"
        + (f'<p class="work-item-meta">{about}</p>' if about else "")
        + "</div>"
        + (f'<div class="work-item-action">{action}</div>' if action else "")
        + "</li>"
    )


@register.simple_block_tag
def file_list(content: SafeString) -> SafeString:
    """`{% file_item %}`s."""
    return format_html('<ul class="file-list" role="list">{}</ul>', content)


@register.simple_block_tag
def file_item(
    content: SafeString, name: str, href: object, size: int | None = None, at: date | None = None, meta: str = ""
) -> SafeString:
    """One file to download, with its size in bytes, when it came, and what may be done with it."""
    weight = filesizeformat(size) if size is not None else ""
    return _render("file_item", action=_trim(content), name=name, href=_href(href), size=weight, at=at, meta=meta)


@register.simple_tag
def secret(value: str, label: str, hint: str = "") -> SafeString:
    """A secret that is shown this once, with a button to copy it."""
    return _render("secret", value=value, label=label, hint=hint)


@register.simple_tag
def copy_button(text: str, label: str = "", kind: Kind = "quiet", size: Size = "") -> SafeString:
    """Copies the text and says so; hidden where there is no JavaScript."""
    return button(label or _("Copy"), kind=kind, icon="copy", type="button", size=size, data_copy=text)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: SafeString,
    title: str,
    verb: str,
    cancel: object,
    danger: bool = True,
    action: object = "",
    name: str = "",
    value: object = "",
) -> SafeString:
    """The whole of a confirm page: names the thing, says what will happen, POSTs with CSRF, or goes back. With `name`
    the button sends a value, such as what the question was about."""
    named: dict[str, Any] = {"name": name, "value": value} if name else {}
    kind: Kind = "danger" if danger else "primary"
    return _render(
        "confirm",
        content=content,
        title=title,
        button=button(verb, kind=kind, **named),
        cancel=_href(cancel),
        action=_href(action),
        csrf_token=context.get("csrf_token"),
    )


# Actions


def _button_class(kind: str, size: str, label_hidden: bool) -> str:
    _one_of(kind, KINDS, "kind")
    _one_of(size, SIZES, "size")
    return f"button button-{kind}{f' button-{size}' if size else ''}{' button-icon' if label_hidden else ''}"


def _button_inside(label: str, icon: str, label_hidden: bool) -> SafeString:
    hidden = ' class="visually-hidden"' if label_hidden else ""
    return _written(f"{_icon(icon)}<span{hidden}>{_escaped(label)}</span>")


@register.simple_tag
def button(
    label: str,
    kind: Kind = "plain",
    icon: str = "",
    type: Literal["submit", "button", "reset"] = "submit",
    size: Size = "",
    label_hidden: bool = False,
    **attrs: object,
) -> SafeString:
    """A button that says what it does: {% button _("Submit scorecard") kind="primary" %}"""
    return format_html(
        '<button class="{}" type="{}"{}{}>{}</button>',
        _button_class(kind, size, label_hidden),
        type,
        format_html(' title="{}"', label) if label_hidden else "",
        _attributes(attrs),
        _button_inside(label, icon, label_hidden),
    )


@register.simple_tag
def link_button(
    label: str,
    href: object,
    kind: Kind = "plain",
    icon: str = "",
    size: Size = "",
    label_hidden: bool = False,
    **attrs: object,
) -> SafeString:
    """A link that looks like a button: it leads somewhere and changes nothing."""
    title = f' title="{_escaped(label)}"' if label_hidden else ""
    return _written(
        f'<a class="{_button_class(kind, size, label_hidden)}" href="{_escaped(_href(href))}"{title}'
        f"{_attributes(attrs)}>{_button_inside(label, icon, label_hidden)}</a>"
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    label: str,
    action: object,
    kind: Kind = "plain",
    icon: str = "",
    size: Size = "",
    name: str = "",
    value: object = "",
    label_hidden: bool = False,
    **attrs: object,
) -> SafeString:
    """A button in a POST form of its own; further attributes go to the form."""
    named: dict[str, Any] = {"name": name, "value": value} if name else {}
    return _render(
        "post_button",
        action=_href(action),
        button=button(label, kind=kind, icon=icon, size=size, label_hidden=label_hidden, **named),
        attrs=_attributes(attrs),
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag
def icon(name: str, label: str = "", size: Size = "") -> SafeString:
    """A drawing from the sprite; decorative unless it has a label."""
    return _icon(name, label=label, size=size)


# People and words


@register.simple_tag
def badge(label: str, tone: Tone = "plain", icon: str = "auto") -> SafeString:
    """A state in a word, with an icon by its tone so that colour never speaks alone."""
    _one_of(tone, TONE_ICONS, "tone")
    mark = _icon(TONE_ICONS[tone] if icon == "auto" else icon, size="small")
    return _written(f'<span class="badge tone-{tone}">{mark}{_escaped(label)}</span>')


@register.simple_tag
def avatar(person: object, size: Size = "") -> SafeString:
    """The photo, else the initials; a text stands for somebody unknown and gets a neutral figure.

    Decorative: the name always stands beside it. The tint is taken from the name, so it is the same everywhere.
    """
    _one_of(size, SIZES, "size")
    extra = f" avatar-{size}" if size else ""
    if isinstance(person, str):
        return _written(f'<span class="avatar avatar-blind{extra}" aria-hidden="true">{_icon("person")}</span>')
    if photo := getattr(person, "large_photo_url" if size == "large" else "photo_url", ""):
        return format_html(
            '<img class="avatar{}" src="{}" alt="" width="40" height="40" loading="lazy" decoding="async">',
            extra,
            photo,
        )
    name = str(person)
    letters = getattr(person, "initials", "") or initials(name)
    tint = sum(map(ord, name)) % 6
    return _written(f'<span class="avatar avatar-{tint}{extra}" aria-hidden="true">{_escaped(letters)}</span>')


@register.simple_tag
def person(someone: object, href: object = "", meta: str = "", size: Size = "") -> SafeString:
    """Avatar and name, leading to the person; a text ("Candidate 14") for a blind opening; href="none" for no link."""
    if not someone:
        return format_html('<span class="quiet">{}</span>', _("nobody"))
    own = someone if hasattr(someone, "get_absolute_url") else ""
    target = "" if href == "none" else _href(href or own)
    name = _escaped(someone)
    linked = f'<a href="{_escaped(target)}">{name}</a>' if target else name
    more = f'<span class="person-meta">{_escaped(meta)}</span>' if meta else ""
    face = avatar(someone, size=size or ("" if meta else "small"))
    return _written(
        f'<span class="person">{face}<span class="person-text"><span class="person-name">{linked}</span>{more}</span>'
        "</span>"
    )


@register.simple_tag
def faces(people: Iterable[tuple[object, str]]) -> SafeString:
    """Small avatars of (person, what they are here): both in a title, the name also for those who do not see it."""
    shown_people = [(_escaped(str(who)), _escaped(role), avatar(who, size="small")) for who, role in people]
    last = len(shown_people) - 1
    return _written(
        "".join(
            f'<span title="{name}, {role}">{mark}<span class="visually-hidden">{name}{", " if at < last else ""}</span>'
            "</span>"
            for at, (name, role, mark) in enumerate(shown_people)
        )
    )


@register.simple_tag
def count_bubble(n: int | None, label: str = "", tone: Tone = "plain") -> SafeString:
    """A count in a bubble, nothing at 0."""
    _one_of(tone, TONE_ICONS, "tone")
    if not n:
        return mark_safe("")
    said = format_html('<span class="visually-hidden"> {}</span>', label) if label else ""
    return format_html('<span class="count tone-{} num">{}{}</span>', tone, shown(n), said)


UNITS: Final[Sequence[tuple[int, Callable[[int], str]]]] = (
    (31_536_000, lambda n: ngettext("%(n)d year", "%(n)d years", n)),
    (2_592_000, lambda n: ngettext("%(n)d month", "%(n)d months", n)),
    (86_400, lambda n: ngettext("%(n)d day", "%(n)d days", n)),
    (3_600, lambda n: ngettext("%(n)d hour", "%(n)d hours", n)),
    (60, lambda n: ngettext("%(n)d minute", "%(n)d minutes", n)),
)


def _span(seconds: float) -> str:
    """ "3 days": the largest unit, rounded to the nearest; never "24 hours" or "60 minutes"."""
    size, words = next(((size, words) for size, words in UNITS if seconds >= size * 0.97), UNITS[-1])
    n = max(1, int(seconds / size + 0.5))
    return words(n) % {"n": n}


def _relative(moment: datetime, now: datetime) -> str:
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 45:
        return _("just now")
    if seconds > 0:
        return _("in %(span)s") % {"span": _span(seconds)}
    return _("%(span)s ago") % {"span": _span(-seconds)}


def _relative_day(day: date, today: date) -> str:
    days = (day - today).days
    named = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in named:
        return named[days]
    span = _span(abs(days) * 86_400)
    return _("in %(span)s") % {"span": span} if days > 0 else _("%(span)s ago") % {"span": span}


def _absolute(moment: date, this_year: int) -> str:
    """ "Thu 26 Nov 17:00", with the year when it is not this one; a datetime is in the reader's zone already."""
    # Translators: a day in Django's date format letters, without and with the year.
    pattern = _("D j M") if moment.year == this_year else _("D j M Y")
    if not isinstance(moment, datetime):
        return _day(moment, pattern, get_language())
    # Translators: a day and a time of it.
    return _("%(day)s %(time)s") % {"day": _day(moment.date(), pattern, get_language()), "time": f"{moment:%H:%M}"}


@lru_cache(maxsize=2048)
def _day(day: date, pattern: str, _language: str | None) -> str:
    """The same few days stand in every line of a list. Their names are words of the language."""
    return dateformat.format(day, pattern)


def _both(moment: date, now: datetime) -> tuple[str, str, str]:
    """Relative text, absolute text, machine text."""
    zone = timezone.get_current_timezone()
    here = now.astimezone(zone)
    if isinstance(moment, datetime):
        local = moment.astimezone(zone)
        return _relative(moment, now), _absolute(local, here.year), local.isoformat(timespec="minutes")
    return _relative_day(moment, here.date()), _absolute(moment, here.year), moment.isoformat()


@register.simple_tag
def when(
    moment: date | str | None, style: Literal["both", "short", "absolute"] = "both", now: datetime | None = None
) -> SafeString:
    """A moment or a day, relative and absolute, in the reader's zone; a dash for none."""
    _one_of(style, ("both", "short", "absolute"), "style")
    value = parse_datetime(moment) if isinstance(moment, str) else moment
    if value is None:
        return format_html('<span class="quiet">{}</span>', _("never"))
    relative, absolute, machine = _both(value, now or timezone.now())
    relative, absolute = _escaped(relative), _escaped(absolute)
    if style == "absolute":
        return _written(f'<time class="when num" datetime="{machine}" title="{relative}">{absolute}</time>')
    live = " data-when" if isinstance(value, datetime) else ""
    if style == "short":
        return _written(f'<time class="when" datetime="{machine}" title="{absolute}"{live}>{relative}</time>')
    return _written(
        f'<time class="when" datetime="{machine}"><span{live}>{relative}</span>'
        f'<span class="when-absolute">, {absolute}</span></time>'
    )


@register.simple_tag
def due(moment: date | None, done: bool = False, now: datetime | None = None) -> SafeString:
    """ "due in 2 days, Thu 26 Nov 17:00"; what is overdue, or due within a day, has an icon and says so."""
    if moment is None:
        return format_html('<span class="quiet">{}</span>', _("no due date"))
    now = now or timezone.now()
    relative, absolute, machine = _both(moment, now)
    left = _seconds_left(moment, now)
    state, mark, text = "later", "", _("due %(relative)s, %(absolute)s") % {"relative": relative, "absolute": absolute}
    if done:
        state, text = "done", absolute
    elif left < 0:
        state, mark = "late", _icon("alert", size="small")
        text = _("overdue by %(span)s, %(absolute)s") % {"span": _span(-left), "absolute": absolute}
    elif left < 86_400:
        state, mark = "soon", _icon("clock", size="small")
    return _written(f'<time class="due due-{state}" datetime="{machine}">{mark}{_escaped(text)}</time>')


_due = due  # for tags with an argument of that name


def _seconds_left(moment: date, now: datetime) -> float:
    """Until the moment; a day is due until it ends, and late in whole days."""
    if isinstance(moment, datetime):
        return (moment - now).total_seconds()
    return (moment - timezone.localtime(now).date()).days * 86_400.0


@register.simple_tag
def score(value: int | None, size: Size = "") -> SafeString:
    """A chip from 1 to 5; None, or 0, is no evidence, which is never a low score."""
    _one_of(size, SIZES, "size")
    extra = f" score-{size}" if size else ""
    if not value:
        return format_html(
            '<span class="score score-none{}" title="{}"><span aria-hidden="true">–</span>'
            '<span class="visually-hidden">{}</span></span>',
            extra,
            _("No evidence"),
            _("No evidence"),
        )
    if value not in SCORES:
        raise ValueError(f"A score is 1 to 5 or None, not {value!r}.")
    return mark_safe(  # noqa: S308  a whole number from 1 to 5 and escaped words
        f'<span class="score score-{value}{extra}">{value}'
        f'<span class="visually-hidden"> {escape(_("of 5"))}</span></span>'
    )


@register.simple_tag
def mean_score(
    value: float | None, low: float | None = None, high: float | None = None, count: int | None = None
) -> SafeString:
    """ "3.7 (3.1 to 4.3), 4 ratings": a mean never goes without its count and its uncertainty where they are known."""
    if value is None:
        return score(None)
    band = min(5, max(1, int(value + 0.5)))
    interval = ""
    if low is not None and high is not None:
        interval = _("%(low)s to %(high)s") % {"low": shown(low, 1), "high": shown(high, 1)}
    raters = ngettext("%(n)d rating", "%(n)d ratings", count) % {"n": count} if count is not None else ""
    return format_html(
        '<span class="mean num"><span class="score score-{}">{}</span>{}{}</span>',
        band,
        shown(value, 1),
        format_html(' <span class="mean-interval">({})</span>', interval) if interval else "",
        format_html(' <span class="mean-count">{}</span>', raters) if raters else "",
    )


def _anchor_texts(anchors: Mapping[Any, str] | Sequence[str] | None) -> dict[int, str]:
    if not anchors:
        return {}
    if isinstance(anchors, Mapping):
        return {int(key): text for key, text in anchors.items()}
    return dict(zip(SCORES, anchors, strict=False))


@register.simple_tag
def anchor_scale(anchors: Mapping[Any, str] | Sequence[str], current: int | None = None) -> SafeString:
    """The five anchors to read, the chosen one marked."""
    texts = _anchor_texts(anchors)
    rows = [(value, texts.get(value, ""), value == current) for value in SCORES]
    return _render("anchor_scale", rows=rows)


@register.simple_tag
def meter(value: float, maximum: float, label: str, tone: Tone = "plain", show: bool = True) -> SafeString:
    """A bar with its numbers in words: "3 of 4"."""
    _one_of(tone, TONE_ICONS, "tone")
    share = 0.0 if maximum <= 0 else min(100.0, max(0.0, 100 * value / maximum))
    said = _("%(value)s of %(maximum)s") % {"value": shown(value), "maximum": shown(maximum)}
    return _render("meter", width=f"{share:.1f}", label=label, said=said, tone=tone, show=show)


# Tables and lists


@register.simple_block_tag
def table(
    content: SafeString, caption: str, show_caption: bool = False, bulk: bool = False, compact: bool = False
) -> SafeString:
    """A table that scrolls inside itself, with a sticky head; the caption is its name."""
    return _render("table", content=content, caption=caption, show_caption=show_caption, bulk=bulk, compact=compact)


def _query(context: Context, **changes: str) -> str:
    """The present query string with these keys changed ("" drops one), and paging forgotten."""
    request = context.get("request")
    query = QueryDict(mutable=True) if request is None else request.GET.copy()
    for key in ("after", "before", "cursor", "page"):
        query.pop(key, None)
    for key, value in changes.items():
        if value:
            query[key] = value
        else:
            query.pop(key, None)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def th(context: Context, label: str, sort: str = "", numeric: bool = False, hidden: bool = False) -> SafeString:
    """A column's head; with sort it is a link that keeps the filters and forgets the page."""
    css = mark_safe(' class="num"') if numeric else ""
    if not sort:
        text = format_html('<span class="visually-hidden">{}</span>', label) if hidden else escape(label)
        return format_html('<th scope="col"{}>{}</th>', css, text)
    request = context.get("request")
    present = request.GET.get("sort", "") if request is not None else ""
    ascending, descending = present == sort, present == f"-{sort}"
    order = mark_safe(f' aria-sort="{"ascending" if ascending else "descending"}"') if ascending or descending else ""  # noqa: S308
    mark = _icon("arrow-up" if ascending else "arrow-down" if descending else "sort", size="small")
    link = _query(context, sort=f"-{sort}" if ascending else sort)
    return format_html('<th scope="col"{}{}><a class="sort" href="{}">{}{}</a></th>', css, order, link, label, mark)


@register.simple_tag
def row_link(label: str, href: object) -> SafeString:
    """The row's own link; with data-row on the <tr> the whole row follows it."""
    return _written(f'<a class="row-link" href="{_escaped(_href(href))}">{_escaped(label)}</a>')


@register.simple_tag
def th_select() -> SafeString:
    """The head of the column of check boxes; the box itself appears with JavaScript."""
    return format_html(
        '<th scope="col" class="select"><span class="visually-hidden">{}</span>'
        '<label class="tick" hidden data-bulk-all-label><input type="checkbox" data-bulk-all>'
        '<span class="visually-hidden">{}</span></label></th>',
        _("Selected"),
        _("Select every row"),
    )


@register.simple_tag
def td_select(value: object, label: str, name: str = "selected", checked: bool = False) -> SafeString:
    """The check box of a row, named after the row."""
    return format_html(
        '<td class="select"><label class="tick"><input type="checkbox" name="{}" value="{}"{}>'
        '<span class="visually-hidden">{}</span></label></td>',
        name,
        value,
        mark_safe(" checked") if checked else "",
        _("Select %(label)s") % {"label": label},
    )


@register.simple_block_tag
def bulk_bar(content: SafeString) -> SafeString:
    """What can be done with the selected rows; counts them as they are ticked."""
    return _render("bulk_bar", content=content)


@register.simple_block_tag(takes_context=True)
def filters(
    context: Context, content: SafeString, action: object = "", reset: object = "", **attrs: object
) -> SafeString:
    """A GET form in one row that keeps the sort order; Clear shows when anything is set."""
    request = context.get("request")
    given = request.GET if request is not None else {}
    ignored = {"sort", "after", "before", "cursor", "page"}
    return _render(
        "filters",
        content=content,
        action=_href(action),
        reset=_href(reset) or "?",
        sort=given.get("sort", ""),
        active=any(value for key, value in given.items() if key not in ignored),
        attrs=_attributes(attrs),
    )


@register.simple_tag(takes_context=True)
def pager(context: Context, newer: str | None = "", older: str | None = "", label: str = "") -> SafeString:
    """Newer and older: the cursors of a foundation.paging.Page, or addresses; nothing when this is the only page.

    A cursor becomes `?after=…` with the filters and the order of the page kept.
    """
    if not newer and not older:
        return mark_safe("")
    addresses = [
        cursor if not cursor or cursor.startswith(PLAIN_HREFS) else _query(context, after=cursor)
        for cursor in (newer or "", older or "")
    ]
    return _render("pager", newer=addresses[0], older=addresses[1], label=label)


@register.simple_block_tag
def board(content: SafeString, label: str, **attrs: object) -> SafeString:
    """Columns of cards, side by side; scrolls inside itself."""
    return _render("board", content=content, label=label, attrs=_attributes(attrs))


@register.simple_block_tag
def board_column(
    content: SafeString,
    title: str,
    count: int | None = None,
    href: object = "",
    id: str = "",
    limit: str = "",
    **attrs: object,
) -> SafeString:
    """A stage: its name, its count, its cards; limit says what is not shown ("40 more")."""
    return _render(
        "board_column",
        content=_trim(content),
        title=title,
        count=count,
        href=_href(href),
        id=id,
        limit=limit,
        attrs=_attributes(attrs),
    )


@register.simple_block_tag
def board_card(
    content: SafeString, title: str, href: object, stalled: bool = False, id: str = "", **attrs: object
) -> SafeString:
    """A card; stalled ones are marked by an icon and a word."""
    flag = ""
    if stalled:
        flag = f'<span class="board-card-flag">{_icon("pause", size="small")}{_escaped(_("Stalled"))}</span>'
    return _written(
        f'<li class="board-card{" board-card-stalled" if stalled else ""}"'
        + (f' id="{_escaped(id)}"' if id else "")
        + f'{_attributes(attrs)}><a class="board-card-title" href="{_escaped(_href(href))}">{_escaped(title)}</a>{flag}'
        f'<div class="board-card-meta">{content}</div></li>'
    )


# Forms


def _is_group(bound: BoundField) -> bool:
    widget = bound.field.widget
    return isinstance(widget, RadioSelect | CheckboxSelectMultiple) or (
        isinstance(widget, MultiWidget) and not isinstance(widget, HiddenInput)
    )


def _control(bound: BoundField, *, described_by: str, rows: int | None, group: bool) -> SafeString:
    attrs: dict[str, Any] = {}
    if described_by and not group:
        attrs["aria-describedby"] = described_by
    if bound.errors and not group:
        attrs["aria-invalid"] = "true"
    if rows is not None:
        attrs["rows"] = rows
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    help: str = "",
    width: Literal["", "short", "half", "full"] = "",
    optional: bool = False,
    prefix: str = "",
    suffix: str = "",
    rows: int | None = None,
    hide_label: bool = False,
) -> SafeString:
    """Label, help, error and control of one form field, tied together for those who cannot see them side by side."""
    _one_of(width, ("", "short", "half", "full"), "width")
    help_text = "" if help.isspace() else help or bound.help_text
    if help.isspace():
        # The field's own help is not wanted here, nor Django's reference to it.
        bound = copy(bound)
        bound.help_text = ""
    name = bound.auto_id or bound.html_name
    # Django's own id for help text is kept, so that a widget rendered elsewhere is described alike.
    described = [f"{name}_helptext"] if help_text else []
    if bound.errors:
        described.append(f"{name}_error")
    group = _is_group(bound)
    return _render(
        "field",
        bound=bound,
        control=_control(bound, described_by=" ".join(described), rows=rows, group=group),
        described_by=" ".join(described),
        name=name,
        label=label or bound.label,
        help=help_text,
        width=width,
        optional=optional,
        prefix=prefix,
        suffix=suffix,
        hide_label=hide_label,
        group=group,
        tick=isinstance(bound.field.widget, CheckboxInput),
    )


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    """Every field of the form, hidden ones first, one `{% field %}` each."""
    hidden = [bound.as_widget() for bound in form.hidden_fields()]
    visible = [field(bound) for bound in form.visible_fields()]
    return mark_safe("".join([*hidden, *visible]))  # noqa: S308  rendered by Django and by field


def _errors(form: BaseForm) -> list[tuple[str, str]]:
    """(anchor, message) for each error, in the order of the page; anchor "" for the form as a whole."""
    found = [("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or (bound.auto_id or "")
        if _is_group(bound):
            target = f"{bound.auto_id}_0"
        if bound.is_hidden:
            target = ""
        found.extend((target, f"{bound.label}: {message}") for message in bound.errors)
    return found


@register.simple_tag
def error_summary(form: BaseForm | BaseFormSet[Any]) -> SafeString:
    """What is wrong, linking to the fields; nothing when all is well. Takes focus when the page arrives."""
    if isinstance(form, BaseFormSet):
        found = [("", str(message)) for message in form.non_form_errors()]
        for one in form.forms:
            found.extend(_errors(one))
    else:
        found = _errors(form)
    return _render("error_summary", errors=found) if found else mark_safe("")


@register.simple_block_tag
def fieldset(content: SafeString, legend: str, help: str = "") -> SafeString:
    """A group of fields under one legend."""
    return _render("fieldset", content=content, legend=legend, help=help)


@register.simple_block_tag
def field_row(content: SafeString) -> SafeString:
    """Fields side by side where there is room."""
    return format_html('<div class="field-row">{}</div>', content)


@register.simple_block_tag
def form_actions(content: SafeString, cancel: object = "") -> SafeString:
    """The form's buttons, and the way out."""
    return _render("form_actions", content=content, cancel=_href(cancel))


@register.simple_tag
def score_scale(
    name: str,
    legend: str,
    value: int | str | None = None,
    anchors: Mapping[Any, str] | Sequence[str] | None = None,
    help: str = "",
    error: str = "",
    hide_legend: bool = False,
    **attrs: object,
) -> SafeString:
    """Radio buttons 1 to 5 and no evidence (posted as 0), each with its anchor; digits choose while focus is inside."""
    texts = _anchor_texts(anchors)
    chosen = "" if value is None else str(value)
    options = [(option, texts.get(option, ""), str(option) == chosen) for option in SCORES]
    return _render(
        "score_scale",
        name=name,
        legend=legend,
        options=options,
        none_chosen=chosen == str(NO_EVIDENCE),
        has_anchors=bool(texts),
        help=help,
        error=error,
        hide_legend=hide_legend,
        attrs=_attributes(attrs),
    )


# Charts


@register.simple_tag
def chart(figure: charts.Figure) -> SafeString:
    """Draw what foundation.charts built, with its title, description and data table."""
    values = {"figure": figure, "lines": drawing.lines(figure), "numbers": drawing.numbers(figure)}
    return render_to_string(f"charts/{figure.kind}.html", values)


# For the layout


@register.simple_tag
def page_url(*targets: object) -> str:
    """The address of the first of these that this installation has, or ""."""
    for target in targets:
        try:
            return _href(target)
        except NoReverseMatch:
            continue
    return ""


@register.simple_tag(takes_context=True)
def phone_items(context: Context) -> list[Mapping[str, Any]]:
    """The entries of the rail for a phone's bottom bar: those marked `phone`, else the first four."""
    items = [item for section in context.get("rail") or [] for item in section["items"]]
    return [item for item in items if item.get("phone")][:4] or items[:4]
