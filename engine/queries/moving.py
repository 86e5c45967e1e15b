"""Moving running cases to another version, looked at: the dry run, the orders, and what became of each case.

Seen by those who may ask for a move or approve one: designers, procedure controllers, leaders and operators, and by
another system whose key has the scope. A line names a dossier by its code and steps by their names, never a person.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from engine.accounts.models import ApiClient
from engine.accounts.people import mandates_on
from engine.accounts.policy import require_role
from engine.bpmn.moving_mapping import mapping_faults
from engine.cases.models import Case
from engine.cases.moves import Move, MoveBatch
from engine.clock import legal_date
from engine.dossiers.moving import (
    VERDICTS,
    CasePlan,
    Order,
    digest_of,
    from_record,
    plan_case,
    tally_of,
    unpacked,
    version_faults,
)
from engine.dossiers.moving_offices import beyond, cases_of, moving_in
from engine.errors import Forbidden, NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.published import open_bundle
from engine.queries.paging import paged
from engine.work import Reading
from rules.sentences import Sentence

ASKERS = ("designer", "procedure_controller")
"""Who may ask for a move."""
APPROVERS = ("leader", "operator")
"""Who may approve one that somebody else has asked for, and have it undone."""
TRIED = ("trying", "tried")
"""An order nobody has asked for yet: seen by whoever has it tried, and nobody else."""
PER_PAGE = 50
SCOPE = "moves"
"""The scope a machine's key needs for the dry run and the state of an order; acting needs people."""


@dataclass(frozen=True)
class DryRun:
    """What an order would do to every open case of a version; nothing was written.

    `faults` say what is wrong with the order itself (a mapping that names nothing, a version not in force): while
    there are any, nothing can be asked for. `digest` identifies this very result (`request_move` wants it back).
    `elsewhere` counts the open cases of offices the reader does not answer for: they are not in it. `unplanned` counts
    cases that are more than may be planned while somebody waits; then there is no plan (`try_move` has one made).
    """

    order: Order
    plans: tuple[CasePlan, ...]
    tally: Mapping[str, int]
    faults: tuple[Sentence, ...]
    digest: str
    elsewhere: int = 0
    unplanned: int = 0


@dataclass(frozen=True)
class BatchLine:
    """An order in a list; people by their roles. `left` cases still have to be carried out or undone."""

    id: UUID
    procedure: str
    source_version: int
    target_version: int
    status: str
    ground_number: str
    ground_on: date
    ground_text: str
    letter: str
    decided: bool
    mapping: Mapping[str, str]
    tally: Mapping[str, int]
    done: Mapping[str, int]
    left: int
    asked_at: datetime
    asked_by: UUID
    asked_role: str
    answered_at: datetime | None
    answered_role: str
    answer: str
    finished_at: datetime | None
    undo_at: datetime | None
    undo_reason: str


@dataclass(frozen=True)
class MoveLine:
    """One case of an order: what was planned, what became of it (`status`), and why when it is not what was planned."""

    case_id: UUID
    code: str
    plan: CasePlan
    status: str
    result: Sentence | None
    done_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True)
class BatchPage:
    """An order with a page of its cases; `may_answer` and `may_undo` are for the reader.

    `filed_since` counts open cases of the old version that came after the order was asked for: they are not in it.
    `beyond` names an office with dossiers in the order for which a reader who could else answer it does not speak.
    """

    line: BatchLine
    moves: tuple[MoveLine, ...]
    total: int
    page: int
    pages: int
    filed_since: int
    may_answer: bool
    may_undo: bool
    beyond: str = ""


