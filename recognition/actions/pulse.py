"""The monthly pulse: opened, answered and settled. No line of the trail, no moment and no key joins a person with what
they said."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.errors import Invalid, Refused
from people.actions import audit
from people.models import Person, Team
from recognition import local_days, signals
from recognition.models import Pulse, PulseCount, PulseGroup, PulsePart
from recognition.pulse_groups import DAYS, QUESTIONS, SCORES, SERVICE, first_of, groups_of, last_of

BATCH = 500


def turn_pulses(*, at: datetime) -> None:
    """Open the pulse of the month when its days begin for the first people on earth, and settle what is over
    everywhere. Again and again changes nothing."""
    opens_on = last_of(at.date()) - timedelta(days=DAYS - 1)
    if local_days.has_begun_somewhere_at(opens_on) <= at:
        open_pulse(month=first_of(opens_on), at=at)
    for pulse in Pulse.objects.filter(settled_at=None).order_by("month"):
        settle_pulse(pulse=pulse, at=at)


@transaction.atomic
def open_pulse(*, month: date, at: datetime) -> Pulse:
    """The pulse of a month, made ready once; whoever works in a team is told on their own first morning, unless that
    month is over."""
    pulse, made = Pulse.objects.get_or_create(month=month)
    if made:
        _make_ready(pulse, Team.objects.order_by("pk").values_list("pk", flat=True))
        audit.record(by=None, did="recognition.pulse_opened", thing=pulse, at=at)
        if at < pulse.settles_at:
            signals.pulse_opened.send(sender=Pulse, pulse=pulse, at=at)
    return pulse


def _make_ready(pulse: Pulse, teams: Iterable[int]) -> None:
    """All rows of these teams at once, each at nought: those that are there stay."""
    rows = (
        PulseCount(pulse=pulse, team_id=team, question=question.number, score=score)
        for team in teams
        for question in QUESTIONS
        for score in SCORES
    )
    PulseCount.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def answer_pulse(*, pulse: Pulse, scores: Mapping[int, int], by: Person, at: datetime) -> bool:
    """Count an answer to every question, `scores` from 1 to 5 by its number, and that this person has taken part; of
    which answer was theirs nothing is kept. False when they had taken part before: nothing is counted then.

    Raises Refused before and after its days where they are, and for whoever is in no team; Invalid unless every
    question has an answer on the scale.
    """
    errors = {
        f"score_{one.number}": [_("Choose an answer.")] for one in QUESTIONS if scores.get(one.number) not in SCORES
    }
    if errors:
        raise Invalid(_("Something is missing."), errors=errors)
    if not pulse.is_open_to(by, at):
        raise Refused(_("The pulse is answered on the last seven days of the month."))
    if by.team_id is None:
        raise Refused(_("The pulse asks teams, and you are in none."))
    part = PulsePart(pulse=pulse, person=by)
    PulsePart.objects.bulk_create([part], ignore_conflicts=True)
    if not PulsePart.objects.filter(pk=part.pk).exists():  # the constraint kept another, of a moment ago or long ago
        return False
    if not PulseCount.objects.filter(pulse=pulse, team=by.team_id).exists():  # a team of this week
        _make_ready(pulse, [by.team_id])
    for question in QUESTIONS:  # always in this order, so that no two wait for each other
        row = PulseCount.objects.filter(
            pulse=pulse, team=by.team_id, question=question.number, score=scores[question.number]
        )
        if not row.update(answers=F("answers") + 1):
            raise Refused(_("The pulse of this month is over."))
    return True


@transaction.atomic
def settle_pulse(*, pulse: Pulse, at: datetime) -> bool:
    """Once nobody can answer any more: add up by groups of five answers or more, and forget what is finer, what is
    withheld, and who has taken part. False while somebody can answer, or when it is settled."""
    if at < pulse.settles_at or not Pulse.objects.filter(pk=pulse.pk, settled_at=None).update(settled_at=at):
        return False
    counts = list(PulseCount.objects.filter(pulse=pulse).values_list("team", "question", "score", "answers"))
    PulseCount.objects.filter(pulse=pulse).delete()
    PulsePart.objects.filter(pulse=pulse).delete()
    peopled = Person.objects.active().exclude(team=None).order_by().values_list("team", flat=True).distinct()
    answers = Counter(dict.fromkeys(peopled, 0))
    for team, question, _score, count in counts:
        if question == SERVICE and (count or team in answers):
            answers[team] += count
    heads = groups_of(answers, dict(Team.objects.values_list("pk", "parent")))
    sums: Counter[tuple[int, int, int]] = Counter()
    for team, question, score, count in counts:
        if team in heads:
            sums[heads[team], question, score] += count
    PulseCount.objects.bulk_create(
        (PulseCount(pulse=pulse, team_id=head, question=question, score=score, answers=count)
         for (head, question, score), count in sorted(sums.items())), batch_size=BATCH,
    )  # fmt: skip
    PulseGroup.objects.bulk_create(
        (PulseGroup(pulse=pulse, team_id=team, head_id=head) for team, head in sorted(heads.items())), batch_size=BATCH
    )
    pulse.refresh_from_db()
    audit.record(
        by=None, did="recognition.pulse_settled", thing=pulse, changes={"groups": len(set(heads.values()))}, at=at
    )
    return True
