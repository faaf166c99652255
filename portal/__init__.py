"""The project: settings, addresses and wiring; the only code that may know every app."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
