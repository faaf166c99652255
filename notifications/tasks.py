"""The ticks and the workers' part. A lost message costs delay, never a notice: the ledger knows what is due."""

from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from notifications.actions import addresses, digests, dispatch, heartbeats, holds, ledger, posting, retention, sending
from notifications.hooks import reached
from notifications.models import Heartbeat


@shared_task(ignore_result=True)
def tick() -> None:
    """Each minute, and when something is due at once: take back what dead workers held, queue what is due."""
    at = timezone.now()
    holds.tick(at=at)
    ledger.recover(at=at)
    chunks = dispatch.take_due(at=at)
    reached("queued")
    for chunk in chunks:
        deliver.delay(pks=chunk)
    for chunk in dispatch.take_due_of_chat(at=at):
        post.delay(pks=chunk)


@shared_task(ignore_result=True)
def plan_digests() -> None:
    digests.plan_digests(at=timezone.now())


@shared_task(ignore_result=True)
def deliver(*, pks: Sequence[int]) -> None:
    # A message may be older than the database, when that was restored: its ids then stand for what was sent.
    holds.watch(at=timezone.now())
    sending.deliver(pks=pks, clock=timezone.now)


@shared_task(ignore_result=True)
def forget_reports() -> None:
    addresses.forget_reports(at=timezone.now())


@shared_task(ignore_result=True)
def pulse(*, name: str) -> None:
    """What a worker sends itself each minute (portal/watchdog.py): that this runs proves that it works."""
    heartbeats.note(name=name, kind=Heartbeat.Kind.WORKER, at=timezone.now())


@shared_task(ignore_result=True)
def forget_settled() -> None:
    """Each day: the ledger does not grow without end, nor the list of workers that once were."""
    at = timezone.now()
    retention.forget_settled(at=at)
    heartbeats.forget(at=at)


@shared_task(ignore_result=True)
def post(*, pks: Sequence[int]) -> None:
    """To chats of teams, one chunk after the other."""
    holds.watch(at=timezone.now())
    posting.deliver(pks=pks, clock=timezone.now)
    for chunk in dispatch.take_due_of_chat(at=timezone.now()):
        post.delay(pks=chunk)
