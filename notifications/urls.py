"""Addresses of notifications."""

from django.urls import path

from notifications.views import inbox, preferences

app_name = "notifications"
urlpatterns = [
    path("", inbox.notice_list, name="notice-list"),
    path("unread/", inbox.unread_count, name="unread-count"),
    path("read/", inbox.notices_read, name="notices-read"),
    path("preferences/", preferences.preferences_edit, name="preferences-edit"),
    path("<int:pk>/open/", inbox.notice_open, name="notice-open"),
]
