"""The people of the tests, and small makers of everything else. Plain functions: read one and you know what you get."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from hiring import models as hiring
from people.models import Person, Role, RoleGrant, Site, Team
from recognition import models as recognition
from recognition.actions import announcing, awards, counting, ideas, nominations, panels, posts, praise, turning
from training import contents
from training import models as training
from training.actions import assignments, learning, modules, sessions

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_serial = count(1)


def make_team(path: str = "Service") -> Team:
    """The team at the path and every team above it."""
    team = None
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        team, _ = Team.objects.get_or_create(
            path="/".join(parts[:depth]), defaults={"name": parts[depth - 1], "parent": team}
        )
    assert team is not None
    return team


def make_site(name: str = "Leeds") -> Site:
    return Site.objects.get_or_create(name=name)[0]


def make_person(name: str = "", *, roles: dict[str, Team | None] | None = None, **fields: Any) -> Person:
    """An active person who can sign in with PASSWORD; `roles` maps a role to its team (None: everywhere)."""
    number = next(_serial)
    name = name or f"Person {number}"
    fields.setdefault("email", f"{name.lower().replace(' ', '.')}.{number}@staff.example")
    person = Person(full_name=name, search_text=f"{name.lower()} {fields['email']}", **fields)
    person.set_password(PASSWORD)
    person.save()
    for role, team in (roles or {}).items():
        grant(person, role, team)
    return person


def grant(person: Person, role: str, team: Team | None = None, **fields: Any) -> RoleGrant:
    fields.setdefault("starts_at", NOW - timedelta(days=365))
    return RoleGrant.objects.create(person=person, role=role, team=team, granted_at=fields["starts_at"], **fields)


def fresh(person: Person) -> Person:
    """As the next request would load the person: without cached roles."""
    return Person.objects.get(pk=person.pk)


def make_recruiter(name: str = "Rosa Recruiter", team: Team | None = None) -> Person:
    return make_person(name, roles={Role.RECRUITER: team})


def make_kit_version(*, state: str = "published", competencies: tuple[str, ...] = ("empathy", "ownership")) -> Any:
    """A kit of one version: each competency with anchors and one question; published unless told."""
    number = next(_serial)
    kit = hiring.Kit.objects.create(key=f"kit-{number}", name=f"Kit {number}")
    version = hiring.KitVersion.objects.create(
        kit=kit,
        number=1,
        length_minutes=15 + 10 * len(competencies),
        guidance="Ask every question as it stands.",
        created_at=NOW,
    )
    for position, key in enumerate(competencies, start=1):
        competency = hiring.KitCompetency.objects.create(
            version=version,
            position=position,
            key=key,
            name=key.capitalize(),
            definition=f"What {key} is.",
            weight=position,
            **{f"anchor_{score}": f"{key} at {score}" for score in range(1, 6)},
        )
        hiring.KitQuestion.objects.create(
            version=version,
            competency=competency,
            position=position,
            key=f"{key}-1",
            kind="behavioural",
            text=f"Tell me about a time you showed {key}.",
            probes=["What did you do?", "What came of it?"],
            minutes=10,
        )
    if state != "draft":
        hiring.KitVersion.objects.filter(pk=version.pk).update(state=state, published_at=NOW)
        version.refresh_from_db()
    return version


def make_opening(
    *,
    team: Team | None = None,
    manager: Person | None = None,
    recruiters: tuple[Person, ...] = (),
    kit_version: Any = None,
    blind: bool = False,
    **fields: Any,
) -> hiring.Opening:
    """An open opening with the stages Applied, Interview (with the kit version) and Offer."""
    opening = hiring.Opening.objects.create(
        title=fields.pop("title", f"Opening {next(_serial)}"),
        team=team or make_team(),
        hiring_manager=manager or make_person("Hanna Manager"),
        blind=blind,
        state=fields.pop("state", "open"),
        created_at=NOW,
        opened_at=NOW,
        **fields,
    )
    opening.recruiters.set(recruiters)
    version = kit_version or make_kit_version()
    for position, (name, kit) in enumerate([("Applied", None), ("Interview", version), ("Offer", None)], start=1):
        hiring.Stage.objects.create(opening=opening, position=position, name=name, kit_version=kit)
    return opening


def interview_stage(opening: hiring.Opening) -> hiring.Stage:
    return opening.stages.exclude(kit_version=None).order_by("position")[0]


def make_application(opening: hiring.Opening, name: str = "", **fields: Any) -> hiring.Application:
    """An application at the opening's interview stage, of a new candidate."""
    number = next(_serial)
    name = name or f"Candice Applicant {number}"
    candidate = fields.pop("candidate", None) or hiring.Candidate.objects.create(
        full_name=name,
        email=fields.pop("email", f"candidate{number}@mail.example"),
        created_at=NOW,
        search_text=f"{name.lower()} candidate{number}@mail.example",
    )
    opening.applications_numbered += 1
    opening.save(update_fields=["applications_numbered"])
    return hiring.Application.objects.create(
        candidate=candidate,
        opening=opening,
        number=opening.applications_numbered,
        stage=fields.pop("stage", None) or interview_stage(opening),
        applied_on=date(2026, 11, 1),
        entered_stage_at=NOW - timedelta(days=3),
        **fields,
    )


