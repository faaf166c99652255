"""The paths of the starter content: YAML text to plain values. Pure."""

from dataclasses import dataclass

from foundation.yaml_files import Problems, Section, open_file

PATH_FORMAT = "rapport-paths/1"
KEY_LENGTH, NAME_LENGTH, LANGUAGE_LENGTH, TEXT_LENGTH = 60, 120, 40, 4000
MOST_PATHS, MOST_STEPS, MOST_DAYS = 20, 30, 3660


@dataclass(frozen=True, slots=True)
class PathContent:
    """A path with its modules (by key) in order, each with its days from the beginning, if it has any."""

    key: str
    name: str
    description: str
    language: str
    in_order: bool
    steps: tuple[tuple[str, int | None], ...]


def parse_paths(text: str | bytes) -> list[PathContent]:
    """The paths that the text describes. Raises FileError with every problem found; never anything else."""
    problems = Problems()
    top = open_file(text, form=PATH_FORMAT, problems=problems)
    paths = [_path(section) for section in top.sections("paths", MOST_PATHS)]
    top.finish()
    problems.raise_if_any()
    return paths


def _path(section: Section) -> PathContent:
    path = PathContent(
        key=section.slug("key", KEY_LENGTH),
        name=section.line("name", NAME_LENGTH),
        description=section.text("description", TEXT_LENGTH),
        language=section.line("language", LANGUAGE_LENGTH),
        in_order=section.flag("in_order"),
        steps=tuple(_step(item) for item in section.sections("steps", MOST_STEPS)),
    )
    section.finish()
    return path


def _step(section: Section) -> tuple[str, int | None]:
    found = section.slug("module", KEY_LENGTH), section.number_or_none("days", 0, MOST_DAYS)
    section.finish()
    return found
