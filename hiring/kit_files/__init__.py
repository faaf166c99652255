"""Kits and competencies as YAML text, so that organisations can share them. Pure: text in, frozen values out.

shapes   the values
reading  text → values
writing  values → text
"""

from hiring.kit_files.reading import broken_rules, parse_competency, parse_kit
from hiring.kit_files.shapes import (
    COMPETENCY_FORMAT,
    GROUPS,
    KINDS,
    KIT_FORMAT,
    CompetencyFile,
    CompetencyQuestion,
    KitFile,
    KitFileCompetency,
    KitFileQuestion,
)
from hiring.kit_files.writing import dump_competency, dump_kit

__all__ = [
    "COMPETENCY_FORMAT",
    "GROUPS",
    "KINDS",
    "KIT_FORMAT",
    "CompetencyFile",
    "CompetencyQuestion",
    "KitFile",
    "KitFileCompetency",
    "KitFileQuestion",
    "broken_rules",
    "dump_competency",
    "dump_kit",
    "parse_competency",
    "parse_kit",
]
