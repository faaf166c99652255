"""Recognition beside the scenes of hiring and training: a steward who thanked somebody, and whom somebody thanked."""

from dataclasses import dataclass

from django.utils import timezone

from people.models import Person, Role
from recognition.models import Recognition, Value
from tests.cast import grant, make_person, make_value, thank


@dataclass
class RecognitionScene:
    """`given` is what the steward wrote, `received` what was written for them."""

    steward: Person
    given: Recognition
    received: Recognition
    value: Value


def set_recognition(steward: Person | None = None) -> RecognitionScene:
    """Everything through the actions, a moment ago."""
    steward, value, now = steward or make_person("Stan Steward"), make_value(), timezone.now()
    grant(steward, Role.STEWARD)
    return RecognitionScene(
        steward=steward,
        given=thank(make_person(), by=steward, value=value, at=now),
        received=thank(steward, value=value, at=now),
        value=value,
    )
