"""A scorecard: filled in while somebody speaks, looked over, sealed, read. Saving as one types is in autosave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Conflict, Invalid, Refused
from hiring import policies
from hiring.actions import scorecards as actions
from hiring.actions.scorecards import QuestionInput, RatingInput, ScorecardInput
from hiring.forms.scorecards import NO_EVIDENCE, LaterRecommendationForm, LaterScoreForm, ScorecardForm, SubmitForm
from hiring.models import Interview, KitCompetency, Panellist, Scorecard
from hiring.reports import interviews as interview_reports
from hiring.reports import scorecards as reports
from hiring.reports.interviews import Section
from hiring.views.interviews import visible_interview
from hiring.views.library import show_refusal
from people.requests import PersonRequest

ONE, ALL = "one", "all"


@dataclass
class Desk:
    """What a panellist has before them: the interview, the kit's sections, their own scorecard as it is stored."""

    interview: Interview
    seat: Panellist
    scorecard: Scorecard | None
    differences: list[reports.Difference] = field(default_factory=list)

    @cached_property
    def sections(self) -> list[Section]:
        """Read when they are asked for: whoever seals what was written needs none of them."""
        return interview_reports.sections(self.interview.kit_version_id)

    @property
    def revision(self) -> int:
        return self.scorecard.revision if self.scorecard else 0

    @property
    def competencies(self) -> list[KitCompetency]:
        return [section.competency for section in self.sections]

    @property
    def stored(self) -> reports.Values:
        return reports.values(self.sections, self.scorecard)

    def load(self) -> None:
        """Read the scorecard anew."""
        self.scorecard = reports.own_scorecard(self.seat)

    def form(self, person_pk: int, data: Any = None) -> ScorecardForm:
        """The form, holding what is stored, or `data` where somebody typed."""
        initial = {} if data else {**self.stored, "revision": self.revision, "person": person_pk, "seconds": 0}
        return ScorecardForm(data, sections=self.sections, initial=initial)


def desk(request: PersonRequest, pk: int, *, shown: bool = True) -> Desk:
    """The reader's own desk at an interview: 404 for whoever may not know of it, 403 for whoever does not sit on it.
    Not `shown`, it holds no more than is needed to store or seal what was written, and no name."""
    rows = Interview.objects.visible_to(request.user)
    if shown:
        related = ("application__candidate", "application__opening", "stage", "kit_version__kit")
        rows = rows.with_mask(request.user).select_related(*related)
    interview = get_object_or_404(rows, pk=pk)
    seat = policies.seat_of(request.user, interview)
    if seat is None:
        raise PermissionDenied
    return Desk(interview, seat, reports.own_scorecard(seat) if shown else getattr(seat, "scorecard", None))


def store(request: PersonRequest, at_desk: Desk, form: ScorecardForm) -> None:
    """Store what was typed. Raises Refused; after a Conflict the desk holds what is stored now and how it differs.

    What was typed and what is stored may be the same: an answer that got lost on the way is no conflict.
    """
    if form.cleaned_data["person"] != request.user.pk:
        raise Refused(_("Somebody else is signed in on this device now, so nothing was stored."), code="other_person")
    typed, now = form.typed(), timezone.now()
    revision = form.cleaned_data["revision"]
    data = _given(typed, form.cleaned_data["seconds"] or 0)
    try:
        actions.write_scorecard(interview=at_desk.interview, person=request.user, revision=revision, data=data, at=now)
    except Conflict:
        at_desk.load()
        at_desk.differences = reports.differences(at_desk.sections, typed, at_desk.stored)
        if at_desk.differences:
            raise
    else:
        at_desk.load()


