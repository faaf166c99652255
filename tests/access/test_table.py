"""Every address × every role, against the one table (tests/access/table.py) and the one of canaries."""

import pytest
from django.urls import reverse

from foundation.middleware import PERMISSIONS_POLICY
from tests.access import canaries, table
from tests.access.bodies import body_of
from tests.access.routes import WRITES, declares_methods, walked
from tests.access.scene import CANARY, INSIDE, MADE, NOBODY, ROLES
from tests.access.visits import lasting, path_to, visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ROWS = table.rows()
QUERIES = {"hiring:kit-compare": "from=1&to=2", "recognition:wall-newer": "since=2026-11-20T10:00:00Z"}
DENIED = {"401", "403", "404", "in", "setup"}
# What no role can bring about with the scene as it stands, and what has nothing to store by its nature.
WITHOUT_EFFECT = {
    "notifications:hold-end",
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_invitation",
    "account_confirm_email", "account_set_password", "account_reset_password", "account_reset_password_from_key",
    "account_sessions_end", "account_session_end", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_login_webauthn",
    "openid_connect_login", "account_token_add", "account_token_revoke", "mail-webhook-postmark",
    "mail-webhook-mailgun", "recognition:coach",
    "recognition:pulse",  # the day of the scene is none of its days; tests/recognition/test_pulse.py answers it
}  # fmt: skip
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'",
    "manifest-src 'self'", "media-src 'self'",
}  # fmt: skip
# A mail in a frame of ours: its own styles, and nothing else.
MAIL_POLICY = {
    "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "form-action 'none'", "base-uri 'none'",
    "frame-ancestors 'self'", "sandbox",
}  # fmt: skip
DOWNLOADS = {"hiring:file-download", "training:file-read", "training:evidence-file"}
FRAMING = {"notifications:kind-detail", "notifications:delivery-preview"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": PERMISSIONS_POLICY,
}


@pytest.fixture(scope="module", params=ROLES)
def answers(request, visitors):
    """All rows that are the role's to try, tried once, in pairs of row and visit. A parameter of the module, so that
    what is asked of one role's answers is asked one after the other, by one process."""
    role = request.param
    return [(row, tried(visitors, role, row)) for row in ROWS if role in row.answers]


def tried(visitors, role, row, path=""):
    body = body_of(visitors.scene, row.route, row.thing, row.method, role)
    path = path or path_to(visitors.scene, row.route, row.thing, QUERIES.get(row.route, ""))
    return visit(visitors.client(role), role, row.route, row.thing, row.method, path, body.data, **body.headers)


# --- the table is whole ---------------------------------------------------------------------------------------------


def test_the_table_names_every_route_and_method_and_no_other():
    answered = {(route.name, method) for route in walked() for method in route.methods}
    listed = {row.key for row in ROWS}
    assert sorted(answered - listed) == []
    assert sorted(listed - answered) == []


