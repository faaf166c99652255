"""The Celery application and the beat schedule: a few ticks in UTC; the database says what is due."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("rapport")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "resume-imports": {"task": "people.tasks.resume_imports", "schedule": 60.0},
}
