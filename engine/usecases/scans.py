"""What a clerk scans while receiving a dossier: kept as it came, and asked to be signed with the clerk's own key.

Decree 45/2020 and Circular 01/2023/TT-VPCP ask for that signature (their texts were not read; see
`engine/accounts/scan_rules.toml`). The act of receiving is the clerk's consent; a worker signs once the dossier is
received (`engine/usecases/scan_signing.py`), and no dossier waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_person, require_role
from engine.accounts.scan_rules import ScanRules, remarks_on
from engine.cases.models import Case
from engine.clock import legal_date
from engine.db import new_id
from engine.dossiers.models import Attachment, Dossier
from engine.dossiers.scan_words import remark_words
from engine.dossiers.scans import CLERKS, IntakeScan
from engine.errors import Conflict, Invalid, NotFound
from engine.ports import Ports
from engine.storage.scans import look_at
from engine.usecases.drafts import attach, store_upload
from engine.usecases.running import lock_case
from engine.work import Work


@dataclass(frozen=True)
class Scanned:
    """One stored file a clerk scanned, the paper it is of, and what the rules had to say of it (codes, numbers)."""

    paper: str
    sha256: str
    size: int
    media_type: str
    name: str
    remarks: Sequence[Mapping[str, Any]] = ()

    @property
    def stored(self) -> tuple[str, int, str, str]:
        return self.sha256, self.size, self.media_type, self.name


def store_scan(ports: Ports, stream: BinaryIO, name: str, *, paper: str, most: int | None, rules: ScanRules) -> Scanned:
    """Check and store one scanned file as `store_upload` does, and look at how it was scanned.

    Refuses (Invalid), in words that say what to do, what the authority's rules refuse; all else is taken with remarks.
    """
    stored = store_upload(ports, stream, name, most=most)
    sha256, size, media_type, safe_name = stored
    with ports.storage.open(sha256) as handle:
        found = remarks_on(look_at(handle.read(), media_type), rules)
    said = [{"code": one.code, **one.params} for one in found]
    if found and found[0].refused:
        params: dict[str, Any] = dict(found[0].params)
        raise Invalid(remark_words(said[0]).msgid, code=found[0].code, **params)
    return Scanned(paper, sha256, size, media_type, safe_name, said)


def attach_scans(
    work: Work,
    scans: Sequence[Scanned],
    *,
    case_id: UUID | None = None,
    draft_id: UUID | None = None,
    round: int = 0,
) -> list[Attachment]:
    """Write scanned files down as papers of a dossier, or of an answer about to be sent; the same file twice is one."""
    if not scans:
        return []
    owner = Attachment.draft_id == draft_id if draft_id else Attachment.case_id == case_id
    rows = work.session.scalars(
        select(Attachment).where(owner, Attachment.round == round, Attachment.removed_at.is_(None))
    )
    known = {(row.field, row.sha256) for row in rows}
    found = []
    for one in scans:
        if (one.paper, one.sha256) not in known:
            known.add((one.paper, one.sha256))
            kept = attach(work, field=one.paper, stored=one.stored, case_id=case_id, draft_id=draft_id, round=round)
            found.append(kept)
    return found


def take_scans(
    work: Work, case_id: UUID, scans: Sequence[Scanned], files: Sequence[Attachment], *, round: int = 0
) -> list[IntakeScan]:
    """What the actor scanned in this act of receiving is to be signed in their name, paper by paper.

    `files` are the attachments `attach_scans` wrote of `scans`. It is asked for at once where the dossier is received,
    else when it will be. Of one paper and round there is one scan: the first that was handed in.
    """
    if not files:
        return []
    require_role(work.actor, *CLERKS)
    case = lock_case(work, case_id)
    dossier = work.session.get_one(Dossier, case_id)
    remarks = {(one.paper, one.sha256): list(one.remarks) for one in scans}
    post = next(
        (post for post in work.actor.mandates if post.role in CLERKS and post.office_id == dossier.receiving_id),
        next(post for post in work.actor.mandates if post.role in CLERKS),
    )
    papers = set(
        work.session.scalars(select(IntakeScan.paper).where(IntakeScan.case_id == case_id, IntakeScan.round == round))
    )
    found = []
    for paper in dict.fromkeys(one.field for one in files if one.field not in papers):
        own = [one for one in files if one.field == paper]
        scan = IntakeScan(
            id=new_id(),
            case_id=case_id,
            paper=paper,
            round=round,
            person_id=work.actor.id,
            mandate_id=post.mandate_id,
            handed=[{"attachment": str(one.id), "sha256": one.sha256, "type": one.media_type} for one in own],
            tries=0,
            remarks=[{**said, "file": one.name} for one in own for said in remarks.get((paper, one.sha256), [])],
            taken_at=work.now,
        )
        work.session.add(scan)
        work.record(
            case,
            "scan.taken",
            {"scan": str(scan.id), "paper": paper, "round": round, "handed": [one.sha256 for one in own]},
        )
        found.append(scan)
    if dossier.accepted_at is not None:
        _ask(work, found)
    return found


def sign_held_scans(work: Work, case: Case) -> None:
    """The dossier is received now: what was scanned when it was only written down is signed as well."""
    held = select(IntakeScan).where(IntakeScan.case_id == case.id, IntakeScan.state == "held")
    _ask(work, work.session.scalars(held).all())


def sign_again(work: Work, case_id: UUID, scan_id: UUID) -> None:
    """The clerk who scanned a paper has put right what stood in the way; nobody else's key is used."""
    scan = work.session.get(IntakeScan, scan_id)
    if scan is None or scan.case_id != case_id:
        raise NotFound("Không có bản quét này.")
    case = lock_case(work, case_id)
    work.session.refresh(scan, with_for_update=True)
    require_person(work.actor, scan.person_id)
    if scan.state == "held":
        raise Conflict("Hồ sơ chưa được tiếp nhận nên bản quét chưa được ký.", code="not_received")
    if scan.state == "signed":
        raise Conflict("Bản quét này đã được ký số.", code="already_signed")
    work.record(case, "scan.asked_again", {"scan": str(scan.id), "paper": scan.paper, "trouble": scan.trouble})
    _ask(work, [scan])


def ask_due_scans(work: Work, *, limit: int) -> int:
    """Ask the workers for scans whose moment to be tried again has come; how many were asked for.

    One whose job came to nothing is asked for again once a day.
    """
    due = select(IntakeScan).where(IntakeScan.due_at <= work.now).order_by(IntakeScan.due_at).limit(limit)
    scans = work.session.scalars(due).all()
    for scan in scans:
        _defer(work, scan, again=f":{legal_date(work.now)}")
    return len(scans)


def _ask(work: Work, scans: Iterable[IntakeScan]) -> None:
    for scan in scans:
        scan.state, scan.trouble, scan.due_at = "asked", "", work.now
        _defer(work, scan)


def _defer(work: Work, scan: IntakeScan, again: str = "") -> None:
    """One job for one try at one moment, however often that is found; `again` tells another try apart."""
    assert scan.due_at is not None
    key = f"scan:{scan.id}:{scan.tries}:{scan.due_at.isoformat()}{again}"
    work.defer("SignScan", {"scan": str(scan.id)}, key=key)
