"""What is typed about people: their facts, their own profile, a photo, leaving, and the filters of the directory."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.forms.fields import DaysField, PersonField, TeamChoiceField, TeamPathField, ZoneField
from people.forms.texts import LineField
from people.models import Person, Site

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class OwnProfileForm(forms.Form):
    """What is one's own to change."""

    preferred_name = LineField(
        label=_("Preferred name"), max_length=80, required=False, help_text=_("What colleagues call you.")
    )
    time_zone = ZoneField(help_text=_("Every time in the portal is shown in it."))
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    work_days = DaysField()
    work_starts = forms.TimeField(label=_("Work starts"), widget=TIME)
    work_ends = forms.TimeField(label=_("Work ends"), widget=TIME)


class PersonForm(OwnProfileForm):
    """All that a people admin decides about a person."""

    full_name = LineField(label=_("Full name"), max_length=150)
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput,
        help_text=_("Also the name to sign in with. A new address is to be confirmed at the next sign-in."),
    )
    job_title = LineField(label=_("Job title"), max_length=120, required=False)
    team = TeamPathField(label=_("Team"), required=False)
    manager = PersonField(label=_("Manager"), required=False)
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.order_by("name", "pk"), required=False, empty_label=_("None")
    )
    started_on = forms.DateField(label=_("Started on"), widget=DATE, required=False)
    left_on = forms.DateField(
        label=_("Leaves on"),
        widget=DATE,
        required=False,
        help_text=_("From this day on the person can no longer sign in. To end access today, use “Leaves” instead."),
    )
    preferred_name = LineField(
        label=_("Preferred name"), max_length=80, required=False, help_text=_("What colleagues call this person.")
    )
    time_zone = ZoneField()


class AddPersonForm(PersonForm):
    """A person who is new here."""

    left_on = None  # type: ignore[assignment]
    invite = forms.BooleanField(
        label=_("Send the invitation now"),
        required=False,
        initial=True,
        help_text=_("By e-mail, with a link to choose a password. You can send it later from the person's page."),
    )


def facts_of(person: Person, form: type[forms.Form]) -> dict[str, Any]:
    """The person's values as the initial values of the form."""
    return {name: getattr(person, name) for name in form.base_fields if hasattr(person, name)}


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP. It is cut square from the middle; place and camera are removed."),
    )


class LeaverForm(forms.Form):
    """Ending somebody's access."""

    left_on = forms.DateField(label=_("Left on"), widget=DATE)
    reason = LineField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For the audit trail. Nothing about health or private matters."),
    )


class LostFactorForm(forms.Form):
    """Removing somebody's second factors."""

    reason = LineField(
        label=_("How you made sure who is asking"), max_length=200, help_text=_("It goes on the audit trail.")
    )


class HandOverForm(forms.Form):
    """Who takes over the people who report to somebody."""

    to = PersonField(label=_("They report to"))


class DirectoryFilter(forms.Form):
    """The directory's filters; `everyone` also offers leavers and people who have not joined."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, title, team, site"), "data-focus": True}
        ),
    )
    team = TeamChoiceField(label=_("Team"), required=False, empty_label=_("Any"))
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.order_by("name", "pk"), required=False, empty_label=_("Any")
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Active")), ("waiting", _("Not joined yet")), ("left", _("Left")), ("all", _("All"))],
    )

    def __init__(self, data: Any, *, everyone: bool) -> None:
        super().__init__(data)
        team = self.fields["team"]
        if isinstance(team, TeamChoiceField):
            team.offer(self.data.get("team"))
        if not everyone:
            del self.fields["status"]
