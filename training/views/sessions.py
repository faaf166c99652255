"""Live sessions: which there are, seats, planning, and who was there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import Refused
from foundation.paging import page_of
from people.models import Person, Role
from people.requests import PersonRequest
from people.views.lists import must, page_links, show_refusal
from training import policies
from training.actions import bookings
from training.actions import sessions as actions
from training.forms.sessions import CorrectForm, SeatsForm, SessionCancelForm, SessionForm
from training.models import Assignment, Booking, Module, ModulePart, Session
from training.reports import sessions as reports
from training.reports import teams
from training.reports.files import files_for, shown

TABS = ("", "mine", "mark")


@require_GET
def session_list(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    show = request.GET.get("show", "")
    show = show if show in TABS else ""
    order = ("-starts_at", "pk") if show == "mine" else ("starts_at", "pk")
    found = reports.listed(request.user, show, at=at).with_title().with_seats()
    page = page_of(found, order=order, cursor=request.GET.get("after"), purpose=f"sessions {show}")
    context = {
        "lines": reports.lines_of(page.items, request.user),
        "show": show,
        "to_mark": reports.listed(request.user, "mark", at=at).count(),
        "can_plan": policies.can_plan_sessions(request.user),
        "at": at,
    }
    return render(request, "training/session_list.html", context | page_links(request, page))


@require_GET
def session_detail(request: PersonRequest, pk: int) -> HttpResponse:
    session, at = _visible(request, pk), timezone.now()
    (line,) = reports.lines_of([session], request.user)
    part = _part(session)
    context = {
        "session": session,
        "module": session.module,
        "booking": line.booking,
        "is_open": session.is_open(at),
        "has_begun": session.has_begun(at),
        "seats": reports.seats_seen(session, request.user),
        "mine": Assignment.objects.open().filter(person=request.user, module=session.module_id).first(),
        "part": part,
        "files": shown(files_for(part.version_id, part.content).values()) if part else {},
        "can_run": policies.can_run_session(request.user, session),
        "can_book_others": request.user.holds(Role.TRAINER),
        "sees_link": line.shows_link_to(request.user),
    }
    return render(request, "training/session_detail.html", context)


@require_POST
def session_book(request: PersonRequest, pk: int) -> HttpResponse:
    session = _visible(request, pk)
    try:
        (booking,) = bookings.book(session=session, people=[request.user], by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        seat, waits = _("You have a seat."), _("It is full. You are on the waiting list, and move up by yourself.")
        messages.success(request, seat if booking.is_seat else waits)
    return redirect(session)


@require_POST
def session_give_up(request: PersonRequest, pk: int) -> HttpResponse:
    session = _visible(request, pk)
    booking = session.bookings.open().filter(person=request.user).first()
    try:
        if booking is not None:
            bookings.give_up(booking=booking, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Given up. If somebody waits, they have it now."))
    return redirect(session)


# --- planning -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def session_plan(request: PersonRequest, pk: int) -> HttpResponse:
    must(policies.can_plan_sessions(request.user))
    module = get_object_or_404(Module.objects.published(), pk=pk)
    parts = reports.parts_to_plan(module)
    first = ModulePart.objects.filter(version__module=module, kind=ModulePart.Kind.SESSION).order_by("-pk").first()
    initial = {"trainer": request.user, "minutes": first.minutes if first else 60, "seats": 12}
    form = SessionForm(request.POST or None, parts=parts, initial=initial)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["part"]
        try:
            session = actions.plan_session(
                module=module, part_key=key, by=request.user, at=timezone.now(), **form.plan()
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Planned. Whoever has the module open can book a seat now."))
            return redirect(session)
    context = {"form": form, "module": module, "parts": parts}
    return render(request, "training/session_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def session_edit(request: PersonRequest, pk: int) -> HttpResponse:
    session = _run(request, pk)
    local = timezone.localtime(session.starts_at)
    initial = {name: getattr(session, name) for name in ("place", "link", "trainer", "seats", "minutes")}
    initial |= {"date": local.date(), "time": local.time()}
    form = SessionForm(request.POST or None, parts=None, initial=initial)

    def change() -> None:
        actions.change_session(session=session, by=request.user, at=timezone.now(), **form.plan())

    return _change(request, session, form, change, "training/session_edit.html", _("Saved. Who has to know is told."))


@require_http_methods(["GET", "POST"])
def session_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    session = _run(request, pk)
    form = SessionCancelForm(request.POST or None)

    def change() -> None:
        reason = form.cleaned_data["reason"]
        actions.cancel_session(session=session, reason=reason, by=request.user, at=timezone.now())

    return _change(request, session, form, change, "training/session_cancel.html", _("Cancelled. Everybody is told."))


@require_http_methods(["GET", "POST"])
def session_people(request: PersonRequest, pk: int) -> HttpResponse:
    """A trainer books people of their scope."""
    must(request.user.holds(Role.TRAINER))
    session = _visible(request, pk)
    form = SeatsForm(request.POST or None)

    def change() -> None:
        people = _named(request.user, form.cleaned_data["people"])
        bookings.book(session=session, people=people, by=request.user, at=timezone.now())

    return _change(request, session, form, change, "training/session_people.html", _("Booked. They are told."))


@require_POST
def booking_release(request: PersonRequest, pk: int) -> HttpResponse:
    booking = _booking(request, pk)
    must(policies.can_mark(request.user, booking))
    try:
        bookings.give_up(booking=booking, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has no seat there any more.") % {"name": booking.person.name})
    return redirect(booking.session)


# --- who was there --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def session_attendance(request: PersonRequest, pk: int) -> HttpResponse:
    """The sheet: to mark on a phone, or to print and sign."""
    session, at = _run(request, pk), timezone.now()
    rows = list(reports.sheet_of(session, request.user))
    refusal = ""
    if request.method == "POST":
        try:
            count = bookings.mark(session=session, there=_marks(request, rows), by=request.user, at=at)
        except Refused as refused:
            refusal = str(refused)
        else:
            said = ngettext("%(n)d person is marked.", "%(n)d people are marked.", count)
            messages.success(request, said % {"n": count})
            return redirect("training:session-attendance", session.pk)
    context = {
        "session": session,
        "module": session.module,
        "rows": rows,
        "refusal": refusal,
        "can_mark": session.has_begun(at) and not session.is_cancelled,
        "left": any(row.state == Booking.State.BOOKED for row in rows),
    }
    return render(request, "training/session_attendance.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
def booking_correct(request: PersonRequest, pk: int) -> HttpResponse:
    booking = _booking(request, pk)
    must(policies.can_mark(request.user, booking))
    form = CorrectForm(request.POST or None, initial={"there": "no" if booking.state == "attended" else "yes"})
    if request.method == "POST" and form.is_valid():
        there, reason = form.cleaned_data["there"] == "yes", form.cleaned_data["reason"]
        try:
            bookings.correct(booking=booking, there=there, reason=reason, by=request.user, at=timezone.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Corrected."))
            return redirect("training:session-attendance", booking.session_id)
    context = {"form": form, "booking": booking, "session": booking.session, "module": booking.session.module}
    return render(request, "training/booking_correct.html", context, status=422 if form.errors else 200)


def _marks(request: PersonRequest, rows: list[Booking]) -> dict[int, bool]:
    """By booking, of those on the sheet that something was said of."""
    said = {row.pk: request.POST.get(f"there-{row.pk}", "") for row in rows}
    return {pk: word == "yes" for pk, word in said.items() if word in {"yes", "no"}}


def _named(by: Person, addresses: list[str]) -> list[Person]:
    """The people of these addresses, all of whom the trainer may give training."""
    named = [address.lower() for address in addresses]
    found = list(teams.people_given_by(by).filter(email__in=named))
    known = {person.email for person in found}
    if unknown := [address for address in named if address not in known]:
        message = _("Nobody whom you may give training has this address: %(addresses)s.")
        raise Refused(message % {"addresses": ", ".join(unknown[:5])})
    return found


def _part(session: Session) -> ModulePart | None:
    parts = ModulePart.objects.filter(version__module=session.module_id, key=session.part_key, kind="session")
    return parts.exclude(version__state="draft").order_by("-version__number").first()


def _visible(request: PersonRequest, pk: int) -> Session:
    rows = Session.objects.visible_to(request.user).with_title().with_seats()
    return get_object_or_404(rows, pk=pk)


def _run(request: PersonRequest, pk: int) -> Session:
    session = _visible(request, pk)
    must(policies.can_run_session(request.user, session))
    return session


def _booking(request: PersonRequest, pk: int) -> Booking:
    rows = Booking.objects.visible_to(request.user).exclude(state=Booking.State.CANCELLED)
    return get_object_or_404(rows.select_related("person", "session__module"), pk=pk)


def _change(request: PersonRequest, session: Session, form: Any, change: Any, template: str, done: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            change()
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(session)
    context = {"form": form, "session": session, "module": session.module}
    return render(request, template, context, status=422 if form.errors else 200)
