"""Addresses of notifications."""

from django.urls import path

from notifications.views import inbox

app_name = "notifications"
urlpatterns = [
    path("", inbox.notice_list, name="notice-list"),
    path("unread/", inbox.unread_count, name="unread-count"),
    path("read/", inbox.notices_read, name="notices-read"),
    path("<int:pk>/open/", inbox.notice_open, name="notice-open"),
]
