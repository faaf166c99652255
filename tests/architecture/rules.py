"""The house rules that a program can check. Each takes a file's text and yields (line, what is wrong).

import-linter has the rules about who imports whom (pyproject.toml); ruff and mypy have theirs. What stands here is the
rest of docs/architecture.md. test_rules.py says which rule holds in which files, and proves each with a breach.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

Finding = tuple[int, str]

WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "asave", "acreate", "aupdate", "adelete", "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
WRITING_BASES = {
    "CreateModelMixin", "UpdateModelMixin", "DestroyModelMixin", "ModelViewSet",
    "CreateAPIView", "UpdateAPIView", "DestroyAPIView", "CreateView", "UpdateView", "DeleteView", "FormView",
}  # fmt: skip
LONG_BECAUSE = "Long because"
SQL = re.compile(r"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM|WITH\s+RECURSIVE)\s", re.DOTALL)


@cache
def parse(source: str) -> ast.Module:
    """The syntax tree of a file, parsed once for all the rules."""
    return ast.parse(source)


def _name(node: ast.AST) -> str:
    """The last part of a dotted name: `save` of `a.b.save`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _dotted(node: ast.AST) -> str:
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else _name(node)


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 1)


def _functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def no_writes(source: str) -> Iterator[Finding]:
    """State changes in actions only. (For a dict or a set write `|=`, so that `.update` always means the database.)"""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            yield node.lineno, f"writes with .{node.func.attr}(); state changes live in actions"
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                if _name(base) in WRITING_BASES:
                    yield node.lineno, f"{_name(base)} writes by itself; call an action"


def no_save_signals(source: str) -> Iterator[Finding]:
    """Nothing happens behind a save: no receivers of Django's model signals."""
    for node in ast.walk(parse(source)):
        if _name(node) in {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}:
            yield _line(node), f"listens to {_name(node)}; announce a fact of your own from the action"


def no_default_order(source: str) -> Iterator[Finding]:
    """Order is chosen where one lists."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                targets = line.targets if isinstance(line, ast.Assign) else []
                if any(_name(target) == "ordering" for target in targets):
                    yield line.lineno, "Meta.ordering; order where you list, ending in pk"


def listed_fields(source: str) -> Iterator[Finding]:
    """Forms and serializers name their fields, so that a new column is never published by accident."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                if not isinstance(line, ast.Assign):
                    continue
                names = {_name(target) for target in line.targets}
                everything = isinstance(line.value, ast.Constant) and line.value.value == "__all__"
                if "exclude" in names or ("fields" in names and everything):
                    yield line.lineno, "fields by exclusion; list them"


def no_raw_sql(source: str) -> Iterator[Finding]:
    """SQL by hand only where test_rules.py says so, and in migrations."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in {"raw", "extra", "cursor", "RawSQL", "executescript"}:
            yield node.lineno, f"raw SQL ({_name(node.func)})"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno, "raw SQL in a text"


def function_views(source: str) -> Iterator[Finding]:
    """Pages are functions."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.ClassDef) and any(_name(base).endswith("View") for base in node.bases):
            yield node.lineno, f"{node.name} is a class; pages are functions"


def no_clock(source: str) -> Iterator[Finding]:
    """The time is passed in."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Call) and re.search(r"\b(timezone|datetime|date)\.(now|today|utcnow|localdate)$",
                                                     _dotted(node.func)):  # fmt: skip
            yield _line(node), f"reads the clock ({_dotted(node.func)}); take `at` from the caller"


def keyword_only(source: str) -> Iterator[Finding]:
    """What changes state takes its arguments by name; every public function says what the caller may rely on."""
    for node in parse(source).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        by_position = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        by_name = {argument.arg for argument in node.args.kwonlyargs}
        changes_state = any(_dotted(decorator).endswith("atomic") for decorator in node.decorator_list)
        if by_position and (changes_state or {"by", "at"} & {*by_position, *by_name}):
            yield node.lineno, f"{node.name}({', '.join(by_position)}) takes arguments by position"
        if not ast.get_docstring(node):
            yield node.lineno, f"{node.name} has no docstring"


def no_database(source: str) -> Iterator[Finding]:
    """Pure modules: values in, values out."""
    impure = ("django.db", "django.http", "django.shortcuts", "rest_framework", "celery")
    for node in ast.walk(parse(source)):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for module in modules:
            if module.startswith(impure):
                yield _line(node), f"imports {module}"


def reversible(source: str) -> Iterator[Finding]:
    """Every migration goes back, and stands without the code of the app as it is today."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in {"RunPython", "RunSQL"}:
            named = {keyword.arg for keyword in node.keywords}
            if len(node.args) < 2 and not named & {"reverse_code", "reverse_sql"}:
                yield node.lineno, f"{_name(node.func)} without its reverse"
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for module in modules:
            if re.match(r"(people|notifications|hiring|training|portal)\b(?!\.migrations)", module):
                yield _line(node), f"imports {module}, which will have changed by the time this runs"