def make_interview(
    application: hiring.Application, panel: tuple[Person, ...] = (), *, shadows: tuple[Person, ...] = (), **fields: Any
) -> hiring.Interview:
    """A live interview at the application's interview stage; the first of `panel` leads."""
    stage = fields.pop("stage", None) or interview_stage(application.opening)
    starts_at = fields.pop("starts_at", NOW - timedelta(hours=2))
    interview = hiring.Interview.objects.create(
        application=application,
        stage=stage,
        kit_version=stage.kit_version,
        starts_at=starts_at,
        ends_at=fields.pop("ends_at", starts_at + timedelta(hours=1)),
        created_at=NOW - timedelta(days=2),
        **fields,
    )
    for place, person in enumerate((*panel, *shadows)):
        role = "lead" if place == 0 and panel else "member" if place < len(panel) else "shadow"
        hiring.Panellist.objects.create(interview=interview, person=person, role=role)
    return interview


def fill_scorecard(
    interview: hiring.Interview,
    person: Person,
    scores: dict[str, int | None] | None = None,
    *,
    recommendation: int = 3,
    submitted: bool = True,
    evidence: str = "Said what they did and why.",
) -> hiring.Scorecard:
    """A scorecard written straight into the tables (no reveal follows); a score of None is *no evidence*."""
    seat = interview.panellists.get(person=person)
    scorecard = hiring.Scorecard.objects.create(
        panellist=seat, recommendation=recommendation, started_at=NOW, saved_at=NOW, summary="In short: good."
    )
    for competency in interview.kit_version.competencies.order_by("position"):
        score = (scores or {}).get(competency.key, 4)
        hiring.Rating.objects.create(
            scorecard=scorecard, competency=competency, score=score, no_evidence=score is None, evidence=evidence
        )
    if submitted:
        hiring.Scorecard.objects.filter(pk=scorecard.pk).update(submitted_at=NOW)
        hiring.Interview.objects.filter(pk=interview.pk, state="scheduled").update(state="held")
        scorecard.refresh_from_db()
    return scorecard


# --- training -------------------------------------------------------------------------------------------------------

QUIZ = contents.Quiz(
    pass_percent=50,
    questions=(
        contents.Question(
            key="one",
            type="single",
            text="Which?",
            explanation="Because canary-explanation.",
            options=(
                contents.Option(text="This", right=True, why="canary-why"),
                contents.Option(text="That"),
            ),
        ),
        contents.Question(key="word", type="text", text="What do we say?", accepted=("canary-sorry",)),
    ),
)
SCENARIO = contents.Scenario(
    text="A customer calls.",
    pass_percent=50,
    behaviours=(
        contents.Behaviour(key="listen", name="Listens"),
        contents.Behaviour(key="own", name="Takes it on"),
    ),
    scenes=(
        contents.Scene(
            key="start",
            says="It came broken.",
            choices=(
                contents.Choice(text="Tell me.", to="told", shows=("listen",), why="canary-because"),
                contents.Choice(text="No.", to="gone"),
            ),
        ),
        contents.Scene(
            key="told", says="Well…", choices=(contents.Choice(text="I see to it.", to="good", shows=("own",)),)
        ),
        contents.Scene(key="good", says="Thank you.", ending="good"),
        contents.Scene(key="gone", says="(hangs up)", ending="bad"),
    ),
)
PRACTICE = contents.Practice(
    task="Greet three people.",
    pass_level=3,
    rubric=(contents.RubricLine(key="greets", behaviour="Greets", anchors=("no", "late", "yes", "warmly", "by name")),),
)
CONTENTS: dict[str, contents.Content] = {
    "lesson": contents.Lesson(text="## Rules\n\nLook up first."),
    "writing": contents.Writing(prompt="A case of your own."),
    "quiz": QUIZ,
    "scenario": SCENARIO,
    "practice": PRACTICE,
    "session": contents.LiveSession(text="Bring a case of your own."),
    "evidence": contents.External(text="A first-aid course of eight hours."),
}


