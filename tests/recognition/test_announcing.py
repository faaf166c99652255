"""From decided to announced: who approves, whose hour, what the fairness report withholds, and who learns what."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, Refused
from notifications.kinds import Channel, Content, Due, Skip
from notifications.models import Delivery
from people.models import Role
from portal.reports import my_work
from recognition import award_notices, policies
from recognition.actions import announcing, awards, counting, reach, turning
from recognition.fairness import LEAST, Member, Row, spread, tenure
from recognition.models import Candidacy, Nomination, Reach, Round
from recognition.reports.fairness import fairness_of
from recognition.reports.winners import announced, said_of
from tests.cast import (
    NOW,
    OVER,
    cast,
    conclude,
    fresh,
    make_panel,
    make_person,
    make_programme,
    make_round,
    make_team,
    nominate,
    turn,
)

HOUR = datetime(2026, 12, 4, 9, tzinfo=UTC)  # at which make_round announces
SECOND = timedelta(seconds=1)
WORDS = "Stayed with a caller for two hours, and changed how all of us do it."


# --- the fairness report ---------------------------------------------------------------------------------------------


def members(**sizes):
    return [Member(name, number == 0, number == 0) for name, size in sizes.items() for number in range(size)]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"a": 4}, []),
        ({"a": 5}, [Row("a", 5, 1, 1)]),
        ({"a": 9, "b": 6}, [Row("a", 9, 1, 1), Row("b", 6, 1, 1)]),
        ({"a": 9, "b": 6, "c": 1}, [Row("a", 9, 1, 1), Row("", 7, 2, 2, joined=True)]),  # or c = all - a - b
        ({"a": 9, "b": 3, "c": 2}, [Row("a", 9, 1, 1), Row("", 5, 2, 2, joined=True)]),
        ({"a": 4, "b": 4}, [Row("", 8, 2, 2, joined=True)]),
    ],
    ids=str,
)
def test_small_groups_stand_together(sizes, expected):
    assert spread(members(**sizes)) == expected


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 12), max_size=8))
def test_no_row_and_no_difference_tells_of_fewer_than_five(sizes):
    everybody = [Member(name, False, False) for name, size in sizes.items() for _each in range(size)]
    rows = spread(everybody)
    assert all(row.eligible >= LEAST for row in rows)
    assert sum(row.eligible for row in rows) == (len(everybody) if len(everybody) >= LEAST else 0)


@pytest.mark.parametrize(
    ("started", "band"),
    [
        (None, "not known"),
        (date(2026, 11, 25), "under a year"),
        (date(2025, 11, 26), "under a year"),
        (date(2025, 11, 25), "1 to 3 years"),
        (date(2023, 11, 25), "3 to 6 years"),
        (date(2020, 11, 25), "6 years and more"),
    ],
)
def test_tenure(started, band):
    assert tenure(started, date(2026, 11, 25)) == band


# --- a decided round --------------------------------------------------------------------------------------------------


@pytest.fixture
def people(db):
    team = make_team("Service/Retail/Unit 1")
    return {
        "judge": make_person("Jo Judge"), "manager": (lead := make_person("Lena Lead")),
        "maya": make_person("Maya Okafor", team=team, manager=lead), "mate": make_person("Minna Mate", team=team),
        "noor": make_person("Noor Nominee"), "nominator": make_person("Nia Nominator"),
        "steward": make_person("Stan Steward", roles={Role.STEWARD: None}), "owner": make_person("Olga Owner"),
        "judging_steward": make_person("Judy Steward", roles={Role.STEWARD: None}),
        "team_steward": make_person("Tess Steward", roles={Role.STEWARD: team}),
        "stranger": make_person("Sol Stranger"), "leaver": make_person("Lou Leaver", is_active=False),
    }  # fmt: skip


def decided(people, nominator="nominator"):
    row = make_round(make_programme(owner=people["owner"], quorum=1))
    jo, judy = make_panel(row, people["judge"], people["judging_steward"])
    for nominee in ("maya", "noor"):
        nominate(row, people[nominee], by=people[nominator])
    turn(row)
    maya, noor = (row.candidacies.get(nominee=people[name]) for name in ("maya", "noor"))
    for judge in (jo, judy):
        cast(judge, maya, 5, 5)
        cast(judge, noor, 2, 3)
    row.refresh_from_db()
    return row, maya, noor


def test_it_is_approved_by_somebody_who_has_no_part_in_it(people):
    row, _maya, _noor = decided(people)
    assert {name for name, who in people.items() if policies.can_approve(fresh(who), row)} == {"steward", "owner"}
    people["owner2"] = people["owner"]
    row, _maya, _noor = decided(people, nominator="steward")
    assert {name for name, who in people.items() if policies.can_approve(fresh(who), row)} == {"owner", "owner2"}


def test_it_is_not_approved_without_a_citation_and_not_cited_after_approval(people):
    row, maya, noor = decided(people)
    steward = people["steward"]
    with pytest.raises(Refused, match="citation"):
        announcing.approve(round_=row, by=steward, at=OVER)
    with pytest.raises(Invalid):
        announcing.cite(candidacy=maya, words="Well done.", by=people["judge"], at=OVER)
    with pytest.raises(Refused, match="win"):
        announcing.cite(candidacy=noor, words=WORDS, by=people["judge"], at=OVER)
    announcing.cite(candidacy=maya, words=WORDS, by=people["judge"], at=OVER)
    announcing.approve(round_=row, by=steward, at=OVER)
    with pytest.raises(Refused):
        announcing.approve(round_=row, by=people["owner"], at=OVER)
    with pytest.raises(Refused):
        announcing.cite(candidacy=maya, words=WORDS, by=people["judge"], at=OVER)


@pytest.mark.parametrize(("approved_at", "announced_at"), [(OVER, HOUR), (HOUR + timedelta(days=2),) * 2])
def test_it_is_announced_at_its_hour_or_as_soon_as_it_is_approved(people, approved_at, announced_at):
    row, maya, _noor = decided(people)
    assert turn(row, at=HOUR + SECOND).state == "decided"  # not approved: the hour passes
    announcing.cite(candidacy=maya, words=WORDS, by=people["owner"], at=approved_at)
    announcing.approve(round_=row, by=people["owner"], at=approved_at)
    if approved_at < HOUR:
        assert turn(row, at=HOUR - SECOND).state == "approved"
    for _again in range(2):
        turn(row, at=announced_at)
    assert (row.state, row.announced_at) == ("announced", announced_at)


STATES = ["draft", "open", "judging", "tied", "decided", "approved", "announced", "cancelled"]


@pytest.mark.parametrize("state", STATES)
def test_no_step_is_taken_from_a_state_that_does_not_lead_there(people, state):
    """The whole table: every step from every state, in a round that has all that the step needs but the state."""
    row, maya, _noor = decided(people)
    announcing.cite(candidacy=maya, words=WORDS, by=people["owner"], at=OVER)
    by = people["steward"]
    fields = {"published_at": None if state == "draft" else NOW, "revealed_at": OVER, "tie_places": 1}
    fields |= {"approved_by": by, "approved_at": OVER, "announced_at": HOUR, "cancelled_at": OVER, "cancel_reason": "."}
    Round.objects.filter(pk=row.pk).update(state=state, **fields)
    Candidacy.objects.update(is_tied=True)
    steps = {
        "edit": lambda one: awards.edit_round(round_=one, name="Autumn", by=by, at=NOW),
        "publish": lambda one: awards.publish_round(round_=one, by=by, at=NOW),
        "reveal": lambda one: counting.reveal_late(round_=one, by=by, at=HOUR),
        "tie": lambda one: counting.decide_tie(round_=one, winners=[maya.pk], reason=WORDS, by=by, at=OVER),
        "cite": lambda one: announcing.cite(candidacy=maya, words=WORDS, by=by, at=OVER),
        "approve": lambda one: announcing.approve(round_=one, by=by, at=OVER),
        "cancel": lambda one: awards.cancel_round(round_=one, reason="Too few.", by=by, at=OVER),
    }
    allowed = {
        "draft": {"edit", "cancel"}, "open": {"cancel"}, "judging": {"reveal", "cancel"}, "tied": {"tie", "cancel"},
        "decided": {"cite", "approve", "cancel"}, "approved": {"cancel"}, "announced": set(), "cancelled": set(),
    }[state]  # fmt: skip
    taken = set()
    for name, take in steps.items():
        held = transaction.savepoint()
        try:
            take(Round.objects.get(pk=row.pk))
            taken.add(name)
        except (Refused, IntegrityError):
            pass
        transaction.savepoint_rollback(held)
    assert taken - {"publish"} == allowed  # a draft that has criteria already is none that can be published again


@pytest.mark.parametrize("broken", [{"approved_by": None}, {"announced_at": HOUR - SECOND}, {"announced_at": None}])
def test_the_database_announces_nothing_early_or_unapproved(people, broken):
    row, maya, _noor = decided(people)
    conclude(row, maya, people["owner"], OVER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=row.pk).update(**broken)


SEES = {
    Reach.EVERYONE: {"judge", "manager", "maya", "mate", "noor", "nominator", "steward", "owner", "judging_steward",
                     "team_steward", "stranger"},
    Reach.TEAM: {"manager", "maya", "mate"},
    Reach.PRIVATE: {"maya"},
}  # fmt: skip


@pytest.mark.parametrize(("wish", "channel"), [*product(SEES, ["rows", "notice", "page"])])
def test_who_learns_of_a_winner_follows_the_winners_wish_on_every_channel(people, wish, channel, client, time_machine):
    row, maya, noor = decided(people)
    conclude(row, maya, people["owner"], OVER)
    # Said after the announcement, it holds all the same.
    reach.wish(
        person=people["maya"], reach=wish, photo=True, screens=True, milestones=False, by=people["maya"], at=HOUR
    )  # fmt: skip
    rows = {row.pk: row for row in Candidacy.objects.select_related("nominee__recognition_wish", "round")}
    if channel == "rows":
        by_rows = {name for name, who in people.items() if Candidacy.objects.visible_to(fresh(who)).filter(pk=maya.pk)}
        by_policy = {name for name, who in people.items() if policies.can_view_candidacy(fresh(who), rows[maya.pk])}
        assert by_rows == by_policy == SEES[wish]
        others = {name for name, who in people.items() if Candidacy.objects.visible_to(fresh(who)).filter(pk=noor.pk)}
        assert others == {"noor"}  # who does not win is told of to nobody else
        assert {
            name for name, who in people.items() if policies.can_view_candidacy(fresh(who), rows[noor.pk])
        } == others
    elif channel == "notice":
        told_of = {name for name, who in people.items() if "Maya" in str(told(award_notices.ANNOUNCED, row, who))}
        assert told_of == SEES[wish]
    else:
        time_machine.move_to(HOUR, tick=False)
        read = set()
        for name, who in people.items():
            if not who.is_active:
                continue
            client.force_login(who)
            pages = [reverse("recognition:award-list"), row.get_absolute_url()]
            answers = [client.get(page).content.decode() for page in pages]
            named = {WORDS in answer for answer in answers}
            assert len(named) == 1
            read |= {name} if named == {True} else set()
        assert read == SEES[wish]


def test_a_winner_who_left_is_named_to_nobody(people):
    row, maya, _noor = decided(people)
    conclude(row, maya, people["owner"], OVER)
    people["maya"].is_active = False
    people["maya"].save()
    (one,) = announced([Round.objects.get(pk=row.pk)], people["stranger"])
    assert (one.winners, one.unnamed) == ([], 1)
    assert told(award_notices.ANNOUNCED, row, people["stranger"]) == Skip("not visible")


def told(kind, row, person, at=HOUR):
    (content,) = kind.compose([Due(1, row.pk, "", Channel.MAIL, at, fresh(person))]).values()
    return [content.title, *content.text] if isinstance(content, Content) else content


def test_everybody_nominated_is_told_once_it_is_announced_what_was_said_and_by_whom(people):
    row, maya, noor = decided(people)
    for name in ("maya", "noor"):
        assert told(award_notices.NOMINATED, row, people[name]) == Skip("not visible")
        assert list(Nomination.objects.visible_to(people[name])) == []
    conclude(row, maya, people["owner"], OVER)
    rows = Delivery.objects.filter(kind=award_notices.NOMINATED.key, channel=Channel.MAIL)
    assert set(rows.values_list("recipient__full_name", flat=True)) == {"Maya Okafor", "Noor Nominee"}
    said = "Nominated by Nia Nominator. Read what they said of you."
    assert told(award_notices.NOMINATED, row, people["noor"]) == [f"You were nominated: {row}", said]
    assert told(award_notices.NOMINATED, row, people["maya"]) == [f"You won: {row}", said]
    assert told(award_notices.NOMINATED, row, people["stranger"]) == Skip("not visible")
    assert [(who.name, len(arguments)) for who, arguments in said_of(noor)] == [("Nia Nominator", 2)]
    for who in people.values():
        for one in Nomination.objects.select_related("round", "nominee"):
            by_rows = Nomination.objects.visible_to(fresh(who)).filter(pk=one.pk).exists()
            assert by_rows == policies.can_view_nomination(fresh(who), one)


def test_telling_all_of_the_winners_costs_the_same_however_many_are_told(people, django_assert_max_num_queries):
    row, maya, _noor = decided(people)
    conclude(row, maya, people["owner"], OVER)
    readers = [fresh(who) for who in people.values()]
    due = [Due(number, row.pk, "", Channel.MAIL, HOUR, who) for number, who in enumerate(readers)]
    with django_assert_max_num_queries(3):
        assert len(award_notices.ANNOUNCED.compose(due)) == len(people)


def test_approval_waits_on_whoever_may_approve(people):
    row, maya, _noor = decided(people)
    rows = Delivery.objects.filter(kind=award_notices.APPROVAL.key, channel=Channel.PORTAL)
    assert set(rows.values_list("recipient__full_name", flat=True)) == {"Stan Steward", "Judy Steward", "Olga Owner"}
    assert told(award_notices.APPROVAL, row, people["owner"])[0] == f"Approval waits: {row}"
    assert told(award_notices.APPROVAL, row, people["judging_steward"]) == Skip("not visible")
    titles = {
        name: [item.title for group in my_work(fresh(people[name]), at=OVER) for item in group.items]
        for name in ("owner", "judging_steward")
    }
    assert titles == {"owner": [f"Approve: {row}"], "judging_steward": []}
    conclude(row, maya, people["owner"], OVER)
    assert told(award_notices.APPROVAL, row, people["steward"]) == Skip("approved")


def test_the_fairness_report_sets_nominees_and_winners_beside_who_could_be_nominated(people):
    for number in range(6):
        make_person(team=make_team(f"Service/Retail/Unit {number}"))
    row, _maya, _noor = decided(people)
    by_team = fairness_of(row)[0].rows
    assert by_team == [Row("no team", 11, 1, 0), Row("Service/Retail", 8, 1, 1)]


def test_from_decided_to_announced_by_the_pages(client, people, time_machine):
    time_machine.move_to(OVER, tick=False)
    row, maya, noor = decided(people)
    results = reverse("recognition:round-results", args=[row.pk])
    approve = reverse("recognition:round-approve", args=[row.pk])
    cite = reverse("recognition:citation-edit", args=[maya.pk])
    client.force_login(people["judge"])
    assert client.post(cite, {"words": "Short."}).status_code == 422
    assert client.post(cite, {"words": WORDS}).status_code == 302
    assert client.get(reverse("recognition:citation-edit", args=[noor.pk])).status_code == 404
    assert client.post(approve).status_code == 403
    client.force_login(people["steward"])
    page = client.get(results).content.decode()
    assert "Fairness report" in page
    assert "Approve it" in page
    assert client.post(approve).status_code == 302
    turning.turn_rounds(at=HOUR)
    client.force_login(people["noor"])
    said = client.get(reverse("recognition:candidacy-detail", args=[noor.pk])).content.decode()
    assert "Nia Nominator" in said
    assert client.get(results).status_code == 404


def test_the_page_of_awards_costs_the_same_however_many_were_announced(client, people, django_assert_max_num_queries):
    for _each in range(3):
        row, maya, _noor = decided(people | {"maya": make_person(), "noor": make_person()})
        conclude(row, maya, people["owner"], OVER)
    client.force_login(people["stranger"])
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("recognition:award-list")).context["announced"]) == 3
