"""Leaves of training's pages."""

import re
from collections.abc import Mapping

from django import template
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString

from foundation import markdown
from foundation.http import address_of
from foundation.templatetags import ui
from people.models import Person
from training.reports.skills import SkillMatrix
from training.reports.teams import Matrix
from training.skill_levels import Held
from training.standing import LABELS, Standing

register = template.Library()
TOP = re.compile(r"^ {0,3}(#[ \t]|=+[ \t]*$)", re.MULTILINE)


@register.filter
def prose(text: str, files: Mapping[str, markdown.File] | None = None) -> SafeString:
    """What a trainer wrote in Markdown, with those of its version's files that it names; its highest heading comes just
    below that of the page."""
    return markdown.render(text, first_heading=2 if TOP.search(text) else 1, files=files)


@register.filter
def percent(share: float) -> int:
    """A share of 0 to 1 as a whole number."""
    return round(share * 100)


@register.simple_tag
def standing(value: Standing) -> SafeString:
    """Where somebody stands, as a badge: a word, and an icon for its tone."""
    return ui.badge(value.label, tone=value.tone)


@register.simple_tag
def matrix_rows(matrix: Matrix, choose: bool = False, ticked: bool = False) -> SafeString:
    """The rows of the matrix: eight thousand cells, so each word and each day is written once. A cell says its word;
    its colour only repeats it. With `choose`, whoever may be given something can be ticked."""
    words = {code: str(escape(label)) for code, label in LABELS.items()}
    cells = {cell.day for cell in matrix.cells.values() if cell.day}
    days = {day: f"<br><small>{escape(date_format(day, 'j M Y'))}</small>" for day in cells}
    before, after = address_of("training:assignment-detail", 0).split("0")

    of_person, end = address_of("training:transcript", 0).split("0")

    def written(key: int, cell: Standing) -> str:
        if cell.code == "none":
            return "<td></td>"
        day = days[cell.day] if cell.day else ""
        tone, word = str(cell.tone), words[cell.code]
        if cell.code == "blocked":  # it names a module
            tone, word = f"{tone} m-long", escape(cell.label)
        # What was done elsewhere has no assignment: the transcript tells of it.
        way = f"{of_person}{key}{end}" if cell.assignment is None else f"{before}{cell.assignment}{after}"
        return f'<td class="m-{tone}"><a href="{way}">{word}{day}</a></td>'

    def box(someone: Person) -> str:
        if not choose:
            return ""
        may = getattr(someone, "is_given_by", False)
        return ui.td_select(someone.pk, label=str(someone), checked=ticked) if may else '<td class="select"></td>'

    rows = (
        f'<tr>{box(someone)}<th scope="row" class="matrix-name">{ui.person(someone, meta=someone.job_title)}</th>'
        f"{''.join(written(someone.pk, cell) for cell in cells)}</tr>"
        for someone, cells in matrix.rows
    )
    return SafeString("".join(rows))


@register.simple_tag
def skill_level(value: Held) -> SafeString:
    """A level as a badge, with what the job needs when that is more; nothing where there is neither."""
    return ui.badge(value.label, tone=value.tone) if value.label else SafeString("")


@register.simple_tag
def skill_rows(matrix: SkillMatrix) -> SafeString:
    """The rows of the matrix of skills. A cell says its word and leads to the skills of its person; the colour only
    repeats it."""
    before, after = address_of("training:person-skills", 0).split("0")

    def written(someone: Person, held: Held) -> str:
        if not (word := held.label):
            return "<td></td>"
        return f'<td class="m-{held.tone}"><a href="{before}{someone.pk}{after}">{escape(word)}</a></td>'

    rows = (
        f'<tr><th scope="row" class="matrix-name">{ui.person(someone, meta=someone.job_title)}</th>'
        f"{''.join(written(someone, held) for held in line)}</tr>"
        for someone, line in matrix.rows
    )
    return SafeString("".join(rows))
