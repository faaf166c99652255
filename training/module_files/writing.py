"""Modules to YAML text that a person likes to read and parse_module reads back exactly."""

from collections.abc import Callable
from typing import Any

from yaml.nodes import MappingNode, Node

from foundation.yaml_files import Fields, listed, mapping, sequence, texts, written
from training.contents import (
    LEVELS,
    ModuleContent,
    Part,
    Question,
    RubricLine,
    Scene,
)
from training.module_files.reading import MODULE_FORMAT

VIDEO = ("title", "file", "link", "captions", "language", "transcript")


def dump_module(module: ModuleContent) -> str:
    """The module as YAML. The same module always gives the same text, and `parse_module(dump_module(module)) == module`
    for every module that parse_module can return."""
    head: Fields = [
        ("format", MODULE_FORMAT),
        ("key", module.key),
        ("name", module.name),
        ("summary", module.summary),
        ("kind", module.kind),
        ("manager_too", module.manager_too),
        ("valid_for_months", module.valid_for_months),
        ("needs", texts(module.needs)),
    ]
    return "\n".join([written(mapping(head)), listed("parts", [_part(part) for part in module.parts])])


def _part(part: Part) -> MappingNode:
    head: Fields = [
        ("key", part.key),
        ("kind", part.kind),
        ("title", part.title),
        ("minutes", part.minutes),
        ("renewal", "skip" if part.skipped_in_renewal else None),
    ]
    return mapping([*head, *_CONTENT[part.kind](part.content)])


def _lesson(lesson: Any) -> Fields:
    video = lesson.video
    return [
        ("purpose", lesson.purpose),
        ("text", lesson.text),
        ("video", mapping([(name, getattr(video, name) or None) for name in VIDEO]) if video else None),
    ]


def _writing(writing: Any) -> Fields:
    return [("purpose", writing.purpose), ("prompt", writing.prompt)]


def _quiz(quiz: Any) -> Fields:
    return [
        ("pass_percent", quiz.pass_percent),
        ("draw", quiz.draw),
        ("attempts", quiz.attempts),
        ("questions", sequence([_question(question) for question in quiz.questions])),
    ]


def _question(question: Question) -> MappingNode:
    options: list[Node] = [
        mapping([("text", option.text), ("right", option.right or None), ("why", option.why or None)])
        for option in question.options
    ]
    pairs: list[Node] = [mapping([("left", pair.left), ("right", pair.right)]) for pair in question.pairs]
    return mapping(
        [
            ("key", question.key),
            ("type", question.type),
            ("text", question.text),
            ("options", sequence(options) if options else None),
            ("steps", texts(question.steps)),
            ("pairs", sequence(pairs) if pairs else None),
            ("accepted", texts(question.accepted)),
            ("explanation", question.explanation or None),
        ]
    )


def _scenario(scenario: Any) -> Fields:
    behaviours: list[Node] = [mapping([("key", one.key), ("name", one.name)]) for one in scenario.behaviours]
    return [
        ("text", scenario.text),
        ("pass_percent", scenario.pass_percent),
        ("behaviours", sequence(behaviours)),
        ("scenes", sequence([_scene(scene) for scene in scenario.scenes])),
    ]


def _scene(scene: Scene) -> MappingNode:
    choices: list[Node] = [
        mapping(
            [
                ("text", choice.text),
                ("to", choice.to),
                ("shows", texts(choice.shows)),
                ("why", choice.why or None),
            ]
        )
        for choice in scene.choices
    ]
    return mapping(
        [
            ("key", scene.key),
            ("says", scene.says),
            ("ending", scene.ending or None),
            ("choices", sequence(choices) if choices else None),
        ]
    )


def _practice(practice: Any) -> Fields:
    return [
        ("task", practice.task),
        ("pass_level", practice.pass_level),
        ("rubric", sequence([_rubric_line(line) for line in practice.rubric])),
    ]


def _rubric_line(line: RubricLine) -> MappingNode:
    anchors = mapping([(str(level), text) for level, text in zip(LEVELS, line.anchors, strict=True)])
    return mapping([("key", line.key), ("behaviour", line.behaviour), ("anchors", anchors)])


def _session(session: Any) -> Fields:
    return [("text", session.text)]


def _external(external: Any) -> Fields:
    return [("text", external.text)]


_CONTENT: dict[str, Callable[[Any], Fields]] = {
    "lesson": _lesson,
    "writing": _writing,
    "quiz": _quiz,
    "scenario": _scenario,
    "practice": _practice,
    "session": _session,
    "evidence": _external,
}
