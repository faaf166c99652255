"""The ticks and the workers' part. A lost message costs delay, never a notice: the ledger knows what is due."""

from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from notifications.actions import addresses, digests, dispatch, ledger, sending
from notifications.hooks import reached


@shared_task(ignore_result=True)
def tick() -> None:
    """Each minute, and when something is due at once: take back what dead workers held, queue what is due."""
    at = timezone.now()
    ledger.recover(at=at)
    chunks = dispatch.take_due(at=at)
    reached("queued")
    for chunk in chunks:
        deliver.delay(pks=chunk)


@shared_task(ignore_result=True)
def plan_digests() -> None:
    digests.plan_digests(at=timezone.now())


@shared_task(ignore_result=True)
def deliver(*, pks: Sequence[int]) -> None:
    sending.deliver(pks=pks, clock=timezone.now)


@shared_task(ignore_result=True)
def forget_reports() -> None:
    addresses.forget_reports(at=timezone.now())
