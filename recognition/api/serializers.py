"""What the API says of recognition, and takes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import LineField, StrictSerializer, TextField
from people.api.fields import MomentField, RowField, RowsField
from people.api.serializers import PersonRef, SiteRef, TeamRef
from people.models import Person, Site, Team
from recognition.actions.posts import MOST_RECIPIENTS, SHORTEST
from recognition.models import Picture, Praise, Reach, Recognition, Value
from recognition.praise_rows import LONGEST as LONGEST_WORDS
from recognition.praise_rows import LONGEST_LINE, MOST_ABOUT
from recognition.reports.wall import picture_of
from recognition.value_files import LINE_LENGTH, MOST_EXAMPLES, NAME_LENGTH

REACHES = {Reach.EVERYONE: "everyone", Reach.TEAM: "team", Reach.MANAGER: "manager", Reach.PRIVATE: "private"}
NAMES = [(name, str(reach.label)) for reach, name in REACHES.items()]
LONGEST, LONGEST_BESIDE = 2000, 1000


class ReachField(serializers.ChoiceField):
    """How far it reaches, by name: the API has words where the database counts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=NAMES, **kwargs)

    def to_representation(self, value: Any) -> str:
        return REACHES[Reach(value)]

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        return next(int(reach) for reach, known in REACHES.items() if known == name)


class ValueRef(serializers.Serializer[Value]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ValueOut(ValueRef):
    key = serializers.CharField(help_text="Its name in files; it never changes.")
    description = serializers.CharField()
    examples = serializers.ListField(child=serializers.CharField(), source="example_list")
    archived_at = MomentField(allow_null=True)


class ValueIn(StrictSerializer):
    name = LineField(max_length=NAME_LENGTH)
    description = LineField(max_length=LINE_LENGTH)
    examples = serializers.ListField(
        child=LineField(max_length=LINE_LENGTH), min_length=1, max_length=MOST_EXAMPLES, help_text="What somebody did."
    )

    def validate_examples(self, value: list[str]) -> str:
        return "\n".join(value)


class RecipientOut(serializers.Serializer[Any]):
    """Somebody who was thanked and works here."""

    id = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")


class PictureOut(serializers.Serializer[Picture]):
    """A picture as WebP; its address is one of the portal, and asks who is there."""

    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(help_text="What is to be seen in it.")


class RecognitionOut(serializers.Serializer[Recognition]):
    """Who thanked whom, for what. Leavers are counted, not named."""

    id = serializers.IntegerField()
    giver = PersonRef()
    to = RecipientOut(many=True, source="here")
    former_colleagues = serializers.IntegerField(source="former", help_text="So many who were thanked have left.")
    team = TeamRef(allow_null=True, help_text="When a whole team was thanked, which.")
    value = ValueRef()
    happened = serializers.CharField(help_text="What happened?")
    did = serializers.CharField(help_text="What did they do? May be empty beside a customer's words.")
    changed = serializers.CharField(help_text="What did it change?")
    link = serializers.CharField(help_text="To what shows it; may be empty.")
    customers_words = serializers.CharField(
        source="praise.words", default=None, allow_null=True, help_text="Masked and checked, when it stands on praise."
    )
    mentions = serializers.ListField(child=serializers.IntegerField(), help_text="The ids of people whom it mentions.")
    idea = serializers.SerializerMethodField(help_text="The id of the idea that it celebrates, where all may read it.")
    picture = serializers.SerializerMethodField(help_text="As far as those who are thanked wish it.")
    reach = ReachField(help_text="The narrowest of what its giver chose and of what those who are thanked wish.")
    posted_at = MomentField()
    edited_at = MomentField(allow_null=True)

    @extend_schema_field(PictureOut(allow_null=True))
    def get_picture(self, one: Recognition) -> Any:
        found = picture_of(one)
        return PictureOut(found).data if found is not None else None

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_idea(self, one: Recognition) -> int | None:
        return one.idea_id if one.idea is not None and one.idea.is_public else None


class StoryIn(StrictSerializer):
    happened = TextField(max_length=LONGEST_BESIDE, required=False, allow_blank=True)
    did = TextField(
        min_length=SHORTEST, max_length=LONGEST, help_text="At least a sentence, so that others can learn from it."
    )
    changed = TextField(max_length=LONGEST_BESIDE, required=False, allow_blank=True)
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)


