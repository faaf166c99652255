"""Addresses of recognition."""

from django.urls import path

from recognition.views import (
    comments,
    customer_links,
    milestones,
    moderation,
    posts,
    praise,
    praise_imports,
    reactions,
    values,
    wall,
)

app_name = "recognition"

urlpatterns = [
    path("", wall.wall, name="wall"),
    path("newer/", wall.wall_newer, name="wall-newer"),
    path("new/", posts.recognise, name="recognise"),
    path("coach/", posts.coach, name="coach"),
    path("<int:pk>/", wall.recognition_detail, name="recognition-detail"),
    path("<int:pk>/edit/", posts.recognition_edit, name="recognition-edit"),
    path("<int:pk>/withdraw/", posts.recognition_withdraw, name="recognition-withdraw"),
    path("<int:pk>/keep/", posts.recognition_keep, name="recognition-keep"),
    path("<int:pk>/report/", moderation.recognition_report, name="recognition-report"),
    path("<int:pk>/react/", reactions.recognition_react, name="recognition-react"),
    path("<int:pk>/comment/", comments.comment_add, name="comment-add"),
    path("comments/<int:pk>/withdraw/", comments.comment_withdraw, name="comment-withdraw"),
    path("comments/<int:pk>/report/", comments.comment_report, name="comment-report"),
    path("reports/", moderation.case_list, name="case-list"),
    path("reports/<int:pk>/", moderation.case_detail, name="case-detail"),
    path("customers/", praise.praise_list, name="praise-list"),
    path("customers/new/", praise.praise_enter, name="praise-enter"),
    path("customers/import/", praise_imports.import_add, name="praise-import"),
    path("customers/import/template/", praise_imports.import_template, name="praise-import-template"),
    path("customers/import/<int:pk>/", praise_imports.import_detail, name="praise-import-detail"),
    path("customers/import/<int:pk>/errors/", praise_imports.import_errors, name="praise-import-errors"),
    path("customers/import/<int:pk>/apply/", praise_imports.import_apply, name="praise-import-apply"),
    path("customers/import/<int:pk>/cancel/", praise_imports.import_cancel, name="praise-import-cancel"),
    path("customers/links/", customer_links.link_list, name="customer-links"),
    path("customers/links/<int:pk>/", customer_links.link_detail, name="customer-link"),
    path("customers/links/<int:pk>/revoke/", customer_links.link_revoke, name="customer-link-revoke"),
    path("customers/<int:pk>/", praise.praise_detail, name="praise-detail"),
    path("customers/<int:pk>/recognise/", praise.praise_recognise, name="praise-recognise"),
    path("milestones/", milestones.milestone_list, name="milestone-list"),
    path("values/", values.value_list, name="value-list"),
    path("values/new/", values.value_create, name="value-create"),
    path("values/<int:pk>/", values.value_edit, name="value-edit"),
    path("values/<int:pk>/archive/", values.value_archive, name="value-archive"),
    path("values/<int:pk>/restore/", values.value_restore, name="value-restore"),
    path("values/<int:pk>/move/", values.value_move, name="value-move"),
    path("how-i-am-thanked/", values.wish_edit, name="wish-edit"),
]
