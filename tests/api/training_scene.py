"""Training beside the scene of hiring: somebody who learns, leads them, trains them; a module in every state."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from people.models import Person, Role, Team
from tests.cast import finish, give, grant, make_module, make_person
from training.actions import rules
from training.models import Assignment, Completion, Module, Rule


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
