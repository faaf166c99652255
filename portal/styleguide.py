"""The living style page: every component in all its states, for those who build pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from foundation import charts
from foundation.templatetags.ui import ICONS

ANCHORS = (
    "Talks over the customer's feeling, or blames them for it.",
    "Says a polite phrase, then goes on with the script.",
    "Names the feeling and lets the customer finish.",
    "Names it, asks one question about it, and acts on the answer.",
    "Does all that and checks later whether the customer was well served.",
)


@dataclass(frozen=True)
class Someone:
    """As much of a person as the components ask for."""

    name: str
    photo_url: str = ""

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return "#people"


class SpecimenForm(forms.Form):
    """One field of each sort; bound to bad values it shows the errors."""

    title = forms.CharField(label="Title", max_length=80, help_text="As the candidate will read it.")
    email = forms.EmailField(label="E-mail")
    team = forms.ChoiceField(
        label="Team", choices=[("", "Choose a team"), ("a", "Contact centre"), ("b", "Front desk")]
    )
    starts = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    seats = forms.IntegerField(label="Seats", min_value=1)
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seat = forms.ChoiceField(
        label="Seat on the panel",
        choices=[("lead", "Lead"), ("member", "Member"), ("shadow", "Shadow")],
        widget=forms.RadioSelect,
        help_text="A shadow writes a scorecard that never counts.",
    )
    days = forms.MultipleChoiceField(
        label="Working days",
        required=False,
        choices=[("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday")],
        widget=forms.CheckboxSelectMultiple,
    )
    blind = forms.BooleanField(
        label="Blind opening", required=False, help_text="Panellists see no name and no file until reveal."
    )
    cv = forms.FileField(label="CV", required=False, help_text="PDF or Word, up to 10 MB.")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Everything at once, with made-up data; nobody but builders and staff can know of it."""
    if not (settings.DEBUG or getattr(settings, "RAPPORT_DEMO", False) or getattr(request.user, "is_staff", False)):
        raise Http404
    for level, text in (
        (messages.SUCCESS, "Your scorecard is in. It stays sealed until the last one of the panel."),
        (messages.WARNING, "Two of the panel are on leave that day."),
        (messages.ERROR, "The file is larger than 10 MB. Choose a smaller one."),
    ):
        messages.add_message(request, level, text)
    now = timezone.now()
    return render(
        request,
        "styleguide.html",
        {
            "icons": sorted(ICONS),
            "anchors": ANCHORS,
            "tones": ("plain", "info", "success", "warning", "danger"),
            "kinds": ("primary", "plain", "quiet", "danger"),
            "people": [
                Someone(name) for name in ("Asha Varga", "Bram de Wit", "Chidi Okafor", "Dana Fogel", "Élodie Marchand")
            ],
            "panel": [(Someone("Asha Varga"), "Lead"), (Someone("Bram de Wit"), "Member")],
            "form": SpecimenForm(),
            "bad_form": SpecimenForm(
                {"title": "", "email": "asha at example", "seats": "0", "seat": "", "starts": "soon"}
            ),
            "rows": _rows(now),
            "moments": _moments(now),
            "now": now,
            "today": timezone.localdate(now),
            "figures": figures(),
        },
    )


def _moments(now: datetime) -> dict[str, datetime]:
    return {
        "just": now - timedelta(seconds=20),
        "past": now - timedelta(hours=3),
        "old": now - timedelta(days=400),
        "soon": now + timedelta(hours=5),
        "later": now + timedelta(days=4, hours=3),
        "late": now - timedelta(days=2, hours=2),
    }


def _rows(now: datetime) -> list[dict[str, object]]:
    names = ("Marta Nowak", "Idris Bello", "Jun Takahashi", "Sofia Lindqvist", "Peter Osei", "Lena Brandt")
    states = (
        ("Scored", "success"),
        ("Interview today", "info"),
        ("Waiting on scores", "warning"),
        ("New", "plain"),
        ("Not going on", "danger"),
        ("Scored", "success"),
    )
    means = (
        (4.3, 3.9, 4.7, 4),
        (None, None, None, 0),
        (3.6, 2.8, 4.4, 2),
        (None, None, None, 0),
        (2.2, 1.7, 2.7, 4),
        (3.9, 3.4, 4.4, 3),
    )
    return [
        {
            "person": Someone(name),
            "state": state[0],
            "tone": state[1],
            "mean": mean,
            "at": now - timedelta(days=index * 3, hours=index),
            "stage": ("Panel interview", "First call", "Panel interview", "Applied", "Panel interview", "Trial shift")[
                index
            ],
            "days": (2, 0, 6, 1, 14, 3)[index],
        }
        for index, (name, state, mean) in enumerate(zip(names, states, means, strict=True))
    ]


