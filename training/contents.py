"""What a module version holds, as plain values: its parts, to a JSON column and back. Nothing here checks."""

from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("soft_skill", "technical")
LEVELS = (1, 2, 3, 4, 5)
LESSON_PURPOSES = ("plain", "rules", "good_model", "bad_model")
WRITING_PURPOSES = ("reflection", "scenario", "goal")
QUESTION_TYPES = ("single", "multiple", "order", "match", "text")
ENDINGS = ("good", "mixed", "bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video of the version's files (`file`, with `captions` beside it), or one at another host (`link`). `language`
    is that of the captions, `transcript` what is said and seen, in Markdown."""

    title: str
    file: str = ""
    link: str = ""
    captions: str = ""
    language: str = "en"
    transcript: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A page to read, and a video to see if there is one. `purpose` is its place in behaviour modelling: the rules, a
    model to follow, one to avoid."""

    purpose: str = "plain"
    text: str
    video: Video | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Something the learner writes for themselves: a case of their own, a goal, a reflection."""

    purpose: str = "reflection"
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    text: str
    right: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`options` of single and multiple, `steps` (in the right order) of order, `pairs` of match, `accepted` of text."""

    key: str
    type: str
    text: str
    explanation: str = ""
    options: tuple[Option, ...] = ()
    steps: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """`draw`: how many of the questions an attempt has, all when None. `attempts`: how many there may be, any number
    when None. `pass_percent`: 1 to 100, of the questions drawn."""

    pass_percent: int
    draw: int | None = None
    attempts: int | None = None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the learner may say or do in a scene: where it leads and the keys of the behaviours it shows."""

    text: str
    to: str
    shows: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the customer says; either choices, or an `ending`."""

    key: str
    says: str
    ending: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A conversation that branches; the first scene is its start. `pass_percent`: 1 to 100, of the behaviours."""

    text: str
    pass_percent: int
    behaviours: tuple[Behaviour, ...]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLine:
    """One behaviour that an observer judges. `anchors` has five texts: what 1, 2, … 5 looks like."""

    key: str
    behaviour: str
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Done before an observer, who judges every behaviour; passed when each is at least `pass_level` (1 to 5)."""

    task: str
    pass_level: int
    rubric: tuple[RubricLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """Done by being there: trainers plan its dates. `text` says what happens there and what to bring."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """Learned elsewhere, and shown by a document or a link that somebody else accepts. `text` says what counts."""

    text: str


Content = Lesson | Writing | Quiz | Scenario | Practice | LiveSession | External


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a module, in the order in which they are taken. `skipped_in_renewal`: whoever renews the module, or
    takes it again soon enough, is not asked for it."""

    key: str
    kind: str
    title: str
    minutes: int
    skipped_in_renewal: bool = False
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleContent:
    """A whole module. `valid_for_months`: how long a completion is valid, for good when None. `needs`: the keys of the
    modules that have to be done before it can be started, in the order of the alphabet."""

    key: str
    name: str
    summary: str
    kind: str
    manager_too: bool = False
    valid_for_months: int | None = None
    needs: tuple[str, ...] = ()
    parts: tuple[Part, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)

    @property
    def renewal_minutes(self) -> int | None:
        """What a renewal takes; None when it asks for every part."""
        asked = [part.minutes for part in self.parts if not part.skipped_in_renewal]
        return sum(asked) if len(asked) < len(self.parts) else None


# --- stored ----------------------------------------------------------------------------------------------------------

Json = dict[str, Any]
# Fields younger than the first modules: left out when unset, so that what was stored before is still the same.
YOUNGER = frozenset({"skipped_in_renewal", "video", "needs"})


def to_json(content: Content | ModuleContent) -> Json:
    """A value that `json.dumps` takes; that of a part's content `content_of` turns back into an equal one."""
    return asdict(content, dict_factory=_stated)


def _stated(pairs: list[tuple[str, Any]]) -> Json:
    return {name: value for name, value in pairs if value or name not in YOUNGER}


def content_of(kind: str, stored: Json) -> Content:
    """The content of a part of this kind. KeyError for a kind that there is not."""
    return _BUILDERS[kind](stored)


def _lesson(stored: Json) -> Content:
    return Lesson(**stored | {"video": Video(**stored["video"]) if stored.get("video") else None})


def _writing(stored: Json) -> Content:
    return Writing(**stored)


def _quiz(stored: Json) -> Content:
    return Quiz(**stored | {"questions": tuple(map(_question, stored["questions"]))})


def _question(stored: Json) -> Question:
    return Question(
        **stored
        | {
            "options": tuple(Option(**option) for option in stored["options"]),
            "steps": tuple(stored["steps"]),
            "pairs": tuple(Pair(**pair) for pair in stored["pairs"]),
            "accepted": tuple(stored["accepted"]),
        }
    )


def _scenario(stored: Json) -> Content:
    return Scenario(
        **stored
        | {
            "behaviours": tuple(Behaviour(**behaviour) for behaviour in stored["behaviours"]),
            "scenes": tuple(map(_scene, stored["scenes"])),
        }
    )


def _scene(stored: Json) -> Scene:
    choices = tuple(Choice(**choice | {"shows": tuple(choice["shows"])}) for choice in stored["choices"])
    return Scene(**stored | {"choices": choices})


def _practice(stored: Json) -> Content:
    lines = tuple(RubricLine(**line | {"anchors": tuple(line["anchors"])}) for line in stored["rubric"])
    return Practice(**stored | {"rubric": lines})


def _session(stored: Json) -> Content:
    return LiveSession(**stored)


def _external(stored: Json) -> Content:
    return External(**stored)


_BUILDERS = {
    "lesson": _lesson,
    "writing": _writing,
    "quiz": _quiz,
    "scenario": _scenario,
    "practice": _practice,
    "session": _session,
    "evidence": _external,
}
