"""Loading the starter modules: twice is once, and what the organisation made of them is never overwritten."""

import shutil

import pytest

from foundation.errors import Invalid
from foundation.yaml_files import FileError
from people.models import AuditEntry
from tests.cast import NOW, finish, give, make_module, make_person, module_content
from training.actions import modules
from training.actions.prerequisites import set_prerequisites
from training.actions.starter import STARTER, load_starter
from training.models import Assignment, Completion, Module, ModulePart, ModuleVersion, Prerequisite
from training.module_files import parse_module
from training.reports.modules import content_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Two of the starter files, to be edited as a later release of Rapport would."""
    for name in ("aware.yaml", "privacy.yaml"):
        shutil.copy(STARTER / name, tmp_path / name)
    return tmp_path


def load(folder=STARTER):
    return load_starter(at=NOW, folder=folder)


def rewrite(folder, old, new, name="aware.yaml"):
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Module, ModuleVersion, ModulePart, AuditEntry)]


def test_first_loading_publishes_every_module_as_its_file_says():
    loaded = load()
    assert len(loaded.added) == Module.objects.count() == 10
    assert (loaded.renewed, loaded.kept) == ([], [])
    for module in Module.objects.all():
        version = module.versions.get()
        assert (version.number, version.state, version.published_at) == (1, "published", NOW)
        assert content_of(version) == parse_module((STARTER / f"{module.key}.yaml").read_bytes())
        assert version.minutes == sum(part.minutes for part in version.parts.all())
    assert AuditEntry.objects.filter(did="training.module_created").count() == 10
    assert AuditEntry.objects.filter(did="training.module_published").count() == 10


def test_second_loading_does_nothing():
    load()
    before = everything()
    loaded = load()
    assert (loaded.added, loaded.renewed, loaded.kept) == ([], [], [])
    assert everything() == before


def test_what_nobody_edited_takes_over_the_new_file(folder):
    load(folder)
    module = Module.objects.get(key="aware")
    old = content_of(module.versions.get())
    rewrite(folder, "name: Recovering a customer", "name: Winning back a customer")
    rewrite(folder, "title: Five steps", "title: The five steps")
    assert load(folder).renewed == ["aware"]
    module.refresh_from_db()
    assert module.name == "Winning back a customer with AWARE"
    first, second = module.versions.order_by("number")
    assert (first.state, second.state) == ("superseded", "published")
    assert second.parts.get(position=1).title == "The five steps"
    assert first.parts.get(position=1).title == old.parts[0].title
    before = everything()
    assert load(folder).renewed == []
    assert everything() == before


def test_renewed_file_takes_nothing_from_those_who_learn(folder):
    load(folder)
    module = Module.objects.get(key="aware")
    started, waiting = give(module, make_person()), give(module, make_person())
    Assignment.objects.filter(pk=started.pk).update(state="started", started_at=NOW)
    finish(give(own := make_module(), make_person()))
    completions = list(Completion.objects.values())
    rewrite(folder, "title: Five steps", "title: The five steps")
    load(folder)
    versions = {row.pk: row.version.number for row in Assignment.objects.filter(module=module)}
    assert versions == {started.pk: 1, waiting.pk: 2}
    assert list(Completion.objects.values()) == completions
    assert own.versions.count() == 1


@pytest.mark.parametrize("change", ["renamed", "draft begun", "published anew", "archived", "validity", "own"])
def test_module_that_the_organisation_made_its_own_stays(folder, change):
    load(folder)
    module, by = Module.objects.get(key="aware"), make_person()
    if change == "renamed":
        modules.edit_module(module=module, by=by, at=NOW, name="Our AWARE")
    elif change == "validity":
        modules.edit_module(module=module, by=by, at=NOW, valid_months=6)
    elif change == "archived":
        modules.archive_module(module=module, by=by, at=NOW)
    elif change == "own":
        Module.objects.filter(pk=module.pk).update(starter_digest="")
    else:
        draft = modules.write_draft(module=module, content=module_content(), by=by, at=NOW)
        if change == "published anew":
            modules.publish_version(version=draft, by=by, at=NOW)
    rewrite(folder, "title: Five steps", "title: The five steps")
    before = everything()
    loaded = load(folder)
    assert (loaded.added, loaded.renewed, loaded.kept) == ([], [], ["aware"])
    assert everything() == before


def test_archived_module_is_not_brought_back_when_its_file_is_as_it_was(folder):
    load(folder)
    modules.archive_module(module=Module.objects.get(key="aware"), by=make_person(), at=NOW)
    assert load(folder).kept == ["aware"]
    assert Module.objects.get(key="aware").archived_at == NOW


def test_how_a_module_is_renewed_is_the_organisations(folder):
    """Owner, anchor and window are in no file: they stay, and the module still takes over what its file says."""
    load(folder)
    module, owner = Module.objects.get(key="aware"), make_person()
    modules.edit_module(module=module, by=owner, at=NOW, owner=owner, anchor="completion", window_days=14)
    rewrite(folder, "title: Five steps", "title: The five steps")
    assert load(folder).renewed == ["aware"]
    module.refresh_from_db()
    assert (module.owner, module.anchor, module.window_days) == (owner, "completion", 14)


def test_module_that_was_there_before_stays(folder):
    own = make_module()
    Module.objects.filter(pk=own.pk).update(key="aware", name="Ours")
    loaded = load(folder)
    assert (loaded.added, loaded.kept) == (["privacy"], ["aware"])
    assert Module.objects.get(key="aware").name == "Ours"


@pytest.mark.parametrize("loaded_before", [False, True])
def test_wrong_file_changes_nothing(folder, loaded_before):
    if loaded_before:
        load(folder)
    before = everything()
    rewrite(folder, "title: Five steps", "title: The five steps")
    rewrite(folder, "kind: technical", "kind: magic", name="privacy.yaml")
    with pytest.raises(FileError, match="kind must be one of"):
        load(folder)
    assert everything() == before


# --- what they need ---------------------------------------------------------------------------------------------------


def need(folder, name, *keys):
    rewrite(folder, "\nparts:", "\nneeds:" + "".join(f"\n  - {key}" for key in keys) + "\nparts:", name=f"{name}.yaml")


def needs():
    return set(Prerequisite.objects.values_list("module__key", "needed__key"))


@pytest.mark.parametrize(("one", "other"), [("aware", "privacy"), ("privacy", "aware")])
def test_what_a_module_needs_is_set_whichever_file_comes_first(folder, one, other):
    need(folder, one, other)
    assert len(load(folder).added) == 2
    assert needs() == {(one, other)}
    before = everything()
    assert load(folder).renewed == []
    # A later release has it the other way round: no loop on the way there.
    file = folder / f"{one}.yaml"
    file.write_text(file.read_text().replace(f"needs:\n  - {other}\n", ""))
    need(folder, other, one)
    assert sorted(load(folder).renewed) == ["aware", "privacy"]
    assert needs() == {(other, one)}
    assert everything() != before


def test_modules_that_would_wait_for_one_another_or_for_nothing_are_not_loaded(folder):
    need(folder, "aware", "privacy")
    need(folder, "privacy", "aware")
    with pytest.raises(Invalid, match="Nobody could ever begin"):
        load(folder)
    rewrite(folder, "- aware", "- nowhere", name="privacy.yaml")
    with pytest.raises(FileError, match=r"needs\[1\] is “nowhere”"):
        load(folder)
    assert not Module.objects.exists()


def test_what_the_organisation_made_first_or_closed_is_its_own(folder):
    need(folder, "aware", "privacy")
    load(folder)
    aware, privacy = (Module.objects.get(key=key) for key in ("aware", "privacy"))
    modules.archive_module(module=privacy, by=make_person(), at=NOW)
    before = everything()
    assert load(folder).kept == ["privacy"]
    assert everything() == before
    set_prerequisites(module=aware, needed=[], by=make_person(), at=NOW)
    rewrite(folder, "title: Five steps", "title: The five steps")
    assert sorted(load(folder).kept) == ["aware", "privacy"]
    assert needs() == set()


def test_a_new_module_does_not_come_to_need_what_was_closed(folder):
    load(folder)
    modules.archive_module(module=Module.objects.get(key="privacy"), by=make_person(), at=NOW)
    need(folder, "aware", "privacy")
    load(folder)
    assert needs() == set()
