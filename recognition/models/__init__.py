"""What the organisation values, who thanked whom for it, how people wish to be thanked; what was reported, and what
customers said."""

from recognition.models.comments import Comment
from recognition.models.links import CustomerLink
from recognition.models.moderation import Case, Report
from recognition.models.posts import Change, Reach, Recipient, Recognition
from recognition.models.praise import Praise
from recognition.models.reactions import Reaction
from recognition.models.screens import Screen
from recognition.models.values import Value
from recognition.models.wishes import Wish

__all__ = [
    "Case", "Change", "Comment", "CustomerLink", "Praise", "Reach", "Reaction", "Recipient", "Recognition", "Report",
    "Screen", "Value", "Wish",
]  # fmt: skip
