"""Kits and competencies to YAML text that a person likes to read and parse_kit reads back exactly."""

from collections.abc import Iterable, Sequence
from textwrap import indent

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hiring.kit_files.shapes import (
    COMPETENCY_FORMAT,
    KIT_FORMAT,
    SCORES,
    CompetencyFile,
    CompetencyQuestion,
    KitFile,
    KitFileCompetency,
    KitFileQuestion,
)

_WIDTH = 100
_SHORT = 72
_TEXT = "tag:yaml.org,2002:str"
# YAML 1.1 takes these for line breaks; only between double quotes do they come back as they were.
_ODD_BREAKS = frozenset("\x85\u2028\u2029")

Value = str | int | bool | Node
Fields = Iterable[tuple[str, Value | None]]


def dump_kit(kit: KitFile) -> str:
    """The kit as YAML, self-contained. The same kit always gives the same text, and `parse_kit(dump_kit(kit)) == kit`
    for every kit that parse_kit can return."""
    head: Fields = [
        ("format", KIT_FORMAT),
        ("key", kit.key),
        ("name", kit.name),
        ("purpose", kit.purpose or None),
        ("basis", kit.basis or None),
        ("length_minutes", kit.length_minutes),
        ("panel_size", kit.panel_size),
        ("same_panel", kit.same_panel),
        ("application_hidden", kit.application_hidden),
        ("panel_training", kit.panel_training or None),
        ("opening", _mapping([("minutes", kit.opening_minutes), ("text", kit.opening_text or None)])),
        ("closing", _mapping([("minutes", kit.closing_minutes), ("text", kit.closing_text or None)])),
        ("guidance", kit.guidance or None),
    ]
    return "\n".join(
        [
            _written(_mapping(head)),
            _listed("competencies", [_kit_competency(competency) for competency in kit.competencies]),
            _listed("questions", [_question(question) for question in kit.questions]),
        ]
    )


def dump_competency(competency: CompetencyFile) -> str:
    """The competency as YAML; what holds for dump_kit holds here."""
    head: Fields = [
        ("format", COMPETENCY_FORMAT),
        ("key", competency.key),
        ("name", competency.name),
        ("group", competency.group),
        *_judged_by(competency),
    ]
    parts = [_written(_mapping(head))]
    if competency.questions:
        parts.append(_listed("questions", [_question(question) for question in competency.questions]))
    return "\n".join(parts)


def _kit_competency(competency: KitFileCompetency) -> MappingNode:
    return _mapping(
        [
            ("key", competency.key),
            ("name", competency.name),
            ("group", competency.group),
            ("weight", competency.weight),
            ("minimum", competency.minimum),
            *_judged_by(competency),
        ]
    )


def _judged_by(competency: CompetencyFile | KitFileCompetency) -> Fields:
    why = competency.why if isinstance(competency, CompetencyFile) else None
    anchors: Fields = [(str(score), anchor) for score, anchor in zip(SCORES, competency.anchors, strict=True)]
    return [
        ("definition", competency.definition),
        ("why", why or None),
        ("anchors", _mapping(anchors)),
        ("no_evidence", competency.no_evidence or None),
    ]


def _question(question: CompetencyQuestion | KitFileQuestion) -> MappingNode:
    competency = question.competency if isinstance(question, KitFileQuestion) else None
    return _mapping(
        [
            ("competency", competency),
            ("key", question.key),
            ("kind", question.kind),
            ("minutes", question.minutes),
            ("text", question.text),
            ("probes", _texts(question.probes)),
        ]
    )


def _mapping(fields: Fields) -> MappingNode:
    # The names are ours, all plain; 1 to 5 stand bare, as people write them.
    pairs = [(_bare(name), _node(value)) for name, value in fields if value is not None]
    return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


def _texts(texts: Sequence[str]) -> SequenceNode | None:
    if not texts:
        return None
    return SequenceNode("tag:yaml.org,2002:seq", [_text(text) for text in texts], flow_style=False)


def _node(value: Value) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, bool):
        return ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
    if isinstance(value, int):
        return ScalarNode("tag:yaml.org,2002:int", str(value))
    return _text(value)


def _bare(name: str) -> ScalarNode:
    tag = "tag:yaml.org,2002:int" if name.isdigit() else _TEXT
    return ScalarNode(tag, name)


def _text(text: str) -> ScalarNode:
    """Lines as they are in a literal block, a long line folded, a short one bare where YAML allows it."""
    style = None
    if _ODD_BREAKS.intersection(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif len(text) > _SHORT:
        style = ">"
    return ScalarNode(_TEXT, text, style=style)


def _listed(name: str, items: Sequence[MappingNode]) -> str:
    """A list under its name, with a blank line between two entries."""
    if not items:
        return f"{name}: []\n"
    written = [_written(SequenceNode("tag:yaml.org,2002:seq", [item], flow_style=False)) for item in items]
    return f"{name}:\n" + indent("\n".join(written), "  ")


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # PyYAML sets a list flush with its name; indented, people see what belongs together.
        super().increase_indent(flow, False)


def _written(node: Node) -> str:
    return str(yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=_WIDTH))