def module_content(*kinds: str, **fields: Any) -> contents.ModuleContent:
    """A module of one part of each of these kinds, by default a lesson."""
    number = next(_serial)
    values: dict[str, Any] = {"key": f"module-{number}", "name": f"Module {number}", "summary": "You can.",
                              "kind": "technical"}  # fmt: skip
    parts = tuple(
        contents.Part(key=kind, kind=kind, title=f"The {kind}", minutes=5, content=CONTENTS[kind])
        for kind in kinds or ("lesson",)
    )
    return contents.ModuleContent(**values | fields, parts=parts)


def make_module(*kinds: str, published: bool = True, **fields: Any) -> Any:
    """A module as `module_content` has it, published unless told; `fields` are of the model."""
    version = modules.create_module(content=module_content(*kinds), by=None, at=NOW - timedelta(days=900))
    if published:
        modules.publish_version(version=version, by=None, at=NOW - timedelta(days=900))
    if fields:
        training.Module.objects.filter(pk=version.module_id).update(**fields)
    return training.Module.objects.get(pk=version.module_id)


def give(module: Any, person: Person, *, at: datetime = NOW, **fields: Any) -> Any:
    """The module, given to the person by hand."""
    (assignment,) = assignments.assign(module=module, people=[person], by=None, at=at, **fields).assignments
    return assignment


def make_session(
    module: Any, trainer: Person | None = None, *, seats: int = 1, at: datetime = NOW, **fields: Any
) -> Any:
    """A session of the module's part "session", in a week, for an hour."""
    starts_at = fields.pop("starts_at", NOW + timedelta(days=7))
    fields.setdefault("ends_at", starts_at + timedelta(hours=1))
    return sessions.plan_session(
        module=module, part_key="session", starts_at=starts_at, trainer=trainer or make_person("Tara Trainer"),
        seats=seats, place=fields.pop("place", "Room 4"), by=fields.pop("by", None) or make_person(), at=at, **fields,
    )  # fmt: skip


def finish(assignment: Any, *, at: datetime = NOW) -> Any:
    """Read every lesson of it; returns the assignment as it stands then."""
    for part in assignment.version.parts.order_by("position"):
        learning.finish_lesson(record=learning.open_part(assignment=assignment, part=part, at=at), at=at)
    return training.Assignment.objects.get(pk=assignment.pk)


def make_skill(given: Any = None, **fields: Any) -> Any:
    """A skill; `given`: modules with the level at which each gives it."""
    words = {f"level_{level}": f"What one sees at level {level}." for level in (1, 2, 3, 4)}
    skill = training.Skill.objects.create(
        **{"name": f"Skill {(number := next(_serial))}", "key": f"skill-{number}", **words, **fields}
    )
    for module, level in (given or {}).items():
        training.ModuleSkill.objects.create(skill=skill, module=module, level=level)
    return skill


def make_value(**fields: Any) -> recognition.Value:
    number = next(_serial)
    fields = {"name": f"Value {number}", "description": "What it means.", "examples": "One.\nTwo.", **fields}
    return recognition.Value.objects.create(key=f"value-{number}", position=number, created_at=NOW, **fields)


def thank(*people: Person, by: Person | None = None, at: datetime = NOW, **fields: Any) -> recognition.Recognition:
    """One person thanks others."""
    fields.setdefault("value", recognition.Value.objects.first() or make_value())
    fields.setdefault("did", "Stayed with a caller until the parcel was found.")
    return posts.recognise(to=people, by=by or make_person("Gil Giver"), at=at, **fields)


def said(words: str, *, by: Person | None = None, **fields: Any) -> recognition.Praise:
    """What a customer said yesterday on the phone, who agrees that it is shown; waiting to be checked."""
    fields = {"kind": "praise", "channel": "call", "said_on": date(2026, 11, 19), "consent": True, **fields}
    fields.setdefault("token", uuid4())
    return praise.enter_praise(original=words, by=by or make_person(), at=NOW, **fields)


