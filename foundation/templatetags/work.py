"""The row of *my work*, written in Python: a recruiter has a hundred of them before them."""

from typing import Any, cast

from django import template
from django.utils.safestring import SafeString

from foundation.templatetags.ui import link_button, work_item
from foundation.work import WorkItem

register = template.Library()


@register.simple_tag
def work_line(item: WorkItem) -> SafeString:
    """What waits, since when or until when, and the link to the one thing to do about it."""
    action = link_button(item.action, item.href, size="small")
    return work_item(action, item.title, item.href, item.icon, item.meta, item.due, cast("Any", item.tone))
