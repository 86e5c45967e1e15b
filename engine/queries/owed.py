"""Letters of apology that still have to go out, as the leader's list shows them: missed, then overdue, then coming."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from engine.accounts.models import Office, Person
from engine.bpmn.saved import Saved
from engine.cases.models import Case, Task
from engine.clock import legal_date
from engine.dossiers.models import Apology, Dossier
from engine.queries.keyset import named
from engine.queries.tasks import may_act
from engine.queries.visible import case_visible_to
from engine.work import Reading

DATES = ("forecast", "term")
"""Causes of a letter that are about the promised date."""
MOST = 200
Kind = Literal["missed", "overdue", "in_time"]
KINDS: tuple[Kind, ...] = ("missed", "overdue", "in_time")
Missing = Literal["reason", "decision", "signature", "exemption", "nobody"]
MISSING: Mapping[str, Missing] = {
    "apology_reason": "reason",
    "apology_other": "reason",
    "apology_second": "decision",
    "apology_approval": "signature",
    "apology_exempt": "exemption",
}
"""What a letter lacks while a step of the drawing `apology` is open."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OwedLetter:
    """A letter of apology that has not gone out.

    `kind` is missed (the promised date has passed), overdue (only its own last moment has) or in_time. `because` is
    why it is owed (forecast, term, error, loss, damage), `level` whose it is (unit, superior). `missing` is what it
    lacks, nobody: no step of it is open; it lies with `holder` since `since`. `task_id` is that step where the reader
    may do it themselves.
    """

    id: UUID
    case_id: UUID
    code: str
    owner: str
    office: str
    promised_on: date
    due_by: datetime
    notice_sent_at: datetime | None
    kind: Kind
    step: str
    holder: str
    because: str
    level: str
    missing: Missing
    since: datetime
    task_id: UUID | None


@dataclass(frozen=True)
class OwedPage:
    """A page of them with how many there are of each kind; `after` names the line the next page begins behind."""

    lines: tuple[OwedLetter, ...]
    counts: Mapping[str, int]
    after: str | None


def owed_letters(read: Reading) -> tuple[OwedLetter, ...]:
    """Letters of apology that still have to be signed, the most pressing on top, at most MOST.

    Where the officer has said that the date will be kept, a letter is owed only once the date has passed.
    """
    return _lines(read, _first(read, ""))


def owed_page(read: Reading, *, after: str = "", size: int = MOST) -> OwedPage:
    """All of them, a page at a time."""
    found = _first(read, after, size)
    more = len(found) > size
    last = found[size - 1] if more else None
    owed = select(_kind(read).label("kind")).where(*_owed(read)).subquery()
    counts = select(owed.c.kind, func.count()).group_by(owed.c.kind)
    return OwedPage(
        _lines(read, found[:size]),
        {KINDS[kind]: number for kind, number in read.session.execute(counts)},
        _text(*last) if last is not None else None,
    )


def _owed(read: Reading) -> tuple[ColumnElement[bool], ...]:
    kept = and_(Apology.because.in_(DATES), Apology.kept_at.is_not(None), Apology.promised_on >= legal_date(read.now))
    return (
        Apology.sent_at.is_(None),
        Apology.closed_at.is_(None),
        ~kept,
        case_visible_to(read.actor, Apology.case_id),
    )


def _kinds(read: Reading) -> tuple[ColumnElement[bool], ...]:
    """What makes a letter one of each of KINDS."""
    missed = and_(Apology.because.in_(DATES), Apology.promised_on < legal_date(read.now))
    overdue = or_(Apology.escalated_at.is_not(None), Apology.due_by < read.now)
    return missed, and_(~missed, overdue), and_(~missed, ~overdue)


def _kind(read: Reading) -> ColumnElement[int]:
    """The place of a letter's kind in KINDS."""
    missed, overdue, _ = _kinds(read)
    return case((missed, 0), (overdue, 1), else_=2)


