"""The wall and its pages: what they show, to whom, at which cost."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from notifications import digests
from notifications.kinds import PERSONAL_DIGEST, Channel, Due, Skip
from people.models import Person, Role
from recognition.actions.comments import comment
from recognition.actions.reactions import react
from recognition.models import Recognition, Value
from recognition.notices import RECOGNISED
from tests.cast import NOW, make_person, make_site, make_team, make_value, said, thank

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) **bold** ![](https://evil.example/p.png)"


@pytest.fixture
def reader(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    person = make_person("Rita Reader")
    client.force_login(person)
    return person


def stories(answer):
    return [line.recognition.did for line in answer.context["lines"]]


def test_newest_first_by_pages_that_do_not_shift(client, reader):
    maya = make_person("Maya")
    for number in range(45):
        thank(maya, at=NOW - number * DAY, did=f"Did something good, number {number}.")
    first = client.get(reverse("recognition:wall"))
    thank(maya, at=NOW, did="Came while somebody was reading.")
    second = client.get(reverse("recognition:wall") + first.context["older"])
    numbers = [int(text.split()[-1].rstrip(".")) for text in stories(first) + stories(second)]
    assert numbers == list(range(40))


def test_filters_narrow_it_down(client, reader):
    night, leeds, value = make_team("Service/Night"), make_site("Leeds"), make_value(name="Own it")
    maya, jo = make_person("Maya", team=night), make_person("Jo", site=leeds)
    one = thank(maya, value=value, did="Found the parcel in Straße 5.")
    two = thank(jo, value=make_value(), at=NOW - 40 * DAY, did="Let the guest finish, and said it back.")
    mine = thank(reader, value=make_value(), by=jo, did="Helped me through the month's end.", at=NOW - 2 * DAY)

    def found(**query):
        return {line.recognition.pk for line in client.get(reverse("recognition:wall"), query).context["lines"]}

    assert found() == {one.pk, two.pk, mine.pk}
    assert found(q="strasse parcel") == {one.pk}
    assert found(value=value.pk) == {one.pk}
    assert found(team=night.parent_id) == {one.pk}
    assert found(site=leeds.pk) == {two.pk}
    assert found(span="week") == {one.pk, mine.pk}
    assert found(mine="received") == {mine.pk}
    assert found(mine="given") == set()
    assert found(value="9" * 30) == found(team="x") == set()


def test_new_posts_are_announced_without_a_reload(client, reader):
    maya = make_person("Maya")
    page = client.get(reverse("recognition:wall"))
    since = page.context["newest"]
    address = reverse("recognition:wall-newer")
    assert b"show it" not in client.get(address, {"since": since}).content
    thank(maya, at=NOW + timedelta(seconds=5))
    thank(maya, by=reader, at=NOW + timedelta(seconds=5))  # one's own is no news
    thank(maya, at=NOW + timedelta(seconds=5), visibility=3)  # nor what one may not see
    assert b"1 new: show it" in client.get(address, {"since": since}).content
    for hostile in ("", "x", "2026-11-20", "2026-11-20T10:00:00", "9" * 40):
        assert client.get(address, {"since": hostile}).status_code == 400


def test_text_stays_text(client, reader):
    one = thank(make_person("Maya <b>", email="maya@staff.example"), did=HOSTILE, happened=HOSTILE, changed=HOSTILE)
    for page in (reverse("recognition:wall"), one.get_absolute_url()):
        said = client.get(page).content.decode()
        assert said.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
        assert "<script>alert(1)" not in said
        assert "evil.example/p.png)" in said
        assert 'src="https://evil' not in said


def test_whoever_wishes_no_photo_has_none(client, reader):
    from recognition.actions import reach

    maya = make_person("Maya Okafor")
    reach.wish(person=maya, reach=0, photo=False, screens=True, milestones=False, by=maya, at=NOW)
    thank(maya)
    (line,) = client.get(reverse("recognition:wall")).context["lines"]
    assert line.faces == ["Maya Okafor"]


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_of_the_wall_costs_the_same_however_full(client, reader, count, django_assert_max_num_queries):
    for _each in range(count):
        one = thank(make_person(), make_person())
        react(recognition=one, kind="thank", on=True, by=reader, at=NOW)
        comment(recognition=one, words="I was there.", by=reader, at=NOW)
    with django_assert_max_num_queries(12):
        client.get(reverse("recognition:wall"))


def body(*people, **fields):
    fields.setdefault("value", (Value.objects.first() or make_value()).pk)
    told = {"did": "Stayed with a caller until the parcel was found.", "visibility": "0"}
    told["token"] = "7b0e6e63-5b0c-4d7b-9e0c-0a6f0b7a7c11"
    return told | {f"to_{number}": person.email for number, person in enumerate(people)} | fields


def test_somebody_is_thanked_from_the_page(client, reader):
    maya, jo = make_person("Maya"), make_person("Jo")
    answer = client.post(reverse("recognition:recognise"), body(maya, jo))
    one = Recognition.objects.get()
    assert answer.url == one.get_absolute_url()
    assert (one.giver, one.recipients.count()) == (reader, 2)
    client.post(reverse("recognition:recognise"), body(maya, jo))  # a double click
    assert Recognition.objects.count() == 1


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, reader):
    maya = make_person("Maya")
    answer = client.post(reverse("recognition:recognise"), body(maya, did="Great!"))
    assert answer.status_code == 422
    assert "in a sentence that others can learn from" in answer.content.decode()
    assert maya.email in answer.content.decode()
    answer = client.post(reverse("recognition:recognise"), body(reader))
    assert answer.context["form"].errors["to_0"] == [
        "You can't thank yourself. Tell somebody who was there, and they may."
    ]
    answer = client.post(reverse("recognition:recognise"), body(maya, link="javascript:alert(1)"))
    assert "link" in answer.context["form"].errors


def test_one_more_person_keeps_what_was_typed(client, reader):
    maya = make_person("Maya")
    answer = client.post(reverse("recognition:recognise"), body(maya, did="Not done ye", more="1", to_1="", to_2=""))
    said = answer.content.decode()
    assert (answer.status_code, said.count('name="to_')) == (200, 4)
    assert maya.email in said
    assert "Not done ye" in said
    assert not Recognition.objects.exists()


def test_the_page_begins_with_whom_one_came_from(client, reader):
    maya = make_person("Maya")
    assert maya.email in client.get(reverse("recognition:recognise"), {"to": maya.pk}).content.decode()
    for hostile in (reader.pk, "x", "9" * 30):
        assert client.get(reverse("recognition:recognise"), {"to": hostile}).status_code == 200


def test_the_coach_answers_while_one_writes(client, reader):
    answer = client.post(reverse("recognition:coach"), {"did": "Great job, thanks!"})
    assert "What exactly did you see" in answer.content.decode()


def test_values_are_kept_by_stewards(client, reader):
    make_person()
    steward = make_person("Stella", roles={Role.STEWARD: None})
    client.force_login(steward)
    words = {"name": "Listen first", "description": "Finds out first.", "examples": "Let a customer finish.\n\nAsked."}
    client.post(reverse("recognition:value-create"), words)
    value = Value.objects.get()
    assert value.example_list == ["Let a customer finish.", "Asked."]
    assert client.post(reverse("recognition:value-create"), words | {"name": "LISTEN first"}).status_code == 422
    other = make_value(name="Second")
    client.post(reverse("recognition:value-move", args=[other.pk]), {"to": "up"})
    assert list(Value.objects.order_by("position").values_list("name", flat=True)) == ["Second", "Listen first"]
    client.post(reverse("recognition:value-archive", args=[value.pk]))
    assert list(Value.objects.in_use()) == [other]
    client.post(reverse("recognition:value-restore", args=[value.pk]))
    assert Value.objects.in_use().count() == 2


def told(row, person):
    (content,) = RECOGNISED.compose([Due(1, row.pk, "", Channel.MAIL, NOW, person)]).values()
    return content


def test_whoever_is_thanked_reads_what_for():
    maya, giver = make_person("Maya"), make_person("Gil Giver")
    one = thank(maya, by=giver, value=make_value(name="Own it"), changed="She ordered again.")
    content = told(one, maya)
    assert content.title == "Gil Giver thanks you"
    assert content.text == [
        "Stayed with a caller until the parcel was found.", "She ordered again.", "An example of: Own it",
    ]  # fmt: skip
    assert told(one, make_person()) == Skip("not visible")
    Recognition.objects.update(state="withdrawn")
    assert told(one, maya) == Skip("withdrawn")


def digest(*readers):
    due = [Due(each.pk, each.pk, "2026-11-20", Channel.MAIL, NOW, each) for each in readers]
    found = digests.digest_of(PERSONAL_DIGEST).compose(due)
    contents = [found[one.pk] for one in due]
    return [
        [] if isinstance(one, Skip) else [line.title for part in one.parts for line in part.lines] for one in contents
    ]


def test_the_digest_tells_of_the_wall_nearest_first_and_nothing_hidden():
    night = make_team("Night")
    near, far, giver = make_person("Near", team=night), make_person("Far"), make_person("Gil")
    reader = make_person("Rita", team=night)
    thank(near, by=giver, at=NOW - 2 * DAY)
    thank(far, by=giver, at=NOW - DAY)
    thank(far, by=giver, at=NOW - DAY, visibility=1)
    thank(far, by=giver, at=NOW - 8 * DAY)
    assert digest(reader, giver, near) == [["Near", "Far"], [], ["Far"]]


@pytest.mark.parametrize(
    ("address", "label"), [("wall", "The wall"), ("value-list", "Values"), ("recognise", "The wall")]
)
def test_the_rail_marks_the_innermost_room(client, reader, address, label):
    rail = client.get(reverse(f"recognition:{address}")).context["rail"]
    assert [item["label"] for section in rail for item in section["items"] if item["current"]] == [label]


def test_what_waits_on_a_steward_is_among_their_work(client, reader):
    said("She kept her promise.", by=reader)
    client.force_login(make_person("Stella", roles={Role.STEWARD: None}))
    assert "1 customer's words to check" in html.unescape(client.get(reverse("home")).content.decode())
    client.force_login(reader)
    assert "to check" not in client.get(reverse("home")).content.decode()


def test_no_filter_tells_who_the_former_colleague_is(client, reader):
    night = make_team("Service/Night")
    gone, jo = make_person("Gone", team=night, site=make_site("Leeds")), make_person("Jo")
    one = thank(gone, jo)
    Person.objects.filter(pk=gone.pk).update(is_active=False)

    def found(**query):
        return [line.recognition.pk for line in client.get(reverse("recognition:wall"), query).context["lines"]]

    assert found(q="parcel") == [one.pk]
    assert found(team=night.pk) == found(site=gone.site_id) == []
