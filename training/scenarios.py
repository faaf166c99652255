"""Branching conversations: where a way leads, what it shows, and whether a tree can be walked at all."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from training.contents import Choice, Scenario, Scene


@dataclass(frozen=True, slots=True)
class Step:
    """A scene that was left, and by which of its choices."""

    scene: Scene
    choice: Choice


@dataclass(frozen=True, slots=True)
class Walk:
    """How far somebody has come. `shown` has each behaviour's key once, in the order they were shown."""

    steps: tuple[Step, ...]
    scene: Scene
    shown: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        return bool(self.scene.ending)

    def percent(self, scenario: Scenario) -> int:
        """Of the behaviours, those shown at least once: 0 to 100, rounded down."""
        return 100 * len(self.shown) // len(scenario.behaviours)


def walk(scenario: Scenario, choices: Sequence[int]) -> Walk:
    """The way by these choices (each the place, from 0, among those of its scene). ValueError for one that there is
    not."""
    scenes = {scene.key: scene for scene in scenario.scenes}
    known = [behaviour.key for behaviour in scenario.behaviours]
    scene, steps, shown = scenario.scenes[0], [], []
    for index in choices:
        if not 0 <= index < len(scene.choices):
            raise ValueError(f"Scene {scene.key} has no choice {index}.")
        choice = scene.choices[index]
        steps.append(Step(scene, choice))
        shown += [key for key in choice.shows if key in known and key not in shown]
        scene = scenes[choice.to]
    return Walk(tuple(steps), scene, tuple(shown))


def flaws(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """(place, sentence) for all that would leave a learner stuck, or the score out of reach; places count from 1."""
    keys = [scene.key for scene in scenario.scenes]
    behaviours = [behaviour.key for behaviour in scenario.behaviours]
    for index, key in enumerate(behaviours, start=1):
        if key in behaviours[: index - 1]:
            yield f"behaviours[{index}].key", _("“%(key)s” is there twice.") % {"key": key}
    for index, scene in enumerate(scenario.scenes, start=1):
        place = f"scenes[{index}]"
        if scene.key in keys[: index - 1]:
            yield f"{place}.key", _("“%(key)s” is there twice.") % {"key": scene.key}
        if bool(scene.choices) == bool(scene.ending):
            yield place, _("“%(key)s” needs either choices or an ending.") % {"key": scene.key}
        for number, choice in enumerate(scene.choices, start=1):
            yield from _flaws_of_choice(f"{place}.choices[{number}]", choice, keys, behaviours)
    if keys and all(choice.to in keys for scene in scenario.scenes for choice in scene.choices):
        yield from _flaws_of_ways(scenario, keys, behaviours)


def _flaws_of_choice(
    place: str, choice: Choice, keys: Sequence[str], behaviours: Sequence[str]
) -> Iterator[tuple[str, str]]:
    if choice.to not in keys:
        yield f"{place}.to", _("leads to “%(key)s”, which is no scene.") % {"key": choice.to}
    for key in choice.shows:
        if key not in behaviours:
            yield f"{place}.shows", _("shows “%(key)s”, which is none of the behaviours.") % {"key": key}


def _flaws_of_ways(scenario: Scenario, keys: Sequence[str], behaviours: Sequence[str]) -> Iterator[tuple[str, str]]:
    reached, best = _explored(scenario)
    for index, key in enumerate(keys, start=1):
        if key not in reached:
            yield f"scenes[{index}]", _("No way leads to “%(key)s”.") % {"key": key}
    ends = _leading_to_an_end(scenario)
    for index, key in enumerate(keys, start=1):
        if key in reached and key not in ends:
            yield f"scenes[{index}]", _("From “%(key)s” no way leads to an ending.") % {"key": key}
    if best < len(set(behaviours)) and ends:
        facts = {"best": best, "count": len(set(behaviours))}
        yield "behaviours", _("The best way shows %(best)d of %(count)d behaviours: nobody can reach them all.") % facts


def _explored(scenario: Scenario) -> tuple[set[str], int]:
    """The scenes that can be reached, and the most behaviours that one way to an ending shows."""
    scenes = {scene.key: scene for scene in scenario.scenes}
    start = (scenario.scenes[0].key, frozenset[str]())
    seen, waiting, best = {start}, deque([start]), 0
    while waiting:
        key, shown = waiting.popleft()
        if scenes[key].ending:
            best = max(best, len(shown))
        for choice in scenes[key].choices:
            state = (choice.to, shown | set(choice.shows))
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return {key for key, _shown in seen}, best


def _leading_to_an_end(scenario: Scenario) -> set[str]:
    ends = {scene.key for scene in scenario.scenes if scene.ending}
    while more := {
        scene.key
        for scene in scenario.scenes
        if scene.key not in ends and any(choice.to in ends for choice in scene.choices)
    }:
        ends |= more
    return ends
