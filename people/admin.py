"""Support pages: to look things up. Whatever changes something has its page and its action, so nothing is edited here.

The audit trail is not among them: its own page minds the reader's scope and what is sealed from them.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from people.models import ImportRun, Person, RoleGrant, Site, Team


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows and changes none."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "email", "job_title", "team", "is_active", "last_login")
    list_filter = ("is_active",)
    list_select_related = ("team",)
    search_fields = ("search_text",)
    ordering = ("full_name", "pk")
    fields = (
        "full_name", "preferred_name", "email", "job_title", "team", "manager", "site", "time_zone", "language",
        "work_days", "work_starts", "work_ends", "started_on", "left_on", "is_active", "is_staff", "invited_at",
        "joined_at", "last_login",
    )  # fmt: skip


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ("path",)
    search_fields = ("path",)
    ordering = ("path",)
    fields = ("name", "parent", "path")


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin):
    ordering = ("name",)
    fields = ("name",)


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ("person", "role", "team", "starts_at", "ends_at", "granted_by")
    list_filter = ("role",)
    list_select_related = ("person", "team", "granted_by")
    ordering = ("-pk",)
    fields = ("person", "role", "team", "starts_at", "ends_at", "granted_by", "granted_at", "reason")


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Where an import stands, for whoever is asked why; not what is in it."""

    list_display = ("pk", "kind", "state", "uploaded_by", "uploaded_at", "moved_at", "rows_done", "rows_total")
    list_filter = ("state", "kind")
    list_select_related = ("uploaded_by",)
    ordering = ("-pk",)
    fields = ("kind", "state", "uploaded_by", "uploaded_at", "moved_at", "rows_total", "rows_done")
