"""A worker makes one PDF of what a clerk scanned of a paper and signs it with that clerk's key, once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.holders import person_holder
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.scan_rules import SCANS
from engine.cases.models import Case
from engine.clock import legal_date
from engine.dossiers.models import Component
from engine.dossiers.scans import IntakeScan
from engine.errors import NotFound, Refusal
from engine.ports import Ports
from engine.storage.scans import look_at, pages_of
from engine.storage.sheets import NotBound, bound, place_for_words
from engine.usecases.levels import LONGEST, MOST_BYTES, PAUSES, PROOFS, to_be_raised
from engine.usecases.running import lock_case
from engine.usecases.signing_keys import check_leader_key, check_unlocked
from engine.usecases.signing_once import scan_act, signed_once
from engine.work import Reading, Work
from signing.errors import SigningRefused

FIELD = "clerk"
"""The signature's field: by it a verification says in which role was signed."""

FOR_GOOD = frozenset({
    "no_signing_key", "no_key", "key_at_desk", "mandate_over", "mandate_without_ground", "key_of_another_unit",
    "certificate_of_another", "certificate_expired", "certificate_revoked", "certificate_unknown",
    "certificate_replaced", "root_not_trusted", "key_disabled", "weak", "encrypted", "hybrid", "not_a_pdf",
    "not_signed", "already_signed", "no_place", "not_static", "not_readable", "not_a_scan", "too_large",
    "file_missing", "not_an_update", "file_too_large",
})  # fmt: skip
"""Why a scan stays unsigned until somebody has put it right; anything else is tried again by itself."""


class StaysUnsigned(Exception):
    """These files are not signed as a scan; `code` is why, in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


NOT_SIGNED = (StaysUnsigned, NotBound, Refusal, SigningRefused)
"""Whatever may keep a scan from being signed and is said on its pages; anything else is a worker's failure."""


@dataclass(frozen=True)
class ScanPlan:
    """What is to be signed as one scan, with whose key, and what is said of it."""

    scan_id: UUID
    handed: tuple[tuple[str, str], ...]
    holder: str
    name: str
    office: str
    title: str
    shown: bool
    serial: str


@dataclass(frozen=True)
class SignedScan:
    """One signed PDF in the store; `unsigned` is the digest of what the scans were made into before the signature.

    `asked` is how often the key was asked.
    """

    sha256: str
    size: int
    pages: int
    unsigned: str
    asked: int


def plan_scan(look: Reading, scan_id: UUID) -> ScanPlan | None:
    """What is to be signed now; None when that is done, or its moment has not come.

    Raises what `check_leader_key` raises, and StaysUnsigned for a key that lies in the clerk's own PC.
    """
    scan = look.session.get(IntakeScan, scan_id)
    if scan is None:
        raise NotFound("Không có bản quét này.")
    if scan.state != "asked" or scan.due_at is None or scan.due_at > look.now:
        return None
    person = look.session.get_one(Person, scan.person_id)
    mandate = look.session.get(Mandate, scan.mandate_id) if scan.mandate_id else None
    office = look.session.get(Office, mandate.office_id) if mandate is not None else None
    title = paper_title(look, scan)
    key = check_leader_key(look.session, look.ports, person, mandate, paper=title, now=look.now)
    if key.kind == "desk":
        raise StaysUnsigned("key_at_desk")
    check_unlocked(key)
    rules = SCANS.in_force(look.session, office.id if office is not None else None, legal_date(look.now)).rules
    return ScanPlan(
        scan_id=scan.id,
        handed=tuple((str(one["sha256"]), str(one["type"])) for one in scan.handed),
        holder=person_holder(person.id),
        name=person.full_name,
        office=office.name if office is not None else "",
        title=title,
        shown=rules.shown == "top_right",
        serial=key.serial,
    )


