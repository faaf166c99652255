"""Candidates and applications: one human once, moves and undo, notes and files, what lists and timelines tell whom."""

import uuid
from datetime import date, timedelta

import pytest

from foundation.errors import Conflict, Invalid, Refused
from hiring import policies
from hiring.actions import candidates, decisions, interviews, openings
from hiring.models import Application, ApplicationFile, ApplicationNote, Candidate, KitVersion, StageMove
from hiring.reports import candidates as reports
from hiring.reports import timeline
from hiring.reports.interviews import listed as listed_interviews
from hiring.reports.interviews import rows as interview_rows
from people.models import AuditEntry
from tests.cast import (
    NOW,
    fill_scorecard,
    interview_stage,
    make_application,
    make_interview,
    make_kit_version,
    make_opening,
    make_person,
    make_recruiter,
    make_team,
)

pytestmark = pytest.mark.django_db
CV = b"Spoke to a guest who had lost a key."


@pytest.fixture
def recruiter():
    return make_recruiter()


@pytest.fixture
def opening():
    return make_opening(title="Front desk host, Kraków")


def add(opening, name="Ada Lovelace", by=None, **fields):
    fields.setdefault("email", "ada@mail.example")
    return candidates.add_application(opening=opening, full_name=name, by=by, at=NOW, **fields)


def masked_for(person, application):
    return Application.objects.with_mask(person).select_related("candidate", "stage", "opening").get(pk=application.pk)


def keep(application, by, content=CV, name="cv.txt"):
    return candidates.add_file(
        application=application, content=content, name=name, content_type="text/plain", suffix=".txt", by=by, at=NOW
    )


# --- one human, once ------------------------------------------------------------------------------------------------


def test_same_address_in_any_case_is_the_same_candidate(opening, recruiter):
    first = add(opening, by=recruiter)
    again = add(make_opening(), "Ada L.", by=recruiter, email="ADA@Mail.Example")
    assert again.candidate == first.candidate
    assert Candidate.objects.get().full_name == "Ada Lovelace"


def test_same_phone_is_the_same_candidate_only_with_the_same_name(opening, recruiter):
    first = add(opening, "Zoë Ng", by=recruiter, email="", phone="+44 1")
    assert add(make_opening(), "zoe ng", by=recruiter, email="", phone="+44 1").candidate == first.candidate
    assert add(make_opening(), "Zed Ng", by=recruiter, email="", phone="+44 1").candidate != first.candidate


def test_applying_twice_for_one_opening_is_refused_by_the_typed_name(opening, recruiter):
    add(opening, by=recruiter)
    with pytest.raises(Conflict, match="Typed Name has applied for this opening already"):
        add(opening, "Typed Name", by=recruiter)


def test_somebody_who_cannot_be_answered_is_refused(opening, recruiter):
    with pytest.raises(Invalid) as refusal:
        add(opening, by=recruiter, email="")
    assert "email" in refusal.value.errors


def test_applications_are_numbered_within_their_opening(opening, recruiter):
    numbers = [add(opening, f"Person {n}", by=recruiter, email=f"p{n}@mail.example").number for n in range(3)]
    assert numbers == [1, 2, 3]
    assert add(make_opening(), by=recruiter).number == 1


def test_editing_takes_no_address_of_another_candidate(opening, recruiter):
    ada = add(opening, by=recruiter).candidate
    bo = add(opening, "Bo", by=recruiter, email="bo@mail.example").candidate
    with pytest.raises(Invalid, match="Another candidate has this address"):
        candidates.edit_candidate(candidate=bo, email="ADA@mail.example", by=recruiter, at=NOW)
    edited = candidates.edit_candidate(candidate=ada, full_name="Ada Byron", by=recruiter, at=NOW)
    assert Candidate.objects.matching("byron").get() == edited
    assert AuditEntry.objects.get(did="hiring.candidate_edited").changes == {"fields": ["full_name"]}


# --- moves ----------------------------------------------------------------------------------------------------------


def stages_of(opening):
    return list(opening.stages.order_by("position"))


def test_move_is_all_or_nothing(opening, recruiter):
    applied, _interview, offer = stages_of(opening)
    free = make_application(opening, stage=applied)
    judged = make_application(opening)
    with pytest.raises(Refused, match="Leaving “Interview” is a decision"):
        candidates.move_applications(applications=[free, judged], to_stage=offer, by=recruiter, at=NOW)
    free.refresh_from_db()
    assert free.stage == applied
    assert StageMove.objects.count() == 0


def test_move_backwards_from_an_interview_is_no_decision(opening, recruiter):
    applied, *_ = stages_of(opening)
    application = make_application(opening)
    candidates.move_applications(applications=[application], to_stage=applied, by=recruiter, at=NOW)
    application.refresh_from_db()
    assert application.stage == applied


