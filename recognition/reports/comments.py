"""The comments under a recognition."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from people.models import Person
from recognition import policies
from recognition.models import Case, Comment, Recognition
from recognition.models.comments import CommentQuerySet
from recognition.models.posts import RecognitionQuerySet
from recognition.reports.mentions import linked, mentioned_in

ORDER = ("at", "pk")


@dataclass(frozen=True)
class CommentLine:
    """One comment as a page shows it. `case`: where its author reads why it is not shown."""

    comment: Comment
    may_withdraw: bool
    may_report: bool
    taken_down: str
    case: Case | None
    words: str  # with links to whom they mention


def comments_of(recognition: Recognition, reader: Person) -> CommentQuerySet:
    """What the reader may see, in no order yet."""
    return Comment.objects.visible_to(reader).filter(recognition=recognition).select_related("author", "recognition")


def lines_of(comments: Sequence[Comment], reader: Person) -> list[CommentLine]:
    """Of rows of `comments_of`. One query more when one of the reader's own was taken down, and when somebody is
    mentioned."""
    people = mentioned_in(comments)
    down = [one.pk for one in comments if not one.is_shown]
    cases = {case.comment_id: case for case in Case.objects.filter(comment__in=down).order_by("pk")} if down else {}
    return [
        CommentLine(
            comment=one,
            may_withdraw=policies.can_withdraw_comment(reader, one),
            may_report=one.is_shown and one.author_id != reader.pk,
            taken_down="" if one.is_shown else str(one.get_state_display()),
            case=cases.get(one.pk),
            words=linked([one.words], [people[key] for key in one.mentions if key in people])[0],
        )
        for one in comments
    ]


def with_comment_count(found: RecognitionQuerySet) -> RecognitionQuerySet:
    """With `comment_count`: how many are shown under each. No query more."""
    shown = Comment.objects.shown().filter(recognition=OuterRef("pk")).order_by().values("recognition")
    count = Subquery(shown.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    return found.annotate(comment_count=Coalesce(count, 0))
