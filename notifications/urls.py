"""Addresses of notifications."""

from django.urls import path

from notifications.views import (
    calendars,
    deliveries,
    holds,
    inbox,
    preferences,
    previews,
    suppressions,
    switches,
    webhooks,
)  # fmt: skip

app_name = "notifications"
urlpatterns = [
    path("", inbox.notice_list, name="notice-list"),
    path("unread/", inbox.unread_count, name="unread-count"),
    path("read/", inbox.notices_read, name="notices-read"),
    path("preferences/", preferences.preferences_edit, name="preferences-edit"),
    path("calendar/", calendars.calendar_page, name="calendar"),
    path("calendar/address/", calendars.calendar_make, name="calendar-make"),
    path("calendar/off/", calendars.calendar_off, name="calendar-off"),
    path("stop/<str:token>/", switches.mail_switch, name="mail-switch"),
    path("stop/<str:token>/undo/", switches.mail_switch_undo, name="mail-switch-undo"),
    path("refused/", suppressions.suppression_list, name="suppression-list"),
    path("refused/<int:pk>/lift/", suppressions.suppression_lift, name="suppression-lift"),
    path("deliveries/", deliveries.delivery_overview, name="delivery-overview"),
    path("deliveries/all/", deliveries.delivery_list, name="delivery-list"),
    path("deliveries/<int:pk>/", deliveries.delivery_detail, name="delivery-detail"),
    path("deliveries/<int:pk>/retry/", deliveries.delivery_retry, name="delivery-retry"),
    path("deliveries/<int:pk>/repeat/", deliveries.delivery_repeat, name="delivery-repeat"),
    path("deliveries/<int:pk>/stop/", deliveries.delivery_stop, name="delivery-stop"),
    path("deliveries/<int:pk>/preview/", previews.delivery_preview, name="delivery-preview"),
    path("deliveries/<int:pk>/mail/", previews.delivery_mail, name="delivery-mail"),
    path("deliveries/hold/", holds.hold_detail, name="hold-detail"),
    path("deliveries/hold/settle/", holds.hold_settle, name="hold-settle"),
    path("deliveries/hold/end/", holds.hold_end, name="hold-end"),
    path("deliveries/kinds/", previews.kind_list, name="kind-list"),
    path("deliveries/kinds/<str:key>/", previews.kind_detail, name="kind-detail"),
    path("deliveries/kinds/<str:key>/mail/", previews.kind_mail, name="kind-mail"),
    path("<int:pk>/open/", inbox.notice_open, name="notice-open"),
    # Chats and programs of teams
    path("teams/<int:pk>/webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("teams/<int:pk>/webhooks/add/", webhooks.webhook_add, name="webhook-add"),
    path("webhooks/<int:pk>/", webhooks.webhook_detail, name="webhook-detail"),
    path("webhooks/<int:pk>/edit/", webhooks.webhook_edit, name="webhook-edit"),
    path("webhooks/<int:pk>/test/", webhooks.webhook_test, name="webhook-test"),
    path("webhooks/tries/<int:pk>/again/", webhooks.webhook_repeat, name="webhook-repeat"),
    path("webhooks/<int:pk>/pause/", webhooks.webhook_pause, name="webhook-pause"),
    path("webhooks/<int:pk>/resume/", webhooks.webhook_resume, name="webhook-resume"),
    path("webhooks/<int:pk>/secret/", webhooks.webhook_rotate, name="webhook-rotate"),
    path("webhooks/<int:pk>/remove/", webhooks.webhook_remove, name="webhook-remove"),
]
