"""Thanking people, changing one's words for a while, taking it back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.edits import put
from foundation.errors import Invalid, Refused
from foundation.text import fold
from people.actions import audit
from people.models import Person, Team
from recognition import signals
from recognition.actions.mentions import mentioned
from recognition.actions.pictures import Prepared, drop_picture, put_picture
from recognition.actions.reach import hold, renew_reach
from recognition.models import Case, Change, Idea, Praise, Reach, Recipient, Recognition, Value

MOST_RECIPIENTS = 50
SHORTEST = 20  # characters; "Thanks, great job!" has 18
STORY = ("happened", "did", "changed")
WORDS = (*STORY, "link")


@transaction.atomic
def recognise(
    *,
    to: Iterable[Person] = (),
    team: Team | None = None,
    value: Value,
    did: str,
    praise: Praise | None = None,
    idea: Idea | None = None,
    happened: str = "",
    changed: str = "",
    link: str = "",
    visibility: int = Reach.EVERYONE,
    picture: Prepared | None = None,
    by: Person,
    at: datetime,
    token: UUID | None = None,
) -> Recognition:
    """Thank people, or everybody who is in the team now, for an example of a value. The same `token` again answers with
    what was posted the first time. `praise`: a customer's words that are shown; they may be all of the story.
    `idea`: a done one that it celebrates.

    Raises Invalid without anybody to thank, with oneself or a leaver among them, with more than fifty, with a value
    that is not in use, or without a story; Refused when somebody thanked for the same praise before,
    or the idea is not one to celebrate.
    """
    token = token or uuid4()
    people = _thanked(to, team, by)
    held = {person.pk: person for person in hold([by.pk, *(person.pk for person in people)])}
    if already := Recognition.objects.filter(giver=by, token=token).first():
        return already  # by the same click, a moment ago
    people = [held[person.pk] for person in people]
    _check(people, value, did or (praise.words if praise else ""), by)
    mentions = mentioned(texts={"happened": happened, "did": did, "changed": changed}, by=by)
    _hold(praise)
    _check_idea(idea, people)
    recognition = Recognition.objects.create(
        giver=by, value=value, team=team, praise=praise, idea=idea, happened=happened, did=did, changed=changed,
        link=link, visibility=visibility, reach=Reach.PRIVATE, posted_at=at, token=token, mentions=mentions,
        search_text=_search_text(happened, did, changed, praise.words if praise else ""),
    )  # fmt: skip
    Recipient.objects.bulk_create(
        Recipient(recognition=recognition, person=person, giver=by, posted_at=at) for person in people
    )
    if picture is not None:
        put_picture(recognition=recognition, prepared=picture, by=by, at=at)
    renew_reach(Recognition.objects.filter(pk=recognition.pk))
    recognition.refresh_from_db(fields=["reach"])
    changes = {"value": value.pk, "to": [person.pk for person in people], "visibility": visibility}
    audit.record(by=by, did="recognition.posted", thing=recognition, changes=changes, at=at)
    signals.recognised.send(sender=Recognition, recognition=recognition, at=at)
    others = set(mentions) - {person.pk for person in people}
    signals.mentioned.send(sender=Recognition, recognition=recognition, comment=None, people=others, at=at)
    return recognition


def _hold(praise: Praise | None) -> None:
    """Of two at once the second waits, and is told."""
    if praise is None:
        return
    shown = Praise.objects.select_for_update(no_key=True).filter(pk=praise.pk, state=Praise.State.SHOWN).exists()
    standing = Recognition.objects.filter(praise=praise).exclude(state=Recognition.State.WITHDRAWN)
    if not shown or standing.exists():
        raise Refused(_("They were thanked for this praise already."))


def _check_idea(idea: Idea | None, people: list[Person]) -> None:
    """Of an unnamed idea only those are thanked who did it, whoever asks: else one could try out whose it is."""
    if idea is None:
        return
    if not (idea.is_done and idea.is_public):
        raise Refused(_("Only an idea that is done, and that everybody may read, is celebrated on the wall."))
    did = set(idea.doers.values_list("pk", flat=True))
    if not idea.is_named and not {person.pk for person in people} <= did:
        text = _("Whose idea it was is not shown, so thank those who did it. Others you can thank without the idea.")
        raise Invalid(text, errors={"to": [text]})


def _thanked(to: Iterable[Person], team: Team | None, by: Person) -> list[Person]:
    """Each once. Of one's own team the others are thanked."""
    people = {person.pk: person for person in to}
    if team is not None:
        members = Person.objects.active().filter(team=team).exclude(pk=by.pk).order_by("pk")
        people |= {person.pk: person for person in members[: MOST_RECIPIENTS + 1]}
    return list(people.values())


