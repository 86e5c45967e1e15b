"""Reports on files somebody had checked: each is signed with an agency's key, so each leaves an act."""

from __future__ import annotations

import hashlib

from engine.usecases.keys import CHAIN
from engine.work import Work


def note_report(work: Work, statement: bytes, holder: str) -> None:
    """Record, before the key is used, that a report is signed with it: whose key, and the report's digest alone."""
    digest = hashlib.sha256(statement).hexdigest()
    work.record_for_office(CHAIN, "verification.reported", {"holder": holder, "sha256": digest})
