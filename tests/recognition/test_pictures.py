"""Pictures of recognitions: who sees one, by what those who are thanked wish; what is taken, and when it is gone."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO
from itertools import product

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from foundation.errors import Invalid, Refused
from people.models import Role
from recognition import policies
from recognition.actions import moderation, pictures, posts, reach, screens
from recognition.models import Case, Picture, Reach, Recognition
from recognition.reports.screens import PICTURED, cards_of, feed_of
from recognition.reports.wall import picture_of, with_people
from tests.cast import NOW, fresh, make_person, make_team, make_value, thank

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALT = "Five people round a cake, laughing"


@pytest.fixture(autouse=True)
def files(settings, tmp_path, time_machine):
    time_machine.move_to(NOW, tick=False)
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(path.name for path in (tmp_path / "recognition").glob("*"))


def drawn(size=(900, 600), kind="JPEG", **options):
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, kind, **options)
    return content.getvalue()


def prepared(data=None, alt=ALT):
    return pictures.prepare_picture(upload=BytesIO(drawn() if data is None else data), alt=alt)


def row(one):
    return with_people(Recognition.objects.filter(pk=one.pk)).get()


def wish(person, *, photo=True, screens=True, far=Reach.EVERYONE):
    reach.wish(person=person, reach=far, photo=photo, screens=screens, milestones=False, by=person, at=NOW)


def status(client, address):
    answer = client.get(address)
    answer.close()
    return answer.status_code


# --- who sees it ----------------------------------------------------------------------------------------------------

SEES = {
    Reach.EVERYONE: {"giver", "maya", "jo", "mate", "lead", "steward", "stranger"},
    Reach.TEAM: {"giver", "maya", "jo", "mate", "lead"},
    Reach.MANAGER: {"giver", "maya", "jo", "lead"},
    Reach.PRIVATE: {"giver", "maya", "jo"},
}


@pytest.fixture
def cast():
    team = make_team("Service/Night")
    lead = make_person("Lena Lead")
    return {
        "giver": make_person("Gil Giver"), "maya": make_person("Maya", team=team, manager=lead),
        "jo": make_person("Jo"), "mate": make_person("Minna Mate", team=team), "lead": lead,
        "steward": make_person("Stan Steward", roles={Role.STEWARD: None}), "stranger": make_person(),
        "gone": make_person("Lou Leaver", team=team, is_active=False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("visibility", "maya", "jo"), [*product(Reach.values, ("nothing", "photo", "no photo"), ("photo", "no photo"))]
)
def test_whoever_sees_the_recognition_sees_it_if_all_who_are_thanked_wish_it(client, cast, visibility, maya, jo):
    one = thank(cast["maya"], cast["jo"], by=cast["giver"], visibility=visibility, picture=prepared())
    address = one.picture.small_url
    for name, said in (("maya", maya), ("jo", jo)):  # said afterwards: it holds for what was written before
        if said != "nothing":
            wish(cast[name], photo=said == "photo")
    shown = "no photo" not in {maya, jo}
    for name, person in cast.items():
        sees = shown and name in SEES[Reach(visibility)]
        assert policies.can_view_picture(fresh(person), row(one)) == sees, name
        if name != "gone":
            client.force_login(person)
            assert status(client, address) == (200 if sees else 404), name
            if name in SEES[Reach(visibility)]:
                page = client.get(one.get_absolute_url()).content.decode()
                assert (address in page) == (ALT in page) == sees
    client.logout()
    assert status(client, address) == 302


def test_it_goes_when_somebody_who_is_thanked_leaves_and_is_back_with_them(cast):
    one = thank(cast["maya"], cast["jo"], picture=prepared())
    assert picture_of(row(one)) is not None
    for active in (False, True):
        cast["jo"].is_active = active
        cast["jo"].save()
        assert (picture_of(row(one)) is not None) == active


STATES = {
    "shown": {"giver", "steward", "maya", "stranger"},
    "hidden": {"giver", "steward"},
    "removed": {"giver", "steward"},
}


@pytest.mark.parametrize(("state", "wished"), [*product([*STATES, "restored", "withdrawn"], (True, False))])
def test_of_what_was_reported_its_giver_and_who_decides_see_it(client, cast, state, wished):
    one = thank(cast["maya"], by=cast["giver"], picture=prepared())
    address = one.picture.url
    wish(cast["maya"], photo=wished)
    if state in {"hidden", "removed", "restored"}:
        moderation.report(recognition=one, kind="hurts", by=cast["mate"], at=NOW)
    if state in {"removed", "restored"}:
        case = Case.objects.get()
        moderation.decide(case=case, restore=state == "restored", reason="Why.", by=cast["steward"], at=NOW)
    if state == "withdrawn":
        posts.withdraw_recognition(recognition=one, by=cast["giver"], at=NOW)
    sees = STATES.get(state, STATES["shown"] if state == "restored" else set())
    for name in ("giver", "steward", "maya", "stranger"):
        client.force_login(cast[name])
        assert status(client, address) == (200 if name in sees and wished else 404), name
    if state == "hidden":
        client.force_login(cast["steward"])
        assert (ALT in client.get(Case.objects.get().get_absolute_url()).content.decode()) == wished


def test_an_address_is_of_one_picture_and_given_again_only_when_it_has_changed(client, cast):
    one = thank(cast["maya"], by=cast["giver"], picture=prepared())
    client.force_login(cast["stranger"])
    given = client.get(one.picture.url)
    assert given["Content-Type"] == "image/webp"
    assert given["Cache-Control"] == "private, no-cache"
    assert given["X-Content-Type-Options"] == "nosniff"
    with Image.open(BytesIO(b"".join(given.streaming_content))) as image:
        assert image.size == (900, 600)
    assert client.get(one.picture.url, headers={"If-None-Match": given["ETag"]}).status_code == 304
    wish(cast["maya"], photo=False)
    assert client.get(one.picture.url, headers={"If-None-Match": given["ETag"]}).status_code == 404
    for wrong in ("huge", "..", "small2"):
        assert client.get(one.picture.url.replace("large", wrong)).status_code == 404
    other = reverse("recognition:picture", args=[one.pk, "0" * 32, "large"])
    assert client.get(other).status_code == 404


@pytest.mark.parametrize(("photo", "screen"), [*product((True, False), (True, False))])
def test_a_screen_shows_it_within_its_own_rules(cast, photo, screen):
    maya = cast["maya"]
    one = thank(maya, by=cast["giver"], picture=prepared(alt="Ring Mrs Ashby on 07700 900456"))
    wish(maya, photo=photo, screens=screen)
    device, _secret = screens.make_screen(name="Break room", by=cast["steward"], at=NOW)
    found = {card.key: card for card in cards_of(device, at=NOW)}
    assert (one.pk in found) == screen
    if screen:
        shown = found[one.pk].picture
        assert (shown is not None) == photo
        if shown:
            assert shown.data.startswith("data:image/webp;base64,")
            assert (shown.width, shown.height) == (900, 600)
            assert "900456" not in shown.alt
        feed = feed_of(device, at=NOW, house="Ours")
        assert "image/webp" not in feed


def test_a_screen_carries_few_pictures_and_none_of_what_is_narrower(cast, files):
    for number in range(PICTURED + 2):
        thank(cast["maya"], by=cast["giver"], picture=prepared(drawn((64, 48))), at=NOW - number * DAY)
    thank(cast["jo"], by=cast["giver"], visibility=Reach.TEAM, picture=prepared())
    device, _secret = screens.make_screen(name="Break room", by=cast["steward"], at=NOW)
    cards = cards_of(device, at=NOW)
    assert len(cards) == PICTURED + 2
    assert sum(card.picture is not None for card in cards) == PICTURED
    for name in files():
        default_storage.delete(f"recognition/{name}")
    assert all(card.picture is None for card in cards_of(device, at=NOW))


# --- what is taken --------------------------------------------------------------------------------------------------


def bomb(width, height):
    """A picture of few bytes that says it has very many pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


