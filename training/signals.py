"""Facts that training announces, past tense."""

from django.dispatch import Signal

assigned = Signal()  # assignments (a list), at
path_assigned = Signal()  # paths (a list of PathAssignment), at
withdrawn = Signal()  # assignment, at
attempt_submitted = Signal()  # attempt, at
attendance_marked = Signal()  # booking (as it is now), at
completed = Signal()  # completion, at
brought_in = Signal()  # completions of elsewhere (a list), at
revoked = Signal()  # revocation, at
sign_off_asked = Signal()  # sign_off, at
sign_off_judged = Signal()  # sign_off, at
waited_in_vain = Signal()  # bookings (a list), at
session_changed = Signal()  # session, people (keys of those whose calendars follow), at
skill_judged = Signal()  # sign_off, at
skills_changed = Signal()  # what gives or needs a skill, for whomever
