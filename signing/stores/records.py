"""What is written down of a key that an office brings in: whose it is, where it lies, its certificate; no secret."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import serialization

from signing.errors import SigningRefused
from signing.keys import Certified

KINDS = ("pkcs12", "pkcs11", "csc", "desk")
"""A key file, a token or module of this machine, a remote signing service, a token in the holder's own PC."""


@dataclass(frozen=True)
class KeyRecord(Certified):
    """One key of one holder ("person:<id>", "office:<code>").

    `unit` is the code of the office the key serves, "" where the certificate alone says it. `where` tells this kind
    how to find the key (a file's name, module and label, address and credential). `differs` is why the certificate
    may name holder or office otherwise than the house does, "" where it names them alike. `added_at` is ISO 8601.
    """

    holder: str = ""
    kind: str = ""
    unit: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    differs: str = ""
    added_at: str = ""

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self)


def fingerprint_of(key: Any) -> str:
    """The SHA-256 (hex) of a key's certificate (DER), by which one certificate is told from every other."""
    return hashlib.sha256(key.parsed.public_bytes(serialization.Encoding.DER)).hexdigest()


class Records:
    """The records of an installation, one JSON file a holder, in a folder for the owner of the process alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[int, KeyRecord]] = {}

    def find(self, holder: str) -> KeyRecord | None:
        """The key of a holder, read again only when its file changed; None where there is none."""
        path = self._path(holder)
        try:
            stamp = path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        known = self._read.get(holder)
        if known is None or known[0] != stamp:
            known = self._read[holder] = (stamp, _parsed(path))
        return known[1]

    def all(self) -> Iterable[KeyRecord]:
        """Every key, by holder; a damaged file is skipped here and told of when somebody wants to sign with it."""
        for path in sorted(self.folder.glob("*.json")):
            try:
                yield _parsed(path)
            except SigningRefused:
                continue

    def save(self, record: KeyRecord, content: bytes | None = None) -> None:
        """Write a record, replacing the holder's earlier one; `content` is the key file that belongs to it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if content is not None:
            write_privately(self.file(record.holder), content)
        told = {
            **asdict(record),
            "certificate": record.certificate.decode(),
            "chain": [c.decode() for c in record.chain],
        }
        write_privately(self._path(record.holder), json.dumps(told, ensure_ascii=False, indent=1).encode())

    def remove(self, holder: str) -> bool:
        """Forget a holder's key and its key file; whether there was one."""
        there = self._path(holder).exists()
        self._path(holder).unlink(missing_ok=True)
        self.file(holder).unlink(missing_ok=True)
        return there

    def file(self, holder: str) -> Path:
        """Where the key file of a holder lies, as it was brought: still locked by its own passphrase."""
        return self.folder / f"{quote(holder, safe='')}.p12"

    def _path(self, holder: str) -> Path:
        return self.folder / f"{quote(holder, safe='')}.json"


def _parsed(path: Path) -> KeyRecord:
    try:
        told = json.loads(path.read_bytes())
        record = KeyRecord(
            **{
                **told,
                "certificate": told["certificate"].encode(),
                "chain": tuple(certificate.encode() for certificate in told["chain"]),
            }
        )
        _ = record.parsed
        if record.kind not in KINDS:
            raise ValueError(record.kind)
    except (ValueError, KeyError, TypeError, AttributeError) as damage:
        raise SigningRefused(
            "key_unreadable", "Tệp mô tả khóa ký bị hỏng. Hãy gỡ khóa này rồi thêm lại: ./motcua keys remove, add."
        ) from damage
    return record


def write_privately(path: Path, content: bytes) -> None:
    """Put a file in its place at once and whole, readable by the owner of the process only."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)