def _first(read: Reading, after: str, size: int = MOST) -> list[tuple[int, datetime, UUID]]:
    """The first letters behind a place, by kind and last moment, found before anything is joined to them.

    Kind by kind, so that each is read in the order of its index and no further than the page.
    """
    found: list[tuple[int, datetime, UUID]] = []
    place, key = _place(after), (Apology.due_by, Apology.id)
    for kind, condition in enumerate(_kinds(read)):
        if len(found) > size or (place is not None and kind < place[0]):
            continue
        asked = select(*key).where(*_owed(read), condition).order_by(*key).limit(size + 1 - len(found))
        if place is not None and kind == place[0]:
            asked = asked.where(tuple_(*key) > tuple_(*place[1:], types=[one.type for one in key]))
        found += [(kind, due_by, id_) for due_by, id_ in read.session.execute(asked)]
    return found


def _text(kind: int, due_by: datetime, id_: UUID) -> str:
    return f"{kind}-{(due_by - _EPOCH) // timedelta(microseconds=1):x}-{id_.hex}"


def _place(text: str) -> tuple[int, datetime, UUID] | None:
    try:
        kind, moment, name = text.split("-")
        return int(kind), _EPOCH + timedelta(microseconds=int(moment, 16)), UUID(name)
    except (ValueError, OverflowError):
        return None


def _lines(read: Reading, found: Collection[tuple[int, datetime, UUID]]) -> tuple[OwedLetter, ...]:
    kinds = {id_: KINDS[kind] for kind, _, id_ in list(found)[:MOST]}
    if not kinds:
        return ()
    rows = read.session.execute(
        select(Apology, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.handling_id)
        .join(Dossier, Dossier.case_id == Apology.case_id)
        .where(Apology.id.in_(kinds))
    ).all()
    order = {id_: place for place, id_ in enumerate(kinds)}
    rows = sorted(rows, key=lambda row: order[row.Apology.id])
    steps = _steps(read, [row.Apology.case_id for row in rows])
    names = named(read, Office.id, Office.name, {row.handling_id for row in rows})
    silent = [
        apology.case_id
        for apology, *_ in rows
        if apology.case_id not in steps and kinds[apology.id] != "missed" and apology.because in DATES
    ]
    kept = _kept_of_old(read, silent)
    lines = []
    for apology, code, filing_code, owner, handling_id in rows:
        if apology.case_id in kept and apology.because in DATES:
            continue
        task, holder = _step_of(steps.get(apology.case_id, ()), apology.round)
        lines.append(
            OwedLetter(
                id=apology.id,
                case_id=apology.case_id,
                code=code or filing_code,
                owner=owner,
                office=names.get(handling_id, ""),
                promised_on=apology.promised_on,
                due_by=apology.due_by,
                notice_sent_at=apology.notice_sent_at,
                kind=kinds[apology.id],
                step=task.name if task is not None else "",
                holder=holder,
                because=apology.because,
                level=apology.level,
                missing=MISSING.get(task.element_id, "nobody") if task is not None else "nobody",
                since=task.opened_at if task is not None else apology.opened_at,
                task_id=task.id if task is not None and may_act(read.actor, task) else None,
            )
        )
    return tuple(lines)


def _kept_of_old(read: Reading, case_ids: Collection[UUID]) -> set[UUID]:
    """The cases whose officer said that the date will be kept, in drawings from before that was written down."""
    if not case_ids:
        return set()
    rows = read.session.execute(select(Case.id, Case.tokens, Case.data).where(Case.id.in_(case_ids)))
    return {
        case_id
        for case_id, tokens, data in rows
        if (Saved(tokens, data).variables.get("apology") or {}).get("outcome") == "on_time"
    }


def _steps(read: Reading, case_ids: Collection[UUID]) -> dict[UUID, list[tuple[Task, str]]]:
    """The open steps of each case's letters and who has them, the office where nobody took one."""
    rows = read.session.execute(
        select(Task, Office.short_name, Person.full_name)
        .outerjoin(Office, Office.id == Task.office_id)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id.in_(case_ids), Task.status == "open", Task.element_id.startswith("apology"))
    )
    found: dict[UUID, list[tuple[Task, str]]] = {}
    for task, office, person in rows:
        found.setdefault(task.case_id, []).append((task, person or office or ""))
    return found


def _step_of(steps: Collection[tuple[Task, str]], round_: int) -> tuple[Task | None, str]:
    """The step of one letter among those of its case; drawings from before letters had rounds name none."""
    for task, holder in steps:
        if (task.inputs.get("apology_case") or {}).get("round") in (None, round_):
            return task, holder
    return None, ""
