"""The queue of a single machine without a broker: kombu's folder of messages, with each of them put in place whole."""

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu makes the file first and fills it then: a worker that looked in between read nothing, and died of it."""

    # kombu names the message in two ways.
    def _put(self, queue: str, payload: dict[str, Any], **_kwargs: Any) -> None:  # type: ignore[override]
        place = Path(self.data_folder_out, f"{monotonic() * 1000:.0f}_{uuid4()}.{queue}.msg")
        # Workers take the names of their own queues only.
        written = place.with_suffix(".part")
        written.write_text(dumps(payload))
        written.rename(place)


class Transport(filesystem.Transport):
    """What `filesystem://` means here."""

    Channel = Channel
