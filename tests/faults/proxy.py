"""A cable that can be cut: passes on what comes for one port to another, until it is told otherwise.

Run as a process: `python -m tests.faults.proxy PORT TARGET`. Each line on its standard input is an order, answered by a
line: `{"do": "cut"}`.

| order | does |
|---|---|
| `cut` | ends every connection without a word, and takes no new one |
| `cut_after` (`bytes`) | ends each connection once so much of it came from its client, so many `times` |
| `hold` | keeps connections and passes nothing on |
| `mend` | passes on again: what was held, too |
"""

import asyncio
import json
import sys
from typing import Any

from tests.faults.sink import say


class Cable:
    def __init__(self, target: int) -> None:
        self.target = target
        self.order: dict[str, Any] = {"do": "mend"}
        self.flows = asyncio.Event()
        self.flows.set()
        self.open: set[asyncio.StreamWriter] = set()

    def obey(self, order: dict[str, Any]) -> None:
        self.order = {"times": 1, **order}
        if order["do"] == "hold":
            self.flows.clear()
        else:
            self.flows.set()
        if order["do"] == "cut":
            for end in list(self.open):
                _break(end)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.order["do"] == "cut":
            _break(writer)
            return
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        ends = {writer, back}
        self.open |= ends
        ways = [asyncio.ensure_future(self._pass(reader, back, ends, counted=True)),
                asyncio.ensure_future(self._pass(there, writer, ends, counted=False))]  # fmt: skip
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.close()
        self.open -= ends

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ends: set[asyncio.StreamWriter], counted: bool
    ) -> None:
        passed = 0
        try:
            while some := await reader.read(512):
                await self.flows.wait()
                passed += len(some)
                if counted and self._is_enough(passed):
                    for end in ends:
                        _break(end)
                    return
                writer.write(some)
                await writer.drain()
        except OSError:
            return  # it was cut elsewhere

    def _is_enough(self, passed: int) -> bool:
        order = self.order
        if order["do"] != "cut_after" or order["times"] < 1 or passed < order["bytes"]:
            return False
        order["times"] -= 1
        return True


def _break(end: asyncio.StreamWriter) -> None:
    assert isinstance(end.transport, asyncio.WriteTransport)
    end.transport.abort()


async def serve(port: int, target: int) -> None:
    cable, loop = Cable(target), asyncio.get_running_loop()
    server = await asyncio.start_server(cable.connect, "127.0.0.1", port)
    say('"ready"')
    async with server:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            cable.obey(json.loads(line))
            say("true")


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