@require_http_methods(["GET", "POST"])
def scorecard_fill(request: PersonRequest, pk: int) -> HttpResponse:
    at_desk = desk(request, pk)
    if turned_away := _turned_away(request, at_desk):
        return turned_away
    form = at_desk.form(request.user.pk, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                store(request, at_desk, form)
            except Conflict as conflict:
                form, status = _merged(at_desk, request), 409
                form.add_error(None, str(conflict))
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return _onward(request, at_desk)
    return render(request, "hiring/scorecard_fill.html", _fill_context(request, at_desk, form), status=status)


def _turned_away(request: PersonRequest, at_desk: Desk) -> HttpResponse | None:
    """Where somebody belongs who has nothing to fill in: read what is sealed, or prepare."""
    interview, scorecard = at_desk.interview, at_desk.scorecard
    if scorecard is not None and scorecard.is_submitted:
        messages.info(request, _("Your scorecard is sealed, so it can't be changed any more."))
        return redirect(scorecard)
    if not interview.is_live:
        messages.info(request, _("This interview was called off, so there is nothing to score."))
        return redirect(scorecard or interview)
    if scorecard is None and not interview.has_begun(timezone.now()):
        messages.info(request, _("Your scorecard opens half an hour before the interview."))
        return redirect(interview)
    return None


def _merged(at_desk: Desk, request: PersonRequest) -> ScorecardForm:
    """The form as typed, on top of what is stored now: saving it once more means it."""
    data = request.POST.copy()
    data["revision"] = str(at_desk.revision)
    form = at_desk.form(request.user.pk, data)
    form.is_valid()
    return form


def _onward(request: PersonRequest, at_desk: Desk) -> HttpResponse:
    """After saving without JavaScript: to the review, to another competency, to the other view."""
    did = request.POST.get("do", "")
    if did == "review":
        return redirect("hiring:scorecard-review", at_desk.interview.pk)
    step = {"previous": -1, "next": 1}.get(did, 0)
    wanted = {"at": str(_place(request.POST.get("go") or request.POST.get("at"), at_desk, step=step))}
    if did in {ONE, ALL}:
        wanted["view"] = did
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('hiring:scorecard-fill', args=[at_desk.interview.pk])}?{urlencode(wanted)}")


def _place(wanted: str | None, at_desk: Desk, *, step: int = 0) -> int:
    """Which page of the form: 1 to the number of competencies, then the recommendation."""
    number = int(wanted) if wanted and wanted.isdecimal() and len(wanted) < 4 else 1
    return min(max(number + step, 1), len(at_desk.sections) + 1)


def _fill_context(request: PersonRequest, at_desk: Desk, form: ScorecardForm) -> dict[str, Any]:
    if request.GET.get("view") in {ONE, ALL}:
        request.session["scorecard_view"] = request.GET["view"]
    parts = [_part(form, section) for section in at_desk.sections]
    version = at_desk.interview.kit_version
    return {
        "desk": at_desk,
        "interview": at_desk.interview,
        "form": form,
        "parts": parts,
        "last": len(parts) + 1,
        "at": _place(request.POST.get("at") or request.GET.get("at"), at_desk),
        "view": request.session.get("scorecard_view", ONE),
        "minutes": version.length_minutes,
        "draft_key": _draft_key(request.user.pk, at_desk.interview.pk),
    }


def _draft_key(person: int, interview: int) -> str:
    """With this the browser locks what it keeps on the device: nobody reads it without signing in as its author."""
    return salted_hmac("hiring.drafts", f"{person}:{interview}", algorithm="sha256").hexdigest()


def _part(form: ScorecardForm, section: Section) -> dict[str, Any]:
    pk = section.competency.pk
    rating = form[f"rating-{pk}"]
    return {
        "section": section,
        "rating": rating,
        "value": rating.value(),
        "evidence": form[f"evidence-{pk}"],
        "asked": [
            {"question": question, "state": form[f"state-{question.pk}"], "notes": form[f"notes-{question.pk}"]}
            for question in section.questions
        ],
    }


@require_GET
def scorecard_review(request: PersonRequest, pk: int) -> HttpResponse:
    at_desk = desk(request, pk)
    if turned_away := _turned_away(request, at_desk):
        return turned_away
    if at_desk.scorecard is None:
        return redirect("hiring:scorecard-fill", pk)
    missing = actions.missing_from(at_desk.scorecard, at_desk.competencies)
    return _review_page(request, at_desk, at_desk.scorecard, missing)