def test_the_table_tells_each_thing_once():
    keys = [(*row.key, row.thing) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_every_view_of_ours_says_which_methods_it_takes():
    ours = ("foundation.", "people.", "hiring.", "notifications.", "training.", "recognition.", "portal.")
    silent = [route.name for route in walked() if route.view.__module__.startswith(ours)]
    assert [name for name in silent if not declares_methods(_view(name))] == []


def _view(name):
    return next(route.view for route in walked() if route.name == name)


def test_every_route_with_arguments_has_a_thing_to_fill_them(visitors):
    for row in ROWS:
        route = next(route for route in walked() if route.name == row.route)
        given = visitors.scene.arguments(row.thing) if row.thing != "-" else {}
        assert set(given) == set(route.arguments), row


# --- who gets what --------------------------------------------------------------------------------------------------


def test_every_cell_is_as_the_table_says(answers):
    wrong = [
        f"{was.where}: {was.outcome}, not {row.answers[was.role]} {was.error}"
        for row, was in answers
        if was.outcome != row.answers[was.role]
    ]
    assert wrong == []


def test_role_meets_the_canaries_it_is_entitled_to_and_no_other(answers):
    known, role = canaries.entitled(), answers[0][1].role
    places: dict[str, set[str]] = {}
    for _row, was in answers:
        for word in CANARY.findall(f"{was.body} {was.headers}".lower()):
            if word in known:
                places.setdefault(word, set()).add(was.where)
    entitled = {word for word, roles in known.items() if role in roles}
    assert {word: sorted(places[word])[:3] for word in set(places) - entitled} == {}
    assert sorted(entitled - set(places)) == []


def test_nothing_of_recognition_is_on_a_page_of_hiring_nor_the_other_way_round(answers):
    """Thanks never reach a decision about a candidate, and no candidate the wall."""
    apart = {
        "hiring.": set(canaries.entitled(canaries.RECOGNITION)),
        "recognition.": set(canaries.entitled(canaries.IDENTITY, canaries.JUDGEMENT)),
    }
    views = {route.name: route.view.__module__ for route in walked()}
    met = [
        (was.where, word)
        for row, was in answers
        for app, words in apart.items()
        if views[row.route].startswith(app)
        for word in set(CANARY.findall(f"{was.body} {was.headers}".lower())) & words
    ]
    assert met == []
    assert {app for app in apart for name in views.values() if name.startswith(app)} == set(apart)


def test_every_canary_of_the_scene_is_in_the_table(visitors):
    assert set(canaries.entitled()) == MADE


def test_what_may_not_be_known_of_is_as_if_it_were_not_there(visitors, answers):
    told = []
    for row, was in answers:
        if not _hides(visitors.scene, row, was):
            continue
        arguments = visitors.scene.arguments(row.thing) | {"pk": NOBODY}
        missing = tried(visitors, was.role, row, reverse(row.route, kwargs=arguments))
        if _shown(was) != _shown(missing):
            told.append(was.where)
    assert told == []


def _hides(scene, row, was):
    """Whether the thing is hidden from somebody who is signed in."""
    return was.role in INSIDE and was.outcome == "404" and row.thing != "-" and "pk" in scene.arguments(row.thing)


def _shown(was):
    return was.status, lasting(was.body), sorted(was.headers)


# --- what a request writes ------------------------------------------------------------------------------------------


def test_refused_write_leaves_nothing_but_one_line_in_the_trail(answers):
    wrong = []
    for row, was in answers:
        if row.method not in WRITES or was.outcome not in DENIED:
            continue
        # A 404 and being sent to sign in are no refusals: there was nobody, or nothing, to refuse.
        recorded = was.outcome in {"403", "setup"}
        if was.changed or was.mails or was.refusals != recorded:
            wrong.append((was.where, was.outcome, sorted(was.changed), was.mails, was.refusals))
    assert wrong == []


def test_reading_changes_nothing(answers):
    assert [(was.where, sorted(was.changed)) for row, was in answers if row.method == "GET" and was.changed] == []


def test_what_is_refused_to_one_is_carried_out_for_another(visitors):
    """The same request: a denial for want of a field, or of a right that nobody has, would prove nothing."""
    writes = [row for row in ROWS if row.method in WRITES and row.route not in WITHOUT_EFFECT]
    effective = set()
    for row in writes:
        allowed = [role for role in INSIDE if row.answers.get(role) not in {*DENIED, None}]
        if row.key not in effective and any(tried(visitors, role, row).changed for role in allowed):
            effective.add(row.key)
    assert sorted({row.key for row in writes} - effective) == []


# --- what every answer carries --------------------------------------------------------------------------------------


def test_every_answer_carries_the_safe_headers(answers):
    wrong = []
    for _row, was in answers:
        missing = {name for name, value in _expected_headers(was).items() if was.headers.get(name) != value}
        if not _kept_back(was):
            missing.add("Cache-Control")
        if _policy(was) != _expected_policy(was):
            missing.add("Content-Security-Policy")
        if was.headers.get("Content-Type", "").startswith("text/") and not _says_charset(was):
            missing.add("Content-Type")
        if missing:
            wrong.append((was.where, sorted(missing)))
    assert wrong == []


def _expected_headers(was):
    """The address of a calendar is a key by itself, and told to nobody at all; a mail stands in a frame of ours."""
    is_feed = was.route == "calendar-feed" and was.status == 200
    framed = {"X-Frame-Options": "SAMEORIGIN"} if _is_mail(was) else {}
    return HEADERS | framed | ({"Referrer-Policy": "no-referrer"} if is_feed else {})


def _kept_back(was):
    """No cache keeps it, but for photos, whose address changes with them, and which only the browser may keep; and a
    calendar, the files of lessons and pictures of recognitions, of which it is asked each time whether they still
    hold."""
    kept = was.headers.get("Cache-Control", "")
    if was.route == "people:person-photo" and was.status == 200:
        return kept == "private, max-age=31536000, immutable"
    if was.route in {"calendar-feed", "training:file-read", "recognition:picture"} and was.status == 200:
        return kept == "private, no-cache"
    return "no-store" in kept


def _policy(was):
    return {part.strip() for part in was.headers.get("Content-Security-Policy", "").split(";")}


def _is_mail(was):
    return was.route in {"notifications:kind-mail", "notifications:delivery-mail"} and was.status == 200


def _expected_policy(was):
    if _is_mail(was):
        return MAIL_POLICY
    if was.route in FRAMING and was.status == 200:
        return POLICY | {"frame-src 'self'"}
    if was.route in DOWNLOADS and was.status == 200:
        return {"default-src 'none'", "sandbox"}
    if was.route == "api-docs" and was.status != 403:
        return POLICY - {"style-src 'self'"} | {"style-src 'self' 'unsafe-inline'"}
    return POLICY


def _says_charset(was):
    """Ours is UTF-8; in which one somebody wrote a letter, nobody knows, and it is only ever downloaded."""
    return was.route in DOWNLOADS or "charset=utf-8" in was.headers["Content-Type"].lower()
