"""Recognition beside the scenes of hiring and training: a steward who thanked somebody, and whom somebody thanked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from people.models import Person, Role
from recognition.actions import moderation, praise
from recognition.actions.comments import comment
from recognition.actions.nominations import begin_judging, save_draft
from recognition.models import Candidacy, Case, Comment, Idea, Nomination, Praise, Recognition, Round, Value
from tests.cast import (
    cast,
    grant,
    make_panel,
    make_person,
    make_programme,
    make_round,
    make_value,
    nominate,
    propose,
    said,
    thank,
)

DAY = timedelta(days=1)


@dataclass
class RecognitionScene:
    """`given` is what the steward wrote, `received` what was written for them, `comment` theirs, `answer`
    somebody's below it, `idea` one that the steward may answer."""

    steward: Person
    given: Recognition
    received: Recognition
    value: Value
    comment: Comment
    answer: Comment
    idea: Idea


def set_recognition(steward: Person | None = None) -> RecognitionScene:
    """Everything through the actions, a moment ago."""
    steward, value, now = steward or make_person("Stan Steward"), make_value(), timezone.now()
    grant(steward, Role.STEWARD)
    given = thank(make_person(), by=steward, value=value, at=now)
    return RecognitionScene(
        steward=steward,
        given=given,
        received=thank(steward, value=value, at=now),
        value=value,
        comment=comment(recognition=given, words="I was there.", by=steward, at=now),
        idea=propose(at=now),
        answer=comment(recognition=given, words="I was not.", by=make_person(), at=now),
    )


@dataclass
class CasesScene:
    """What was reported: `open` and `appealed` wait on the steward, `removed` is the steward's own. `praise` is
    checked, about somebody."""

    open: Case
    appealed: Case
    removed: Case
    praise: Praise


def set_cases(scene: RecognitionScene) -> CasesScene:
    """Everything through the actions, a moment ago."""
    now, other = timezone.now(), make_person(roles={Role.STEWARD: None})

    def reported(one: Recognition, *, remove: bool = False) -> Case:
        moderation.report(recognition=one, kind="private", by=make_person(), at=now)
        case = Case.objects.get(recognition=one)
        if remove:
            moderation.decide(case=case, restore=False, reason="It tells too much.", by=other, at=now)
        return case

    appealed = reported(thank(make_person(), value=scene.value, at=now), remove=True)
    moderation.appeal(case=appealed, words="They agreed.", by=appealed.author, at=now)
    heard = said("She was kind, and quick with it.", about=[make_person()])
    praise.check_praise(praise=heard, words=heard.words, decision="shown", by=other, at=now)
    heard.refresh_from_db()
    return CasesScene(
        open=reported(thank(make_person(), value=scene.value, at=now)),
        appealed=appealed,
        removed=reported(thank(make_person(), by=scene.steward, value=scene.value, at=now), remove=True),
        praise=heard,
    )


@dataclass
class AwardsScene:
    """Rounds in several states; the steward judges in `judged` and judged in `tied` and `decided`. `draft` is the
    steward's nomination in `open`, `nominee` and `winner` somebody of `judged` and of `decided`."""

    open: Round
    judged: Round
    tied: Round
    decided: Round
    draft: Nomination
    nominee: Candidacy
    winner: Candidacy


def set_awards(steward: Person) -> AwardsScene:
    """Everything through the actions. Today is a day to nominate in `open`."""
    now = timezone.now()

    def round_of(*nominees: Person, judged: bool) -> Any:
        today = now.date()
        days: dict[str, Any] = {"opens_on": today - DAY, "closes_on": today + 3 * DAY, "judge_by": today + 9 * DAY}
        row = make_round(make_programme(quorum=1), at=now, announce_at=now + 20 * DAY, **days)
        for one in nominees:
            nominate(row, one, at=now)
        if nominees:
            (judge,) = make_panel(row, steward)
            begin_judging(round_=row, at=now + 6 * DAY)
            for one in row.candidacies.all() if judged else ():
                cast(judge, one, 4, 4, at=now)
            row.refresh_from_db()
        return row

    open_ = round_of(judged=False)
    to_judge = round_of(make_person(), judged=False)
    decided = round_of(make_person(), judged=True)
    return AwardsScene(
        open=open_,
        judged=to_judge,
        tied=round_of(make_person(), make_person(), judged=True),
        decided=decided,
        draft=save_draft(round_=open_, nominee=make_person(), words={}, by=steward, at=now),
        nominee=to_judge.candidacies.get(),
        winner=decided.candidacies.get(),
    )


def recognition_id_for(scene: RecognitionScene, cases: CasesScene, awards: AwardsScene, path: str) -> int:
    """An id at which the steward may do what the path says."""
    noun, _id, does = path.removeprefix("/recognition/").partition("/{}/")
    if noun == "recognitions":
        return (scene.received if does in {"keep/", "report/"} else scene.given).pk
    if noun == "comments":
        return (scene.answer if does == "report/" else scene.comment).pk  # one reports what others wrote
    rounds = {"tie/": awards.tied, "cases/": awards.judged, "results/": awards.decided, "approve/": awards.decided}
    keys: dict[str, int] = {
        "values": scene.value.pk,
        "ideas": scene.idea.pk,
        "customers": cases.praise.pk,
        "reports": {"appeal/": cases.removed, "answer/": cases.appealed}.get(does, cases.open).pk,
        "programmes": awards.open.programme_id,
        "rounds": rounds.get(does, awards.open).pk,
        "nominations": awards.draft.pk,
        "nominees": (awards.winner if does == "citation/" else awards.nominee).pk,
        "judges": awards.judged.judges.get().pk,
    }
    return keys.get(noun, 0)
