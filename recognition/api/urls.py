"""Addresses under /api/v1/recognition/."""

from django.urls import path

from recognition.api.awards import Nominations, Programmes, Rounds
from recognition.api.ideas import Answers, Ideas
from recognition.api.judging import Judging, Nominees, Panels, Results, Winners
from recognition.api.moderation import Cases
from recognition.api.scores import Scores
from recognition.api.talk import Comments, Reactions, Reports
from recognition.api.views import Milestones, Praises, PraiseThanks, Recognitions, Values, Wishes

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
    path("reports/", Cases.as_view({"get": "list"}), name="case-list"),
    path("reports/<int:pk>/", Cases.as_view({"get": "retrieve"}), name="case-detail"),
    path("reports/<int:pk>/decide/", Cases.as_view({"post": "decide"}), name="case-decide"),
    path("reports/<int:pk>/appeal/", Cases.as_view({"post": "appeal"}), name="case-appeal"),
    path("reports/<int:pk>/answer/", Cases.as_view({"post": "answer_appeal"}), name="case-answer"),
    path("customers/", Praises.as_view({"get": "list", "post": "create"}), name="praise-list"),
    path("customers/<int:pk>/", Praises.as_view({"get": "retrieve"}), name="praise-detail"),
    path("customers/<int:pk>/recognise/", PraiseThanks.as_view({"post": "create"}), name="praise-recognise"),
    path("scores/", Scores.as_view({"post": "create"}), name="score-list"),
    path("milestones/", Milestones.as_view({"get": "list"}), name="milestone-list"),
    path("ideas/", Ideas.as_view({"get": "list", "post": "create"}), name="idea-list"),
    path("ideas/<int:pk>/", Ideas.as_view({"get": "retrieve"}), name="idea-detail"),
    path("ideas/<int:pk>/answers/", Answers.as_view({"post": "create"}), name="idea-answers"),
    path("values/", Values.as_view({"get": "list", "post": "create"}), name="value-list"),
    path("values/<int:pk>/", Values.as_view({"get": "retrieve", "patch": "partial_update"}), name="value-detail"),
    path("values/<int:pk>/archive/", Values.as_view({"post": "archive"}), name="value-archive"),
    path("values/<int:pk>/restore/", Values.as_view({"post": "restore"}), name="value-restore"),
    path("my-wish/", Wishes.as_view({"get": "retrieve", "put": "replace"}), name="wish"),
    path("programmes/", Programmes.as_view({"get": "list", "post": "create"}), name="programme-list"),
    path(
        "programmes/<int:pk>/",
        Programmes.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="programme-detail",
    ),
    path("programmes/<int:pk>/archive/", Programmes.as_view({"post": "archive"}), name="programme-archive"),
    path("rounds/", Rounds.as_view({"get": "list", "post": "create"}), name="round-list"),
    path("rounds/<int:pk>/", Rounds.as_view({"get": "retrieve", "patch": "partial_update"}), name="round-detail"),
    path("rounds/<int:pk>/publish/", Rounds.as_view({"post": "publish"}), name="round-publish"),
    path("rounds/<int:pk>/cancel/", Rounds.as_view({"post": "cancel"}), name="round-cancel"),
    path("rounds/<int:pk>/panel/", Panels.as_view({"get": "list", "post": "appoint"}), name="panel"),
    path("judges/<int:pk>/release/", Panels.as_view({"post": "release"}), name="judge-release"),
    path("rounds/<int:pk>/cases/", Judging.as_view({"get": "list"}), name="judging"),
    path("nominees/<int:pk>/ballot/", Judging.as_view({"post": "ballot"}), name="ballot"),
    path("nominees/<int:pk>/recuse/", Judging.as_view({"post": "recuse"}), name="recuse"),
    path("rounds/<int:pk>/results/", Results.as_view({"get": "list"}), name="results"),
    path("rounds/<int:pk>/reveal/", Results.as_view({"post": "reveal"}), name="round-reveal"),
    path("rounds/<int:pk>/tie/", Results.as_view({"post": "tie"}), name="round-tie"),
    path("rounds/<int:pk>/approve/", Results.as_view({"post": "approve"}), name="round-approve"),
    path("rounds/<int:pk>/winners/", Winners.as_view({"get": "retrieve"}), name="winners"),
    path("nominees/<int:pk>/", Nominees.as_view({"get": "retrieve"}), name="nominee-detail"),
    path("nominees/<int:pk>/citation/", Results.as_view({"put": "cite"}), name="citation"),
    path("nominations/", Nominations.as_view({"get": "list", "post": "create"}), name="nomination-list"),
    path(
        "nominations/<int:pk>/",
        Nominations.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="nomination-detail",
    ),
    path("nominations/<int:pk>/hand-in/", Nominations.as_view({"post": "hand_in"}), name="nomination-hand-in"),
    path("nominations/<int:pk>/take-back/", Nominations.as_view({"post": "take_back"}), name="nomination-take-back"),
]