def dry_run(
    read: Reading, procedure: str, source: int, target: int, *, mapping: Mapping[str, str] | None = None,
    letter: str = "", decided: bool = False, case_id: UUID | None = None, most: int | None = None,
) -> DryRun:  # fmt: skip
    """Plan a move of the open cases the reader answers for (or of one) from one published version to another.

    `mapping` is old element id → new element id; `letter` "", "form01" or "form04"; `decided` takes dossiers with a
    result along; of more than `most` cases none is planned. NotFound for a version nobody published, Forbidden for a
    reader who may neither ask nor approve.
    """
    _may_look(read)
    order = Order(_version(read, procedure, source), _version(read, procedure, target), mapping or {}, letter, decided)
    faults = _faults(read, order)
    roles = ASKERS if _holds(read, ASKERS) else APPROVERS
    ids, elsewhere = cases_of(read.session, order.source, read.actor, roles)
    if case_id is not None:
        ids, elsewhere = [case_id], 0
    unplanned = len(ids) if most is not None and len(ids) > most else 0
    plans = [] if faults or unplanned else [_planned(read, one, order) for one in ids]
    return DryRun(
        order=order,
        plans=tuple(plans),
        tally=tally_of(plans),
        faults=tuple(faults),
        digest=digest_of(plans),
        elsewhere=elsewhere,
        unplanned=unplanned,
    )


def _version(read: Reading, procedure: str, number: int) -> PublishedBundle:
    """A published version of a procedure by its number; NotFound where there is none."""
    found = read.session.scalar(
        select(PublishedBundle).where(PublishedBundle.procedure == procedure, PublishedBundle.version == number)
    )
    if found is None:
        raise NotFound("Thủ tục %(procedure)s không có phiên bản %(number)s.", procedure=procedure, number=number)
    return found


def batches(read: Reading, procedure: str = "") -> tuple[BatchLine, ...]:
    """The orders, newest first, of one procedure or of all."""
    _may_look(read)
    rows = select(MoveBatch).order_by(MoveBatch.asked_at.desc(), MoveBatch.id)
    rows = rows.where(MoveBatch.status.not_in(TRIED) | (MoveBatch.asked_by == read.actor.id))
    if procedure:
        rows = rows.where(MoveBatch.procedure == procedure)
    return _lines(read, read.session.scalars(rows.limit(200)).all())


def batch_page(
    read: Reading, batch_id: UUID, *, status: str = "", verdict: str = "", page: int = 1, every: bool = False
) -> BatchPage:
    """One order with its cases, those of one status or planned verdict only if asked; NotFound where there is none.

    `every` gives all of them on one page.
    """
    _may_look(read)
    batch = read.session.get(MoveBatch, batch_id)
    if batch is None or (batch.status in TRIED and read.actor.kind != "system" and batch.asked_by != read.actor.id):
        raise NotFound("Không có đợt chuyển này.")
    where = [Move.batch_id == batch.id, *([Move.status == status] if status else [])]
    where += [Move.verdict == verdict] if verdict in VERDICTS else []
    found = paged(
        read,
        select(Move).options(defer(Move.before)).order_by(Move.id),  # the rows of a case are for its undoing alone
        of=Move,
        where=where,
        page=page,
        per_page=sys.maxsize if every else PER_PAGE,
    )
    (line,) = _lines(read, [batch])
    since = select(func.count()).where(
        Case.bundle_id == batch.from_id, Case.ended_at.is_(None), Case.opened_at > batch.asked_at
    )
    others = read.actor.id not in (None, batch.asked_by)
    may = _holds(read, APPROVERS) and batch.status in ("asked", "done")
    foreign = beyond(read.session, read.actor, APPROVERS, moving_in(batch.id)) if may else ""
    return BatchPage(
        line=line,
        moves=tuple(_move_line(one) for (one,) in found.rows),
        total=found.total,
        page=found.page,
        pages=found.pages,
        filed_since=read.session.scalar(since) or 0,
        may_answer=batch.status == "asked" and others and may and not foreign,
        may_undo=batch.status == "done" and may and not foreign and bool(line.done.get("moved")),
        beyond=foreign,
    )


