"""The life of a kit: drafts, publishing, superseding, sharing. Pages are in test_kit_views."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from foundation.errors import Conflict, Invalid, Refused
from hiring.actions import kit_drafts as drafts
from hiring.actions import kit_sharing as sharing
from hiring.actions import kits as actions
from hiring.kit_files import parse_kit
from hiring.models import Competency, Kit, KitCompetency, KitQuestion, KitVersion, Question
from hiring.reports import kits as reports
from hiring.reports.kit_differences import compare_kits, from_library, library_questions, words
from hiring.reports.kit_gaps import gaps
from people.models import AuditEntry
from tests.cast import NOW, make_kit_version, make_opening, make_person, make_recruiter

MARK = '"><svg onload=x>'


def load(version):
    return reports.load(version.pk)


def content_of(version):
    return reports.as_file(load(version))


def departures(version):
    return from_library(load(version), library_questions(load(version)))


def make_draft(*, competencies=("empathy", "ownership")):
    """A complete draft of a new kit."""
    return make_kit_version(state="draft", competencies=competencies)


def publish(version, by=None, **fields):
    return actions.publish_version(
        version=version, revision=version.revision, by=by or make_recruiter(), at=NOW, **fields
    )


def in_library(key="empathy", questions=("upset-person",)):
    competency = Competency.objects.create(
        key=key,
        name=key.capitalize(),
        definition="What it is.",
        **{f"anchor_{n}": f"{key} at {n}" for n in range(1, 6)},
    )
    for question in questions:
        Question.objects.create(competency=competency, key=question, kind="situational", text=f"{key}: {question}?")
    return competency


@pytest.fixture
def recruiter(db):
    return make_recruiter()


@pytest.fixture
def who(recruiter):
    return {"by": recruiter, "at": NOW}


# Making and drafting


def test_new_kit_is_a_blank_draft_with_a_key_of_its_own(who):
    first = actions.create_kit(name="Front desk", purpose="Hotels.", **who)
    second = actions.create_kit(name="Front desk!", **who)
    assert (first.number, first.state, first.kit.key, second.kit.key) == (1, "draft", "front-desk", "front-desk-2")
    assert not first.competencies.exists()


def test_new_kit_from_another_holds_the_same(who):
    source = make_kit_version()
    copy = actions.create_kit(name="Copy", copy_of=source, **who)
    for part in ("competencies", "questions", "guidance", "length_minutes"):
        assert getattr(content_of(copy), part) == getattr(content_of(source), part)


def test_name_of_a_kit_is_there_once_whatever_its_case(who):
    kit = actions.create_kit(name="Front desk", **who).kit
    with pytest.raises(Invalid) as refusal:
        actions.create_kit(name="front  DESK", **who)
    assert "name" in refusal.value.errors
    other = actions.create_kit(name="Back desk", **who).kit
    with pytest.raises(Invalid):
        actions.edit_kit(kit=other, name="Front Desk", **who)
    assert actions.edit_kit(kit=kit, name="FRONT DESK", purpose="p", **who).name == "FRONT DESK"


def test_draft_starts_from_the_published_version_or_from_any_other(who):
    version = make_kit_version()
    assert content_of(actions.start_draft(kit=version.kit, **who)) == content_of(version)
    draft = version.kit.versions.get(state="draft")
    drafts.save_draft(version=draft, revision=0, details={"guidance": "New."}, **who)
    publish(load(draft))
    old = actions.start_draft(kit=version.kit, copy_of=version, **who)
    assert (old.number, old.guidance) == (3, version.guidance)


def test_kit_has_one_draft_and_a_second_click_changes_nothing(who):
    version = make_kit_version()
    actions.start_draft(kit=version.kit, **who)
    with pytest.raises(Refused) as refusal:
        actions.start_draft(kit=version.kit, **who)
    assert refusal.value.code == "draft_exists"
    assert version.kit.versions.count() == 2


def test_archived_kit_starts_and_publishes_nothing_until_restored(who):
    draft = make_draft()
    actions.archive_kit(kit=draft.kit, **who)
    actions.archive_kit(kit=draft.kit, **who)
    with pytest.raises(Refused, match="archived"):
        publish(draft)
    actions.restore_kit(kit=draft.kit, **who)
    assert publish(draft).state == "published"
    assert AuditEntry.objects.filter(did="hiring.kit_archived").count() == 1


# Saving


def test_saving_writes_details_rows_and_order_at_once(who):
    draft = make_draft()
    first, second = draft.competencies.order_by("position")
    asked = draft.questions.get(competency=second)
    saved = drafts.save_draft(
        version=draft,
        revision=0,
        details={"guidance": "Listen.", "same_panel": False},
        competencies={first.pk: {"weight": 7, "minimum": 3}},
        questions={asked.pk: {"text": "Why?", "probes": ["How?"], "competency_id": first.pk}},
        competency_order=[second.pk, first.pk],
        **who,
    )
    assert saved.revision == 1
    after = content_of(draft)
    assert [(one.key, one.weight, one.minimum) for one in after.competencies] == [
        ("ownership", 2, None),
        ("empathy", 7, 3),
    ]
    assert (after.guidance, after.same_panel) == ("Listen.", False)
    assert (after.questions[1].text, after.questions[1].probes, after.questions[1].competency) == (
        "Why?",
        ("How?",),
        "empathy",
    )


def test_trail_names_what_was_changed_and_none_of_the_words(who):
    draft = make_draft()
    row = draft.competencies.get(key="empathy")
    drafts.save_draft(
        version=draft,
        revision=0,
        details={"guidance": "Secret."},
        competencies={row.pk: {"definition": "Secret."}},
        **who,
    )
    entry = AuditEntry.objects.get(did="hiring.kit_draft_saved")
    assert entry.changes == {"fields": ["guidance"], "parts": ["empathy: definition"]}


def test_saving_what_is_there_already_changes_nothing(who):
    draft = make_draft()
    order = list(draft.questions.order_by("position").values_list("pk", flat=True))
    drafts.save_draft(version=draft, revision=0, details={"guidance": draft.guidance}, question_order=order, **who)
    draft.refresh_from_db()
    assert draft.revision == 0
    assert not AuditEntry.objects.filter(did="hiring.kit_draft_saved").exists()


def test_older_revision_is_a_conflict_whatever_is_done_with_it(who):
    draft = make_draft()
    drafts.save_draft(version=draft, revision=0, details={"guidance": "Theirs."}, **who)
    row, asked = draft.competencies.first(), draft.questions.first()
    competency = in_library("recovery")
    before = content_of(draft)
    for stale in (
        lambda: drafts.save_draft(version=draft, revision=0, details={"guidance": "Mine."}, **who),
        lambda: drafts.add_competencies(version=draft, revision=0, competencies=[competency], **who),
        lambda: drafts.remove_competency(competency=row, revision=0, **who),
        lambda: drafts.take_over_competency(competency=row, original=competency, revision=0, **who),
        lambda: drafts.add_questions(version=draft, revision=0, questions=competency.questions.all(), **who),
        lambda: drafts.write_question(competency=row, revision=0, **who),
        lambda: drafts.remove_question(question=asked, revision=0, **who),
        lambda: actions.publish_version(version=draft, revision=0, **who),
    ):
        with pytest.raises(Conflict):
            stale()
    assert content_of(draft) == before


def test_row_that_is_gone_is_a_conflict_not_a_silence(who):
    draft = make_draft()
    row = draft.questions.first()
    drafts.remove_question(question=row, revision=0, **who)
    with pytest.raises(Conflict):
        drafts.save_draft(version=draft, revision=1, questions={row.pk: {"text": "Mine."}}, **who)
    with pytest.raises(Conflict):
        drafts.remove_question(question=row, revision=1, **who)


def test_rows_of_another_kit_cannot_be_written_through_this_one(who):
    draft, other = make_draft(), make_draft()
    foreign = other.questions.first()
    with pytest.raises(Conflict):
        drafts.save_draft(version=draft, revision=0, questions={foreign.pk: {"text": "Mine."}}, **who)
    foreign.refresh_from_db()
    assert foreign.text != "Mine."


def test_field_that_a_draft_does_not_have_is_a_mistake_of_the_caller(who):
    draft = make_draft()
    with pytest.raises(TypeError):
        drafts.save_draft(version=draft, revision=0, details={"state": "published"}, **who)
    with pytest.raises(TypeError):
        drafts.save_draft(version=draft, revision=0, competencies={draft.competencies.first().pk: {"key": "x"}}, **who)


def test_published_version_takes_no_saving(who):
    version = make_kit_version()
    with pytest.raises(Refused) as refusal:
        drafts.save_draft(version=version, revision=0, details={"guidance": "x"}, **who)
    assert refusal.value.code == "not_a_draft"


# Rows


def test_competencies_and_questions_are_copied_from_the_library_once(who):
    draft = make_draft(competencies=("ownership",))
    empathy = in_library("empathy", ("one", "two"))
    (added,) = drafts.add_competencies(version=draft, revision=0, competencies=[empathy], **who)
    assert drafts.add_competencies(version=draft, revision=1, competencies=[empathy], **who) == []
    drafts.add_questions(version=draft, revision=1, questions=empathy.questions.order_by("pk"), **who)
    again = drafts.add_questions(version=draft, revision=2, questions=empathy.questions.all(), **who)
    assert again == []
    after = content_of(draft)
    assert [(one.competency, one.key) for one in after.questions][1:] == [("empathy", "one"), ("empathy", "two")]
    assert (added.anchor_3, added.weight, added.minimum) == ("empathy at 3", 1, None)


def test_question_of_a_competency_that_is_not_judged_is_passed_over(who):
    draft = make_draft(competencies=("ownership",))
    strange = in_library("empathy")
    assert drafts.add_questions(version=draft, revision=0, questions=strange.questions.all(), **who) == []


def test_same_key_in_two_competencies_still_finds_its_way_back_to_the_library(who):
    draft = actions.create_kit(name="New", **who)
    both = [in_library("empathy", ("a-time",)), in_library("ownership", ("a-time",))]
    drafts.add_competencies(version=draft, revision=0, competencies=both, **who)
    questions = Question.objects.select_related("competency").order_by("pk")
    drafts.add_questions(version=draft, revision=1, questions=questions, **who)
    assert [one.key for one in content_of(draft).questions] == ["a-time", "ownership--a-time"]
    assert drafts.add_questions(version=draft, revision=2, questions=questions, **who) == []
    Question.objects.filter(competency__key="ownership").update(text="Changed?")
    assert [departure.title for departure in departures(draft)] == ["ownership: a-time?"]


def test_kit_holds_no_more_than_its_file_may(who):
    draft = actions.create_kit(name="Big", **who)
    many = [in_library(f"c{number}", ()) for number in range(21)]
    with pytest.raises(Refused, match="20"):
        drafts.add_competencies(version=draft, revision=0, competencies=many, **who)
    (row,) = drafts.add_competencies(version=draft, revision=0, competencies=many[:1], **who)
    for revision in range(1, 61):
        drafts.write_question(competency=row, revision=revision, **who)
    with pytest.raises(Refused, match="60"):
        drafts.write_question(competency=row, revision=61, **who)
    assert draft.questions.values("key").distinct().count() == 60


def test_removing_a_competency_takes_its_questions_along(who):
    draft = make_draft()
    drafts.remove_competency(competency=draft.competencies.get(key="empathy"), revision=0, **who)
    after = content_of(draft)
    assert ([one.key for one in after.competencies], [one.key for one in after.questions]) == (
        ["ownership"],
        ["ownership-1"],
    )


def test_library_wording_is_taken_over_and_the_rest_stays(who):
    draft = make_draft(competencies=("empathy",))
    original = in_library("empathy", ("empathy-1",))
    places = {departure.place.split("-")[0] for departure in departures(draft)}
    assert places == {"competency", "question"}
    row, asked = draft.competencies.get(), draft.questions.get()
    drafts.save_draft(version=draft, revision=0, competencies={row.pk: {"weight": 9}}, **who)
    drafts.take_over_competency(competency=row, original=original, revision=1, **who)
    drafts.take_over_question(question=asked, original=original.questions.get(), revision=2, **who)
    assert departures(draft) == []
    after = content_of(draft)
    assert (after.competencies[0].definition, after.competencies[0].weight) == ("What it is.", 9)
    assert (after.questions[0].text, after.questions[0].minutes) == ("empathy: empathy-1?", 10)


# Publishing


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda draft: draft.competencies.all().delete(), "at least one competency"),
        (lambda draft: draft.questions.filter(key="empathy-1").delete(), "question for “Empathy”"),
        (lambda draft: draft.competencies.filter(key="empathy").update(anchor_2=" "), "“Empathy” look like: 2"),
        (lambda draft: draft.competencies.filter(key="empathy").update(definition=""), "what “Empathy” is"),
        (lambda draft: draft.questions.filter(key="empathy-1").update(text=""), "Write question 1"),
        (lambda draft: KitVersion.objects.filter(pk=draft.pk).update(length_minutes=31), "4 minutes over"),
        (lambda draft: KitVersion.objects.filter(pk=draft.pk).update(length_minutes=36), "1 minute of"),
    ],
)
def test_incomplete_draft_is_not_published_and_says_why(recruiter, spoil, said):
    former = make_kit_version()
    draft = actions.start_draft(kit=former.kit, by=recruiter, at=NOW)
    spoil(draft)
    with pytest.raises(Invalid) as refusal:
        publish(draft)
    assert any(said in reason for reason in refusal.value.errors[""])
    former.refresh_from_db()
    assert (former.state, refusal.value.code) == ("published", "incomplete")


def test_publishing_supersedes_the_former_version_which_stays_with_its_openings(recruiter):
    former = make_kit_version()
    opening = make_opening(kit_version=former)
    draft = actions.start_draft(kit=former.kit, by=recruiter, at=NOW)
    published = publish(draft, by=recruiter, change_note="Shorter.")
    former.refresh_from_db()
    assert (published.state, published.published_by, published.published_at, former.state) == (
        "published",
        recruiter,
        NOW,
        "superseded",
    )
    assert opening.stages.get(name="Interview").kit_version == former
    assert published.change_note == "Shorter."


def test_second_publisher_is_told_and_nothing_happens_twice(recruiter):
    draft = make_draft()
    publish(draft)
    with pytest.raises(Refused) as refusal:
        publish(draft)
    assert refusal.value.code == "not_a_draft"
    assert AuditEntry.objects.filter(did="hiring.kit_published").count() == 1


@pytest.mark.parametrize("state", ["published", "superseded"])
def test_tables_refuse_what_the_actions_would(db, state):
    version = make_kit_version(state=state)
    competency, question = version.competencies.first(), version.questions.first()
    for write in (
        lambda: KitVersion.objects.filter(pk=version.pk).update(guidance="x"),
        lambda: KitCompetency.objects.filter(pk=competency.pk).update(weight=9),
        lambda: KitQuestion.objects.filter(pk=question.pk).delete(),
        lambda: KitQuestion.objects.create(
            version=version, competency=competency, position=9, key="x", kind="behavioural", text="x"
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


# Discarding


def test_discarded_draft_frees_its_number_and_a_kit_without_versions_goes(who):
    version = make_kit_version()
    draft = actions.start_draft(kit=version.kit, **who)
    assert actions.discard_draft(version=draft, **who) == version.kit
    assert actions.start_draft(kit=version.kit, **who).number == 2
    fresh = actions.create_kit(name="Never used", **who)
    assert actions.discard_draft(version=fresh, **who) is None
    assert not Kit.objects.filter(name="Never used").exists()


def test_published_version_and_draft_in_use_are_not_discarded(who):
    version = make_kit_version()
    with pytest.raises(Refused):
        actions.discard_draft(version=version, **who)
    draft = make_draft()
    make_opening(kit_version=draft)
    with pytest.raises(Refused, match="opening"):
        actions.discard_draft(version=draft, **who)
    assert KitVersion.objects.filter(pk__in=[version.pk, draft.pk]).count() == 2


# Sharing


def test_export_and_import_give_the_same_content(who):
    source = make_kit_version()
    text = sharing.export_version(version=source, **who)
    copy = sharing.import_kit(content=parse_kit(text), **who)
    same = content_of(copy)
    assert (same.key, same.name) == (f"{source.kit.key}-2", f"{source.kit.name} (2)")
    for part in ("competencies", "questions", *reports.DETAILS):
        assert getattr(same, part) == getattr(content_of(source), part)
    assert [entry.outcome for entry in AuditEntry.objects.filter(did="hiring.kit_exported")] == ["exported"]


def test_import_into_the_same_kit_is_its_next_draft(who):
    source = make_kit_version()
    content = parse_kit(sharing.export_version(version=source, **who))
    draft = sharing.import_kit(content=content, into=source.kit, **who)
    assert (draft.kit, draft.number, draft.state) == (source.kit, 2, "draft")
    with pytest.raises(Refused, match="draft already"):
        sharing.import_kit(content=content, into=source.kit, **who)


def test_import_adds_to_the_library_what_it_lacks_and_leaves_the_rest(who):
    source = make_kit_version()
    kept = in_library("empathy", ("upset-person",))
    content = parse_kit(sharing.export_version(version=source, **who))
    sharing.import_kit(content=content, **who)
    assert Competency.objects.count() == 1
    sharing.import_kit(content=content, add_to_library=True, **who)
    sharing.import_kit(content=content, add_to_library=True, **who)
    assert set(Question.objects.values_list("competency__key", "key")) == {
        ("empathy", "upset-person"),
        ("empathy", "empathy-1"),
        ("ownership", "ownership-1"),
    }
    kept.refresh_from_db()
    assert kept.definition == "What it is."


def test_draft_that_could_not_be_read_back_is_not_exported(who):
    draft = actions.create_kit(name="Blank", **who)
    with pytest.raises(Invalid) as refusal:
        sharing.export_version(version=draft, **who)
    assert refusal.value.errors[""]
    assert sharing.export_version(version=make_draft(), **who).startswith("format: ")


# Reading


def test_sheet_counts_minutes_shares_and_starts(db):
    sheet = reports.sheet_of(load(make_draft(competencies=("empathy", "ownership", "recovery"))))
    assert [row.share for row in sheet.competencies] == [17, 33, 50]
    assert [asked.at for asked in sheet.questions] == ["0:05", "0:15", "0:25"]
    assert (sheet.planned, sheet.difference, sheet.closing_at, sheet.ends_at) == (45, 0, "0:35", "0:45")
    assert [len(row.questions) for row in sheet.competencies] == [1, 1, 1]
    assert gaps(sheet) == []


@pytest.mark.parametrize(("weight", "total", "share"), [(1, 3, 33), (2, 3, 67), (1, 8, 13), (1, 1, 100), (0, 0, 0)])
def test_share_is_rounded_half_up(weight, total, share):
    assert reports.share_of(weight, total) == share


@pytest.mark.parametrize(
    ("old", "new"),
    [("", ""), ("a b c", "a x c"), ("a\n b", "a\nb"), ("same", "same"), ("", MARK), ("x " * 900, "y " * 900)],
)
def test_pieces_give_both_texts_back(old, new):
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert (old == new) == all(piece.kind == "same" for piece in pieces)


def test_comparison_tells_what_came_went_moved_and_changed(who):
    draft = make_draft(competencies=("empathy", "ownership", "recovery"))
    old = content_of(draft)
    rows = {row.key: row for row in draft.competencies.all()}
    drafts.remove_competency(competency=rows["recovery"], revision=0, **who)
    drafts.add_competencies(version=draft, revision=1, competencies=[in_library("speech", ())], **who)
    drafts.save_draft(
        version=draft, revision=2, details={"panel_size": 2}, competencies={rows["empathy"].pk: {"minimum": 3}}, **who
    )
    found = compare_kits(old, content_of(draft))
    assert [(block.title, block.state) for block in found.competencies] == [
        ("Empathy", "changed"),
        ("Speech", "added"),
        ("Recovery", "removed"),
    ]
    minimum = found.competencies[0].changes[0]
    assert [(piece.kind, piece.text) for piece in minimum.pieces] == [("removed", "none"), ("added", "3")]
    assert [change.label for change in found.details] == ["Panel size"]
    assert [block.state for block in found.questions] == ["removed"]
    assert compare_kits(old, old).is_empty


def test_only_rows_that_changed_places_are_told_as_moved(who):
    draft = make_draft(competencies=("a", "b", "c", "d"))
    old = content_of(draft)
    drafts.remove_competency(competency=draft.competencies.get(key="a"), revision=0, **who)
    rows = {row.key: row.pk for row in draft.competencies.all()}
    order = [rows["d"], rows["b"], rows["c"]]
    drafts.save_draft(version=draft, revision=1, competency_order=order, **who)
    found = compare_kits(old, content_of(draft))
    assert [(block.title, block.state, block.changes[0].label) for block in found.competencies] == [
        ("D", "changed", "Place"),
        ("A", "removed", "Name"),
    ]


def test_lone_words_in_common_do_not_break_up_what_is_read():
    pieces = words("Before the first one, all of them agree.", "After the last two, all of them agree.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("removed", "Before the first one,"),
        ("added", "After the last two,"),
        ("same", " all of them agree."),
    ]


def test_score_of_a_frozen_version_is_computed_once(db, django_assert_num_queries):
    version, draft = make_kit_version(), make_draft()
    first = reports.structure_scores([version.pk, draft.pk])
    assert set(first) == {version.pk}
    with django_assert_num_queries(0):
        assert reports.structure_scores([version.pk]) == first


# Any order of events


class KitLife(RuleBasedStateMachine):
    """Whatever is done in whatever order: at most one draft and one published version, numbers without gaps, and what
    is no draft never changes."""

    def __init__(self):
        super().__init__()
        self.by = make_person()
        self.kit = make_kit_version(state="draft", competencies=("empathy", "ownership")).kit
        self.frozen = {}
        self.clock = NOW

    @property
    def who(self):
        self.clock += timedelta(minutes=1)
        return {"by": self.by, "at": self.clock}

    @property
    def draft(self):
        return self.kit.versions.filter(state="draft").first()

    def attempt(self, act):
        try:
            with transaction.atomic():
                act()
        except Refused:
            return

    @rule(source=st.integers(0, 5))
    def start(self, source):
        copy_of = self.kit.versions.filter(number=source).first()
        self.attempt(lambda: actions.start_draft(kit=self.kit, copy_of=copy_of, **self.who))

    @rule(which=st.integers(1, 6), lag=st.sampled_from([0, 0, 0, 1]))
    def publish(self, which, lag):
        version = self.kit.versions.filter(number=which).first() or self.kit.versions.order_by("-number").first()
        self.attempt(lambda: actions.publish_version(version=version, revision=version.revision - lag, **self.who))

    @rule(which=st.integers(1, 6))
    def discard(self, which):
        version = self.kit.versions.filter(number=which).first()
        if version is not None and self.kit.versions.count() > 1:
            self.attempt(lambda: actions.discard_draft(version=version, **self.who))

    @rule(which=st.integers(1, 6), minutes=st.integers(30, 40), lag=st.sampled_from([0, 0, 1]))
    def save(self, which, minutes, lag):
        version = self.kit.versions.filter(number=which).first() or self.kit.versions.first()
        details = {"length_minutes": minutes, "guidance": f"{self.clock}"}
        self.attempt(
            lambda: drafts.save_draft(version=version, revision=version.revision - lag, details=details, **self.who)
        )

    @precondition(lambda self: self.draft is not None)
    @rule()
    def rewrite_rows(self):
        draft = self.draft
        rows = {pk: {"weight": 1 + (draft.revision % 10)} for pk in draft.competencies.values_list("pk", flat=True)}
        self.attempt(lambda: drafts.save_draft(version=draft, revision=draft.revision, competencies=rows, **self.who))

    @rule(away=st.booleans())
    def archive_or_restore(self, away):
        (actions.archive_kit if away else actions.restore_kit)(kit=self.kit, **self.who)

    @invariant()
    def life_is_in_order(self):
        versions = list(reports.with_content(self.kit.versions.all()).order_by("number"))
        states = [version.state for version in versions]
        assert states.count("draft") <= 1
        assert states.count("published") <= 1
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        for version in versions:
            if version.is_draft:
                continue
            now = (reports.as_file(version), version.published_at, version.published_by_id)
            assert self.frozen.setdefault(version.pk, now) == now
        assert set(self.frozen) <= {version.pk for version in versions}


class TestKitLife(TestCase):
    def test_kits_live_in_order(self):
        with transaction.atomic():
            run_state_machine_as_test(
                KitLife,
                settings=settings(
                    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
                ),
            )
