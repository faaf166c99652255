"""The skills of the starter content: YAML text to plain values. Pure."""

from dataclasses import dataclass

from foundation.yaml_files import Problems, Section, open_file
from training.skill_levels import LEVELS

SKILL_FORMAT = "rapport-skills/1"
KEY_LENGTH, NAME_LENGTH, ANCHOR_LENGTH = 60, 120, 300
MOST_SKILLS, MOST_MODULES = 60, 40


@dataclass(frozen=True, slots=True)
class SkillContent:
    """A skill with what one sees at each level, and the modules (by key) that give it, at which level."""

    key: str
    name: str
    anchors: tuple[str, ...]
    modules: tuple[tuple[str, int], ...]


def parse_skills(text: str | bytes) -> list[SkillContent]:
    """The skills that the text describes. Raises FileError with every problem found; never anything else."""
    problems = Problems()
    top = open_file(text, form=SKILL_FORMAT, problems=problems)
    skills = [_skill(section) for section in top.sections("skills", MOST_SKILLS)]
    top.finish()
    problems.raise_if_any()
    return skills


def _skill(section: Section) -> SkillContent:
    skill = SkillContent(
        key=section.slug("key", KEY_LENGTH),
        name=section.line("name", NAME_LENGTH),
        anchors=tuple(section.line(f"level_{level}", ANCHOR_LENGTH) for level in LEVELS),
        modules=tuple(_module(item) for item in section.sections("modules", MOST_MODULES)),
    )
    section.finish()
    return skill


def _module(section: Section) -> tuple[str, int]:
    found = section.slug("module", KEY_LENGTH), section.number("level", LEVELS[0], LEVELS[-1])
    section.finish()
    return found
