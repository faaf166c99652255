"""Pages of candidates and applications: what they show to whom, and that nothing typed is lost."""

import re
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hiring.actions import candidates
from hiring.models import Application, ApplicationFile, ApplicationNote, Candidate, KitVersion
from people.models import AuditEntry
from tests.cast import (
    NOW,
    make_application,
    make_interview,
    make_kit_version,
    make_opening,
    make_person,
    make_recruiter,
)

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def recruiter(client):
    person = make_recruiter()
    client.force_login(person)
    return person


@pytest.fixture
def opening():
    return make_opening(title="Front desk host, Kraków")


def url(name, *args):
    return reverse(f"hiring:{name}", args=args)


def main(response):
    """What the page says, without what surrounds it, and without the reference of an error page."""
    page = response.content.decode().partition("<main")[2].partition("</main")[0]
    return re.sub(r"[0-9a-f]{32}", "", page)


def keep(application, by, content=b"Dear team", name="cv.txt"):
    return candidates.add_file(
        application=application, content=content, name=name, content_type="text/plain", suffix=".txt", by=by, at=NOW
    )


def blind_application(panellist, name="Zelda Canary"):
    """An application of which this person may know the number only, full of what would give the name away."""
    opening, other = make_opening(blind=True), make_recruiter("Olga Other")
    application = make_application(opening, name, email="canary@mail.example")
    Candidate.objects.filter(pk=application.candidate_id).update(phone="+44 canary")
    make_interview(application, (make_person(), panellist))
    candidates.add_note(application=application, text=f"{name} called", by=other, at=NOW)
    keep(application, other, name="canary.txt")
    make_application(make_opening(title="Canary keeper"), candidate=application.candidate)
    return application


# --- the list -------------------------------------------------------------------------------------------------------


def test_list_shows_applications_of_openings_one_may_see(client, opening):
    make_application(opening, "Ada Lovelace")
    make_application(make_opening(), "Bo Elsewhere")
    client.force_login(opening.hiring_manager)
    page = main(client.get(url("candidate-list")))
    assert "Ada Lovelace" in page
    assert "Bo Elsewhere" not in page
    assert "1 application" in page


def test_list_is_for_recruiters_and_hiring_managers(client, opening):
    make_application(opening)
    client.force_login(make_person())
    assert client.get(url("candidate-list")).status_code == 403
    assert client.get(url("candidate-export")).status_code == 403
    assert client.post(url("candidate-list")).status_code == 405


def test_list_says_when_nothing_is_there_and_when_nothing_matches(client, recruiter, opening):
    assert "No candidates yet" in main(client.get(url("candidate-list")))
    make_application(opening)
    page = main(client.get(url("candidate-list"), {"q": "nobody"}))
    assert "Nobody matches" in page
    assert "Clear the filters" in page


def test_list_finds_by_name_and_filters_by_stage_of_the_chosen_opening(client, recruiter, opening):
    applied, interview, _offer = opening.stages.order_by("position")
    make_application(opening, "Ada Lovelace", stage=applied)
    make_application(opening, "Bo Byron", stage=interview)
    page = main(client.get(url("candidate-list"), {"opening": opening.pk, "stage": applied.pk}))
    assert "Ada Lovelace" in page
    assert "Bo Byron" not in page
    assert f'<option value="{applied.pk}" selected>' in page
    assert "Bo Byron" in main(client.get(url("candidate-list"), {"q": "BYRON"}))


@pytest.mark.parametrize(
    "query",
    [
        "opening=9999",
        "opening=x",
        "stage=1",
        "state=nonsense",
        "source=%00",
        "sort=evil",
        "stalled=maybe",
        "q=" + "x" * 200,
    ],
)
def test_list_takes_nonsense_in_its_address(client, recruiter, opening, query):
    make_application(opening)
    assert client.get(f"{url('candidate-list')}?{query}").status_code in {200, 400}


def test_list_pages_by_cursor_and_refuses_a_forged_one(client, recruiter, opening):
    for number in range(52):
        make_application(opening, f"Person {number:02}")
    first = client.get(url("candidate-list"), {"sort": "name"})
    assert main(first).count("<tr data-row>") == 50
    second = client.get(url("candidate-list"), {"sort": "name", "after": first.context["page"].older})
    assert [row.application.label for row in second.context["rows"]] == ["Person 50", "Person 51"]
    assert client.get(url("candidate-list"), {"after": "forged"}).status_code == 400
    assert client.get(url("candidate-list"), {"after": first.context["page"].older}).status_code == 400


