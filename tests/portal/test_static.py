"""Static files and pages as production sends them."""

import gzip
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.core.management import call_command

from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    from django.test import override_settings

    root = tmp_path_factory.mktemp("static")
    staticfiles = {"BACKEND": "portal.static_storage.StaticStorage"}
    with override_settings(STATIC_ROOT=root, STORAGES={**storages.backends, "staticfiles": staticfiles}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


def test_modules_import_each_other_by_hashed_names_that_exist(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    modules = [name for name in names if name.startswith("js/")]
    imports = {
        imported
        for module in modules
        for imported in re.findall(r'^import\b[^"]*"([^"]+)"', (collected / names[module]).read_text(), re.MULTILINE)
    }
    assert imports  # scorecard.js is made of several
    assert all(re.fullmatch(r"\./[\w-]+\.[0-9a-f]{12}\.js", imported) for imported in imports)
    assert all((collected / "js" / imported).is_file() for imported in imports)


def test_every_static_file_of_ours_is_there_under_its_hashed_name_and_packed(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in ("css/tokens.css", "css/components.css", "icons.svg", "js/scorecard.js"):
        assert finders.find(name)
        file = collected / names[name]
        assert gzip.decompress(file.with_name(f"{file.name}.gz").read_bytes()) == file.read_bytes()


def test_pages_are_packed_for_browsers_that_unpack(client):
    client.force_login(cast.make_person())
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert b"My work" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2
