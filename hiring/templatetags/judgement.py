"""Leaves of the pages about judgement that a page repeats by the hundred, written in Python: nodes of a template for
each cost more than all that is computed."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.templatetags.ui import badge, icon, row_link
from hiring.reports.comparison import Cell, Row

register = template.Library()


@register.simple_tag
def comparison_line(row: Row, rule_number: int) -> SafeString:
    """A candidate of a comparison: rank, name and cautions, score with its interval, a mean a competency, what was
    decided. Says so where the score was computed by another version than `rule_number`."""
    standing = row.standing
    below = badge(_("does not meet"), tone="warning") if standing.below_line else ""
    cautions = "".join(f'<span class="judgement-caution">{escape(said)}</span>' for said in standing.cautions)
    decided = badge(row.decided) if row.decided else f'<span class="quiet">{escape(_("not yet"))}</span>'
    css = ' class="judgement-below"' if standing.below_line else ""
    return mark_safe(  # noqa: S308  components, numbers and escaped words
        f"<tr data-row{css}>"
        f'<td class="num">{row.rank_words or standing.rank}</td>'
        f'<th scope="row">{row_link(row.application.label, row.application)}\n{below}\n{cautions}</th>'
        f'<td class="num nowrap">{_score(row, rule_number)}</td>'
        f"{''.join(map(mean_cell, row.cells))}<td>{decided}</td></tr>"
    )


def _score(row: Row, rule_number: int) -> str:
    if row.score is None:
        return escape(_("no evidence"))
    raters = row.standing.score.raters
    counted = ngettext("%(n)s panellist", "%(n)s panellists", raters) % {"n": raters}
    if row.rule_number != rule_number:
        counted += ", " + _("rule %(number)s") % {"number": row.rule_number}
    return (
        f'<strong>{row.score}</strong> <span class="quiet">({row.low}–{row.high})</span>'
        f'<span class="judgement-count">{escape(counted)}</span>'
    )


@register.simple_tag
def mean_cell(cell: Cell) -> SafeString:
    """A candidate's mean on one competency, with what it stands on; *no evidence* is no number."""
    if cell.mean is None:
        inside = f'<span class="quiet">{escape(_("no evidence"))}</span>'
    else:
        missed = f" {icon('alert', label=_('below the minimum'), size='small')}" if cell.missed else ""
        silent = escape(_("no evidence %(n)s") % {"n": cell.no_evidence}) if cell.no_evidence else ""
        inside = (
            f'<span class="{"judgement-missed" if cell.missed else ""}">{cell.mean}</span>{missed}'
            f'<span class="judgement-count">{escape(cell.backing)}</span>'
            + (f'<span class="judgement-count">{silent}</span>' if silent else "")
        )
    return mark_safe(f'<td class="num">{inside}</td>')  # noqa: S308  numbers and escaped words
