"""Addresses of notifications."""

from django.urls import path

from notifications.views import inbox, preferences, webhooks

app_name = "notifications"
urlpatterns = [
    path("", inbox.notice_list, name="notice-list"),
    path("unread/", inbox.unread_count, name="unread-count"),
    path("read/", inbox.notices_read, name="notices-read"),
    path("preferences/", preferences.preferences_edit, name="preferences-edit"),
    path("<int:pk>/open/", inbox.notice_open, name="notice-open"),
    # Chats and programs of teams
    path("teams/<int:pk>/webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("teams/<int:pk>/webhooks/add/", webhooks.webhook_add, name="webhook-add"),
    path("webhooks/<int:pk>/", webhooks.webhook_detail, name="webhook-detail"),
    path("webhooks/<int:pk>/edit/", webhooks.webhook_edit, name="webhook-edit"),
    path("webhooks/<int:pk>/test/", webhooks.webhook_test, name="webhook-test"),
    path("webhooks/<int:pk>/pause/", webhooks.webhook_pause, name="webhook-pause"),
    path("webhooks/<int:pk>/resume/", webhooks.webhook_resume, name="webhook-resume"),
    path("webhooks/<int:pk>/secret/", webhooks.webhook_rotate, name="webhook-rotate"),
    path("webhooks/<int:pk>/remove/", webhooks.webhook_remove, name="webhook-remove"),
]
