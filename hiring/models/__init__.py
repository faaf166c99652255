"""Tables of hiring, by noun: library, kits, openings, candidates, interviews, scorecards, decisions."""

from hiring.models.candidates import Application, ApplicationFile, ApplicationNote, Candidate, StageMove
from hiring.models.decisions import DebriefNote, Decision, StageScore
from hiring.models.interviews import Interview, Panellist
from hiring.models.kits import Kit, KitCompetency, KitQuestion, KitVersion
from hiring.models.library import Competency, Question
from hiring.models.openings import CombinationRule, Opening, Stage
from hiring.models.scorecards import LaterView, QuestionRecord, Rating, Scorecard

__all__ = [
    "Application",
    "ApplicationFile",
    "ApplicationNote",
    "Candidate",
    "CombinationRule",
    "Competency",
    "DebriefNote",
    "Decision",
    "Interview",
    "Kit",
    "KitCompetency",
    "KitQuestion",
    "KitVersion",
    "LaterView",
    "Opening",
    "Panellist",
    "Question",
    "QuestionRecord",
    "Rating",
    "Scorecard",
    "Stage",
    "StageMove",
    "StageScore",
]