def move_of(read: Reading, batch_id: UUID, case_id: UUID) -> MoveLine:
    """One case of an order; NotFound where it has none such."""
    _may_look(read)
    found = read.session.scalar(select(Move).where(Move.batch_id == batch_id, Move.case_id == case_id))
    if found is None:
        raise NotFound("Đợt chuyển này không có hồ sơ đó.")
    return _move_line(found)


def _faults(read: Reading, order: Order) -> list[Sentence]:
    """What is wrong with an order itself, whatever the cases are."""
    faults = version_faults(order, legal_date(read.now))
    if not faults:
        old, new = open_bundle(read.session, order.source.id), open_bundle(read.session, order.target.id)
        faults = mapping_faults(old.definition, new.definition, order.mapping)
    return faults


def _planned(read: Reading, case_id: UUID, order: Order) -> CasePlan:
    return plan_case(read.session, read.session.get_one(Case, case_id), order, read.now)[0]


def _lines(read: Reading, batches: Sequence[MoveBatch]) -> tuple[BatchLine, ...]:
    done: dict[UUID, dict[str, int]] = {batch.id: {} for batch in batches}
    counted = select(Move.batch_id, Move.status, func.count()).where(Move.batch_id.in_(done))
    for batch_id, status, count in read.session.execute(counted.group_by(Move.batch_id, Move.status)):
        done[batch_id][status] = count
    told = {batch.from_id for batch in batches} | {batch.to_id for batch in batches}
    numbers = select(PublishedBundle.id, PublishedBundle.version).where(PublishedBundle.id.in_(told))
    versions = {row.id: row.version for row in read.session.execute(numbers)}
    return tuple(_line(read, batch, done[batch.id], versions) for batch in batches)


def _line(read: Reading, batch: MoveBatch, done: Mapping[str, int], versions: Mapping[UUID, int]) -> BatchLine:
    waiting = "moved" if batch.status == "undoing" else "planned"
    return BatchLine(
        id=batch.id,
        procedure=batch.procedure,
        source_version=versions[batch.from_id],
        target_version=versions[batch.to_id],
        status=batch.status,
        ground_number=batch.ground_number,
        ground_on=batch.ground_on,
        ground_text=batch.ground_text,
        letter=batch.letter,
        decided=batch.decided,
        mapping=batch.mapping,
        tally=batch.tally,
        done=done,
        left=done.get(waiting, 0) if batch.status in ("approved", "undoing") else 0,
        asked_at=batch.asked_at,
        asked_by=batch.asked_by,
        asked_role=_role(read, batch.asked_by, batch.asked_at, ASKERS),
        answered_at=batch.answered_at,
        answered_role=_role(read, batch.answered_by, batch.answered_at, APPROVERS),
        answer=batch.answer,
        finished_at=batch.finished_at,
        undo_at=batch.undo_at,
        undo_reason=batch.undo_reason,
    )


def _role(read: Reading, person_id: UUID | None, moment: datetime | None, roles: tuple[str, ...]) -> str:
    """In which role somebody acted: the one they held then."""
    if person_id is None or moment is None:
        return ""
    held = {post.role for post in mandates_on(read.session, person_id, legal_date(moment))}
    return next((role for role in roles if role in held), "")


def _move_line(row: Move) -> MoveLine:
    plan = from_record(row.plan)
    result = unpacked(row.result) if row.result else None
    return MoveLine(row.case_id, plan.code, plan, row.status, result, row.done_at, row.undone_at)


def _holds(read: Reading, roles: tuple[str, ...]) -> bool:
    return any(read.actor.holds(role) for role in roles)


def _may_look(read: Reading) -> None:
    if read.actor.kind == "machine":
        client = read.session.get(ApiClient, read.actor.id)
        if client is None or SCOPE not in client.scopes:
            raise Forbidden("Khóa kết nối này không được xem việc chuyển hồ sơ.", code="scope_missing")
        return
    require_role(read.actor, *ASKERS, *APPROVERS)
