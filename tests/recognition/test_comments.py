"""Comments: seen by exactly those who see what they are under, reported and decided about, told once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from foundation.errors import Invalid, Refused
from notifications.kinds import Cadence, Channel, Due, Skip
from notifications.models import Delivery
from people.models import Role
from recognition import policies
from recognition.actions import comments, moderation
from recognition.comment_notices import COMMENTED
from recognition.models import Case, Comment, Reach, Recognition
from recognition.reports.wall import with_people
from tests.cast import NOW, fresh, make_person, make_team, thank

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1))"


@pytest.fixture
def cast():
    night = make_team("Night")
    manager = make_person("Manager")
    return {
        "giver": make_person("Giver"),
        "thanked": make_person("Thanked", team=night, manager=manager),
        "mate": make_person("Mate", team=night),
        "manager": manager,
        "reader": make_person("Reader"),
        "steward": make_person("Steward", roles={Role.STEWARD: None}),
        "gone": make_person("Gone", team=night, is_active=False),
    }


def post(cast, **fields):
    return thank(cast["thanked"], by=cast["giver"], **fields)


def say(one, by, words="I was there.", at=NOW, **fields):
    return comments.comment(recognition=one, words=words, by=by, at=at, **fields)


def who_sees(comment, cast):
    """By rows and by policy, which must agree."""
    row = Comment.objects.get(pk=comment.pk)
    (row.recognition,) = with_people(Recognition.objects.filter(pk=comment.recognition_id))
    people = {name: fresh(person) for name, person in cast.items()}
    by_rows = {name for name, who in people.items() if Comment.objects.visible_to(who).filter(pk=row.pk).exists()}
    assert {name for name, who in people.items() if policies.can_view_comment(who, row)} == by_rows
    return by_rows


@pytest.mark.parametrize("reach", Reach)
def test_a_comment_reaches_exactly_those_whom_the_recognition_reaches(reach, cast):
    comment = say(post(cast, visibility=reach), cast["thanked"])
    readers = {name for name, who in cast.items() if Recognition.objects.visible_to(fresh(who)).exists()}
    assert who_sees(comment, cast) == readers >= {"giver", "thanked"}
    for state in ("hidden", "removed", "withdrawn"):
        Recognition.objects.update(state=state)
        assert who_sees(comment, cast) == set()


def test_what_is_reported_is_hidden_from_all_but_its_author_and_stewards(cast):
    comment = say(post(cast), cast["reader"])
    for _twice in range(2):
        moderation.report(
            recognition=comment.recognition, comment=comment, kind="hurts", by=cast["thanked"], at=NOW
        )  # fmt: skip
    case = Case.objects.get()
    assert (case.author, case.reports.count()) == (cast["reader"], 1)
    assert who_sees(comment, cast) == {"reader"}
    assert {name for name, who in cast.items() if Case.objects.visible_to(fresh(who)).exists()} == {"reader", "steward"}
    assert Recognition.objects.get().is_shown  # what it stands under stays
    moderation.decide(case=case, restore=True, reason="Nothing is wrong.", by=cast["steward"], at=NOW)
    assert "mate" in who_sees(comment, cast)


def test_a_comment_that_stays_removed_and_a_recognition_are_two_cases(cast):
    one = post(cast)
    comment = say(one, cast["reader"])
    moderation.report(recognition=one, comment=comment, kind="hurts", by=cast["mate"], at=NOW)
    moderation.report(recognition=one, kind="hurts", by=cast["mate"], at=NOW)
    of_comment, of_post = Case.objects.get(comment=comment), Case.objects.get(comment=None)
    moderation.decide(case=of_post, restore=True, reason="Fine.", by=cast["steward"], at=NOW)
    moderation.decide(case=of_comment, restore=False, reason="It mocks.", by=cast["steward"], at=NOW)
    assert (Recognition.objects.get().state, Comment.objects.get().state) == ("shown", "removed")
    moderation.appeal(case=of_comment, words="It quotes.", by=cast["reader"], at=NOW)
    moderation.answer_appeal(case=of_comment, restore=True, reason="So it does.", by=cast["steward"], at=NOW)
    assert Comment.objects.get().is_shown


def test_what_is_withdrawn_is_gone_and_its_case_closed(cast):
    one = post(cast)
    shown, hidden = say(one, cast["reader"]), say(one, cast["reader"])
    moderation.report(recognition=one, comment=hidden, kind="hurts", by=cast["mate"], at=NOW)
    for comment in (shown, hidden):
        assert policies.can_withdraw_comment(cast["reader"], Comment.objects.get(pk=comment.pk))
        assert not policies.can_withdraw_comment(cast["giver"], comment)
        comments.withdraw_comment(comment=comment, by=cast["reader"], at=NOW)
        assert who_sees(comment, cast) == set()
    assert Case.objects.get().state == "withdrawn"


def test_nothing_is_said_without_words_twice_or_under_what_is_hidden(cast):
    one, token = post(cast), uuid4()
    assert say(one, cast["mate"], token=token) == say(one, cast["mate"], token=token)
    with pytest.raises(Invalid):
        say(one, cast["mate"], " \n")
    Recognition.objects.update(state="hidden")
    with pytest.raises(Refused):
        say(one, cast["mate"])
    assert Comment.objects.count() == 1


def told(one, person):
    (content,) = COMMENTED.compose([Due(1, one.pk, "", Channel.MAIL, NOW, fresh(person))]).values()
    return content


def test_giver_and_thanked_are_told_of_the_first_by_another_and_of_no_other(cast):
    one = post(cast)
    first = say(one, cast["giver"])
    say(one, cast["mate"], "Me too.", at=NOW + timedelta(minutes=1))
    say(one, cast["mate"], "And again.", at=NOW + timedelta(minutes=2))
    rows = Delivery.objects.filter(kind=COMMENTED.key, channel=Channel.PORTAL)
    assert sorted(row.recipient.full_name for row in rows) == ["Giver", "Thanked"]
    assert COMMENTED.cadence[Channel.MAIL] == Cadence.DIGEST
    assert (told(one, cast["thanked"]).title, told(one, cast["thanked"]).text) == (
        "Giver wrote a comment", ["I was there."]
    )  # fmt: skip
    assert told(one, cast["giver"]).text == ["Me too."]
    comments.withdraw_comment(comment=first, by=cast["giver"], at=NOW)
    assert told(one, cast["thanked"]).text == ["Me too."]
    Comment.objects.update(state="hidden")
    assert told(one, cast["thanked"]) == Skip("withdrawn")
    Recognition.objects.update(state="hidden")
    assert told(one, cast["thanked"]) == Skip("not visible")


def test_by_the_pages_text_stays_text_and_nothing_typed_is_lost(client, cast):
    one = post(cast)
    client.force_login(cast["reader"])
    address = reverse("recognition:comment-add", args=[one.pk])
    token = str(uuid4())
    answer = client.post(address, {"words": "x" * 1001, "token": token})
    assert (answer.status_code, "x" * 1001 in answer.content.decode()) == (422, True)
    assert client.post(address, {"words": HOSTILE, "token": token}).url == Comment.objects.get().get_absolute_url()
    said = client.get(one.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in said
    assert "<script>alert(1)" not in said
    assert 'href="javascript' not in said
    assert "1 comment<" in client.get(reverse("recognition:wall")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_however_many_comments(client, cast, count, django_assert_max_num_queries):
    one = post(cast)
    for _each in range(count):
        say(one, make_person())
    client.force_login(cast["reader"])
    with django_assert_max_num_queries(13):
        answer = client.get(one.get_absolute_url())
    assert len(answer.context["comments"]) == count
