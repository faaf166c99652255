"""What is said of learning to other systems, to read."""

import django_filters
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import IdFilter, MomentFilter, choice
from people.api.resources import Resource
from training.api.serializers.statements import StatementOut
from training.models import Statement
from training.reports.statements import readable


class StatementFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no stubs
    person = IdFilter(field_name="person", help_text="Whose training it is about.")
    module = IdFilter(field_name="module")
    verb = choice(Statement.Verb.choices, field_name="verb")
    since = MomentFilter(field_name="stored_at", lookup_expr="gt", help_text="Put on record after this moment.")
    until = MomentFilter(field_name="stored_at", lookup_expr="lte", help_text="Put on record by this moment.")


class Statements(Resource):
    """xAPI 1.0.3 (IEEE 9274.1.1), of the people whose training you may see."""

    queryset = Statement.objects.none()
    serializer_class = StatementOut
    filterset_class = StatementFilter
    orderings = {"oldest": ("stored_at", "pk"), "newest": ("-stored_at", "-pk")}
    required_scope = "training"

    def list(self, request: Request) -> Response:
        """Statements that stand: what was voided is left out, what voids it is not."""
        return self.page(readable(self.person))
