"""Which house rule holds where, over every file of the project; and that each rule catches a breach."""

import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture import rules

ROOT = Path(__file__).resolve().parents[2]
APPS = ("people", "notifications", "hiring", "training", "recognition")
Rule = Callable[[str], Iterator[rules.Finding]]

# Rule, files, and what is excepted: in which file, how many findings, why.
HOUSE: list[tuple[Rule, str, dict[str, tuple[int, str]]]] = [
    (
        rules.no_writes,
        r"({apps})/(?!actions|migrations).*\.py|portal/(?!settings).*\.py",
        {
            "people/models/person.py": (1, "Django's createsuperuser asks the manager for the first account"),
        },
    ),
    (rules.no_save_signals, r"({apps}|portal|foundation)/.*\.py", {}),
    (rules.no_default_order, r"({apps})/models.*\.py", {}),
    (rules.listed_fields, r"({apps}|foundation|portal)/.*\.py", {}),
    (
        rules.no_raw_sql,
        r"({apps}|foundation|portal)/(?!migrations/).*\.py",
        {
            "foundation/trees.py": (2, "the one place for it: the recursive query, down and up"),
            "notifications/actions/ledger.py": (2, "the step that each mail takes: two rows in one statement"),
            "portal/health.py": (1, "asks the server whether it answers, and no table"),
        },
    ),
    (rules.function_views, r"({apps}|portal)/views.*\.py", {}),
    (
        rules.no_clock,
        r"({apps})/(actions|policies|reports|models)\b.*\.py",
        {
            "people/actions/audit.py": (1, "an entry without a given time is of now, whatever its caller does"),
            "people/models/person.py": (1, "what a person may do is asked in templates and permissions, now"),
        },
    ),
    (rules.keyword_only, r"({apps})/actions\b.*\.py", {}),
    (rules.no_database, r"({apps})/({pure})\.py", {}),
    (rules.reversible, r"({apps})/migrations/.*\.py", {}),
    (rules.no_mocks, r"tests/.*\.py", {}),
    (rules.short_functions, r"({apps}|foundation|portal|bin)/(?!migrations/).*\.py", {}),
    (rules.short_views, r"({apps}|portal)/(views|api/views).*\.py", {}),
    (rules.short_module, r"({apps}|foundation|portal|bin)/(?!migrations/).*\.py|static/.*\.(js|css)", {}),
    (rules.short_template, r"templates/.*\.html", {}),
    # Mail has no stylesheet to link to.
    (rules.strict_markup, r"templates/(?!mail/).*\.html", {}),
    (rules.strict_script, r"static/js/.*\.js", {}),
    (rules.colours_from_tokens, r"static/css/(?!tokens).*\.css", {}),
    (rules.clean_text, r".*", {}),
]

# Rule, a text that breaks it, a text near it that does not.
BREACHES: list[tuple[Rule, str, str]] = [
    (rules.no_writes, "def seal(card):\n    card.save(update_fields=['sealed_at'])", "card = form.cleaned_data"),
    (rules.no_writes, "Person.objects.bulk_create(people)", "context |= {'a': 1}"),
    (rules.no_writes, "class Kits(viewsets.ModelViewSet): ...", "class Kits(viewsets.ReadOnlyModelViewSet): ..."),
    (rules.no_save_signals, "from django.db.models import signals\nsignals.post_save.connect(f)", "sealed.send(f)"),
    (rules.no_default_order, "class Meta:\n    ordering = ['name']", "kits.order_by('name', 'pk')"),
    (rules.listed_fields, "class Meta:\n    fields = '__all__'", "class Meta:\n    fields = ['name']"),
    (rules.listed_fields, "class Meta:\n    exclude = ['name']", "kits.exclude(name='')"),
    (rules.no_raw_sql, "Kit.objects.raw('select 1')", "Kit.objects.filter(pk=1)"),
    (rules.no_raw_sql, "query = 'SELECT a FROM b '", "_('Select a kit from the list')"),
    (rules.no_raw_sql, "with connection.cursor() as c: ...", "cursor = request.GET['cursor']"),
    (rules.function_views, "class Kits(ListView): ...", "class Filter(forms.Form): ..."),
    (rules.no_clock, "card.sealed_at = timezone.now()", "card.sealed_at = at"),
    (rules.no_clock, "today = datetime.date.today()", "today = at.date()"),
    (rules.keyword_only, "def seal(card, at):\n    '''Seal.'''", "def seal(*, card, at):\n    '''Seal.'''"),
    (rules.keyword_only, "@transaction.atomic\ndef seal(card):\n    '''Seal.'''", "def free(a):\n    '''A.'''"),
    (rules.keyword_only, "def seal(*, card): ...", "def _seal(card): ..."),
    (rules.no_database, "from django.db.models import F", "from statistics import mean"),
    (rules.no_database, "import django.http", "from django.utils.translation import gettext"),
    (rules.reversible, "migrations.RunPython(fill)", "migrations.RunPython(fill, unfill)"),
    (rules.reversible, "from people.models import Person", "from people.migrations import triggers"),
    (rules.no_mocks, "from unittest.mock import patch", "from unittest import TestCase"),
    (rules.no_mocks, "from unittest import mock", "import pytest"),
    (rules.short_functions, "def f():\n" + "    a = 1\n" * 41, "def f():\n" + "    a = 1\n" * 40),
    (
        rules.short_functions,
        "def f():\n" + "    a = 1\n" * 41,
        "def f():\n    # Long because it is a table.\n" + "    a = 1\n" * 41,
    ),
    (rules.short_views, "def f():\n" + "    a = 1\n" * 26, "def f():\n" + "    a = 1\n" * 25),
    (rules.short_module, "a = 1\n" * 401, "a = 1\n" * 400),
    (rules.short_template, "<p>\n" * 121, "<p>\n" * 120),
    (rules.strict_markup, "<style>p {}</style>", "{# <style> #}"),
    (rules.strict_markup, '<p class="a"\n style="color: red">', '<p data-style="a">'),
    (rules.strict_markup, '<a href="" onclick="go()">', '<a data-once="a" hx-confirm="one = two">'),
    (rules.strict_markup, "<script>go()</script>", '<script type="module" src="go.js"></script>'),
    (rules.strict_markup, '<p hx-on:click="go()">', '<p hx-get="/">'),
    (rules.strict_markup, '<p hx-vals="js:{a: go()}">', '<p hx-vals="{}">'),
    (rules.strict_markup, '<p hx-trigger="click[ctrlKey]">', '<p hx-trigger="click delay:1s">'),
    (rules.strict_markup, "{{ text|safe }}", "{{ text|safeseq_of_ours }}"),
    (rules.strict_script, "node.innerHTML = text", "node.textContent = text"),
    (rules.colours_from_tokens, "p { color: #fff }", "#fff { color: var(--ink) }"),
    (rules.colours_from_tokens, "p { color: rgb(0 0 0) }", "p { color: color-mix(in srgb, var(--ink) 9%, white) }"),
    (rules.clean_text, "see /ro" + "ot/x", "see /roots"),
    (rules.clean_text, "# TO" + "DO later", "# to do"),
    (rules.clean_text, "https://py" + "pi.org/simple", "https://example.org"),
]


