"""The world outside a drill: a gateway that counts what reaches it, and the wait until everything is quiet."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from cli.drills.findings import unfinished
from engine.composition import House
from engine.work import SYSTEM


class Gateway(BaseHTTPRequestHandler):
    """The outside world of the drill: takes text messages and counts them by their reference."""

    received: ClassVar[Counter[str]] = Counter()

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.received[json.loads(content)["reference"]] += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the drill counts."""


@contextmanager
def gateway() -> Iterator[tuple[str, Counter[str]]]:
    """A gateway on a free port: (its address, what it received by reference)."""
    received: Counter[str] = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Counting", (Gateway,), {"received": received}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sms", received
    finally:
        server.shutdown()
        server.server_close()


def rest(house: House, patience: float) -> bool:
    """Wait until nothing is left to do; False when that takes too long."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with house.reading(actor=SYSTEM) as look:
            if unfinished(look.session) == 0:
                return True
        time.sleep(0.3)
    return False
