"""Addresses under /api/v1/hiring/."""

from typing import Any

from django.urls import path

from hiring.api.views import candidates, interviews, judgement, kits, library, openings, scorecards

app_name = "hiring-api"

Actions = dict[str, Any]
LIST: Actions = {"get": "list"}
ADD: Actions = {"post": "create"}
ONE: Actions = {"get": "retrieve"}
CHANGE: Actions = {"patch": "partial_update"}

urlpatterns = [
    # the library
    path("competencies/", library.Competencies.as_view(LIST | ADD), name="competency-list"),
    path("competencies/<int:pk>/", library.Competencies.as_view(ONE | CHANGE), name="competency-detail"),
    path(
        "competencies/<int:pk>/archive/", library.Competencies.as_view({"post": "archive"}), name="competency-archive"
    ),
    path(
        "competencies/<int:pk>/restore/", library.Competencies.as_view({"post": "restore"}), name="competency-restore"
    ),
    path("competencies/<int:pk>/questions/", library.Questions.as_view(ADD), name="question-list"),
    path("questions/<int:pk>/", library.Questions.as_view(ONE | CHANGE), name="question-detail"),
    path("questions/<int:pk>/archive/", library.Questions.as_view({"post": "archive"}), name="question-archive"),
    path("questions/<int:pk>/restore/", library.Questions.as_view({"post": "restore"}), name="question-restore"),
    path("kits/", kits.Kits.as_view(LIST), name="kit-list"),
    path("kits/<int:pk>/", kits.Kits.as_view(ONE), name="kit-detail"),
    path("kits/<int:pk>/versions/", kits.KitVersions.as_view(LIST), name="kit-version-list"),
    path("kit-versions/<int:pk>/", kits.KitVersions.as_view(ONE), name="kit-version-detail"),
    path("kit-versions/<int:pk>/export/", kits.KitExports.as_view(ONE), name="kit-version-export"),
    # openings
    path("openings/", openings.Openings.as_view(LIST | ADD), name="opening-list"),
    path("openings/<int:pk>/", openings.Openings.as_view(ONE | CHANGE), name="opening-detail"),
    path("openings/<int:pk>/open/", openings.Openings.as_view({"post": "open"}), name="opening-open"),
    path("openings/<int:pk>/close/", openings.Openings.as_view({"post": "close"}), name="opening-close"),
    path("openings/<int:pk>/stages/", openings.Stages.as_view(LIST | {"put": "replace"}), name="stage-list"),
    path("openings/<int:pk>/rules/", openings.Rules.as_view(LIST | ADD), name="rule-list"),
    path("stages/<int:pk>/comparison/", judgement.Comparisons.as_view(ONE), name="stage-comparison"),
    # candidates
    path("candidates/", candidates.Candidates.as_view(LIST), name="candidate-list"),
    path("candidates/<int:pk>/", candidates.Candidates.as_view(ONE | CHANGE), name="candidate-detail"),
    path("applications/", candidates.Applications.as_view(LIST | ADD), name="application-list"),
    path("applications/<int:pk>/", candidates.Applications.as_view(ONE), name="application-detail"),
    path("applications/<int:pk>/move/", candidates.Applications.as_view({"post": "move"}), name="application-move"),
    path("applications/<int:pk>/notes/", candidates.Notes.as_view(LIST | ADD), name="note-list"),
    path("applications/<int:pk>/files/", candidates.Files.as_view(LIST), name="file-list"),
    # interviews
    path("interviews/", interviews.Interviews.as_view(LIST | ADD), name="interview-list"),
    path("interviews/<int:pk>/", interviews.Interviews.as_view(ONE), name="interview-detail"),
    path(
        "interviews/<int:pk>/reschedule/", interviews.Interviews.as_view({"post": "reschedule"}), name="interview-move"
    ),
    path("interviews/<int:pk>/panel/", interviews.Interviews.as_view({"put": "set_panel"}), name="interview-panel"),
    path("interviews/<int:pk>/cancel/", interviews.Interviews.as_view({"post": "cancel"}), name="interview-cancel"),
    path("interviews/<int:pk>/no-show/", interviews.Interviews.as_view({"post": "no_show"}), name="interview-no-show"),
    path("interviews/<int:pk>/take-up/", interviews.Interviews.as_view({"post": "take_up"}), name="interview-take-up"),
    path(
        "interviews/<int:pk>/break-seal/",
        interviews.Interviews.as_view({"post": "break_seal"}),
        name="interview-break-seal",
    ),
    path("interviews/<int:pk>/scorecard/", scorecards.OwnScorecard.as_view(ONE | CHANGE), name="own-scorecard"),
    path(
        "interviews/<int:pk>/scorecard/submit/",
        scorecards.OwnScorecard.as_view({"post": "submit"}),
        name="own-scorecard-submit",
    ),
    # judgement
    path("scorecards/", scorecards.Scorecards.as_view(LIST), name="scorecard-list"),
    path("scorecards/<int:pk>/", scorecards.Scorecards.as_view(ONE), name="scorecard-detail"),
    path("scorecards/<int:pk>/later-views/", scorecards.LaterViews.as_view(ADD), name="later-view-list"),
    path("decisions/", judgement.Decisions.as_view(LIST | ADD), name="decision-list"),
    path("decisions/<int:pk>/", judgement.Decisions.as_view(ONE), name="decision-detail"),
]
