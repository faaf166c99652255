"""Mentions: who is meant by an @ and a name, who is told, and what a reader sees."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from notifications.kinds import Channel, Due, Skip
from notifications.models import Delivery
from people.models import Person
from recognition.actions import comments, posts
from recognition.actions.mentions import mentioned
from recognition.comment_notices import MENTIONED
from recognition.mentions import find, first_words
from recognition.models import Comment, Reach, Recognition
from recognition.reports.mentions import linked
from tests.cast import NOW, fresh, make_person, make_team, thank

SECOND = timedelta(seconds=1)
KNOWN = {
    "maya okafor": {1}, "maya": {1, 2}, "jozef": {3}, "maya.two@x.example": {2}, "o'neill": {4}, "anne marie": {5},
    "anne": {6}, "j. r. smith jr.": {7}, "李雷": {8},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mentioned", "unclear"),
    [
        ("Thanks @Maya Okafor, and @Józef's.", {"@Maya Okafor": 1, "@Józef": 3}, ()),
        ("@maya okafor", {"@maya okafor": 1}, ()),
        ("@Maya did it", {}, ("Maya",)),
        ("@maya.two@x.example.", {"@maya.two@x.example": 2}, ()),
        ("Ask @O'Neill’s team", {"@O'Neill": 4}, ()),
        ("(@Anne Marie Smith) @Anne.", {"@Anne Marie": 5, "@Anne": 6}, ()),
        ("@J. R. Smith Jr. said so", {"@J. R. Smith Jr.": 7}, ()),
        ("谢谢 @李雷！", {"@李雷": 8}, ()),
        ("mail maya.two@x.example, x@anne, @@anne, @nobody, @ anne, anne@", {}, ()),
        ("@Anne\nMarie", {"@Anne": 6}, ()),
    ],
)
def test_the_longest_name_behind_an_at_is_meant(text, mentioned, unclear):
    found = find(text, KNOWN)
    assert {text[one.start : one.end]: one.person for one in found.mentions} == mentioned
    assert found.unclear == unclear


@given(st.text(alphabet="@ annemri.'’\n<", max_size=60))
def test_whatever_is_written_mentions_are_in_order_and_looked_for_by_their_first_word(text):
    found, place = find(text, KNOWN), 0
    for one in found.mentions:
        assert place <= one.start < one.end <= len(text)
        assert text[one.start] == "@"
        place = one.end
        name = next(name for name, people in KNOWN.items() if people == {one.person})
        assert any(name.startswith(word) for word in first_words(text))


def test_a_flood_of_them_is_looked_for_up_to_twenty():
    assert len(first_words(" ".join(f"@a{number}" for number in range(500)))) == 20


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    night = make_team("Night")
    return {
        "giver": make_person("Gina Giver"), "thanked": make_person("Tom Thanked", team=night),
        "maya": make_person("Maya Okafor", preferred_name="Maya"), "mate": make_person("Minna Mate", team=night),
        "gone": make_person("Lou Leaver", is_active=False),
    }  # fmt: skip


def told(one):
    """Whom a notice of a mention is planned for in the portal, by name."""
    rows = Delivery.objects.filter(kind=MENTIONED.key, subject_id=one.pk, state="planned")
    return sorted(set(rows.values_list("recipient__full_name", flat=True)))


def says(one, reader, occurrence=""):
    return MENTIONED.compose([Due(1, one.pk, occurrence, Channel.PORTAL, NOW, fresh(reader))])[1]


def test_who_is_mentioned_is_told_once_and_whoever_is_thanked_is_told_that_instead(cast):
    story = "It was @Maya who found it, with @Tom Thanked, @Lou Leaver and me, @Gina Giver. @Maya Okafor again."
    one = thank(cast["thanked"], by=cast["giver"], did=story)
    assert one.mentions == [cast["maya"].pk, cast["thanked"].pk]
    assert told(one) == ["Maya Okafor"]
    assert says(one, cast["maya"]).title == "Gina Giver mentioned you"
    posts.edit_recognition(recognition=one, by=cast["giver"], at=NOW + SECOND, did=f"{story} And @Minna Mate.")
    assert told(one) == ["Maya Okafor", "Minna Mate"]
    posts.edit_recognition(
        recognition=one, by=cast["giver"], at=NOW + 2 * SECOND, did="Nobody but @Minna Mate was there."
    )
    assert says(one, cast["maya"]) == Skip("withdrawn")


def test_a_mention_opens_nothing_to_whoever_may_not_see_it(cast):
    one = thank(cast["thanked"], by=cast["giver"], visibility=Reach.TEAM, did="Found by @Maya and @Minna Mate for us.")
    assert says(one, cast["maya"]) == Skip("not visible")
    assert says(one, cast["mate"]).title == "Gina Giver mentioned you"
    Recognition.objects.update(state="hidden")
    assert says(one, cast["mate"]) == Skip("not visible")


def test_a_comment_mentions_too_until_it_is_withdrawn(cast):
    one = thank(cast["thanked"], by=cast["giver"])
    row = comments.comment(recognition=one, words="@Maya, look.", by=cast["mate"], at=NOW)
    assert told(one) == ["Maya Okafor"]
    assert says(one, cast["maya"], f"comment-{row.pk}").href == row.get_absolute_url()
    comments.withdraw_comment(comment=row, by=cast["mate"], at=NOW)
    assert says(one, cast["maya"], f"comment-{row.pk}") == Skip("withdrawn")


def test_a_name_that_several_have_is_asked_about_and_nothing_is_kept(cast):
    make_person("Maya Petrova", preferred_name="Maya")
    with pytest.raises(Invalid) as refusal:
        thank(cast["thanked"], by=cast["giver"], did="It was @Maya who stayed until the end.")
    assert "Maya" in refusal.value.errors["did"][0]
    assert not Recognition.objects.exists()
    one = thank(cast["thanked"], by=cast["giver"], did=f"It was @{cast['maya'].email} who stayed until the end.")
    with pytest.raises(Invalid):
        comments.comment(recognition=one, words="@Maya!", by=cast["mate"], at=NOW)
    assert one.mentions == [cast["maya"].pk]
    assert not Comment.objects.exists()


@pytest.mark.once
def test_a_page_links_whom_it_mentions_and_escapes_the_rest(client, settings, cast):
    settings.SECOND_FACTOR_REQUIRED_FOR = "nobody"
    one = thank(cast["thanked"], by=cast["giver"], did="<b>@Maya Okafor</b> & @Minna Mate <script>alert(1)</script>")
    comments.comment(recognition=one, words="<i>@Maya</i>", by=cast["mate"], at=NOW)
    Person.objects.filter(pk=cast["mate"].pk).update(is_active=False)
    client.force_login(cast["giver"])
    for page in (reverse("recognition:wall"), one.get_absolute_url()):
        text = client.get(page).content.decode()
        link = f'<a class="praise-mention" href="{cast["maya"].get_absolute_url()}">'
        assert f"&lt;b&gt;{link}@Maya Okafor</a>&lt;/b&gt; &amp; @Minna Mate &lt;script&gt;" in text
    assert f"&lt;i&gt;{link}@Maya</a>&lt;/i&gt;" in text


@pytest.mark.once
def test_nobody_is_looked_for_without_an_at_and_all_in_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert mentioned(texts={"did": "She stayed; a@b.example wrote."}, by=cast["giver"]) == []
        assert linked(["Plain & simple"], []) == ["Plain & simple"]
    with django_assert_num_queries(1):
        found = mentioned(texts={"did": "@Maya and @Minna Mate", "changed": "@Tom Thanked, @nobody"}, by=cast["giver"])
    assert found == [cast[name].pk for name in ("maya", "mate", "thanked")]
