"""Signatures are those of the Standard Webhooks specification."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications import cards, signatures
from notifications.cards import News

# The vector that the specification's own libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NAME, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_signature_of_the_specification():
    signed = signatures.sign(SECRET, name=NAME, timestamp=TIMESTAMP, body=BODY)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "change",
    [{"name": "msg_x"}, {"timestamp": TIMESTAMP + 1}, {"body": BODY + b" "}],
)
def test_every_part_is_signed(change):
    whole: dict[str, Any] = {"name": NAME, "timestamp": TIMESTAMP, "body": BODY}
    assert signatures.sign(SECRET, **whole) != signatures.sign(SECRET, **(whole | change))


def test_headers_hold_a_signature_for_each_secret():
    keys = [signatures.new_secret(), SECRET]
    found = signatures.headers(keys, name=NAME, timestamp=TIMESTAMP, body=BODY)
    assert (found["webhook-id"], found["webhook-timestamp"]) == (NAME, str(TIMESTAMP))
    both = [signatures.sign(key, name=NAME, timestamp=TIMESTAMP, body=BODY) for key in keys]
    assert found["webhook-signature"] == " ".join(both)


def test_secrets_are_long_and_never_the_same():
    made = {signatures.new_secret() for _each in range(20)}
    assert len(made) == 20
    assert {len(base64.b64decode(each.removeprefix("whsec_"), validate=True)) for each in made} == {32}


# --- what is said in which form -------------------------------------------------------------------------------------

NASTY = "<!channel> *Agent* [click](https://evil.example) <https://evil.example|here> & co"
NEWS = News(title=NASTY, text=["Second line"], href="/x", action="Open", data={"opening": 3})


def test_slack_gets_text_that_mentions_nobody():
    said = cards.slack(NEWS, url="https://testserver/x")
    assert said["text"].startswith("&lt;!channel&gt; *Agent*")
    assert said["text"].endswith("\n<https://testserver/x|Open>")
    assert said["blocks"][0] == {"type": "section", "text": {"type": "plain_text", "text": NASTY, "emoji": False}}
    assert [block["text"]["type"] for block in said["blocks"]] == ["plain_text", "plain_text", "mrkdwn"]


def test_teams_gets_an_adaptive_card_in_a_message():
    said = cards.teams(NEWS, url="https://testserver/x")
    (attachment,) = said["attachments"]
    card = attachment["content"]
    assert (said["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    # A TextBlock would read Markdown, and show a link to wherever the title says.
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["body"][0]["inlines"][0]["text"] == NASTY
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open", "url": "https://testserver/x"}]


def test_programs_get_ids_and_no_words():
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    said = cards.generic(NEWS, url="https://testserver/x", event="hiring.opening_opened", at=at)
    assert said == {
        "type": "hiring.opening_opened",
        "timestamp": "2026-11-20T10:00:00Z",
        "data": {"opening": 3, "url": "https://testserver/x"},
    }


@pytest.mark.parametrize("form", [cards.slack, cards.teams])
def test_long_text_is_cut_to_what_chats_take(form):
    said = json.dumps(form(News(title="ä" * 9000, text=["b" * 9000]), url=""), ensure_ascii=False)
    assert 4000 < len(said) < 9000
    assert "…" in said
