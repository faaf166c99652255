"""A drop-down written in one go says what Django's own says."""

import pytest
from django import forms
from django.test.html import parse_html

from people.forms.fields import QuickSelect, zone_choices

HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("choices", "value"),
    [
        ([("", "All"), ("1", "A & B"), (2, "C")], "2"),
        ([("", "All"), (2, "C")], 2),
        ([("", "All"), (2, "C")], None),
        ([(HOSTILE, HOSTILE)], HOSTILE),
        ([(HOSTILE, [(1, HOSTILE)]), ("Second", [(2, "b"), (3, "c")])], 3),
        (zone_choices(), "Europe/London"),
        ([], ""),
    ],
)
def test_it_says_what_the_slow_one_says(choices, value):
    attrs = {"id": "id_n", "required": True, "aria-describedby": "n_help", "class": HOSTILE}
    ours, django = (kind(choices=choices).render("n", value, attrs) for kind in (QuickSelect, forms.Select))
    assert parse_html(ours) == parse_html(django)
    assert "<script" not in ours