class RecogniseIn(StoryIn):
    to = RowsField(lambda _person: Person.objects.active(), required=False, max_length=MOST_RECIPIENTS)
    team = RowField(lambda _person: Team.objects.all(), required=False, allow_null=True)
    value = RowField(lambda _person: Value.objects.in_use())
    visibility = ReachField(required=False)


class KeepIn(StrictSerializer):
    private = serializers.BooleanField(help_text="True: off the wall; false: back on it.")


class WishOut(serializers.Serializer[Any]):
    """How you wish to be thanked."""

    reach = ReachField()
    photo = serializers.BooleanField()
    screens = serializers.BooleanField()
    milestones = serializers.BooleanField()


class WishIn(StrictSerializer):
    reach = serializers.ChoiceField(choices=["everyone", "team", "private"])
    photo = serializers.BooleanField()
    screens = serializers.BooleanField()
    milestones = serializers.BooleanField()

    def validate_reach(self, value: str) -> int:
        return next(int(reach) for reach, name in REACHES.items() if name == value)


class PraiseOut(serializers.Serializer[Praise]):
    """What a customer said, masked. What came, and the customer's name, are told nobody by the API."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Praise.Kind.choices)
    state = serializers.ChoiceField(choices=Praise.State.choices)
    words = serializers.CharField(help_text="As far as the masking, or a steward, left them.")
    said_on = serializers.DateField()
    channel = serializers.ChoiceField(choices=Praise.Channel.choices)
    source = serializers.CharField()  # type: ignore[assignment]
    consent = serializers.BooleanField(help_text="Whether the customer agrees that it is shown.")
    team = TeamRef(allow_null=True)
    site = SiteRef(allow_null=True)
    about = serializers.SerializerMethodField()

    @extend_schema_field(PersonRef(many=True))
    def get_about(self, praise: Praise) -> Any:
        return [PersonRef(person).data for person in praise.about.all() if person.is_active]


class PraiseIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=Praise.Kind.choices)
    said = TextField(max_length=LONGEST_WORDS, help_text="In the customer's words. They are masked at once.")
    said_on = serializers.DateField()
    channel = serializers.ChoiceField(choices=Praise.ENTERED_BY)
    source = LineField(  # type: ignore[assignment]
        max_length=LONGEST_LINE, help_text="Where it comes from, such as the survey."
    )
    reference = LineField(
        max_length=LONGEST_LINE, help_text="Its number there. The same source and reference twice is once; not kept."
    )
    consent = serializers.BooleanField(help_text="Whether the customer agrees that it is shown.")
    about = RowsField(lambda _person: Person.objects.active(), required=False, max_length=MOST_ABOUT)
    team = RowField(lambda _person: Team.objects.all(), required=False, allow_null=True)
    site = RowField(lambda _person: Site.objects.all(), required=False, allow_null=True)
    customer = LineField(
        max_length=LONGEST_LINE, required=False, allow_blank=True,
        help_text="Names, parted by semicolons, to take them out of the text. Deleted once it is checked.",
    )  # fmt: skip


class FromPraiseIn(StrictSerializer):
    """Whom a customer praised, thanked before colleagues: the customer's words stand for themselves."""

    to = RowsField(lambda _person: Person.objects.active(), required=False, max_length=MOST_RECIPIENTS)
    value = RowField(lambda _person: Value.objects.in_use())
    did = TextField(max_length=LONGEST, required=False, allow_blank=True, help_text="What you add in your own words.")
    visibility = ReachField(required=False)


class MilestoneOut(serializers.Serializer[Any]):
    """A day that a colleague wishes to be celebrated."""

    person = PersonRef()
    on = serializers.DateField(help_text="Where they are.")
    years = serializers.IntegerField(allow_null=True, help_text="Years here; 0: joined; null: completed something.")
    completed = serializers.CharField(source="title", help_text="What they completed; else empty.")
