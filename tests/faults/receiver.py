"""A receiver of webhooks that misbehaves when told to, and keeps the truth: whether it took each message.

Run as a process: `python -m tests.faults.receiver PORT HISTORY`. Orders and history are as those of the mail server
(tests/faults/sink.py).

| order | does |
|---|---|
| `answer` (`status`, `headers`) | answers so; what is not 2xx was not taken |
| `hang` (`seconds`) | takes the message and is that slow to say so |
| `cut` | takes the message and ends the connection without an answer |
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, history: Path) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.history, self.lock = history, threading.Lock()
        self.order: dict[str, Any] = {}

    def due(self) -> dict[str, Any]:
        with self.lock:
            if self.order.get("times", 0) > 0:
                self.order["times"] -= 1
                return self.order
            return {"do": "answer", "status": 200}

    def write(self, event: str, name: str, **more: Any) -> None:
        line = {"event": event, "message_id": name, "at": time.time(), **more}
        with self.lock, self.history.open("a") as history:
            history.write(json.dumps(line) + "\n")


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        name, order = self.headers["webhook-id"], self.server.due()
        if order["do"] == "answer":
            taken = 200 <= order["status"] < 300
            self.server.write("accepted" if taken else "refused", name, status=order["status"])
            self.send_response(order["status"])
            for header, value in order.get("headers", {}).items():
                self.send_header(header, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.server.write("accepted", name, answered=False)
        if order["do"] == "hang":
            time.sleep(order["seconds"])
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """Not to standard error: the history says it."""


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    receiver = Receiver(int(sys.argv[1]), Path(sys.argv[2]))
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    say('"ready"')
    for order in sys.stdin:
        receiver.order = {"times": 1, **json.loads(order)}
        say("true")