def no_mocks(source: str) -> Iterator[Finding]:
    """Tests meet the real code."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in {"unittest.mock", "mock"}:
            yield node.lineno, "mocks"
        if isinstance(node, ast.ImportFrom) and node.module == "unittest":
            yield from ((node.lineno, "mocks") for alias in node.names if alias.name == "mock")


def short_functions(source: str, limit: int = 40) -> Iterator[Finding]:
    """A function fits on a screen, or says "Long because …". Its docstring and its signature do not count."""
    lines = source.splitlines()
    for node in _functions(source):
        body = node.body[1:] if ast.get_docstring(node) else node.body
        length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
        if length > limit and LONG_BECAUSE not in "\n".join(lines[node.lineno - 1 : node.end_lineno]):
            yield node.lineno, f"{node.name} has {length} lines; the aim is {limit}"


def short_views(source: str) -> Iterator[Finding]:
    """Fetch visible, one action, answer."""
    return short_functions(source, limit=25)


def short_module(source: str) -> Iterator[Finding]:
    """A module can be read in one go, or says "Long because …"."""
    length = source.count("\n")
    if length > 400 and LONG_BECAUSE not in source:
        yield 1, f"{length} lines; the aim is 400"


def short_template(source: str) -> Iterator[Finding]:
    """A template can be read in one go, or says "Long because …"."""
    length = source.count("\n")
    if length > 120 and LONG_BECAUSE not in source:
        yield 1, f"{length} lines; the aim is 120"


# What the content security policy would refuse, or what would let a text become a script.
INLINE = [
    (r"<style\b", "a <style> element; write it in static/css"),
    (r"<[a-z][^<>]*\sstyle\s*=", "a style attribute; write a class"),
    (r"<[a-z][^<>]*\son[a-z]+\s*=", "an on… attribute; bind it in static/js by a data- attribute"),
    (r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")", "an inline script; write a module in static/js"),
    (r"\bhx-on\b", "hx-on"),
    (r"[\"']\s*(javascript|js):", "javascript: or js: in an attribute"),
    (r"hx-trigger\s*=\s*[\"'][^\"']*\[", "a filter in hx-trigger, which needs eval"),
    (r"\|\s*safe\b|\{%\s*autoescape\s+off", "escaping switched off; foundation/markdown.py makes safe HTML"),
]


def strict_markup(source: str) -> Iterator[Finding]:
    """Templates hold no inline style and no script."""
    bare = re.sub(
        r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}", lambda m: "\n" * m[0].count("\n"), source, flags=re.DOTALL
    )
    for pattern, what in INLINE:
        for found in re.finditer(pattern, bare, flags=re.IGNORECASE):
            yield bare.count("\n", 0, found.start()) + 1, what


def strict_script(source: str) -> Iterator[Finding]:
    """Scripts build no code and no markup from text."""
    for found in re.finditer(
        r"\beval\(|new Function\(|\.innerHTML\b|\.outerHTML\s*=|insertAdjacentHTML|document\.write", source
    ):
        yield source.count("\n", 0, found.start()) + 1, f"{found[0]} turns text into code or markup"


def colours_from_tokens(source: str) -> Iterator[Finding]:
    """Colours have names, in static/css/tokens.css, so that light, dark and high contrast change together."""
    bare = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), source, flags=re.DOTALL)
    pattern = r":[^;{}]*(#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lch|lab)\()"
    for found in re.finditer(pattern, bare, flags=re.IGNORECASE):
        yield bare.count("\n", 0, found.start(1)) + 1, f"{found[1]} is not a token"


# The words are put together here, so that this file does not hold what it forbids.
FORBIDDEN = [
    (r"(^|[^A-Za-z0-9_.])/(" + "|".join(["wor" + "k", "far" + "m", "ro" + "ot"]) + ")/", "a path of one machine"),
    ("--(extra-)?index" + "-url|--find" + "-links", "a package index"),
    (r"\b(py" + r"pi\.org|python" + r"hosted\.org|registry\.npm" + r"js\.org)\b", "the host of a package index"),
    (r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b", "work left for later"),
    (r"(?i)\bsub" + r"agents?\b|\blanguage " + r"model\b", "a word that is not about the project"),
]


def clean_text(source: str) -> Iterator[Finding]:
    """Committed files speak of the project alone and hold on any machine."""
    for number, line in enumerate(source.splitlines(), start=1):
        for pattern, what in FORBIDDEN:
            if re.search(pattern, line):
                yield number, what
