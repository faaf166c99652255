"""Addresses of notifications."""

from django.urls import path

from notifications.views import calendars, inbox, preferences, suppressions, switches

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
    path("<int:pk>/open/", inbox.notice_open, name="notice-open"),
]
