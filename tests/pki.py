"""Authorities on the loopback, for tests that ask over HTTP."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable
from urllib.parse import urlsplit


class Site:
    """A web server on the loopback; `answers` says what each path gives to what body."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[bytes], bytes]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self._give(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

            def do_GET(self) -> None:
                self._give(b"")

            def _give(self, body: bytes) -> None:
                site.asked.append(self.path)
                answer = site.answers.get(self.path)
                self.send_response(200 if answer else 404)
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever asked may have hung up
                    self.wfile.write(answer(body) if answer else b"")

            def log_message(self, *words: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


class Proxy:
    """A proxy on the loopback that answers for the hosts of `sites` itself; `seen` holds (method, address, secret)."""

    def __init__(self, **sites: Site) -> None:
        self.sites = {name.replace("_", "."): site for name, site in sites.items()}
        self.seen: list[tuple[str, str, str]] = []
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.seen.append((self.command, self.path, self.headers.get("Proxy-Authorization") or ""))
                parts = urlsplit(self.path)
                site = proxy.sites.get(parts.hostname or "")
                answer = site.answers.get(parts.path) if site is not None else None
                self.send_response(200 if answer else 502)
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(answer(body) if answer else b"")

            do_POST = do_CONNECT = do_GET

            def log_message(self, *words: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