def test_move_to_a_foreign_stage_is_refused(opening, recruiter):
    application = make_application(opening)
    with pytest.raises(Refused, match="another opening"):
        candidates.move_applications(
            applications=[application], to_stage=interview_stage(make_opening()), by=recruiter, at=NOW
        )


def test_undo_puts_back_stage_and_waiting_time_but_not_who_went_on(opening, recruiter):
    applied, interview, _offer = stages_of(opening)
    one, other = (make_application(opening, stage=applied) for _ in range(2))
    batch, moved = candidates.move_applications(applications=[one, other], to_stage=interview, by=recruiter, at=NOW)
    later = NOW + timedelta(minutes=1)
    candidates.move_applications(applications=[other], to_stage=applied, by=recruiter, at=later)
    assert moved == 2
    assert candidates.undo_moves(batch=batch, opening=opening, by=recruiter, at=later) == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.stage, one.entered_stage_at) == (applied, NOW - timedelta(days=3))
    assert other.entered_stage_at == later
    assert candidates.undo_moves(batch=batch, opening=opening, by=recruiter, at=later) == 0


def test_undo_of_another_openings_batch_does_nothing(opening, recruiter):
    applied, interview, _offer = stages_of(opening)
    application = make_application(opening, stage=applied)
    batch, _moved = candidates.move_applications(applications=[application], to_stage=interview, by=recruiter, at=NOW)
    assert candidates.undo_moves(batch=batch, opening=make_opening(), by=recruiter, at=NOW) == 0
    assert candidates.undo_moves(batch=uuid.uuid4(), opening=opening, by=recruiter, at=NOW) == 0
    application.refresh_from_db()
    assert application.stage == interview


# --- files and notes ------------------------------------------------------------------------------------------------


def test_same_file_is_kept_once_and_leaves_the_disk_with_its_removal(
    opening, recruiter, django_capture_on_commit_callbacks
):
    application = make_application(opening)
    file = keep(application, recruiter)
    with pytest.raises(Conflict):
        keep(application, recruiter, name="again.txt")
    storage, stored = file.file.storage, file.file.name
    assert "cv" not in stored
    with django_capture_on_commit_callbacks(execute=True):
        candidates.remove_file(file=file, by=recruiter, at=NOW)
    assert not storage.exists(stored)
    assert not ApplicationFile.objects.exists()


def world(*, blind, hidden):
    """An application with a file and a note, and everybody who may stand in some relation to it."""
    version = make_kit_version(state="draft")
    KitVersion.objects.filter(pk=version.pk).update(application_hidden=hidden)
    KitVersion.objects.filter(pk=version.pk).update(state="published", published_at=NOW)
    opening = make_opening(blind=blind, kit_version=version)
    recruiter = make_recruiter()
    application = make_application(opening)
    people = {
        "recruiter": recruiter,
        "manager": opening.hiring_manager,
        "panellist": make_person("Max Member"),
        "recruiter on the panel": make_recruiter("Ria Recruiter"),
        "panellist of a cancelled interview": make_person("Cara Cancelled"),
        "recruiter elsewhere": make_recruiter("Erik Elsewhere", make_team("Elsewhere")),
        "stranger": make_person("Stan Stranger"),
        "leaver": make_person("Lena Leaver", is_active=False),
    }
    make_interview(application, (people["panellist"], people["recruiter on the panel"], people["leaver"]))
    make_interview(application, (people["panellist of a cancelled interview"],), state="cancelled")
    file = keep(application, recruiter)
    note = candidates.add_note(application=application, text="Nights only", by=recruiter, at=NOW)
    return people, application, file, note


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("blind", [True, False])
def test_policies_of_files_and_notes_agree_with_visible_to(blind, hidden):
    people, application, file, note = world(blind=blind, hidden=hidden)
    files, notes = set(), set()
    for role, person in people.items():
        sees_file = ApplicationFile.objects.visible_to(person).filter(pk=file.pk).exists()
        sees_note = ApplicationNote.objects.visible_to(person).filter(pk=note.pk).exists()
        assert policies.can_view_files(person, application) is sees_file, role
        assert policies.can_write_note(person, application) is sees_note, role
        files |= {role} if sees_file else set()
        notes |= {role} if sees_note else set()
    assert notes == {"recruiter", "manager"} | (set() if blind else {"recruiter on the panel"})
    assert files == notes | ({"panellist"} if not blind and not hidden else set())


# --- lists ----------------------------------------------------------------------------------------------------------


def found(person, **wanted):
    return set(reports.listed(person, reports.Wanted(**wanted), at=NOW).values_list("pk", flat=True))


