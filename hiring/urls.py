"""Addresses of hiring, by noun."""

from django.urls import URLPattern, path

from hiring.views import (
    autosave,
    comparisons,
    debriefs,
    decisions,
    interviews,
    kit_drafts,
    kit_sharing,
    kits,
    library,
    openings,
    pipeline,
    scheduling,
    scorecards,
    stages,
)

app_name = "hiring"

urlpatterns: list[URLPattern] = [
    # Library
    path("library/", library.competency_list, name="competency-list"),
    path("library/new/", library.competency_create, name="competency-create"),
    path("library/<int:pk>/", library.competency_detail, name="competency-detail"),
    path("library/<int:pk>/edit/", library.competency_edit, name="competency-edit"),
    path("library/<int:pk>/archive/", library.competency_archive, name="competency-archive"),
    path("library/<int:pk>/restore/", library.competency_restore, name="competency-restore"),
    path("library/<int:pk>/questions/new/", library.question_create, name="question-create"),
    path("library/questions/<int:pk>/edit/", library.question_edit, name="question-edit"),
    path("library/questions/<int:pk>/archive/", library.question_archive, name="question-archive"),
    path("library/questions/<int:pk>/restore/", library.question_restore, name="question-restore"),
    # Kits
    path("kits/", kits.kit_list, name="kit-list"),
    path("kits/new/", kits.kit_create, name="kit-create"),
    path("kits/import/", kit_sharing.kit_import, name="kit-import"),
    path("kits/<int:pk>/", kits.kit_detail, name="kit-detail"),
    path("kits/<int:pk>/edit/", kits.kit_edit, name="kit-edit"),
    path("kits/<int:pk>/archive/", kits.kit_archive, name="kit-archive"),
    path("kits/<int:pk>/restore/", kits.kit_restore, name="kit-restore"),
    path("kits/<int:pk>/compare/", kits.kit_compare, name="kit-compare"),
    path("kits/<int:pk>/draft/", kit_drafts.kit_draft, name="kit-draft"),
    path("kits/versions/<int:pk>/", kits.kit_version_detail, name="kit-version-detail"),
    path("kits/versions/<int:pk>/preview/", kits.kit_version_preview, name="kit-version-preview"),
    path("kits/versions/<int:pk>/export/", kit_sharing.kit_version_export, name="kit-version-export"),
    path("kits/versions/<int:pk>/edit/", kit_drafts.kit_version_edit, name="kit-version-edit"),
    path("kits/versions/<int:pk>/publish/", kit_drafts.kit_version_publish, name="kit-version-publish"),
    path("kits/versions/<int:pk>/discard/", kit_drafts.kit_version_discard, name="kit-version-discard"),
    # Interviews
    path("interviews/", interviews.interview_list, name="interview-list"),
    path("applications/<int:pk>/interviews/new/", scheduling.interview_schedule, name="interview-schedule"),
    path("interviews/<int:pk>/", interviews.interview_detail, name="interview-detail"),
    path("interviews/<int:pk>/calendar.ics", interviews.interview_calendar, name="interview-calendar"),
    path("interviews/<int:pk>/move/", scheduling.interview_reschedule, name="interview-reschedule"),
    path("interviews/<int:pk>/panel/", scheduling.interview_panel, name="interview-panel"),
    path("interviews/<int:pk>/cancel/", interviews.interview_cancel, name="interview-cancel"),
    path("interviews/<int:pk>/no-show/", interviews.interview_no_show, name="interview-no-show"),
    path("interviews/<int:pk>/take-up/", interviews.interview_take_up, name="interview-take-up"),
    path("interviews/<int:pk>/break-seal/", interviews.interview_break_seal, name="interview-break-seal"),
    # Scorecards: one's own by the interview, any that may be read by its id
    path("interviews/<int:pk>/scorecard/", scorecards.scorecard_fill, name="scorecard-fill"),
    path("interviews/<int:pk>/scorecard/save/", autosave.scorecard_save, name="scorecard-save"),
    path("interviews/<int:pk>/scorecard/review/", scorecards.scorecard_review, name="scorecard-review"),
    path("interviews/<int:pk>/scorecard/submit/", scorecards.scorecard_submit, name="scorecard-submit"),
    path("scorecards/<int:pk>/", scorecards.scorecard_detail, name="scorecard-detail"),
    path("scorecards/<int:pk>/later/", scorecards.later_view_add, name="later-view-add"),
    # Judgement
    path("stages/<int:pk>/compare/", comparisons.stage_compare, name="stage-compare"),
    path("stages/<int:pk>/compare.csv", comparisons.stage_compare_csv, name="stage-compare-csv"),
    path("interviews/<int:pk>/debrief/", debriefs.interview_debrief, name="interview-debrief"),
    path("interviews/<int:pk>/debrief/notes/", debriefs.debrief_note_add, name="debrief-note-add"),
    path("applications/<int:pk>/decide/", decisions.application_decide, name="application-decide"),
    # Openings and their pipeline
    path("openings/", openings.opening_list, name="opening-list"),
    path("openings/new/", openings.opening_create, name="opening-create"),
    path("openings/<int:pk>/", openings.opening_detail, name="opening-detail"),
    path("openings/<int:pk>/figures/", openings.opening_figures, name="opening-figures"),
    path("openings/<int:pk>/edit/", openings.opening_edit, name="opening-edit"),
    path("openings/<int:pk>/open/", openings.opening_open, name="opening-open"),
    path("openings/<int:pk>/close/", openings.opening_close, name="opening-close"),
    path("openings/<int:pk>/stages/", stages.opening_stages, name="opening-stages"),
    path("openings/<int:pk>/rule/", stages.opening_rule, name="opening-rule"),
    path("openings/<int:pk>/move/", pipeline.applications_move, name="applications-move"),
    path("openings/<int:pk>/undo/", pipeline.moves_undo, name="moves-undo"),
    path("openings/<int:pk>/decide/", pipeline.applications_decide, name="applications-decide"),
]
