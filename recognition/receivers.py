"""What follows from what happened: people are told, and what reaches nobody any more is withdrawn from view."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.dispatch import receiver

from notifications.actions import announcements
from notifications.actions import notices as telling
from notifications.actions.notices import Notice
from notifications.events import Event
from people import signals as people_signals
from people.models import Person, Role, RoleGrant, Team
from recognition import (
    award_notices,
    case_notices,
    comment_notices,
    events,
    idea_notices,
    notices,
    pulse_notices,
    signals,
)
from recognition.actions import reach
from recognition.models import Answer, Case, Comment, Idea, Judge, Praise, Pulse, Recognition, Round
from recognition.reports.ideas import answerers_of
from recognition.reports.praise import stewards_of

MORNING = time(9)


@receiver(signals.recognised)
def tell_who_was_thanked(recognition: Recognition, at: datetime, **_kwargs: Any) -> None:
    thanked = list(recognition.recipients.values_list("person", flat=True))
    telling.notify(kind=notices.RECOGNISED, subject_id=recognition.pk, to=thanked, at=at)


@receiver(signals.recognised)
def announce_to_their_teams(recognition: Recognition, at: datetime, **_kwargs: Any) -> None:
    """When its giver can change it no more."""
    teams = set(recognition.recipients.exclude(person__team=None).values_list("person__team", flat=True))
    announcements.announce(
        event=events.RECOGNISED, subject_id=recognition.pk, teams=teams, at=at, due_at=recognition.edit_ends_at
    )


@receiver(signals.mentioned)
def tell_who_is_mentioned(
    recognition: Recognition, comment: Comment | None, people: Collection[int], at: datetime, **_kwargs: Any
) -> None:
    """Those who may not see it are told nothing: that is looked at when it is sent."""
    if people:
        occurrence = "" if comment is None else f"{comment_notices.COMMENT}{comment.pk}"
        telling.notify(
            kind=comment_notices.MENTIONED, subject_id=recognition.pk, to=sorted(people), at=at, occurrence=occurrence
        )


@receiver(signals.withdrawn)
def tell_nobody_any_more(recognition: Recognition, **_kwargs: Any) -> None:
    kinds = [notices.RECOGNISED, comment_notices.MENTIONED]
    telling.cancel(kinds=kinds, subject_id=recognition.pk, reason="withdrawn")


@receiver(signals.commented)
def tell_of_the_first_comment(comment: Comment, at: datetime, **_kwargs: Any) -> None:
    """Once each, however many follow: the ledger knows one for each recognition and reader."""
    concerned = {comment.recognition.giver_id, *comment.recognition.recipients.values_list("person", flat=True)}
    to = sorted(concerned - {comment.author_id})
    telling.notify(kind=comment_notices.COMMENTED, subject_id=comment.recognition_id, to=to, at=at)


@receiver(signals.hidden)
def tell_of_what_was_reported(case: Case, at: datetime, **_kwargs: Any) -> None:
    """Who is thanked is told nothing of it meanwhile."""
    if case.comment_id is None:
        telling.cancel(kinds=[notices.RECOGNISED], subject_id=case.recognition_id, reason="hidden")
    telling.notify(kind=case_notices.REPORTED, subject_id=case.pk, to=case.reviewers(at), at=at)
    _tell_author(case, case_notices.HIDDEN, at)


@receiver(signals.decided)
def tell_what_was_decided(case: Case, restored: bool, at: datetime, **_kwargs: Any) -> None:
    telling.cancel(kinds=[case_notices.REPORTED], subject_id=case.pk, reason="decided")
    _tell_author(case, case_notices.DECIDED, at)
    if restored and case.comment_id is None:
        tell_who_was_thanked(case.recognition, at)


@receiver(signals.appealed)
def tell_of_the_appeal(case: Case, at: datetime, **_kwargs: Any) -> None:
    """Another than who decided answers, if there is another."""
    reviewers = list(case.reviewers(at))
    to = [one for one in reviewers if one.pk != case.decided_by_id] or reviewers
    telling.notify(kind=case_notices.REPORTED, subject_id=case.pk, to=to, at=at, occurrence=case_notices.APPEAL)


@receiver(signals.answered)
def tell_what_was_answered(case: Case, restored: bool, at: datetime, **_kwargs: Any) -> None:
    telling.cancel(kinds=[case_notices.REPORTED], subject_id=case.pk, reason="answered")
    _tell_author(case, case_notices.ANSWERED, at)
    if restored and case.comment_id is None:
        tell_who_was_thanked(case.recognition, at)


def _tell_author(case: Case, occurrence: str, at: datetime) -> None:
    """Of the latest step; what was to be told of an earlier one is told no more."""
    telling.notify_instead(
        kind=case_notices.RULED, subject_id=case.pk, to=[case.author_id], at=at, occurrence=occurrence
    )


@receiver([people_signals.person_deactivated, people_signals.person_reactivated])
def renew_what_they_were_thanked_for(person: Person, **_kwargs: Any) -> None:
    """A leaver drops from the wall at once, and is back with what they return to."""
    reach.renew_reach_of(person)


@receiver(people_signals.people_imported)
def renew_what_leavers_were_thanked_for(**_kwargs: Any) -> None:
    """A file may say of many that they left; one statement for all of them."""
    reach.renew_reach(Recognition.objects.all())


@receiver(signals.praise_entered)
def tell_who_checks_it(praise: Praise, at: datetime, **_kwargs: Any) -> None:
    to = stewards_of(praise, at=at) - {praise.entered_by_id}
    telling.notify(kind=notices.PRAISE_WAITS, subject_id=praise.pk, to=sorted(to), at=at)


@receiver(signals.praise_checked)
def ask_nobody_any_more(praise: Praise, **_kwargs: Any) -> None:
    telling.cancel(kinds=[notices.PRAISE_WAITS], subject_id=praise.pk, reason="checked")


@receiver(signals.round_published)
def tell_all_of_its_days(round_: Round, at: datetime, **_kwargs: Any) -> None:
    """Planned once for everybody, each for their own morning: nothing of its days changes any more."""
    planned = (Notice(kind, round_.pk, who, max(due, at)) for kind, who, due in award_notices.mornings(round_))
    telling.plan(notices=planned, at=at)
    morning = datetime.combine(round_.opens_on, MORNING, tzinfo=UTC)
    teams = Team.objects.values_list("pk", flat=True)
    announcements.announce(event=events.OPENED, subject_id=round_.pk, teams=list(teams), at=at, due_at=max(morning, at))


@receiver(signals.round_cancelled)
def tell_nobody_of_its_days(round_: Round, **_kwargs: Any) -> None:
    telling.cancel(kinds=award_notices.KINDS, subject_id=round_.pk, reason="cancelled")


@receiver(signals.judging_began)
def tell_the_panel(round_: Round, at: datetime, **_kwargs: Any) -> None:
    for judge in Judge.objects.live().filter(round=round_).select_related("round", "person"):
        _tell_judge(judge, at)


@receiver(signals.judge_appointed)
def tell_who_joined_the_panel(judge: Judge, at: datetime, **_kwargs: Any) -> None:
    """Before judging begins, they are told when it does."""
    if judge.round.state == Round.State.JUDGING:
        _tell_judge(judge, at)


def _tell_judge(judge: Judge, at: datetime) -> None:
    told = award_notices.judging_days(judge, at)
    telling.plan(
        notices=[Notice(award_notices.JUDGING, judge.round_id, judge.person, due, name) for name, due in told], at=at
    )


@receiver(signals.award_revealed)
def tell_what_is_to_be_decided(round_: Round, at: datetime, **_kwargs: Any) -> None:
    telling.cancel(kinds=[award_notices.JUDGING], subject_id=round_.pk, reason="revealed")
    if round_.state == Round.State.TIED:
        judges = Judge.objects.live().filter(round=round_).values_list("person", flat=True)
        telling.notify(
            kind=award_notices.JUDGING, subject_id=round_.pk, to=list(judges), at=at, occurrence=award_notices.TIE
        )
    elif round_.state == Round.State.DECIDED:
        stewards = RoleGrant.objects.in_force(at).filter(role=Role.STEWARD, team=None, person__is_active=True)
        to = {round_.programme.owner_id, *stewards.values_list("person", flat=True)}
        telling.notify(kind=award_notices.APPROVAL, subject_id=round_.pk, to=sorted(to), at=at)


@receiver(signals.award_approved)
def ask_nobody_to_approve(round_: Round, **_kwargs: Any) -> None:
    telling.cancel(kinds=[award_notices.APPROVAL], subject_id=round_.pk, reason="approved")


@receiver(signals.award_announced)
def tell_who_won_and_what_was_said(round_: Round, at: datetime, **_kwargs: Any) -> None:
    """To everybody who won; to each who was nominated what was said of them."""
    nominees = list(round_.candidacies.values_list("nominee", flat=True))
    others = Person.objects.active().exclude(pk__in=nominees).order_by("pk").values_list("pk", flat=True)
    telling.notify(kind=award_notices.NOMINATED, subject_id=round_.pk, to=nominees, at=at)
    telling.notify(kind=award_notices.ANNOUNCED, subject_id=round_.pk, to=[*others, *nominees], at=at)
    teams = (
        round_.candidacies.filter(is_winner=True).exclude(nominee__team=None).values_list("nominee__team", flat=True)
    )
    announcements.announce(event=events.WON, subject_id=round_.pk, teams=set(teams), at=at)


@receiver(signals.idea_proposed)
def tell_who_answers_it(idea: Idea, at: datetime, **_kwargs: Any) -> None:
    to = answerers_of([idea], at=at)[idea.pk].first
    telling.notify(kind=idea_notices.WAITS, subject_id=idea.pk, to=sorted(to), at=at)


@receiver(signals.idea_proposed)
def announce_the_idea(idea: Idea, at: datetime, **_kwargs: Any) -> None:
    """Later, like thanks: a chat takes nothing back, and an idea may be withdrawn."""
    _announce_idea(events.IDEA_PROPOSED, idea, at, later=timedelta(minutes=settings.RECOGNITION_EDIT_MINUTES))


@receiver(signals.idea_answered)
def tell_what_was_answered_to_it(idea: Idea, answer: Answer, at: datetime, **_kwargs: Any) -> None:
    """To its author, of several answers in a row the latest; to who is to do it, unless they said so themselves."""
    telling.cancel(kinds=[idea_notices.WAITS], subject_id=idea.pk, reason="answered")
    kind, occurrence = idea_notices.ANSWERED, str(answer.pk)
    telling.notify_instead(kind=kind, subject_id=idea.pk, to=[idea.author_id], at=at, occurrence=occurrence)
    if answer.doer_id and answer.doer_id != answer.by_id:
        telling.notify_instead(
            kind=idea_notices.YOURS, subject_id=idea.pk, to=[answer.doer_id], at=at, occurrence=f"{answer.doer_id}"
        )
    _announce_idea(events.IDEA_ANSWERED, idea, at, occurrence=occurrence)


@receiver(signals.idea_done)
def tell_that_it_is_done(idea: Idea, at: datetime, **_kwargs: Any) -> None:
    kind = idea_notices.ANSWERED
    telling.notify_instead(
        kind=kind, subject_id=idea.pk, to=[idea.author_id], at=at, occurrence=idea_notices.DONE
    )  # fmt: skip
    _announce_idea(events.IDEA_DONE, idea, at)


@receiver(signals.idea_closed)
def ask_nobody_to_answer_it(idea: Idea, reason: str, at: datetime, **_kwargs: Any) -> None:
    """What a steward took down is told its author, with the reason."""
    telling.cancel(kinds=idea_notices.KINDS, subject_id=idea.pk, reason=reason)
    if reason == "removed":
        kind, occurrence = idea_notices.ANSWERED, idea_notices.REMOVED
        telling.notify(kind=kind, subject_id=idea.pk, to=[idea.author_id], at=at, occurrence=occurrence)


def _announce_idea(
    event: Event, idea: Idea, at: datetime, *, occurrence: str = "", later: timedelta = timedelta()
) -> None:
    """To the chats of the team that it concerns; one about the whole organisation is no team's news."""
    if idea.is_public and idea.team_id is not None:
        announcements.announce(
            event=event, subject_id=idea.pk, teams={idea.team_id}, at=at, occurrence=occurrence, due_at=at + later
        )


@receiver(signals.pulse_opened)
def tell_of_the_pulse(pulse: Pulse, at: datetime, **_kwargs: Any) -> None:
    """Once, each on their own first morning; nobody is reminded."""
    planned = (Notice(pulse_notices.OPENS, pulse.pk, who, max(due, at)) for who, due in pulse_notices.mornings(pulse))
    telling.plan(notices=planned, at=at)
