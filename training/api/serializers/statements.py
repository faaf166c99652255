"""Statements of xAPI 1.0.3: for the document alone; training.xapi writes them."""

from typing import Any

from rest_framework import serializers

from people.api.fields import MomentField
from training.models import Statement
from training.reports.statements import said_of
from training.xapi import VERSION, statement

AGENT = [("Agent", "Agent")]


class _Words(serializers.DictField):
    child = serializers.CharField()


class AccountOut(serializers.Serializer[Any]):
    homePage = serializers.URLField(help_text="This site.")  # noqa: N815 (xAPI calls it so)
    name = serializers.CharField(help_text="The id of the person, as everywhere in this API; never a name.")


class AgentOut(serializers.Serializer[Any]):
    objectType = serializers.ChoiceField(choices=AGENT)  # noqa: N815 (xAPI calls it so)
    account = AccountOut()


class VerbOut(serializers.Serializer[Any]):
    id = serializers.URLField()
    display = _Words()


class DefinitionOut(serializers.Serializer[Any]):
    type = serializers.URLField()
    name = _Words(required=False)


class StatementObjectOut(serializers.Serializer[Any]):
    objectType = serializers.ChoiceField(choices=[(one, one) for one in ("Activity", "StatementRef")])  # noqa: N815 (xAPI calls it so)
    id = serializers.CharField(help_text="The address of an activity, or the id of the statement that is taken back.")
    definition = DefinitionOut(required=False)


class ScoreOut(serializers.Serializer[Any]):
    scaled = serializers.FloatField(min_value=0, max_value=1)
    raw = serializers.IntegerField()
    min = serializers.IntegerField()
    max = serializers.IntegerField()


class ResultOut(serializers.Serializer[Any]):
    score = ScoreOut(required=False, help_text="To whoever earned it alone.")
    success = serializers.BooleanField(required=False)
    completion = serializers.BooleanField(required=False)
    duration = serializers.CharField(required=False, help_text="ISO 8601, of an attempt or a session.")


class ParentOut(serializers.Serializer[Any]):
    parent = StatementObjectOut(many=True)


class ContextOut(serializers.Serializer[Any]):
    registration = serializers.UUIDField(required=False, help_text="The same for all of one assignment.")
    platform = serializers.CharField(required=False)
    language = serializers.CharField(required=False)
    contextActivities = ParentOut(required=False)  # noqa: N815 (xAPI calls it so)


class StatementOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    actor = AgentOut()
    verb = VerbOut()
    object = StatementObjectOut()
    result = ResultOut(required=False)
    context = ContextOut(required=False)  # type: ignore[assignment]  # so it is called there
    timestamp = MomentField(help_text="When it was.")
    stored = MomentField(help_text="When it was put on record.")
    authority = AgentOut()
    version = serializers.ChoiceField(choices=[(VERSION, VERSION)])

    def to_representation(self, instance: Statement) -> Any:
        return statement(said_of(instance, self.context["request"].user))
