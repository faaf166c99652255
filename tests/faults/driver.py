"""What features and the clock would do, in a process of its own: one order a line, one answer a line, both JSON.

Run as a process: `python -m tests.faults.driver`.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from notifications import tasks  # noqa: E402
from notifications.actions import announcements, holds, notices, preferences, webhooks  # noqa: E402
from notifications.models import Delivery, Heartbeat, Mark, Preference, Webhook  # noqa: E402
from notifications.switches import Switch  # noqa: E402
from people.actions import audit, people, roles, teams  # noqa: E402
from people.models import Person, Role, Team  # noqa: E402
from people.models.person import WEEKDAYS  # noqa: E402
from portal.celery import app  # noqa: E402
from tests.faults import tasks as long_tasks  # noqa: E402
from tests.faults.notices import KINDS, NEWS  # noqa: E402


def seed(readers: int) -> None:
    for number in range(readers):
        people.add_person(full_name=f"R {number}", email=f"r{number}@staff.example", by=None, at=timezone.now())


def plan(subjects: list[int], kind: str, end: str = "", due_in: float = 0) -> list[list[Any]]:
    """The keys. `end`: "rolled back", or "killed" between the commit and the message to the queue."""
    at, readers = timezone.now(), list(Person.objects.order_by("pk"))
    told = {subject: readers[subject % len(readers)] for subject in subjects}
    with transaction.atomic():
        if end == "killed":
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        for subject, reader in told.items():
            notices.notify(kind=KINDS[kind], subject_id=subject, to=[reader], at=at,
                           due_at=at + timedelta(seconds=due_in))  # fmt: skip
        transaction.set_rollback(end == "rolled back")
    return [[kind, subject, "", f"p{reader.pk}", "mail"] for subject, reader in told.items()]


def listen(url: str, count: int) -> list[int]:
    """So many webhooks of a team, all leading there, made by somebody who is never to be left alone."""
    at, by = timezone.now(), Person.objects.order_by("pk")[0]
    Person.objects.filter(pk=by.pk).update(work_days=",".join(WEEKDAYS))
    preferences.set_preferences(
        person=by, cadences={}, since=time(0), until=time(0), paused_until=None, digest_at=time(7), at=at
    )
    team = Team.objects.first() or teams.add_team(name="Service", parent=None, by=None, at=at)
    roles.grant_role(
        person=by, role=Role.PEOPLE_ADMIN, team=None, starts_at=at, ends_at=None, reason="", by=None, at=at
    )
    made = [
        webhooks.add_webhook(
            team=team, name=f"W {number}", form="generic", address=url, events=[NEWS.key], teams_below=False,
            time_zone="UTC", by=by, at=at,
        )
        for number in range(count)
    ]  # fmt: skip
    return [webhook.pk for webhook, _secret in made]


def announce(subjects: list[int]) -> list[list[Any]]:
    """The keys: each subject for each webhook."""
    at = timezone.now()
    for subject in subjects:
        announcements.announce(event=NEWS, subject_id=subject, teams=[Team.objects.get().pk], at=at)
    listening = Webhook.objects.order_by("pk")
    return [[NEWS.key, subject, "", webhook.reader, "chat"] for webhook in listening for subject in subjects]


def webhook_states() -> list[list[str]]:
    return [list(each) for each in Webhook.objects.order_by("pk").values_list("state", "off_reason")]


def leave(reader: str) -> None:
    Person.objects.filter(pk=int(reader[1:])).update(is_active=False)


def tick() -> None:
    """What beat does. Without a broker: nothing, and the next one may succeed."""
    try:
        tasks.tick.delay()
    except Exception as error:
        sys.stderr.write(f"no broker: {error}\n")


def deliver(times: int) -> None:
    """One message with all ids, several times at once."""
    pks = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    for _each in range(times):
        tasks.deliver.delay(pks=pks)


def switch_path(kind: str) -> str:
    """What the last reader's mails of this kind lead to, to have no more of them."""
    reader = Person.objects.order_by("-pk")[0]
    switch = Switch.of(reader=f"p{reader.pk}", kind=kind, channel="mail", address=reader.email)
    return reverse("notifications:mail-switch", args=[switch.token])


def is_switched_off(kind: str) -> bool:
    return Preference.objects.filter(kind=kind, cadence="never").exists()


def rows() -> list[dict[str, Any]]:
    return [
        {
            "key": [row.kind, row.subject_id, row.occurrence, row.reader, row.channel],
            "state": row.state,
            "reason": row.reason,
            "attempts": row.attempts,
            "message_id": row.webhook_id if row.channel == "chat" else row.message_id,
        }
        for row in Delivery.objects.order_by("pk")
    ]


def nap(seconds: float) -> None:
    """Give a worker something to do that takes long."""
    long_tasks.nap.delay(seconds=seconds)


def put_off(kind: str, seconds: float) -> None:
    """What quiet hours do."""
    planned = Delivery.objects.filter(kind=kind, state=Delivery.State.PLANNED)
    planned.update(due_at=timezone.now() + timedelta(seconds=seconds))


def is_held() -> bool:
    return any(mark.is_held for mark in Mark.objects.all())


def settle_hold(deed: str, kind: str) -> int:
    """What an operator does with what is on hold."""
    operator = Person.objects.order_by("pk")[0]
    act = {"release": holds.release, "discard": holds.discard}[deed]
    return act(kind=kind, by=operator, reason="Seen in the log of the mail server", at=timezone.now())


def end_hold() -> None:
    holds.end_hold(by=Person.objects.order_by("pk")[0], at=timezone.now())


def deafen() -> None:
    """Make every worker take nothing any more from any queue, though it goes on living and answering."""
    for queues in (app.control.inspect(timeout=3).active_queues() or {}).values():
        for queue in queues:
            app.control.cancel_consumer(queue["name"])


def heartbeats() -> list[tuple[str, float]]:
    """Of which kind, and how many seconds ago; the youngest first."""
    now = timezone.now()
    return [(each.kind, (now - each.at).total_seconds()) for each in Heartbeat.objects.order_by("-at")]


def audit_problem() -> str:
    return audit.verify().problem


ORDERS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        seed,
        plan,
        listen,
        announce,
        webhook_states,
        leave,
        tick,
        deliver,
        switch_path,
        is_switched_off,
        rows,
        nap,
        put_off,
        is_held,
        settle_hold,
        end_hold,
        deafen,
        heartbeats,
        audit_problem,
    )
}

if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        answer = ORDERS[order.pop("do")](**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