@pytest.mark.parametrize("query", ["", "?sort=name", "?stalled=1&state=in_play&q=candice"])
@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_costs_the_same_however_many(client, recruiter, count, query, django_assert_max_num_queries):
    for _number in range(count):
        application = make_application(make_opening(blind=True))
    make_interview(application, (recruiter, make_person()))
    with django_assert_max_num_queries(12):
        assert client.get(url("candidate-list") + query).status_code == 200


def test_list_answers_a_fragment_to_htmx(client, recruiter, opening):
    make_application(opening, "Ada Lovelace")
    response = client.get(url("candidate-list"), headers={"HX-Request": "true"})
    assert response.content.decode().strip().startswith('<div id="candidates"')
    assert "<html" not in response.content.decode()


def test_export_follows_the_filters_runs_no_formula_and_is_audited(client, recruiter, opening):
    make_application(opening, "=HYPERLINK(1)", email="a@mail.example")
    make_application(make_opening(), "Bo Elsewhere")
    masked = blind_application(recruiter)
    text = b"".join(client.get(url("candidate-export"), {"opening": opening.pk}).streaming_content).decode("utf-8-sig")
    head, *rows = text.splitlines()
    assert head == "full_name,email,phone,opening,stage,state,source,applied_on,in_stage_since"
    assert len(rows) == 1
    assert rows[0].startswith(
        '\'=HYPERLINK(1),a@mail.example,,"Front desk host, Kraków",Interview,Active,Other,2026-11-01,'
    )
    entry = AuditEntry.objects.get(did="hiring.candidates_exported")
    assert (entry.outcome, entry.actor_id, entry.changes) == (
        "exported",
        recruiter.pk,
        {"rows": 1, "filters": ["opening"]},
    )
    text = b"".join(client.get(url("candidate-export"), {"opening": masked.opening_id}).streaming_content).decode()
    assert "Candidate 1,,," in text
    assert "anary" not in text


# --- one candidate --------------------------------------------------------------------------------------------------


def test_candidate_page_shows_the_human_with_the_applications_one_may_see(client, opening):
    application = make_application(opening, "Ada Lovelace", email="ada@mail.example")
    make_application(make_opening(title="Secret service"), candidate=application.candidate)
    client.force_login(opening.hiring_manager)
    page = main(client.get(application.candidate.get_absolute_url()))
    assert "ada@mail.example" in page
    assert "Front desk host, Kraków" in page
    assert "Secret service" not in page
    assert "Edit name and contact" not in page
    assert client.get(url("candidate-edit", application.candidate_id)).status_code == 403


def test_candidate_page_is_unknown_to_strangers_and_to_blind_panels(client, recruiter):
    application = blind_application(recruiter)
    unknown = client.get(url("candidate-detail", 999_999))
    for person in (make_person(), recruiter):
        client.force_login(person)
        response = client.get(url("candidate-detail", application.candidate_id))
        assert response.status_code == 404
        assert client.get(url("candidate-edit", application.candidate_id)).status_code == 404
    assert main(response) == main(unknown)


def test_editing_keeps_what_was_typed_when_it_is_refused(client, recruiter, opening):
    ada = make_application(opening, "Ada", email="ada@mail.example").candidate
    make_application(opening, "Bo", email="bo@mail.example")
    response = client.post(url("candidate-edit", ada.pk), {"full_name": "Ada Byron", "email": "BO@mail.example"})
    assert response.status_code == 422
    assert 'value="Ada Byron"' in main(response)
    assert "Another candidate has this address" in main(response)
    response = client.post(url("candidate-edit", ada.pk), {"full_name": "Ada Byron", "email": "ada@mail.example"})
    assert response.url == ada.get_absolute_url()
    ada.refresh_from_db()
    assert ada.full_name == "Ada Byron"


# --- one application ------------------------------------------------------------------------------------------------


def test_application_page_shows_facts_files_notes_and_other_applications(client, recruiter, opening):
    application = make_application(opening, "Ada Lovelace", email="ada@mail.example", source="agency")
    make_application(make_opening(title="Porter"), candidate=application.candidate)
    keep(application, recruiter)
    candidates.add_note(application=application, text="<b>Nights</b> only", by=recruiter, at=NOW)
    page = main(client.get(application.get_absolute_url()))
    for words in ("Ada Lovelace", "ada@mail.example", "Agency", "Porter", "cv.txt", "&lt;b&gt;Nights&lt;/b&gt; only"):
        assert words in page, words


