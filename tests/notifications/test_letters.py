"""A notice as a mail: short, in one layout, and nothing in its headers that does not belong there."""

from email import message_from_bytes, policy

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from notifications import kinds
from notifications.actions import letters
from notifications.actions.notices import Outsider
from notifications.kinds import Cadence, Channel, Content, Kind, Line, Part
from notifications.models import Delivery
from people.models import Person
from tests.cast import NOW, make_person
from tests.notifications.kinds_of_tests import declared
from tests.notifications.test_sending import plan, states, work

KIND = Kind(key="tests.letters", name="Letters", about="You get this in tests.", compose=lambda due: {})
HOSTILE = [
    "Injected\r\nBcc: everybody@staff.example",
    "Injected\nBcc: everybody@staff.example",
    "Injected\rBcc: everybody@staff.example",
    "Injected\u2028Bcc: everybody@staff.example",
    "Injected\x85\x0b\x0cBcc: everybody@staff.example",
    "\r\n\r\n<h1>Body</h1>",
    "\u202eexe.fdp\u202c and \u2066hidden\u2069",
    "\x00\x1b[2J\x07",
    "\ud800 half a character",
    "x" * 10_000,
    "😀" * 10_000,
    "<script>alert(1)</script> {{ reader.password }} {% now 'Y' %}",
    "=?utf-8?q?Bcc=3A_x=40y=2Eexample?=",
    "",
]


def letter(content, **fields):
    """The mail of a row that no table holds."""
    person = Person(pk=7, email="ada@staff.example", full_name="Ada", language="en-gb", time_zone="Europe/London")
    row = Delivery(pk=1, kind=KIND.key, subject_id=1, reader="p7", recipient=person, channel="mail", due_at=NOW)
    for name, value in fields.items():
        setattr(row, name, value)
    return letters.write(delivery=row, kind=KIND, content=content)


def html_of(message):
    return message.alternatives[0].content


def sent(message):
    return message_from_bytes(message.message().as_bytes(linesep="\r\n"), policy=policy.default)


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_title_is_one_short_line(title):
    plain = sent(letter(Content(title="Plain", text=["Told."])))
    message = sent(letter(Content(title=title, text=["Told."])))
    assert sorted(message.keys()) == sorted(plain.keys())
    assert message["Bcc"] is None
    subject = message["Subject"].strip()  # folded, it comes back with the blank of the fold
    assert len(subject) <= letters.TITLE
    assert subject.isprintable()
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(subject)
    assert message["To"] == "ada@staff.example"
    html = message.get_body(("html",)).get_content()
    assert "<script" not in html


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_and_the_mail_short(words):
    content = Content(title=words, text=[words] * 300, href="/", action=words, next=words, thread="interview-1")
    message = letter(content)
    assert len(message.message().as_bytes()) < 40_000
    html = message.alternatives[0].content
    assert "<script" not in html
    assert "\ud800" not in html
    assert html.count("<h1") == 1


@given(st.lists(st.text(max_size=3000), max_size=40), st.text(max_size=3000))
def test_every_mail_stays_under_40_kb(lines, title):
    message = letter(Content(title=title, text=lines, href="/x/", action=title, next=title))
    assert len(message.message().as_bytes()) < 40_000


@pytest.mark.parametrize("words", ["A line of work", "x" * 10_000, "😀" * 10_000])
def test_digest_with_too_much_shows_fewer_lines_and_says_how_many_more(words):
    lines = [Line(title=words, meta=words, href=f"/hiring/interviews/{number}/") for number in range(40)]
    content = Content(title="Your work", parts=[Part(words, lines, more=3) for _each in range(8)], href="/")
    message = letter(content)
    assert len(message.message().as_bytes()) < 40_000
    shown = message.body.count("/hiring/interviews/") // 8
    assert shown < 40
    assert f"and {40 - shown + 3} more" in message.body


def test_usual_digest_is_whole():
    lines = [Line(title=f"Interview with Cara Candidate {number}", meta="Agent", href="/x/") for number in range(12)]
    message = letter(Content(title="Your work", parts=[Part("Today", lines), Part("Tomorrow", lines)]))
    assert message.body.count("/x/") == 24
    assert " more" not in message.body


def test_what_a_mail_does_not_hold_is_said():
    message = letter(Content(title="Long", text=[f"Line {number}" for number in range(500)]))
    assert "Line 3\n" in message.body
    assert "Line 400" not in message.body
    assert "And more: see the portal." in message.body


@pytest.mark.parametrize(
    "address",
    [
        "", "ada@staff.example\r\nBcc: x@y.example", "ada@staff.example\nx", "ada\r@staff.example",
        "ada@staff.example\u2028x", "ada\x00@staff.example", "\u202eada@staff.example",
    ],
)  # fmt: skip
def test_address_with_a_line_break_is_no_address(address):
    with pytest.raises(letters.Unwritable, match="no address"):
        letter(Content(title="x", address=address), recipient=None, reader="candidate:3")


@pytest.mark.parametrize("thread", ["a\r\nBcc: x@y.example", "a b", "a>", "<a", "a@b", "é", "x" * 101])
def test_thread_is_a_plain_name(thread):
    with pytest.raises(letters.Unwritable):
        letter(Content(title="x", thread=thread))


@pytest.mark.django_db
def test_what_cannot_be_written_fails_alone_and_says_why(plain):
    kind, teller = plain
    teller.says[1] = Content(title="x", thread="a\r\nBcc: x@y.example")
    plan(kind, 1, 2)
    work()
    assert states() == [(1, "failed", "no name of a thread"), (2, "sent", "")]


@pytest.mark.django_db
def test_half_a_character_anywhere_spoils_no_chunk():
    with declared("tests.mailed", cadence={Channel.MAIL: Cadence.NOW}) as (kind, teller):
        teller.says[1] = Content(
            title="\ud800", text=["\udfff"], address="cara@mail.example", action="\ud800", href="/"
        )
        teller.says[2] = Content(title="x", address="cara@mail.example\r\nBcc: x@y.example")
        teller.says[3] = Content(title="x", address="carl@mail.example")
        plan(kind, 1, 2, 3, to=Outsider("candidate:3"))
        work()
    assert [row[1] for row in states()] == ["sent", "failed", "sent"]
    assert [message.to for message in mail.outbox] == [["cara@mail.example"], ["carl@mail.example"]]


@pytest.mark.parametrize("key", ["tests", "tests.a\r\nb", "tests.a b", "Tests.a", "tests.é", "tests.a.b", "", "." * 3])
def test_kind_whose_name_would_spoil_a_header_cannot_be_declared(key):
    with pytest.raises(ValueError, match="no key of a kind"), declared(key):
        pass
    assert key not in kinds._kinds


@pytest.mark.django_db
def test_it_says_why_it_came_and_when_the_next_comes(plain):
    kind, teller = plain
    teller.says[1] = Content(title="One", next="The next comes in two days.")
    plan(kind, 1, to=make_person())
    work()
    (message,) = mail.outbox
    assert "You get this in tests. The next comes in two days." in message.body
    assert "You get this in tests. The next comes in two days." in html_of(message)


def test_layout_is_of_tables_and_knows_the_dark():
    html = letter(Content(title="One", text=["Told."], href="/x/", action="Open")).alternatives[0].content
    assert 'role="presentation"' in html
    assert 'bgcolor="#0d5c5f"' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "<link" not in html
    assert "<img" not in html
