"""What pages weigh on the way to a browser, with the static files of production: cold, and once the files are there.

    python -m benchmarks.weight

Builds the static files into a folder of its own, as an installation does, renders pages of an organisation of 1,000
candidates, and adds up each page and every file it asks for, directly or through another, in gzip.
"""

import gzip
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

ROOT = Path(__file__).resolve().parent.parent
COLD, WARM = 60_000, 15_000
PAGES = ("sign-in", "my work of a recruiter", "candidates", "pipeline board", "application", "comparison", "debrief")
_IN_HTML = re.compile(r"""<(?:link|script|img|use|source)\b[^>]*?\b(?:href|src)="([^"#]+)""")
_FETCHED = re.compile(r"""<link\b[^>]*\brel="(?:stylesheet|icon|modulepreload)"[^>]*>|<(?:script|img|use)\b[^>]*>""")
_IN_CSS = re.compile(r"""url\(\s*["']?([^"')#]+)""")
_IN_JS = re.compile(r"""^(?:import|export)\b[^"'();]*["']([^"'\s]+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class Weight:
    """Bytes in gzip: the page alone, and with every file it needs."""

    name: str
    warm: int
    cold: int
    files: int


class Missing(Exception):
    """A page or a file asks for a file that the installation does not have; the text says which."""


def main() -> None:
    if "--inside" in sys.argv:
        print(json.dumps([vars(weight) for weight in weigh()]))
        return
    for weight in measure():
        over = " over" if weight.warm > WARM or weight.cold > COLD else ""
        print(f"{weight.name}: {weight.warm:,} warm, {weight.cold:,} cold, {weight.files} files{over}")


def measure() -> list[Weight]:
    """Weigh in a process of its own, since production is chosen when settings load."""
    with tempfile.TemporaryDirectory(prefix="rapport-weight-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "RAPPORT_DEMO"}}
        environment |= {
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "rapport.example",
            "PUBLIC_URL": "https://rapport.example",
            "DATABASE_URL": f"sqlite:///{folder}/weight.sqlite3",
            "MEDIA_ROOT": folder,
            "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "WEIGHT_FOLDER": folder,
        }
        command = [sys.executable, "-m", "benchmarks.weight", "--inside"]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("The weighing failed, and says why above.")
    return [Weight(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def weigh() -> list[Weight]:
    """Each page of PAGES; raises Missing."""
    import django
    from django.conf import settings

    static = Path(os.environ["WEIGHT_FOLDER"]) / "static"
    settings.STATIC_ROOT = static
    django.setup()

    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from benchmarks import pages, volume
    from people.actions import sessions

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    built = volume.build(1000)
    found = []
    for page in pages.PAGES:
        if page.name not in PAGES:
            continue
        client = Client(HTTP_HOST="rapport.example")
        if page.reader != "nobody":
            client.force_login(getattr(built, page.reader))
            session = client.session
            sessions.mark_signed_in(session=session, second_factor=True, at=timezone.now())
            session.save()
        answer = client.get(page.requests(built)[0][0], secure=True)
        if answer.status_code != 200:
            raise SystemExit(f"{page.name} answered {answer.status_code}.")
        html = answer.content.decode()
        files = _everything(html, static, settings.STATIC_URL)
        warm = len(gzip.compress(html.encode(), 6))
        found.append(Weight(page.name, warm, warm + sum(map(_size, files)), len(files)))
    return found


def _everything(html: str, static: Path, prefix: str) -> set[Path]:
    """The files that the page asks for, and those that they ask for in turn."""
    waiting = [match[1] for tag in _FETCHED.findall(html) for match in [_IN_HTML.search(tag)] if match]
    found: set[Path] = set()
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        if not path.startswith(prefix):
            continue
        file = static / path.removeprefix(prefix)
        if file in found:
            continue
        if not file.is_file():
            raise Missing(f"{address} is asked for and is not there.")
        found.add(file)
        if file.suffix in {".css", ".js"}:
            asked = (_IN_CSS if file.suffix == ".css" else _IN_JS).findall(file.read_text())
            waiting += [urljoin(path, each) for each in asked if not each.startswith("data:")]
    return found


def _size(file: Path) -> int:
    """In gzip where the installation has it so, else as it is."""
    packed = file.with_name(file.name + ".gz")
    return (packed if packed.exists() else file).stat().st_size


if __name__ == "__main__":
    main()