def test_application_page_of_a_blind_opening_gives_the_panel_a_number_only(client, recruiter):
    application = blind_application(recruiter)
    response = client.get(application.get_absolute_url())
    page = response.content.decode()
    assert "Candidate 1" in page
    assert "anary" not in page
    assert str(application.candidate_id) not in [part.strip("/") for part in page.split("/hiring/candidates/")[1:]]
    for name in ("note-add", "file-add"):
        assert client.post(url(name, application.pk), {"text": "x"}).status_code == 403
    client.force_login(make_recruiter("Rita Off-Panel"))
    assert "Zelda Canary" in main(client.get(application.get_absolute_url()))


def test_application_page_is_unknown_to_strangers_and_panels(client, opening):
    application = make_application(opening)
    panellist = make_person()
    make_interview(application, (panellist,))
    for person in (make_person(), panellist):
        client.force_login(person)
        response = client.get(application.get_absolute_url())
        assert response.status_code == 404
        assert main(response) == main(client.get(url("application-detail", 999_999)))


@pytest.mark.parametrize("count", [1, 3, 20])
def test_application_page_costs_the_same_however_much_happened(
    client, recruiter, opening, count, django_assert_max_num_queries
):
    application = make_application(opening)
    for number in range(count):
        candidates.add_note(application=application, text=f"Note {number}", by=make_person(), at=NOW)
        keep(application, recruiter, content=b"file %d" % number, name=f"{number}.txt")
        make_interview(application, (make_person(), make_person()), state="cancelled")
        make_application(make_opening(blind=True), candidate=application.candidate)
    with django_assert_max_num_queries(20):
        assert client.get(application.get_absolute_url()).status_code == 200


def test_note_is_kept_or_comes_back_as_typed(client, recruiter, opening):
    application = make_application(opening)
    response = client.post(url("note-add", application.pk), {"text": "Nights\r\nonly "})
    assert response.url == application.get_absolute_url()
    note = ApplicationNote.objects.get()
    assert (note.text, note.author) == ("Nights\nonly", recruiter)
    response = client.post(url("note-add", application.pk), {"text": "x" * 5001})
    assert response.status_code == 422
    assert "x" * 5001 in main(response)
    assert client.post(url("note-add", application.pk), {"text": "  "}).status_code == 422
    assert client.get(url("note-add", application.pk)).status_code == 405
    client.force_login(make_person())
    assert client.post(url("note-add", application.pk), {"text": "x"}).status_code == 404


# --- files ----------------------------------------------------------------------------------------------------------


def upload(client, application, content, name="cv.txt"):
    return client.post(url("file-add", application.pk), {"file": SimpleUploadedFile(name, content, "text/html")})


def test_file_is_known_by_its_content_and_comes_back_as_a_download(client, recruiter, opening):
    application = make_application(opening)
    assert upload(client, application, PNG, "C:\\me\\fa<ce>.png").url == application.get_absolute_url()
    file = ApplicationFile.objects.get()
    assert (file.name, file.content_type, file.size) == ("fa_ce_.png", "image/png", len(PNG))
    with closing(client.get(file.get_absolute_url())) as response:
        content = b"".join(response.streaming_content)
    assert content == PNG
    assert response["Content-Disposition"] == 'attachment; filename="fa_ce_.png"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert AuditEntry.objects.get(did="hiring.file_read").outcome == "read"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"<html><script>alert(1)</script>", "cv.txt", "What is in this file is none of them."),
        (b"plain words", "cv.pdf", "its name does not end in .txt"),
        (b"x" * (5 * 1024 * 1024 + 1), "cv.txt", "larger than 5 MB"),
        (b"", "cv.txt", "empty"),
    ],
)
def test_file_that_is_not_what_we_take_is_refused_beside_the_field(client, recruiter, opening, content, name, reason):
    application = make_application(opening)
    response = upload(client, application, content, name)
    assert response.status_code == 422
    assert reason in main(response)
    assert not ApplicationFile.objects.exists()


def test_same_file_twice_is_refused(client, recruiter, opening):
    application = make_application(opening)
    upload(client, application, b"Dear team")
    assert "This file is here already." in main(upload(client, application, b"Dear team"))


