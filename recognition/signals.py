"""Facts that recognition announces, past tense."""

from django.dispatch import Signal

recognised = Signal()  # recognition, at
withdrawn = Signal()  # recognition, at: its giver took it back
