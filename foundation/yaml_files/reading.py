"""YAML from strangers, read without ever building an object from it: every value is asked for by name and checked.

`open_file` refuses what no honest file needs (aliases, tags, several documents, depth, bulk) while still streaming;
a `Section` then hands out values, notes every problem instead of stopping at the first, and returns a blank in place
of a bad value, so that the reading goes on. The caller must throw the result away when there were problems.
"""

import re
from collections.abc import Callable, Collection
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from foundation.text import clean_line, clean_text, flaw
from foundation.yaml_files.errors import FileError, Problem

MOST_BYTES = 512 * 1024
MOST_DEPTH = 8
MOST_VALUES = 20_000

# libyaml where the wheel brings it, ten times as fast; both read the same language.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,5})")
_SLUG = re.compile(r"[A-Za-z0-9_-]+")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"


class Problems:
    """The list that all sections of one file write to, and where each place stands in the file."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.lines: dict[str, int] = {"": 1}

    def add(self, place: str, message: str) -> None:
        self.found.append(Problem(place, self._line(place), message))

    def touch(self, word: str) -> bool:
        """Whether some value with this word in its path is already known to be wrong."""
        return any(word in problem.place for problem in self.found)

    def raise_if_any(self) -> None:
        if self.found:
            raise FileError(self.found)

    def _line(self, place: str) -> int:
        # A missing value stands nowhere: its parent's line is where it belongs.
        while place not in self.lines:
            place = place.rpartition(".")[0] if "." in place else ""
        return self.lines[place]


class Section:
    """One mapping of the file. Call `finish` after the last value: whatever nobody asked for is unknown."""

    def __init__(self, problems: Problems, node: MappingNode, place: str = "") -> None:
        self._problems = problems
        self._place = place
        self._asked: list[str] = []
        self._values: dict[str, Node] = {}
        problems.lines.setdefault(place, _line_of(node))
        for key_node, value in node.value:
            self._enter(key_node, value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def place(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def line(self, name: str, most: int, *, required: bool = True, mend: str = "") -> str:
        """One line of text, normalised."""
        return self._string(name, most, clean_line, required=required, mend=mend)

    def text(self, name: str, most: int, *, required: bool = True, mend: str = "") -> str:
        """Text of any number of lines, normalised."""
        return self._string(name, most, clean_text, required=required, mend=mend)

    def slug(self, name: str, most: int) -> str:
        value = self.line(name, most)
        if value and not _SLUG.fullmatch(value):
            self._bad(name, _not_a_slug())
            return ""
        return value

    def choice(self, name: str, choices: Collection[str]) -> str:
        value = self.line(name, 64)
        if value and value not in choices:
            self._bad(name, _("must be one of: %(choices)s.") % {"choices": ", ".join(choices)})
            return ""
        return value

    def number(self, name: str, low: int, high: int) -> int:
        return self.number_or_none(name, low, high, required=True) or 0

    def number_or_none(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        node = self._scalar(name, required=required, mend="")
        if node is None:
            return None
        if node.style in {"'", '"'} or not _WHOLE_NUMBER.fullmatch(node.value) or not low <= int(node.value) <= high:
            bounds = {"low": low, "high": high}
            self._bad(name, _("must be a whole number from %(low)d to %(high)d, without quotes.") % bounds)
            return None
        return int(node.value)

    def flag(self, name: str) -> bool:
        node = self._scalar(name, required=True, mend="")
        if node is not None and node.value not in _FLAGS:
            self._bad(name, _("must be true or false."))
        return node is not None and _FLAGS.get(node.value, False)

    def section(self, name: str) -> "Section | None":
        node = self._take(name, required=True, mend="")
        if node is None:
            return None
        return self._section_of(node, self.place(name))

    def sections(self, name: str, most: int, *, required: bool = True) -> "list[Section]":
        """The mappings of a list, in order; their places count from 1."""
        items = self._items(name, most, required=required)
        made = [self._section_of(item, f"{self.place(name)}[{index}]") for index, item in enumerate(items, start=1)]
        return [section for section in made if section is not None]

    def strings(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        """The texts of a list; () when the list is not there."""
        texts = []
        for index, item in enumerate(self._items(name, most, required=False), start=1):
            place = f"{self.place(name)}[{index}]"
            self._problems.lines[place] = _line_of(item)
            text = self._cleaned(item, place, longest, clean_line)
            if text:
                texts.append(text)
        return tuple(texts)

    def slugs(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        """The keys of a list, each there once; "" in place of a bad one. () when the list is not there."""
        found: list[str] = []
        for index, item in enumerate(self._items(name, most, required=False), start=1):
            place = f"{self.place(name)}[{index}]"
            self._problems.lines[place] = _line_of(item)
            key = self._cleaned(item, place, longest, clean_line)
            if key is not None and not _SLUG.fullmatch(key):
                self._problems.add(place, f"{place} {_not_a_slug()}")
            elif key in found:
                facts = {"key": key, "first": f"{self.place(name)}[{found.index(key) + 1}]"}
                self._problems.add(place, f"{place} {_('is “%(key)s”, as %(first)s is. Keep one.') % facts}")
            found.append(key if key and _SLUG.fullmatch(key) else "")
        return tuple(found)

    def finish(self) -> None:
        for name in self._values:
            if name not in self._asked:
                known = ", ".join(self._asked)
                message = _("is not known here. Known are: %(known)s. Take it out or mend its spelling.")
                self._bad(name, message % {"known": known})

    def _enter(self, key_node: Node, value: Node) -> None:
        if not isinstance(key_node, ScalarNode) or len(key_node.value) > 64:
            self._problems.lines[self.place("?")] = _line_of(key_node)
            self._bad("?", _("is not a name. Write a short name, a colon and the value."))
            return
        name = key_node.value
        if name in self._values:
            message = _("is there twice, here and on line %(line)d. Keep one.")
            first = self._problems.lines[self.place(name)]
            self._problems.lines[self.place(name)] = _line_of(key_node)
            self._bad(name, message % {"line": first})
            return
        self._values[name] = value
        self._problems.lines[self.place(name)] = _line_of(key_node)

    def _bad(self, name: str, message: str) -> None:
        place = self.place(name)
        self._problems.add(place, f"{place} {message}")

    def _take(self, name: str, *, required: bool, mend: str) -> Node | None:
        """The value, or None when it is missing or empty, which is noted if it is required."""
        self._asked.append(name)
        node = self._values.get(name)
        if node is None or node.tag == _NULL:
            if required:
                missing = _("is missing.") if node is None else _("is empty.")
                self._bad(name, f"{missing} {mend or _('Add it.')}")
            return None
        return node

    def _scalar(self, name: str, *, required: bool, mend: str) -> ScalarNode | None:
        node = self._take(name, required=required, mend=mend)
        if node is None or isinstance(node, ScalarNode):
            return node
        self._bad(name, _("must be a single value, not a list or a group."))
        return None

    def _string(self, name: str, most: int, clean: Callable[[str], str], *, required: bool, mend: str) -> str:
        node = self._take(name, required=required, mend=mend)
        if node is None:
            return ""
        text = self._cleaned(node, self.place(name), most, clean)
        if text == "" and required:
            self._bad(name, f"{_('is empty.')} {mend or _('Add it.')}")
        return text or ""

    def _cleaned(self, node: Node, place: str, most: int, clean: Callable[[str], str]) -> str | None:
        """The normalised text; None when it was bad, which is noted."""
        text: str | None = None
        if not isinstance(node, ScalarNode) or node.tag != _TEXT:
            problem = _("must be text. If it is, put it between quotation marks.")
        else:
            try:
                text = clean(node.value)
            except ValidationError as error:
                problem = " ".join(error.messages)
                self._problems.add(place, f"{place}: {problem}")
                return None
            if len(text) <= most:
                return text
            problem = _("is too long: %(length)d characters, at most %(most)d.") % {"length": len(text), "most": most}
        self._problems.add(place, f"{place} {problem}")
        return None

    def _section_of(self, node: Node, place: str) -> "Section | None":
        self._problems.lines.setdefault(place, _line_of(node))
        if isinstance(node, MappingNode):
            return Section(self._problems, node, place)
        self._problems.add(place, f"{place} {_('must be a group of names with values.')}")
        return None

    def _items(self, name: str, most: int, *, required: bool) -> list[Node]:
        node = self._take(name, required=required, mend="")
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self._bad(name, _("must be a list: one line for each, beginning with a hyphen."))
            return []
        if required and not node.value:
            self._bad(name, _("is empty. Add at least one."))
        if len(node.value) > most:
            counts = {"count": len(node.value), "most": most}
            self._bad(name, _("has %(count)d entries, at most %(most)d are allowed.") % counts)
            return []
        return list(node.value)


def _not_a_slug() -> str:
    return _("may hold letters a to z, digits, hyphens and underscores only.")


def open_file(source: str | bytes, *, form: str, problems: Problems) -> Section:
    """The top section of a file that says `format: <form>`; FileError at once when it is no such file."""
    text = _decoded(source)
    _refuse_control_characters(text)
    try:
        _refuse_what_no_file_needs(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _not_yaml(error) from None
    if not isinstance(node, MappingNode):
        raise _whole(_("The file is empty or is a bare value. It must begin with “format: %(form)s”.") % {"form": form})
    top = Section(problems, node)
    if "format" not in top:
        raise _whole(_("“format” is missing. The file must begin with “format: %(form)s”.") % {"form": form})
    found = top.line("format", 64)
    if found != form:
        message = _("The format is “%(found)s”; this page reads “%(form)s”.") % {"found": found, "form": form}
        raise FileError([Problem("format", problems.lines["format"], message)])
    return top


def _decoded(source: str | bytes) -> str:
    if isinstance(source, bytes):
        if len(source) > MOST_BYTES:
            raise _too_big()
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _whole(_("The file is not UTF-8 text. Save it as UTF-8 and try again.")) from None
    # Four bytes at most for one character: this refuses the grossest before anything walks over it.
    if len(source) > MOST_BYTES or len(source.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _too_big()
    return source.removeprefix("\ufeff")


def _refuse_control_characters(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        found = flaw(line, lines=True)
        if found is not None:
            message = _("The line %(flaw)s. Type it again, or paste it as plain text.") % {"flaw": found.reason}
            raise FileError([Problem("", number, message)])


def _refuse_what_no_file_needs(text: str) -> None:
    """Walks the stream of events, so that nothing is held in memory, and stops at the first thing too much."""
    depth = values = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        values += isinstance(event, yaml.NodeEvent)
        reason = _excess(event, depth=depth, values=values, documents=documents)
        if reason:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise FileError([Problem("", line, reason)])


def _excess(event: yaml.Event, *, depth: int, values: int, documents: int) -> str:
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        return _("Aliases and anchors (&name, *name) are not allowed. Write the text out, or put it in quotes.")
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
        return _("Tags (!name) are not allowed. Take the tag out, or put the text in quotes.")
    if depth > MOST_DEPTH:
        return _("The file is nested too deeply here. Check the indentation.")
    if values > MOST_VALUES:
        return _("The file holds too many values.")
    if documents > 1:
        return _("A second document begins here (---). Put it in a file of its own.")
    return ""


def _not_yaml(error: yaml.YAMLError) -> FileError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    reason = getattr(error, "problem", None) or str(error)
    message = _("This is not valid YAML: %(reason)s. Look at the indentation, the colons and the quotation marks here.")
    return FileError([Problem("", line, message % {"reason": reason})])


def _whole(message: str) -> FileError:
    return FileError([Problem("", 1, message)])


def _too_big() -> FileError:
    return _whole(_("The file is larger than %(most)d kB.") % {"most": MOST_BYTES // 1024})


def _line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1