def _check(people: list[Person], value: Value, did: str, by: Person) -> None:
    errors: dict[str, list[str]] = {}
    if not people:
        errors["to"] = [_("Say whom you thank.")]
    elif any(person.pk == by.pk for person in people):
        errors["to"] = [_("You can't thank yourself. Tell somebody who was there, and they may.")]
    elif any(not person.is_active for person in people):
        errors["to"] = [_("Somebody among them does not work here any more.")]
    elif len(people) > MOST_RECIPIENTS:
        errors["to"] = [_("At most fifty people at once. Thank those whom you saw do it.")]
    if value.archived_at is not None:
        errors["value"] = [_("Choose a value that is still in use.")]
    errors |= _too_short(did)
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)


def _too_short(did: str) -> Mapping[str, list[str]]:
    if len(" ".join(did.split())) < SHORTEST:
        return {"did": [_("Say what they did, in a sentence that others can learn from.")]}
    return {}


@transaction.atomic
def edit_recognition(*, recognition: Recognition, by: Person, at: datetime, **changes: Any) -> Recognition:
    """Change one's words: `happened`, `did`, `changed`, `link`. What it said before is kept; whom it mentions only now
    is told.

    Raises Refused when the time for it is over or it stands no more, Invalid without a story.
    """
    recognition = Recognition.objects.select_for_update(no_key=True).get(pk=recognition.pk)
    if not recognition.is_shown or at >= recognition.edit_ends_at:
        raise Refused(_("The time for changing it is over. You can still withdraw it and write another."))
    quoted = recognition.praise.words if recognition.praise else ""
    if errors := _too_short(changes.get("did", recognition.did) or quoted):
        raise Invalid(_("Something is missing."), errors=dict(errors))
    before, told = {name: getattr(recognition, name) for name in WORDS}, set(recognition.mentions)
    if changed := put(recognition, changes, among=WORDS):
        recognition.mentions = mentioned(texts={name: getattr(recognition, name) for name in STORY}, by=by)
        recognition.edited_at = at
        recognition.search_text = _search_text(recognition.happened, recognition.did, recognition.changed, quoted)
        recognition.save(update_fields=["edited_at", "search_text", "mentions"])
        Change.objects.create(recognition=recognition, at=at, before=before)
        audit.record(by=by, did="recognition.edited", thing=recognition, changes={"fields": changed}, at=at)
        _tell_mentioned(recognition, told, at)
    return recognition


def _tell_mentioned(recognition: Recognition, told: set[int], at: datetime) -> None:
    """Whom it mentions, but those who were told of it."""
    people = set(recognition.mentions) - told - set(recognition.recipients.values_list("person", flat=True))
    signals.mentioned.send(sender=Recognition, recognition=recognition, comment=None, people=people, at=at)


@transaction.atomic
def withdraw_recognition(*, recognition: Recognition, by: Person, at: datetime) -> None:
    """Take it back, shown or hidden: nobody sees it any more, and no steward need decide. Twice is once."""
    standing = Recognition.objects.filter(pk=recognition.pk, state__in=Recognition.STANDING)
    if standing.update(state=Recognition.State.WITHDRAWN):
        Case.objects.filter(recognition=recognition, comment=None, state=Case.State.OPEN).update(
            state=Case.State.WITHDRAWN
        )
        drop_picture(recognition=recognition)
        audit.record(by=by, did="recognition.withdrawn", thing=recognition, at=at)
        signals.withdrawn.send(sender=Recognition, recognition=recognition, at=at)


@transaction.atomic
def keep_to_oneself(*, recognition: Recognition, person: Person, private: bool, at: datetime) -> None:
    """Somebody who was thanked takes this one off the wall, or puts it back as far as all the others allow. Twice is
    once."""
    hold([person.pk])
    theirs = Recipient.objects.filter(recognition=recognition, person=person).exclude(private=private)
    if theirs.update(private=private):
        renew_reach(Recognition.objects.filter(pk=recognition.pk))
        did = "recognition.kept_private" if private else "recognition.put_back"
        audit.record(by=person, did=did, thing=recognition, at=at)


def _search_text(*texts: str) -> str:
    return fold(" ".join(text for text in texts if text))
