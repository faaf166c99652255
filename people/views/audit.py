"""The audit trail, for auditors. Reading the page leaves no entry; taking the list away does."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from foundation.http import fragment
from foundation.paging import page_of
from people import policies, reports
from people.actions import audit
from people.forms.organisation import AuditFilter
from people.models import AuditEntry, AuditHead, Person
from people.requests import PersonRequest
from people.views.lists import csv_answer, must, page_links

CHAIN_KEY, CHAIN_KEPT, CHAIN_STEP = "people.audit.chain", 15 * 60, 2000
COLUMNS = [
    "id", "at", "by", "deed", "outcome", "kind", "thing", "changes", "reason", "way", "request", "address", "hash",
]  # fmt: skip


@require_safe
def audit_list(request: PersonRequest) -> HttpResponse:
    must(policies.can_view_audit(request.user))
    chosen, entries = _filtered(request)
    page = page_of(entries.select_related("actor"), order=("-pk",), cursor=request.GET.get("after"))
    context = {
        "filter": chosen,
        "filtered": any(request.GET.get(name) for name in chosen.fields),
        "lines": reports.audit_lines(page.items),
        **page_links(request, page),
        "chain": _chain(),
        "query": request.GET.urlencode(),
        "sort": "",
    }
    return fragment(request, "people/audit_list.html", "rows", context)


@require_safe
def audit_export(request: PersonRequest) -> StreamingHttpResponse:
    """What the filters leave, oldest first."""
    must(policies.can_view_audit(request.user))
    _chosen, entries = _filtered(request)
    # The trail as it stands before this export: the entry about it is not part of it.
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    audit.record(
        by=request.user,
        did="people.audit_exported",
        outcome=audit.Outcome.EXPORTED,
        changes={"filters": sorted(name for name, value in request.GET.items() if value)},
    )
    rows = entries.filter(pk__lte=last).select_related("actor").order_by("pk")
    return csv_answer("audit.csv", COLUMNS, (_row(entry) for entry in rows.iterator(chunk_size=2000)))


def _row(entry: AuditEntry) -> list[Any]:
    return [
        entry.pk, entry.at, entry.actor.email if entry.actor else "", entry.did, entry.outcome, entry.object_type,
        entry.object_id, "; ".join(f"{key}: {value}" for key, value in entry.changes.items()), entry.reason,
        entry.channel, entry.request_id, entry.ip, entry.hash,
    ]  # fmt: skip


def _filtered(request: PersonRequest) -> tuple[AuditFilter, QuerySet[AuditEntry]]:
    deeds, kinds = reports.audit_choices()
    chosen = AuditFilter(request.GET, deeds=deeds, kinds=kinds)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    entries = reports.by_person(reports.audit_trail(request.user), wanted.get("person", ""))
    exact = {"did": "did", "kind": "object_type", "outcome": "outcome", "thing": "object_id"}
    entries = entries.filter(**{column: wanted[name] for name, column in exact.items() if wanted.get(name)})
    if since := wanted.get("since"):
        entries = entries.filter(at__gte=_start(request.user, since))
    if until := wanted.get("until"):
        entries = entries.filter(at__lt=_start(request.user, until + timedelta(days=1)))
    return chosen, entries


def _start(reader: Person, day: date) -> datetime:
    return datetime.combine(day, time(), reader.zone).astimezone(UTC)


def _chain() -> dict[str, Any]:
    """How far the chain has been checked. Each look checks some more, and every quarter of an hour a look begins anew;
    `manage.py verify_audit` checks all of it at once."""
    now = timezone.now().timestamp()
    begun, known = cache.get(CHAIN_KEY) or (now, None)
    since = audit.Verdict(**known) if known else None
    verdict = since if since and not since.is_sound else audit.verify(since=since, most=CHAIN_STEP)
    cache.set(CHAIN_KEY, (begun, asdict(verdict)), max(1, int(begun + CHAIN_KEPT - now)))
    head = AuditHead.objects.filter(pk=1).first()
    return {"verdict": verdict, "entries": head.entries if head else 0}
