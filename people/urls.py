"""Addresses of people."""

from django.urls import path
from django.views.generic.base import RedirectView

from people.views import access, audit, imports, leavers, leaves, people, roles, teams

app_name = "people"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:person-list"), name="person-index"),
    # People
    path("me/", people.me, name="me"),
    path("me/edit/", people.me_edit, name="me-edit"),
    path("mine/", people.mine, name="mine"),
    path("directory/", people.person_list, name="person-list"),
    path("directory/export/", people.person_export, name="person-export"),
    path("directory/options/", people.person_options, name="person-options"),
    path("directory/add/", people.person_add, name="person-add"),
    path("directory/<int:pk>/", people.person_detail, name="person-detail"),
    path("directory/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("directory/<int:pk>/invite/", access.person_invite, name="person-invite"),
    path("directory/<int:pk>/second-factor/", access.person_second_factor, name="person-second-factor"),
    path("directory/<int:pk>/leaves/", leavers.person_deactivate, name="person-deactivate"),
    path("directory/<int:pk>/leave/", leaves.person_leave, name="person-leave"),
    path("leave/<int:pk>/end/", leaves.leave_end, name="leave-end"),
    path("leave/<int:pk>/cancel/", leaves.leave_cancel, name="leave-cancel"),
    path("directory/<int:pk>/waiting/", leavers.person_waiting, name="person-waiting"),
    path("directory/<int:pk>/reactivate/", leavers.person_reactivate, name="person-reactivate"),
    path("directory/<int:pk>/photo/", leavers.photo_edit, name="photo-edit"),
    path("directory/<int:pk>/photo/remove/", leavers.photo_remove, name="photo-remove"),
    path("directory/<int:pk>/photo/<slug:version>/<slug:size>/", leavers.person_photo, name="person-photo"),
    # Teams and sites
    path("teams/", teams.team_list, name="team-list"),
    path("teams/options/", teams.team_options, name="team-options"),
    path("teams/add/", teams.team_add, name="team-add"),
    path("teams/<int:pk>/", teams.team_detail, name="team-detail"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team-edit"),
    path("teams/sites/add/", teams.site_add, name="site-add"),
    path("teams/sites/<int:pk>/edit/", teams.site_edit, name="site-edit"),
    # Roles
    path("roles/", roles.role_list, name="role-list"),
    path("roles/grant/", roles.role_grant, name="role-grant"),
    path("roles/<int:pk>/end/", roles.role_end, name="role-end"),
    # Imports
    path("imports/", imports.import_list, name="import-list"),
    path("imports/add/", imports.import_add, name="import-add"),
    path("imports/template/", imports.import_template, name="import-template"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/errors/", imports.import_errors, name="import-errors"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import-apply"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/invite/", imports.import_invite, name="import-invite"),
    # Audit trail
    path("audit/", audit.audit_list, name="audit-list"),
    path("audit/export/", audit.audit_export, name="audit-export"),
]
