"""What is typed when training is given, moved, waived, taken back, or judged."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import TeamPathField
from people.forms.texts import LineField, LinesField, TextField
from people.models import Person
from training.contents import LEVELS, Practice
from training.models import Assignment, Module, Waiver
from training.models.modules import ModuleQuerySet

DAY = {"type": "date"}


class GiveForm(forms.Form):
    """Whom to give a module, by when, and why. Of those named, only whom the reader may give it are taken."""

    who = forms.ChoiceField(label=_("Who"), widget=forms.RadioSelect)
    team = TeamPathField(label=_("Team"), required=False)
    people = LinesField(
        label=_("People"),
        required=False,
        most=500,
        longest=254,
        rows=4,
        help_text=_("E-mail addresses, one to a line."),
    )
    due_on = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs=DAY))
    note = LineField(
        label=_("Why"),
        max_length=300,
        help_text=_("They read it beside the module: “You take customers' calls from December on.”"),
    )

    def __init__(self, *args: Any, leads: bool, trains: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("line", _("Everyone who reports to me, directly or not"))] if leads else []
        choices += [("team", _("A team and all below it"))] if trains else []
        choices += [("people", _("These people"))]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]
        self.fields["who"].initial = choices[0][0]
        if not trains:
            del self.fields["team"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        who = cleaned.get("who")
        if who in {"team", "people"} and not self.errors.get(who) and not cleaned.get(who):
            self.add_error(who, _("Choose the team.") if who == "team" else _("Name somebody."))
        return cleaned


class ExtendForm(forms.Form):
    until_on = forms.DateField(label=_("New day"), widget=forms.DateInput(attrs=DAY))
    reason = LineField(label=_("Reason"), max_length=300, help_text=_("It stays with the assignment."))


class TogetherForm(forms.Form):
    """What is done for several people: of one module, or of all that they have open."""

    module = forms.ModelChoiceField(
        label=_("Module"), queryset=Module.objects.none(), required=False, empty_label=_("All that they have open")
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["module"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = self.offered(people).order_by("name", "pk")

    def offered(self, people: Sequence[Person]) -> ModuleQuerySet:
        """What at least one of them has open."""
        open_now = Assignment.objects.open().filter(person__in=[person.pk for person in people])
        return Module.objects.filter(pk__in=open_now.values("module"))


class ModuleChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A module, with what has to be done before it."""

    def label_from_instance(self, obj: Any) -> str:
        first = ", ".join(sorted(one.needed.name for one in obj.prerequisites.all()))
        return _("%(name)s (first: %(first)s)") % {"name": obj, "first": first} if first else str(obj)


class GiveTogetherForm(TogetherForm):
    """A module for several people."""

    field_order = ("module", "due_on", "note")
    module = ModuleChoice(
        label=_("Module"),
        queryset=Module.objects.none(),
        help_text=_(
            "What has to be done first is given too, due the same day, to whoever has neither done nor got it."
        ),
    )
    due_on = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs=DAY))
    note = LineField(label=_("Why"), max_length=300, help_text=_("They read it beside the module."))

    def offered(self, people: Sequence[Person]) -> ModuleQuerySet:
        return Module.objects.published().prefetch_related("prerequisites__needed")


class ExtendTogetherForm(TogetherForm):
    """A later day for several people."""

    until_on = forms.DateField(label=_("New day"), widget=forms.DateInput(attrs=DAY))
    reason = LineField(label=_("Reason"), max_length=300, help_text=_("It stays with the assignments."))


class NudgeTogetherForm(TogetherForm):
    """A reminder for several people: of one module, or of what is overdue or due within two weeks."""

    module = forms.ModelChoiceField(
        label=_("Module"),
        queryset=Module.objects.none(),
        required=False,
        empty_label=_("All that is overdue or due within two weeks"),
    )


class WaiveForm(forms.Form):
    kind = forms.ChoiceField(label=_("Why not"), choices=Waiver.Kind.choices, widget=forms.RadioSelect)
    reason = LineField(label=_("Reason"), max_length=300, help_text=_("It stays with the assignment."))


class WithdrawForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=300, help_text=_("It stays with the assignment."))


class RevokeForm(forms.Form):
    reason = LineField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays on record, and the person reads it in their transcript."),
    )


class WriteForm(forms.Form):
    """What a learner writes in a part, and which saving of it they saw."""

    text = TextField(
        label=_("Your words"),
        required=False,
        max_length=20_000,
        rows=10,
        help_text=_("For you alone. Come back to them whenever you like."),
    )
    revision = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


class AskForm(forms.Form):
    """Whom to ask to judge a practice, and what was done."""

    observer = forms.TypedChoiceField(label=_("Observer"), coerce=int)
    note = TextField(
        label=_("What you did, and when"),
        required=False,
        max_length=4000,
        help_text=_("So that your observer knows what to judge, or when to come and watch."),
    )

    def __init__(self, *args: Any, observers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observer"].choices = observers  # type: ignore[attr-defined]


class HandInForm(AskForm):
    """What was learned elsewhere, what shows it, and whom to ask."""

    field_order = ("title", "done_on", "file", "link", "observer", "note")

    observer = forms.TypedChoiceField(label=_("Who is to judge it"), coerce=int)
    title = LineField(label=_("What you learned"), max_length=160, help_text=_("As “First-aid course, 8 hours”."))
    done_on = forms.DateField(label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(
        label=_("A document"),
        required=False,
        max_length=200,
        help_text=_("PDF, or a photo (JPEG, PNG, WebP). You, whoever judges it, and trainers can read it."),
    )
    link = forms.CharField(label=_("Or a link"), required=False, max_length=500, help_text=_("https://…"))
    note = TextField(label=_("What else to know"), required=False, max_length=4000)


class JudgeEvidenceForm(forms.Form):
    """Whether what was handed in will do, and a comment."""

    accepted = forms.TypedChoiceField(
        label=_("Does it show what was asked for?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Yes: accept it")), ("no", _("Not yet: return it"))],
        widget=forms.RadioSelect,
    )
    comment = TextField(
        label=_("Comment"), required=False, max_length=4000, help_text=_("Needed when you return it: what is missing?")
    )


class JudgeForm(forms.Form):
    """A level for each behaviour of the rubric, and a comment."""

    comment = TextField(
        label=_("Comment"),
        required=False,
        max_length=4000,
        help_text=_("What was good, and what to do differently. Needed when it is to be tried again."),
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        for line in practice.rubric:
            self.fields[f"level-{line.key}"] = forms.TypedChoiceField(
                label=line.behaviour,
                coerce=int,
                choices=[(level, str(level)) for level in LEVELS],
                error_messages={"required": _("Choose what you saw.")},
            )

    def levels(self) -> dict[str, int]:
        """By the rubric's keys; call it when the form is valid."""
        return {line.key: self.cleaned_data[f"level-{line.key}"] for line in self.practice.rubric}