def make_programme(**fields: Any) -> recognition.Programme:
    """An award judged by two criteria."""
    number, by = next(_serial), fields.pop("by", None) or make_person("Stella Steward")
    rubric = [{"name": name, "anchors": [f"{name} at {score}" for score in range(1, 6)]} for name in ("Care", "Effect")]
    fields = {"name": f"Award {number}", "purpose": "What it is for.", "owner": by, "rubric": rubric, **fields}
    return awards.create_programme(by=by, at=NOW, **fields)


def make_round(programme: recognition.Programme | None = None, *, published: bool = True, **fields: Any) -> Any:
    """A round that is open for the next five days, judged by the thirtieth, announced in December."""
    programme, by = programme or make_programme(), fields.pop("by", None) or make_person("Stella Steward")
    at = fields.pop("at", NOW)
    days = {"opens_on": date(2026, 11, 18), "closes_on": date(2026, 11, 25), "judge_by": date(2026, 11, 30)}
    fields = {"name": f"Round {next(_serial)}", "announce_at": datetime(2026, 12, 4, 9, tzinfo=UTC), **days, **fields}
    row = awards.create_round(programme=programme, by=by, at=at, **fields)
    if published:
        awards.publish_round(round_=row, by=by, at=at)
        row.refresh_from_db()
    return row


def nominate(row: Any, nominee: Person, *, by: Person | None = None, words: str = "", at: datetime = NOW) -> Any:
    """A nomination, handed in."""
    words, by = words or "Stayed with a caller until the right doctor had rung back.", by or make_person()
    said = dict.fromkeys(row.criteria.values_list("pk", flat=True), words)
    one = nominations.save_draft(round_=row, nominee=nominee, words=said, by=by, at=at)
    nominations.hand_in(nomination=one, by=by, at=at)
    one.refresh_from_db()
    return one


OVER = datetime(2026, 11, 26, 12, tzinfo=UTC)  # the last day to nominate of make_round is over everywhere


def make_panel(row: Any, *judges: Person) -> list[Any]:
    """These people judge."""
    return [panels.appoint(round_=row, person=one, by=row.created_by, at=NOW) for one in judges]


def cast(judge: Any, candidacy: Any, *scores: int, words: str = "", at: datetime = OVER) -> None:
    """A ballot with these scores in the order of the criteria."""
    keys = judge.round.criteria.order_by("position").values_list("pk", flat=True)
    given = dict(zip(keys, scores, strict=True))
    words = words or "What she did is what the fourth anchor says."
    counting.cast_ballot(judge=judge, candidacy=candidacy, scores=given, reason=words, by=judge.person, at=at)


def conclude(row: Any, winner: Any, by: Person, at: datetime) -> Any:
    """A decided round, cited, approved and announced."""
    words = "Stayed with a caller for two hours, and changed how all of us do it."
    announcing.cite(candidacy=winner, words=words, by=by, at=at)
    announcing.approve(round_=row, by=by, at=at)
    return turn(row, at=max(at, row.announce_at))


def turn(row: Any, at: datetime = OVER) -> Any:
    """The round after the clock has turned."""
    turning.turn_rounds(at=at)
    row.refresh_from_db()
    return row


def propose(by: Person | None = None, *, at: datetime = NOW, **fields: Any) -> recognition.Idea:
    """An improvement for everybody to read, by somebody named."""
    fields = {
        "title": f"Idea {next(_serial)}", "obstacle": "Guests wait in the lobby with their cases until three.",
        "instead": "A shelf behind the desk, with numbered tags.", **fields,
    }  # fmt: skip
    return ideas.propose(by=by or make_person(), at=at, **fields)


def answer(idea: recognition.Idea, by: Person | None = None, verdict: str = "accepted", **fields: Any) -> Any:
    """An answer, with all that belongs to it."""
    fields = {
        "reason": "It costs a shelf and saves us an argument a day.", "doer": fields.pop("doer", None) or make_person(),
        "do_by": date(2026, 12, 18), "look_again_on": date(2027, 2, 1), "at": NOW, **fields,
    }  # fmt: skip
    return ideas.answer(idea=idea, verdict=verdict, by=by or make_person(roles={Role.STEWARD: None}), **fields)


def finish_idea(idea: recognition.Idea, *doers: Person, by: Person | None = None, at: datetime = NOW) -> Any:
    """Answered with yes, and done."""
    if recognition.Idea.objects.get(pk=idea.pk).is_waiting:
        answer(idea, at=at)
    outcome = "Nobody has waited with a case since Monday."
    ideas.finish(idea=idea, outcome=outcome, doers=doers or [make_person()], by=by or make_person(), at=at)
    return recognition.Idea.objects.get(pk=idea.pk)
