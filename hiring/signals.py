"""Facts that hiring announces, past tense. Each carries the object and `at`."""

from django.dispatch import Signal

opening_opened = Signal()  # opening, at
opening_closed = Signal()  # opening, at
interview_scheduled = Signal()  # interview, at
interview_changed = Signal()  # interview, at (time, place or panel)
interview_cancelled = Signal()  # interview, at
scorecard_submitted = Signal()  # scorecard, at
interview_revealed = Signal()  # interview, at
application_decided = Signal()  # decision, at
candidate_hired = Signal()  # application, person, at
