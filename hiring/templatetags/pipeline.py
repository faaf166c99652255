"""The card of the pipeline board, written in Python: a board shows fifty at once, and the nodes of a template for each
cost half of the page."""

from collections.abc import Collection

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foundation.templatetags.ui import badge, board_card, icon, when
from hiring.models import Application
from hiring.reports.openings import Card

register = template.Library()


@register.simple_tag
def pipeline_card(card: Card, can_pick: bool, chosen: Collection[int]) -> SafeString:
    """An application at its stage, with a box to tick for whoever may move it."""
    application = card.application
    lines = [f"<span>{escape(card.waited)}</span>"]
    if can_pick:
        ticked = " checked" if application.pk in chosen else ""
        lines.insert(
            0,
            f'<label class="pipeline-pick"><input type="checkbox" name="selected" value="{application.pk}"{ticked}>'
            f'<span class="visually-hidden">{escape(card.pick)}</span></label>',
        )
    if application.state != Application.State.ACTIVE:
        lines.append(badge(application.get_state_display()))
    if card.interview_at:
        lines.append(f"<span>{icon('calendar', size='small')} {when(card.interview_at, style='short')}</span>")
    if application.owes_scorecard:
        lines.append(badge(_("your scorecard is due"), icon="lock"))
    inside = mark_safe("\n".join(lines))  # noqa: S308  components, keys and escaped words
    return board_card(inside, application.label, application, stalled=card.stalled, data_card=application.pk)
