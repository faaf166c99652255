"""Other ways to ask for the same: htmx, methods, spellings of an address, parameters, bulk and nested ids. None opens
what the front door keeps shut."""

import json
from urllib.parse import unquote

import pytest

from tests.access import canaries, table
from tests.access.bodies import body_of
from tests.access.routes import WRITES, walked
from tests.access.scene import CANARY, INSIDE, canary
from tests.access.visits import lasting, path_to, query, visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ROWS = table.rows()
READS = [row for row in ROWS if row.method == "GET"]
# One row each: of something masked or sealed, where there is one.
ROUTES = list(
    {row.route: row for row in sorted(READS, key=lambda row: row.thing.endswith((".blind", ".sealed")))}.values()
)
QUERIES = {"hiring:kit-compare": "from=1&to=2", "recognition:wall-newer": "since=2026-11-20T10:00:00Z"}
ENTITLED = canaries.entitled()


def by_turns(chosen, among):
    """Half of the routes for each choice, the other half for the next."""
    return ROUTES[list(among).index(chosen) % 2 :: 2]


def knows(role):
    """How many canaries this role may meet."""
    return sum(role in roles for roles in ENTITLED.values())


def let_in(row):
    """Of those who get the page, whoever may know least."""
    return min((role for role in row.answers if row.answers[role] == "200"), key=knows, default=None)


def led_on(row):
    return next((role for role, answer in row.answers.items() if answer == "302"), None)


def denied(row):
    """A signed-in role that is refused, or a visitor."""
    refused = [role for role, answer in row.answers.items() if answer in {"403", "404"}]
    return refused[0] if refused else "visitor" if row.answers["visitor"] in {"in", "401"} else None


def ask(visitors, role, row, *, path="", method="", data=None, **headers):
    path = path or path_to(visitors.scene, row.route, row.thing, QUERIES.get(row.route, ""))
    return visit(visitors.client(role), role, row.route, row.thing, method or row.method, path, data, **headers)


def unentitled(was):
    """Canaries in the answer that its reader may not meet."""
    return {word for word in CANARY.findall(was.body.lower()) if was.role not in ENTITLED.get(word, {was.role})}


# --- htmx -----------------------------------------------------------------------------------------------------------


def test_a_fragment_is_given_to_whom_the_page_is_given(visitors):
    """A redirect may become a header for htmx, but leads nowhere else and shows nothing on the way."""
    wrong = []
    for row in ROUTES:
        for role in dict.fromkeys((let_in(row), led_on(row), denied(row))):
            if role is None:
                continue
            was = ask(visitors, role, row, **{"HX-Request": "true"})
            leads_on = was.headers.get("HX-Redirect") and not was.body
            answer = "302" if leads_on and was.outcome == "200" else was.outcome
            if answer != row.answers[role] or unentitled(was):
                wrong.append((was.where, answer, row.answers[role], unentitled(was)))
    assert wrong == []


def test_a_session_that_ended_sends_the_whole_page_to_sign_in(visitors):
    """Never a sign-in page swapped into a panel."""
    wrong = []
    for row in ROUTES:
        if row.answers["leaver"] != "in":
            continue
        was = ask(visitors, "leaver", row, **{"HX-Request": "true", "HX-Current-URL": "http://testserver/hiring/kits/"})
        if was.status != 200 or was.body or not was.headers["HX-Redirect"].startswith("/account/sign-in/"):
            wrong.append((was.where, was.status, was.headers.get("HX-Redirect")))
    assert wrong == []


# --- methods --------------------------------------------------------------------------------------------------------

# Redirects by nature: they lead on whatever the method, and do nothing else.
LEADING_ON = {"people:person-index", "account_index", "mfa_index", "mfa_list_webauthn", "change_password"}


def test_methods_that_the_table_does_not_name_are_not_taken(visitors):
    """As the role that gets furthest. Views of libraries may send somebody on, or say that there is nothing, before
    they look at the method; then they answer as they do to the methods they have. Three methods by turns."""
    named: dict[str, dict[str, set[str]]] = {}
    for row in ROWS:
        for role, answer in row.answers.items():
            named.setdefault(row.route, {}).setdefault(role, set()).add(answer)
    listed = {row.key for row in ROWS}
    library = {route.name for route in walked() if route.view.__module__.startswith(("allauth", "anymail"))}
    wrong = []
    for place, row in enumerate({row.route: row for row in ROWS}.values()):
        role = furthest(row)
        takes = {"405"} | (named[row.route][role] if row.route in library | LEADING_ON else set())
        others = [method for method in (*WRITES, "TRACE") if (row.route, method) not in listed]
        for method in ("OPTIONS", others[place % len(others)], others[(place + 2) % len(others)]):
            was = ask(visitors, role, row, method=method)
            harmless = method == "OPTIONS" and row.route in library and was.status == 200 and not was.body
            if (was.outcome not in takes and not harmless) or was.changed or was.mails:
                wrong.append((was.where, was.outcome, sorted(was.changed), was.error))
    assert wrong == []


