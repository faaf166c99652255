"""The openings of the demo: candidates in every stage; interviews past, today and to come, scored, waiting, in dispute.

Everything goes through the actions that pages use, at the times it would have happened.
"""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter
from pathlib import Path

from foundation.spreadsheets import read_table
from hiring.actions import candidates, decisions, interviews, openings, scorecards
from hiring.actions.scorecards import QuestionInput, RatingInput, ScorecardInput
from hiring.models import Application, Interview, Kit, KitVersion, Opening, Stage
from people.models import Person, Site, Team
from portal.demo.evidence import words_for

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Story:
    """One opening and how far it has come."""

    title: str
    kit: str
    team: str
    site: str
    blind: bool
    headcount: int
    interviewed: int
    second_kit: str = ""


STORIES = (
    Story("Contact-centre agent, Leeds", "contact-centre-agent", "Service/Customer Care/Unit 1", "Leeds", False, 6, 16),
    Story("Front desk host, Kraków", "hotel-front-desk", "Service/Front Desk/Unit 2", "Kraków", True, 3, 9),
    Story(
        "Support engineer, Kolkata", "support-engineer", "Service/Support Engineering/Unit 2", "Kolkata", False, 2, 5
    ),
)

SATURDAY = 5
HOURS = (9, 11, 13, 15)


def load_hiring(accounts: dict[str, Person], *, at: datetime) -> None:
    """Three openings with the hundred candidates each that candidates.csv holds."""
    dice = random.Random(2026)  # noqa: S311 (a demo that is the same every time)
    rows = _candidates()
    for story in STORIES:
        _Telling(story, accounts, dice, at).tell(rows.get(story.title, []))


def _candidates() -> dict[str, list[dict[str, str]]]:
    table = read_table((FOLDER / "candidates.csv").read_bytes())
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in table.rows:
        cells = dict(zip(table.headings, row.cells, strict=False))
        grouped.setdefault(cells["opening"], []).append(cells)
    return grouped


