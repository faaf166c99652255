"""What is typed about teams, sites, roles, imports and the audit trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms.fields import PersonField, TeamPathField
from people.forms.shared import TableForm
from people.forms.texts import LineField
from people.models import AuditEntry, Role

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TeamForm(forms.Form):
    """A new team, or where a team hangs."""

    name = LineField(label=_("Name"), max_length=100, help_text=_("Without a slash: slashes separate teams in a path."))
    parent = TeamPathField(
        label=_("Part of"),
        required=False,
        help_text=_("Leave empty for a team at the top. Everything below moves too."),
    )


class SiteForm(forms.Form):
    name = LineField(label=_("Name"), max_length=100)


class GrantForm(forms.Form):
    """A role for somebody: where, and until when."""

    person = PersonField(label=_("Person"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    team = TeamPathField(
        label=_("Where"),
        required=False,
        help_text=_("A team and all below it. Leave empty for the whole organisation."),
    )
    starts_on = forms.DateField(
        label=_("From"),
        required=False,
        widget=DATE,
        help_text=_("Leave empty for now."),
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DATE,
        help_text=_("Leave empty for no end."),
    )
    reason = LineField(label=_("Reason"), max_length=200, required=False)


class EndRoleForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=200, required=False, help_text=_("For the audit trail."))


class RoleFilter(forms.Form):
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Any")), *Role.choices])
    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("In force")), ("planned", _("To come")), ("ended", _("Ended"))]
    )
    q = forms.CharField(
        label=_("Person"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )


class PeopleTableForm(TableForm):
    """A file of people."""

    invite = forms.BooleanField(
        label=_("Invite those who are new, once the import is applied"),
        required=False,
        help_text=_("Each gets an e-mail with a link to choose a password. You can also do this afterwards."),
    )


class AuditFilter(forms.Form):
    """Who did what to which kind of thing, when, and what came of it."""

    person = forms.CharField(
        label=_("By"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"placeholder": _("name or e-mail")}),
    )
    did = forms.ChoiceField(label=_("Deed"), required=False)
    kind = forms.ChoiceField(label=_("About"), required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("Any")), *AuditEntry.Outcome.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=DATE)
    until = forms.DateField(label=_("Until"), required=False, widget=DATE)
    thing = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def __init__(self, data: Any, *, deeds: list[tuple[str, str]], kinds: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["did"] = forms.ChoiceField(label=_("Deed"), required=False, choices=[("", _("Any")), *deeds])
        self.fields["kind"] = forms.ChoiceField(label=_("About"), required=False, choices=[("", _("Any")), *kinds])
