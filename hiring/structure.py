"""How structured an interview is: the 15 components of Campion, Palmer & Campion (1997), checked one by one.

Pure: facts in, findings out. The paper names the components (doi 10.1111/j.1744-6570.1997.tb00709.x); it sets no
thresholds. Ours are conventions, each with its reason beside it and in docs/domain/structure.md.
Long because the fifteen checks are read side by side, and most of their lines are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from hiring.kit_files import KitFile

# Two tasks do not describe a job; a kit of five to seven competencies needs at least these to be derived from.
FEWEST_TASKS = 3
# Each question carries its own error, and more of them cancel it out. Six questions of five minutes, the shortest in
# which an example can be told and probed, make thirty.
FEWEST_QUESTIONS = 6
FEWEST_MINUTES_OF_QUESTIONS = 30
# With more probes at hand than this the panel picks among them, and every candidate is asked something else.
MOST_PROBES = 5
# Time for the two or three questions that a candidate brings. Where there is none, they ask in between.
FEWEST_MINUTES_AT_THE_END = 5
# Below four scales, one overall impression is what gets scored.
FEWEST_SCALES = 4
# Two are the fewest whose disagreement can be seen.
FEWEST_PANELLISTS = 2
# Agreement of one separate interviewer with another: Huffcutt et al. (2013), 125 coefficients, N = 32,428.
RELIABILITY_OF_ONE = 0.44
ANCHORS = 5

GOOD_KINDS = frozenset({"behavioural", "situational"})


class Number(IntEnum):
    """The components in the paper's order: 1 to 7 are about content, 8 to 15 about evaluation."""

    JOB_ANALYSIS = 1
    SAME_QUESTIONS = 2
    LIMITED_PROMPTING = 3
    QUESTION_TYPES = 4
    LENGTH = 5
    ANCILLARY_INFORMATION = 6
    QUESTIONS_AT_THE_END = 7
    MULTIPLE_SCALES = 8
    ANCHORED_SCALES = 9
    NOTES = 10
    SEVERAL_INTERVIEWERS = 11
    SAME_INTERVIEWERS = 12
    NO_DISCUSSION = 13
    TRAINING = 14
    STATISTICAL_COMBINATION = 15