def signed_scan(plan: ScanPlan, ports: Ports, now: datetime) -> SignedScan:
    """One PDF of what was handed in, signed (PAdES B-T), with no transaction open.

    A single PDF stays the beginning of the signed file, byte for byte, unless it is written so carelessly that nothing
    can be added to it: then its pages are taken over. Raises NotBound, StaysUnsigned, SigningRefused and what the store
    raises.
    """
    from signing.documents import takes_signatures

    files = []
    for sha256, media_type in plan.handed:
        with ports.storage.open(sha256) as handle:
            files.append((handle.read(MOST_BYTES + 1), media_type))
        if sum(len(content) for content, _type in files) > MOST_BYTES:
            raise StaysUnsigned("too_large")
    for content, media_type in files:
        if trouble := look_at(content, media_type).trouble:
            raise StaysUnsigned(trouble)
    pdf = bound(files)
    if not takes_signatures(pdf):
        pdf = bound(files, anew=True)
    signed = signed_once(
        ports,
        plan.holder,
        act=scan_act(plan.scan_id),
        make=lambda: _prepared(plan, pdf, ports, now),
        now=now,
        limit=MOST_BYTES + PROOFS,
    )
    return SignedScan(signed.sha256, signed.size, pages_of(pdf), hashlib.sha256(pdf).hexdigest(), signed.asked)


def _prepared(plan: ScanPlan, pdf: bytes, ports: Ports, now: datetime) -> Any:
    from engine.letters.scan_stamps import HEIGHT, WIDTH, scan_stamp  # the printing press: only who prints loads it

    box = place_for_words(pdf, width=WIDTH, height=HEIGHT) if plan.shown else None
    ready, stamp = pdf, None
    if box is not None:
        ready = ports.signatures.prepare(pdf, {FIELD: box})
        stamp = scan_stamp(plan.name, plan.office, signed_at=now, sample=ports.settings.sample)
    reason = f"Số hóa khi tiếp nhận: {plan.title}"
    prepared = ports.signatures.prepared(ready, plan.holder, field=FIELD, stamp=stamp, reason=reason, now=now)
    if not prepared.document.startswith(pdf):
        raise SigningRefused("not_an_update", "Bản ký không giữ nguyên tệp đã quét.")
    return prepared


def keep_signed_scan(work: Work, plan: ScanPlan, file: SignedScan) -> None:
    """The signed file belongs to the dossier from now on; of two workers at the same scan one is heard."""
    scan = _locked(work, plan.scan_id)
    if scan is None:
        return
    scan.state, scan.trouble, scan.due_at, scan.tries = "signed", "", None, 0
    scan.sha256, scan.size, scan.pages = file.sha256, file.size, file.pages
    scan.signed_at, scan.certificate = work.now, plan.serial
    to_be_raised(work, scan)
    facts = {
        "scan": str(scan.id),
        "paper": scan.paper,
        "round": scan.round,
        "handed": [sha256 for sha256, _type in plan.handed],
        "unsigned": file.unsigned,
        "sha256": file.sha256,
        "by": str(scan.person_id),
        "certificate": plan.serial,
        "key_asked": file.asked,
    }
    work.record(work.session.get_one(Case, scan.case_id), "scan.signed", facts)


def leave_unsigned(work: Work, scan_id: UUID, why: Exception) -> None:
    """Nothing was signed: what only a person can put right stays so and says why, all else is tried after a pause."""
    scan = _locked(work, scan_id)
    if scan is None:
        return
    code, tries = str(getattr(why, "code", "") if isinstance(why, NOT_SIGNED) else "") or "unknown", scan.tries
    scan.tries, scan.trouble = tries + 1, code
    if code not in FOR_GOOD:
        scan.due_at = work.now + (PAUSES[tries] if tries < len(PAUSES) else LONGEST)
        return
    scan.state, scan.due_at = "unsigned", None
    facts = {"scan": str(scan.id), "paper": scan.paper, "round": scan.round, "code": code}
    work.record(work.session.get_one(Case, scan.case_id), "scan.left_unsigned", facts)


def _locked(work: Work, scan_id: UUID) -> IntakeScan | None:
    """The scan in this transaction's hands, unless nobody waits for its signature any more."""
    scan = work.session.get_one(IntakeScan, scan_id)
    lock_case(work, scan.case_id)
    work.session.refresh(scan, with_for_update=True)
    return scan if scan.state == "asked" else None


def paper_title(look: Reading, scan: IntakeScan) -> str:
    """What the scanned paper is called in its dossier."""
    name = select(Component.name).where(Component.case_id == scan.case_id, Component.key == scan.paper)
    return look.session.scalar(name) or scan.paper
