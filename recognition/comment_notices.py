"""What people are told of comments, the first that another wrote under what they wrote or are thanked in; and that they
are mentioned."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Cadence, Channel, Content, Due, Kind, Skip
from people.models import Person
from recognition import policies, samples
from recognition.models import Comment, Recognition
from recognition.reports.wall import with_people

SAID = 280
COMMENT = "comment-"  # what begins the occurrence of a mention in one, before its key


def _commented(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    keys = {one.subject_id for one in due}
    rows = {row.pk: row for row in with_people(Recognition.objects.filter(pk__in=keys))}
    under: dict[int, list[Comment]] = {}
    for comment in Comment.objects.shown().filter(recognition__in=keys).select_related("author").order_by("at", "pk"):
        under.setdefault(comment.recognition_id, []).append(comment)
    return {one.pk: _told(one, rows.get(one.subject_id), under.get(one.subject_id, [])) for one in due}


def _told(one: Due, row: Recognition | None, comments: Sequence[Comment]) -> Content | Skip:
    reader: Person | None = one.recipient
    if row is None or reader is None or not row.is_shown or not policies.can_view_recognition(reader, row):
        return Skip("not visible")
    first = next((comment for comment in comments if comment.author_id != reader.pk), None)
    if first is None:
        return Skip("withdrawn")
    with one.voice():
        by = first.author.name if first.author.is_active else _("A former colleague")
        return Content(
            title=_("%(name)s wrote a comment") % {"name": by},
            text=[Truncator(first.words).chars(SAID)],
            href=f"{row.get_absolute_url()}#comments",
            action=_("Read it"),
            thread=f"recognition-{row.pk}",
        )


COMMENTED = Kind(
    key="recognition.commented",
    name=gettext_lazy("The first comment"),
    about=gettext_lazy("When somebody first writes a comment under what you wrote, or are thanked in."),
    compose=_commented,
    urgency="low",
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=7),
    sample=samples.commented,
)


def _mentioned(due: Sequence[Due]) -> Mapping[int, Content | Skip]:
    rows = {row.pk: row for row in with_people(Recognition.objects.filter(pk__in={one.subject_id for one in due}))}
    keys = {int(one.occurrence.removeprefix(COMMENT)) for one in due if one.occurrence.startswith(COMMENT)}
    comments = Comment.objects.shown().select_related("author").in_bulk(keys) if keys else {}
    return {one.pk: _told_of_mention(one, rows.get(one.subject_id), comments) for one in due}


def _told_of_mention(one: Due, row: Recognition | None, comments: Mapping[int, Comment]) -> Content | Skip:
    reader: Person | None = one.recipient
    if row is None or reader is None or not row.is_shown or not policies.can_view_recognition(reader, row):
        return Skip("not visible")
    says: Recognition | Comment | None = row
    if one.occurrence:
        says = comments.get(int(one.occurrence.removeprefix(COMMENT)))
    if says is None or reader.pk not in says.mentions:
        return Skip("withdrawn")
    return _of_mention(one, row, says)


def _of_mention(one: Due, row: Recognition, says: Recognition | Comment) -> Content:
    with one.voice():
        by, texts = (says.author, [says.words]) if isinstance(says, Comment) else (row.giver, row.story)
        name = by.name if by.is_active else _("A former colleague")
        return Content(
            title=_("%(name)s mentioned you") % {"name": name},
            text=[Truncator(text).chars(SAID) for text in texts],
            href=says.get_absolute_url(),
            action=_("Read it"),
            thread=f"recognition-{row.pk}",
        )


MENTIONED = Kind(
    key="recognition.mentioned",
    name=gettext_lazy("You were mentioned"),
    about=gettext_lazy("When somebody writes @ and your name in a recognition or a comment that you may see."),
    compose=_mentioned,
    urgency="low",
    cadence={Channel.PORTAL: Cadence.NOW, Channel.MAIL: Cadence.DIGEST},
    keeps=timedelta(days=7),
    sample=samples.mentioned,
)
KINDS = (COMMENTED, MENTIONED)
