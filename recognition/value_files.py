"""The values of the starter content: YAML text to plain values. Pure."""

from dataclasses import dataclass

from foundation.yaml_files import Problems, Section, open_file

VALUE_FORMAT = "rapport-values/1"
KEY_LENGTH, NAME_LENGTH, LINE_LENGTH, MOST_VALUES, MOST_EXAMPLES = 60, 80, 300, 20, 8


@dataclass(frozen=True, slots=True)
class ValueContent:
    """A value with what it means, and examples of it, one to a line."""

    key: str
    name: str
    description: str
    examples: str


def parse_values(text: str | bytes) -> list[ValueContent]:
    """The values that the text describes, in their order. Raises FileError with every problem found; never anything
    else."""
    problems = Problems()
    top = open_file(text, form=VALUE_FORMAT, problems=problems)
    values = [_value(section) for section in top.sections("values", MOST_VALUES)]
    top.finish()
    problems.raise_if_any()
    return values


def _value(section: Section) -> ValueContent:
    value = ValueContent(
        key=section.slug("key", KEY_LENGTH),
        name=section.line("name", NAME_LENGTH),
        description=section.line("description", LINE_LENGTH),
        examples="\n".join(section.strings("examples", MOST_EXAMPLES, LINE_LENGTH)),
    )
    section.finish()
    return value