Ensurer = Literal["kit", "opening", "portal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFacts:
    """`competency` is a key of KitFacts.competencies; `probes` is how many are listed."""

    competency: str
    kind: str
    probes: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyFacts:
    """`anchors` is how many of the five have a text of their own; `weight` None means that it counts by feeling."""

    key: str
    name: str
    anchors: int
    weight: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFacts:
    """What the check needs to know of a kit, finished or not."""

    basis: str
    competencies: tuple[CompetencyFacts, ...]
    questions: tuple[QuestionFacts, ...]
    closing_minutes: int
    panel_size: int
    same_panel: bool
    panel_training: str
    application_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One finding. `why` says what was found, `remedy` what to do about it ("" when nothing), `ensured_by` who holds it
    in place: the kit, the opening that uses the kit, or the portal whatever the kit says."""

    number: Number
    name: str
    has: bool
    why: str
    remedy: str
    ensured_by: Ensurer

    @property
    def is_content(self) -> bool:
        """Whether it structures what is asked, rather than how it is judged."""
        return self.number <= Number.QUESTIONS_AT_THE_END


def check_structure(facts: KitFacts) -> list[Component]:
    """All 15 components in order. Texts are in the active language."""
    checked = []
    for number, name, ensured_by, look in _COMPONENTS:
        finding = look(facts)
        checked.append(
            Component(
                number=number,
                name=str(name),
                has=not finding.remedy,
                why=finding.why,
                remedy=finding.remedy,
                ensured_by=ensured_by,
            )
        )
    return checked


def structure_score(components: Iterable[Component]) -> int:
    """How many of the 15 are there."""
    return sum(component.has for component in components)


def facts_of(kit: KitFile) -> KitFacts:
    """The facts of a kit as a kit file tells them."""
    return KitFacts(
        basis=kit.basis,
        competencies=tuple(
            CompetencyFacts(
                key=competency.key,
                name=competency.name,
                anchors=count_anchors(competency.anchors),
                weight=competency.weight,
            )
            for competency in kit.competencies
        ),
        questions=tuple(
            QuestionFacts(
                competency=question.competency,
                kind=question.kind,
                probes=len(question.probes),
                minutes=question.minutes,
            )
            for question in kit.questions
        ),
        closing_minutes=kit.closing_minutes,
        panel_size=kit.panel_size,
        same_panel=kit.same_panel,
        panel_training=kit.panel_training,
        application_hidden=kit.application_hidden,
    )


def count_anchors(anchors: Sequence[str]) -> int:
    """How many anchors say something, and something else than the others: 0 to 5."""
    return len({" ".join(anchor.split()).casefold() for anchor in anchors} - {""})


def count_tasks(basis: str) -> int:
    """How many tasks the text of a job analysis lists: its lines that begin with a hyphen, star, bullet or number; all
    filled lines when none does."""
    filled = [line.strip() for line in basis.splitlines() if line.strip()]
    listed = [line for line in filled if re.match(r"([-*•–]|[0-9]{1,2}[.)])\s*\S", line)]
    return len(listed or filled)


def reliability_of_panel(single: float, raters: int) -> float:
    """The reliability of the mean of that many separate raters, 0 to 1, from that of one (Spearman-Brown).

    Holds for raters who do not confer and are equally good. Raises ValueError when `single` is not in 0 to 1 or there
    is no rater.
    """
    if not 0 <= single <= 1:
        raise ValueError(f"a reliability lies between 0 and 1, not at {single}")
    if raters < 1:
        raise ValueError(f"a panel has at least one rater, not {raters}")
    return raters * single / (1 + (raters - 1) * single)


class _Finding(NamedTuple):
    """What was found. A component that is there needs no remedy, so the remedy decides."""

    why: str
    remedy: str = ""


def _job_analysis(facts: KitFacts) -> _Finding:
    tasks = count_tasks(facts.basis)
    why = _("Nothing says from which tasks of the job this kit was derived.")
    if tasks:
        why = ngettext(
            "The kit names %(count)d task of the job it was derived from.",
            "The kit names %(count)d tasks of the job it was derived from.",
            tasks,
        ) % {"count": tasks}
    if tasks >= FEWEST_TASKS:
        return _Finding(why)
    remedy = _("List at least %(fewest)d concrete tasks, one a line, gathered from people who do the job well.")
    return _Finding(why, remedy % {"fewest": FEWEST_TASKS})


def _same_questions(facts: KitFacts) -> _Finding:
    asked = {question.competency for question in facts.questions}
    unasked = [competency.name for competency in facts.competencies if competency.key not in asked]
    if not facts.questions:
        return _no_questions()
    if unasked:
        return _Finding(
            _("No question is tied to: %(names)s.") % {"names": ", ".join(unasked)},
            _("Add a question for each, or take it out of the kit. Otherwise the panel has to make one up."),
        )
    return _Finding(
        ngettext(
            "Every candidate is asked the same question; a published version never changes.",
            "Every candidate is asked the same %(count)d questions in the same order; "
            "a published version never changes.",
            len(facts.questions),
        )
        % {"count": len(facts.questions)}
    )


def _limited_prompting(facts: KitFacts) -> _Finding:
    bare = sum(question.probes == 0 for question in facts.questions)
    crowded = sum(question.probes > MOST_PROBES for question in facts.questions)
    if not facts.questions:
        return _no_questions()
    if bare:
        return _Finding(
            ngettext("%(count)d question has no probes.", "%(count)d questions have no probes.", bare)
            % {"count": bare},
            _("List two to four neutral probes for each question. Without them every panellist makes up their own."),
        )
    if crowded:
        why = ngettext(
            "%(count)d question has more than %(most)d probes.",
            "%(count)d questions have more than %(most)d probes.",
            crowded,
        )
        return _Finding(
            why % {"count": crowded, "most": MOST_PROBES},
            _("Keep the two to four that matter most, so that all candidates are asked the same ones."),
        )
    return _Finding(_("Every question lists the probes that may be used, and the scorecard shows them."))


def _question_types(facts: KitFacts) -> _Finding:
    kinds = [question.kind for question in facts.questions]
    weak = sum(kind not in GOOD_KINDS for kind in kinds)
    if not facts.questions:
        return _no_questions()
    if weak:
        why = ngettext(
            "%(count)d question is neither behavioural nor situational.",
            "%(count)d questions are neither behavioural nor situational.",
            weak,
        )
        return _Finding(
            why % {"count": weak},
            _("Ask for a time when it happened (“Tell me about a time…”), or set a concrete situation."),
        )
    why = _("Behavioural questions (what the candidate did): %(did)d. Situational (what they would do): %(would)d.")
    return _Finding(why % {"did": kinds.count("behavioural"), "would": kinds.count("situational")})


def _length(facts: KitFacts) -> _Finding:
    count, minutes = len(facts.questions), sum(question.minutes for question in facts.questions)
    questions = ngettext("%(count)d question", "%(count)d questions", count) % {"count": count}
    why = _("%(questions)s in %(minutes)d minutes.") % {"questions": questions, "minutes": minutes}
    if count >= FEWEST_QUESTIONS and minutes >= FEWEST_MINUTES_OF_QUESTIONS:
        return _Finding(why)
    remedy = _(
        "Plan at least %(questions)d questions and %(minutes)d minutes for them: one answer is easily a lucky one."
    )
    return _Finding(why, remedy % {"questions": FEWEST_QUESTIONS, "minutes": FEWEST_MINUTES_OF_QUESTIONS})


def _ancillary_information(facts: KitFacts) -> _Finding:
    if facts.application_hidden:
        return _Finding(_("The panel does not see the application: what was not asked cannot colour what is heard."))
    return _Finding(
        _("The panel sees the application, and each panellist reads something else into it."),
        _("Hide the application from the panel; judge it apart, at a stage of its own."),
    )


def _questions_at_the_end(facts: KitFacts) -> _Finding:
    minutes = facts.closing_minutes
    why = _("No time is kept for the candidate's questions, so they will come in between.")
    if minutes:
        why = ngettext(
            "%(minutes)d minute at the end is the candidate's own.",
            "%(minutes)d minutes at the end are the candidate's own.",
            minutes,
        ) % {"minutes": minutes}
    if minutes >= FEWEST_MINUTES_AT_THE_END:
        return _Finding(why)
    remedy = _("Keep at least %(minutes)d minutes at the end, and say so when you open.")
    return _Finding(why, remedy % {"minutes": FEWEST_MINUTES_AT_THE_END})


def _multiple_scales(facts: KitFacts) -> _Finding:
    scales = len(facts.competencies)
    why = ngettext(
        "The scorecard asks for a rating on %(count)d competency.",
        "The scorecard asks for a rating on each of %(count)d competencies.",
        scales,
    ) % {"count": scales}
    if scales >= FEWEST_SCALES:
        return _Finding(why)
    remedy = _("Judge at least %(fewest)d competencies apart; one overall impression hides what it is made of.")
    return _Finding(why, remedy % {"fewest": FEWEST_SCALES})


def _anchored_scales(facts: KitFacts) -> _Finding:
    loose = [competency.name for competency in facts.competencies if competency.anchors < ANCHORS]
    if not facts.competencies:
        return _no_competencies()
    if loose:
        return _Finding(
            _("Anchors are missing, or say the same twice, in: %(names)s.") % {"names": ", ".join(loose)},
            _("Write for each score from 1 to 5 what such an answer sounds like."),
        )
    return _Finding(_("Every score of every competency says what such an answer sounds like."))


def _notes(_facts: KitFacts) -> _Finding:
    return _Finding(_("A scorecard cannot be submitted before each rating has its written evidence."))


def _several_interviewers(facts: KitFacts) -> _Finding:
    size = facts.panel_size
    if size < 1:
        why = _("No panel size is planned.")
    else:
        why = ngettext(
            "%(count)d panellist scores; the reliability of the score is about %(reliability).2f.",
            "%(count)d panellists score alone; the reliability of their mean is about %(reliability).2f.",
            size,
        ) % {"count": size, "reliability": reliability_of_panel(RELIABILITY_OF_ONE, size)}
    if size >= FEWEST_PANELLISTS:
        return _Finding(why)
    reliability = {"one": RELIABILITY_OF_ONE, "two": reliability_of_panel(RELIABILITY_OF_ONE, 2)}
    remedy = _("Plan at least two panellists: a second one lifts reliability from %(one).2f to %(two).2f.")
    return _Finding(why, remedy % reliability)


def _same_interviewers(facts: KitFacts) -> _Finding:
    if facts.same_panel:
        return _Finding(_("One panel is to see all candidates of an opening."))
    return _Finding(
        _("Candidates may meet different panels; then a strict panel looks like a weak candidate."),
        _("Ask for the same panel for all candidates; where that cannot be, let panels share some members."),
    )


def _no_discussion(_facts: KitFacts) -> _Finding:
    return _Finding(_("Scorecards are sealed: nobody on the panel learns another's judgement before the reveal."))


def _training(facts: KitFacts) -> _Finding:
    if facts.panel_training.strip():
        return _Finding(_("The kit says how its panellists are prepared."))
    return _Finding(
        _("Nothing says how panellists are prepared for this kit."),
        _("Write how: anchors, notes as evidence, no affinity questions, one practice answer scored by all."),
    )


def _statistical_combination(facts: KitFacts) -> _Finding:
    unweighted = [competency.name for competency in facts.competencies if not competency.weight]
    if not facts.competencies:
        return _no_competencies()
    if unweighted:
        return _Finding(
            _("These have no weight: %(names)s.") % {"names": ", ".join(unweighted)},
            _("Give each competency a weight, so that the rule can be fixed before the first interview."),
        )
    return _Finding(_("Every competency has a weight; the opening fixes the rule before its first interview."))


def _no_questions() -> _Finding:
    return _Finding(_("The kit has no questions yet."), _("Add the questions that every candidate is asked."))


def _no_competencies() -> _Finding:
    return _Finding(
        _("The kit has no competencies yet."), _("Add competencies, each with its weight and five anchors.")
    )


_COMPONENTS: tuple[tuple[Number, str | Promise, Ensurer, Callable[[KitFacts], _Finding]], ...] = (
    (Number.JOB_ANALYSIS, gettext_lazy("Derived from an analysis of the job"), "kit", _job_analysis),
    (Number.SAME_QUESTIONS, gettext_lazy("The same questions for every candidate"), "kit", _same_questions),
    (Number.LIMITED_PROMPTING, gettext_lazy("Prompting is limited and planned"), "kit", _limited_prompting),
    (Number.QUESTION_TYPES, gettext_lazy("Questions about behaviour, past or imagined"), "kit", _question_types),
    (Number.LENGTH, gettext_lazy("Long enough, with enough questions"), "kit", _length),
    (Number.ANCILLARY_INFORMATION, gettext_lazy("Other information is kept away"), "kit", _ancillary_information),
    (Number.QUESTIONS_AT_THE_END, gettext_lazy("The candidate asks at the end"), "kit", _questions_at_the_end),
    (Number.MULTIPLE_SCALES, gettext_lazy("Rated on several scales"), "kit", _multiple_scales),
    (Number.ANCHORED_SCALES, gettext_lazy("Scales are anchored in behaviour"), "kit", _anchored_scales),
    (Number.NOTES, gettext_lazy("Notes are taken as evidence"), "portal", _notes),
    (Number.SEVERAL_INTERVIEWERS, gettext_lazy("Several interviewers"), "opening", _several_interviewers),
    (Number.SAME_INTERVIEWERS, gettext_lazy("The same interviewers for all"), "opening", _same_interviewers),
    (Number.NO_DISCUSSION, gettext_lazy("No discussion before all have scored"), "portal", _no_discussion),
    (Number.TRAINING, gettext_lazy("Interviewers are trained"), "kit", _training),
    (Number.STATISTICAL_COMBINATION, gettext_lazy("Scores are combined by rule"), "opening", _statistical_combination),
)
