"""Nodes to YAML text that a person likes to read: fields in a given order, long texts folded or in blocks."""

from collections.abc import Iterable, Sequence
from textwrap import indent

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_WIDTH = 100
_SHORT = 72
_TEXT = "tag:yaml.org,2002:str"
# YAML 1.1 takes these for line breaks; only between double quotes do they come back as they were.
_ODD_BREAKS = frozenset("\x85\u2028\u2029")

Value = str | int | bool | Node
Fields = Iterable[tuple[str, Value | None]]


def mapping(fields: Fields) -> MappingNode:
    """The fields that have a value, in their order."""
    # The names are ours, all plain; 1 to 5 stand bare, as people write them.
    pairs = [(_bare(name), _node(value)) for name, value in fields if value is not None]
    return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


def texts(items: Sequence[str]) -> SequenceNode | None:
    """A list of texts; None of nothing, so that its name is left out."""
    return sequence([_text(text) for text in items]) if items else None


def sequence(items: Sequence[Node]) -> SequenceNode:
    return SequenceNode("tag:yaml.org,2002:seq", list(items), flow_style=False)


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


def listed(name: str, items: Sequence[MappingNode]) -> str:
    """A list under its name, with a blank line between two entries."""
    if not items:
        return f"{name}: []\n"
    entries = [written(sequence([item])) for item in items]
    return f"{name}:\n" + indent("\n".join(entries), "  ")


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # PyYAML sets a list flush with its name; indented, people see what belongs together.
        super().increase_indent(flow, False)


def written(node: Node) -> str:
    """The node as text."""
    return str(yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=_WIDTH))
