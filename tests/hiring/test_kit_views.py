"""Pages of kits, as they work without JavaScript; and what static/js/kit-editor.js is answered."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hiring.actions import kit_drafts, kit_sharing, kits
from hiring.kit_files import parse_kit
from hiring.models import Competency, Kit, KitVersion, Question
from hiring.reports import kits as reports
from people.models import AuditEntry, Role
from tests.cast import NOW, make_kit_version, make_opening, make_person, make_recruiter

MARK = '"><svg onload=x>'


@pytest.fixture
def recruiter(db):
    return make_recruiter()


@pytest.fixture
def page(client, recruiter, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(recruiter)
    return client


@pytest.fixture
def draft(db):
    return make_kit_version(state="draft")


def url(name, thing=None):
    return reverse(f"hiring:{name}", args=[thing.pk] if thing is not None else [])


def in_library(key="recovery", **fields):
    anchors = {f"anchor_{score}": f"{key} at {score}" for score in range(1, 6)}
    competency = Competency.objects.create(
        **({"key": key, "name": key.capitalize(), "definition": "What it is."} | anchors | fields)
    )
    Question.objects.create(competency=competency, key=f"{key}-asked", kind="situational", text=f"What of {key}?")
    return competency


def filled(form):
    """What a browser would send for the draft form as the page shows it."""
    sent = {"revision": str(form.version.revision), "competencies": [], "questions": []}
    for part in form.parts:
        for bound in part:
            value = bound.field.prepare_value(bound.value())
            if value not in (None, "", False):
                sent[bound.html_name] = "on" if value is True else str(value)
            elif value is not False:
                sent[bound.html_name] = ""
    for name, rows in (("competencies", form.competencies), ("questions", form.questions)):
        sent[name] = [str(row.record.pk) for row in rows]
    return sent


def editor(page, draft):
    answer = page.get(url("kit-version-edit", draft))
    assert answer.status_code == 200
    return filled(answer.context["form"])


def content(draft):
    return reports.as_file(reports.load(draft.pk))


# Reading


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_of_kits_costs_the_same_however_many(page, count, django_assert_num_queries):
    for _ in range(count):
        version = make_kit_version()
        kits.start_draft(kit=version.kit, by=make_person(), at=NOW)
    page.get(url("kit-list"))
    with django_assert_num_queries(6):
        answer = page.get(url("kit-list"))
    assert len(answer.context["rows"]) == min(count, 50)


def test_list_says_what_is_published_drafted_used_and_how_structured(page):
    version = make_kit_version()
    make_opening(kit_version=version)
    make_opening(kit_version=version, state="closed", closed_at=NOW)
    kits.start_draft(kit=version.kit, by=make_person(), at=NOW)
    blank = kits.create_kit(name="A blank one", by=make_person(), at=NOW)
    rows = {row.kit: row for row in page.get(url("kit-list")).context["rows"]}
    row = rows[version.kit]
    assert (row.published, row.draft.number, row.openings) == (version, 2, 1)
    assert row.score == reports.structure_of(reports.load(version.pk)).score
    assert (rows[blank.kit].published, rows[blank.kit].score, rows[blank.kit].openings) == (None, None, 0)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["In use"]),
        ("q=in", ["In use"]),
        ("show=archived", ["Gone"]),
        ("show=all", ["Gone", "In use"]),
        ("q=zz", []),
    ],
)
def test_list_filters(page, recruiter, query, names):
    kits.create_kit(name="In use", by=recruiter, at=NOW)
    kits.archive_kit(kit=kits.create_kit(name="Gone", by=recruiter, at=NOW).kit, by=recruiter, at=NOW)
    answer = page.get(f"{url('kit-list')}?{query}")
    assert [row.kit.name for row in answer.context["rows"]] == names
    assert ("No kit matches" in answer.content.decode()) is (not names)


def test_kit_page_shows_the_published_version_and_links_the_draft(page):
    version = make_kit_version()
    opening = make_opening(kit_version=version, title="Night porter")
    draft = kits.start_draft(kit=version.kit, by=make_person(), at=NOW)
    html = page.get(url("kit-detail", version.kit)).content.decode()
    assert "Tell me about a time you showed empathy." in html
    assert url("kit-version-edit", draft) in html
    assert f'href="{opening.get_absolute_url()}"' in html
    assert "67 %" in html


def test_openings_that_the_reader_may_not_see_are_not_named(page, client):
    version = make_kit_version()
    make_opening(kit_version=version, title="Secret role")
    manager = make_person()
    make_opening(manager=manager)
    client.force_login(manager)
    answer = client.get(url("kit-detail", version.kit))
    assert answer.status_code == 200
    assert "Secret role" not in answer.content.decode()


def test_reading_pages_of_a_version(page):
    version = make_kit_version()
    for name in ("kit-version-detail", "kit-version-preview"):
        html = page.get(url(name, version)).content.decode()
        assert "Empathy" in html
        assert "empathy at 3" in html
        assert "What came of it?" in html
    assert page.get(url("kit-version-edit", version)).url == version.get_absolute_url()
    assert page.get(url("kit-version-publish", version)).url == version.get_absolute_url()


def test_versions_are_compared_word_by_word(page, recruiter):
    version = make_kit_version()
    draft = kits.start_draft(kit=version.kit, by=recruiter, at=NOW)
    kit_drafts.save_draft(
        version=draft, revision=0, details={"guidance": "Ask every question as it is."}, by=recruiter, at=NOW
    )
    html = page.get(f"{url('kit-compare', version.kit)}?from=1&to=2").content.decode()
    assert re.search(r"Ask every question as it <del>.*stands\.</del><ins>.*is\.</ins>", html)
    assert "These two say the same" in page.get(f"{url('kit-compare', version.kit)}?from=1&to=1").content.decode()
    for query in ("", "?from=1", "?from=1&to=9", "?from=x&to=1", "?from=1&to=99999999999999999999"):
        assert page.get(url("kit-compare", version.kit) + query).status_code == 404


def test_hostile_text_is_only_text_on_every_page(page, recruiter):
    hostile = in_library("hostile", name=MARK, definition=MARK, anchor_1=MARK, no_evidence=MARK)
    draft = kits.create_kit(name=f"Kit {MARK}", purpose=MARK, by=recruiter, at=NOW)
    who = {"by": recruiter, "at": NOW}
    (row,) = kit_drafts.add_competencies(version=draft, revision=0, competencies=[hostile], **who)
    question = kit_drafts.write_question(competency=row, revision=1, text=MARK, probes=[MARK], minutes=5, **who)
    texts = ("basis", "opening_text", "closing_text", "guidance", "panel_training")
    details = dict.fromkeys(texts, MARK) | {"length_minutes": 20}
    kit_drafts.save_draft(version=draft, revision=2, details=details, **who)
    Competency.objects.filter(pk=hostile.pk).update(definition=f"Other {MARK}")
    pages = [
        url("kit-list"),
        url("kit-detail", draft.kit),
        url("kit-edit", draft.kit),
        url("kit-create"),
        url("kit-version-detail", draft),
        url("kit-version-edit", draft),
        url("kit-version-preview", draft),
        url("kit-version-publish", draft),
        url("kit-version-discard", draft),
    ]
    for address in pages:
        assert "<svg onload" not in page.get(address).content.decode(), address
    sent = editor(page, draft) | {f"q{question.pk}-text": f"{MARK} again", "revision": "0"}
    assert "<svg onload" not in page.post(url("kit-version-edit", draft), sent).content.decode()
    kits.publish_version(version=draft, revision=3, change_note=MARK, **who)
    second = kits.start_draft(kit=draft.kit, **who)
    kit_drafts.save_draft(version=second, revision=0, details={"guidance": f"x {MARK}"}, **who)
    html = page.get(f"{url('kit-compare', draft.kit)}?from=1&to=2").content.decode()
    assert "<svg onload" not in html


# Making


def test_recruiter_makes_a_blank_kit_and_one_from_another(page):
    version = make_kit_version()
    made = page.post(url("kit-create"), {"name": "Night porter", "purpose": "Hotels", "copy_of": ""})
    blank = KitVersion.objects.get(kit__name="Night porter")
    assert made.url == url("kit-version-edit", blank)
    page.post(url("kit-create"), {"name": "Copy", "copy_of": str(version.pk)})
    copy = KitVersion.objects.get(kit__name="Copy")
    assert content(copy).questions == content(version).questions
    again = page.post(url("kit-create"), {"name": "copy", "purpose": MARK})
    assert again.status_code == 422
    assert "&quot;&gt;&lt;svg" in again.content.decode()
    assert Kit.objects.count() == 3


def test_starting_a_draft_twice_leads_to_the_same_draft(page):
    version = make_kit_version()
    first = page.post(url("kit-draft", version.kit))
    second = page.post(url("kit-draft", version.kit))
    assert first.url == second.url == url("kit-version-edit", version.kit.versions.get(state="draft"))
    assert page.post(url("kit-draft", version.kit), {"copy_of": "nonsense"}).status_code == 302


def test_name_purpose_archive_and_restore(page):
    kit = make_kit_version().kit
    page.post(url("kit-edit", kit), {"name": "Renamed", "purpose": "Why"})
    page.post(url("kit-archive", kit))
    kit.refresh_from_db()
    assert (kit.name, kit.purpose, kit.archived_at is not None) == ("Renamed", "Why", True)
    assert page.post(url("kit-draft", kit)).url == kit.get_absolute_url()
    page.post(url("kit-restore", kit))
    kit.refresh_from_db()
    assert kit.archived_at is None


# The editor without JavaScript


def test_sending_the_page_as_it_is_changes_nothing(page, draft):
    before = content(draft)
    page.post(url("kit-version-edit", draft), editor(page, draft) | {"do": "save"})
    draft.refresh_from_db()
    assert (content(draft), draft.revision) == (before, 0)


def test_everything_typed_is_saved_by_the_save_button(page, draft):
    sent = editor(page, draft)
    first, second = sent["competencies"]
    asked = sent["questions"][0]
    sent |= {
        "d-guidance": "Listen.\r\nThen ask.",
        "d-length_minutes": "45",
        f"c{first}-weight": "8",
        f"c{first}-minimum": "3",
        f"q{asked}-text": "Why?",
        f"q{asked}-probes": "How?\r\n\r\nWhen?",
        f"q{asked}-competency_id": second,
        "do": "save",
    }
    del sent["d-same_panel"]
    answer = page.post(url("kit-version-edit", draft), sent)
    assert answer.status_code == 302
    after = content(draft)
    assert (after.guidance, after.length_minutes, after.same_panel) == ("Listen.\nThen ask.", 45, False)
    assert (after.competencies[0].weight, after.competencies[0].minimum) == (8, 3)
    assert after.questions[0].probes == ("How?", "When?")
    assert (after.questions[0].text, after.questions[0].competency) == ("Why?", "ownership")


def test_buttons_save_what_was_typed_and_then_do_their_own(page, draft):
    in_library("recovery")
    sent = editor(page, draft)
    first = sent["competencies"][0]
    sent |= {"d-guidance": "Typed before the button.", "do": f"down:c{first}"}
    answer = page.post(url("kit-version-edit", draft), sent)
    assert answer.url.endswith(f"#competency-{first}")
    assert [one.key for one in content(draft).competencies] == ["ownership", "empathy"]
    assert content(draft).guidance == "Typed before the button."
    library = Competency.objects.get(key="recovery")
    page.post(
        url("kit-version-edit", draft), editor(page, draft) | {"do": "add-competencies", "add_competency": [library.pk]}
    )
    assert [one.key for one in content(draft).competencies][-1] == "recovery"
    question = library.questions.get()
    page.post(
        url("kit-version-edit", draft), editor(page, draft) | {"do": "add-questions", "add_question": [question.pk]}
    )
    assert content(draft).questions[-1].key == "recovery-asked"
    row = KitVersion.objects.get(pk=draft.pk).competencies.get(key="recovery")
    page.post(
        url("kit-version-edit", draft), editor(page, draft) | {"do": "write-question", "new_question": f"c{row.pk}"}
    )
    assert [one.competency for one in content(draft).questions][-2:] == ["recovery", "recovery"]
    asked = draft.questions.order_by("position")[0]
    page.post(url("kit-version-edit", draft), editor(page, draft) | {"do": f"up:q{asked.pk}"})
    assert draft.questions.order_by("position")[0] == asked
    page.post(url("kit-version-edit", draft), editor(page, draft) | {"do": f"remove:q{asked.pk}"})
    page.post(url("kit-version-edit", draft), editor(page, draft) | {"do": f"remove:c{row.pk}"})
    after = content(draft)
    assert [one.key for one in after.questions] == ["ownership-1"]
    assert [one.key for one in after.competencies] == ["ownership", "empathy"]


def test_library_wording_is_offered_and_taken_over(page, draft):
    in_library("empathy")
    row = draft.competencies.get(key="empathy")
    html = page.get(url("kit-version-edit", draft)).content.decode()
    assert html.count("The library words it differently now") == 1
    page.post(url("kit-version-edit", draft), editor(page, draft) | {"do": f"take-over:c{row.pk}"})
    assert content(draft).competencies[0].definition == "What it is."
    assert "differently now" not in page.get(url("kit-version-edit", draft)).content.decode()


@pytest.mark.parametrize(("do", "to"), [("preview", "kit-version-preview"), ("publish", "kit-version-publish")])
def test_leaving_for_preview_or_publishing_saves_first(page, draft, do, to):
    answer = page.post(url("kit-version-edit", draft), editor(page, draft) | {"d-guidance": "Typed.", "do": do})
    assert answer.url == url(to, draft)
    assert content(draft).guidance == "Typed."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("d-length_minutes", "0"),
        ("d-length_minutes", "481"),
        ("d-panel_size", "x"),
        ("d-opening_minutes", ""),
        ("c-weight", "11"),
        ("c-minimum", "6"),
        ("c-name", "  "),
        ("q-minutes", "121"),
        ("q-competency_id", "987654"),
        ("q-probes", "?\n" * 11),
        ("q-text", "a" * 4001),
    ],
)
def test_wrong_part_is_kept_and_marked_while_the_rest_is_saved(page, draft, field, value):
    sent = editor(page, draft)
    letter, name = field.split("-", 1)
    rows = {"d": "d", "c": f"c{sent['competencies'][0]}", "q": f"q{sent['questions'][0]}"}
    typed = f"{rows[letter]}-{name}"
    before = content(draft)
    good = f"q{sent['questions'][1]}-text"
    answer = page.post(url("kit-version-edit", draft), sent | {typed: value, good: "Saved all the same?", "do": "save"})
    assert answer.status_code == 422
    assert [place for place, _reason in answer.context["errors"]] == [f"id_{typed}"]
    assert f'href="#id_{typed}"' in answer.content.decode()
    bound = next(part for part in answer.context["form"].parts if part.prefix == rows[letter])[name]
    assert bound.value() == value
    after = content(draft)
    assert after.questions[1].text == "Saved all the same?"
    assert (after.competencies, after.questions[0], after.length_minutes) == (
        before.competencies,
        before.questions[0],
        before.length_minutes,
    )


def test_row_with_an_error_can_still_be_removed(page, draft):
    sent = editor(page, draft)
    row = sent["questions"][0]
    page.post(url("kit-version-edit", draft), sent | {f"q{row}-minutes": "x", "do": f"remove:q{row}"})
    assert [one.key for one in content(draft).questions] == ["ownership-1"]


def test_button_waits_until_what_was_typed_is_right(page, draft):
    sent = editor(page, draft)
    answer = page.post(url("kit-version-edit", draft), sent | {"d-panel_size": "x", "do": "publish"})
    assert answer.status_code == 422


# Two tabs


def test_stale_tab_shows_both_texts_and_saves_mine_when_meant(page, recruiter, draft):
    sent = editor(page, draft) | {"d-guidance": "Mine.", "do": "save"}
    kit_drafts.save_draft(
        version=draft, revision=0, details={"guidance": "Theirs.", "panel_size": 5}, by=recruiter, at=NOW
    )
    answer = page.post(url("kit-version-edit", draft), sent)
    assert answer.status_code == 409
    assert {(one.mine, one.theirs) for one in answer.context["typed"]} == {("Mine.", "Theirs."), ("3", "5")}
    assert content(draft).guidance == "Theirs."
    again: dict = {}
    for name, value in answer.context["kept"]:
        again.setdefault(name, []).append(value)
    again |= {"revision": str(answer.context["version"].revision), "do": "save"}
    assert page.post(url("kit-version-edit", draft), again).status_code == 302
    assert (content(draft).guidance, content(draft).panel_size) == ("Mine.", 3)


def test_stale_tab_keeps_words_of_a_row_that_was_removed(page, recruiter, draft):
    sent = editor(page, draft)
    row = draft.questions.get(key="empathy-1")
    sent |= {f"q{row.pk}-text": "Words worth keeping?"}
    kit_drafts.remove_question(question=row, revision=0, by=recruiter, at=NOW)
    answer = page.post(url("kit-version-edit", draft), sent)
    assert answer.status_code == 409
    assert "Words worth keeping?" in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "-1", "9", "x", "9" * 30])
def test_missing_or_mangled_revision_is_a_conflict(page, draft, revision):
    sent = editor(page, draft) | {"revision": revision, "d-guidance": "Mine."}
    assert page.post(url("kit-version-edit", draft), sent).status_code == 409
    assert content(draft).guidance != "Mine."


def test_tab_of_a_draft_published_meanwhile_loses_nothing(page, recruiter, draft):
    sent = editor(page, draft) | {"d-guidance": "Mine."}
    kits.publish_version(version=draft, revision=0, by=recruiter, at=NOW)
    answer = page.post(url("kit-version-edit", draft), sent)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine." in html
    assert "Save mine over it" not in html
    assert content(draft).guidance != "Mine."


def test_button_on_a_row_that_is_gone_is_a_conflict(page, draft):
    for target in ("c987654", "q987654", "x", "", "q", f"c{draft.questions.first().pk + 9999}"):
        for verb in ("remove", "up", "take-over"):
            answer = page.post(url("kit-version-edit", draft), editor(page, draft) | {"do": f"{verb}:{target}"})
            assert answer.status_code == 409


# What the script asks for


def test_script_gets_the_parts_it_swaps_and_the_new_revision(page, draft):
    sent = editor(page, draft) | {"d-guidance": "Typed.", "d-length_minutes": "36"}
    answer = page.post(url("kit-version-edit", draft), sent, headers={"X-Part": "status"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'<div id="([a-z-]+)" data-part', html) == ["draft-status", "draft-errors", "draft-check"]
    assert 'name="revision" value="1"' in html
    assert "1 minute of the interview is not planned yet." in html
    assert "<html" not in html
    assert "X-Part" in answer["Vary"]


def test_script_is_told_of_errors_and_the_rest_is_saved(page, draft):
    sent = editor(page, draft) | {"d-guidance": "Typed.", "d-panel_size": "x"}
    html = page.post(url("kit-version-edit", draft), sent, headers={"X-Part": "status"}).content.decode()
    assert 'href="#id_d-panel_size"' in html


def test_script_gets_the_whole_form_after_a_change_of_rows(page, draft):
    row = draft.questions.get(key="empathy-1")
    sent = editor(page, draft) | {"do": f"remove:q{row.pk}"}
    html = page.post(url("kit-version-edit", draft), sent, headers={"X-Part": "editor"}).content.decode()
    other = draft.questions.get()
    assert html.strip().startswith("<form")
    assert f'data-place="question-{other.pk}"' in html


def test_script_of_a_stale_tab_gets_409_and_a_way_on(page, recruiter, draft):
    sent = editor(page, draft)
    kit_drafts.save_draft(version=draft, revision=0, details={"guidance": "Theirs."}, by=recruiter, at=NOW)
    answer = page.post(url("kit-version-edit", draft), sent, headers={"X-Part": "status"})
    assert answer.status_code == 409
    assert 'id="draft-errors"' in answer.content.decode()
    assert 'value="compare"' in answer.content.decode()


# Publishing and discarding


def test_publishing_by_page_asks_shows_and_freezes(page, draft):
    asked = page.get(url("kit-version-publish", draft))
    assert asked.context["page"].gaps == []
    sent = {"revision": asked.context["form"]["revision"].value(), "change_note": "First."}
    assert page.post(url("kit-version-publish", draft), sent).url == draft.kit.get_absolute_url()
    assert page.post(url("kit-version-publish", draft), sent).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.change_note) == ("published", "First.")
    assert AuditEntry.objects.filter(did="hiring.kit_published").count() == 1


def test_draft_changed_since_it_was_read_is_published_only_when_read_again(page, recruiter, draft):
    kit_drafts.save_draft(version=draft, revision=0, details={"guidance": "Theirs."}, by=recruiter, at=NOW)
    answer = page.post(url("kit-version-publish", draft), {"revision": "0"})
    assert answer.status_code == 409
    again = answer.context["form"]["revision"].value()
    assert page.post(url("kit-version-publish", draft), {"revision": again}).status_code == 302


def test_incomplete_draft_is_refused_with_links_to_what_is_missing(page, recruiter):
    blank = kits.create_kit(name="Blank", by=recruiter, at=NOW)
    for answer in (
        page.get(url("kit-version-publish", blank)),
        page.post(url("kit-version-publish", blank), {"revision": "0"}),
    ):
        html = answer.content.decode()
        assert "Add at least one competency." in html
        assert f"{url('kit-version-edit', blank)}#competencies" in html
    blank.refresh_from_db()
    assert blank.is_draft


def test_discarding_is_confirmed_and_harmless_twice(page, recruiter):
    version = make_kit_version()
    draft = kits.start_draft(kit=version.kit, by=recruiter, at=NOW)
    assert "Discard the draft" in page.get(url("kit-version-discard", draft)).content.decode()
    assert page.post(url("kit-version-discard", draft)).url == version.kit.get_absolute_url()
    assert page.post(url("kit-version-discard", draft)).status_code == 404
    assert page.post(url("kit-version-discard", version)).status_code == 302
    assert KitVersion.objects.filter(pk=version.pk).exists()


# Files


def test_export_is_a_download_that_imports_again(page):
    version = make_kit_version()
    answer = page.get(url("kit-version-export", version))
    assert answer["Content-Disposition"] == f'attachment; filename="{version.kit.key}-1.yaml"'
    assert answer["Content-Type"].startswith("application/yaml")
    assert parse_kit(answer.content) == content(version)


def test_incomplete_draft_is_not_exported(page, recruiter):
    blank = kits.create_kit(name="Blank", by=recruiter, at=NOW)
    answer = page.get(url("kit-version-export", blank), follow=True)
    assert "can&#x27;t be exported" in answer.content.decode()


def test_import_shows_first_and_creates_when_asked(page, recruiter):
    text = kit_sharing.export_version(version=make_kit_version(), by=recruiter, at=NOW)
    text = text.replace(Kit.objects.get().key, "shared-kit").replace(Kit.objects.get().name, "Shared kit")
    upload = SimpleUploadedFile("kit.yaml", ("\ufeff" + text).encode())
    shown = page.post(url("kit-import"), {"file": upload})
    assert Kit.objects.count() == 1
    assert shown.context["trial"].new_competencies == ["Empathy", "Ownership"]
    sent = {"text": shown.context["text"].replace("\n", "\r\n"), "add_to_library": "on", "do": "create"}
    made = page.post(url("kit-import"), sent)
    draft = KitVersion.objects.get(kit__key="shared-kit")
    assert made.url == url("kit-version-edit", draft)
    assert content(draft) == parse_kit(text)
    assert Competency.objects.count() == 2


def test_import_of_a_known_key_asks_whether_new_kit_or_new_draft(page, recruiter):
    version = make_kit_version()
    text = kit_sharing.export_version(version=version, by=recruiter, at=NOW)
    shown = page.post(url("kit-import"), {"text": text}).content.decode()
    assert "a new draft of" in shown
    page.post(url("kit-import"), {"text": text, "do": "create", "into": "new"})
    assert Kit.objects.count() == 2
    page.post(url("kit-import"), {"text": text, "do": "create", "into": "draft"})
    assert version.kit.versions.filter(state="draft").count() == 1
    again = page.post(url("kit-import"), {"text": text, "do": "create", "into": "draft"})
    assert again.status_code == 409
    assert "draft already" in again.content.decode()
    assert version.kit.versions.count() == 2


@pytest.mark.parametrize(
    "text",
    [b"", b"not: a kit", b"format: rapport-kit/1\nkey: x\n", b"\xff\xfe", b"a: &a [*a]", b"x" * 600_000, b"- [" * 50],
)
def test_bad_file_is_refused_with_places_and_changes_nothing(page, text):
    answer = page.post(url("kit-import"), {"file": SimpleUploadedFile("kit.yaml", text)})
    assert answer.status_code == 422
    assert not Kit.objects.exists()
    assert "error-summary" in answer.content.decode()


def test_every_problem_of_a_file_is_listed_by_line_and_place(page):
    text = "format: rapport-kit/1\nkey: k\nname: <svg onload=x>\nlength_minutes: many\n"
    html = page.post(url("kit-import"), {"text": text}).content.decode()
    assert "<code>length_minutes</code>" in html
    assert '<td class="num">4</td>' in html
    assert "<svg onload" not in html


# Who may


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("recruiter", 200, True),
        ("hiring manager", 200, False),
        ("trainer", 200, False),
        ("auditor", 403, False),
        ("employee", 403, False),
    ],
)
def test_who_reads_and_who_writes_kits(client, settings, who, reads, writes, draft):
    settings.SECOND_FACTOR = "nobody"
    roles = {"recruiter": Role.RECRUITER, "trainer": Role.TRAINER, "auditor": Role.AUDITOR}
    person = make_person(roles={roles[who]: None} if who in roles else {})
    if who == "hiring manager":
        make_opening(manager=person)
    version = make_kit_version()
    client.force_login(person)
    reading = [
        url("kit-list"),
        url("kit-detail", version.kit),
        url("kit-detail", draft.kit),
        url("kit-version-detail", version),
        url("kit-version-preview", draft),
        url("kit-version-export", version),
        f"{url('kit-compare', version.kit)}?from=1&to=1",
    ]
    for address in reading:
        answer = client.get(address)
        assert answer.status_code == reads, address
        assert (b"/edit/" in answer.content) <= writes
    writing = [("kit-create", None), ("kit-import", None), ("kit-edit", version.kit), ("kit-version-edit", draft)]
    writing += [("kit-version-publish", draft), ("kit-version-discard", draft)]
    for name, thing in writing:
        assert client.get(url(name, thing)).status_code == (200 if writes else 403)
        if not writes:
            assert client.post(url(name, thing)).status_code == 403
    for name in ("kit-archive", "kit-restore", "kit-draft"):
        assert client.get(url(name, version.kit)).status_code == 405
        assert client.post(url(name, version.kit)).status_code == (302 if writes else 403)
    assert AuditEntry.objects.filter(actor=person.pk, outcome="done").exists() is writes


def test_what_is_not_there_is_not_found(page):
    for name in ("kit-detail", "kit-edit", "kit-compare"):
        assert page.get(reverse(f"hiring:{name}", args=[987654])).status_code == 404
    for name in ("detail", "edit", "preview", "export", "publish", "discard"):
        assert page.get(reverse(f"hiring:kit-version-{name}", args=[987654])).status_code == 404


@pytest.mark.parametrize("count", [1, 3, 20])
def test_editor_costs_the_same_however_many_rows(page, recruiter, count, django_assert_num_queries):
    draft = kits.create_kit(name="Big", by=recruiter, at=NOW)
    library = [in_library(f"c{number}") for number in range(count)]
    kit_drafts.add_competencies(version=draft, revision=0, competencies=library, by=recruiter, at=NOW)
    questions = Question.objects.select_related("competency")
    kit_drafts.add_questions(version=draft, revision=1, questions=questions, by=recruiter, at=NOW)
    page.get(url("kit-version-edit", draft))
    with django_assert_num_queries(10):
        page.get(url("kit-version-edit", draft))
