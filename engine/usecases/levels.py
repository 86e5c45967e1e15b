"""How far the signatures of a paper are proven: raised to B-LTA after the seal, renewed before that weakens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Case
from engine.clock import legal_date
from engine.dossiers.levels import LONGEST, RAISED, SIGNED
from engine.dossiers.models import Document, EarlierFile
from engine.dossiers.scans import IntakeScan
from engine.errors import NotFound
from engine.ports import Ports
from engine.usecases.running import lock_case
from engine.work import Reading, Work
from signing.errors import SigningRefused

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
LEAST_GAIN = timedelta(days=1)
AGAIN = timedelta(days=7)
"""A time-stamping authority that still uses the certificate about to end is asked again after this long."""
MOST_BYTES = 60 * 2**20
"""The largest file that is raised, or signed as a scan: less than what verification reads."""
PROOFS = 4 * 2**20
"""The most that signatures and proofs may add to it."""

Levelled = Document | IntakeScan
KINDS: dict[str, Any] = {"document": Document, "scan": IntakeScan}
"""What has a level, by how a job names it."""


@dataclass(frozen=True)
class RaisePlan:
    """One paper whose level is due: its bytes then. `kind` is document or scan."""

    kind: str
    paper_id: UUID
    sha256: str
    renews: bool


@dataclass(frozen=True)
class RaisedFile:
    """The same paper, longer by one update; `renew_at` is when its archive time stamp is to be renewed."""

    sha256: str
    size: int
    level: str
    renew_at: datetime


def to_be_raised(work: Work, document: Levelled) -> None:
    """A paper nobody signs any more after this act: it counts as B-T from now on and is raised by a worker."""
    document.level, document.level_due_at, document.level_tries, document.level_trouble = SIGNED, work.now, 0, ""
    _ask(work, document)


def ask_due(work: Work, *, limit: int) -> int:
    """Ask the workers for papers and scans whose moment has come, the longest due first; how many were asked for.

    At most `limit` of each, so that neither has to wait for the other. One whose job came to nothing (given up, or
    carried out by nobody) is asked for again once a day.
    """
    asked = 0
    for kind in KINDS.values():
        due = select(kind).where(kind.level_due_at <= work.now).order_by(kind.level_due_at).limit(limit)
        for paper in work.session.scalars(due).all():
            _ask(work, paper, again=f":{legal_date(work.now)}")
            asked += 1
    return asked


def plan_raise(look: Reading, paper_id: UUID, kind: str = "document") -> RaisePlan | None:
    """What is to be raised; None when another worker has done it, or its moment has not come."""
    paper = look.session.get(KINDS[kind], paper_id)
    if paper is None:
        raise NotFound("Không có văn bản này.")
    if paper.level_due_at is None or paper.level_due_at > look.now:
        return None
    return RaisePlan(kind, paper.id, paper.sha256, paper.level == RAISED)


def raise_paper(plan: RaisePlan, ports: Ports, now: datetime) -> RaisedFile | None:
    """Ask, embed and stamp, with no transaction open; None when a renewal would protect the paper no longer.

    Raises `SigningRefused`.
    """
    with ports.storage.open(plan.sha256) as handle:
        before = handle.read()
    raised = ports.signatures.raised(before, now=now)
    if plan.renews and raised.renew_at <= now + LEAST_GAIN:
        return None
    if not raised.pdf.startswith(before):
        raise SigningRefused("not_an_update", "Bản nâng mức không giữ nguyên văn bản đã ký.")
    stored = ports.storage.put(raised.pdf, limit=MOST_BYTES + PROOFS)
    return RaisedFile(stored.sha256, stored.size, raised.level, max(raised.renew_at, now + AGAIN))


def keep_raised(work: Work, plan: RaisePlan, file: RaisedFile | None) -> None:
    """The longer file takes the place of the shorter, once; two workers at the same paper keep one of theirs."""
    paper = _locked(work, plan)
    if paper is None:
        return
    if file is None:
        paper.level_due_at, paper.level_tries = work.now + AGAIN, 0
        return
    before = paper.sha256
    if isinstance(paper, Document):  # a scan is given to nobody who could come back with an earlier file
        _keep_earlier(work, paper)
    paper.sha256, paper.size, paper.level = file.sha256, file.size, file.level
    paper.level_due_at, paper.level_tries, paper.level_trouble = file.renew_at, 0, ""
    case = work.session.get(Case, paper.case_id) if paper.case_id else None
    if case is not None:
        facts = {plan.kind: str(paper.id), "sha256": file.sha256, "before": before, "level": file.level}
        work.record(case, f"{plan.kind}.archived", facts)


def _keep_earlier(work: Work, document: Document) -> None:
    earlier = EarlierFile(
        document_id=document.id,
        sha256=document.sha256,
        size=document.size,
        level=document.level,
        replaced_at=work.now,
    )
    work.session.add(earlier)


def put_off(work: Work, plan: RaisePlan, code: str) -> None:
    """The attempt failed: the paper stays at its level, says why (the refusal's code), is tried again after a pause."""
    paper = _locked(work, plan)
    if paper is None:
        return
    tries = paper.level_tries
    paper.level_due_at = work.now + (PAUSES[tries] if tries < len(PAUSES) else LONGEST)
    paper.level_tries, paper.level_trouble = tries + 1, code


def _locked(work: Work, plan: RaisePlan) -> Levelled | None:
    """The paper in this transaction's hands, unless it is no longer the one that was raised."""
    paper = work.session.get_one(KINDS[plan.kind], plan.paper_id)
    if paper.case_id is not None:
        lock_case(work, paper.case_id)
    work.session.refresh(paper, with_for_update=True)
    return paper if paper.sha256 == plan.sha256 and paper.level_due_at is not None else None


def _ask(work: Work, paper: Levelled, again: str = "") -> None:
    """One job for one moment at which a paper is due, however often that is found; `again` tells another try apart."""
    assert paper.level_due_at is not None
    kind = "document" if isinstance(paper, Document) else "scan"
    key = f"raise:{paper.id}:{paper.level_due_at.isoformat()}{again}"
    work.defer("RaiseDocument", {kind: str(paper.id)}, key=key)
