"""Kits and competencies to YAML text that a person likes to read and parse_kit reads back exactly."""

from yaml.nodes import MappingNode

from foundation.yaml_files import Fields, listed, mapping, texts, written
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
        ("opening", mapping([("minutes", kit.opening_minutes), ("text", kit.opening_text or None)])),
        ("closing", mapping([("minutes", kit.closing_minutes), ("text", kit.closing_text or None)])),
        ("guidance", kit.guidance or None),
    ]
    return "\n".join(
        [
            written(mapping(head)),
            listed("competencies", [_kit_competency(competency) for competency in kit.competencies]),
            listed("questions", [_question(question) for question in kit.questions]),
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
    parts = [written(mapping(head))]
    if competency.questions:
        parts.append(listed("questions", [_question(question) for question in competency.questions]))
    return "\n".join(parts)


def _kit_competency(competency: KitFileCompetency) -> MappingNode:
    return mapping(
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
        ("anchors", mapping(anchors)),
        ("no_evidence", competency.no_evidence or None),
    ]


def _question(question: CompetencyQuestion | KitFileQuestion) -> MappingNode:
    competency = question.competency if isinstance(question, KitFileQuestion) else None
    return mapping(
        [
            ("competency", competency),
            ("key", question.key),
            ("kind", question.kind),
            ("minutes", question.minutes),
            ("text", question.text),
            ("probes", texts(question.probes)),
        ]
    )
