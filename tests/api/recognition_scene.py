"""Recognition beside the scenes of hiring and training: a steward who thanked somebody, and whom somebody thanked."""

from dataclasses import dataclass

from django.utils import timezone

from people.models import Person, Role
from recognition.actions.comments import comment
from recognition.models import Comment, Recognition, Value
from tests.cast import grant, make_person, make_value, thank


@dataclass
class RecognitionScene:
    """`given` is what the steward wrote, `received` what was written for them, `comment` theirs, `answer`
    somebody's below it."""

    steward: Person
    given: Recognition
    received: Recognition
    value: Value
    comment: Comment
    answer: Comment


def set_recognition(steward: Person | None = None) -> RecognitionScene:
    """Everything through the actions, a moment ago."""
    steward, value, now = steward or make_person("Stan Steward"), make_value(), timezone.now()
    grant(steward, Role.STEWARD)
    given = thank(make_person(), by=steward, value=value, at=now)
    return RecognitionScene(
        steward=steward,
        given=given,
        received=thank(steward, value=value, at=now),
        value=value,
        comment=comment(recognition=given, words="I was there.", by=steward, at=now),
        answer=comment(recognition=given, words="I was not.", by=make_person(), at=now),
    )
