"""Thanking somebody, changing one's words, taking it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Invalid, Refused
from people.models import Person
from people.requests import PersonRequest
from people.views.lists import must, show_refusal
from recognition import policies
from recognition.actions import posts as actions
from recognition.actions.pictures import prepare_picture
from recognition.coach import remarks
from recognition.forms.posts import RecogniseForm, StoryForm
from recognition.models import Recognition
from recognition.reports import wall as reports


@require_http_methods(["GET", "POST"])
def recognise(request: PersonRequest) -> HttpResponse:
    """Thank somebody; `?to=` names whom."""
    form = RecogniseForm(request.POST or None, request.FILES or None, to=_named(request))
    if request.method == "POST" and "more" in request.POST:
        form.is_valid()
        form.add_person()
        form.errors.clear()
    elif request.method == "POST" and form.is_valid():
        try:
            recognition = _post(form, request.user)
        except Refused as refusal:
            show_thanking(form, refusal)
        else:
            messages.success(request, _("Thank you for saying it. They are told now."))
            return redirect(recognition)
    return render(request, "recognition/recognise.html", {"form": form}, status=422 if form.errors else 200)


def _named(request: PersonRequest) -> Person | None:
    key = request.GET.get("to", "")
    wanted = Person.objects.active().exclude(pk=request.user.pk)
    return wanted.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None


def _post(form: RecogniseForm, by: Person) -> Recognition:
    given = form.cleaned_data
    words = {name: given[name] for name in (*actions.WORDS, "value", "team", "visibility", "token")}
    picture = prepare_picture(upload=given["picture"], alt=given["picture_alt"])
    return actions.recognise(to=form.thanked, picture=picture, by=by, at=timezone.now(), **words)


def show_thanking(form: RecogniseForm, refusal: Refused) -> None:
    """What is wrong with whom stands at the first field for them."""
    if isinstance(refusal, Invalid):
        errors = {"to_0" if name == "to" else name: reasons for name, reasons in refusal.errors.items()}
        refusal = Invalid(str(refusal), errors=errors)
    show_refusal(form, refusal)


@require_POST
def coach(request: PersonRequest) -> HttpResponse:
    """What would make the story tell more; nothing is kept."""
    story = {name: request.POST.get(name, "")[:2000] for name in ("happened", "did", "changed")}
    return render(request, "recognition/recognise.html#remarks", {"remarks": remarks(**story)})


@require_http_methods(["GET", "POST"])
def recognition_edit(request: PersonRequest, pk: int) -> HttpResponse:
    recognition, at = _visible(request, pk), timezone.now()
    must(policies.can_edit_recognition(request.user, recognition, at))
    form = StoryForm(request.POST or None, initial={name: getattr(recognition, name) for name in actions.WORDS})
    form.fields["did"].required = recognition.praise_id is None  # a customer's words may be all of it
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_recognition(recognition=recognition, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. What it said before stays readable beside it."))
            return redirect(recognition)
    context = {"form": form, "recognition": recognition}
    return render(request, "recognition/recognition_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def recognition_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    recognition = _visible(request, pk)
    must(policies.can_withdraw_recognition(request.user, recognition))
    if request.method == "POST":
        actions.withdraw_recognition(recognition=recognition, by=request.user, at=timezone.now())
        messages.success(request, _("Withdrawn. Nobody sees it any more."))
        return redirect("recognition:wall")
    return render(request, "recognition/recognition_withdraw.html", {"recognition": recognition})


@require_POST
def recognition_keep(request: PersonRequest, pk: int) -> HttpResponse:
    """Off the wall, or back on it: for whoever was thanked."""
    recognition = _visible(request, pk)
    must(policies.can_keep_to_oneself(request.user, recognition))
    private = request.POST.get("private") == "1"
    actions.keep_to_oneself(recognition=recognition, person=request.user, private=private, at=timezone.now())
    messages.success(request, _("Only you and who wrote it see it now.") if private else _("Back where it was."))
    return redirect(recognition)


def _visible(request: PersonRequest, pk: int) -> Recognition:
    return get_object_or_404(reports.with_people(Recognition.objects.visible_to(request.user)), pk=pk)
