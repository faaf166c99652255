"""What the organisation values, who thanked whom for it, how people wish to be thanked; what was reported, and what
customers said."""

from recognition.models.awards import Criterion, Programme, Round, TieRule
from recognition.models.comments import Comment
from recognition.models.links import CustomerLink
from recognition.models.moderation import Case, Report
from recognition.models.nominations import Argument, Candidacy, Nomination
from recognition.models.panels import Ballot, Judge, Mark, Recusal
from recognition.models.posts import Change, Reach, Recipient, Recognition
from recognition.models.praise import Praise
from recognition.models.reactions import Reaction
from recognition.models.screens import Screen
from recognition.models.values import Value
from recognition.models.wishes import Wish

__all__ = [
    "Argument", "Ballot", "Candidacy", "Case", "Change", "Comment", "Criterion", "CustomerLink", "Judge", "Mark",
    "Nomination", "Praise", "Programme", "Reach", "Reaction", "Recipient", "Recognition", "Recusal", "Report",
    "Round", "Screen", "TieRule", "Value", "Wish",
]  # fmt: skip
