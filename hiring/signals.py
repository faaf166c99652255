"""Facts that hiring announces, past tense. Each carries the object and `at`."""

from django.dispatch import Signal

opening_opened = Signal()  # opening, at
opening_closed = Signal()  # opening, at
interview_scheduled = Signal()  # interview, at
# interview, at; people: keys of those for whom time, place or their own seat changed, off the panel by now or not;
# candidate: whether the candidate is concerned
interview_changed = Signal()
interview_cancelled = Signal()  # interview, at
scorecard_submitted = Signal()  # scorecard, at
interview_revealed = Signal()  # interview, at
application_decided = Signal()  # decision, at
candidate_hired = Signal()  # application, person, at
