"""The library: competencies and questions, their pages, and that kits are left alone."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from foundation.errors import Conflict, Invalid, Refused
from hiring.actions import library as actions
from hiring.models import Competency, Question
from hiring.reports import library as reports
from people.models import AuditEntry, Role
from tests.cast import NOW, make_kit_version, make_opening, make_person, make_recruiter

MARK = '"><svg onload=x>'
CONTENT = {"group": "service", "definition": "Notices what it means to the other."}


def make_competency(name="Empathy", **fields):
    content = CONTENT | {"name": name} | {f"anchor_{score}": f"{name} at {score}" for score in range(1, 6)}
    return actions.create_competency(by=make_person(), at=NOW, **(content | fields))


def make_question(competency, text="Tell me about a time you noticed.", **fields):
    content = {"kind": "behavioural", "text": text, "probes": ["What did you do?"], "minutes": 6}
    return actions.create_question(competency=competency, by=make_person(), at=NOW, **(content | fields))


def posted(**changes):
    return {"name": "Empathy", "group": "service", "definition": "Notices.", "why": "", "no_evidence": ""} | changes


@pytest.fixture
def recruiter(db):
    return make_recruiter()


@pytest.fixture
def page(client, recruiter, settings):
    settings.SECOND_FACTOR = "nobody"
    client.force_login(recruiter)
    return client


# Actions


def test_key_is_made_from_the_name_and_stays_when_the_name_changes(recruiter):
    first = make_competency("Plain, genuine speech")
    actions.edit_competency(competency=first, by=recruiter, at=NOW, name="Speech")
    second = make_competency("Plain genuine speech")
    assert [first.key, second.key] == ["plain-genuine-speech", "plain-genuine-speech-2"]
    first.refresh_from_db()
    assert (first.name, first.key) == ("Speech", "plain-genuine-speech")


@pytest.mark.django_db
def test_name_without_latin_letters_gets_a_key_all_the_same():
    assert [make_competency(name).key for name in ("共感", "傾聴")] == ["competency", "competency-2"]


@pytest.mark.django_db
@pytest.mark.parametrize("again", ["Empathy", "EMPATHY", " empathy"])
def test_name_is_in_the_library_once_whatever_its_case(again):
    make_competency("Empathy")
    with pytest.raises(Invalid) as refusal:
        make_competency(again)
    assert list(refusal.value.errors) == ["name"]
    assert Competency.objects.count() == 1


@pytest.mark.django_db
def test_taken_key_is_refused_not_a_crash():
    make_competency("Empathy", key="e")
    with pytest.raises(Invalid) as refusal:
        make_competency("Ownership", key="e")
    assert "key" in refusal.value.errors


@pytest.mark.django_db
def test_same_question_is_there_once_for_a_competency():
    empathy, ownership = make_competency(), make_competency("Ownership")
    question = make_question(empathy)
    assert question.key == "tell-me-about-a-time-you-noticed"
    with pytest.raises(Invalid):
        make_question(empathy, "tell me about a time  you noticed.")
    assert make_question(ownership).key == question.key


@pytest.mark.django_db
def test_archived_competency_takes_no_questions_until_restored(recruiter):
    empathy = make_competency()
    actions.archive_competency(competency=empathy, by=recruiter, at=NOW)
    with pytest.raises(Refused, match="archived"):
        make_question(empathy)
    actions.restore_competency(competency=empathy, by=recruiter, at=NOW)
    assert make_question(empathy).pk


def test_edit_against_something_older_is_a_conflict_and_changes_nothing(recruiter):
    empathy = make_competency()
    seen = reports.fingerprint(empathy)
    actions.edit_competency(competency=empathy, by=recruiter, at=NOW, seen=seen, definition="Second.")
    with pytest.raises(Conflict):
        actions.edit_competency(competency=empathy, by=recruiter, at=NOW, seen=seen, definition="Third.")
    empathy.refresh_from_db()
    assert empathy.definition == "Second."


@pytest.mark.parametrize(("noun", "maker"), [("competency", make_competency), ("question", None)])
def test_archiving_and_restoring_twice_is_once(recruiter, noun, maker):
    record = maker() if maker else make_question(make_competency())
    for verb in ("archive", "archive", "restore", "restore"):
        getattr(actions, f"{verb}_{noun}")(**{noun: record}, by=recruiter, at=NOW)
    trail = AuditEntry.objects.filter(actor=recruiter.pk).order_by("pk").values_list("did", flat=True)
    assert list(trail) == [f"hiring.{noun}_archived", f"hiring.{noun}_restored"]


def test_trail_names_the_changed_fields_and_none_of_the_words(recruiter):
    empathy = make_competency()
    actions.edit_competency(competency=empathy, by=recruiter, at=NOW, definition="Secret words.", name="Empathy")
    entry = AuditEntry.objects.get(actor=recruiter.pk)
    assert (entry.did, entry.changes) == ("hiring.competency_edited", {"fields": ["definition"]})
    actions.edit_competency(competency=empathy, by=recruiter, at=NOW, definition="Secret words.")
    assert AuditEntry.objects.filter(actor=recruiter.pk).count() == 1


def test_editing_the_library_leaves_kits_as_they_are(recruiter):
    version = make_kit_version(competencies=("empathy",))
    before = list(version.competencies.values()), list(version.questions.values())
    empathy = make_competency(key="empathy")
    question = make_question(empathy, key="empathy-1")
    actions.edit_competency(competency=empathy, by=recruiter, at=NOW, definition="Other.", anchor_3="Other.")
    actions.edit_question(question=question, by=recruiter, at=NOW, text="Other?")
    actions.archive_competency(competency=empathy, by=recruiter, at=NOW)
    assert (list(version.competencies.values()), list(version.questions.values())) == before


def test_field_that_the_library_does_not_have_is_a_mistake_of_the_caller(recruiter):
    with pytest.raises(TypeError, match="archived_at"):
        actions.edit_competency(competency=make_competency(), by=recruiter, at=NOW, archived_at=NOW)


# Pages


def test_library_lists_by_group_with_questions_and_kits(page):
    make_kit_version(competencies=("empathy",))
    make_question(make_competency("Empathy", key="empathy"))
    make_competency("Culture add", group="add")
    make_competency("Blunt", anchor_3="")
    answer = page.get(reverse("hiring:competency-list"))
    rows = [(row.group, row.competency.name, row.competency.live_questions) for row in answer.context["rows"]]
    assert rows == [("Service", "Blunt", 0), ("Service", "Empathy", 1), ("Culture add", "Culture add", 0)]
    assert [kit.name for kit in answer.context["rows"][1].kits]
    assert answer.content.decode().count("incomplete") == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Empathy", "Values"]),
        ("q=EMPA", ["Empathy"]),
        ("group=values", ["Values"]),
        ("show=archived", ["Gone"]),
        ("show=all&q=o", ["Gone", "Empathy"]),
        ("q=nothing+like+it", []),
        ("group=bogus", ["Empathy", "Values"]),
    ],
)
def test_library_filters(page, recruiter, query, names):
    make_competency("Empathy", definition="Notices others.")
    make_competency("Values", group="values", definition="Acts by them.")
    actions.archive_competency(competency=make_competency("Gone", definition="x"), by=recruiter, at=NOW)
    answer = page.get(f"{reverse('hiring:competency-list')}?{query}")
    assert sorted(row.competency.name for row in answer.context["rows"]) == sorted(names)
    if not names:
        assert "No competency matches" in answer.content.decode()


def test_long_library_is_cut_in_pages_that_join_up(page):
    for number in range(60):
        make_competency(f"Competency {number:02}")
    url = reverse("hiring:competency-list")
    first = page.get(url)
    second = page.get(url + first.context["older"])
    names = [row.competency.name for answer in (first, second) for row in answer.context["rows"]]
    assert names == [f"Competency {number:02}" for number in range(60)]
    assert page.get(f"{url}?after=forged").status_code == 400


@pytest.mark.parametrize("count", [1, 3, 50])
def test_library_costs_the_same_however_long(page, count, django_assert_max_num_queries):
    version = make_kit_version(competencies=tuple(f"c{number}" for number in range(min(count, 10))))
    assert version.pk
    for number in range(count):
        make_question(make_competency(f"Competency {number}", key=f"c{number}"))
    with django_assert_max_num_queries(6):
        page.get(reverse("hiring:competency-list"))


def test_competency_page_shows_everything_and_escapes_it(page):
    empathy = make_competency(MARK, definition=MARK, anchor_1=MARK, no_evidence=MARK, why=MARK)
    make_question(empathy, f"Question {MARK}", probes=[f"Probe {MARK}"])
    html = page.get(empathy.get_absolute_url()).content.decode()
    assert "<svg onload" not in html
    assert html.count("&quot;&gt;&lt;svg onload=x&gt;") >= 7


def test_recruiter_adds_edits_and_archives_a_competency_by_form(page):
    made = page.post(
        reverse("hiring:competency-create"), posted(name="  Empathy ", definition="One\r\ntwo ", anchor_1="a")
    )
    empathy = Competency.objects.get()
    assert made.url == empathy.get_absolute_url()
    assert (empathy.name, empathy.definition, empathy.anchor_1) == ("Empathy", "One\ntwo", "a")
    edit = reverse("hiring:competency-edit", args=[empathy.pk])
    form = page.get(edit).context["form"]
    page.post(edit, posted(definition="New", seen=form["seen"].value()))
    empathy.refresh_from_db()
    assert (empathy.definition, empathy.anchor_1) == ("New", "")
    page.post(reverse("hiring:competency-archive", args=[empathy.pk]))
    empathy.refresh_from_db()
    assert empathy.archived_at is not None
    page.post(reverse("hiring:competency-restore", args=[empathy.pk]))
    empathy.refresh_from_db()
    assert empathy.archived_at is None


def test_refused_form_keeps_what_was_typed_and_says_where(page):
    make_competency("Empathy")
    answer = page.post(reverse("hiring:competency-create"), posted(name="empathy", why=MARK))
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    html = answer.content.decode()
    assert 'href="#id_name"' in html
    assert "&quot;&gt;&lt;svg" in html
    assert Competency.objects.count() == 1


def test_stale_form_keeps_the_typing_shows_what_is_there_and_saves_when_meant(page, recruiter):
    empathy = make_competency()
    edit = reverse("hiring:competency-edit", args=[empathy.pk])
    seen = page.get(edit).context["form"]["seen"].value()
    actions.edit_competency(competency=empathy, by=recruiter, at=NOW, definition="Theirs.")
    answer = page.post(edit, posted(definition="Mine.", seen=seen))
    assert answer.status_code == 409
    assert "Theirs." in answer.content.decode()
    assert "Mine." in answer.content.decode()
    again = answer.context["form"]["seen"].value()
    assert page.post(edit, posted(definition="Mine.", seen=again)).status_code == 302
    empathy.refresh_from_db()
    assert empathy.definition == "Mine."


def test_recruiter_adds_edits_and_archives_a_question_by_form(page):
    empathy = make_competency()
    typed = {"kind": "situational", "text": "What would you say?", "probes": "First?\r\n\r\n Second? ", "minutes": "7"}
    page.post(reverse("hiring:question-create", args=[empathy.pk]), typed)
    question = Question.objects.get()
    assert (question.kind, question.probes, question.minutes) == ("situational", ["First?", "Second?"], 7)
    edit = reverse("hiring:question-edit", args=[question.pk])
    assert page.get(edit).context["form"]["probes"].value() == "First?\nSecond?"
    page.post(edit, typed | {"minutes": "9", "probes": ""})
    question.refresh_from_db()
    assert (question.probes, question.minutes) == ([], 9)
    page.post(reverse("hiring:question-archive", args=[question.pk]))
    assert page.get(empathy.get_absolute_url()).context["archived"] == [question]
    page.post(reverse("hiring:question-restore", args=[question.pk]))
    assert page.get(empathy.get_absolute_url()).context["questions"] == [question]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", "0"),
        ("minutes", "121"),
        ("minutes", "x"),
        ("probes", "?\n" * 11),
        ("probes", "a" * 601),
        ("text", ""),
    ],
)
def test_bad_question_is_refused_with_a_reason_at_the_field(page, field, value):
    typed = {"kind": "behavioural", "text": "Why?", "probes": "", "minutes": "5", field: value}
    answer = page.post(reverse("hiring:question-create", args=[make_competency().pk]), typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Question.objects.exists()


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
def test_who_reads_and_who_writes_the_library(client, settings, who, reads, writes):
    settings.SECOND_FACTOR = "nobody"
    roles = {"recruiter": Role.RECRUITER, "trainer": Role.TRAINER, "auditor": Role.AUDITOR}
    person = make_person(roles={roles[who]: None} if who in roles else {})
    if who == "hiring manager":
        make_opening(manager=person)
    empathy = make_competency()
    question = make_question(empathy)
    client.force_login(person)
    for name, args in (("competency-list", []), ("competency-detail", [empathy.pk])):
        answer = client.get(reverse(f"hiring:{name}", args=args))
        assert answer.status_code == reads
        assert (b"/edit/" in answer.content or b"/new/" in answer.content) is writes
    for name, args in (
        ("competency-create", []),
        ("competency-edit", [empathy.pk]),
        ("question-create", [empathy.pk]),
        ("question-edit", [question.pk]),
    ):
        assert client.get(reverse(f"hiring:{name}", args=args)).status_code == (200 if writes else 403)
    for noun, record in (("question", question), ("competency", empathy)):
        for verb in ("archive", "restore"):
            url = reverse(f"hiring:{noun}-{verb}", args=[record.pk])
            assert client.get(url).status_code == 405
            assert client.post(url).status_code == (302 if writes else 403)
        record.refresh_from_db()
        assert record.archived_at is None


def test_what_is_not_there_is_not_found(page):
    for name in ("competency-detail", "competency-edit", "question-edit", "question-create"):
        assert page.get(reverse(f"hiring:{name}", args=[987654])).status_code == 404


def test_texts_that_cannot_be_stored_are_refused_by_the_tables_validators():
    with pytest.raises(ValidationError):
        Competency(key="k", name="a\u202eb", definition="d").clean_fields()