@cache
def _files() -> dict[str, str]:
    """Every text file of the project that git keeps, or would."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    texts = {}
    for name in sorted(set(listed.stdout.splitlines())):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            texts[name] = content.decode()
    return texts


def _configuration():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _pure_modules() -> list[str]:
    """The modules of the lowest layer inside an app."""
    contracts = _configuration()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "app")
    return re.findall(r"\w+", layers[-1])


@pytest.mark.parametrize(("rule", "where", "excepted"), HOUSE, ids=lambda value: getattr(value, "__name__", ""))
def test_rule_holds_in_every_file(rule, where, excepted):
    pattern = re.compile(where.format(apps="|".join(APPS), pure="|".join(_pure_modules())))
    breaches = []
    for name in filter(pattern.fullmatch, _files()):
        found = list(rule(_files()[name]))
        if len(found) > excepted.get(name, (0, ""))[0]:
            breaches += [f"{name}:{line}: {what}" for line, what in found]
    assert not breaches, f"\n{rule.__doc__}\n" + "\n".join(breaches)


@pytest.mark.parametrize(("rule", "where", "excepted"), HOUSE, ids=lambda value: getattr(value, "__name__", ""))
def test_exception_is_still_needed(rule, where, excepted):
    stale = [name for name, (count, _) in excepted.items() if len(list(rule(_files().get(name, "")))) < count]
    assert stale == []


@pytest.mark.parametrize(("rule", "broken", "kept"), BREACHES)
def test_rule_catches_a_breach_and_nothing_near_it(rule, broken, kept):
    assert list(rule(broken))
    assert list(rule(kept)) == []


def test_every_rule_has_a_breach_that_proves_it():
    assert {rule for rule, _, _ in HOUSE} == {rule for rule, _, _ in BREACHES}


def test_names_say_what_a_file_is_for():
    vague = re.compile(r"(.*/)?(utils?|helpers?|common|managers?|services?|data|info|misc)\.py")
    # bin/services.py starts servers, which is what the word means there.
    assert [name for name in _files() if vague.fullmatch(name) and name != "bin/services.py"] == []


def test_migrations_are_numbered_in_one_line():
    for app in APPS:
        numbers = [
            int(found[1]) for name in _files() if (found := re.fullmatch(rf"{app}/migrations/(\d{{4}})_\w+\.py", name))
        ]
        assert numbers == list(range(1, len(numbers) + 1)), app


def test_every_setting_from_the_environment_is_documented():
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z][A-Z0-9_]+)\"", _files()["portal/settings.py"]))
    read |= set(re.findall(r"\$\{([A-Z_]+):-", _files()["Procfile"]))
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", _files()["docs/operations.md"]))
    assert len(read) > 10
    assert read - documented == set()


def test_locks_hold_every_dependency_with_its_hash():
    project = _configuration()["project"]
    for lock, wanted in (
        ("requirements.txt", project["dependencies"]),
        ("requirements-dev.txt", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        text = _files()[lock]
        locked = set(re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE))
        assert {re.split(r"[\[<>=]", name)[0].lower() for name in wanted} - locked == set()
        assert text.count("==") <= len(re.findall(r"==[^\n]+\\\n    --hash=sha256:[0-9a-f]{64}", text)) + text.count(
            " ; "
        )


def test_both_locks_agree():
    def versions(lock):
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", _files()[lock], flags=re.MULTILINE))

    runtime, dev = versions("requirements.txt"), versions("requirements-dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_contracts_name_every_package():
    contracts = _configuration()["tool"]["importlinter"]
    packages = {name.split("/")[0] for name in _files() if re.fullmatch(r"\w+/__init__\.py", name)}
    assert packages - {"tests", "benchmarks"} == set(contracts["root_packages"])
    inside = next(contract for contract in contracts["contracts"] if contract["id"] == "app")
    assert set(inside["containers"]) == set(APPS) == packages - {"tests", "benchmarks", "foundation", "portal"}
