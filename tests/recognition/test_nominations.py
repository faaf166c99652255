"""Nominating: drafts, limits, who can be nominated, last minutes at each midnight, and joining what was said."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from foundation.errors import Invalid, Refused
from notifications.kinds import Channel, Content, Due, Skip
from notifications.models import Delivery
from people.models import AuditEntry, Role
from portal.reports import my_work
from recognition import award_notices, policies
from recognition.actions import awards, nominations, turning
from recognition.models import Argument, Candidacy, Nomination, Round
from recognition.reports.eligibility import eligible, months_before
from tests.cast import NOW, fresh, make_person, make_programme, make_round, make_site, make_team, nominate
from tests.recognition.test_races import beside

pytestmark = pytest.mark.django_db
OVER = datetime(2026, 11, 26, 12, tzinfo=UTC)  # the twenty-fifth is over everywhere
WORDS = "Stayed with a caller for two hours until the right doctor had rung back."


def draft(row, by, nominee=None, words=None, **fields):
    said = dict.fromkeys(row.criteria.values_list("pk", flat=True), WORDS) if words is None else words
    fields = {"at": NOW, **fields}
    return nominations.save_draft(round_=row, nominee=nominee, words=said, by=by, **fields)


def test_a_draft_keeps_what_was_typed_however_unfinished_and_nobody_else_reads_it():
    row, by, other = make_round(), make_person(), make_person(roles={Role.STEWARD: None})
    first = row.criteria.first().pk
    one = draft(row, by, words={first: "Half a", 987_654: "of no criterion"})
    assert list(one.arguments.values_list("criterion", "words")) == [(first, "Half a")]
    draft(row, by, nominee=other, words={first: "Half a sentence"}, nomination=one)
    assert (Nomination.objects.get().nominee, Argument.objects.get().words) == (other, "Half a sentence")
    for reader in (other, make_person(), make_person(is_active=False)):
        assert not Nomination.objects.visible_to(reader).exists()
        assert not policies.can_view_nomination(reader, one)


def test_nobody_nominates_themselves_and_nobody_the_same_twice():
    row, by, other = make_round(), make_person(), make_person()
    with pytest.raises(Invalid, match="themselves"):
        draft(row, by, nominee=by)
    draft(row, by, nominee=other)
    with pytest.raises(Invalid, match="already"):
        draft(row, by, nominee=other)
    for broken in ({"nominator": other}, {"state": "handed_in"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Nomination.objects.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.create(round=row, nominator=by, nominee=other, created_at=NOW)


def test_handing_in_says_what_is_missing_and_the_draft_stays():
    row, by = make_round(), make_person()
    first, second = row.criteria.order_by("position")
    one = draft(row, by, words={first.pk: WORDS, second.pk: "Too short."})
    with pytest.raises(Invalid) as refused:
        nominations.hand_in(nomination=one, by=by, at=NOW)
    assert set(refused.value.errors) == {"nominee", f"words_{second.pk}"}
    assert Nomination.objects.get().is_draft


def test_each_hands_in_as_many_as_the_programme_says_and_can_take_one_back():
    row, by = make_round(make_programme(most=1)), make_person()
    one, two = draft(row, by, nominee=make_person()), draft(row, by, nominee=make_person())
    nominations.hand_in(nomination=one, by=by, at=NOW)
    with pytest.raises(Refused, match="as many"):
        nominations.hand_in(nomination=two, by=by, at=NOW)
    with pytest.raises(Refused):
        draft(row, by, nominee=make_person(), nomination=one)
    with pytest.raises(Refused):
        nominations.discard(nomination=one, by=by, at=NOW)
    nominations.take_back(nomination=one, by=by, at=NOW)
    nominations.hand_in(nomination=two, by=by, at=NOW)
    nominations.discard(nomination=Nomination.objects.get(pk=one.pk), by=by, at=NOW)
    assert Nomination.objects.get() == two


def test_who_can_be_nominated_by_team_site_tenure_and_cool_off():
    retail, leeds, old = make_team("Service/Retail"), make_site("Leeds"), date(2024, 1, 1)
    row = make_round(make_programme(teams=[retail], sites=[leeds], months=12, cool_off=1))
    fit: Any = {"team": make_team("Service/Retail/Night"), "site": leeds, "started_on": old}
    people = {
        "fit": make_person(**fit),
        "other team": make_person(**fit | {"team": make_team("Service/Care")}),
        "other site": make_person(**fit | {"site": make_site("Delft")}),
        "a day too new": make_person(**fit | {"started_on": date(2025, 11, 26)}),
        "just long enough": make_person(**fit | {"started_on": date(2025, 11, 25)}),
        "nobody knows since when": make_person(**fit | {"started_on": None}),
        "left": make_person(**fit, is_active=False),
        "won last time": make_person(**fit),
        "won before": make_person(**fit),
    }
    for name, closed in (("won last time", date(2026, 8, 25)), ("won before", date(2026, 5, 25))):
        past = make_round(row.programme, published=False, opens_on=closed, closes_on=closed)
        moments = dict.fromkeys(("published_at", "revealed_at", "approved_at", "announce_at", "announced_at"), NOW)
        Round.objects.filter(pk=past.pk).update(state="announced", approved_by=past.programme.owner, **moments)
        Candidacy.objects.create(round=past, nominee=people[name], number=1, is_winner=True)
    found = set(eligible(row))
    assert {name for name, person in people.items() if person in found} == {"fit", "just long enough", "won before"}
    by = make_person()
    one = draft(row, by, nominee=people["won last time"])
    with pytest.raises(Invalid) as refused:
        nominations.hand_in(nomination=one, by=by, at=NOW)
    assert set(refused.value.errors) == {"nominee"}


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 5, 31), 18, date(2024, 11, 30)),
    ],
)
def test_months_before(day, months, before):
    assert months_before(day, months) == before


def test_the_last_minute_is_each_nominators_own_and_all_of_it_counts():
    row, nominee, second = make_round(), make_person(), timedelta(seconds=1)
    midnights = {
        "Pacific/Kiritimati": datetime(2026, 11, 25, 10, tzinfo=UTC),
        "Asia/Kathmandu": datetime(2026, 11, 25, 18, 15, tzinfo=UTC),
        "Europe/London": datetime(2026, 11, 26, tzinfo=UTC),
        "America/Mexico_City": datetime(2026, 11, 26, 6, tzinfo=UTC),
        "Etc/GMT+12": OVER,
    }
    for zone, midnight in midnights.items():
        by = make_person(time_zone=zone)
        one = draft(row, by, nominee=nominee, at=midnight - second)
        nominations.hand_in(nomination=one, by=by, at=midnight - second)
        assert not policies.can_take_back(by, one, midnight)
        late = make_person(time_zone=zone)
        with pytest.raises(Refused, match="over"):
            draft(row, late, nominee=nominee, at=midnight)
        with pytest.raises(Refused, match="over"):
            nominations.take_back(nomination=one, by=by, at=midnight)
        turning.turn_rounds(at=midnight - second)
        assert Round.objects.get().state == "open"
    turning.turn_rounds(at=OVER)
    assert Round.objects.get().state == "judging"
    assert Candidacy.objects.get().nominations.count() == len(midnights)


def test_it_cannot_be_begun_before_ones_own_first_midnight():
    row = make_round(opens_on=date(2026, 11, 21))
    with pytest.raises(Refused, match="not begun"):
        draft(row, make_person(time_zone="Europe/London"))
    draft(row, make_person(time_zone="Pacific/Kiritimati"), at=NOW + timedelta(hours=1))


def test_what_was_said_of_the_same_person_becomes_one_candidacy_and_drafts_and_leavers_none():
    row = make_round()
    one, other, leaver = make_person(), make_person(), make_person()
    for nominee in (one, one, other, leaver):
        nominate(row, nominee)
    draft(row, make_person(), nominee=other)
    leaver.is_active = False
    leaver.save()
    for _again in range(2):
        turning.turn_rounds(at=OVER)
    found = {row.nominee: row.nominations.count() for row in Candidacy.objects.all()}
    assert found == {one: 2, other: 1}
    assert sorted(Candidacy.objects.values_list("number", flat=True)) == [1, 2]
    assert AuditEntry.objects.filter(did="recognition.round_closed").count() == 1


def test_numbers_follow_neither_names_nor_how_often_somebody_was_nominated():
    orders = set()
    for _each in range(12):
        row = make_round()
        people = [make_person() for _one in range(3)]
        for place, person in enumerate(people):
            for _more in range(place + 1):
                nominate(row, person)
        turning.turn_rounds(at=OVER)
        numbers = dict(Candidacy.objects.filter(round=row).values_list("nominee", "number"))
        orders.add(tuple(numbers[person.pk] for person in people))
    assert len(orders) > 1  # all twelve alike by accident: once in 360 million


def test_the_label_of_a_candidacy_never_tells_the_name():
    nominate(make_round(), make_person("Maya Okafor"))
    turning.turn_rounds(at=OVER)
    assert str(Candidacy.objects.get()) == "Nominee 1"


def told(kind, row, person, at=NOW):
    (content,) = kind.compose([Due(1, row.pk, "", Channel.PORTAL, at, fresh(person))]).values()
    return content.title if isinstance(content, Content) else content


def test_everybody_is_told_on_their_own_mornings_and_of_drafts_on_the_last(django_assert_max_num_queries):
    tokyo, drafting, done = make_person(time_zone="Asia/Tokyo"), make_person(), make_person()
    leaver = make_person(is_active=False)
    row = make_round(opens_on=date(2026, 11, 23))
    due = dict(Delivery.objects.filter(recipient=tokyo, channel=Channel.PORTAL).values_list("kind", "due_at"))
    assert due == {
        "recognition.award_opens": datetime(2026, 11, 23, 0, tzinfo=UTC),
        "recognition.award_closes": datetime(2026, 11, 25, 0, tzinfo=UTC),
    }
    assert not Delivery.objects.filter(recipient=leaver).exists()
    opened, last = datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 25, 9, tzinfo=UTC)
    draft(row, drafting, nominee=tokyo, at=opened)
    nominate(row, tokyo, by=done, at=opened)
    assert told(award_notices.OPENS, row, tokyo) == Skip("not open")
    assert told(award_notices.OPENS, row, tokyo, opened) == f"Nominations are open: {row}"
    assert told(award_notices.CLOSES, row, drafting, last) == f"You have a draft, and this is the last day: {row}"
    assert told(award_notices.CLOSES, row, done, last) == Skip("nominated")
    assert told(award_notices.CLOSES, row, tokyo, last) == f"The last day to nominate: {row}"
    assert told(award_notices.CLOSES, row, tokyo, last + timedelta(hours=6)) == Skip("not open")  # midnight in Tokyo
    assert told(award_notices.OPENS, row, leaver, opened) == Skip("not visible")
    awards.cancel_round(round_=row, reason="Too few of us.", by=done, at=opened)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_draft_waits_in_my_work_while_it_can_be_handed_in():
    row, by = make_round(), make_person()
    draft(row, by)
    titles = [item.title for group in my_work(fresh(by), at=NOW) for item in group.items]
    assert titles == [f"Your draft for {row}"]
    assert my_work(fresh(by), at=datetime(2026, 11, 26, tzinfo=UTC)) == []


def test_from_draft_to_handed_in_by_the_pages(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    row, by, nominee = make_round(), make_person(), make_person("Maya Okafor")
    first, second = (f"words_{one.pk}" for one in row.criteria.order_by("position"))
    client.force_login(by)
    page = reverse("recognition:nominate", args=[row.pk])
    answer = client.post(page, {"nominee": nominee.email, first: WORDS, "do": "hand_in"})
    assert answer.status_code == 422
    one = Nomination.objects.get()  # refused, and kept
    assert list(one.arguments.values_list("words", flat=True)) == [WORDS]
    edit = reverse("recognition:nomination-edit", args=[one.pk])
    assert f'action="{edit}"' in answer.content.decode()  # what is sent next goes on with it, and begins no other
    assert WORDS in client.get(edit).content.decode()
    typed = {"nominee": nominee.email, first: WORDS, second: WORDS}
    assert client.post(edit, typed | {"nominee": "nobody@here.example"}).status_code == 422
    assert client.post(edit, typed).status_code == 302
    assert Nomination.objects.get().is_draft
    assert client.post(edit, typed | {"do": "hand_in"}).status_code == 302
    assert not Nomination.objects.get().is_draft
    assert "Take it back" in client.get(edit).content.decode()
    assert client.post(edit, typed).status_code == 403
    assert client.post(reverse("recognition:nomination-discard", args=[one.pk])).status_code == 403
    assert client.post(reverse("recognition:nomination-take-back", args=[one.pk])).status_code == 302
    assert client.post(reverse("recognition:nomination-discard", args=[one.pk])).status_code == 302
    assert not Nomination.objects.exists()
    client.force_login(nominee)
    assert client.get(edit).status_code == 404


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_handed_in_at_once_one_is_beyond_the_limit():
    row, by = make_round(make_programme(most=1)), make_person()
    both = [draft(row, by, nominee=make_person()) for _each in range(2)]
    refused = []

    def send(one):
        try:
            nominations.hand_in(nomination=one, by=by, at=NOW)
        except Refused:
            refused.append(one)

    beside(lambda: send(both[0]), lambda: send(both[1]))
    assert (len(refused), Nomination.objects.handed_in().count()) == (1, 1)
