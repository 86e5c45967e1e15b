"""What the signer remembers of each use of a key, so that one act is one signature however often it is asked for.

A file of lines beside the keys (JSON, for the owner of the process alone). That a key is about to be asked is forced
to the disk before it is asked, what it answered before the answer is given away. No secret is in it: what was to be
signed, by which certificate, and the signature.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from signing.errors import SigningRefused

NAME = "uses.jsonl"


@dataclass(frozen=True)
class Asked:
    """What a key is asked for one act: `prepared` is the record of `signing.preparing.Prepared`.

    `holder` and `certificate` (SHA-256, hex) say whose key, `digest` is what it signs, hashed with `algorithm`.
    """

    holder: str
    certificate: str
    digest: bytes
    algorithm: str
    prepared: Mapping[str, Any]


@dataclass(frozen=True)
class Use:
    """One act's use of a key: what it is asked, None once that was taken back; how often it was asked in all; its
    answer, None while there is none: then it may have signed, and may be asked for the very same only.
    """

    asked: Asked | None
    times: int
    signature: bytes | None = None


class Uses:
    """The uses of the keys below one folder, by the name of the act; several processes may share them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._known: dict[str, Use] = {}
        self._read_to = (0, 0)
        self._last = b""
        self._turn = Lock()

    def find(self, act: str) -> Use | None:
        """What is remembered of an act."""
        with self._opened():
            return self._known.get(act)

    def acts(self, *, after: str, most: int) -> list[tuple[str, str]]:
        """The names of remembered acts in order, from the first one after `after`, each with the SHA-256 (hex) of its
        prepared document; "" where what was asked had been taken back.
        """
        with self._opened():
            names = sorted(act for act in self._known if act > after)[:most]
            return [(act, _document(self._known[act])) for act in names]

    def ask(self, act: str, asked: Asked) -> Use:
        """Write down that the key is about to be asked; raises `SigningRefused` if it was asked for something else."""
        with self._opened() as handle:
            known = self._known.get(act)
            if known is not None and known.asked is not None:
                _refuse_another(known.asked, asked)
                if known.signature is not None:
                    return known
                line: dict[str, Any] = {"act": act, "again": True}
            else:
                line = {"act": act, "asked": _written(asked)}
            self._append(handle, line)
            return self._known[act]

    def answer(self, act: str, signature: bytes) -> None:
        """Keep what the key answered; on the disk when this returns."""
        with self._opened() as handle:
            self._append(handle, {"act": act, "answer": base64.b64encode(signature).decode()})

    def take_back(self, act: str, *, signed: bool) -> None:
        """Let the act be prepared anew. `signed`: the key may have signed, so that the use still counts."""
        with self._opened() as handle:
            if act in self._known:
                self._append(handle, {"act": act, "back": signed})

    def forget(self, acts: Collection[str]) -> int:
        """Forget acts that are over: the file is written anew without them, in one step; how many there were."""
        with self._opened():
            gone = self._known.keys() & set(acts)
            if gone:
                self._write_anew({act: use for act, use in self._known.items() if act not in gone})
            return len(gone)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The file, for this thread of this process alone, with everything in it read."""
        try:
            with self._turn, self._locked() as handle:
                self._read_on(handle)
                yield handle
        except OSError:
            raise SigningRefused(
                "uses_unwritable",
                "Không ghi được sổ dùng khóa ký trong thư mục dữ liệu (đĩa đầy hoặc hỏng) nên chưa ký. Người vận hành "
                "hãy kiểm tra đĩa rồi thử lại.",
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                if self._is_still(handle):
                    yield handle
                    return
            finally:
                os.close(handle)

    def _is_still(self, handle: int) -> bool:
        """Whether this is the file of that name; another process may have written it anew while this one waited."""
        try:
            return os.stat(self.path).st_ino == os.fstat(handle).st_ino
        except FileNotFoundError:
            return False

    def _read_on(self, handle: int) -> None:
        """Read what was added since; a last line cut short by a sudden end was never acted upon and is removed."""
        inode, size = os.fstat(handle).st_ino, os.fstat(handle).st_size
        if self._read_to[0] != inode or not self._goes_on(handle):
            self._known, self._read_to, self._last = {}, (inode, 0), b""
        if size == 0:
            _sync(self.path.parent)
        begin = self._read_to[1]
        added = os.pread(handle, size - begin, begin) if size > begin else b""
        whole = added[: added.rfind(b"\n") + 1]
        try:
            for line in whole.splitlines():
                self._take_in(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._read_to = (0, 0)
            raise SigningRefused(
                "uses_unreadable",
                "Sổ dùng khóa ký (%(file)s) bị hỏng nên không biết khóa đã dùng cho lượt ký nào. Người vận hành hãy "
                "khôi phục tệp từ bản sao lưu, hoặc đổi tên tệp nếu chắc chắn không lượt ký nào còn dở.",
                file=NAME,
            ) from None
        if len(whole) < len(added):
            os.ftruncate(handle, begin + len(whole))
        self._read_to = (inode, begin + len(whole))
        self._last = whole[whole.rfind(b"\n", 0, -1) + 1 :] or self._last

    def _goes_on(self, handle: int) -> bool:
        """Whether the file still holds what was read last: written anew twice, it may have its old inode again."""
        return os.pread(handle, len(self._last), self._read_to[1] - len(self._last)) == self._last

    def _append(self, handle: int, line: Mapping[str, Any]) -> None:
        content = _line(line)
        end = self._read_to[1]
        try:
            if os.write(handle, content) != len(content):
                raise OSError("cut short")
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, end)
            raise
        self._take_in(line)
        self._read_to, self._last = (self._read_to[0], end + len(content)), content

    def _take_in(self, line: Mapping[str, Any]) -> None:
        act = str(line["act"])
        known = self._known.get(act, Use(None, 0))
        if "asked" in line:
            self._known[act] = Use(_read(line["asked"]), known.times + int(line.get("times", 1)))
        elif "again" in line:
            self._known[act] = replace(known, times=known.times + 1)
        elif "answer" in line:
            self._known[act] = replace(known, signature=base64.b64decode(line["answer"]))
        else:
            times = known.times if line["back"] else known.times - 1
            self._known.pop(act, None)
            if times:
                self._known[act] = Use(None, times)

    def _write_anew(self, kept: Mapping[str, Use]) -> None:
        temporary = self.path.with_name(f"{NAME}.{os.getpid()}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for act, use in kept.items():
                file.writelines(map(_line, _told(act, use)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)
        _sync(self.path.parent)


def _told(act: str, use: Use) -> Iterator[dict[str, Any]]:
    """The fewest lines that say of a use what is remembered of it."""
    if use.asked is None:
        yield {"act": act, "asked": _written(Asked("", "", b"", "", {})), "times": use.times}
        yield {"act": act, "back": True}
        return
    yield {"act": act, "asked": _written(use.asked), "times": use.times}
    if use.signature is not None:
        yield {"act": act, "answer": base64.b64encode(use.signature).decode()}


def _written(asked: Asked) -> dict[str, Any]:
    return {
        "holder": asked.holder,
        "certificate": asked.certificate,
        "digest": asked.digest.hex(),
        "algorithm": asked.algorithm,
        "prepared": dict(asked.prepared),
    }


def _read(told: Mapping[str, Any]) -> Asked:
    return Asked(
        told["holder"], told["certificate"], bytes.fromhex(told["digest"]), told["algorithm"], dict(told["prepared"])
    )


def _refuse_another(known: Asked, asked: Asked) -> None:
    if (known.certificate, known.digest, known.algorithm) != (asked.certificate, asked.digest, asked.algorithm):
        raise SigningRefused(
            "already_asked",
            "Khóa ký đã được dùng cho lượt ký này với nội dung khác nên không ký thêm lần nữa. Hãy thử lại: hệ thống "
            "lấy chữ ký đã có.",
        )


def _document(use: Use) -> str:
    return str(use.asked.prepared.get("sha256", "")) if use.asked is not None else ""


def _line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
