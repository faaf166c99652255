"""Addresses under /api/v1/training/."""

from typing import Any

from django.urls import path

from training.api.views import assignments, completions, modules, rules, statements

app_name = "training-api"

Actions = dict[str, Any]
LIST: Actions = {"get": "list"}
ADD: Actions = {"post": "create"}
ONE: Actions = {"get": "retrieve"}

urlpatterns = [
    path("modules/", modules.Modules.as_view(LIST), name="module-list"),
    path("modules/<int:pk>/", modules.Modules.as_view(ONE), name="module-detail"),
    # assignments
    path("assignments/", assignments.Assignments.as_view(LIST | ADD), name="assignment-list"),
    path("assignments/<int:pk>/", assignments.Assignments.as_view(ONE), name="assignment-detail"),
    path("assignments/<int:pk>/extend/", assignments.Assignments.as_view({"post": "extend"}), name="assignment-extend"),
    path("assignments/<int:pk>/waive/", assignments.Assignments.as_view({"post": "waive"}), name="assignment-waive"),
    path(
        "assignments/<int:pk>/withdraw/",
        assignments.Assignments.as_view({"post": "withdraw"}),
        name="assignment-withdraw",
    ),
    # what was completed, and the rules
    path("completions/", completions.Completions.as_view(LIST), name="completion-list"),
    path("completions/<int:pk>/", completions.Completions.as_view(ONE), name="completion-detail"),
    path("statements/", statements.Statements.as_view(LIST), name="statement-list"),
    path("rules/", rules.Rules.as_view(LIST), name="rule-list"),
    path("rules/<int:pk>/", rules.Rules.as_view(ONE), name="rule-detail"),
    path("rules/<int:pk>/on/", rules.Rules.as_view({"post": "switch_on"}), name="rule-switch-on"),
    path("rules/<int:pk>/off/", rules.Rules.as_view({"post": "switch_off"}), name="rule-switch-off"),
]
