"""Addresses of training, by noun."""

from django.urls import URLPattern, path

from training.views import (
    assignments,
    certificates,
    completion_imports,
    learning,
    modules,
    past,
    rules,
    sessions,
    sign_offs,
    teams,
)

app_name = "training"

urlpatterns: list[URLPattern] = [
    path("mine/", learning.mine, name="mine"),
    # Modules and their versions
    path("modules/", modules.module_list, name="module-list"),
    path("modules/new/", modules.module_create, name="module-create"),
    path("modules/<int:pk>/", modules.module_detail, name="module-detail"),
    path("modules/<int:pk>/edit/", modules.module_edit, name="module-edit"),
    path("modules/<int:pk>/draft/", modules.module_draft, name="module-draft"),
    path("modules/<int:pk>/take/", modules.module_take, name="module-take"),
    path("modules/<int:pk>/give/", assignments.module_give, name="module-give"),
    path("modules/<int:pk>/archive/", modules.module_archive, name="module-archive"),
    path("modules/<int:pk>/restore/", modules.module_restore, name="module-restore"),
    path("versions/<int:pk>/", modules.version_detail, name="version-detail"),
    path("versions/<int:pk>/questions/", modules.version_questions, name="version-questions"),
    path("versions/<int:pk>/export/", modules.version_export, name="version-export"),
    path("versions/<int:pk>/publish/", modules.version_publish, name="version-publish"),
    path("versions/<int:pk>/discard/", modules.version_discard, name="version-discard"),
    # Assignments, and the parts a learner takes
    path("assignments/<int:pk>/", learning.assignment_detail, name="assignment-detail"),
    path("assignments/<int:pk>/extend/", assignments.assignment_extend, name="assignment-extend"),
    path("assignments/<int:pk>/waive/", assignments.assignment_waive, name="assignment-waive"),
    path("assignments/<int:pk>/withdraw/", assignments.assignment_withdraw, name="assignment-withdraw"),
    path("assignments/<int:pk>/parts/<int:part>/", learning.part_detail, name="part-detail"),
    path("assignments/<int:pk>/parts/<int:part>/done/", learning.part_done, name="part-done"),
    path("assignments/<int:pk>/parts/<int:part>/write/", learning.part_write, name="part-write"),
    path("assignments/<int:pk>/parts/<int:part>/try/", learning.part_try, name="part-try"),
    path("assignments/<int:pk>/parts/<int:part>/answer/", learning.part_answer, name="part-answer"),
    path("assignments/<int:pk>/parts/<int:part>/choose/", learning.part_choose, name="part-choose"),
    path("assignments/<int:pk>/parts/<int:part>/ask/", learning.part_ask, name="part-ask"),
    # What somebody completed, and the paper that says so
    path("people/<int:pk>/", certificates.transcript, name="transcript"),
    path("people/<int:pk>/export/", certificates.transcript_csv, name="transcript-csv"),
    path("completions/<int:pk>/certificate/", certificates.certificate_pdf, name="certificate-pdf"),
    path("completions/<int:pk>/revoke/", certificates.completion_revoke, name="completion-revoke"),
    path("people/<int:pk>/completions/new/", completion_imports.completion_add, name="completion-add"),
    path("imports/", completion_imports.import_add, name="import-add"),
    path("imports/template/", completion_imports.import_template, name="import-template"),
    path("imports/<int:pk>/", completion_imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/errors/", completion_imports.import_errors, name="import-errors"),
    path("imports/<int:pk>/apply/", completion_imports.import_apply, name="import-apply"),
    path("imports/<int:pk>/cancel/", completion_imports.import_cancel, name="import-cancel"),
    # Practice before an observer
    path("sign-offs/", sign_offs.sign_off_list, name="sign-off-list"),
    path("sign-offs/<int:pk>/", sign_offs.sign_off_detail, name="sign-off-detail"),
    path("sign-offs/<int:pk>/take-back/", sign_offs.sign_off_take_back, name="sign-off-take-back"),
    # Live sessions
    path("sessions/", sessions.session_list, name="session-list"),
    path("modules/<int:pk>/sessions/new/", sessions.session_plan, name="session-plan"),
    path("sessions/<int:pk>/", sessions.session_detail, name="session-detail"),
    path("sessions/<int:pk>/book/", sessions.session_book, name="session-book"),
    path("sessions/<int:pk>/give-up/", sessions.session_give_up, name="session-give-up"),
    path("sessions/<int:pk>/edit/", sessions.session_edit, name="session-edit"),
    path("sessions/<int:pk>/cancel/", sessions.session_cancel, name="session-cancel"),
    path("sessions/<int:pk>/people/", sessions.session_people, name="session-people"),
    path("sessions/<int:pk>/attendance/", sessions.session_attendance, name="session-attendance"),
    path("bookings/<int:pk>/release/", sessions.booking_release, name="booking-release"),
    path("bookings/<int:pk>/correct/", sessions.booking_correct, name="booking-correct"),
    # Rules
    path("rules/", rules.rule_list, name="rule-list"),
    path("modules/<int:pk>/rules/new/", rules.rule_create, name="rule-create"),
    path("rules/<int:pk>/", rules.rule_detail, name="rule-detail"),
    path("rules/<int:pk>/edit/", rules.rule_edit, name="rule-edit"),
    path("rules/<int:pk>/on/", rules.rule_switch_on, name="rule-switch-on"),
    path("rules/<int:pk>/off/", rules.rule_switch_off, name="rule-switch-off"),
    # Who stands where
    path("people/", teams.matrix, name="matrix"),
    path("people/export/", teams.matrix_csv, name="matrix-csv"),
    path("people/past/", past.past_day, name="past-day"),
    path("people/past/export/", past.past_day_csv, name="past-day-csv"),
    path("people/give/", teams.give_together, name="together-give"),
    path("people/extend/", teams.extend_together, name="together-extend"),
    path("people/nudge/", teams.nudge_together, name="together-nudge"),
]
