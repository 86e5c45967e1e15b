"""The private line to the signer process: a Unix socket of the data folder, for this user's processes alone.

One connection carries one question and one answer, each a line of JSON. Secrets travel on it from the terminal or a
page to the signer and are kept nowhere on the way.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rules.sentences import packed, unpacked
from signing.errors import N_, SigningRefused
from signing.signer import Signer
from signing.uses import Asked

NAME = "signer.sock"
LONGEST = 64 * 1024
PATIENCE_S = 60.0
_CREDENTIALS = struct.Struct("3i")

AWAY = (
    "signer_away",
    N_("Tiến trình giữ khóa ký không trả lời. Nó tự khởi động lại; sau đó phải mở khóa lại các khóa."),
)


class SignerAway(SigningRefused):
    """The signer process does not answer; it is started again by itself, its keys have to be unlocked anew."""

    def __init__(self) -> None:
        super().__init__(*AWAY)


class Line:
    """Asks the signer process behind the socket of a folder; has the same verbs as `Signer`."""

    def __init__(self, folder: Path, *, patience_s: float = 0.0) -> None:
        self._folder, self._patience = folder, patience_s

    def answers(self) -> bool:
        """Whether somebody is at the other end."""
        try:
            self._ask({"verb": "unlocked"})
        except SigningRefused:
            return False
        return True

    def unlocked(self) -> list[str]:
        """The holders whose keys are unlocked."""
        return list(self._ask({"verb": "unlocked"})["holders"])

    def unlock(self, holder: str, secrets: Mapping[str, str]) -> None:
        """Open a key with what its holder typed."""
        self._ask({"verb": "unlock", "holder": holder, "secrets": dict(secrets)})

    def lock(self, holder: str = "") -> list[str]:
        """Forget one key, or all."""
        return list(self._ask({"verb": "lock", "holder": holder})["holders"])

    def sign(self, holder: str, fingerprint: str, digest: bytes, algorithm: str) -> bytes:
        """Have a digest signed."""
        question = {"verb": "sign", **_told(holder, fingerprint, digest, algorithm)}
        return base64.b64decode(self._ask(question)["signature"])

    def sign_once(self, act: str, asked: Asked) -> tuple[bytes, int]:
        """Have a digest signed for one act, once; (how often the key was asked)."""
        told = _told(asked.holder, asked.certificate, asked.digest, asked.algorithm)
        said = self._ask({"verb": "sign_once", "act": act, "prepared": dict(asked.prepared), **told})
        return base64.b64decode(said["signature"]), int(said["times"])

    def recall(self, act: str, fingerprint: str) -> Mapping[str, Any] | None:
        """What was prepared for an act whose key has been asked."""
        found: Mapping[str, Any] | None = self._ask({"verb": "recall", "act": act, "certificate": fingerprint})[
            "prepared"
        ]
        return found

    def acts(self, *, after: str = "") -> list[tuple[str, str]]:
        """Remembered acts in order, from the first after `after`, each with the SHA-256 (hex) of its document."""
        return [(act, sha256) for act, sha256 in self._ask({"verb": "acts", "after": after})["acts"]]

    def forget(self, acts: Collection[str]) -> int:
        """Forget acts that are over; how many there were."""
        return int(self._ask({"verb": "forget", "acts": list(acts)})["gone"])

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, _short(self._folder) as path:
                line.settimeout(PATIENCE_S)
                self._connect(line, path)
                if _peer(line) != os.getuid():  # a PIN is told to our own signer only
                    raise SignerAway()
                line.sendall(json.dumps(question).encode() + b"\n")
                with line.makefile("rb") as answers:
                    said = json.loads(answers.readline(LONGEST))
        except (OSError, ValueError):
            raise SignerAway() from None
        if "refused" in said:
            raise SigningRefused(said["refused"], unpacked(said["message"], said.get("params", {})))
        answer: dict[str, Any] = said
        return answer

    def _connect(self, line: socket.socket, path: str) -> None:
        """Wait a little where a signer is known to belong here: it may just be starting."""
        until = time.monotonic() + self._patience
        while True:
            try:
                line.connect(path)
                return
            except OSError:
                if time.monotonic() >= until:
                    raise
                time.sleep(0.1)


class SignerServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers at the socket for as long as the process lives; a socket left by a killed one is replaced."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.signer = signer
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / NAME).unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with _short(folder) as path:
                super().__init__(path, _Visit)
        finally:
            os.umask(before)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Only processes of this very user are heard (SO_PEERCRED)."""
        return _peer(request) == os.getuid()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visit that broke off ends quietly: its words could hold a secret."""


class _Visit(socketserver.StreamRequestHandler):
    timeout = PATIENCE_S
    server: SignerServer

    def handle(self) -> None:
        try:
            question = json.loads(self.rfile.readline(LONGEST))
            said = _answer(self.server.signer, question)
        except SigningRefused as refusal:
            words = refusal.message
            said = {"refused": refusal.code, "message": words.msgid, "params": packed(words.params)}
        except (ValueError, KeyError, TypeError, AttributeError):
            said = {"refused": "not_understood", "message": N_("Tiến trình giữ khóa ký không hiểu yêu cầu này.")}
        except Exception:  # a token's library may raise anything; its words could hold a secret
            said = {
                "refused": "key_away",
                "message": N_("Khóa ký gặp lỗi khi ký. Hãy kiểm tra thiết bị ký rồi mở khóa lại."),
            }
        self.wfile.write(json.dumps(said).encode() + b"\n")


def _told(holder: str, fingerprint: str, digest: bytes, algorithm: str) -> dict[str, str]:
    encoded = base64.b64encode(digest).decode()
    return {"holder": holder, "certificate": fingerprint, "digest": encoded, "algorithm": algorithm}


def _answer(signer: Signer, question: Mapping[str, Any]) -> dict[str, Any]:
    verb = question["verb"]
    if verb in {"sign", "sign_once"}:
        digest = base64.b64decode(question["digest"], validate=True)
        holder, fingerprint, algorithm = question["holder"], question["certificate"], question["algorithm"]
        if verb == "sign":
            signature = signer.sign(holder, fingerprint, digest, algorithm)
            return {"signature": base64.b64encode(signature).decode()}
        asked = Asked(holder, fingerprint, digest, algorithm, dict(question["prepared"]))
        signature, times = signer.sign_once(str(question["act"]), asked)
        return {"signature": base64.b64encode(signature).decode(), "times": times}
    if verb == "recall":
        return {"prepared": signer.recall(str(question["act"]), question["certificate"])}
    if verb == "acts":
        return {"acts": signer.acts(after=str(question["after"]))}
    if verb == "forget":
        return {"gone": signer.forget([str(one) for one in question["acts"]])}
    if verb == "unlock":
        signer.unlock(question["holder"], question["secrets"])
        return {}
    if verb == "lock":
        return {"holders": signer.lock(question["holder"])}
    if verb == "unlocked":
        return {"holders": signer.unlocked()}
    raise ValueError(verb)


def serve(folder: Path, signer: Signer) -> SignerServer:
    """A server in a thread of this process, already listening."""
    server = SignerServer(folder, signer)
    threading.Thread(target=server.serve_forever, args=(0.05,), name="signer", daemon=True).start()
    return server


def _peer(line: socket.socket) -> int:
    """The user id of the process at the other end."""
    return int(_CREDENTIALS.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))[1])


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """A name of the socket that is never too long: addresses of Unix sockets end at 107 bytes, folders do not."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)
