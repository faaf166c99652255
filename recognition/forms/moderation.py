"""What is written about what somebody else wrote: reports, decisions, appeals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.texts import TextField
from recognition.models import Report

LONGEST = 1000


class ReportForm(forms.Form):
    """What is wrong with it."""

    kind = forms.ChoiceField(label=_("What is wrong with it?"), choices=Report.Kind, widget=forms.RadioSelect)
    words = TextField(
        label=_("In your words"),
        required=False,
        max_length=LONGEST,
        rows=3,
        help_text=_("Only stewards read it, and your name."),
    )


class DecideForm(forms.Form):
    """Shown again or not, and why."""

    restore = forms.TypedChoiceField(
        label=_("What shall become of it?"),
        choices=[("1", _("Show it again")), ("0", _("Remove it"))],
        coerce=lambda chosen: chosen == "1",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("Why"),
        max_length=LONGEST,
        rows=3,
        help_text=_("Whoever wrote it reads this. Say what is right or wrong about the words, not who reported them."),
    )


class AppealForm(forms.Form):
    """Why the decision is wrong."""

    words = TextField(
        label=_("Why should it be shown?"),
        max_length=LONGEST,
        rows=4,
        help_text=_("Another steward reads it, if there is another, and answers. You can ask once."),
    )
