"""An interview's life, lived in every order: whatever is tried, sealed stays sealed and revealed means all were in.

And the races that a single order never shows: two saves of one revision, the last two panellists at once.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from foundation.errors import Conflict, Refused
from hiring import policies
from hiring.actions import interviews, openings, scorecards
from hiring.actions.scorecards import RatingInput, ScorecardInput
from hiring.combination import shown
from hiring.models import Interview, LaterView, Panellist, Rating, Scorecard, StageScore
from people.models import AuditEntry, AuditHead
from tests.cast import NOW, interview_stage, make_application, make_interview, make_opening, make_person, make_recruiter

SEATS = 4
SCORES = st.sampled_from([None, 1, 2, 3, 4, 5])
WHO = st.integers(0, SEATS - 1)
# Who sits, person by person; the last is also a recruiter. The two at the end no action should take.
PANELS = st.sampled_from([
    ("lead", "member", "", ""),
    ("lead", "member", "", "member"),
    ("lead", "member", "shadow", ""),
    ("member", "lead", "", "shadow"),
    ("lead", "", "", "member"),
    ("", "lead", "member", ""),
    ("lead", "lead", "", ""),
    ("", "", "shadow", ""),
])  # fmt: skip


class Life(RuleBasedStateMachine):
    """One application at one stage; the last of the four people who sit is also a recruiter."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOW
        self.recruiter = make_recruiter()
        self.people = [*(make_person() for _each in range(SEATS - 1)), make_recruiter("Rae Recruits")]
        self.opening = make_opening()
        suggested = openings.suggested_rule(self.opening.stages.order_by("position"))
        openings.set_rule(opening=self.opening, rule=suggested, by=self.recruiter, at=self.now)
        self.application = make_application(self.opening)
        self.stage = interview_stage(self.opening)
        self.sealed = {}
        self.schedule(("lead", "member", "shadow", "member"), hours=-1)

    def teardown(self):
        self.lists_hold_every_interview_once()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # What can be tried. A refusal must leave everything as it was.

    def attempt(self, deed: Callable[[], object], *, allowed: bool = True) -> bool:
        """What the action does, the policy must have allowed: pages and API ask it first."""
        before = self.everything()
        try:
            deed()
        except Refused:
            assert self.everything() == before
            return False
        assert allowed
        return True

    def everything(self):
        return [
            list(model.objects.order_by("pk").values())
            for model in (Interview, Panellist, Scorecard, Rating, LaterView, StageScore, AuditHead)
        ]

    @property
    def interview(self):
        return Interview.objects.order_by("-pk").first()

    def seats(self, panel):
        return [interviews.Seat(person, role) for person, role in zip(self.people, panel, strict=True) if role]

    def schedule(self, panel, hours):
        self.attempt(
            lambda: interviews.schedule_interview(
                application=self.application,
                stage=self.stage,
                starts_at=self.now + timedelta(hours=hours),
                panel=self.seats(panel),
                by=self.recruiter,
                at=self.now,
            )
        )

    @rule(panel=PANELS, hours=st.sampled_from([-1, -1, 3]))
    def another_sitting(self, panel, hours):
        self.schedule(panel, hours)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(who=WHO, scores=st.lists(SCORES, min_size=2, max_size=2), recommendation=st.integers(1, 4))
    def write(self, who, scores, recommendation):
        def deed():
            card = scorecards.open_scorecard(interview=self.interview, person=self.people[who], at=self.now)
            competencies = self.interview.kit_version.competencies.order_by("position")
            ratings = {
                each.pk: RatingInput(score, no_evidence=score is None, evidence=f"Heard {score}.")
                for each, score in zip(competencies, scores, strict=True)
            }
            data = ScorecardInput(ratings=ratings, recommendation=recommendation, summary="So.")
            scorecards.save_scorecard(scorecard=card, revision=card.revision, data=data, at=self.now)

        # All of it or nothing: a scorecard is not begun by a save that is refused.
        self.attempt(transaction.atomic(deed))

    @rule(who=WHO, scores=st.lists(SCORES, min_size=2, max_size=2))
    def write_and_submit(self, who, scores):
        self.write(who, scores, 3)
        self.submit(who)

    @rule(who=WHO)
    def submit(self, who):
        card = Scorecard.objects.filter(panellist__interview=self.interview, panellist__person=self.people[who]).first()
        if card is None:
            return
        done = self.attempt(
            lambda: scorecards.submit_scorecard(
                scorecard=card, revision=card.revision, by=self.people[who], at=self.now
            )
        )
        if done:
            self.sealed[card.pk] = self.content(card.pk)

    @rule(panel=PANELS, by_panellist=st.booleans())
    def change_panel(self, panel, by_panellist):
        by = self.people[-1] if by_panellist else self.recruiter
        self.attempt(
            lambda: interviews.set_panel(interview=self.interview, panel=self.seats(panel), by=by, at=self.now),
            allowed=policies.can_set_panel(by, self.interview, self.now),
        )

    @rule(reason=st.sampled_from(["", "Somebody is ill."]), by_panellist=st.booleans())
    def break_seal(self, reason, by_panellist):
        by = self.people[-1] if by_panellist else self.recruiter
        self.attempt(
            lambda: interviews.break_seal(interview=self.interview, reason=reason, by=by, at=self.now),
            allowed=policies.can_break_seal(by, self.interview),
        )

    @rule(deed=st.sampled_from(["move", "cancel", "no show", "take up", "take up"]), by_panellist=st.booleans())
    def upset(self, deed, by_panellist):
        by, interview = self.people[-1] if by_panellist else self.recruiter, self.interview
        told = {"interview": interview, "by": by, "at": self.now}
        soon = self.now + timedelta(hours=1)
        deeds = {
            "move": (lambda: interviews.reschedule_interview(starts_at=soon, **told), policies.can_move_interview),
            "cancel": (lambda: interviews.cancel_interview(reason="So.", **told), policies.can_cancel_interview),
            "no show": (lambda: interviews.mark_no_show(**told), policies.can_mark_no_show),
            "take up": (
                lambda: interviews.take_up_interview(**told),
                lambda person, thing, _at: policies.can_take_up_interview(person, thing),
            ),
        }
        attempted, may = deeds[deed]
        self.attempt(attempted, allowed=may(by, interview, self.now))

    @rule(who=WHO, score=SCORES, cause=st.sampled_from(["", "Heard more."]))
    def think_again(self, who, score, cause):
        card = Scorecard.objects.filter(panellist__interview=self.interview, panellist__person=self.people[who]).first()
        if card is None:
            return
        competency = self.interview.kit_version.competencies.first()
        self.attempt(
            lambda: scorecards.add_later_view(
                scorecard=card,
                competency=competency,
                score=score,
                no_evidence=score is None,
                cause=cause,
                by=self.people[who],
                at=self.now,
            )
        )

    # What must hold after every step.

    def content(self, pk):
        card = Scorecard.objects.get(pk=pk)
        ratings = card.ratings.order_by("competency").values_list("competency", "score", "no_evidence", "evidence")
        return card.recommendation, card.summary, card.submitted_at, card.revision, list(ratings)

    @invariant()
    def sealed_words_stay(self):
        for pk, content in self.sealed.items():
            assert self.content(pk) == content

    @invariant()
    def revealed_when_all_required_are_in_or_the_seal_is_broken(self):
        for interview in Interview.objects.all():
            required = interview.panellists.required()
            complete = required.exists() and not required.owing().exists()
            if interview.reveal == "complete":
                assert complete
            elif interview.reveal == "broken":
                assert interview.reveal_reason
                assert interview.revealed_by is not None
            else:
                assert not (complete and interview.is_live)
            if interview.is_revealed:
                assert interview.state == "held"

    @invariant()
    def scores_are_there_once_revealed_and_are_what_they_were_made_of(self):
        revealed = Interview.objects.filter(state="held", revealed_at__isnull=False).order_by("starts_at", "pk")
        stored = StageScore.objects.first()
        assert (stored is not None) is revealed.exists()
        if stored is not None:
            assert stored.score == self.recomputed(revealed)

    def recomputed(self, revealed):
        """The same by hand: each person's last score of a competency, its mean, the mean of these by weight."""
        views = {}
        for interview in revealed:
            for rating in Rating.objects.filter(
                scorecard__panellist__interview=interview,
                scorecard__submitted_at__isnull=False,
                scorecard__panellist__role__in=("lead", "member"),
                score__isnull=False,
            ).select_related("competency", "scorecard__panellist"):
                views[rating.scorecard.panellist.person_id, rating.competency.key] = rating.score
        scores = defaultdict(list)
        for (_person, key), score in views.items():
            scores[key].append(score)
        if not scores:
            return None
        weights = {each.key: each.weight for each in self.stage.kit_version.competencies.all()}
        total = sum(weights[key] for key in scores)
        return shown(sum(Fraction(sum(given), len(given)) * weights[key] for key, given in scores.items()) / total, 4)

    @invariant()
    def cancelled_interviews_hold_nothing_that_was_submitted(self):
        assert not Scorecard.objects.submitted().filter(panellist__interview__state="cancelled").exists()

    @invariant()
    def nobody_reads_what_they_must_not(self):
        for person in (*self.people, self.recruiter):
            others = Scorecard.objects.visible_to(person).exclude(panellist__person=person)
            for card in others.select_related("panellist__interview"):
                assert card.is_submitted
                assert card.panellist.interview.is_revealed
            if policies.owes_scorecard(person, self.application):
                assert not others.exists()

    def lists_hold_every_interview_once(self):
        """At the end of a life: lives end anywhere, and the lists are dear."""
        for person in (*self.people, self.recruiter):
            rows = Interview.objects.visible_to(person)
            lists = (rows.upcoming_for, rows.waiting_for, rows.past_for)
            found = sorted(pk for each in lists for pk in each(person, self.now).values_list("pk", flat=True))
            assert found == sorted(rows.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.once
def test_interview_lives_by_its_rules_in_every_order():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


# --- races ----------------------------------------------------------------------------------------------------------


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Run the deeds in threads that start together; what each returned or raised."""
    gate = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            found[place] = deed()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


@pytest.fixture
def two_at_the_table(transactional_db):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.skip("an in-memory SQLite is one connection; runs on PostgreSQL")
    lea, max_ = make_person("Lea Lead"), make_person("Max Member")
    opening = make_opening()
    rule_ = openings.suggested_rule(opening.stages.order_by("position"))
    openings.set_rule(opening=opening, rule=rule_, by=make_recruiter(), at=NOW)
    return make_interview(make_application(opening), (lea, max_)), lea, max_


def draft(interview, person):
    card = scorecards.open_scorecard(interview=interview, person=person, at=NOW)
    ratings = {each.pk: RatingInput(4, evidence="Heard.") for each in interview.kit_version.competencies.all()}
    data = ScorecardInput(ratings=ratings, recommendation=3)
    return scorecards.save_scorecard(scorecard=card, revision=card.revision, data=data, at=NOW)


def test_of_two_saves_of_one_revision_one_wins(two_at_the_table):
    interview, lea, _max = two_at_the_table
    pk = draft(interview, lea).pk

    def save(summary):
        card = Scorecard.objects.get(pk=pk)
        return scorecards.save_scorecard(scorecard=card, revision=1, data=ScorecardInput(summary=summary), at=NOW)

    found = at_once(lambda: save("one"), lambda: save("two"))
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "Scorecard"]
    winner = next(each for each in found if not isinstance(each, Conflict))
    stored = Scorecard.objects.get(pk=pk)
    assert (stored.revision, stored.summary) == (2, winner.summary)


def test_last_two_at_once_reveal_exactly_once(two_at_the_table):
    interview, lea, max_ = two_at_the_table
    pks = {person: draft(interview, person).pk for person in (lea, max_)}

    def submit(person):
        card = Scorecard.objects.get(pk=pks[person])
        return scorecards.submit_scorecard(scorecard=card, revision=card.revision, by=person, at=NOW)

    found = at_once(lambda: submit(lea), lambda: submit(max_))
    assert all(isinstance(each, Scorecard) for each in found), found
    assert Interview.objects.get(pk=interview.pk).reveal == "complete"
    assert AuditEntry.objects.filter(did="hiring.interview_revealed").count() == 1
    assert StageScore.objects.get().raters == 2


def test_beginning_twice_at_once_makes_one_scorecard(two_at_the_table):
    interview, lea, _max = two_at_the_table
    begin = lambda: scorecards.open_scorecard(interview=interview, person=lea, at=NOW)  # noqa: E731 (twice the same deed)
    found = at_once(begin, begin)
    assert [type(each).__name__ for each in found] == ["Scorecard", "Scorecard"], found
    assert Scorecard.objects.count() == 1


def test_nobody_is_taken_off_while_they_begin(two_at_the_table):
    interview, lea, max_ = two_at_the_table
    recruiter = make_recruiter()
    found = at_once(
        lambda: scorecards.open_scorecard(interview=interview, person=max_, at=NOW),
        lambda: interviews.set_panel(interview=interview, panel=[interviews.Seat(lea, "lead")], by=recruiter, at=NOW),
    )
    assert [isinstance(each, Refused) for each in found].count(True) == 1, found
    assert Panellist.objects.filter(interview=interview).count() == 1 + Scorecard.objects.count()
