"""What mail services tell of our mails: one address for each that settings.MAIL_SERVICES names, and none besides.

anymail reads what they send and asks for the secret; notifications.receivers notes it.
"""

from anymail.webhooks import brevo, mailersend, mailgun, mailjet, postmark
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path

# Those whose words notifications/bounces.py understands.
KNOWN: dict[str, type[AnymailCoreWebhookView]] = {
    "brevo": brevo.BrevoTrackingWebhookView,
    "mailersend": mailersend.MailerSendTrackingWebhookView,
    "mailgun": mailgun.MailgunTrackingWebhookView,
    "mailjet": mailjet.MailjetTrackingWebhookView,
    "postmark": postmark.PostmarkTrackingWebhookView,
}


def urlpatterns() -> list[URLPattern]:
    """Raises ImproperlyConfigured for a service that is not known, or whose own keys are missing."""
    patterns = []
    for service in settings.MAIL_SERVICES:
        view = KNOWN.get(service)
        if view is None:
            raise ImproperlyConfigured(f"MAIL_SERVICES knows {', '.join(KNOWN)}; not {service}.")
        view()  # looks for the service's own keys now rather than when it tells of the first mail
        patterns.append(path(f"mail/webhooks/{service}/", view.as_view(), name=f"mail-webhook-{service}"))
    return patterns
