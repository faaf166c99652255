"""Setting up a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.events import all_events
from notifications.models import Webhook
from people.forms.fields import ZoneField
from people.forms.texts import LineField

WHERE = {
    Webhook.Form.SLACK: _(
        "Slack: make an app for your workspace, switch on its incoming webhooks and add one for the channel. It"
        " begins with https://hooks.slack.com/."
    ),
    Webhook.Form.TEAMS: _(
        "Teams: open the channel's Workflows and choose the template that posts to a channel when a webhook request is"
        " received. It shows the address at the end."
    ),
    Webhook.Form.GENERIC: _(
        "Another program: whoever runs it names the address. What it gets is signed; you are shown the secret once."
    ),
}


class WebhookForm(forms.Form):
    """What it is called, where it leads and what it hears of."""

    name = LineField(
        label=_("Name"), max_length=80, help_text=_("What colleagues know it by, such as #contact-centre.")
    )
    form = forms.ChoiceField(label=_("What listens there"), choices=Webhook.Form.choices, widget=forms.RadioSelect)
    # As it stands, not trimmed: what is not an address is refused, not mended.
    address = forms.CharField(
        label=_("Address"),
        max_length=2000,
        strip=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text=_("Whoever knows it can write there, so it is stored encrypted and not shown again."),
    )
    events = forms.MultipleChoiceField(label=_("It hears of"), widget=forms.CheckboxSelectMultiple)
    teams_below = forms.BooleanField(label=_("Of teams below, too"), required=False)
    time_zone = ZoneField(help_text=_("Hours in messages are those of this zone, and so is what comes each morning."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = self.fields["events"]
        assert isinstance(events, forms.MultipleChoiceField)  # noqa: S101 (said above, for the type checker)
        events.choices = [(event.key, f"{event.name}: {event.about}") for event in all_events()]


class WebhookEditForm(WebhookForm):
    """What may be changed of one. Without an address the one that is stored stays."""

    form = None  # type: ignore[assignment]  # of another form it would be another webhook
    address = forms.CharField(
        label=_("New address"),
        max_length=2000,
        strip=False,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text=_("Leave it empty to keep the one that is stored."),
    )
