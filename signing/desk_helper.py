"""A desk helper made of software, by the protocol of docs/desk-helper.md: for tests and for sample offices.

A vendor's helper does the same with a token: it listens on the loopback of the leader's PC, shows what is to be signed,
asks for the PIN itself, and gives signatures over digests to the one site it was told to trust.
"""

from __future__ import annotations

import base64
import http.server
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from signing.keys import HASHES, KeyInMemory
from signing.stores.digests import sign_digest
from signing.stores.records import fingerprint_of

PATH = "/motcua/v1/"
PROTOCOL = "motcua-desk-helper"
MOST_DIGESTS = 200
LARGEST = 64 * 1024
CHALLENGE_S = 60.0
AGREED_S = 600.0

Agree = Callable[[str, str, int], bool]
"""Asks the person at the PC: which site, the list's digest (hex), how many papers."""


class HelperRefused(Exception):
    """What the helper will not do: the HTTP status, one stable word and a sentence for the person."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class DeskSimulator(http.server.ThreadingHTTPServer):
    """Answers on 127.0.0.1 for one key, to the named origins alone."""

    daemon_threads = True

    def __init__(self, key: KeyInMemory, origins: tuple[str, ...], agree: Agree, *, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.key, self.origins, self._agree = key, origins, agree
        self.fingerprint = fingerprint_of(key)
        self.signed: list[bytes] = []
        self._challenges: dict[str, tuple[str, float]] = {}
        self._agreed: dict[tuple[str, str], tuple[int, float]] = {}
        self._one = threading.Lock()

    @property
    def address(self) -> str:
        """Its origin, as MOTCUA_DESK_HELPER names it."""
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, door: str, origin: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """One question of a page; raises `HelperRefused`."""
        if door == "hello":
            return {"protocol": PROTOCOL, "version": 1, "name": "motcua simulator"}
        if door == "certificates":
            return {"certificates": [self._told()]}
        if door == "challenge":
            with self._one:
                word = secrets.token_urlsafe(32)
                self._challenges[word] = (origin, time.monotonic())
            return {"challenge": word, "expires_in": int(CHALLENGE_S)}
        if door == "sign":
            with self._one:
                return self._sign(origin, question)
        raise HelperRefused(404, "unknown_door", "Chương trình ký không có chức năng này.")

    def _told(self) -> dict[str, Any]:
        chain = [self.key.certificate, *self.key.chain]
        return {"fingerprint": self.fingerprint, "chain": [one.decode() for one in chain]}

    def _sign(self, origin: str, question: Mapping[str, Any]) -> dict[str, Any]:
        self._use_up(str(question.get("challenge", "")), origin)
        if question.get("certificate") != self.fingerprint:
            raise HelperRefused(404, "unknown_certificate", "Thiết bị đang cắm không phải thiết bị của chứng thư này.")
        algorithm = question.get("algorithm")
        if algorithm not in HASHES:
            raise HelperRefused(400, "bad_request", "Thuật toán băm không được hỗ trợ.")
        listed, digests = question.get("list"), question.get("digests")
        if not isinstance(listed, dict) or not isinstance(digests, list) or not 0 < len(digests) <= MOST_DIGESTS:
            raise HelperRefused(400, "bad_request", "Yêu cầu ký không đúng khuôn mẫu.")
        try:
            raw = [base64.b64decode(one, validate=True) for one in digests]
            mark, papers = str(listed["digest"]), int(listed["papers"])
        except (TypeError, KeyError, ValueError):
            raise HelperRefused(400, "bad_request", "Yêu cầu ký không đúng khuôn mẫu.") from None
        if any(len(one) != HASHES[algorithm]().digest_size for one in raw):
            raise HelperRefused(400, "bad_request", "Giá trị băm không đúng độ dài.")
        self._agree_once(origin, mark, papers, len(raw))
        self.signed += raw
        made = [sign_digest(self.key.private_key, one, algorithm) for one in raw]
        return {"signatures": [base64.b64encode(one).decode() for one in made]}

    def _use_up(self, word: str, origin: str) -> None:
        asked, since = self._challenges.pop(word, ("", 0.0))
        if asked != origin or time.monotonic() - since > CHALLENGE_S:
            raise HelperRefused(409, "unknown_challenge", "Mã dùng một lần không đúng hoặc đã hết hạn; hãy làm lại.")

    def _agree_once(self, origin: str, mark: str, papers: int, wanted: int) -> None:
        """One consent a list, for at most as many signatures as it has papers, for ten minutes."""
        left, since = self._agreed.get((origin, mark), (0, 0.0))
        if time.monotonic() - since > AGREED_S or left < wanted:
            if not wanted <= papers <= MOST_DIGESTS or not self._agree(origin, mark, papers):
                raise HelperRefused(403, "not_agreed", "Bạn đã không đồng ý ký trên thiết bị.")
            left = papers
        self._agreed[(origin, mark)] = (left - wanted, time.monotonic())

    def in_background(self) -> None:
        """Answer from a thread of this process."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Visit(http.server.BaseHTTPRequestHandler):
    server: DeskSimulator
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_OPTIONS(self) -> None:
        """The browser asks first whether this site may speak with a program on its own machine."""
        self._respond(204 if self._is_trusted() else 403, None)

    def do_GET(self) -> None:
        self._respond(405, {"error": "bad_request", "message": "Chương trình ký chỉ nhận POST."})

    def do_POST(self) -> None:
        try:
            told = self.server.answer(self._door(), self.headers["Origin"], self._question())
            self._respond(200, told)
        except HelperRefused as refusal:
            self._respond(refusal.status, {"error": refusal.code, "message": refusal.message})

    def _door(self) -> str:
        if not self._is_trusted():
            raise HelperRefused(403, "wrong_origin", "Trang web này không được phép dùng chương trình ký.")
        return self.path.removeprefix(PATH) if self.path.startswith(PATH) else ""

    def _is_trusted(self) -> bool:
        """The site by name, and this address asked for by its number: another name could be pointed at the loopback."""
        here = self.headers.get("Host") == f"127.0.0.1:{self.server.server_port}"
        return here and self.headers.get("Origin") in self.server.origins

    def _question(self) -> Mapping[str, Any]:
        try:
            size = int(self.headers.get("Content-Length", ""))
            if not 0 <= size <= LARGEST or self.headers.get_content_type() != "application/json":
                raise ValueError
            found = json.loads(self.rfile.read(size) or b"{}")
            if not isinstance(found, dict):
                raise ValueError
        except ValueError:
            self.close_connection = True
            raise HelperRefused(400, "bad_request", "Yêu cầu không đúng khuôn mẫu.") from None
        return found

    def _respond(self, status: int, told: Mapping[str, Any] | None) -> None:
        content = json.dumps(told, ensure_ascii=False).encode() if told is not None else b""
        self.send_response(status)
        if self._is_trusted():
            self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
            self.send_header("Access-Control-Allow-Methods", "POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Private-Network", "true")
            self.send_header("Access-Control-Max-Age", "600")
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Nothing is written down: a helper keeps no record of what it signed."""
