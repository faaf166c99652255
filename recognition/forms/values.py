"""What is typed about values, and about how somebody wishes to be thanked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.texts import LineField, LinesField
from recognition.models import Wish
from recognition.value_files import LINE_LENGTH, MOST_EXAMPLES, NAME_LENGTH


class ValueForm(forms.Form):
    """A value, what it means, and examples."""

    name = LineField(label=_("Name"), max_length=NAME_LENGTH, help_text=_("As something one does: “Listen first”."))
    description = LineField(
        label=_("What it means"),
        max_length=LINE_LENGTH,
        help_text=_("In one sentence, as behaviour that a colleague can see."),
    )
    examples = LinesField(
        label=_("Examples"),
        most=MOST_EXAMPLES,
        longest=LINE_LENGTH,
        rows=5,
        help_text=_("What somebody did, one to a line. They help whoever looks for words."),
    )


class WishForm(forms.ModelForm):  # type: ignore[type-arg]
    """How I wish to be thanked."""

    class Meta:
        model = Wish
        fields = ("reach", "photo", "screens", "milestones")
        widgets = {"reach": forms.RadioSelect}
