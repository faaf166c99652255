"""Competencies, questions, kits."""

import pytest

from hiring.kit_files import parse_kit
from hiring.models import Competency
from hiring.reports.kits import as_file
from people.models import AuditEntry, Role
from tests.api.caller import Caller, assert_problem, faults
from tests.cast import make_kit_version, make_opening, make_person, make_recruiter

pytestmark = pytest.mark.django_db

CALM = {"name": "Calm", "group": "service", "definition": "Stays calm.", "anchors": ["a", "b", "c", "d", "e"]}


@pytest.fixture
def recruiter() -> Caller:
    return Caller(make_recruiter())


def test_a_competency_is_added_read_changed_archived_and_restored(recruiter):
    made = recruiter.post("/hiring/competencies/", CALM)
    assert made.status_code == 201
    here = f"/hiring/competencies/{made.json()['id']}/"
    assert (made.json()["key"], made.json()["anchors"], made.json()["questions"]) == ("calm", list("abcde"), [])
    read = recruiter.get(here)
    assert (read.json(), read["ETag"]) == (made.json(), made["ETag"])
    changed = recruiter.patch(here, {"why": "It rubs off."}, If_Match=read["ETag"])
    assert (changed.json()["why"], changed.json()["name"]) == ("It rubs off.", "Calm")
    assert changed["ETag"] != read["ETag"]
    assert recruiter.post(f"{here}archive/").json()["archived_at"] is not None
    assert recruiter.rows("/hiring/competencies/?archived=false") == []
    assert recruiter.post(f"{here}restore/").json()["archived_at"] is None
    assert recruiter.rows("/hiring/competencies/?archived=false&group=service&q=calm") == [recruiter.get(here).json()]
    deeds = AuditEntry.objects.filter(object_type="hiring.competency").order_by("pk").values_list("did", flat=True)
    assert [did.partition("_")[2] for did in deeds] == ["created", "edited", "archived", "restored"]


def test_a_question_is_added_changed_and_archived(recruiter):
    competency = recruiter.post("/hiring/competencies/", CALM).json()
    path = f"/hiring/competencies/{competency['id']}/questions/"
    body = {"kind": "behavioural", "text": "When were you angry?", "probes": ["Why?"], "minutes": 7}
    made = recruiter.post(path, body)
    assert {name: made.json()[name] for name in body} == body
    here = f"/hiring/questions/{made.json()['id']}/"
    changed = recruiter.patch(here, {"minutes": 9}, If_Match=made["ETag"])
    assert changed.json()["minutes"] == 9
    assert recruiter.post(f"{here}archive/").json()["archived_at"] is not None
    assert recruiter.post(f"{here}restore/").json()["archived_at"] is None
    assert recruiter.get(f"/hiring/competencies/{competency['id']}/").json()["questions"] == [
        recruiter.get(here).json()
    ]
    assert faults(recruiter.post(path, body)) == {("/text", "invalid")}
    recruiter.post(f"/hiring/competencies/{competency['id']}/archive/")
    assert_problem(recruiter.post(path, {**body, "text": "Another?"}), 409, "refused")


@pytest.mark.parametrize("noun", ["competencies", "questions"])
def test_changes_name_the_version_that_was_read(recruiter, noun):
    competency = Competency.objects.create(key="calm", name="Calm", group="service", definition="D")
    question = competency.questions.create(key="q", kind="behavioural", text="When?")
    pk, field = (competency.pk, "definition") if noun == "competencies" else (question.pk, "text")
    here = f"/hiring/{noun}/{pk}/"
    read = recruiter.get(here)["ETag"]
    assert_problem(recruiter.patch(here, {field: "Mine"}), 428, "version_missing")
    assert recruiter.patch(here, {field: "Theirs"}, If_Match=read).status_code == 200
    assert_problem(recruiter.patch(here, {field: "Mine"}, If_Match=read), 412, "stale")
    assert recruiter.get(here).json()[field] == "Theirs"
    assert recruiter.get(here, If_None_Match=recruiter.get(here)["ETag"]).status_code == 304