def furthest(row):
    return min(row.answers, key=lambda role: (not row.answers[role].startswith(("2", "302")), role))


def test_head_is_answered_like_get_without_the_body(visitors):
    """To whom GET is refused; what is open to read may be asked about."""
    wrong = []
    for row in ROUTES:
        if role := denied(row):
            was = ask(visitors, role, row, method="HEAD")
            if was.outcome not in {row.answers[role], "405"} or was.body:
                wrong.append((was.where, was.outcome, row.answers[role]))
    assert wrong == []


def test_a_method_in_a_header_or_a_field_is_not_believed(visitors):
    """As somebody who may: what is asked by another method stays undone."""
    listed = {row.key for row in ROWS}
    wrong = []
    for row in ROWS:
        role = furthest(row)
        if row.method == "GET" or row.answers[role].startswith("4"):
            continue
        path = path_to(visitors.scene, row.route, row.thing)
        believed = {"X-HTTP-Method-Override": row.method, "X-HTTP-Method": row.method, "X-Method-Override": row.method}
        if (row.route, "POST") in listed:
            data, path = None, path if path.startswith("/api/") else f"{path}?_method={row.method}"
        else:
            data = body_of(visitors.scene, row.route, row.thing, row.method, role).data | {"_method": row.method}
        was = ask(visitors, role, row, path=path, method="POST" if data else "GET", data=data, **believed)
        if was.changed or (data and was.status != 405):
            wrong.append((was.where, was.outcome, sorted(was.changed)))
    assert wrong == []


# --- spellings ------------------------------------------------------------------------------------------------------

