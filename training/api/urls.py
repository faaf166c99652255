"""Addresses under /api/v1/training/."""

from typing import Any

from django.urls import path

from training.api.views import (
    assignments,
    completions,
    modules,
    paths,
    rules,
    sessions,
    sign_offs,
    skills,
    statements,
    transcripts,
)

app_name = "training-api"

Actions = dict[str, Any]
LIST: Actions = {"get": "list"}
ADD: Actions = {"post": "create"}
ONE: Actions = {"get": "retrieve"}
CHANGE: Actions = {"patch": "partial_update"}


def does(action: str) -> Actions:
    """What is done to one thing by its own address."""
    return {"post": action}


Modules, Versions, Assignments, Rules = (
    modules.Modules,
    modules.ModuleVersions,
    assignments.Assignments,
    rules.Rules,
)
Paths, OnPaths = paths.Paths, paths.PathAssignments
SignOffs, Skills, Sessions, Bookings = sign_offs.SignOffs, skills.Skills, sessions.Sessions, sessions.Bookings

urlpatterns = [
    path("modules/", Modules.as_view(LIST | ADD), name="module-list"),
    path("modules/<int:pk>/", Modules.as_view(ONE), name="module-detail"),
    path("modules/<int:pk>/draft/", Modules.as_view({"put": "put_draft"}), name="module-draft"),
    path("modules/<int:pk>/archive/", Modules.as_view(does("archive")), name="module-archive"),
    path("modules/<int:pk>/restore/", Modules.as_view(does("restore")), name="module-restore"),
    path("modules/<int:pk>/versions/", Versions.as_view(LIST), name="version-list"),
    path("module-versions/<int:pk>/", Versions.as_view(ONE), name="version-detail"),
    path("module-versions/<int:pk>/publish/", Versions.as_view(does("publish")), name="version-publish"),
    path("module-versions/<int:pk>/discard/", Versions.as_view(does("discard")), name="version-discard"),
    path("module-versions/<int:pk>/export/", modules.ModuleExports.as_view(ONE), name="version-export"),
    # paths
    path("paths/", Paths.as_view(LIST | ADD), name="path-list"),
    path("paths/<int:pk>/", Paths.as_view(ONE | CHANGE), name="path-detail"),
    path("paths/<int:pk>/publish/", Paths.as_view(does("publish")), name="path-publish"),
    path("paths/<int:pk>/retire/", Paths.as_view(does("retire")), name="path-retire"),
    path("path-assignments/", OnPaths.as_view(LIST | ADD), name="path-assignment-list"),
    path("path-assignments/<int:pk>/", OnPaths.as_view(ONE), name="path-assignment-detail"),
    path("path-assignments/<int:pk>/withdraw/", OnPaths.as_view(does("withdraw")), name="path-assignment-withdraw"),
    # assignments
    path("assignments/", Assignments.as_view(LIST | ADD), name="assignment-list"),
    path("assignments/<int:pk>/", Assignments.as_view(ONE), name="assignment-detail"),
    path("assignments/<int:pk>/extend/", Assignments.as_view(does("extend")), name="assignment-extend"),
    path("assignments/<int:pk>/waive/", Assignments.as_view(does("waive")), name="assignment-waive"),
    path("assignments/<int:pk>/withdraw/", Assignments.as_view(does("withdraw")), name="assignment-withdraw"),
    # what was completed
    path("completions/", completions.Completions.as_view(LIST), name="completion-list"),
    path("completions/<int:pk>/", completions.Completions.as_view(ONE), name="completion-detail"),
    path("statements/", statements.Statements.as_view(LIST), name="statement-list"),
    path("people/<int:pk>/transcript/", transcripts.Transcripts.as_view(LIST), name="transcript"),
    # rules
    path("rules/", Rules.as_view(LIST | ADD), name="rule-list"),
    path("rules/<int:pk>/", Rules.as_view(ONE | CHANGE), name="rule-detail"),
    path("rules/<int:pk>/preview/", Rules.as_view({"get": "preview"}), name="rule-preview"),
    path("rules/<int:pk>/on/", Rules.as_view(does("switch_on")), name="rule-switch-on"),
    path("rules/<int:pk>/off/", Rules.as_view(does("switch_off")), name="rule-switch-off"),
    # practice
    path("sign-offs/", SignOffs.as_view(LIST), name="sign-off-list"),
    path("sign-offs/<int:pk>/", SignOffs.as_view(ONE), name="sign-off-detail"),
    path("sign-offs/<int:pk>/judge/", SignOffs.as_view(does("judge")), name="sign-off-judge"),
    path("sign-offs/<int:pk>/take-back/", SignOffs.as_view(does("take_back")), name="sign-off-take-back"),
    # live sessions
    path("sessions/", Sessions.as_view(LIST | ADD), name="session-list"),
    path("sessions/<int:pk>/", Sessions.as_view(ONE | CHANGE), name="session-detail"),
    path("sessions/<int:pk>/cancel/", Sessions.as_view(does("cancel")), name="session-cancel"),
    path("sessions/<int:pk>/attendance/", Sessions.as_view(does("attendance")), name="session-attendance"),
    path("sessions/<int:pk>/bookings/", sessions.Seats.as_view(LIST | does("book")), name="session-bookings"),
    path("bookings/<int:pk>/give-up/", Bookings.as_view(does("give_up")), name="booking-give-up"),
    path("bookings/<int:pk>/correct/", Bookings.as_view(does("correct")), name="booking-correct"),
    # skills
    path("skills/", Skills.as_view(LIST | ADD), name="skill-list"),
    path("skills/<int:pk>/", Skills.as_view(ONE | CHANGE), name="skill-detail"),
    path("skills/<int:pk>/modules/", Skills.as_view({"put": "give"}), name="skill-given"),
    path("skills/<int:pk>/archive/", Skills.as_view(does("archive")), name="skill-archive"),
    path("skills/<int:pk>/restore/", Skills.as_view(does("restore")), name="skill-restore"),
    path("skill-needs/", skills.SkillNeeds.as_view(LIST | {"put": "replace"}), name="skill-needs"),
    path("skill-sign-offs/", skills.SkillSignOffs.as_view(LIST | ADD), name="skill-sign-off-list"),
    path("people/<int:pk>/skills/", skills.PersonSkills.as_view(LIST), name="person-skills"),
]