HOSTILE = {
    "a bomb": bomb(60_000, 60_000),
    "very wide": bomb(2_000_000_000, 1),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "truncated": drawn()[: len(drawn()) // 3],
    "only a head": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "html": b"<html><script>alert(1)</script>",
    "gif": drawn(kind="GIF"),
    "tiff": drawn(kind="TIFF"),
    "pdf": b"%PDF-1.4 %%EOF",
    "large": b"\xff\xd8\xff" + b"\x00" * (10 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_with_words_and_the_story_stays(client, cast, files, name):
    value, maya = make_value(), cast["maya"]
    client.force_login(cast["giver"])
    typed = {
        "to_0": maya.email, "value": value.pk, "did": "Stayed until the parcel was found, and rang back.",
        "visibility": "0", "token": "3f0c8a9e-6a51-4a37-9a51-0d5f6f1f8a11", "picture_alt": ALT,
        "picture": SimpleUploadedFile("x.jpg", HOSTILE[name], "image/jpeg"),
    }  # fmt: skip
    refused = client.post(reverse("recognition:recognise"), typed)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["picture"]
    shown = refused.content.decode()
    assert typed["did"] in shown
    assert ALT in shown
    assert not Recognition.objects.exists()
    assert files() == []


def test_it_is_posted_with_words_for_whoever_does_not_see_it(client, cast, files):
    value = make_value()
    client.force_login(cast["giver"])
    typed = {
        "to_0": cast["maya"].email, "value": value.pk, "did": "Stayed until the parcel was found, and rang back.",
        "visibility": "0", "token": "3f0c8a9e-6a51-4a37-9a51-0d5f6f1f8a11",
    }  # fmt: skip

    def upload():
        return SimpleUploadedFile("x.jpg", drawn((3000, 1500)), "image/jpeg")

    refused = client.post(reverse("recognition:recognise"), typed | {"picture": upload(), "picture_alt": "  "})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["picture_alt"]
    kept = client.post(reverse("recognition:recognise"), typed | {"picture": upload(), "picture_alt": ALT})
    assert kept.status_code == 302
    one = Picture.objects.get()
    assert (one.width, one.height, one.small_width) == (1600, 800, 640)
    wall = client.get(reverse("recognition:wall")).content.decode()
    assert f'src="{one.small_url}"' in wall
    assert 'width="1600" height="800"' in wall
    assert len(files()) == 2


def test_nothing_but_pixels_is_kept_and_it_stands_upright(cast):
    with Image.new("RGB", (400, 200), "teal") as image:
        exif = image.getexif()
        exif[0x0112], exif[0x010F] = 6, "Camera of Maya"
        exif.get_ifd(0x8825)[1] = "N"
        content = BytesIO()
        image.save(content, "JPEG", exif=exif)
    one = thank(cast["maya"], picture=prepared(content.getvalue())).picture
    assert (one.width, one.height) == (200, 400)
    for name in one.names:
        with default_storage.open(name) as file:
            data = file.read()
        assert b"Camera of Maya" not in data
        with Image.open(BytesIO(data)) as kept:
            assert not kept.getexif()
            assert kept.size[0] < kept.size[1]


@pytest.mark.parametrize("broken", [{"alt": ""}, {"width": 0}])
def test_the_database_keeps_it_whole(cast, broken):
    thank(cast["maya"], picture=prepared())
    with pytest.raises(IntegrityError), transaction.atomic():
        Picture.objects.update(**broken)
    with pytest.raises(Invalid):
        prepared(alt="x" * 301)


# --- when it is gone ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_another_one_takes_its_place_and_removed_it_is_gone_with_its_files(client, cast, files):
    one = thank(cast["maya"], by=cast["giver"], picture=prepared())
    before, old = files(), one.picture.url
    client.force_login(cast["giver"])
    edit = reverse("recognition:picture-edit", args=[one.pk])
    assert client.post(edit, {"picture_alt": ALT}).status_code == 422
    upload = SimpleUploadedFile("x.png", drawn(kind="PNG"), "image/png")
    assert client.post(edit, {"picture": upload, "picture_alt": "The cake alone"}).status_code == 302
    assert len(files()) == 2
    assert not set(files()) & set(before)
    assert client.get(old).status_code == 404
    remove = reverse("recognition:picture-remove", args=[one.pk])
    client.force_login(cast["stranger"])
    assert client.post(remove).status_code == 403
    assert client.get(edit).status_code == 403
    client.force_login(cast["maya"])  # who is thanked may take it away
    assert client.post(remove).status_code == 302
    assert (files(), Picture.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_withdrawn_it_is_gone_and_a_refused_post_leaves_nothing(cast, files):
    one = thank(cast["maya"], by=cast["giver"], picture=prepared())
    assert len(files()) == 2
    posts.withdraw_recognition(recognition=one, by=cast["giver"], at=NOW)
    assert (files(), Picture.objects.count()) == ([], 0)
    with pytest.raises(Refused):
        pictures.put_picture(recognition=one, prepared=prepared(), by=cast["giver"], at=NOW)
    assert files() == []


@pytest.mark.django_db(transaction=True)
def test_of_what_was_removed_it_goes_when_no_appeal_can_bring_it_back(cast, files):
    steward, ends = cast["steward"], NOW + 14 * DAY
    for name in ("no appeal", "upheld", "waits", "overturned", "hidden"):
        one = thank(cast["maya"], by=cast["giver"], picture=prepared(drawn((64, 48)), alt=name))
        moderation.report(recognition=one, kind="hurts", by=cast["mate"], at=NOW)
        case = Case.objects.get(recognition=one)
        if name != "hidden":
            moderation.decide(case=case, restore=False, reason="Why.", by=steward, at=NOW)
        if name in {"upheld", "waits", "overturned"}:
            moderation.appeal(case=case, words="Look again.", by=cast["giver"], at=NOW)
        if name in {"upheld", "overturned"}:
            back = name == "overturned"
            moderation.answer_appeal(case=case, restore=back, reason="Why.", by=steward, at=NOW)

    def left():
        return set(Picture.objects.values_list("alt", flat=True))

    assert pictures.forget_pictures(at=ends - timedelta(seconds=1)) == 1
    assert left() == {"no appeal", "waits", "overturned", "hidden"}
    assert pictures.forget_pictures(at=ends) == 1
    assert pictures.forget_pictures(at=ends) == 0
    assert left() == {"waits", "overturned", "hidden"}
    assert len(files()) == 6


@pytest.mark.parametrize("count", [1, 15])
def test_the_wall_costs_the_same_however_many_pictures(client, cast, count, django_assert_max_num_queries):
    ready = prepared(drawn((64, 48)))
    for number in range(count):
        one = thank(make_person(), by=cast["giver"], picture=ready)
        if number % 2:
            moderation.report(recognition=one, kind="hurts", by=cast["mate"], at=NOW)
    client.force_login(cast["stranger"])
    with django_assert_max_num_queries(9):
        client.get(reverse("recognition:wall"))
