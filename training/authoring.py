"""A module edited piece by piece: content in, content out. Pure. The rules are those of a file: `checked` asks them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from foundation.text import key_of
from training.contents import (
    LEVELS,
    Behaviour,
    Choice,
    Content,
    External,
    Lesson,
    LiveSession,
    ModuleContent,
    Option,
    Pair,
    Part,
    Practice,
    Question,
    Quiz,
    RubricLine,
    Scenario,
    Scene,
    Writing,
)
from training.module_files import dump_module, parse_module

# What a part of this kind is made of, each with a key of its own.
ITEMS = {"quiz": "questions", "scenario": "scenes", "practice": "rubric"}

Keyed = TypeVar("Keyed", Part, Question, Scene, RubricLine, Behaviour)


def checked(content: ModuleContent) -> ModuleContent:
    """The module as a file would bring it in. Raises FileError with every rule that it breaks."""
    return parse_module(dump_module(content))


# --- lists of things with a key ---------------------------------------------------------------------------------------


def found(things: Sequence[Keyed], key: str) -> Keyed | None:
    """The one with this key."""
    return next((thing for thing in things if thing.key == key), None)


def put(things: Sequence[Keyed], new: Keyed) -> tuple[Keyed, ...]:
    """The same, with the one of this key in place of the old one."""
    return tuple(new if thing.key == new.key else thing for thing in things)


def without(things: Sequence[Keyed], key: str) -> tuple[Keyed, ...]:
    """The same, but for the one with this key."""
    return tuple(thing for thing in things if thing.key != key)


def moved(things: Sequence[Keyed], key: str, to: int) -> tuple[Keyed, ...]:
    """The one with this key at place `to`, counted from 1. The same as before when there is no such place."""
    if not 1 <= to <= len(things):
        return tuple(things)
    rest = list(without(things, key))
    rest[to - 1 : to - 1] = [thing for thing in things if thing.key == key]
    return tuple(rest)


def items_of(part: Part) -> tuple[Any, ...]:
    """Its questions, scenes or lines of a rubric; () when its kind has none."""
    return getattr(part.content, ITEMS[part.kind]) if part.kind in ITEMS else ()


def with_items(part: Part, items: Sequence[Any]) -> Part:
    """The part with these items in place of its own."""
    content: Any = part.content
    return replace(part, content=replace(content, **{ITEMS[part.kind]: tuple(items)}))


def without_item(part: Part, key: str) -> Part:
    """The part but for that item. With a scene go the choices that lead to it, and the scenes that no way leads to any
    more; a scene left without choices becomes an ending."""
    rest = without(items_of(part), key)
    if isinstance(part.content, Scenario) and rest:
        rest = reached([_not_leading_to(scene, key) for scene in rest])
    return with_items(part, rest)


def _not_leading_to(scene: Scene, key: str) -> Scene:
    choices = tuple(choice for choice in scene.choices if choice.to != key)
    return replace(scene, choices=choices, ending=scene.ending if choices or scene.ending else "mixed")


def reached(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """Those of the scenes to which a way leads from the first."""
    ways = {scene.key: [choice.to for choice in scene.choices] for scene in scenes}
    seen, waiting = set[str](), [scenes[0].key]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += ways.get(key, [])
    return tuple(scene for scene in scenes if scene.key in seen)


# --- conversations ----------------------------------------------------------------------------------------------------


def with_behaviours(scenario: Scenario, kept: Sequence[Behaviour], added: Sequence[str]) -> Scenario:
    """The conversation with these behaviours. No choice shows any longer what is not kept; every choice of the first
    scene shows what is added, so that each way does, until the writer says where it belongs."""
    behaviours = list(kept)
    for name in added:
        taken = [one.key for one in (*scenario.behaviours, *behaviours)]
        behaviours.append(Behaviour(key=key_of(name, taken, otherwise="behaviour"), name=name))
    known, new = {one.key for one in kept}, tuple(one.key for one in behaviours[len(kept) :])
    scenes = tuple(
        replace(
            scene,
            choices=tuple(
                replace(choice, shows=tuple(key for key in choice.shows if key in known) + (() if place else new))
                for choice in scene.choices
            ),
        )
        for place, scene in enumerate(scenario.scenes)
    )
    return replace(scenario, behaviours=tuple(behaviours), scenes=scenes)


def with_scene(scenario: Scenario, scene: Scene, *, new: str) -> Scenario:
    """The conversation with the scene changed. A choice that leads to `new` gets a scene of its own: an ending, for a
    start."""
    scenes, choices = list(put(scenario.scenes, scene)), []
    for choice in scene.choices:
        if choice.to == new:
            key = key_of(choice.text, [one.key for one in scenes], otherwise="scene")
            scenes.append(Scene(key=key, says=_("An example to change: what the customer says now."), ending="mixed"))
            choice = replace(choice, to=key)  # noqa: PLW2901
        choices.append(choice)
    return replace(scenario, scenes=put(scenes, replace(scene, choices=tuple(choices))))


# --- examples to change -----------------------------------------------------------------------------------------------


def example_part(kind: str, *, key: str, title: str, minutes: int) -> Part:
    """A part that breaks no rule, with an example in it. KeyError for a kind that there is not."""
    return Part(key=key, kind=kind, title=title, minutes=minutes, content=_EXAMPLES[kind]())


def example_question(kind: str, *, key: str) -> Question:
    """A question of this type that breaks no rule."""
    text = _("An example to change: what do you ask?")
    one, other = _("The first, an example to change"), _("The second, an example to change")
    if kind in {"single", "multiple"}:
        return Question(key=key, type=kind, text=text, options=(Option(text=one, right=True), Option(text=other)))
    if kind == "order":
        return Question(key=key, type=kind, text=text, steps=(one, other))
    if kind == "match":
        pairs = (Pair(left=one, right=_("Its partner")), Pair(left=other, right=_("Its partner, too")))
        return Question(key=key, type=kind, text=text, pairs=pairs)
    return Question(key=key, type=kind, text=text, accepted=(_("An example to change"),))


def example_line(*, key: str) -> RubricLine:
    """A behaviour to observe, with five anchors."""
    anchors = tuple(_("An example to change: what level %(level)d looks like.") % {"level": level} for level in LEVELS)
    return RubricLine(key=key, behaviour=_("An example to change: what one sees them do"), anchors=anchors)


def _scenario() -> Scenario:
    shows = Behaviour(key="listens", name=_("Listens (an example to change)"))
    choices = (
        Choice(text=_("Tell me more. (An example to change)"), to="good-end", shows=(shows.key,)),
        Choice(text=_("That's not our fault. (An example to change)"), to="bad-end"),
    )
    scenes = (
        Scene(key="start", says=_("An example to change: what the customer says first."), choices=choices),
        Scene(key="good-end", says=_("An example to change: how it ends well."), ending="good"),
        Scene(key="bad-end", says=_("An example to change: how it ends badly."), ending="bad"),
    )
    text = _("An example to change: who calls, and why.")
    return Scenario(text=text, pass_percent=60, behaviours=(shows,), scenes=scenes)


_EXAMPLES: dict[str, Callable[[], Content]] = {
    "lesson": lambda: Lesson(text=_("An example to change: write here what one is to know.")),
    "writing": lambda: Writing(prompt=_("An example to change: say what they are to write.")),
    "quiz": lambda: Quiz(pass_percent=80, questions=(example_question("single", key="question-1"),)),
    "scenario": _scenario,
    "practice": lambda: Practice(
        task=_("An example to change: say what they are to do, before whom."),
        pass_level=3,
        rubric=(example_line(key="line-1"),),
    ),
    "session": lambda: LiveSession(text=_("An example to change: what happens there, and what to bring.")),
    "evidence": lambda: External(text=_("An example to change: what counts, and what shows it.")),
}


# --- what a soft skill is taught by -----------------------------------------------------------------------------------


def template_of(content: ModuleContent) -> list[tuple[str, bool]]:
    """What teaching a soft skill by behaviour modelling takes, each with whether the module has it. Nothing for others:
    it is advice, and no rule."""
    if content.kind != "soft_skill":
        return []
    has = {(part.kind, getattr(part.content, "purpose", "")) for part in content.parts}
    kinds = {part.kind for part in content.parts}
    first = next((part.content for part in content.parts), None)
    return [
        (_("It begins with the rules"), isinstance(first, Lesson) and first.purpose == "rules"),
        (_("A model to follow"), ("lesson", "good_model") in has),
        (_("A model to avoid"), ("lesson", "bad_model") in has),
        (_("A case that the learner writes"), ("writing", "scenario") in has),
        (_("Practice, with feedback on anchors"), "practice" in kinds),
        (_("A goal for the days after"), ("writing", "goal") in has),
        (_("Line managers take it too"), content.manager_too),
    ]


# --- what the file's rules say, in words of the forms -----------------------------------------------------------------

_PLACE = re.compile(r"\b(?:parts|rubric|behaviours|scenes|questions)\b(?:\[\d+\])?(?:\.\w+(?:\[\d+\])?)*")


def in_words(message: str) -> str:
    """A problem of the file as the forms call things: "parts[2].questions[1].draw" is "Part 2, question 1, …"."""
    message = message.replace("“right: true”", _("“Right” ticked")).replace("“renewal: skip”", _("“skipped” ticked"))
    return _PLACE.sub(lambda match: _place_in_words(match[0]) if "[" in match[0] else match[0], message)


def _place_in_words(place: str) -> str:
    things = {
        "parts": _("part"), "questions": _("question"), "options": _("option"), "steps": _("step"),
        "pairs": _("pair"), "accepted": _("accepted answer"), "behaviours": _("behaviour"), "scenes": _("scene"),
        "choices": _("choice"), "rubric": _("line"), "anchors": _("anchor"),
    }  # fmt: skip
    values = {"draw": _("how many are asked"), "to": _("where it leads"), "shows": _("what it shows")}
    said = []
    for step in place.split("."):
        name, _bracket, number = step.rstrip("]").partition("[")
        said.append(f"{things.get(name, name)} {number}" if number else values.get(name, name))
    told = ", ".join(said)
    return told[:1].upper() + told[1:]
