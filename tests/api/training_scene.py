"""Training beside the scene of hiring: somebody who learns, leads them, trains them; a module in every state."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from people.models import Person, Role, Team
from tests.cast import finish, give, grant, make_module, make_person, make_session, make_skill
from training.actions import bookings, learning, paths, rules, sign_offs
from training.models import (
    Assignment,
    Booking,
    Completion,
    Module,
    ModuleVersion,
    Path,
    PathAssignment,
    Rule,
    Session,
    SignOff,
    Skill,
)


@dataclass
class TrainingScene:
    """`answers` has a part of each kind, with canaries (tests.cast) in what only the player may show."""

    learner: Person
    leader: Person
    trainer: Person
    answers: Module
    free: Module
    draft: Module
    open: Assignment
    late: Assignment
    done: Completion
    rule: Rule


def set_training(team: Team) -> TrainingScene:
    """Everything through the actions. The learner has `answers` open, another one overdue, a third done."""
    now = timezone.now()
    leader = make_person("Lea Leader", team=team)
    learner = make_person("Lena Learner", team=team, manager=leader)
    trainer = make_person("Tara Trainer", team=team)
    grant(trainer, Role.TRAINER)
    answers = make_module("lesson", "quiz", "scenario", "practice")
    late = give(make_module(), learner, at=now - timedelta(days=20), due_on=(now - timedelta(days=9)).date())
    done = finish(give(make_module(valid_months=12), learner, at=now - timedelta(days=20)), at=now)
    free = make_module()
    return TrainingScene(
        learner=learner,
        leader=leader,
        trainer=trainer,
        answers=answers,
        free=free,
        draft=make_module(published=False),
        open=give(answers, learner, at=now, due_on=(now + timedelta(days=30)).date(), note="You take calls."),
        late=late,
        done=Completion.objects.get(assignment=done),
        rule=rules.create_rule(
            module=free, name="All at a desk", why="You sit at the desk.", job_title="Nobody", by=trainer, at=now
        ),
    )


@dataclass
class Work:
    """What somebody else of the leader's line is at: a practice that waits for its observer, a seat in a session that
    the trainer holds; a skill, and the version of `TrainingScene.draft`."""

    learner: Person
    sign_off: SignOff
    session: Session
    booking: Booking
    skill: Skill
    version: ModuleVersion


def set_work(training: TrainingScene, observer: Person | None = None) -> Work:
    """By default the trainer observes."""
    now = timezone.now()
    learner = make_person("Lou Learner", team=training.learner.team, manager=training.leader)
    practice = give(make_module("practice"), learner, at=now)
    record = learning.open_part(assignment=practice, part=practice.version.parts.get(), at=now)
    live = make_module("session")
    give(live, learner, at=now)
    session = make_session(
        live, training.trainer, at=now, starts_at=now + timedelta(days=3), link="https://call.example/x"
    )
    return Work(
        learner=learner,
        sign_off=sign_offs.ask_for_sign_off(
            record=record, observer=observer or training.trainer, at=now, note="At ten."
        ),
        session=session,
        booking=bookings.book(session=session, people=[learner], by=learner, at=now)[0],
        skill=make_skill({training.free: 2}, name="Patience"),
        version=training.draft.versions.get(),
    )


def set_paths(training: TrainingScene) -> tuple[Path, PathAssignment]:
    """A path that is a draft, and one with somebody of the leader's line on it."""
    now, said = timezone.now(), {"description": "You can.", "language": "English"}
    steps = [(training.free, 7), (training.answers, None)]
    draft = paths.create_path(name="Later weeks", steps=steps, by=training.trainer, at=now, **said)
    path = paths.create_path(name="First weeks", steps=steps, by=training.trainer, at=now, **said)
    paths.publish_path(path=path, by=training.trainer, at=now)
    learner = make_person("Pia Path", team=training.learner.team, manager=training.leader)
    (given,) = paths.assign_path(path=path, people=[learner], by=training.leader, at=now, note="Welcome.").paths
    return draft, given