def test_search_finds_name_address_and_phone_whatever_case_and_accents(opening, recruiter):
    zoe = add(opening, "Zoë Łukasik", by=recruiter, email="zl@mail.example", phone="+48 55 1")
    add(opening, "Bo", by=recruiter, email="bo@mail.example")
    for words in ("ZOE", "lukasik zoë", "zl@MAIL", "+48 55", "zoe mail"):
        assert found(recruiter, q=words) == {zoe.pk}, words
    assert found(recruiter, q="zoe bo") == set()


def test_filters_of_the_list(opening, recruiter):
    applied, _interview, _offer = stages_of(opening)
    fresh = make_application(opening, stage=applied, source="referral")
    old = make_application(opening)
    Application.objects.filter(pk=old.pk).update(entered_stage_at=NOW - timedelta(days=7))
    held = make_application(opening, state="on_hold")
    Application.objects.filter(pk=held.pk).update(entered_stage_at=NOW - timedelta(days=70))
    elsewhere = make_application(make_opening(), state="rejected")
    assert found(recruiter, opening=opening.pk) == {fresh.pk, old.pk, held.pk}
    assert found(recruiter, stage=applied.pk) == {fresh.pk}
    assert found(recruiter, state="in_play") == {fresh.pk, old.pk, held.pk}
    assert found(recruiter, state="rejected") == {elsewhere.pk}
    assert found(recruiter, source="referral") == {fresh.pk}
    assert found(recruiter, stalled=True) == {old.pk}
    assert {row.stalled for row in reports.rows(recruiter, Application.objects.filter(pk=old.pk), at=NOW)} == {True}


def test_masked_application_is_found_sorted_and_exported_without_its_name(recruiter):
    opening = make_opening(blind=True)
    application = make_application(opening, "Zelda Canary", email="canary@mail.example", source="referral")
    other = make_application(make_opening(), "Mia Middle")
    make_interview(application, (recruiter, make_person()))
    for words in ("zelda", "canary", "mail.example zelda"):
        assert found(recruiter, q=words) == set()
    assert found(recruiter) == {application.pk, other.pk}
    ordered, order = reports.in_order(recruiter, reports.listed(recruiter, reports.Wanted(), at=NOW), "-name")
    assert [each.pk for each in ordered.order_by(*order)] == [other.pk, application.pk]
    ordered, order = reports.in_order(recruiter, reports.listed(recruiter, reports.Wanted(), at=NOW), "name")
    assert [each.pk for each in ordered.order_by(*order)] == [application.pk, other.pk]
    cells = list(reports.export_rows(recruiter, Application.objects.filter(pk=application.pk)))
    assert cells[0][:3] == ["Candidate 1", "", ""]
    assert cells[0][6] == ""
    assert "anary" not in str(cells)


def test_other_applications_never_give_the_name_to_a_number(recruiter):
    blind, plain = make_opening(blind=True), make_opening()
    masked = make_application(blind, "Zelda Canary")
    known = make_application(plain, candidate=masked.candidate)
    also = make_application(make_opening(), candidate=masked.candidate)
    make_interview(masked, (recruiter, make_person()))
    assert reports.other_applications(recruiter, masked_for(recruiter, masked), at=NOW) == []
    others = reports.other_applications(recruiter, masked_for(recruiter, known), at=NOW)
    assert [row.application for row in others] == [also]
    everybody = reports.other_applications(make_recruiter(), masked_for(make_recruiter(), known), at=NOW)
    assert {row.application for row in everybody} == {also, masked}


# --- timeline and what comes next -----------------------------------------------------------------------------------


def told(person, application):
    sittings = listed_interviews(person).filter(application=application).select_related("created_by", "revealed_by")
    files = ApplicationFile.objects.visible_to(person).filter(application=application)
    events = timeline.events_of(
        person, masked_for(person, application), application.opening.stages.all(), sittings, files
    )
    return [(event.text, event.body) for event in events]


@pytest.fixture
def ruled(recruiter):
    """An opening with its rule, as decisions and scores need it."""
    opening = make_opening()
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    assert rule is not None
    openings.set_rule(opening=opening, rule=rule, by=recruiter, at=NOW - timedelta(days=9))
    return opening


