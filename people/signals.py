"""Facts that people announces, past tense; and questions that features answer for it."""

from django.dispatch import Signal

person_added = Signal()  # person, at
person_changed = Signal()  # person, fields (names), at
person_deactivated = Signal()  # person, at
person_reactivated = Signal()  # person, at
role_granted = Signal()  # grant, at
role_ended = Signal()  # grant, at
leave_changed = Signal()  # person, by, at: their leave was recorded, moved or taken back
import_queued = Signal()  # run: an ImportRun that a worker should take up now
people_imported = Signal()  # run, at

# Sent with `person`; each receiver answers with a list of foundation.work.WorkItem. So a leaver's page can list what a
# feature expects of them, and people knows no feature.
asked_what_waits = Signal()
# Sent with `reader`; each receiver answers with a Q of audit entries that this reader must not see yet.
asked_what_is_sealed = Signal()
# Sent with `addresses`; each receiver answers with a mapping from those that refuse mail to a reports.Refusing.
asked_what_refuses_mail = Signal()
# Sent with `person` and `reader`; each receiver answers with what the page of the person leads to, as below.
asked_where_a_person_leads = Signal()
# Sent with `team` and `reader`; each receiver answers with what the page of the team leads to: a list of
# (label, address, icon).
asked_where_a_team_leads = Signal()
