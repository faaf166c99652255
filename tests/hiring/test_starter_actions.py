"""Loading the starter content: there on the first day, never over what the organisation made of it."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from foundation.yaml_files import FileError
from hiring.actions import starter
from hiring.actions.starter import STARTER, load_starter
from hiring.kit_files import dump_kit, parse_competency, parse_kit
from hiring.models import Competency, Kit, KitVersion, Question
from hiring.reports import kits as reports
from hiring.reports.kit_gaps import gaps
from people.models import AuditEntry
from tests.cast import NOW, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """A copy of the starter files, to be edited as a later release of Rapport would."""
    return shutil.copytree(STARTER, tmp_path / "starter")


def load(folder=STARTER, by=None):
    return load_starter(by=by, at=NOW, folder=folder)


def rewrite(folder, path, old, new):
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def file_of(version):
    return reports.as_file(reports.load(version.pk))


def counts():
    return [model.objects.count() for model in (Competency, Question, Kit, KitVersion)]


def test_first_loading_adds_everything():
    loaded = load()
    assert counts() == [14, 42, 5, 5]
    assert len(loaded.added) == 14 + 42 + 5
    assert (loaded.renewed, loaded.kept) == ([], [])


def test_library_says_what_the_file_says():
    load()
    file = parse_competency((STARTER / "competencies/empathy.yaml").read_text(encoding="utf-8"))
    competency = Competency.objects.get(key="empathy")
    assert competency.name == file.name
    assert competency.why == file.why
    assert competency.anchors == list(enumerate(file.anchors, start=1))
    question = competency.questions.get(key="upset-person")
    assert question.probes == list(file.questions[0].probes)
    competency.full_clean()
    question.full_clean()


def test_kits_are_published_and_can_be_exported_as_they_were_written():
    load()
    library = {
        file.key: file
        for file in (parse_competency(path.read_text(encoding="utf-8")) for path in STARTER.glob("competencies/*.yaml"))
    }
    for version in KitVersion.objects.select_related("kit"):
        written = (STARTER / f"kits/{version.kit.key}.yaml").read_text(encoding="utf-8")
        assert version.state == KitVersion.State.PUBLISHED
        assert version.published_at == NOW
        assert file_of(version) == parse_kit(written, library=library)
        assert parse_kit(dump_kit(file_of(version))) == file_of(version)
        assert gaps(reports.sheet_of(reports.load(version.pk))) == []


def test_second_loading_does_nothing():
    load()
    entries = AuditEntry.objects.count()
    loaded = load()
    assert (loaded.added, loaded.renewed, loaded.kept) == ([], [], [])
    assert counts() == [14, 42, 5, 5]
    assert AuditEntry.objects.count() == entries


def test_second_loading_costs_the_same_few_queries(django_assert_max_num_queries):
    load()
    with django_assert_max_num_queries(30):
        load()


def test_loading_is_on_the_audit_trail():
    person = make_person("Petra Admin")
    load(by=person)
    entries = AuditEntry.objects.filter(actor=person)
    assert entries.filter(did="hiring.competency_created").count() == 14
    assert entries.filter(did="hiring.question_created").count() == 42
    assert entries.filter(did="hiring.kit_created").count() == 5
    assert entries.filter(did="hiring.kit_published").count() == 5


def test_what_the_organisation_edited_stays(folder):
    load(folder)
    Competency.objects.filter(key="empathy").update(anchor_3="Our own words.")
    Question.objects.filter(key="upset-person").update(text="Our own question?")
    rewrite(folder, "competencies/empathy.yaml", "name: Empathy", "name: Empathy, renewed")
    rewrite(folder, "competencies/empathy.yaml", "What happened, and what did you do?", "What did you do?")
    loaded = load(folder)
    assert set(loaded.kept) == {"empathy", "empathy/upset-person"}
    empathy = Competency.objects.get(key="empathy")
    assert (empathy.name, empathy.anchor_3) == ("Empathy", "Our own words.")
    assert Question.objects.get(key="upset-person").text == "Our own question?"


def test_what_nobody_edited_is_renewed(folder):
    load(folder)
    rewrite(folder, "competencies/empathy.yaml", "name: Empathy", "name: Empathy, renewed")
    rewrite(folder, "competencies/empathy.yaml", "What happened, and what did you do?", "What did you do?")
    loaded = load(folder)
    # Kits carry competencies by copy, so those that judge empathy get a new version.
    assert set(loaded.renewed) == {"empathy", "empathy/upset-person", "contact-centre-agent", "team-leader"}
    assert loaded.kept == []
    assert Competency.objects.get(key="empathy").name == "Empathy, renewed"
    assert Question.objects.get(key="upset-person").text.endswith("worried. What did you do?")
    assert load(folder).renewed == []


def test_renewed_kit_is_a_new_version_and_the_old_one_stays(folder):
    load(folder)
    old = KitVersion.objects.get(kit__key="team-leader")
    before = file_of(old)
    rewrite(folder, "kits/team-leader.yaml", "name: Team leader", "name: Team lead")
    rewrite(folder, "kits/team-leader.yaml", "    weight: 5", "    weight: 4")
    assert load(folder).renewed == ["team-leader"]
    old.refresh_from_db()
    new = KitVersion.objects.get(kit__key="team-leader", state=KitVersion.State.PUBLISHED)
    assert (old.state, new.number) == (KitVersion.State.SUPERSEDED, 2)
    assert file_of(old).competencies == before.competencies
    assert new.competencies.get(key="teamwork").weight == 4
    assert Kit.objects.get(key="team-leader").name == "Team lead"


def test_renewing_twice_counts_on(folder):
    load(folder)
    for weight, number in ((4, 2), (3, 3)):
        rewrite(folder, "kits/team-leader.yaml", f"    weight: {weight + 1}\n", f"    weight: {weight}\n")
        load(folder)
        assert KitVersion.objects.get(kit__key="team-leader", state="published").number == number


@pytest.mark.parametrize("change", ["archived", "draft begun", "renamed", "published anew", "own from the start"])
def test_kit_that_the_organisation_made_its_own_stays(folder, change):
    load(folder)
    kit = Kit.objects.get(key="team-leader")
    if change == "archived":
        Kit.objects.filter(pk=kit.pk).update(archived_at=NOW)
    elif change == "draft begun":
        KitVersion.objects.create(kit=kit, number=2, created_at=NOW)
    elif change == "renamed":
        Kit.objects.filter(pk=kit.pk).update(name="Our leaders")
    elif change == "published anew":
        kit.versions.update(state="superseded")
        KitVersion.objects.create(kit=kit, number=2, state="published", created_at=NOW, published_at=NOW)
    else:
        Kit.objects.filter(pk=kit.pk).update(starter_digest="")
    versions = list(kit.versions.order_by("pk").values())
    rewrite(folder, "kits/team-leader.yaml", "    weight: 5", "    weight: 4")
    loaded = load(folder)
    assert (loaded.kept, loaded.renewed) == (["team-leader"], [])
    assert list(kit.versions.order_by("pk").values()) == versions


def test_competency_that_was_there_before_stays():
    own = Competency.objects.create(key="empathy", name="Our empathy", definition="Ours.")
    loaded = load()
    assert loaded.kept == ["empathy"]
    own.refresh_from_db()
    assert own.name == "Our empathy"
    # Its starter questions are added: adding takes nothing away.
    assert own.questions.count() == 3


def test_archived_competency_is_not_brought_back(folder):
    load(folder)
    Competency.objects.filter(key="empathy").update(archived_at=NOW)
    rewrite(folder, "competencies/empathy.yaml", "name: Empathy", "name: Empathy, renewed")
    assert "empathy" in load(folder).kept
    empathy = Competency.objects.get(key="empathy")
    assert (empathy.name, empathy.archived_at) == ("Empathy", NOW)


def test_wrong_file_changes_nothing(folder):
    rewrite(folder, "kits/team-leader.yaml", "length_minutes: 75", "length_minutes: 74")
    with pytest.raises(FileError, match="Take out 1 minute"):
        load(folder)
    assert counts() == [0, 0, 0, 0]


def test_command_says_what_it_did(capsys):
    call_command("load_starter")
    assert capsys.readouterr().out == (
        "Starter content: 88 added, 0 brought up to date, 0 left as this organisation made them.\n"
    )
    call_command("load_starter")
    assert capsys.readouterr().out == (
        "Starter content: 0 added, 0 brought up to date, 0 left as this organisation made them.\n"
    )


def test_command_tells_what_is_wrong_with_a_file(folder, monkeypatch):
    rewrite(folder, "kits/team-leader.yaml", "length_minutes: 75", "length_minutes: 74")
    monkeypatch.setattr(starter, "load_starter", lambda **options: load_starter(folder=folder, **options))
    with pytest.raises(CommandError, match="length_minutes is 74"):
        call_command("load_starter")
