"""Addresses: each app's under its own name."""

from django.urls import include, path

from notifications.views.calendars import calendar_feed
from portal import health, mail_services, styleguide, support, views, wellknown
from recognition.views.customer_links import customer_words
from recognition.views.screens import screen, screen_feed, screen_worker
from training.views.certificates import certificate_verify

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("people/", include("people.urls")),
    path("hiring/", include("hiring.urls")),
    path("training/", include("training.urls")),
    path("recognition/", include("recognition.urls")),
    path("notices/", include("notifications.urls")),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar-feed"),
    path("verify/<str:token>/", certificate_verify, name="certificate-verify"),
    path("screen/worker.js", screen_worker, name="screen-worker"),
    path("screen/<str:secret>/", screen, name="screen"),
    path("screen/<str:secret>/feed.atom", screen_feed, name="screen-feed"),
    path("thanks/<str:token>/", customer_words, name="customer-words"),
    *mail_services.urlpatterns(),
    path("account/", include("people.account_urls")),
    path("api/v1/", include("portal.api_urls")),
    path("support/", support.urls()),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", wellknown.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security_txt, name="security_txt"),
    path(".well-known/change-password", wellknown.change_password, name="change_password"),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.not_found"
handler429 = "portal.errors.too_many_requests"  # allauth's limits ask for it
handler500 = "portal.errors.server_error"