def test_timeline_tells_all_that_happened_newest_first(ruled, recruiter):
    applied, interview, _offer = stages_of(ruled)
    application = make_application(ruled, stage=applied, source="referral")
    lead = make_person()
    candidates.move_applications(
        applications=[application], to_stage=interview, by=recruiter, at=NOW - timedelta(days=2)
    )
    make_interview(application, (lead,), state="held")
    fill_scorecard(application.interviews.get(), lead)
    interviews.reveal_if_complete(interview=application.interviews.get(), at=NOW - timedelta(hours=1))
    candidates.add_note(application=application, text="Nights only", by=recruiter, at=NOW - timedelta(minutes=30))
    keep(application, recruiter)
    decisions.decide(
        application=application, outcome="advance", reason="Calm.", by=recruiter, at=NOW + timedelta(minutes=1)
    )
    assert told(recruiter, application) == [
        ("Advanced from Interview to Offer", "Calm."),
        ("File added: cv.txt", ""),
        ("Note", "Nights only"),
        ("Interview revealed: all scorecards are in", ""),
        ("Moved from Applied to Interview", ""),
        ("Interview scheduled", ""),
        ("Applied, source: Referral", ""),
    ]


def test_timeline_tells_whoever_owes_a_scorecard_nothing_that_rests_on_others(ruled, recruiter):
    application = make_application(ruled)
    lead, other = make_person(), make_recruiter("Olga Owing")
    make_interview(application, (lead, other))
    fill_scorecard(application.interviews.get(), lead)
    before = told(other, application)
    interviews.break_seal(interview=application.interviews.get(), reason="CANARY", by=recruiter, at=NOW)
    decisions.decide(application=application, outcome="advance", reason="CANARY", by=recruiter, at=NOW)
    assert told(other, application) == before
    assert "CANARY" in str(told(recruiter, application))
    assert timeline.results_of(other, masked_for(other, application), [interview_stage(ruled)]) == []
    results = timeline.results_of(recruiter, masked_for(recruiter, application), [interview_stage(ruled)])
    assert [result.stage for result in results] == [interview_stage(ruled)]


def test_timeline_of_a_blind_application_holds_nobodys_words():
    opening, member = make_opening(blind=True), make_recruiter("Max Member")
    rule = openings.suggested_rule(opening.stages.order_by("position"))
    assert rule is not None
    openings.set_rule(opening=opening, rule=rule, by=member, at=NOW - timedelta(days=9))
    application = make_application(opening, "Zelda Canary", source="referral")
    recruiter = make_recruiter()
    make_interview(application, (make_person(), member))
    fill_scorecard(application.interviews.get(), member)
    candidates.add_note(application=application, text="Zelda Canary called", by=recruiter, at=NOW)
    keep(application, recruiter, name="zelda-canary.txt")
    decisions.decide(application=application, outcome="hold", reason="Zelda Canary is away", by=recruiter, at=NOW)
    assert told(member, application) == [
        ("Put on hold at Interview", ""), ("Interview scheduled", ""), ("Applied", ""),
    ]  # fmt: skip


def next_kind(person, application):
    application = masked_for(person, application)
    sittings = interview_rows(person, listed_interviews(person).filter(application=application), at=NOW)
    return timeline.next_of(
        application,
        sittings,
        stages_of(application.opening),
        recruits=policies.can_recruit_for(person, application.opening),
        decides=policies.can_decide(person, application),
    ).kind


def test_next_step_follows_the_state_of_the_application(ruled, recruiter):
    applied, _interview, offer = stages_of(ruled)
    lead = make_person()
    assert next_kind(recruiter, make_application(ruled, stage=applied)) == "move"
    assert next_kind(ruled.hiring_manager, make_application(ruled, stage=applied)) == "decide"
    fresh = make_application(ruled)
    assert next_kind(recruiter, fresh) == "schedule"
    assert next_kind(ruled.hiring_manager, fresh) == "decide"
    sitting = make_application(ruled)
    make_interview(sitting, (lead, recruiter))
    assert next_kind(recruiter, sitting) == "score"
    assert next_kind(make_recruiter(), sitting) == "interview"
    revealed = make_application(ruled)
    make_interview(revealed, (lead,), state="held", revealed_at=NOW, reveal="complete")
    assert next_kind(recruiter, revealed) == "decide"
    assert next_kind(recruiter, make_application(ruled, stage=offer, state="offered")) == "decide"
    assert next_kind(recruiter, make_application(ruled, state="rejected")) == ""


def test_next_step_of_whoever_owes_does_not_change_with_others_scorecards(ruled, recruiter):
    application = make_application(ruled)
    lead, owing = make_person(), make_recruiter("Olga Owing")
    interview = make_interview(application, (lead, owing))
    steps = [next_kind(owing, application)]
    fill_scorecard(interview, lead)
    steps.append(next_kind(owing, application))
    interviews.break_seal(interview=interview, reason="Away.", by=recruiter, at=NOW)
    steps.append(next_kind(owing, application))
    assert steps == ["score"] * 3


def test_applied_on_is_the_day_given_or_today(opening, recruiter):
    assert add(opening, by=recruiter).applied_on == NOW.date()
    day = date(2026, 10, 1)
    assert add(opening, "Bo", by=recruiter, email="bo@mail.example", applied_on=day).applied_on == day