def test_a_race_that_is_lost_after_the_check_is_stale_too(recruiter, monkeypatch):
    """Somebody else saves between the version's check and the action."""
    from hiring.api.views.library import Competencies

    competency = Competency.objects.create(key="calm", name="Calm", group="service", definition="D")
    here = f"/hiring/competencies/{competency.pk}/"
    read = recruiter.get(here)["ETag"]
    given = Competencies.given

    def slowly(self, *args, **kwargs):
        Competency.objects.filter(pk=competency.pk).update(definition="Theirs")
        return given(self, *args, **kwargs)

    monkeypatch.setattr(Competencies, "given", slowly)
    assert_problem(recruiter.patch(here, {"definition": "Mine"}, If_Match=read), 412, "stale")
    competency.refresh_from_db()
    assert competency.definition == "Theirs"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"anchors": ["a"]}, ("/anchors", "min_length")),
        ({"anchors": list("abcdef")}, ("/anchors", "max_length")),
        ({"anchors": ["a", "b", 3, "d", "e"]}, ("/anchors/2", "type")),
        ({"anchors": ["a", "b", "\u0007", "d", "e"]}, ("/anchors/2", "control")),
        ({"name": " "}, ("/name", "blank")),
        ({"group": "other"}, ("/group", "invalid_choice")),
        ({"key": "mine"}, ("/key", "unknown_field")),
    ],
)
def test_a_competency_is_refused_at_the_field_that_is_wrong(recruiter, changes, fault):
    assert faults(recruiter.post("/hiring/competencies/", {**CALM, **changes})) == {fault}
    assert not Competency.objects.exists()


def test_a_name_that_is_taken_is_refused(recruiter):
    recruiter.post("/hiring/competencies/", CALM)
    assert faults(recruiter.post("/hiring/competencies/", {**CALM, "name": "CALM"})) == {("/name", "invalid")}


def test_the_library_is_for_those_who_hire_or_train():
    competency = Competency.objects.create(key="calm", name="Calm", group="service", definition="D")
    version = make_kit_version()
    manager = make_person("Hanna")
    make_opening(manager=manager)
    readers = [make_person(roles={Role.TRAINER: None}), manager]
    paths = [
        "/hiring/competencies/",
        f"/hiring/competencies/{competency.pk}/",
        "/hiring/kits/",
        f"/hiring/kits/{version.kit_id}/",
        f"/hiring/kits/{version.kit_id}/versions/",
        f"/hiring/kit-versions/{version.pk}/",
        f"/hiring/kit-versions/{version.pk}/export/",
    ]
    for reader in map(Caller, readers):
        assert {reader.get(path).status_code for path in paths} == {200}
        assert_problem(reader.post("/hiring/competencies/", CALM), 403)
        assert_problem(reader.post(f"/hiring/competencies/{competency.pk}/archive/"), 403)
    stranger = Caller(make_person())
    assert {stranger.get(path).status_code for path in paths} == {403}


# --- kits -------------------------------------------------------------------------------------------------------------


def test_a_kit_tells_its_versions_and_a_version_all_that_it_says(recruiter):
    version = make_kit_version()
    kit = recruiter.get(f"/hiring/kits/{version.kit_id}/").json()
    assert (kit["published_version"], kit["draft_version"]) == (version.pk, None)
    assert recruiter.rows(f"/hiring/kits/?q={version.kit.name.replace(' ', '%20')}&archived=false") == [kit]
    (row,) = recruiter.rows(f"/hiring/kits/{version.kit_id}/versions/")
    whole = recruiter.get(f"/hiring/kit-versions/{version.pk}/").json()
    assert {name: whole[name] for name in row} == row
    assert (row["number"], row["state"]) == (1, "published")
    assert [(each["key"], each["weight"], len(each["anchors"])) for each in whole["competencies"]] == [
        ("empathy", 1, 5),
        ("ownership", 2, 5),
    ]
    assert [each["competency"] for each in whole["questions"]] == [each["id"] for each in whole["competencies"]]
    assert whole["questions"][0]["probes"] == ["What did you do?", "What came of it?"]


@pytest.mark.parametrize("accept", ["application/yaml", "*/*"])
def test_an_export_is_a_kit_file_and_is_in_the_trail(recruiter, accept):
    version = make_kit_version()
    answer = recruiter.get(f"/hiring/kit-versions/{version.pk}/export/", Accept=accept)
    assert answer["Content-Type"] == "application/yaml; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{version.kit.key}-1.yaml"'
    assert parse_kit(answer.content.decode()) == as_file(version)
    entry = AuditEntry.objects.get(outcome="exported")
    assert (entry.did, entry.object_id, entry.channel) == ("hiring.kit_exported", version.pk, "api")


def test_a_draft_that_is_not_complete_cannot_be_taken_along(recruiter):
    version = make_kit_version(state="draft", competencies=())
    answer = recruiter.get(f"/hiring/kit-versions/{version.pk}/export/", Accept="application/yaml")
    assert {pointer for pointer, _code in faults(answer)} == {""}
    assert not AuditEntry.objects.filter(outcome="exported").exists()


def test_an_answer_in_another_form_is_not_to_be_had(recruiter):
    version = make_kit_version()
    for path, kind in [("/hiring/kits/", "text/html"), (f"/hiring/kit-versions/{version.pk}/export/", "text/csv")]:
        assert_problem(recruiter.get(path, Accept=kind), 406, "not_acceptable")