class _Telling:
    """One story being told: who takes part, and the clock it is told by."""

    def __init__(self, story: Story, accounts: dict[str, Person], dice: random.Random, at: datetime) -> None:
        self.story, self.accounts, self.dice, self.at = story, accounts, dice, at
        self.recruiter, self.manager = accounts["recruiter"], accounts["manager"]
        leaders = Person.objects.active().filter(job_title="Team leader", team__path__startswith=story.team)
        self.panel = [accounts["interviewer"], *leaders.order_by("pk")[:3]]
        self.minute = 15 * STORIES.index(story)  # the three share panellists
        self.severity = {person.pk: dice.choice((-0.5, 0.0, 0.0, 0.4)) for person in self.panel}

    def tell(self, rows: list[dict[str, str]]) -> None:
        opening = self._open()
        screened, interview_stage = self._stage(opening, "Screened"), self._stage(opening, "Interview")
        # The file's order stays, its dates do not: somebody applies on each of the last five weeks.
        rows = sorted(rows, key=itemgetter("applied_on"))
        applications = [self._apply(opening, row, 36 - 36 * place // len(rows)) for place, row in enumerate(rows)]
        early, late = applications[: len(rows) * 3 // 5], applications[len(rows) * 3 // 5 : len(rows) * 9 // 10]
        self._move(early[::2], screened, days_ago=13)
        self._move(late[::2], screened, days_ago=3)
        interviewed = early[::2][: self.story.interviewed + 7]
        self._move(interviewed, interview_stage, days_ago=12)
        self._turn_down(early[1::2])
        for place, application in enumerate(interviewed):
            self._interview(application, interview_stage, place)
        self._decide(opening, interview_stage)

    def _days(self, days: int, hour: int, minute: int = 0) -> datetime:
        """An hour of the day so many working days from today; the past is negative."""
        day, step = self.at.date(), timedelta(days=1 if days > 0 else -1)
        while days:
            day += step
            days -= step.days if day.weekday() < SATURDAY else 0
        return datetime.combine(day, time(hour, minute), tzinfo=self.at.tzinfo)

    def _open(self) -> Opening:
        version = KitVersion.objects.get(kit=Kit.objects.get(key=self.story.kit), state="published")
        started = self.at - timedelta(days=40)
        opening = openings.create_opening(
            title=self.story.title,
            team=Team.objects.get(path=self.story.team),
            site=Site.objects.get(name=self.story.site),
            headcount=self.story.headcount,
            description="Day and evening shifts, five days in seven. Training on the job from the first week.",
            hiring_manager=self.manager,
            recruiters=[self.recruiter],
            blind=self.story.blind,
            stages=[
                openings.StageInput(name="Applied", stalled_after_days=5),
                openings.StageInput(name="Screened", stalled_after_days=10),
                openings.StageInput(name="Interview", kit_version=version, panel_size=3, stalled_after_days=14),
                openings.StageInput(name="Offer", stalled_after_days=7),
            ],
            by=self.recruiter,
            at=started,
        )
        return openings.open_opening(opening=opening, by=self.recruiter, at=started)

    def _stage(self, opening: Opening, name: str) -> Stage:
        return opening.stages.get(name=name)

    def _apply(self, opening: Opening, row: dict[str, str], days_ago: int) -> Application:
        arrived = self.at - timedelta(days=days_ago, hours=2)
        return candidates.add_application(
            opening=opening,
            full_name=row["full_name"],
            email=row["email"],
            phone=row["phone"],
            source=row["source"],
            applied_on=arrived.date(),
            note="" if row["notes"].startswith("=") else row["notes"],  # the file tries imports, too
            by=self.recruiter,
            at=arrived,
        )

    def _move(self, applications: list[Application], stage: Stage, *, days_ago: int) -> None:
        at = self.at - timedelta(days=days_ago, hours=1)
        candidates.move_applications(applications=applications, to_stage=stage, by=self.recruiter, at=at)

    def _turn_down(self, applications: list[Application]) -> None:
        decisions.decide_many(
            applications=applications,
            outcome="reject",
            reason="Cannot work evenings, which this job needs; told so by mail, with thanks.",
            by=self.manager,
            at=self.at - timedelta(days=13),
        )

    def _interview(self, application: Application, stage: Stage, place: int) -> None:
        """The first ones are over and scored; then come one that disagrees, ones that wait, today's, and the future."""
        scored = self.story.interviewed
        starts_at = self._starts_at(place)
        if starts_at is None:
            return
        panel = [interviews.Seat(self.panel[0], "lead"), *(interviews.Seat(person) for person in self.panel[1:3])]
        if place % 4 == 0 and len(self.panel) > 3:
            panel.append(interviews.Seat(self.panel[3], "shadow"))
        interview = interviews.schedule_interview(
            application=application,
            stage=stage,
            starts_at=starts_at,
            place="Room 2, or the video link in the invitation",
            panel=panel,
            by=self.recruiter,
            at=min(self.at, starts_at) - timedelta(days=1, hours=1),
        )
        if place < scored:
            self._score(interview, list(interview.panellists.order_by("pk")), disagree=place % 5 == 3)
        elif place == scored:
            self._score(interview, list(interview.panellists.exclude(person=self.panel[0]).order_by("pk"))[:1])

    def _starts_at(self, place: int) -> datetime | None:
        """None for those who wait for a date."""
        after = place - self.story.interviewed
        if after < 0:
            return self._days(place % 5 - 6, HOURS[place // 5 % len(HOURS)], self.minute)
        if after == 0:
            return self._days(-1, 11, self.minute)  # one scorecard is in, the others are out
        if after < 3:
            soon = self.at + timedelta(minutes=-20 if after == 1 else 180)  # going on right now, and later today
            return soon.replace(minute=soon.minute // 15 * 15, second=0, microsecond=0)
        return self._days(after - 2, HOURS[after % len(HOURS)], self.minute) if after < 6 else None

    def _score(self, interview: Interview, seats: list, *, disagree: bool = False) -> None:  # type: ignore[type-arg]
        talent = self.dice.gauss(3.3, 0.7)
        written_at = interview.ends_at + timedelta(minutes=12)
        for turn, seat in enumerate(seats):
            lean = self.severity.get(seat.person_id, 0.0) + (1.6 if disagree and turn == 0 else 0.0)
            ratings, total = {}, []
            for competency in interview.kit_version.competencies.order_by("position"):
                score = round(min(5.0, max(1.0, self.dice.gauss(talent + lean, 0.6))))
                if self.dice.random() < 0.04:
                    ratings[competency.pk] = RatingInput(no_evidence=True)
                    continue
                words = words_for(competency.key, score, turn)
                ratings[competency.pk] = RatingInput(score=score, evidence=words)
                total.append(score)
            mean = sum(total) / len(total) if total else 3
            scorecard = scorecards.open_scorecard(interview=interview, person=seat.person, at=interview.starts_at)
            scorecard = scorecards.save_scorecard(
                scorecard=scorecard,
                revision=scorecard.revision,
                data=ScorecardInput(
                    ratings=ratings,
                    questions={
                        question.pk: QuestionInput(state="asked") for question in interview.kit_version.questions.all()
                    },
                    recommendation=1 if mean < 2.2 else 2 if mean < 3 else 3 if mean < 4 else 4,
                    summary="Would take them on." if mean >= 3 else "Not for this job, as far as we heard.",
                    seconds=3000,
                ),
                at=written_at,
            )
            scorecards.submit_scorecard(
                scorecard=scorecard,
                revision=scorecard.revision,
                by=seat.person,
                at=written_at + timedelta(minutes=turn),
            )

    def _decide(self, opening: Opening, stage: Stage) -> None:
        """Some of the revealed ones are decided: the best advance, one is hired, the weakest are rejected."""
        scored = list(stage.scores.filter(score__isnull=False).select_related("application").order_by("-score", "pk"))
        yesterday = self.at - timedelta(hours=20)
        for row in scored[:3]:
            decisions.decide(
                application=row.application,
                outcome="advance",
                reason="Clear examples on what matters most here, from every panellist.",
                by=self.manager,
                at=yesterday,
            )
        if self.story.headcount > 3 and scored:
            best = scored[0].application
            for outcome in ("offer", "hire"):
                decisions.decide(
                    application=best, outcome=outcome, reason="Agreed with the team.", by=self.manager, at=yesterday
                )
        for row in scored[-2:] if len(scored) > 6 else []:
            decisions.decide(
                application=row.application,
                outcome="reject",
                reason="No example of keeping calm or making good; kind feedback is in the mail.",
                by=self.manager,
                at=yesterday,
            )
