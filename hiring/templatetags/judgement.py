"""Leaves of the pages about judgement that a page repeats by the hundred, written in Python: nodes of a template for
each cost more than all that is computed."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.templatetags.ui import icon
from hiring.reports.comparison import Cell

register = template.Library()


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
