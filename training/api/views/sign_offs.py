"""Practices to judge, and those that one asked somebody to judge."""

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import Invalid
from people.api.fields import IdFilter, choice
from people.api.resources import Resource, must
from people.models import Person
from training.actions import sign_offs as actions
from training.api.serializers.sign_offs import JudgeIn, SignOffOut
from training.models import ModulePart, SignOff
from training.models.learning import SignOffQuerySet


class SignOffFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    state = choice(SignOff.State.choices, field_name="state")
    observer = IdFilter(field_name="observer", help_text="Your own id: what you are to judge.")
    learner = IdFilter(field_name="learner", help_text="Your own id: what you asked for.")


class SignOffs(Resource):
    """What the two write of a practice is for the two."""

    queryset = SignOff.objects.none()
    serializer_class = SignOffOut
    filterset_class = SignOffFilter
    orderings = {"due": ("due_on", "pk"), "newest": ("-asked_at", "-pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Practices that you observe or have asked for."""
        return self.page(_own(self.person))

    def retrieve(self, request: Request, pk: int) -> Response:
        """One practice, with its rubric."""
        return self.answer(self.find(_own(self.person), pk))

    @extend_schema(request=JudgeIn)
    def judge(self, request: Request, pk: int) -> Response:
        """Judge every behaviour of a practice, or say whether evidence is accepted. What stays below the level, or is
        not accepted, is returned, which needs a comment that helps."""
        sign_off = self.find(_own(self.person), pk)
        must(sign_off.observer_id == self.person.pk)
        given = {"comment": "", **self.given(JudgeIn)}
        levels, accepted = _levels(given.pop("levels", []), sign_off), given.pop("accepted", None)
        if sign_off.record.part.kind == ModulePart.Kind.EVIDENCE:
            if accepted is None:
                missing = [_("Say whether it is accepted.")]
                raise Invalid(missing[0], errors={"accepted": missing})
            actions.judge_evidence(sign_off=sign_off, by=self.person, accepted=accepted, at=timezone.now(), **given)
            return self.answer(self.reread(_own(self.person), pk))
        try:
            actions.judge(sign_off=sign_off, by=self.person, levels=levels, at=timezone.now(), **given)
        except Invalid as refusal:
            # The form has a field for each behaviour; here they are one list.
            errors = {"levels" if name.startswith("level-") else name: why for name, why in refusal.errors.items()}
            raise Invalid(str(refusal), errors=errors) from None
        return self.answer(self.reread(_own(self.person), pk))

    @extend_schema(request=None)
    def take_back(self, request: Request, pk: int) -> Response:
        """Ask the observer no longer."""
        sign_off = self.find(_own(self.person), pk)
        must(sign_off.learner_id == self.person.pk)
        actions.take_back(sign_off=sign_off, at=timezone.now())
        return self.answer(self.reread(_own(self.person), pk))


def _levels(given: Any, sign_off: SignOff) -> dict[str, int]:
    """By behaviour; a behaviour that is named twice, or that the rubric has not, is refused."""
    levels = {one["behaviour"]: one["level"] for one in given}
    known = {line["behaviour"] for line in SignOffOut(sign_off).data["rubric"]}
    if len(levels) < len(given) or set(levels) - known:
        message = _("Name each behaviour of the rubric once, and no other.")
        raise Invalid(message, errors={"levels": [message]})
    return levels


def _own(person: Person) -> SignOffQuerySet:
    with_them = ("learner", "observer", "record__part", "record__assignment__module", "record__assignment__person",
                 "evidence")  # fmt: skip
    return SignOff.objects.visible_to(person).select_related(*with_them)
