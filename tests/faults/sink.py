"""A mail server that misbehaves when told to, and keeps the truth: whether it took each message.

Run as a process: `python -m tests.faults.sink PORT HISTORY`. Each line on its standard input is an order, answered by
a line: `{"do": "refuse", "code": 451, "times": 2}`. Each line of the history is what became of one message.

| order | does |
|---|---|
| `refuse` (`code`) | answers so to RCPT; with 421 the connection ends |
| `refuse_data` (`code`) | answers so to the whole message |
| `drop_before` | cuts the connection at RCPT |
| `drop_after` (`taken`) | cuts it when the message is there, taken or not, without an answer |
| `tarpit` (`seconds`) | is that slow to answer RCPT |
| `tarpit_data` (`seconds`) | takes the message and is that slow to say so |
| `slow` (`seconds`) | the same, for as many as come; short, so that something can happen meanwhile |
"""

import asyncio
import email
import json
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

AT_DATA = {"refuse_data", "drop_after", "tarpit_data", "slow"}


class Sink:
    """The handler of all connections. At most one order stands at a time."""

    def __init__(self, history: Path) -> None:
        self.history = history
        self.order: dict[str, Any] = {}

    def obey(self, order: dict[str, Any]) -> None:
        self.order = {"times": 1, **order}

    def _due(self, *, at_data: bool) -> dict[str, Any]:
        if self.order.get("times", 0) > 0 and (self.order["do"] in AT_DATA) is at_data:
            self.order["times"] -= 1
            return self.order
        return {"do": ""}

    def write(self, event: str, envelope: Envelope, **more: Any) -> None:
        recipient, message_id, title = (envelope.rcpt_tos or [more.pop("recipient", "")])[0], "", ""
        if envelope.content:
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content)
            message_id, title = str(message["Message-ID"]).strip(), str(message["Subject"])
        told = {"message_id": message_id, "title": title, "recipient": recipient}
        line = {"event": event, **told, "at": time.time(), **more}
        with self.history.open("a") as sink:
            sink.write(json.dumps(line) + "\n")

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        order = self._due(at_data=False)
        if order["do"] == "refuse":
            self.write("refused", envelope, code=order["code"], recipient=address)
            if order["code"] == 421:
                asyncio.get_running_loop().call_later(0.1, server.transport.close)
            return f"{order['code']} no"
        if order["do"] == "drop_before":
            self.write("dropped before", envelope, recipient=address)
            _cut(server)
            return "250 never read"
        if order["do"] == "tarpit":
            self.write("tarpit", envelope, recipient=address)
            await asyncio.sleep(order["seconds"])
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        order = self._due(at_data=True)
        if order["do"] == "refuse_data":
            self.write("refused", envelope, code=order["code"])
            return f"{order['code']} no"
        if order["do"] == "drop_after":
            self.write("accepted" if order["taken"] else "lost", envelope, answered=False)
            _cut(server)
            return "250 never read"
        if order["do"] == "tarpit_data":
            self.write("accepted", envelope, answered=False)
            await asyncio.sleep(order["seconds"])
            return "250 too late"
        if order["do"] == "slow":
            await asyncio.sleep(order["seconds"])
        self.write("accepted", envelope, answered=True)
        return "250 OK"


def _cut(server: SMTP) -> None:
    """End the connection without a word."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


async def serve(port: int, history: Path) -> None:
    sink = Sink(history)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink", loop=loop), "127.0.0.1", port)
    say('"ready"')
    async with server:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            sink.obey(json.loads(line))
            say("true")


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
