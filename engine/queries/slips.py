"""The slips with which papers come and go, and what is missing of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.accounts.models import Office, Person
from engine.accounts.policy import require_role
from engine.dossiers.custody import HANDS, HandoverLine, HandoverSlip
from engine.dossiers.models import Dossier
from engine.errors import NotFound
from engine.queries.drawer import MOST
from engine.queries.keyset import FIRST, Place, Window, cut, named, page_of
from engine.work import Actor, Reading

SLIPS = 30


@dataclass(frozen=True)
class SlipLine:
    """One dossier on a slip."""

    id: UUID
    case_id: UUID
    position: int
    code: str
    owner: str
    title: str
    papers: str
    step: str
    status: str
    answered_at: datetime | None
    answered_by: str
    note: str


@dataclass(frozen=True)
class SlipPage:
    """A hand-over slip; `lines` are left out where only a list of slips is shown."""

    id: UUID
    number: str
    from_id: UUID
    giver: str
    superior: str
    to_id: UUID
    receiver: str
    shift: str
    given_at: datetime
    given_by: str
    settled_at: datetime | None
    count: int
    waiting: int
    missing: int
    lines: tuple[SlipLine, ...] = ()


@dataclass(frozen=True)
class SlipList:
    """One page of slips, the newest first."""

    slips: tuple[SlipPage, ...]
    before: Place | None
    after: Place | None


@dataclass(frozen=True)
class Missing:
    """Papers that were on a slip and not in the bundle that arrived."""

    line: SlipLine
    slip_id: UUID
    slip: str
    from_id: UUID
    giver: str
    to_id: UUID
    receiver: str
    given_at: datetime
    given_by: str


def slips(read: Reading, office_id: UUID, *, outgoing: bool, open_only: bool, window: Window = FIRST) -> SlipList:
    """The slips that one of the actor's offices wrote or was given, the newest first."""
    require_role(read.actor, *HANDS, office_id=office_id)
    where = [(HandoverSlip.from_id if outgoing else HandoverSlip.to_id) == office_id]
    where += [HandoverSlip.settled_at.is_(None)] if open_only else []
    asked: Any = select(HandoverSlip.given_at.label("at"), HandoverSlip.id.label("id")).where(*where)
    branch = cut(asked, HandoverSlip.given_at, HandoverSlip.id, window, newest_first=True)
    page = page_of(read, [branch], window, SLIPS, newest_first=True)
    return SlipList(tuple(_slips(read, [row[1] for row in page.rows])), page.before, page.after)


def slip(read: Reading, slip_id: UUID) -> SlipPage:
    """One slip with its lines, for those who gave or took it and those who oversee them (NotFound else)."""
    row = read.session.get(HandoverSlip, slip_id)
    if row is None or not _concerns(read.actor, row):
        raise NotFound("Không có phiếu bàn giao này.")
    return _slips(read, [slip_id], lines=True)[0]


def _concerns(actor: Actor, row: HandoverSlip) -> bool:
    if actor.kind == "system":
        return True
    return actor.kind == "official" and bool({row.from_id, row.to_id} & actor.oversight)


def _slips(read: Reading, slip_ids: Collection[UUID], *, lines: bool = False) -> list[SlipPage]:
    rows = read.session.scalars(
        select(HandoverSlip)
        .where(HandoverSlip.id.in_(slip_ids))
        .order_by(HandoverSlip.given_at.desc(), HandoverSlip.id.desc())
    ).all()
    tally = _tally(read, slip_ids)
    offices = named(read, Office.id, Office.name, {one for row in rows for one in (row.from_id, row.to_id)})
    superiors = named(read, Office.id, Office.superior, {row.from_id for row in rows})
    people = named(read, Person.id, Person.full_name, {row.given_by for row in rows})
    return [
        SlipPage(
            id=row.id,
            number=row.number,
            from_id=row.from_id,
            giver=offices.get(row.from_id, ""),
            superior=superiors.get(row.from_id, ""),
            to_id=row.to_id,
            receiver=offices.get(row.to_id, ""),
            shift=row.shift,
            given_at=row.given_at,
            given_by=people.get(row.given_by, ""),
            settled_at=row.settled_at,
            count=sum(tally.get(row.id, {}).values()),
            waiting=tally.get(row.id, {}).get("given", 0),
            missing=tally.get(row.id, {}).get("missing", 0),
            lines=_lines(read, HandoverLine.slip_id == row.id) if lines else (),
        )
        for row in rows
    ]


def _tally(read: Reading, slip_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    found: dict[UUID, dict[str, int]] = {}
    for slip_id, status, count in read.session.execute(
        select(HandoverLine.slip_id, HandoverLine.status, func.count())
        .where(HandoverLine.slip_id.in_(slip_ids))
        .group_by(HandoverLine.slip_id, HandoverLine.status)
    ):
        found.setdefault(slip_id, {})[status] = count
    return found


def _lines(read: Reading, *where: Any) -> tuple[SlipLine, ...]:
    rows = read.session.execute(
        select(
            HandoverLine, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title, Dossier.procedure_name
        )
        .join(Dossier, Dossier.case_id == HandoverLine.case_id)
        .where(*where)
        .order_by(HandoverLine.slip_id, HandoverLine.position)
        .limit(MOST)
    ).all()
    people = named(read, Person.id, Person.full_name, {row[0].answered_by for row in rows})
    return tuple(
        SlipLine(
            id=line.id,
            case_id=line.case_id,
            position=line.position,
            code=code or filing_code,
            owner=owner,
            title=title or procedure,
            papers=line.papers,
            step=line.step,
            status=line.status,
            answered_at=line.answered_at,
            answered_by=people.get(line.answered_by, ""),
            note=line.note,
        )
        for line, code, filing_code, owner, title, procedure in rows
    )


def missing_papers(read: Reading) -> tuple[Missing, ...]:
    """The papers that are being searched for in the offices the actor oversees, the longest missing first."""
    mine: Any = or_(HandoverSlip.from_id.in_(read.actor.oversight), HandoverSlip.to_id.in_(read.actor.oversight))
    rows = read.session.execute(
        select(HandoverLine.id, HandoverSlip.id)
        .join(HandoverSlip, HandoverSlip.id == HandoverLine.slip_id)
        .where(HandoverLine.status == "missing", mine)
        .order_by(HandoverLine.answered_at, HandoverLine.id)
        .limit(MOST)
    ).all()
    if read.actor.kind not in {"official", "system"} or not rows:
        return ()
    papers = {page.id: page for page in _slips(read, {row[1] for row in rows})}
    lines = {line.id: line for line in _lines(read, HandoverLine.id.in_([row[0] for row in rows]))}
    return tuple(
        Missing(
            line=lines[line_id],
            slip_id=slip_id,
            slip=papers[slip_id].number,
            from_id=papers[slip_id].from_id,
            giver=papers[slip_id].giver,
            to_id=papers[slip_id].to_id,
            receiver=papers[slip_id].receiver,
            given_at=papers[slip_id].given_at,
            given_by=papers[slip_id].given_by,
        )
        for line_id, slip_id in rows
    )


def waiting_slips(read: Reading) -> int:
    """How many slips wait for the actor's word, up to SLIPS."""
    ids = {post.office_id for post in read.actor.mandates if post.role in HANDS}
    waits = select(HandoverSlip.id).where(HandoverSlip.to_id.in_(ids), HandoverSlip.settled_at.is_(None)).limit(SLIPS)
    return read.session.scalar(select(func.count()).select_from(waits.subquery())) or 0
