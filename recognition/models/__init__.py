"""What the organisation values, who thanked whom for it, and how people wish to be thanked."""

from recognition.models.posts import Change, Reach, Recipient, Recognition
from recognition.models.values import Value
from recognition.models.wishes import Wish

__all__ = ["Change", "Reach", "Recipient", "Recognition", "Value", "Wish"]
