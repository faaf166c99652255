"""What the organisation values, who thanked whom for it, how people wish to be thanked; what was reported, what
customers said, and what colleagues would do better."""

from recognition.models.awards import Criterion, Programme, Round, TieRule
from recognition.models.comments import Comment
from recognition.models.ideas import Answer, Idea, Second
from recognition.models.links import CustomerLink
from recognition.models.moderation import Case, Report
from recognition.models.nominations import Argument, Candidacy, Nomination
from recognition.models.panels import Ballot, Judge, Mark, Recusal
from recognition.models.pictures import Picture
from recognition.models.posts import Change, Reach, Recipient, Recognition
from recognition.models.praise import Praise
from recognition.models.pulse import Pulse, PulseCount, PulseGroup, PulsePart
from recognition.models.reactions import Reaction
from recognition.models.scores import CustomerScore
from recognition.models.screens import Screen
from recognition.models.spread import NotNow, Ring, Spread
from recognition.models.values import Value
from recognition.models.wishes import Wish

__all__ = [
    "Answer", "Argument", "Ballot", "Candidacy", "Case", "Change", "Comment", "Criterion", "CustomerLink",
    "CustomerScore", "Idea", "Judge", "Mark", "Nomination", "NotNow", "Picture", "Praise", "Programme", "Pulse",
    "PulseCount", "PulseGroup", "PulsePart", "Reach", "Reaction", "Recipient", "Recognition", "Recusal", "Report",
    "Ring", "Round", "Screen", "Second", "Spread", "TieRule", "Value", "Wish",
]  # fmt: skip
