"""What a kit file and a competency file hold, as plain values; nothing here reads, writes or checks."""

from dataclasses import dataclass

KIT_FORMAT = "rapport-kit/1"
COMPETENCY_FORMAT = "rapport-competency/1"

# Which part of the profile a competency belongs to. Values alignment and culture add are scored apart from service.
GROUPS = ("service", "values", "add")
# Behavioural: "Tell me about a time when…". Situational: "What would you do if…".
KINDS = ("behavioural", "situational")

SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyQuestion:
    """A question of the library. `minutes` is the suggested time, answer and probes included."""

    key: str
    kind: str
    minutes: int
    text: str
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyFile:
    """One competency of the library. `anchors` has five texts: what an answer sounds like that deserves 1, 2, … 5."""

    key: str
    name: str
    group: str
    definition: str
    why: str = ""
    anchors: tuple[str, ...]
    no_evidence: str
    questions: tuple[CompetencyQuestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFileCompetency:
    """A competency as one kit judges it. `minimum` is the must-have score, None when there is none."""

    key: str
    name: str
    group: str
    weight: int
    minimum: int | None = None
    definition: str
    anchors: tuple[str, ...]
    no_evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFileQuestion:
    """A question as one kit asks it. `competency` is the key of the competency that it gives evidence for."""

    competency: str
    key: str
    kind: str
    minutes: int
    text: str
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFile:
    """A whole kit, self-contained. The order of `competencies` and `questions` is their position, from 1.

    Of a kit that parse_kit returned: opening_minutes + the questions' minutes + closing_minutes = length_minutes.
    """

    key: str
    name: str
    purpose: str
    basis: str
    length_minutes: int
    opening_minutes: int
    opening_text: str
    closing_minutes: int
    closing_text: str
    guidance: str
    panel_size: int
    same_panel: bool
    panel_training: str
    application_hidden: bool
    competencies: tuple[KitFileCompetency, ...]
    questions: tuple[KitFileQuestion, ...]
