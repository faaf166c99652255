"""The floor: the plainest signed-in Django site that shows as many rows. Its settings are floor_settings.py.

It has sessions and sign-in, since every page of ours needs to know its reader, and nothing else: no permissions, no
components, no navigation.
"""

from typing import ClassVar

from django.contrib.auth.decorators import login_required
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

WIDTH = 40


class Row(models.Model):
    """A row of the floor's table: as wide as a line of our lists."""

    name = models.CharField(max_length=150)
    email = models.CharField(max_length=254)
    place = models.CharField(max_length=100)
    state = models.CharField(max_length=20)
    score = models.DecimalField(max_digits=6, decimal_places=4)
    seen_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Row"]] = models.Manager()

    class Meta:
        app_label = "benchmarks"
        indexes = [
            models.Index(fields=["name", "id"], name="benchmarks_rows_by_name"),
            models.Index(fields=["-score", "id"], name="benchmarks_rows_by_score"),
        ]

    def __str__(self) -> str:
        return self.name


@login_required
def rows(request: HttpRequest, count: int) -> HttpResponse:
    """A page of a list."""
    return render(request, "rows.html", {"rows": Row.objects.order_by("name", "pk")[:count]})


@login_required
def ranked(request: HttpRequest, count: int) -> HttpResponse:
    """A page of what was computed before."""
    return render(request, "rows.html", {"rows": Row.objects.order_by("-score", "pk")[:count]})


@login_required
def matrix(request: HttpRequest, count: int) -> HttpResponse:
    """So many lines of forty cells, a row of the table to each cell."""
    cells = list(Row.objects.order_by("name", "pk").values_list("name", "state")[: count * WIDTH])
    lines = [cells[start : start + WIDTH] for start in range(0, len(cells), WIDTH)]
    return render(request, "matrix.html", {"lines": lines})


@login_required
@transaction.atomic
def write(request: HttpRequest, count: int) -> HttpResponse:
    """Change one row and as many beside it in one statement each, then send the reader on."""
    ids = list(Row.objects.order_by("pk").values_list("pk", flat=True)[: count + 1])
    Row.objects.filter(pk=ids[0]).update(seen_at=models.F("seen_at"), state="sent")
    Row.objects.filter(pk__in=ids[1:]).update(score=models.F("score"))
    return redirect("/")


@login_required
def insert(request: HttpRequest, count: int) -> HttpResponse:
    """Add so many rows, then send the reader on."""
    one = Row(name="N", email="n@x.example", place="P", state="new", score=1, seen_at=timezone.now())
    for _each in range(count):
        one.pk = None
        one.save(force_insert=True)
    return redirect("/")


urlpatterns = [
    path("rows/<int:count>", rows),
    path("ranked/<int:count>", ranked),
    path("matrix/<int:count>", matrix),
    path("insert/<int:count>", insert),
    path("write/<int:count>", write),
]