SPELLINGS = {
    "another ending": lambda path: f"{path.rstrip('/')}.json",
    "a script": lambda path: f"{path}x.js",
    "a stylesheet by path parameter": lambda path: f"{path.rstrip('/')};x.css",
    "two slashes": lambda path: path.replace("/", "//", 2),
    "capitals": lambda path: path.upper(),
    "a dot on the way": lambda path: f"/.{path}",
    "an escaped slash": lambda path: f"{path.rstrip('/')}%2f",
    "no slash": lambda path: path.rstrip("/"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_opens_nothing(visitors, spelling):
    """To nobody, so that no cache takes a page for a script. Where it is but the same address, to nobody new."""
    wrong = []
    for row in by_turns(spelling, SPELLINGS):
        plain = path_to(visitors.scene, row.route, row.thing)
        path = SPELLINGS[spelling](plain)
        role = denied(row) if unquote(path) == plain else let_in(row) or denied(row)
        if plain == "/" or path == plain or role is None:
            continue
        was = ask(visitors, role, row, path=f"http://testserver{path}")
        if was.status == 200:
            wrong.append((was.where, path))
    assert wrong == []


PARAMETERS = ("format=json", "format=api", "format=csv", "_method=GET", "export=1", "debug=1")


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_parameter_opens_nothing(visitors, parameter):
    """Nor does asking for JSON."""
    wrong = []
    for row in by_turns(parameter, PARAMETERS):
        role = denied(row)
        if role is None or row.route == "mfa_login_webauthn":  # has its own test
            continue
        path = path_to(visitors.scene, row.route, row.thing)
        was = ask(visitors, role, row, path=f"{path}?{parameter}", accept="application/json")
        if was.outcome not in {row.answers[role], "400"} or unentitled(was):
            wrong.append((was.where, was.outcome))
    assert wrong == []


def test_visitor_who_asks_for_json_gets_a_passkey_challenge_and_nothing_of_anybody(visitors):
    """The script of the sign-in page asks so. It names no passkey, as nobody has said yet who they are."""
    row = next(row for row in READS if row.route == "mfa_login_webauthn")
    was = ask(visitors, "visitor", row, accept="application/json")
    options = json.loads(was.body)["request_options"]["publicKey"]
    assert was.status == 200
    assert set(options) <= {"challenge", "rpId", "userVerification", "timeout", "allowCredentials"}
    assert not options.get("allowCredentials")


# --- searching and sorting ------------------------------------------------------------------------------------------

# Where one searches, by which parameters, and who finds what there: a search that finds nothing hides nothing.
SEARCHES = {
    ("search", "q"): ("recruiter", "name.blind"),
    ("people:person-list", "status=all&q"): ("admin", "gone.name"),
    ("people:person-options", "manager"): None,  # offers nobody who left, whoever asks
    ("people-api:person-list", "q"): ("auditor", "gone.name"),
    ("hiring:opening-list", "q"): ("recruiter", "opening.title"),
    ("hiring:candidate-list", "q"): ("recruiter", "email.veiled"),
    ("hiring:candidate-export", "q"): ("recruiter", "phone.veiled"),
    ("hiring:interview-list", "who=all&q"): ("recruiter", "opening.title"),
    ("hiring:interview-list", "who=all&show=waiting&q"): ("recruiter", "name.blind"),
    ("hiring:interview-list", "show=waiting&q"): ("owing", "opening.title"),
    ("training:module-list", "q"): ("trainer", "module.name"),
    ("hiring-api:opening-list", "q"): ("recruiterb", "other.title"),
    ("hiring-api:candidate-list", "q"): ("recruiter", "name.blind"),
    ("hiring-api:application-list", "q"): ("recruiterb", "name.elsewhere"),
    ("training-api:module-list", "q"): ("trainer", "module.name"),
}
WANTED = (
    "name.blind", "email.veiled", "phone.veiled", "name.elsewhere", "other.title", "opening.title", "gone.name",
    "module.name",
)  # fmt: skip
NOTHING = "zcnothingzz"


def found(visitors, role, route, parameters, word):
    """The answer to this search, once the word itself is taken out."""
    row = next(row for row in READS if row.route == route)
    was = ask(visitors, role, row, path=f"{path_to(visitors.scene, route, row.thing)}?{parameters}={word}")
    assert was.status == 200, was.where
    return lasting(was.body).replace(word, NOTHING)


@pytest.mark.parametrize(("route", "parameters"), SEARCHES)
def test_searching_for_what_one_may_not_know_is_like_searching_for_nothing(visitors, route, parameters):
    """The whole answer is the same, counts and order included. Three by turns of those who may not know a word."""
    answers = next(row.answers for row in READS if row.route == route)
    told, nothing = [], {}
    for turn, name in enumerate(WANTED):
        word = canary(name)
        unknowing = [role for role in INSIDE if answers.get(role) == "200" and role not in ENTITLED[word]]
        for role in unknowing[turn % 3 :: max(1, len(unknowing) // 3)]:
            if role not in nothing:
                nothing[role] = found(visitors, role, route, parameters, NOTHING)
            if found(visitors, role, route, parameters, word) != nothing[role]:
                told.append((role, name))
    assert told == []


@pytest.mark.parametrize(("route", "parameters"), [place for place, one in SEARCHES.items() if one])
def test_searching_finds_what_one_may_know(visitors, route, parameters):
    """So that the test above can fail."""
    role, name = SEARCHES[route, parameters]
    word = canary(name)
    assert role in ENTITLED[word]
    assert found(visitors, role, route, parameters, word) != found(visitors, role, route, parameters, NOTHING)


@pytest.mark.parametrize("sort", ["name", "-name", "applied", "waiting"])
@pytest.mark.parametrize("first_letter", ["A", "Z"])
def test_order_tells_nothing_of_a_masked_name(visitors, sort, first_letter):
    """However the blind candidate is called, a recruiter on the panel finds the same page."""
    row = next(row for row in READS if row.route == "hiring:candidate-list")
    path = f"{path_to(visitors.scene, row.route, row.thing)}?{query(sort=sort)}"
    before = ask(visitors, "seated", row, path=path)
    candidate = visitors.scene["candidate.blind"]
    type(candidate).objects.filter(pk=candidate.pk).update(full_name=f"{first_letter}{first_letter} Renamed")
    assert lasting(ask(visitors, "seated", row, path=path).body) == lasting(before.body)
    assert before.status == 200


@pytest.mark.parametrize(
    "parameters",
    [
        "ordering=candidate__full_name", "sort=candidate__full_name", "candidate__full_name__startswith=zc",
        "application__scores__gt=3", "password__startswith=a", "ordering=-password", "after=made-up", "limit=999999",
    ],
)  # fmt: skip
def test_lists_take_listed_parameters_only(visitors, parameters):
    wrong = []
    for row in [row for row in READS if row.route.endswith("-api:" + row.route.partition(":")[2]) and row.thing == "-"]:
        role = {"people-api": "auditor", "training-api": "trainer"}.get(row.route.partition(":")[0], "recruiter")
        was = ask(visitors, role, row, path=f"{path_to(visitors.scene, row.route, row.thing)}?{parameters}")
        if was.status != 400 and row.route != "people-api:me":
            wrong.append((was.where, was.status))
    assert wrong == []
