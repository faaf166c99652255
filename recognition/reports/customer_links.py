"""Links for customers: with how much came in by each, and as a code to print."""

import segno
from django.db.models import Count, F, QuerySet
from django.utils.safestring import SafeString, mark_safe

from recognition.models import CustomerLink


def with_counts(links: QuerySet[CustomerLink]) -> QuerySet[CustomerLink]:
    """Those in use first, by site; each with `came`, how often words came in by it. One query."""
    counted = links.annotate(came=Count("praises")).select_related("site", "created_by")
    return counted.order_by(F("revoked_at").desc(nulls_first=True), "site__name", "name", "pk")


def code_of(link: CustomerLink) -> SafeString:
    """Black on white, whatever the page: cameras want it so."""
    drawn = segno.make(link.address, error="m", micro=False)
    return mark_safe(drawn.svg_inline(border=2, dark="#000", light="#fff", omitsize=True))  # noqa: S308 (drawn here)