@require_POST
def scorecard_submit(request: PersonRequest, pk: int) -> HttpResponse:
    at_desk = desk(request, pk, shown=False)
    if turned_away := _turned_away(request, at_desk):  # a second click, or the back button: it is sealed already
        return turned_away
    form = SubmitForm(request.POST)
    if at_desk.scorecard is None or not form.is_valid():
        return redirect("hiring:scorecard-fill", pk)
    try:
        scorecard = actions.submit_scorecard(
            scorecard=at_desk.scorecard, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except Invalid as incomplete:
        at_desk.interview = visible_interview(request, pk)
        return _review_page(request, at_desk, at_desk.scorecard, incomplete.errors)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("hiring:scorecard-review", pk)
    messages.success(request, _("Your scorecard is sealed."))
    return redirect(scorecard)


def _review_page(
    request: PersonRequest, at_desk: Desk, scorecard: Scorecard, missing: dict[str, list[str]]
) -> HttpResponse:
    context = {
        "interview": at_desk.interview,
        "sheet": reports.sheet(scorecard, at_desk.sections),
        "missing": _missing_links(at_desk.sections, missing),
        "form": SubmitForm(initial={"revision": scorecard.revision}),
        "last": len(at_desk.sections) + 1,
    }
    status = 422 if missing and request.method == "POST" else 200
    return render(request, "hiring/scorecard_review.html", context, status=status)


def _missing_links(sections: Sequence[Section], missing: dict[str, list[str]]) -> list[tuple[int, str, str]]:
    """(page of the form, field, what to do) for each thing that is missing."""
    places = {str(section.competency.pk): place for place, section in enumerate(sections, start=1)}
    return [
        (places.get(name.partition("-")[2], len(sections) + 1), f"id_{name}" if "evid" in name else name, sentence)
        for name, sentences in missing.items()
        for sentence in sentences
    ]


@require_GET
def scorecard_detail(request: PersonRequest, pk: int) -> HttpResponse:
    scorecard = _readable(request, pk)
    interview = visible_interview(request, scorecard.panellist.interview_id)
    actions.note_reading(scorecard=scorecard, by=request.user, at=timezone.now())
    own = scorecard.panellist.person_id == request.user.pk
    context = {
        "interview": interview,
        "scorecard": scorecard,
        "sheet": reports.sheet(scorecard, interview_reports.sections(interview.kit_version_id)),
        "own": own,
        "sees_seal": policies.can_see_progress(request.user, interview) and interview.is_revealed,
        "can_add_later_view": policies.can_add_later_view(request.user, scorecard),
        "can_fill": own and policies.can_fill_scorecard(request.user, interview),
    }
    return render(request, "hiring/scorecard_detail.html", context)


@require_http_methods(["GET", "POST"])
def later_view_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Of one competency (`?of=<id>`) or, without, of the recommendation."""
    scorecard = _readable(request, pk)
    if not policies.can_add_later_view(request.user, scorecard):
        raise PermissionDenied
    interview = scorecard.panellist.interview
    number = request.GET.get("of", "")
    of = None
    if number:
        wanted = interview.kit_version.competencies.filter(pk=number if number.isdecimal() else 0)
        of = get_object_or_404(wanted)
    form = (LaterScoreForm if of else LaterRecommendationForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_later_view(
                scorecard=scorecard, competency=of, by=request.user, at=timezone.now(), **_view_given(form.cleaned_data)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your later view stands beside the first."))
            return redirect(scorecard)
    first = scorecard.ratings.filter(competency=of).first() if of else None
    shown = visible_interview(request, interview.pk)
    context = {"scorecard": scorecard, "interview": shown, "of": of, "form": form, "first": first}
    return render(request, "hiring/scorecard_later.html", context, status=422 if form.errors else 200)


def _view_given(cleaned: dict[str, Any]) -> dict[str, Any]:
    given = dict(cleaned)
    if "score" in given:
        score = given.pop("score")
        given |= {"score": None, "no_evidence": True} if score == NO_EVIDENCE else {"score": int(score)}
    return given


def _given(typed: dict[str, str], seconds: int) -> ScorecardInput:
    """The form's fields as the action takes them; what was not sent stays as it is."""
    ratings, questions = {}, {}
    for name, text in typed.items():
        kind, _dash, number = name.partition("-")
        if kind == "evidence":
            score = typed[f"rating-{number}"]
            ratings[int(number)] = RatingInput(
                score=int(score) if score not in {"", NO_EVIDENCE} else None,
                no_evidence=score == NO_EVIDENCE,
                evidence=text,
            )
        elif kind == "notes":
            questions[int(number)] = QuestionInput(state=typed[f"state-{number}"], notes=text)
    recommendation = typed.get("recommendation", "")
    return ScorecardInput(
        ratings=ratings,
        questions=questions,
        recommendation=int(recommendation) if recommendation else None,
        summary=typed.get("summary"),
        seconds=seconds,
    )


def _readable(request: PersonRequest, pk: int) -> Scorecard:
    related = ("panellist__person", "panellist__interview__kit_version", "panellist__interview__application__opening")
    return get_object_or_404(Scorecard.objects.visible_to(request.user).select_related(*related), pk=pk)
