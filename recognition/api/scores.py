"""Customers' scores, brought in by a program."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.serializers import LineField, StrictSerializer
from people.api.fields import RowField
from people.api.resources import Resource, must
from people.api.serializers import TeamRef
from people.models import Team
from recognition import policies
from recognition.actions.scores import enter_score
from recognition.models import CustomerScore
from recognition.score_rows import LONGEST_LINE, LONGEST_SOURCE, SCALES


class CustomerScoreIn(StrictSerializer):
    """One score of one customer. There is no room for who they are."""

    team = RowField(lambda _person: Team.objects.all())
    scored_on = serializers.DateField()
    score = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100))
    scale = serializers.ChoiceField(choices=[(name, name) for name in SCALES])
    source = LineField(  # type: ignore[assignment]
        max_length=LONGEST_SOURCE, help_text="The short name of the survey or system: always the same scale."
    )
    reference = LineField(
        max_length=LONGEST_LINE, help_text="Its number there. The same source and reference twice is once; not kept."
    )


class CustomerScoreOut(serializers.Serializer[CustomerScore]):
    id = serializers.IntegerField()
    team = TeamRef()
    scored_on = serializers.DateField()
    score = serializers.DecimalField(source="original", max_digits=5, decimal_places=2)
    scale = serializers.CharField()
    value = serializers.FloatField(help_text="On the scale of 1 to 5.")


class Scores(Resource):
    """What customers scored the service of a team. Means stand on the page, beside what the team says itself."""

    queryset: Any = CustomerScore.objects.none()
    serializer_class = CustomerScoreOut
    required_scope = "recognition"

    @extend_schema(request=CustomerScoreIn, responses={201: CustomerScoreOut})
    def create(self, request: Request) -> Response:
        """Bring one in, for stewards. The same source and reference again answers with what came first."""
        must(policies.can_import_praise(self.person))
        given = self.given(CustomerScoreIn)
        return self.once(
            lambda: enter_score(by=self.person, at=timezone.now(), **given).pk,
            lambda pk: self.answer(self.reread(CustomerScore.objects.select_related("team"), pk), made=True),
        )
