"""The line of the list of interviews, written in Python: a page shows fifty at once, and the nodes of a template for
each cost more than all that was read for it."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from foundation.templatetags.ui import badge, faces, link_button, row_link, when
from hiring.reports.interviews import Row

register = template.Library()


@register.simple_tag
def interview_line(row: Row) -> SafeString:
    """An interview: of whom, when, with whom, how far it has come, and what to do."""
    interview = row.interview
    what = f"{escape(interview.application.opening.title)} · {escape(interview.stage.name)}"
    progress = f'<span class="quiet small nowrap">{escape(row.progress)}</span>' if row.progress else ""
    action = link_button(row.action, row.href, size="small") if row.leads_on else ""
    return mark_safe(  # noqa: S308  components and escaped words
        f'<tr data-row><th scope="row" class="interview-who">{row_link(interview.label, row.address)}\n'
        f'<span class="interview-what">{what}</span></th>'
        f"<td>{when(interview.starts_at)}</td>"
        f'<td><span class="interview-panel">{faces(row.faces)}</span></td>'
        f'<td><span class="cluster">{badge(row.standing.label, tone=row.standing.tone)}{progress}</span></td>'
        f'<td class="interview-do">{action}</td></tr>'
    )
