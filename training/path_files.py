"""Paths as YAML text, so that organisations can share them: text to plain values, and back. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node

from foundation.yaml_files import Problems, Section, listed, mapping, open_file, sequence, written

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


def parse_paths(text: str | bytes, *, known: Collection[str] | None = None) -> list[PathContent]:
    """The paths that the text describes. `known`: the keys of the modules that they may have; any when None. Raises
    FileError with every problem found; never anything else."""
    problems = Problems()
    top = open_file(text, form=PATH_FORMAT, problems=problems)
    paths = [_path(section) for section in top.sections("paths", MOST_PATHS)]
    top.finish()
    for place, message in _broken_rules(paths, known):
        problems.add(place, f"{place} {message}")
    problems.raise_if_any()
    return paths


def dump_paths(paths: Sequence[PathContent]) -> str:
    """The paths as YAML. The same paths always give the same text, and `parse_paths(dump_paths(paths)) == paths` for
    all that parse_paths can return."""
    return "\n".join([written(mapping([("format", PATH_FORMAT)])), listed("paths", [_written(path) for path in paths])])


def _written(path: PathContent) -> MappingNode:
    steps: list[Node] = [mapping([("module", module), ("days", days)]) for module, days in path.steps]
    return mapping(
        [
            ("key", path.key),
            ("name", path.name),
            ("description", path.description),
            ("language", path.language),
            ("in_order", path.in_order),
            ("steps", sequence(steps)),
        ]
    )


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


def _broken_rules(paths: Sequence[PathContent], known: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """(place, sentence) for what is there twice, and for modules that there are not."""
    for name in ("key", "name"):
        yield from _doubles([getattr(path, name) for path in paths], "paths", name)
    for number, path in enumerate(paths, start=1):
        modules = [module for module, _days in path.steps]
        yield from _doubles(modules, f"paths[{number}].steps", "module")
        for step, module in enumerate(modules, start=1):
            if module and known is not None and module not in known:
                message = _("is “%(key)s”. There is no such module here: bring it in first, or take the step out.")
                yield f"paths[{number}].steps[{step}].module", message % {"key": module}


def _doubles(values: Sequence[str], group: str, name: str) -> Iterator[tuple[str, str]]:
    for number, value in enumerate(values, start=1):
        first = values.index(value) + 1
        if value and first < number:
            message = _("is “%(value)s”, as that of %(group)s[%(first)d]. Each must be there once.")
            yield f"{group}[{number}].{name}", message % {"value": value, "group": group, "first": first}
