"""Addresses of hiring, by noun."""

from django.urls import URLPattern, path

from hiring.views import comparisons, debriefs, decisions, library

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
    # Judgement
    path("stages/<int:pk>/compare/", comparisons.stage_compare, name="stage-compare"),
    path("stages/<int:pk>/compare.csv", comparisons.stage_compare_csv, name="stage-compare-csv"),
    path("interviews/<int:pk>/debrief/", debriefs.interview_debrief, name="interview-debrief"),
    path("interviews/<int:pk>/debrief/notes/", debriefs.debrief_note_add, name="debrief-note-add"),
    path("applications/<int:pk>/decide/", decisions.application_decide, name="application-decide"),
]
