"""What is asked of an idea: its words, the answer, what came of it; and which of them a list shows."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField, TeamChoiceField, TeamPathField
from people.forms.texts import LineField, TextField
from people.models import Person
from recognition.forms.posts import MOST, RecogniseForm
from recognition.models import Answer, Idea

LONGEST, LONGEST_TITLE = 2000, 120
DID = 3  # fields for who did it
STATES = [
    ("", _("All")), ("waiting", _("Waiting for an answer")), ("answered", _("Answered")),
    ("doing", _("Being done")), ("done", _("Done")),
]  # fmt: skip


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


class IdeaFilter(forms.Form):
    """The filters; each may stay empty."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    team = TeamChoiceField(label=_("Team"), required=False, empty_label=_("All teams"))
    mine = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["team"].offer(data.get("team"))  # type: ignore[attr-defined]


class IdeaForm(forms.Form):
    """A title, three questions, whom it concerns, and who reads what."""

    title = LineField(
        label=_("What is it about?"), max_length=LONGEST_TITLE, help_text=_("In a few words, so that others find it.")
    )
    obstacle = TextField(
        label=_("What gets in the way today?"),
        max_length=LONGEST,
        help_text=_("What you saw, and how often. No names of customers."),
    )
    instead = TextField(
        label=_("What could we do instead?"), max_length=LONGEST, help_text=_("The smallest step that would help.")
    )
    effect = TextField(
        label=_("Who would notice, and how?"),
        required=False,
        max_length=LONGEST,
        help_text=_("A customer, a colleague, you: what would be different for them?"),
    )
    team = TeamPathField(
        label=_("Which team does it concern?"),
        required=False,
        help_text=_("Its manager answers. Left empty, it concerns all of us, and a recognition steward answers."),
    )
    is_open = forms.TypedChoiceField(
        label=_("Who may read it"),
        choices=[("1", _("Everybody who works here")), ("0", _("Only who answers it"))],
        coerce=lambda chosen: chosen == "1",
        empty_value=None,
        widget=forms.RadioSelect,
        initial="1",
    )
    is_named = forms.BooleanField(
        label=_("Show my name"),
        required=False,
        initial=True,
        help_text=_("Who answers it always sees who proposed it. You can show your name later, too."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, author: Person) -> None:
        super().__init__(data, initial={"token": uuid4(), "team": author.team})


class AnswerForm(forms.Form):
    """What becomes of it, why, and what belongs to each of the three."""

    verdict = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[
            (Idea.State.ACCEPTED, _("We do it")),
            (Idea.State.LATER, _("Not now")),
            (Idea.State.DECLINED, _("We don't do it")),
        ],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("Why?"),
        max_length=LONGEST,
        help_text=_("Whoever proposed it reads this, and so does everybody who may read the idea."),
    )
    doer = PersonField(label=_("We do it: who sees to it?"), required=False, max_length=254)
    do_by = day_field(_("We do it: by when?"))
    look_again_on = day_field(_("Not now: when do you look at it again?"), _("You are reminded on that day."))
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, before: Answer | None = None) -> None:
        names = ("verdict", "reason", "doer", "do_by", "look_again_on")
        initial = {name: getattr(before, name) for name in names} | {"before": before.pk} if before else {}
        super().__init__(data, initial=initial)

    @property
    def given(self) -> dict[str, Any]:
        """Of valid data, what the action takes, but for the answer before."""
        return {name: value for name, value in self.cleaned_data.items() if name != "before"}


class DoneForm(forms.Form):
    """What came of it, and who did it."""

    outcome = TextField(
        label=_("What is different now?"),
        max_length=LONGEST,
        help_text=_("For those who proposed it, and for whoever has the same trouble elsewhere."),
    )

    def __init__(self, data: Any = None, *, idea: Idea) -> None:
        super().__init__(data)
        for number in range(DID):
            field = PersonField(label=_("And") if number else _("Who did it?"), required=False, max_length=254)
            field.initial = None if number else idea.doer
            field.help_text = "" if number else field.help_text
            self.fields[f"doers_{number}"] = field

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("doers_")]

    @property
    def doers(self) -> list[Person]:
        """Of valid data: who did it."""
        return [person for name, person in self.cleaned_data.items() if name.startswith("doers_") and person]


class TakeDownForm(forms.Form):
    """Why it is taken down."""

    reason = TextField(
        label=_("Why?"), max_length=LONGEST, help_text=_("Whoever proposed it reads this. Say how it could be said.")
    )


class CelebrateForm(RecogniseForm):
    """Thank whoever did it, and whose idea it was where that is shown; what came of it to begin with."""

    def __init__(self, data: Any = None, *, idea: Idea, by: Person) -> None:
        super().__init__(data)
        for name in ("team", "link", "picture", "picture_alt"):
            del self.fields[name]
        people = {person.pk: person for person in idea.doers.all() if person.is_active}
        if idea.is_named and idea.author.is_active:
            people = {idea.author_id: idea.author} | people
        people.pop(by.pk, None)
        for number, person in enumerate(list(people.values())[:MOST]):
            if f"to_{number}" not in self.fields:
                self.add_person()
            self.initial[f"to_{number}"] = person
        said = {"happened": idea.obstacle[:1000], "did": idea.instead[:2000], "changed": idea.outcome[:1000]}
        self.initial = {**self.initial, **said}
