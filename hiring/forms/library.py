"""What is typed about competencies and questions. Lengths are those of kit files, so that all of it can be shared."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hiring.kit_files import reading as limits
from hiring.models import Competency, Question
from people.forms.texts import LineField, LinesField, TextField

PROBES_HELP = _("One to a line. Ask them only as far as the answer has left them open.")


class CompetencyForm(forms.Form):
    """A competency of the library. `seen` is the state of the record that the form was filled from."""

    name = LineField(label=_("Name"), max_length=limits.NAME_LENGTH)
    group = forms.ChoiceField(label=_("Group"), choices=Competency.Group.choices, widget=forms.RadioSelect)
    definition = TextField(
        label=_("Definition"),
        max_length=limits.TEXT_LENGTH,
        help_text=_("The behaviour, as somebody in the room could see or hear it."),
    )
    why = TextField(
        label=_("Why it matters"), max_length=limits.PAGE_LENGTH, required=False, help_text=_("For your colleagues.")
    )
    anchor_1 = TextField(label=_("1"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    anchor_2 = TextField(label=_("2"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    anchor_3 = TextField(label=_("3"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    anchor_4 = TextField(label=_("4"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    anchor_5 = TextField(label=_("5"), max_length=limits.TEXT_LENGTH, required=False, rows=2)
    no_evidence = TextField(
        label=_("What no evidence means"),
        max_length=limits.PAGE_LENGTH,
        required=False,
        help_text=_("When a panellist should say that they heard nothing, which is never a low score."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def anchor_fields(self) -> list[forms.BoundField]:
        return [self[f"anchor_{score}"] for score in (1, 2, 3, 4, 5)]


class QuestionForm(forms.Form):
    """A question of the library."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Question.Kind.choices,
        widget=forms.RadioSelect,
        help_text=_("Behavioural: “tell me about a time when…”. Situational: “what would you do if…”."),
    )
    text = TextField(
        label=_("Question"), max_length=limits.TEXT_LENGTH, help_text=_("In the words in which it is to be asked.")
    )
    probes = LinesField(
        label=_("Probes"),
        most=limits.MOST_PROBES,
        longest=limits.SENTENCE_LENGTH,
        required=False,
        rows=4,
        help_text=PROBES_HELP,
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=limits.MOST_MINUTES_OF_ONE_QUESTION,
        initial=6,
        help_text=_("Answer and probes included."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class LibraryFilter(forms.Form):
    """Which competencies to list."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    group = forms.ChoiceField(
        label=_("Group"), required=False, choices=[("", _("All groups")), *Competency.Group.choices]
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("In use")), ("archived", _("Archived")), ("all", _("Both"))],
    )
