"""Pages of people through the client: they work, say no where they should, and cost the same at any length."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.actions import imports, people_imports, sessions
from people.models import AuditEntry, ImportRun, Person, Role, RoleGrant, Team
from tests.cast import fresh, grant, make_person, make_site, make_team
from tests.people.steps import enrol_app
from tests.people.test_people_actions import picture

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"people:{name}", args=args)


@pytest.fixture
def admin(client):
    person = make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None}, team=make_team("Service"))
    client.force_login(person)
    return person


@pytest.fixture
def employee():
    return make_person("Emma Employee", team=make_team("Service/Retail"))


def page(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response.headers.get("Location", response.status_code)
    return response.content.decode()


def heading(text):
    return re.search(r"<h1>(.*?)</h1>", text)[1]


# --- who gets in ----------------------------------------------------------------------------------------------------

ADMIN_PAGES = [
    "person-add", "team-add", "site-add", "role-grant", "import-list", "import-add", "import-template", "person-export",
]  # fmt: skip
PERSON_PAGES = ["person-edit", "person-deactivate", "person-waiting", "photo-edit", "person-second-factor"]
POSTS = ["person-invite", "person-reactivate", "photo-remove"]


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_admin_page_opens_for_the_admin_and_is_refused_to_others(client, admin, employee, name):
    assert client.get(url(name)).status_code == 200
    client.force_login(employee)
    assert client.get(url(name)).status_code == 403
    client.logout()
    assert reverse("account_login") in client.get(url(name)).headers["Location"]


@pytest.mark.parametrize("name", PERSON_PAGES)
def test_anothers_page_is_refused_to_an_employee_and_to_an_admin_elsewhere(client, admin, employee, name):
    other = make_person("Olu Other", team=make_team("Service/Care"))
    assert client.get(url(name, other.pk)).status_code == 200
    scoped = make_person("Sid Scoped", roles={Role.PEOPLE_ADMIN: make_team("Service/Retail")})
    for reader in (employee, scoped):
        client.force_login(reader)
        assert client.get(url(name, other.pk)).status_code == 403
        assert client.post(url(name, other.pk), {"left_on": "2026-01-01", "full_name": "X"}).status_code == 403
    assert fresh(other).is_active


@pytest.mark.parametrize("name", POSTS)
def test_deed_needs_post_and_the_right(client, admin, employee, name):
    other = make_person("Olu Other")
    assert client.get(url(name, other.pk)).status_code == 405
    client.force_login(employee)
    assert client.post(url(name, other.pk)).status_code == 403
    assert client.post(url(name, 10**30)).status_code == 404


def test_leavers_page_does_not_exist_for_colleagues(client, admin, employee):
    gone = make_person("Gil Gone", is_active=False)
    assert "Gil Gone" in page(client, url("person-detail", gone.pk))
    client.force_login(employee)
    answer = client.get(url("person-detail", gone.pk))
    assert answer.status_code == 404
    # What a person who never was would give, but for what differs between any two answers.
    never = client.get(url("person-detail", 987654))
    assert _bare(answer, gone.pk) == _bare(never, 987654)


def _bare(answer, pk):
    return re.sub(rf"/{pk}/|[0-9a-f]{{32}}|[A-Za-z0-9]{{64}}", "?", answer.content.decode())


def test_role_and_audit_pages_open_for_those_who_look_after_them(client, admin, employee):
    assert client.get(url("role-list")).status_code == 200
    assert client.get(url("audit-list")).status_code == 403
    client.force_login(make_person("Aud Auditor", roles={Role.AUDITOR: None}))
    assert client.get(url("role-list")).status_code == 200
    assert client.get(url("audit-list")).status_code == 200
    client.force_login(employee)
    assert client.get(url("role-list")).status_code == 403


# --- directory ------------------------------------------------------------------------------------------------------


def found(client, **query):
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)<', page(client, url("person-list"), **query))


@pytest.fixture
def crowd(admin):
    from people.actions import people as actions

    krakow, leeds = make_site("Kraków"), make_site("Leeds")
    retail, unit = make_team("Service/Retail"), make_team("Service/Retail/Unit 1")
    for name, team, site, title in [
        ("Zoë Łyskawa", retail, krakow, "Agent"), ("Bob Brown", unit, leeds, "Host"), ("Cy Care", None, None, ""),
    ]:  # fmt: skip
        actions.add_person(
            full_name=name, email=f"{name[:2].encode('ascii', 'ignore').decode()}@x.example", team=team, site=site,
            job_title=title, by=None, at=timezone.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Ada Admin", "Bob Brown", "Cy Care", "Zoë Łyskawa"]),
        ({"sort": "-name"}, ["Zoë Łyskawa", "Cy Care", "Bob Brown", "Ada Admin"]),
        ({"q": "zoe LYSKAWA"}, ["Zoë Łyskawa"]),
        ({"q": "krakow"}, ["Zoë Łyskawa"]),
        ({"q": "unit host"}, ["Bob Brown"]),
        ({"q": "%"}, []),
        ({"q": "nobody"}, []),
        ({"sort": "password"}, ["Ada Admin", "Bob Brown", "Cy Care", "Zoë Łyskawa"]),
    ],
)
def test_directory_finds_by_name_title_team_and_site_whatever_case_and_accents(client, crowd, query, names):
    assert found(client, **query) == names


def test_directory_filters_by_team_with_all_below_and_by_site(client, crowd):
    retail = Team.objects.get(path="Service/Retail")
    assert found(client, team=retail.pk) == ["Bob Brown", "Zoë Łyskawa"]
    assert found(client, site=make_site("Leeds").pk) == ["Bob Brown"]
    assert found(client, team=retail.pk, q="agent") == ["Zoë Łyskawa"]


@pytest.mark.parametrize(
    "query", [{"team": "99999"}, {"team": "x"}, {"team": "9" * 40}, {"site": "-1"}, {"status": "x"}]
)
def test_filter_that_makes_no_sense_is_said_and_harms_nothing(client, crowd, query):
    assert "field-error" in page(client, url("person-list"), **query)


def test_leavers_are_listed_for_admins_who_ask_and_for_nobody_else(client, admin, employee):
    make_person("Gil Gone", is_active=False)
    assert found(client, status="left") == ["Gil Gone"]
    assert "Gil Gone" in found(client, status="all")
    client.force_login(employee)
    for status in ("left", "all", "waiting"):
        assert found(client, status=status) == ["Ada Admin", "Emma Employee"]


def test_directory_says_when_it_is_empty_filtered_or_full(client, admin):
    assert "Nobody matches" in page(client, url("person-list"), q="nobody")
    for _ in range(60):
        make_person()
    text = page(client, url("person-list"))
    assert "61 people" in text
    older = re.search(r'href="(\?[^"]*after=[^"]+)"', text)[1].replace("&amp;", "&")
    rest = client.get(url("person-list") + older).content.decode()
    assert len(re.findall("data-row", text)) + len(re.findall("data-row", rest)) == 61
    assert client.get(url("person-list"), {"after": "cD1hYmM="}).status_code == 400


def test_directory_answers_a_swap_with_its_rows_alone(client, admin):
    answer = client.get(url("person-list"), headers={"HX-Request": "true"})
    assert "<h1>" not in answer.content.decode()
    assert "Ada Admin" in answer.content.decode()


def test_who_is_called_so_is_proposed_before_whoever_has_the_word_elsewhere(client, crowd):
    make_person("Anna Early", email="a.baker@x.example")
    make_person("Zita Baker", email="z@x.example")
    text = page(client, url("person-options"), q="baker")
    assert re.findall(r'value="([^"]+)" data-name="([^"]+)"', text) == [
        ("z@x.example", "Zita Baker"), ("a.baker@x.example", "Anna Early")
    ]  # fmt: skip


def test_suggestions_are_people_who_work_here(client, crowd):
    make_person("Zoë Gone", is_active=False)
    text = page(client, url("person-options"), manager="zoe")
    assert re.findall(r'value="([^"]+)"', text) == ["zo@x.example"]
    assert page(client, url("person-options"), manager=" ").strip() == ""
    assert re.findall(r'value="([^"]+)"', page(client, url("team-options"), team="unit ret")) == [
        "Service/Retail/Unit 1"
    ]


# --- profile --------------------------------------------------------------------------------------------------------


def test_profile_shows_line_team_and_roles_to_those_who_may_know(client, admin, employee):
    report = make_person("Rae Report", manager=employee)
    make_person("Lou Low", manager=report)
    grant(employee, Role.RECRUITER, make_team("Service/Retail"))
    text = page(client, url("person-detail", employee.pk))
    assert heading(text) == "Emma Employee"
    assert "2 people in the reporting line" in text
    assert ">Recruiter<" in text.replace("</svg>", "")
    client.force_login(report)
    assert "Recruiter" not in page(client, url("person-detail", employee.pk))
    client.force_login(employee)
    assert "Recruiter" in page(client, url("person-detail", employee.pk))
    assert client.get(url("me")).headers["Location"] == employee.get_absolute_url()


def test_own_profile_form_keeps_what_was_typed_and_saves_what_is_ones_own(client, admin, employee):
    client.force_login(employee)
    data = {"preferred_name": "Em", "time_zone": "Asia/Kathmandu", "language": "en-gb", "work_days": ["sun", "mon"],
            "work_starts": "22:00", "work_ends": "06:00", "job_title": "Director", "is_staff": "on"}  # fmt: skip
    text = client.post(url("me-edit"), {**data, "time_zone": "Mars/Olympus"}).content.decode()
    assert 'value="Em"' in text
    assert "field-error" in text
    assert client.post(url("me-edit"), data).headers["Location"] == employee.get_absolute_url()
    person = fresh(employee)
    assert (person.name, person.time_zone, person.work_days, person.job_title, person.is_staff) == (
        "Em", "Asia/Kathmandu", "mon,sun", "", False,
    )  # fmt: skip


def form_of(person, **changes):
    return {
        "full_name": person.full_name, "email": person.email, "preferred_name": "", "job_title": "Agent",
        "team": person.team.path if person.team else "", "manager": "", "site": "", "time_zone": "UTC",
        "language": "en-gb", "work_days": ["mon"], "work_starts": "09:00", "work_ends": "17:00", "started_on": "",
        "left_on": "", **changes,
    }  # fmt: skip


def test_admin_edits_a_person_with_manager_by_name_or_address(client, admin, employee):
    boss = make_person("Bo Boss")
    for manager in (boss.email.upper(), "bo boss"):
        Person.objects.filter(pk=employee.pk).update(manager=None)
        answer = client.post(url("person-edit", employee.pk), form_of(employee, manager=manager))
        assert answer.status_code == 302, answer.content.decode()
        assert fresh(employee).manager == boss


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "ada.admin.x"), ("manager", "nobody@x.example"), ("team", "Nowhere"), ("left_on", "soon")],
)
def test_refused_edit_keeps_the_form_and_points_at_the_field(client, admin, employee, field, value):
    text = client.post(url("person-edit", employee.pk), form_of(employee, **{field: value})).content.decode()
    assert f'href="#id_{field}"' in text
    assert f'value="{value}"' in text
    assert fresh(employee).job_title == ""


def test_circle_is_told_beside_the_manager(client, admin, employee):
    make_person("Rae Report", email="rae@x.example", manager=employee)
    text = client.post(url("person-edit", employee.pk), form_of(employee, manager="rae@x.example")).content.decode()
    assert 'href="#id_manager"' in text


def test_scoped_admin_cannot_move_people_out_of_or_into_other_teams(client, admin, employee):
    make_team("Service/Care")
    client.force_login(make_person("Sid Scoped", roles={Role.PEOPLE_ADMIN: make_team("Service/Retail")}))
    assert client.post(url("person-edit", employee.pk), form_of(employee, team="Service/Care")).status_code == 403
    assert client.post(url("person-edit", employee.pk), form_of(employee, team="")).status_code == 403
    new = form_of(employee, email="new@x.example", team="Service/Care")
    assert client.post(url("person-add"), new).status_code == 403
    assert client.post(url("person-edit", employee.pk), form_of(employee)).status_code == 302
    assert fresh(employee).team.path == "Service/Retail"


def test_added_person_is_invited_at_once_if_wanted(
    client, admin, employee, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("person-add"), form_of(employee, email="a@x.example"))
        client.post(url("person-add"), form_of(employee, email="b@x.example", invite="on"))
    assert Person.objects.filter(email__endswith="@x.example").count() == 2
    assert [mail.to for mail in mailoutbox] == [["b@x.example"]]


def test_address_that_is_taken_is_told_beside_the_field(client, admin, employee):
    for address in (url("person-add"), url("person-edit", employee.pk)):
        text = client.post(address, form_of(employee, email=admin.email.upper())).content.decode()
        assert 'href="#id_email"' in text
        assert "Somebody with this address is here already" in text
    assert fresh(employee).email != admin.email


def test_invitation_says_what_came_of_it(client, admin, employee, settings, django_capture_on_commit_callbacks):
    person = Person.objects.create(email="new@x.example", full_name="Nia New", team=employee.team)
    answer = client.post(url("person-invite", person.pk), follow=True)
    assert "on its way to new@x.example" in answer.content.decode()
    answer = client.post(url("person-invite", employee.pk), follow=True)
    assert "has joined already" in answer.content.decode()


# --- photo ----------------------------------------------------------------------------------------------------------


def test_photo_is_set_served_for_good_and_removed(client, admin, employee):
    client.force_login(employee)
    assert client.post(url("photo-edit", employee.pk), {"photo": picture()}).status_code == 302
    person = fresh(employee)
    for address in (person.photo_url, person.large_photo_url):
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert b"".join(answer.streaming_content).startswith(b"RIFF")
    assert client.get(url("person-photo", person.pk, "0" * 32, "small")).status_code == 404
    assert client.get(f"{person.photo_url[:-6]}huge/").status_code == 404
    client.logout()
    assert client.get(person.photo_url).status_code == 302
    client.force_login(employee)
    assert client.post(url("photo-remove", person.pk)).status_code == 302
    assert client.get(person.photo_url).status_code == 404


def test_photo_that_is_none_is_told_beside_the_field(client, admin, employee):
    client.force_login(employee)
    svg = picture()
    svg.seek(0)
    svg.truncate()
    svg.write(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    svg.seek(0)
    svg.name = "me.png"
    assert "This is not a photo" in client.post(url("photo-edit", employee.pk), {"photo": svg}).content.decode()


# --- leaving --------------------------------------------------------------------------------------------------------


def test_leaver_flow_ends_access_and_leads_to_what_waits(client, admin, employee):
    report = make_person("Rae Report", manager=employee)
    text = page(client, url("person-deactivate", employee.pk))
    assert "Rae Report" in text
    answer = client.post(url("person-deactivate", employee.pk), {"left_on": "2026-01-02", "reason": ""})
    assert answer.headers["Location"] == url("person-waiting", employee.pk)
    assert not fresh(employee).is_active
    answer = client.post(url("person-waiting", employee.pk), {"to": admin.email})
    assert answer.status_code == 302
    assert fresh(report).manager == admin
    assert "Nothing waits on them" in page(client, url("person-waiting", employee.pk))
    client.post(url("person-reactivate", employee.pk))
    assert fresh(employee).is_active


def test_day_to_come_is_refused_beside_the_form(client, admin, employee):
    tomorrow = (timezone.now() + timedelta(days=2)).date()
    text = client.post(url("person-deactivate", employee.pk), {"left_on": tomorrow}).content.decode()
    assert "still to come" in text
    assert fresh(employee).is_active


def test_second_factor_is_removed_with_a_reason_and_never_ones_own(client, admin, employee):
    enrol_app(employee)
    text = page(client, url("person-detail", employee.pk))
    assert url("person-second-factor", employee.pk) in text
    assert "field-error" in client.post(url("person-second-factor", employee.pk), {"reason": " "}).content.decode()
    assert client.post(url("person-second-factor", employee.pk), {"reason": "Called back"}).status_code == 302
    assert not sessions.has_second_factor(person=employee)
    text = client.post(url("person-second-factor", employee.pk), {"reason": "Again"}).content.decode()
    assert "has no second factor" in text
    assert client.get(url("person-second-factor", admin.pk)).status_code == 403


# --- teams, sites, roles --------------------------------------------------------------------------------------------


def test_tree_shows_every_team_with_all_people_below(client, admin):
    make_person(team=make_team("Service/Retail/Unit 1"))
    make_person(team=make_team("Service/Retail"), is_active=False)
    text = page(client, url("team-list"))
    counts = re.findall(r'">([^<]+)</a> <span class="team-count num">(\d+)<', text)
    assert counts == [("Service", "2"), ("Retail", "1"), ("Unit 1", "1")]
    assert text.count("<details") == text.count("</details>") >= 2


def test_team_page_shows_members_leader_and_teams_below(client, admin):
    retail = make_team("Service/Retail")
    boss = make_person("Bo Boss", team=retail, manager=admin)
    make_person("Wim Worker", team=retail, manager=boss)
    make_person("Una Unit", team=make_team("Service/Retail/Unit 1"), manager=boss)
    text = page(client, url("team-detail", retail.pk))
    led_by = text[text.index("Led by") :]
    assert "Bo Boss" in led_by[: led_by.index("</section>") if "</section>" in led_by else 2000]
    assert "Una Unit" not in text
    assert "Unit 1" in text
    assert client.get(url("team-detail", 10**30)).status_code == 404


def test_team_is_added_moved_and_refused_on_the_page(client, admin):
    client.post(url("team-add"), {"name": "Night", "parent": "Service"})
    team = Team.objects.get(path="Service/Night")
    client.post(url("team-edit", team.pk), {"name": "Nights", "parent": ""})
    assert Team.objects.get(pk=team.pk).path == "Nights"
    service = Team.objects.get(path="Service")
    client.post(url("team-edit", team.pk), {"name": "Nights", "parent": "Service"})
    text = client.post(url("team-edit", service.pk), {"name": "Service", "parent": "Service/Nights"}).content.decode()
    assert 'href="#id_parent"' in text
    assert f'value="{service.pk}"' not in page(client, url("team-add"), under="x" * 50)
    assert 'value="Service"' in page(client, url("team-add"), under=service.pk)


def test_site_is_added_and_renamed_on_the_page(client, admin):
    client.post(url("site-add"), {"name": "Leeds"})
    site = make_site("Leeds")
    client.post(url("site-edit", site.pk), {"name": "York"})
    assert "York" in page(client, url("team-list"))


def test_role_is_granted_and_ended_on_the_page(client, admin, employee):
    data = {"person": employee.email, "role": "recruiter", "team": "Service/Retail", "starts_on": "", "ends_on": "",
            "reason": "Peak"}  # fmt: skip
    assert client.post(url("role-grant"), data).status_code == 302
    given = RoleGrant.objects.get(person=employee)
    assert "Service/Retail" in page(client, url("role-list"), role="recruiter")
    assert "No role matches" in page(client, url("role-list"), role="trainer")
    text = client.post(url("role-grant"), data).content.decode()
    assert "holds this role there already" in text
    assert client.post(url("role-end", given.pk), {"reason": ""}).status_code == 302
    assert "Emma Employee" in page(client, url("role-list"), show="ended")
    assert "Emma Employee" not in page(client, url("role-list"))
    text = client.post(url("role-end", RoleGrant.objects.get(person=admin).pk), {"reason": ""}).content.decode()
    assert "last people admin" in text


def test_last_day_of_a_role_is_a_whole_day_by_the_granters_clock(client, admin, employee):
    Person.objects.filter(pk=admin.pk).update(time_zone="Asia/Kathmandu")
    data = {"person": employee.email, "role": "trainer", "team": "", "starts_on": "2030-01-01", "ends_on": "2030-01-31"}
    client.post(url("role-grant"), data)
    given = RoleGrant.objects.get(person=employee)
    assert given.starts_at.isoformat() == "2029-12-31T18:15:00+00:00"
    assert given.ends_at.isoformat() == "2030-01-31T18:15:00+00:00"


def test_roles_out_of_scope_do_not_exist_for_a_scoped_auditor(client, admin, employee):
    client.force_login(make_person("Sid Scoped", roles={Role.AUDITOR: make_team("Service/Care")}))
    given = grant(employee, Role.RECRUITER, make_team("Service/Retail"))
    assert "Emma Employee" not in page(client, url("role-list"))
    assert client.get(url("role-end", given.pk)).status_code == 404


# --- my people ------------------------------------------------------------------------------------------------------


def test_line_manager_sees_direct_reports_and_the_whole_line(client, admin, employee):
    report = make_person("Rae Report", manager=employee)
    make_person("Lou Low", manager=report)
    make_person("Gil Gone", manager=employee, is_active=False)
    client.force_login(employee)
    text = page(client, url("mine"))
    assert "Rae Report" in text
    assert "Lou Low" not in text
    assert "Lou Low" in page(client, url("mine"), show="all")
    assert "Gil Gone" not in page(client, url("mine"), show="all")
    assert "My people" in page(client, url("person-list"))
    client.force_login(make_person("Nora Nobody"))
    assert client.get(url("mine")).status_code == 403


# --- imports --------------------------------------------------------------------------------------------------------


def upload(client, text, name="people.csv", **data):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(url("import-add"), {"file": SimpleUploadedFile(name, text.encode()), **data})


def test_import_from_upload_to_applied(client, admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, "email,full_name,team\nnew@x.example,Nia New,Service/Night\n")
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == url("import-detail", run.pk)
    text = page(client, url("import-detail", run.pk))
    assert "Nia New" in text
    assert "Service/Night" in text
    assert "every 1s" not in text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("import-apply", run.pk))
    assert "1 person was added" in page(client, url("import-detail", run.pk))
    assert Person.objects.get(email="new@x.example").team.path == "Service/Night"
    answer = client.post(url("import-apply", run.pk), follow=True)
    assert "not waiting to be applied" in answer.content.decode()


def test_page_follows_a_run_at_work_with_and_without_scripts(client, admin):
    upload(client, "email,full_name\nnew@x.example,New\n")
    run = ImportRun.objects.get()
    text = page(client, url("import-detail", run.pk))
    assert 'hx-trigger="every 1s"' in text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text
    swap = client.get(url("import-detail", run.pk), headers={"HX-Request": "true"}).content.decode()
    assert 'id="import"' in swap
    assert "<noscript>" not in swap


def test_bad_rows_are_shown_and_downloaded(client, admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, "email,full_name\nnonsense,<b>Al</b>\x07\n")
    run = ImportRun.objects.get()
    text = page(client, url("import-detail", run.pk))
    assert "email is not an address" in text
    assert "&lt;b&gt;" in text
    assert "<b>Al" not in text
    answer = client.get(url("import-errors", run.pk))
    assert b"2,email,nonsense,email is not an address" in b"".join(answer.streaming_content)
    assert client.post(url("import-apply", run.pk), follow=True).status_code == 200
    assert ImportRun.objects.get().state == "rejected"


@pytest.mark.parametrize("text", ["", "PK\x03\x04"])
def test_unreadable_upload_is_told_beside_the_field(client, admin, text):
    assert "field-error" in upload(client, text).content.decode()
    assert not ImportRun.objects.exists()


def test_import_of_another_does_not_exist(client, admin):
    upload(client, "email\n")
    run = ImportRun.objects.get()
    client.force_login(make_person("Olu Other", roles={Role.PEOPLE_ADMIN: None}))
    for name in ("import-detail", "import-errors"):
        assert client.get(url(name, run.pk)).status_code == 404
    for name in ("import-apply", "import-cancel", "import-invite"):
        assert client.get(url(name, run.pk)).status_code == 405
        assert client.post(url(name, run.pk)).status_code == 404
    assert run.file_name not in page(client, url("import-list"))


def test_import_page_closes_with_the_role(client, admin):
    upload(client, "email\n")
    make_person("Olu Other", roles={Role.PEOPLE_ADMIN: None})
    RoleGrant.objects.filter(person=admin).update(ends_at=timezone.now())
    assert client.get(url("import-detail", ImportRun.objects.get().pk)).status_code == 403


def test_export_comes_back_unchanged(client, admin):
    make_person("=cmd|' /C calc'!A0", email="evil@x.example", job_title="+44", team=make_team("Service/Retail"),
                manager=admin, site=make_site("Kraków"), work_days="mon,sun")  # fmt: skip
    make_person("Gil Gone", is_active=False, left_on="2026-01-01", started_on="2020-01-01")
    answer = client.get(url("person-export"), {"status": "all"})
    data = b"".join(answer.streaming_content)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert b"\r\n=" not in data
    assert b",+44" not in data
    run = people_imports.start_import(data=data, file_name="export.csv", by=admin, at=timezone.now())
    imports.check_import(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    assert run.report["counts"] == {
        "new": 0, "changed": 0, "unchanged": 3, "leavers": 0, "errors": 0, "fields": {},
    }  # fmt: skip
    entry = AuditEntry.objects.get(outcome="exported")
    assert (entry.did, entry.actor, entry.changes) == (
        "people.people_exported", admin, {"rows": 3, "filters": ["status"]},
    )  # fmt: skip


# --- cost -----------------------------------------------------------------------------------------------------------

LISTS = ["person-list", "team-list", "role-list", "import-list", "audit-list", "mine", "person-detail", "team-detail"]


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_however_many_rows(client, name, django_assert_max_num_queries):
    reader = make_person("Ada Admin", roles={Role.PEOPLE_ADMIN: None, Role.AUDITOR: None}, team=make_team("Service"))
    client.force_login(reader)
    costs = []
    made = 0
    for count in (1, 3, 50):
        for n in range(made, count):
            person = make_person(team=make_team("Service"), manager=reader, site=make_site(f"Site {n}"))
            make_team(f"Service/T{n}")
            grant(person, Role.TRAINER, make_team("Service"), granted_by=reader)
            people_imports.start_import(data=b"email\n", file_name="x.csv", by=reader, at=timezone.now())
        made = count
        args = {"person-detail": [reader.pk], "team-detail": [reader.team.pk]}.get(name, [])
        client.get(url(name, *args))
        with django_assert_max_num_queries(12) as queries:
            assert client.get(url(name, *args)).status_code == 200
        costs.append(len(queries))
    assert len(set(costs)) == 1, costs
