"""One act, one signature: what a sudden end left between a key's answer and its keeping is taken up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Call, Case
from engine.dossiers.copies import PaperCopy
from engine.dossiers.models import Document, SigningConsent
from engine.dossiers.scans import IntakeScan
from engine.ports import Ports
from engine.usecases.rendering import PDF_LIMIT
from engine.work import Reading

CONSENT, SEAL, SCAN, COPY = "consent", "seal", "scan", "copy"
REMEMBERED = timedelta(hours=1)
"""How long a use that was kept stays remembered: a job delivered twice may still be on its way."""


def consent_act(consent_id: UUID) -> str:
    """The name under which the signer remembers the key's use for a consent."""
    return f"{CONSENT}:{consent_id}"


def seal_act(call_id: UUID, content: Mapping[str, Any]) -> str:
    """The name of sealing by a call; other content, as a number given anew before another try, is another act."""
    told = json.dumps(content, sort_keys=True, default=str).encode()
    return f"{SEAL}:{call_id}:{hashlib.sha256(told).hexdigest()[:16]}"


def scan_act(scan_id: UUID) -> str:
    """The name of a clerk's signature on one scan: what was scanned does not change any more."""
    return f"{SCAN}:{scan_id}"


def copy_act(copy_id: UUID) -> str:
    """The name of the agency's signature on one copy of a paper."""
    return f"{COPY}:{copy_id}"


@dataclass(frozen=True)
class SignedOnce:
    """The signed bytes as they lie in the store, and how often the key was asked for them; `before` is the paper the
    key signed, with all that was written into it.
    """

    sha256: str
    size: int
    asked: int
    before: bytes


def signed_once(
    ports: Ports, holder: str, *, act: str, make: Callable[[], Any], now: datetime, limit: int = PDF_LIMIT
) -> SignedOnce:
    """Have a paper of at most `limit` bytes signed for one act, however often this is tried.

    `make` prepares it (`signing.preparing.Prepared`) unless that was done for this act before; what was prepared then
    is taken up with its moment, its stamp and its digest. Raises `SigningRefused`.
    """
    from signing.preparing import Prepared

    record = ports.signatures.recall(act, holder)
    if record is None:
        prepared = make()
        ports.storage.put(prepared.document, limit=limit)  # kept before the key is asked
    else:
        with ports.storage.open(record["sha256"]) as handle:
            prepared = Prepared.from_record(record, handle.read())
    signed, asked = ports.signatures.sign_once(prepared, holder, act=act, now=now)
    stored = ports.storage.put(signed, limit=limit)
    return SignedOnce(stored.sha256, stored.size, asked, prepared.document)


def still_needed(look: Reading, acts: Iterable[str]) -> set[str]:
    """Which remembered acts may be asked for again: not kept yet, or only just, and their case is still open.

    An act of a kind this version does not know is left alone.
    """
    named: dict[str, dict[UUID, list[str]]] = {CONSENT: {}, SEAL: {}, SCAN: {}, COPY: {}}
    needed: set[str] = set()
    for act in acts:
        kind, _, rest = act.partition(":")
        if kind not in named:
            needed.add(act)
            continue
        named[kind].setdefault(UUID(rest.partition(":")[0]), []).append(act)
    consents = (
        select(SigningConsent.id, SigningConsent.used_at)
        .join(Document, Document.id == SigningConsent.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.ended_at.is_(None), SigningConsent.id.in_(named[CONSENT]))
    )
    calls = (
        select(Call.id, Call.finished_at)
        .join(Case, Case.id == Call.case_id)
        .where(Case.ended_at.is_(None), Call.id.in_(named[SEAL]))
    )
    scans = select(IntakeScan.id, IntakeScan.signed_at).where(
        IntakeScan.state.in_(("asked", "signed")), IntakeScan.id.in_(named[SCAN])
    )
    copies = select(PaperCopy.id, PaperCopy.made_at).where(PaperCopy.failed_at.is_(None), PaperCopy.id.in_(named[COPY]))
    for kind, wanted in ((CONSENT, consents), (SEAL, calls), (SCAN, scans), (COPY, copies)):
        for row_id, kept_at in look.session.execute(wanted):
            if kept_at is None or kept_at > look.now - REMEMBERED:
                needed.update(named[kind][row_id])
    return needed


def forget_what_is_kept(look: Reading) -> set[str]:
    """Have the signer forget every use that is over; the files (SHA-256, hex) that the others still need.

    Raises `SigningRefused` where the signer does not answer.
    """
    keys, files = look.ports.signatures.keys, set()
    # All of them before the first question: what this look sees is of that moment, and an act begun later is not in it.
    for some in list(keys.remembered()):
        needed = still_needed(look, some)
        keys.signer.forget(some.keys() - needed)
        files |= {sha256 for act, sha256 in some.items() if act in needed}
    return files
