"""What is wrong with a file, all of it at once, each with its place and how to mend it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.errors import Invalid

# More than a person mends in one go; the rest is counted.
_TOLD = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """`place` is a path such as `competencies[2].anchors.4` (lists count from 1), "" for the file as a whole."""

    place: str
    line: int
    message: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}


class FileError(Invalid):
    """The file cannot be used; nothing was taken from it. `problems` has every reason in the order of the file."""

    code = "file"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        told = [str(problem) for problem in self.problems[:_TOLD]]
        if len(self.problems) > _TOLD:
            told.append(_("%(count)d more.") % {"count": len(self.problems) - _TOLD})
        errors: dict[str, list[str]] = {}
        for problem in self.problems:
            errors.setdefault(problem.place, []).append(problem.message)
        super().__init__("\n".join([_("This file cannot be used:"), *told]), errors=errors)
