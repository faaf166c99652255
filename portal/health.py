"""/livez: the process answers. /readyz: it can also serve (database, migrations, cache); names only, never details.

With ?detail=1 /readyz also says how long ago clock, ticks and workers gave a sign of life, without their names: for a
monitor. That one of them is late is no reason to take a web process out of the balance, so it changes no status.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import operations


@login_not_required
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503 naming what is not."""
    failing = [name for name, check in CHECKS.items() if not check()]
    answer: dict[str, Any] = {"status": "failing" if failing else "ok", "failing": failing}
    if request.GET.get("detail") == "1" and not failing:
        answer["heartbeats"] = _heartbeats()
    return JsonResponse(answer, status=503 if failing else 200)


def _heartbeats() -> dict[str, Any]:
    """Seconds since the last sign of life, by sort of process; of several workers the liveliest counts."""
    at = timezone.now()
    told: dict[str, Any] = {}
    for sign in operations.signs_of_life(at):
        seconds = None if sign.at is None else max(0, round((at - sign.at).total_seconds()))
        known = told.get(sign.name)
        if known is None or (seconds is not None and seconds < known["seconds"]):
            told[sign.name] = {"seconds": seconds, "late": sign.is_late}
    return told


def _database() -> bool:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _migrations() -> bool:
    # Looked up until it is so: this code does not change while it runs, and reading all migrations takes a while.
    return bool(_applied) or _migrations_now()


def _migrations_now() -> bool:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
    except Error:
        return False
    _applied.append(True)
    return True


_applied: list[bool] = []


def _cache() -> bool:
    try:
        cache.set("readyz", "ok", 10)
        return bool(cache.get("readyz") == "ok")
    except Exception:
        return False


CHECKS = {"database": _database, "migrations": _migrations, "cache": _cache}
