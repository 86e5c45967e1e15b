"""Whether a report of a verification is as it was signed, and its evidence with it; never fails, always answers."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signing.evidence import FOLDER, FORMAT, SIGNATURE, STATEMENT, WORDS, words_of
from signing.roots import StatementVerdict

MOST_FILES, MOST_BYTES = 500, 96 << 20
BEGINNING = b"PK\x03\x04"
_UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
    EOFError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class ReportVerdict:
    """What can be said of a report; `code` is empty when it and its evidence are as they were signed, and trusted.

    `code` is one of a statement's (`StatementVerdict`), or "no_report" (not a report of this house's kind),
    "evidence_changed" (a piece is missing or another one), "words_changed" (report.txt says something else).
    `said` is the report itself, empty where it cannot be read.
    """

    code: str
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    timestamped_at: datetime | None = None
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.code


def is_report(content: bytes) -> bool:
    """Whether a file may be a report: any ZIP."""
    return content.startswith(BEGINNING)


def check_report(content: bytes, check: Callable[[bytes, bytes], StatementVerdict]) -> ReportVerdict:
    """Judge a report; `check` judges a statement and the signature beside it by whomever the asker trusts."""
    try:
        files = _unpacked(content)
        statement, signature = files[STATEMENT], files[SIGNATURE]
        found = check(statement, signature)
        if found.code:
            return ReportVerdict(found.code, found.signer, found.organisation, found.issuer, found.timestamped_at)
        said = json.loads(statement)
        if said["format"] != FORMAT:
            return ReportVerdict("no_report")
        code = "" if _evidence_as_named(said, files) else "evidence_changed"
        code = code or ("" if files[WORDS].decode() == words_of(said) else "words_changed")
    except _UNREADABLE:
        return ReportVerdict("no_report")
    return ReportVerdict(code, found.signer, found.organisation, found.issuer, found.timestamped_at, said)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Every file of the ZIP, as long as there are few and their sizes, as the ZIP claims and as they are, are small."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        if len(listed) > MOST_FILES or len({one.filename for one in listed}) != len(listed):
            raise ValueError("too many files")
        files, room = {}, MOST_BYTES
        for one in listed:
            with archive.open(one) as handle:
                files[one.filename] = handle.read(room + 1)
            room -= len(files[one.filename])
            if room < 0:
                raise ValueError("too large")
        return files


def _evidence_as_named(said: dict[str, Any], files: dict[str, bytes]) -> bool:
    """Whether exactly the pieces the report names lie in it, each with its digest."""
    named = {one["file"]: one["sha256"] for one in said["evidence"] if one["file"]}
    lying = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name.startswith(FOLDER)}
    return named == lying
