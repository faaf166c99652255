"""Judging: totals, quorum and ties as plain numbers; what is sealed from whom; who is too close; two at once."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, Refused
from notifications.kinds import Channel, Content, Due, Skip
from notifications.models import Delivery
from people.models import AuditEntry, Role
from portal.reports import my_work
from recognition import award_notices, policies
from recognition.actions import counting, panels
from recognition.blinding import blinded, names_of
from recognition.judging import Total, Verdict, combine, is_complete, verdict
from recognition.models import Ballot, Candidacy, Mark, Recusal, Round
from recognition.reports.panels import cases_for, results, seat, seats
from tests.cast import (
    NOW,
    OVER,
    cast,
    fresh,
    make_panel,
    make_person,
    make_programme,
    make_round,
    make_team,
    nominate,
    turn,
)
from tests.recognition.test_races import beside

LATE = datetime(2026, 12, 1, 12, tzinfo=UTC)  # the last day to judge is over everywhere


# --- plain numbers ----------------------------------------------------------------------------------------------------


def test_each_judge_counts_alike_and_nothing_is_rounded():
    assert combine([[5, 4, 4], [3, 3, 3]]) == Total(Fraction(11, 3), Fraction(3), 2)
    assert combine([]) is None


def total(mean, lowest=1, ballots=3):
    return Total(Fraction(mean), Fraction(lowest), ballots)


@pytest.mark.parametrize(
    ("totals", "places", "rule", "expected"),
    [
        ({}, 1, "lowest", Verdict(frozenset())),
        ({1: total(4), 2: total(3)}, 1, "lowest", Verdict(frozenset({1}))),
        ({1: total(4), 2: total(3)}, 5, "lowest", Verdict(frozenset({1, 2}))),
        ({1: total(4, 2), 2: total(4, 3)}, 1, "lowest", Verdict(frozenset({2}))),
        ({1: total(4), 2: total(4)}, 1, "lowest", Verdict(frozenset(), frozenset({1, 2}), 1)),
        ({1: total(5), 2: total(4), 3: total(4)}, 2, "lowest", Verdict(frozenset({1}), frozenset({2, 3}), 1)),
        ({1: total(4), 2: total(4)}, 2, "lowest", Verdict(frozenset({1, 2}))),
        ({1: total(4, 2), 2: total(4, 3), 3: total(2)}, 1, "shared", Verdict(frozenset({1, 2}))),
        ({1: total(5), 2: total(4)}, 1, "shared", Verdict(frozenset({1}))),
        ({1: total(5, 5, 1), 2: total(2)}, 1, "lowest", Verdict(frozenset({2}))),  # too few judges
        ({1: total(5, 5, 1)}, 1, "shared", Verdict(frozenset())),
    ],
)
def test_who_wins(totals, places, rule, expected):
    assert verdict(totals, places=places, quorum=2, rule=rule) == expected


SCORES = st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=2), min_size=1, max_size=4)


@given(st.dictionaries(st.integers(1, 9), SCORES, max_size=6), st.integers(1, 4), st.sampled_from(["lowest", "shared"]))
def test_nobody_wins_below_somebody_who_does_not_and_the_order_of_counting_does_not_matter(ballots, places, rule):
    totals = {key: combine(each) for key, each in ballots.items()}
    found = verdict(totals, places=places, quorum=1, rule=rule)
    again = verdict(dict(reversed(totals.items())), places=places, quorum=1, rule=rule)
    assert found == again
    rest = set(totals) - found.winners
    assert all(totals[one].mean >= totals[other].mean for one in found.winners for other in rest)
    if rule == "lowest":
        assert len(found.winners) + found.left == min(places, len(totals))
        assert found.left == 0 or len(found.tied) > found.left
    else:
        assert not found.tied
        assert len(found.winners) >= min(places, len(totals))


@pytest.mark.parametrize(
    ("owed", "ballots", "complete"),
    [(set(), [2, 2], True), ({1}, [2, 2], False), (set(), [2, 1], False), (set(), [], False)],
)
def test_what_is_complete(owed, ballots, complete):
    assert is_complete(owed, ballots, 2) is complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maya Okafor stayed, and MAYA rang back.", "N3 stayed, and N3 rang back."),
        ("Okafor's call. Ask maya.okafor@staff.example.", "N3's call. Ask N3."),
        ("We call her Mimi; Mimi’s desk is next to mine.", "We call her N3; N3’s desk is next to mine."),
        ("Mayan ruins and a maypole.", "Mayan ruins and a maypole."),
    ],
)
def test_a_case_is_read_without_the_name(text, expected):
    assert blinded(text, names_of("Maya Okafor", "Mimi", "maya.okafor@staff.example"), "N3") == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zoë Ångström", "Zoe Angstrom and ZOË ÅNGSTRÖM"),
        ("Анна Соколова", "Анну Соколову и Анна"),
        ("後藤 充", "後藤さん、後藤充"),
        ("रानी आचार्य", "रानी आचार्य ने, रानी"),
    ],
)
def test_a_name_is_taken_out_in_its_own_script(name, text):
    left = blinded(text, [name], "N1")
    assert not any(part in left for part in text.replace("、", " ").replace(",", " ").split() if len(part) > 3)
    assert "N1" in left


# --- a round with its panel ------------------------------------------------------------------------------------------


@pytest.fixture
def people(db):
    return {
        "judge": make_person("Jo Judge"), "other": make_person("Ola Other"), "maya": make_person("Maya Okafor"),
        "noor": make_person("Noor Nominee"), "steward": make_person("Stan Steward", roles={Role.STEWARD: None}),
        "owner": make_person("Olga Owner"), "colleague": make_person("Coll Eague"),
        "auditor": make_person("Aude Auditor", roles={Role.AUDITOR: None}),
    }  # fmt: skip


def begun(people, *judges, nominees=("maya", "noor"), **programme):
    """The round, its judges, and the candidacies by the name of the nominee."""
    row = make_round(make_programme(owner=people["owner"], **programme))
    seated = make_panel(row, *(people[name] for name in judges))
    for name in nominees:
        nominate(row, people[name], words=f"{people[name].full_name} stayed with a caller until the end of it.")
    turn(row)
    found = {row.nominee: row for row in Candidacy.objects.filter(round=row)}
    return row, seated, {name: found[people[name]] for name in nominees}


def test_until_the_last_ballot_nobody_sees_a_score_and_then_the_panel_does(people):
    row, (jo, ola), on = begun(people, "judge", "other")
    cast(jo, on["maya"], 5, 4)
    cast(jo, on["noor"], 2, 2)
    cast(ola, on["maya"], 4, 4)
    readers = {name: fresh(person) for name, person in people.items()}

    def seen():
        rows = {name: Ballot.objects.visible_to(who).count() for name, who in readers.items()}
        for ballot in Ballot.objects.select_related("judge__round__programme"):
            for who in readers.values():
                by_rows = Ballot.objects.visible_to(who).filter(pk=ballot.pk).exists()
                assert by_rows == policies.can_view_ballot(who, ballot)
        return {name: count for name, count in rows.items() if count}

    assert seen() == {"judge": 2, "other": 1}
    assert not Candidacy.objects.exclude(mean=None).exists()
    assert not any(Round.objects.with_results_for(who).exists() for who in readers.values())
    cast(ola, on["noor"], 3, 3)
    row.refresh_from_db()
    assert row.state == "decided"
    assert seen() == dict.fromkeys(["judge", "other", "steward", "owner"], 4)
    for who in readers.values():
        assert policies.can_view_results(who, row) == Round.objects.with_results_for(who).exists()
    stands = {one.candidacy.nominee.name: (one.candidacy.mean, one.candidacy.is_winner) for one in results(row)}
    assert stands == {"Maya Okafor": (4.25, True), "Noor Nominee": (2.5, False)}


def test_a_nominated_steward_sees_no_results_of_it(people):
    people["noor"] = make_person("Noor Nominee", roles={Role.STEWARD: None})
    row, (jo,), on = begun(people, "judge", quorum=1)
    for one in on.values():
        cast(jo, one, 3, 4)
    row.refresh_from_db()
    assert not policies.can_view_results(fresh(people["noor"]), row)
    assert not Round.objects.with_results_for(fresh(people["noor"])).exists()


def test_the_trail_tells_who_cast_and_neither_what_nor_on_whom(people):
    _row, (jo, _ola), on = begun(people, "judge", "other")
    cast(jo, on["maya"], 5, 4)
    entry = AuditEntry.objects.get(did="recognition.ballot_cast")
    assert (entry.object_type, entry.changes) == ("recognition.round", {})


def test_a_ballot_is_whole_once_and_stays_as_it_is(people):
    row, (jo, _ola), on = begun(people, "judge", "other")
    first, second = row.criteria.order_by("position").values_list("pk", flat=True)
    words = "As the fourth anchor says."
    for scores, reason in (({first: 5}, words), ({first: 5, second: 6}, words), ({first: 5, second: 5}, "Good.")):
        with pytest.raises(Invalid):
            counting.cast_ballot(
                judge=jo, candidacy=on["maya"], scores=scores, reason=reason, by=jo.person, at=OVER
            )  # fmt: skip
    cast(jo, on["maya"], 5, 4)
    with pytest.raises(Refused, match="already"):
        cast(jo, on["maya"], 1, 1)
    for broken in (Ballot.objects.all(), Mark.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.update(score=1)
    with pytest.raises(Refused):  # of another round
        cast(jo, begun(people, "judge")[2]["noor"], 3, 3)


def test_who_is_too_close_does_not_judge_them(people):
    team = make_team("Service/Night")
    head = make_person("Head")
    lead = make_person("Lead", manager=head)
    nominee = make_person("Nele Nominee", team=team, manager=lead)
    report = make_person("Rae Report", manager=nominee)
    mate, nominator = make_person("Mate", team=team), make_person("Nominator")
    row = make_round()
    judges = [head, lead, report, mate, nominator, people["judge"], people["maya"]]
    make_panel(row, *judges)
    nominate(row, nominee, by=nominator)
    nominate(row, people["maya"])
    turn(row)
    found = {
        (one.judge.person.full_name, one.candidacy.nominee.full_name): one.why for one in Recusal.objects.all()
    }  # fmt: skip
    assert found == {
        ("Head", "Nele Nominee"): "line",
        ("Lead", "Nele Nominee"): "line",
        ("Rae Report", "Nele Nominee"): "line",
        ("Mate", "Nele Nominee"): "team",
        ("Nominator", "Nele Nominee"): "nominator",
        ("Maya Okafor", "Nele Nominee"): "nominee",  # of those whom they want to beat, none
        ("Maya Okafor", "Maya Okafor"): "nominee",
    }
    with pytest.raises(Refused, match="don't judge"):
        cast(seat(mate, row), Candidacy.objects.get(nominee=nominee), 5, 5)
    assert [case.candidacy.nominee for case in cases_for(seat(mate, row))] == [people["maya"]]
    assert cases_for(seat(people["maya"], row)) == []
    late = panels.appoint(round_=row, person=make_person("Late", team=team), by=people["steward"], at=OVER)
    assert late.recusals.count() == 1


def test_without_quorum_nothing_is_revealed_until_one_more_judges(people):
    row, (jo, ola), on = begun(people, "judge", "other", nominees=("maya",))
    panels.recuse_oneself(judge=ola, candidacy=on["maya"], reason="We are friends.", by=ola.person, at=OVER)
    cast(jo, on["maya"], 4, 4)
    assert turn(row).state == "judging"
    third = panels.appoint(round_=row, person=people["colleague"], by=people["steward"], at=OVER)
    cast(third, on["maya"], 4, 4)
    assert turn(row).state == "decided"
    with pytest.raises(Refused):
        panels.recuse_oneself(judge=ola, candidacy=on["maya"], reason="Too late.", by=ola.person, at=OVER)


def test_the_last_who_owed_is_released_or_leaves_and_the_scores_are_revealed(people):
    for how in ("released", "left"):
        row, (jo, ola, late), on = begun(people, "judge", "other", "colleague", nominees=("maya",))
        cast(jo, on["maya"], 4, 4)
        cast(ola, on["maya"], 4, 4)
        assert turn(row).state == "judging"
        if how == "released":
            panels.release(judge=late, by=people["steward"], at=OVER)
            row.refresh_from_db()
        else:
            late.person.is_active = False
            late.person.save()
            turn(row)
        assert row.state == "decided"


def test_a_steward_reveals_without_the_late_once_the_day_is_over_and_who_has_no_quorum_wins_nothing(people):
    row, (jo, ola), on = begun(people, "judge", "other")
    cast(jo, on["maya"], 5, 5)
    cast(jo, on["noor"], 1, 1)
    cast(ola, on["noor"], 1, 1)
    second = timedelta(seconds=1)
    assert not policies.can_reveal_late(fresh(people["steward"]), row, LATE - second)
    with pytest.raises(Refused):
        counting.reveal_late(round_=row, by=people["steward"], at=LATE - second)
    assert {name for name, who in people.items() if policies.can_reveal_late(fresh(who), row, LATE)} == {"steward"}
    counting.reveal_late(round_=row, by=people["steward"], at=LATE)
    assert set(Candidacy.objects.filter(is_winner=True)) == {on["noor"]}


def test_who_left_meanwhile_wins_nothing(people):
    row, (jo,), on = begun(people, "judge", quorum=1)
    people["maya"].is_active = False
    people["maya"].save()
    cast(jo, on["maya"], 5, 5)
    cast(jo, on["noor"], 2, 2)
    assert set(row.candidacies.filter(is_winner=True)) == {on["noor"]}


def test_a_tie_is_decided_in_writing_by_a_judge_of_all_who_are_tied(people):
    row, (jo, ola), on = begun(people, "judge", "other", nominees=("maya", "noor", "auditor"), quorum=1)
    panels.recuse_oneself(judge=ola, candidacy=on["noor"], reason="We are friends.", by=ola.person, at=OVER)
    for judge, one, scores in (
        (jo, "maya", (4, 4)), (jo, "noor", (4, 4)), (jo, "auditor", (1, 1)),
        (ola, "maya", (4, 4)), (ola, "auditor", (1, 1)),
    ):  # fmt: skip
        cast(judge, on[one], *scores)
    row.refresh_from_db()
    assert (row.state, row.tie_places) == ("tied", 1)
    assert {name for name, who in people.items() if policies.can_decide_tie(fresh(who), row)} == {"judge"}
    words = "What Maya did has lasted for longer."
    for winners, reason in (((), words), ((on["maya"].pk, on["noor"].pk), words), ((on["auditor"].pk,), words)):
        with pytest.raises(Invalid):
            counting.decide_tie(round_=row, winners=winners, reason=reason, by=jo.person, at=OVER)
    with pytest.raises(Invalid):
        counting.decide_tie(round_=row, winners=[on["maya"].pk], reason="So.", by=jo.person, at=OVER)
    counting.decide_tie(round_=row, winners=[on["maya"].pk], reason=words, by=jo.person, at=OVER)
    assert set(row.candidacies.filter(is_winner=True)) == {on["maya"]}
    with pytest.raises(Refused):
        counting.decide_tie(round_=row, winners=[on["noor"].pk], reason=words, by=jo.person, at=OVER)


def test_no_page_of_a_judge_or_steward_tells_a_name_or_a_score_before_reveal(client, people, time_machine):
    time_machine.move_to(OVER, tick=False)
    row, (jo, _ola), on = begun(people, "judge", "other")
    cast(jo, on["maya"], 5, 4, words="Zcreasonzz is why I score like this.")
    pages = ["judging", "round-detail", "award-list", "panel-edit", "ballot"]
    for name in ("judge", "other", "steward", "owner", "maya", "colleague", "auditor"):
        client.force_login(people[name])
        for page in pages:
            arguments = [] if page == "award-list" else [on["maya"].pk if page == "ballot" else row.pk]
            said = client.get(reverse(f"recognition:{page}", args=arguments)).content.decode()
            assert "Noor" not in said
            assert name == "maya" or "Maya" not in said
            assert "Zcreasonzz" not in said
        assert client.get(reverse("recognition:round-results", args=[row.pk])).status_code == 404


def test_judging_by_the_pages(client, people, time_machine):
    time_machine.move_to(OVER, tick=False)
    row, _seated, on = begun(people, "judge", quorum=1)
    client.force_login(people["judge"])
    page = reverse("recognition:ballot", args=[on["maya"].pk])
    case = client.get(page).content.decode()
    assert f"{on['maya'].label} stayed with a caller" in case
    scores = {f"score_{one.pk}": 4 for one in row.criteria.all()}
    assert client.post(page, scores).status_code == 422
    assert client.post(page, scores | {"reason": "As the fourth anchor says."}).status_code == 302
    assert client.post(page, scores | {"reason": "As the fourth anchor says."}).status_code == 403
    recuse = reverse("recognition:recuse", args=[on["noor"].pk])
    assert client.post(recuse, {"reason": ""}).status_code == 422
    assert client.post(recuse, {"reason": "We are friends."}).status_code == 302
    assert client.get(reverse("recognition:ballot", args=[on["noor"].pk])).status_code == 404
    client.force_login(people["steward"])
    panel = reverse("recognition:panel-edit", args=[row.pk])
    assert client.post(panel, {"person": people["colleague"].email}).status_code == 302
    assert [(one.judge.person.name, one.cast, one.owed) for one in seats(row)] == [
        ("Coll Eague", 0, 2), ("Jo Judge", 1, 0)
    ]  # fmt: skip


def test_the_last_ballot_leads_to_the_results(client, people, time_machine):
    time_machine.move_to(OVER, tick=False)
    row, _seated, on = begun(people, "judge", quorum=1)
    client.force_login(people["judge"])
    given = {f"score_{one.pk}": 4 for one in row.criteria.all()} | {"reason": "As the fourth anchor says."}
    for one in on.values():
        answer = client.post(reverse("recognition:ballot", args=[one.pk]), given, follow=True)
        assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse("recognition:round-results", args=[row.pk])


@pytest.mark.parametrize("count", [1, 6])
def test_judging_costs_the_same_however_many_are_nominated(client, people, count, django_assert_max_num_queries):
    row = make_round(make_programme(quorum=1))
    (jo,) = make_panel(row, people["judge"])
    for _each in range(count):
        nominate(row, make_person())
    turn(row)
    client.force_login(people["judge"])
    with django_assert_max_num_queries(14):
        client.get(reverse("recognition:judging", args=[row.pk]))
    for one in row.candidacies.all():
        cast(jo, one, 1, 2)
    with django_assert_max_num_queries(20):
        answer = client.get(reverse("recognition:round-results", args=[row.pk]))
    assert len(answer.context["results"]) == count


def told(row, person, occurrence="", at=OVER):
    (content,) = award_notices.JUDGING.compose([Due(1, row.pk, occurrence, Channel.MAIL, at, fresh(person))]).values()
    return content.title if isinstance(content, Content) else content


def titles(person):
    return [item.title for group in my_work(fresh(person), at=OVER) for item in group.items]


def test_judges_are_told_when_it_begins_and_is_due_and_no_more_once_theirs_are_in(people):
    row, (jo, ola), on = begun(people, "judge", "other")
    rows = Delivery.objects.filter(kind=award_notices.JUDGING.key, recipient=people["judge"], channel=Channel.MAIL)
    assert dict(rows.values_list("occurrence", "due_at")) == {
        "": OVER, "due": datetime(2026, 11, 28, 9, tzinfo=UTC), "last": datetime(2026, 11, 30, 9, tzinfo=UTC),
    }  # fmt: skip
    assert told(row, people["judge"]) == f"Judge: {row}"
    assert told(row, people["colleague"]) == Skip("not visible")
    assert titles(people["judge"]) == [f"Judge: {row}"]
    for one in on.values():
        cast(jo, one, 4, 4)
    assert told(row, people["judge"], "due") == Skip("judged")
    assert titles(people["judge"]) == []
    for one in on.values():
        cast(ola, one, 4, 4)
    assert told(row, people["other"], "tie") == f"Tied: {Round.objects.get()}"
    assert titles(people["other"]) == [f"Tied, to be decided in writing: {row}"]


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_judges_at_once_the_second_reveals_what_both_scored(people):
    row, (jo, ola), on = begun(people, "judge", "other", nominees=("maya",))
    beside(lambda: cast(jo, on["maya"], 5, 5), lambda: cast(ola, on["maya"], 3, 3))
    row.refresh_from_db()
    assert (row.state, row.candidacies.get().mean) == ("decided", 4.0)
    assert AuditEntry.objects.filter(did="recognition.award_revealed").count() == 1


def test_now_is_before_it_is_over():
    assert NOW < OVER < LATE
