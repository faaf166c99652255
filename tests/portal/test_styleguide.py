"""The living style page shows everything, to those who build pages and nobody else."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import Http404, HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import path

from foundation.templatetags import ui
from portal.styleguide import styleguide

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("", lambda request: HttpResponse(), name="home")]

# Written by layouts, not by pages.
OF_THE_LAYOUT = {"message_box", "page_url", "phone_items", "fields", "confirm"}


def ask(**person):
    request: Any = RequestFactory().get("/styleguide/")
    request.user = SimpleNamespace(is_authenticated=False, **person)
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


@pytest.mark.parametrize("person", [{}, {"is_staff": False}])
def test_nobody_else_learns_of_the_style_page(person):
    with pytest.raises(Http404):
        styleguide(ask(**person))


def test_staff_see_it_with_one_title_and_no_id_twice():
    html = styleguide(ask(is_staff=True)).content.decode()
    assert html.count("<h1>") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    # The form stands there twice: as it opens and after a mistake.
    assert {one for one in ids if ids.count(one) > 1 and not one.startswith("id_")} == set()


def test_builders_see_it_in_debug_mode(settings):
    settings.DEBUG = True
    assert styleguide(ask()).status_code == 200


def test_it_shows_every_component():
    source = get_template("styleguide.html").template.source  # type: ignore[attr-defined]
    used = set(re.findall(r"{%\s*(\w+)", source))
    assert set(ui.register.tags) - OF_THE_LAYOUT - used == set()
