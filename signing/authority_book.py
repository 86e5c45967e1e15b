"""The book of the sample authority: which certificates it issued, which it took back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

Content = TypeVar("Content")
_COMPLETE = "complete"


@dataclass(frozen=True)
class Revoked:
    """From when on a certificate no longer holds, and why (RFC 5280's name)."""

    at: datetime
    reason: str


class Book:
    """Two small files beside the keys, read by every process of the house. Serials are upper-case hexadecimal."""

    def __init__(self, folder: Path) -> None:
        self._issued: _Watched[dict[str, str]] = _Watched(folder / "issued", _issued, {})
        self._revoked: _Watched[dict[str, Revoked]] = _Watched(folder / "revoked.json", _revoked, {})

    def begin(self) -> None:
        """A new book that will know every certificate."""
        self._append(f"{_COMPLETE} yes")

    def enter(self, serial: str, issuer: str) -> None:
        """A certificate was issued by "root" or "issuing"."""
        self._append(f"{serial} {issuer}")

    def issuer_of(self, serial: str) -> str | None:
        """Who issued a certificate ("root", "issuing"); None for one that was never issued."""
        known = self._issued.content()
        # An authority older than its book had only a root, and may have issued anything before.
        return known.get(serial.upper()) or (None if _COMPLETE in known else "root")

    def revoke(self, serial: str, at: datetime, reason: str) -> None:
        """Write a revocation unless there is an earlier one; the caller lets nobody else write meanwhile."""
        rows = dict(self.revoked())
        before = rows.get(serial.upper())
        if before is not None and before.at <= at:
            return
        rows[serial.upper()] = Revoked(at.astimezone(UTC), reason)
        self._revoked.replace(
            json.dumps({key: [one.at.isoformat(), one.reason] for key, one in rows.items()}, indent=1)
        )

    def revoked(self) -> dict[str, Revoked]:
        """Every revocation by serial, also of moments that lie ahead."""
        return self._revoked.content()

    def _append(self, line: str) -> None:
        """One short line, written at once, so that two writers do not mix."""
        descriptor = os.open(self._issued.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as handle:
            handle.write(f"{line}\n".encode())


class _Watched(Generic[Content]):
    """A file's content, read again when the file has changed."""

    def __init__(self, path: Path, read: Callable[[str], Content], empty: Content) -> None:
        self.path, self._read, self._content = path, read, empty
        self._stamp = (0, 0, 0)

    def content(self) -> Content:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return self._content
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        if stamp != self._stamp:
            self._content, self._stamp = self._read(self.path.read_text()), stamp
        return self._content

    def replace(self, text: str) -> None:
        temporary = self.path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, self.path)


def _issued(text: str) -> dict[str, str]:
    return {line.partition(" ")[0]: line.partition(" ")[2] for line in text.splitlines()}


def _revoked(text: str) -> dict[str, Revoked]:
    return {key: Revoked(datetime.fromisoformat(at), reason) for key, (at, reason) in json.loads(text).items()}