@pytest.mark.parametrize("hidden", [True, False])
def test_panel_gets_files_only_where_the_kit_shows_the_application(client, hidden):
    version = make_kit_version(state="draft")
    KitVersion.objects.filter(pk=version.pk).update(application_hidden=hidden)
    KitVersion.objects.filter(pk=version.pk).update(state="published", published_at=NOW)
    application = make_application(make_opening(kit_version=version))
    panellist = make_person()
    interview = make_interview(application, (panellist,))
    file = keep(application, make_recruiter())
    client.force_login(panellist)
    assert ("cv.txt" in main(client.get(interview.get_absolute_url()))) is not hidden
    with closing(client.get(file.get_absolute_url())) as response:
        assert response.status_code == (404 if hidden else 200)
    assert client.get(url("file-remove", file.pk)).status_code == (404 if hidden else 403)


def test_file_is_removed_after_a_look_at_what_goes(client, recruiter, opening):
    file = keep(make_application(opening), recruiter)
    assert "Remove “cv.txt”?" in main(client.get(url("file-remove", file.pk)))
    assert ApplicationFile.objects.exists()
    client.force_login(opening.hiring_manager)
    assert client.post(url("file-remove", file.pk)).status_code == 403
    client.force_login(recruiter)
    assert client.post(url("file-remove", file.pk)).url == file.application.get_absolute_url()
    assert not ApplicationFile.objects.exists()


# --- adding somebody ------------------------------------------------------------------------------------------------


def person_typed(**more):
    return {
        "full_name": "Ada Lovelace", "email": "Ada@Mail.example", "source": "referral", "applied_on": "2026-11-01",
        "note": "Nights only", **more,
    }  # fmt: skip


def test_adding_somebody_new(client, recruiter, opening):
    response = client.post(url("application-create", opening.pk), person_typed())
    application = Application.objects.get()
    assert response.url == application.get_absolute_url()
    assert (application.candidate.email, application.source, str(application.applied_on)) == (
        "ada@mail.example", "referral", "2026-11-01",
    )  # fmt: skip
    assert application.notes.get().text == "Nights only"


def test_adding_somebody_known_shows_who_first_and_keeps_one_candidate(client, recruiter, opening):
    earlier = make_application(make_opening(title="Porter"), "Ada L.", email="ada@mail.example")
    response = client.post(url("application-create", opening.pk), person_typed())
    page = main(response)
    assert response.status_code == 422
    assert "Same human as Ada L." in page
    assert "Porter" in page
    assert "Nights only" in page
    assert opening.applications.count() == 0
    client.post(url("application-create", opening.pk), person_typed(same=earlier.candidate_id))
    assert opening.applications.get().candidate == earlier.candidate


def test_adding_somebody_who_applied_here_already_leads_to_the_application(client, recruiter, opening):
    earlier = make_application(opening, "Ada L.", email="ada@mail.example")
    page = main(client.post(url("application-create", opening.pk), person_typed()))
    assert "Ada Lovelace has applied for this opening already." in page
    assert earlier.get_absolute_url() in page


def test_adding_tells_nobody_of_applications_they_may_not_see(client, recruiter):
    application = blind_application(recruiter)
    opening = make_opening()
    response = client.post(url("application-create", opening.pk), person_typed(email="canary@mail.example"))
    assert response.status_code == 302
    assert opening.applications.get().candidate == application.candidate


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"email": "", "phone": ""}, "Give an e-mail address or a phone number"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"full_name": "Ada\x00"}, ""),
        ({"full_name": ""}, "This field is required."),
        ({"applied_on": "2999-01-01"}, "This day has not come yet."),
        ({"applied_on": "1066-10-14"}, "That is very long ago."),
        ({"source": "pigeon"}, "Select a valid choice."),
    ],
)
def test_adding_keeps_what_was_typed_when_it_is_refused(client, recruiter, opening, typed, reason):
    response = client.post(url("application-create", opening.pk), person_typed(**typed))
    assert response.status_code in {400, 422}
    assert reason in response.content.decode()
    assert response.status_code == 400 or "Nights only" in main(response)
    assert not Application.objects.exists()


def test_adding_is_for_whoever_runs_the_opening_while_it_is_not_closed(client, recruiter, opening):
    closed = make_opening(state="closed")
    response = client.post(url("application-create", closed.pk), person_typed())
    assert "This opening is closed" in main(response)
    client.force_login(opening.hiring_manager)
    assert client.post(url("application-create", opening.pk), person_typed()).status_code == 403
    client.force_login(make_person())
    assert client.get(url("application-create", opening.pk)).status_code == 404
    assert not Application.objects.exists()
