"""Facts that notifications announces, past tense."""

from django.dispatch import Signal

notices_planned = Signal()  # due_at: the earliest of them, at
