"""Reports, decisions and appeals: who sees and decides what, what is told to whom, and what happens once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from notifications.kinds import Channel, Due, Skip
from notifications.models import Delivery
from people.models import AuditEntry, Person, Role
from people.reports import audit_trail
from portal.reports import my_work
from recognition import policies
from recognition.actions import moderation, posts
from recognition.case_notices import APPEAL, DECIDED, REPORTED, RULED
from recognition.models import Case, Reach, Recognition, Report
from recognition.notices import RECOGNISED
from recognition.reports.cases import with_words
from recognition.reports.wall import Filter, wall, with_people
from tests.cast import NOW, fresh, make_person, make_team, thank

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = "It names our customer."


@pytest.fixture
def cast():
    return {
        "giver": make_person("Giver", roles={Role.AUDITOR: None}),
        "thanked": make_person("Thanked"),
        "reader": make_person("Reader"),
        "colleague": make_person("Colleague"),
        "steward": make_person("Steward", roles={Role.STEWARD: None}),
        "other": make_person("Other", roles={Role.STEWARD: None}),
        "gone": make_person("Gone", roles={Role.STEWARD: None}, is_active=False),
        "elsewhere": make_person("Elsewhere", roles={Role.STEWARD: make_team("Sales")}),
    }


def report(one, by, at=NOW, **fields):
    moderation.report(recognition=one, by=by, at=at, **{"kind": "customer", "words": WORDS, **fields})
    return Case.objects.order_by("pk").last()


@pytest.fixture
def case(cast):
    return report(thank(cast["thanked"], by=cast["giver"]), cast["reader"])


def decide(case, by, restore=False, at=NOW, reason="Say it without the name."):
    moderation.decide(case=case, restore=restore, reason=reason, by=by, at=at)


def state_of(case):
    return Recognition.objects.get(pk=case.recognition_id).state, Case.objects.get(pk=case.pk).state


def sees(cast, case):
    """Who sees the recognition and who the case, by rows and by policy, which must agree."""
    (one,) = with_people(Recognition.objects.filter(pk=case.recognition_id))
    (row,) = with_words(Case.objects.filter(pk=case.pk))
    people = {name: fresh(person) for name, person in cast.items()}
    of_post = {name for name, who in people.items() if Recognition.objects.visible_to(who).exists()}
    of_case = {name for name, who in people.items() if Case.objects.visible_to(who).exists()}
    reviewing = {name for name, who in people.items() if Case.objects.reviewable_by(who).exists()}
    assert {name for name, who in people.items() if policies.can_view_recognition(who, one)} == of_post
    assert {name for name, who in people.items() if policies.can_view_case(who, row)} == of_case
    assert {name for name, who in people.items() if policies.can_review_case(who, row)} == reviewing
    assert {who.pk for who in row.reviewers(NOW)} == {people[name].pk for name in reviewing}
    return of_post, of_case, reviewing


def test_what_is_reported_is_hidden_at_once_from_all_but_giver_and_stewards(cast, case):
    assert sees(cast, case) == ({"giver"}, {"giver", "steward", "other"}, {"steward", "other"})
    assert not wall(cast["giver"], Filter()).exists()  # their own stands among what they wrote
    assert wall(cast["giver"], Filter(mine="given")).exists()


def test_a_steward_of_some_teams_decides_about_what_these_wrote(cast):
    night = make_team("Service/Night")
    Person.objects.filter(pk=cast["giver"].pk).update(team=night)
    cast["near"] = make_person("Near", roles={Role.STEWARD: make_team("Service")})
    case = report(thank(cast["thanked"], by=cast["giver"]), cast["reader"])
    assert sees(cast, case)[2] == {"steward", "other", "near"}


@pytest.mark.parametrize("part", ["giver", "thanked"])
def test_a_steward_who_wrote_it_or_is_thanked_decides_nothing(part, cast):
    cast[part] = make_person("Part", roles={Role.STEWARD: None})
    case = report(thank(cast["thanked"], by=cast["giver"]), cast["reader"])
    assert sees(cast, case)[2] == {"steward", "other"}


def test_a_steward_reads_what_was_reported_however_private_it_is(cast):
    one = thank(cast["thanked"], by=cast["giver"], visibility=Reach.PRIVATE)
    assert sees(cast, report(one, cast["thanked"]))[2] == {"steward", "other"}


def test_the_same_reader_twice_is_once_and_another_is_heard_beside(cast, case):
    one = case.recognition
    report(one, cast["reader"])
    report(one, cast["colleague"])
    assert (Case.objects.count(), case.reports.count()) == (1, 2)
    decide(case, cast["steward"], restore=True)
    report(one, cast["reader"])  # had their say: nobody hides the same one twice
    assert state_of(case) == ("shown", "restored")
    assert report(one, cast["thanked"]) != case
    assert state_of(case) == ("hidden", "restored")


def test_the_database_keeps_one_open_case_and_one_report_of_each(cast, case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(recognition=case.recognition, author=cast["giver"], opened_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(
            case=case, recognition=case.recognition, reporter=cast["reader"], kind="hurts", at=NOW
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="removed")  # without a reason


def test_something_else_needs_words_and_a_decision_a_reason(cast):
    one = thank(cast["thanked"], by=cast["giver"])
    with pytest.raises(Invalid):
        report(one, cast["reader"], kind="other", words=" ")
    assert state_of(report(one, cast["reader"], kind="other")) == ("hidden", "open")
    with pytest.raises(Invalid):
        decide(Case.objects.get(), cast["steward"], reason=" ")


STEPS = {
    "restore": lambda case, by: decide(case, by, restore=True),
    "remove": decide,
    "appeal": lambda case, by: moderation.appeal(case=case, words="It is our tester's name.", by=by, at=NOW),
    "overturn": lambda case, by: moderation.answer_appeal(case=case, restore=True, reason="Right.", by=by, at=NOW),
    "uphold": lambda case, by: moderation.answer_appeal(case=case, restore=False, reason="A name.", by=by, at=NOW),
}
PATHS = {
    (): (("hidden", "open"), {"restore", "remove"}),
    ("restore",): (("shown", "restored"), set()),
    ("remove",): (("removed", "removed"), {"appeal"}),
    ("remove", "appeal"): (("removed", "appealed"), {"overturn", "uphold"}),
    ("remove", "appeal", "overturn"): (("shown", "overturned"), set()),
    ("remove", "appeal", "uphold"): (("removed", "upheld"), set()),
}


@pytest.mark.parametrize("path", PATHS, ids="-".join)
def test_each_step_leads_where_it_may_and_every_other_is_refused(path, cast, case):
    for step in path:
        STEPS[step](case, cast["steward"])
    states, allowed = PATHS[path]
    assert state_of(case) == states
    audited = AuditEntry.objects.count()
    for name in set(STEPS) - allowed:
        with pytest.raises(Refused):
            STEPS[name](Case.objects.get(), cast["other"])
    assert (state_of(case), AuditEntry.objects.count()) == (states, audited)


def test_of_two_stewards_who_decide_at_once_one_does(cast, case):
    stale = Case.objects.get(pk=case.pk)
    decide(case, cast["steward"], restore=True)
    with pytest.raises(Refused, match="quicker"):
        decide(stale, cast["other"])
    assert Case.objects.get().decided_by == cast["steward"]


def test_an_appeal_is_possible_for_two_weeks(cast, case):
    decide(case, cast["steward"])
    last = NOW + 14 * DAY
    assert policies.can_appeal(cast["giver"], case, last - timedelta(seconds=1))
    assert not policies.can_appeal(cast["giver"], case, last)
    assert not policies.can_appeal(cast["thanked"], case, NOW)
    with pytest.raises(Refused):
        moderation.appeal(case=case, words="Too late.", by=cast["giver"], at=last)


def test_another_steward_answers_the_appeal_and_the_same_one_when_there_is_no_other(cast, case):
    decide(case, cast["steward"])
    STEPS["appeal"](case, cast["giver"])
    (row,) = with_words(Case.objects.all())
    answering = {name for name, who in cast.items() if policies.can_answer_appeal(fresh(who), row, NOW)}
    assert answering == {"other"}
    assert [told(REPORTED, case, cast[name], APPEAL) for name in ("steward", "giver")] == [
        Skip("another steward answers"), Skip("not visible")
    ]  # fmt: skip
    assert waits(cast["other"]) == ["An appeal waits for an answer"]
    assert waits(cast["steward"]) == []
    cast["other"].role_grants.update(ends_at=NOW)
    assert policies.can_answer_appeal(fresh(cast["steward"]), row, NOW)


def waits(person):
    return [item.title for group in my_work(fresh(person), at=NOW) for item in group.items]


def test_it_waits_on_stewards_until_one_decides(cast, case):
    assert waits(cast["steward"]) == waits(cast["other"]) == ["A recognition was reported, and is hidden"]
    assert waits(cast["giver"]) == waits(cast["reader"]) == []
    decide(case, cast["steward"])
    assert waits(cast["other"]) == []


def test_what_is_withdrawn_while_it_is_hidden_needs_no_decision(cast, case):
    assert policies.can_withdraw_recognition(cast["giver"], Recognition.objects.get())
    assert not policies.can_edit_recognition(cast["giver"], Recognition.objects.get(), NOW)
    posts.withdraw_recognition(recognition=case.recognition, by=cast["giver"], at=NOW)
    assert state_of(case) == ("withdrawn", "withdrawn")
    with pytest.raises(Refused):
        decide(case, cast["steward"], restore=True)
    assert told(REPORTED, case, cast["steward"]) == Skip("decided")


def told(kind, case, person, occurrence=""):
    (content,) = kind.compose([Due(1, case.pk, occurrence, Channel.MAIL, NOW, fresh(person))]).values()
    return content


def planned(kind):
    """To whom, of what has not been taken back."""
    rows = Delivery.objects.filter(kind=kind.key, channel=Channel.PORTAL).exclude(state="cancelled")
    return {(row.recipient.full_name, row.occurrence) for row in rows.select_related("recipient")}


def test_each_is_told_what_concerns_them_and_nobody_who_reported_it(cast, case):
    assert planned(REPORTED) == {("Steward", ""), ("Other", "")}
    assert planned(RULED) == {("Giver", "hidden")}
    assert planned(RECOGNISED) == set()  # who is thanked hears of it when it is shown again
    assert told(REPORTED, case, cast["steward"]).title == "A recognition was reported"
    decide(case, cast["steward"], at=NOW)
    assert planned(REPORTED) == set()
    assert planned(RULED) == {("Giver", "decided")}
    content = told(RULED, case, cast["giver"], DECIDED)
    assert content.title == "Removed: what you wrote"
    assert content.text == ["Say it without the name.", "You can appeal until Fri 4 Dec 10:00."]
    assert told(RULED, case, cast["giver"], "hidden") == Skip("moved on")
    assert told(RULED, case, cast["thanked"], DECIDED) == Skip("not visible")
    STEPS["appeal"](case, cast["giver"])
    assert planned(REPORTED) == {("Other", "appeal")}
    STEPS["overturn"](case, cast["other"])
    assert planned(REPORTED) == set()
    assert planned(RULED) == {("Giver", "answered")}
    assert planned(RECOGNISED) == {("Thanked", "")}
    assert told(RULED, case, cast["giver"], "answered").title == "Shown again after your appeal: what you wrote"


def test_whoever_wrote_it_learns_from_no_page_and_no_trail_who_reported_it(client, cast, case, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(cast["giver"])
    decide(case, cast["steward"])
    for page in (case.get_absolute_url(), case.recognition.get_absolute_url()):
        said = client.get(page).content.decode()
        assert "Reader" not in said
        assert WORDS not in said
    assert "Say it without the name." in client.get(case.get_absolute_url()).content.decode()
    entries = AuditEntry.objects.filter(did="recognition.reported")
    assert entries.count() == 1
    assert not audit_trail(fresh(cast["giver"])).filter(did="recognition.reported").exists()
    auditor = make_person(roles={Role.AUDITOR: None})
    assert audit_trail(auditor).filter(did="recognition.reported").exists()


def test_from_report_to_answer_by_the_pages(client, cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    one = thank(cast["thanked"], by=cast["giver"])

    def post(name, address, **data):
        client.force_login(cast[name])
        return client.post(address, data).status_code

    address = reverse("recognition:recognition-report", args=[one.pk])
    assert post("giver", address, kind="hurts") == 403
    assert post("reader", address, kind="other") == 422
    assert post("reader", address, kind="customer") == 302
    case = Case.objects.get()
    page = case.get_absolute_url()
    assert post("reader", page, restore="1", reason="No.") == 404
    assert post("giver", page, restore="1", reason="Mine.") == 403
    assert post("steward", page, restore="", reason="No choice.") == 422
    assert post("steward", page, restore="0", reason="A name.") == 302
    assert post("giver", page, words="Not a customer.") == 302
    assert post("steward", page, restore="1", reason="Mine.") == 403
    assert post("other", page, restore="1", reason="Right.") == 302
    assert state_of(case) == ("shown", "overturned")


@pytest.mark.parametrize("count", [1, 12])
def test_the_queue_costs_the_same_however_full(client, cast, count, django_assert_max_num_queries):
    for _each in range(count):
        report(thank(make_person(), by=make_person()), cast["reader"])
    client.force_login(cast["steward"])
    with django_assert_max_num_queries(10):
        answer = client.get(reverse("recognition:case-list"))
    assert (len(answer.context["cases"]), answer.context["counts"]["open"]) == (count, count)
    assert client.get(reverse("recognition:case-list"), {"tab": "decided"}).context["cases"] == []
    assert client.get(reverse("recognition:case-list"), {"tab": "nonsense"}).status_code == 200
