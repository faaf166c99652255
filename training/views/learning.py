"""What a learner does: my training, an assignment, its parts."""

from collections.abc import Callable
from functools import wraps
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.errors import Conflict, Refused
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from training import policies
from training.actions import evidence, sign_offs
from training.actions import learning as actions
from training.contents import External, LiveSession, Practice, Quiz, Scenario
from training.forms.assignments import AskForm, HandInForm, WriteForm
from training.models import Assignment, Attempt, Booking, ModulePart, PartRecord, SignOff
from training.reports import learning as reports
from training.reports.files import documents_of, files_for, shown, video_of
from training.reports.paths import name_of, open_paths, read
from training.reports.sessions import coming_of
from training.reports.skills import gap_behind
from training.reports.standings import standing_of
from training.reports.waits import waits_of
from training.views.answers import answers_from

CHANCE = SystemRandom()
Kind = ModulePart.Kind
TOLD_WITH = (
    "person", "module", "version", "assigned_by", "completion__revocation__by", "waiver", "rule__skill", "path__path",
)  # fmt: skip


@require_GET
def mine(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    paths = read(open_paths(request.user), at=at, people=[request.user])
    open_now, standings = reports.open_and_paths_of(request.user, at=at, paths=paths)
    context = {
        "paths": paths.lines(standings),
        "open": open_now,
        "done": reports.done_by(request.user),
        "observing": SignOff.objects.waiting_on(request.user).count(),
        "today": timezone.localtime(at).date(),
    }
    return render(request, "training/mine.html", context)


@require_GET
def assignment_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Why, by when, how far; for the learner, where to go on; for whoever may change it, how."""
    visible = reports.with_progress(Assignment.objects.visible_to(request.user))
    assignment = get_object_or_404(visible.select_related(*TOLD_WITH), pk=pk)
    at = timezone.now()
    lines = reports.lines_of(assignment)
    context = {
        "assignment": assignment,
        "module": assignment.module,
        "standing": standing_of(assignment, at=at),
        "gap": gap_behind(assignment.rule, assignment.person, at=at),
        "lines": lines,
        "next": reports.next_of(lines),
        "extensions": assignment.extensions.select_related("by").order_by("pk"),
        "cycles": Assignment.objects.filter(person=assignment.person_id, module=assignment.module_id)
        .select_related("completion")
        .order_by("-cycle"),
        "evidence": reports.evidence_of(assignment, lines, request.user),
        "is_mine": policies.can_learn(request.user, assignment),
        "waits": waits_of(assignment, at=at),
        "step": name_of(assignment),
        "can_change": assignment.is_open and policies.can_change_assignment(request.user, assignment),
    }
    return render(request, "training/assignment_detail.html", context)


View = Callable[[PersonRequest, int, int], HttpResponse]


def _first_things_first(view: View) -> View:
    """What waits for another module is not begun: back to its page, which says why."""

    @wraps(view)
    def answer(request: PersonRequest, pk: int, part: int) -> HttpResponse:
        try:
            return view(request, pk, part)
        except Refused as refusal:
            if refusal.code != "waits":
                raise
            return redirect("training:assignment-detail", pk)

    return answer


@require_GET
@_first_things_first
def part_detail(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    """The player: one part, to read. A module is started by the first thing that is done in it, not by looking."""
    assignment, found = _part(request, pk, part)
    actions.refuse_waiting(assignment=assignment, at=timezone.now())
    return _player(request, _looked_at(assignment, found), {"plays": "play" in request.GET})


@require_POST
@_first_things_first
def part_done(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    record = _record(*_part(request, pk, part, Kind.LESSON))
    try:
        actions.finish_lesson(record=record, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _onward(record)


@require_POST
@_first_things_first
def part_write(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    assignment, found = _part(request, pk, part, Kind.WRITING)
    form = WriteForm(request.POST)
    if not form.is_valid():
        return _player(request, _looked_at(assignment, found), {"form": form}, status=422)
    record, finish = _record(assignment, found), request.POST.get("do") == "finish"
    try:
        actions.save_writing(record=record, finish=finish, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return _player(request, record, {"refusal": str(refusal), "form": form}, status=status)
    return _onward(record) if record.done_at else redirect("training:part-detail", pk, part)


@require_POST
@_first_things_first
def part_try(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    """Begin an attempt at a quiz or a conversation, or go on with the one that is open."""
    record = _record(*_part(request, pk, part, Kind.QUIZ, Kind.SCENARIO))
    try:
        actions.start_attempt(record=record, chance=CHANCE, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("training:part-detail", pk, part)


@require_POST
def part_answer(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    """Hand in a quiz."""
    attempt = _attempt(request, *_part(request, pk, part, Kind.QUIZ))
    try:
        answers = answers_from(request.POST, attempt, attempt.record.part)
        actions.submit_quiz(attempt=attempt, answers=answers, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("training:part-detail", pk, part)


@require_POST
def part_choose(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    """Say something in a conversation."""
    attempt = _attempt(request, *_part(request, pk, part, Kind.SCENARIO))
    try:
        actions.choose(
            attempt=attempt, step=_number(request, "step"), choice=_number(request, "choice"), at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('training:part-detail', args=[pk, part])}#now")


@require_POST
@_first_things_first
def part_ask(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    """Ask somebody to judge a practice."""
    assignment, found = _part(request, pk, part, Kind.PRACTICE)
    observers = {person.pk: person for person in reports.observers_for(assignment, at=timezone.now())}
    form = AskForm(request.POST, observers=[(pk, str(person)) for pk, person in observers.items()])
    if not form.is_valid():
        return _player(request, _looked_at(assignment, found), {"form": form}, status=422)
    record = _record(assignment, found)
    try:
        sign_offs.ask_for_sign_off(
            record=record,
            observer=observers[form.cleaned_data["observer"]],
            note=form.cleaned_data["note"],
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Asked. While you wait, and have done the rest, you are not late for this."))
    return redirect("training:part-detail", pk, part)


@require_POST
@_first_things_first
def part_hand_in(request: PersonRequest, pk: int, part: int) -> HttpResponse:
    """Hand in what shows that it was learned elsewhere."""
    assignment, found = _part(request, pk, part, Kind.EVIDENCE)
    judges = {one.pk: one for one in reports.observers_for(assignment, at=timezone.now(), colleagues=False)}
    form = HandInForm(request.POST, request.FILES, observers=[(pk, str(one)) for pk, one in judges.items()])
    if form.is_valid():
        typed = form.cleaned_data | {"observer": judges[form.cleaned_data["observer"]]}
        upload = typed.pop("file")
        name = upload.name if upload else ""
        record = _record(assignment, found)
        try:
            evidence.hand_in(record=record, upload=upload, name=name, at=timezone.now(), **typed)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Handed in. While you wait, you are not late for this."))
            return redirect("training:part-detail", pk, part)
    return _player(request, _looked_at(assignment, found), {"form": form}, status=422)


def _part(request: PersonRequest, pk: int, part: int, *kinds: ModulePart.Kind) -> tuple[Assignment, ModulePart]:
    """An assignment of the reader's own, and a part of the version that was assigned; of one of the kinds, if any."""
    visible = Assignment.objects.visible_to(request.user).select_related("person", "module", "version")
    assignment = get_object_or_404(visible, pk=pk)
    must(policies.can_learn(request.user, assignment))
    return assignment, get_object_or_404(ModulePart, pk=part, version=assignment.version_id, kind__in=kinds or Kind)


def _looked_at(assignment: Assignment, part: ModulePart) -> PartRecord:
    """The learner's record of a part, or one that is not kept."""
    record = PartRecord.objects.filter(assignment=assignment, part=part).first()
    if record is None:
        return PartRecord(assignment=assignment, part=part)
    record.assignment, record.part = assignment, part
    return record


def _record(assignment: Assignment, part: ModulePart) -> PartRecord:
    """The learner's record of a part; the first one starts the module."""
    return actions.open_part(assignment=assignment, part=part, at=timezone.now())


def _attempt(request: PersonRequest, assignment: Assignment, part: ModulePart) -> Attempt:
    """The attempt whose number was sent."""
    number = _number(request, "attempt")
    found = Attempt.objects.select_related("record__assignment__module", "record__part")
    return get_object_or_404(found, record__assignment=assignment, record__part=part, number=number)


def _number(request: PersonRequest, name: str) -> int:
    value = request.POST.get(name, "")
    if not value.isdecimal() or len(value) > 9:
        raise Http404
    return int(value)


def _onward(record: PartRecord) -> HttpResponse:
    """To the next part that is not done; to the assignment when it is over, or nothing is left to do."""
    following = reports.next_of(reports.lines_of(record.assignment))
    record.assignment.refresh_from_db(fields=["state"])
    if following is None or not record.assignment.is_open:
        return redirect(record.assignment)
    return redirect("training:part-detail", record.assignment_id, following.part.pk)


def _player(
    request: PersonRequest, record: PartRecord, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    lines = reports.lines_of(record.assignment)
    place = next(index for index, line in enumerate(lines) if line.part.pk == record.part_id)
    content = record.part.content
    files = files_for(record.part.version_id, content)
    documents = documents_of(content, files)
    context = {
        "assignment": record.assignment,
        "module": record.assignment.module,
        "record": record,
        "part": record.part,
        "content": content if record.part.kind in {"lesson", "writing", "practice", "session", "evidence"} else None,
        "files": shown(files.values()),
        "video": video_of(content, files),
        "documents": documents,
        "lines": lines,
        "place": place + 1,
        "is_asked": lines[place].is_asked,
        "before": lines[place - 1] if place else None,
        "after": lines[place + 1] if place + 1 < len(lines) else None,
    }
    context |= _of_kind(record) | (more or {})
    response = render(request, f"training/part_{record.part.kind}.html", context, status=status)
    return _framing(response, documents=bool(documents), video=bool(context.get("plays")))


def _framing(response: HttpResponse, *, documents: bool, video: bool) -> HttpResponse:
    """A frame for what is shown in one, and for nothing else: PDFs of ours, a video that the reader asked for."""
    hosts = [f"https://{host}" for host in settings.VIDEO_HOSTS] if video else []
    if frames := ["'self'"] * documents + hosts:
        response._csp_update = {"frame-src": frames}  # type: ignore[attr-defined]
    return response


def _of_kind(record: PartRecord) -> dict[str, Any]:
    content = record.part.content
    if isinstance(content, Quiz):
        return _quiz(record, content)
    if isinstance(content, Scenario):
        return _scenario(record, content)
    if isinstance(content, Practice):
        return _practice(record, content)
    if isinstance(content, LiveSession):
        return _session(record)
    if isinstance(content, External):
        return _external(record)
    return {"form": WriteForm(initial={"text": record.text, "revision": record.revision})}


def _attempts(record: PartRecord) -> tuple[list[Attempt], Attempt | None, Attempt | None]:
    """All of them, the one that can be gone on with, the last that was handed in."""
    attempts = list(record.attempts.order_by("number")) if record.pk else []
    going = next((one for one in attempts if one.submitted_at is None and record.assignment.is_open), None)
    return attempts, going, next((one for one in reversed(attempts) if one.submitted_at is not None), None)


def _quiz(record: PartRecord, quiz: Quiz) -> dict[str, Any]:
    attempts, going, last = _attempts(record)
    found: dict[str, Any] = {
        "pass_percent": quiz.pass_percent,
        "count": quiz.draw or len(quiz.questions),
        "left": None if quiz.attempts is None else max(0, quiz.attempts - len(attempts)),
        "going": going,
        "last": last,
    }
    if going is not None:
        found["asked"] = reports.asked_of(quiz, actions.drawn(attempt=going))
    elif last is not None:
        found["answered"] = reports.answered_of(quiz, actions.drawn(attempt=last), last.answers)
    return found


def _scenario(record: PartRecord, scenario: Scenario) -> dict[str, Any]:
    _all, going, last = _attempts(record)
    shown = going or last
    return {
        "text": scenario.text,
        "pass_percent": scenario.pass_percent,
        "going": going,
        "last": last,
        "walk": reports.walk_of(shown, scenario) if shown else None,
        "behaviours": scenario.behaviours if last is not None and going is None else (),
    }


def _practice(record: PartRecord, practice: Practice) -> dict[str, Any]:
    sign_offs_made = list(record.sign_offs.select_related("observer").order_by("-number")) if record.pk else []
    last = sign_offs_made[0] if sign_offs_made else None
    judged = last if last is not None and last.judged_at is not None else None
    observers = [(person.pk, str(person)) for person in reports.observers_for(record.assignment, at=timezone.now())]
    return {
        "waiting": last if last is not None and last.state == SignOff.State.WAITING else None,
        "judged": judged,
        "judged_lines": reports.judged_lines(practice, judged) if judged else [],
        "form": AskForm(observers=observers),
        "observers": observers,
    }


def _external(record: PartRecord) -> dict[str, Any]:
    """What was handed in, the last first, and whom to ask."""
    at = timezone.now()
    made = list(record.sign_offs.select_related("observer", "evidence").order_by("-number")) if record.pk else []
    judges = reports.observers_for(record.assignment, at=at, colleagues=False)
    return {
        "handed_in": made,
        "waiting": made[0] if made and made[0].state == SignOff.State.WAITING else None,
        "observers": judges,
        "form": HandInForm(observers=[(person.pk, str(person)) for person in judges]),
    }


def _session(record: PartRecord) -> dict[str, Any]:
    """The dates to choose from, and the booking that stands."""
    assignment, key = record.assignment, record.part.key
    bookings = assignment.bookings.filter(part_key=key).exclude(state=Booking.State.CANCELLED)
    return {
        "dates": coming_of(assignment.module, assignment.person, at=timezone.now(), part_key=key),
        "booking": bookings.select_related("session__trainer").order_by("pk").last(),
    }
