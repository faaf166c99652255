"""Addresses under /api/v1/recognition/."""

from django.urls import path

from recognition.api.talk import Comments, Reactions, Reports
from recognition.api.views import Praises, Recognitions, Values, Wishes

app_name = "recognition-api"

urlpatterns = [
    path("recognitions/", Recognitions.as_view({"get": "list", "post": "create"}), name="recognition-list"),
    path(
        "recognitions/<int:pk>/",
        Recognitions.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="recognition-detail",
    ),
    path("recognitions/<int:pk>/keep/", Recognitions.as_view({"post": "keep"}), name="recognition-keep"),
    path(
        "recognitions/<int:pk>/reactions/", Reactions.as_view({"get": "list", "put": "replace"}), name="reaction-list"
    ),
    path("recognitions/<int:pk>/comments/", Comments.as_view({"get": "list", "post": "create"}), name="comment-list"),
    path("recognitions/<int:pk>/report/", Reports.as_view({"post": "report"}), name="recognition-report"),
    path("comments/<int:pk>/", Comments.as_view({"get": "retrieve", "delete": "destroy"}), name="comment-detail"),
    path("comments/<int:pk>/report/", Comments.as_view({"post": "report"}), name="comment-report"),
    path("customers/", Praises.as_view({"post": "create"}), name="praise-list"),
    path("values/", Values.as_view({"get": "list", "post": "create"}), name="value-list"),
    path("values/<int:pk>/", Values.as_view({"get": "retrieve", "patch": "partial_update"}), name="value-detail"),
    path("values/<int:pk>/archive/", Values.as_view({"post": "archive"}), name="value-archive"),
    path("values/<int:pk>/restore/", Values.as_view({"post": "restore"}), name="value-restore"),
    path("my-wish/", Wishes.as_view({"get": "retrieve", "put": "replace"}), name="wish"),
]
