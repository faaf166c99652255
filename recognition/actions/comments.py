"""Writing a comment under a recognition, and taking it back."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person
from recognition import signals
from recognition.actions.mentions import mentioned
from recognition.models import Case, Comment, Recognition


@transaction.atomic
def comment(*, recognition: Recognition, words: str, by: Person, at: datetime, token: UUID | None = None) -> Comment:
    """Write it. The same `token` again answers with what was written the first time.

    Raises Invalid without words or when it is not clear who is mentioned, Refused when the recognition is not shown any
    more.
    """
    token = token or uuid4()
    if not words.strip():
        raise Invalid(_("Something is missing."), errors={"words": [_("Write something first.")]})
    # Locked, so that nothing comes under what is being hidden.
    recognition = Recognition.objects.select_for_update(no_key=True).get(pk=recognition.pk)
    if already := Comment.objects.filter(author=by, token=token).first():
        return already
    if not recognition.is_shown:
        raise Refused(_("It is not shown any more."))
    people = mentioned(texts={"words": words}, by=by)
    row = Comment.objects.create(
        recognition=recognition, author=by, words=words, at=at, token=token, mentions=people
    )  # fmt: skip
    audit.record(by=by, did="recognition.commented", thing=row, at=at)
    signals.commented.send(sender=Comment, comment=row, at=at)
    signals.mentioned.send(sender=Comment, recognition=recognition, comment=row, people=people, at=at)
    return row


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: Person, at: datetime) -> None:
    """Take it back, shown or hidden: nobody sees it any more, and no steward need decide. Twice is once."""
    standing = Comment.objects.filter(pk=comment.pk, state__in=Recognition.STANDING)
    if standing.update(state=Recognition.State.WITHDRAWN):
        Case.objects.filter(comment=comment, state=Case.State.OPEN).update(state=Case.State.WITHDRAWN)
        audit.record(by=by, did="recognition.comment_withdrawn", thing=comment, at=at)