def figures() -> list[charts.Figure]:
    """One of every chart, with data that shows what it is for."""
    return [_profile(), _intervals(), _funnel(), _durations(), _matrix()]


def _profile() -> charts.Figure:
    panel = ("Asha", "Bram", "Chidi", "Dana")
    ratings = (
        ("Empathy", (4, 5, 4, 4), None, 0),
        ("Active listening", (3, 4, 4, 5), None, 0),
        ("Recovery (AWARE)", (2, 5, 3, 4), None, 0),
        ("Judgement about rules", (3, 3, 2), 3.0, 1),
        ("Plain, genuine speech, without a script", (5, 4, 5, 5), None, 0),
        ("Teamwork and lifting others", (), None, 4),
    )
    rows = []
    for label, values, must_have, silent in ratings:
        mean = sum(values) / len(values) if values else None
        spread = (max(values) - min(values)) / 4 + 0.25 if values else 0
        rows.append(
            charts.ProfileRow(
                label=label,
                dots=[charts.Dot(name, value, "#charts") for name, value in zip(panel, values, strict=False)],
                mean=mean,
                low=None if mean is None else max(1, mean - spread),
                high=None if mean is None else min(5, mean + spread),
                href="#charts",
                must_have=must_have,
                no_evidence=silent,
            )
        )
    return charts.profile("Marta Nowak, panel interview", rows)


def _intervals() -> charts.Figure:
    people = (
        ("Marta Nowak", 4.31, 3.92, 4.7, 4, False),
        ("Lena Brandt", 4.05, 3.5, 4.6, 3, True),
        ("Jun Takahashi", 3.64, 2.85, 4.43, 2, True),
        ("Idris Bello", 3.1, 2.75, 3.45, 4, False),
        ("Peter Osei", 2.2, 1.72, 2.68, 4, False),
        ("Sofia Lindqvist", None, None, None, 0, False),
    )
    rows = [
        charts.IntervalRow(label, value, low, high, count, "#charts", tied=tied)
        for label, value, low, high, count, tied in people
    ]
    return charts.intervals("Candidates compared, panel interview", rows)


def _funnel() -> charts.Figure:
    stages = (
        ("Applied", 212),
        ("First call", 96),
        ("Panel interview", 31),
        ("Trial shift", 12),
        ("Offer", 5),
        ("Hired", 4),
    )
    return charts.funnel("Pipeline of Contact-centre agent", [charts.Stage(label, n, "#charts") for label, n in stages])


def _durations() -> charts.Figure:
    rows: tuple[tuple[str, float, float, float, int], ...] = (
        ("Applied", 2, 1, 4, 212),
        ("First call", 5.5, 3, 9, 96),
        ("Panel interview", 11, 7, 19, 31),
        ("Trial shift", 4, 3, 6, 12),
    )
    return charts.durations("Time in stage", [charts.Duration(*row, href="#charts") for row in rows])


def _matrix() -> charts.Figure:
    columns = ("Empathy", "Listening", "Ownership", "Composure", "Recovery")
    rows = (
        ("Contact centre, evening", (4.2, 3.1, 2.4, 3.6, 1.8)),
        ("Contact centre, day", (4.6, 4.1, 3.3, 3.9, 2.9)),
        ("Front desk", (3.8, 4.4, 4.9, None, 3.2)),
    )
    return charts.matrix(
        "Mean rating by team and competency",
        columns,
        [
            charts.MatrixRow(
                label,
                [charts.Cell(value, "" if value else "fewer than 5", "#charts" if value else "") for value in values],
                "#charts",
            )
            for label, values in rows
        ],
    )
