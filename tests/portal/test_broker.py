"""The queue of a single machine: messages are there whole or not at all."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal import broker
from portal.celery import app


@pytest.fixture
def connection(tmp_path):
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(tmp_path))
    with Connection("filesystem://", transport_options=folders) as opened:
        yield opened


def test_folder_of_messages_is_ours():
    assert app.connection_for_write("filesystem://").get_transport_cls() is broker.Transport


def test_message_comes_back(connection):
    channel = connection.channel()
    channel._put("work", {"task": "one"})
    channel._put("other", {"task": "two"})
    assert channel._get("work") == {"task": "one"}
    with pytest.raises(Empty):
        channel._get("work")


def test_message_is_not_taken_half_written(connection, monkeypatch):
    """A reader looks at every step of the writer."""
    channel, reader = connection.channel(), connection.channel()
    seen = []

    def look():
        try:
            seen.append(reader._get("work"))
        except Empty:
            seen.append(None)

    write_text = Path.write_text

    def write_slowly(path, text):
        path.touch()
        look()
        write_text(path, text)
        look()

    monkeypatch.setattr(Path, "write_text", write_slowly)
    channel._put("work", {"task": "one"})
    look()
    assert seen == [None, None, {"task": "one"}]
