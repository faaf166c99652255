"""Addresses under /api/v1/people/."""

from django.urls import path

from people.api import schema, views  # noqa: F401 (the document learns of tokens and sessions by it)

app_name = "people-api"

urlpatterns = [
    path("people/", views.People.as_view({"get": "list"}), name="person-list"),
    path("people/<int:pk>/", views.People.as_view({"get": "retrieve"}), name="person-detail"),
    path("me/", views.Me.as_view({"get": "retrieve", "patch": "partial_update"}), name="me"),
    path("teams/", views.Teams.as_view({"get": "list"}), name="team-list"),
    path("teams/<int:pk>/", views.Teams.as_view({"get": "retrieve"}), name="team-detail"),
    path("sites/", views.Sites.as_view({"get": "list"}), name="site-list"),
]
