"""What a head or a leader has to see first: what is late or nearly so, which letters are owed, what stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Office, Person
from engine.bpmn.saved import Saved
from engine.cases.models import Case, Incident, Task
from engine.clock import legal_date
from engine.dossiers.models import Apology, Dossier
from engine.queries.lateness import is_late
from engine.queries.standings import Due, standings
from engine.queries.trials import counts
from engine.queries.visible import visible_to
from engine.registers.series import is_trial_code
from engine.work import Reading

AHEAD = timedelta(days=5)
MOST = 400


@dataclass(frozen=True)
class Pressing:
    """A dossier that is late or due soon, with whoever holds it."""

    id: UUID
    code: str
    owner: str
    title: str
    due: Due
    step: str
    holder: str


@dataclass(frozen=True)
class Room:
    """One room's pressing dossiers, the latest first; its figures leave trials out."""

    office: str
    late: int
    soon: int
    lines: tuple[Pressing, ...]


@dataclass(frozen=True)
class OwedLetter:
    """A letter of apology that has not gone out.

    `kind` is missed (the promised date has passed), overdue (only its own last moment has) or in_time.
    """

    case_id: UUID
    code: str
    owner: str
    office: str
    promised_on: date
    due_by: datetime
    notice_sent_at: datetime | None
    kind: Literal["missed", "overdue", "in_time"]
    step: str
    holder: str


@dataclass(frozen=True)
class Standstill:
    """An open incident of a dossier."""

    case_id: UUID
    code: str
    owner: str
    name: str
    kind: str
    message: str
    opened_at: datetime


def pressing(read: Reading) -> tuple[Room, ...]:
    """Late and nearly late dossiers by the room that handles them, the room with most late ones first."""
    rows = read.session.execute(
        select(Dossier, Office.name)
        .join(Office, Office.id == Dossier.handling_id)
        .where(
            visible_to(read.actor),
            Dossier.decided_at.is_(None),
            Dossier.promised_on.is_not(None),
            Dossier.promised_on <= legal_date(read.now) + AHEAD,
        )
        .order_by(Dossier.promised_at)
        .limit(MOST)
    ).all()
    dues = standings(read, [row[0].case_id for row in rows])
    holders = _holders(read, [row[0].case_id for row in rows])
    rooms: dict[str, list[Pressing]] = {}
    for dossier, office in rows:
        due = dues.get(dossier.case_id)
        if due is None or due.standing.kind in {"within", "paused"}:
            continue
        step, holder = holders.get(dossier.case_id, ("", ""))
        code = dossier.code or dossier.filing_code
        line = Pressing(dossier.case_id, code, dossier.owner_name, dossier.title, due, step, holder)
        rooms.setdefault(office, []).append(line)
    found = [_room(office, lines) for office, lines in rooms.items()]
    return tuple(sorted(found, key=lambda room: (-room.late, -room.soon, room.office)))


def _room(office: str, lines: list[Pressing]) -> Room:
    counted = [line for line in lines if not is_trial_code(line.code)]
    late = sum(line.due.standing.kind in {"overdue", "late"} for line in counted)
    return Room(office, late, len(counted) - late, tuple(lines))


def _holders(read: Reading, case_ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """The open step of each case and who has it, a room where nobody took it."""
    if not case_ids:
        return {}
    rows = read.session.execute(
        select(Task.case_id, Task.name, Office.short_name, Person.full_name)
        .outerjoin(Office, Office.id == Task.office_id)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id.in_(case_ids), Task.status == "open")
        .order_by(Task.opened_at.desc())
    )
    return {case_id: (name, person or office or "") for case_id, name, office, person in rows}


def owed_letters(read: Reading) -> tuple[OwedLetter, ...]:
    """Letters of apology that still have to be signed, the most pressing on top.

    Where the officer has said that the date will be kept, a letter is owed only once the date has passed.
    """
    rows = read.session.execute(
        select(Apology, Dossier, Office.name, Case.tokens, Case.data)
        .join(Dossier, Dossier.case_id == Apology.case_id)
        .join(Case, Case.id == Apology.case_id)
        .join(Office, Office.id == Dossier.handling_id)
        .where(visible_to(read.actor), Apology.sent_at.is_(None), Apology.closed_at.is_(None))
        .order_by(Apology.due_by)
        .limit(MOST)
    ).all()
    holders = _letter_holders(read, [row[1].case_id for row in rows])
    found = []
    for apology, dossier, office, *kept in rows:
        kind = _pressure(read, apology)
        said = Saved(*kept).variables.get("apology") or {}
        spared = said.get("outcome") == "on_time" and dossier.case_id not in holders
        if spared and kind != "missed":
            continue
        step, holder = holders.get(dossier.case_id, ("", ""))
        found.append(
            OwedLetter(
                case_id=dossier.case_id,
                code=dossier.code or dossier.filing_code,
                owner=dossier.owner_name,
                office=office,
                promised_on=apology.promised_on,
                due_by=apology.due_by,
                notice_sent_at=apology.notice_sent_at,
                kind=kind,
                step=step,
                holder=holder,
            )
        )
    order = ("missed", "overdue", "in_time")
    return tuple(sorted(found, key=lambda letter: (order.index(letter.kind), letter.due_by)))


def _pressure(read: Reading, apology: Apology) -> Literal["missed", "overdue", "in_time"]:
    if apology.promised_on < legal_date(read.now):
        return "missed"
    return "overdue" if apology.escalated_at is not None or apology.due_by < read.now else "in_time"


def _letter_holders(read: Reading, case_ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    if not case_ids:
        return {}
    rows = read.session.execute(
        select(Task.case_id, Task.name, Office.short_name, Person.full_name)
        .outerjoin(Office, Office.id == Task.office_id)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id.in_(case_ids), Task.status == "open", Task.element_id.startswith("apology"))
    )
    return {case_id: (name, person or office or "") for case_id, name, office, person in rows}


def standstills(read: Reading) -> tuple[Standstill, ...]:
    """Dossiers that do not move because something failed, longest first."""
    rows = read.session.execute(
        select(Incident, Dossier)
        .join(Dossier, Dossier.case_id == Incident.case_id)
        .where(visible_to(read.actor), Incident.resolved_at.is_(None))
        .order_by(Incident.opened_at)
        .limit(MOST)
    )
    return tuple(
        Standstill(
            dossier.case_id,
            dossier.code or dossier.filing_code,
            dossier.owner_name,
            incident.name or incident.element_id,
            incident.kind,
            incident.words,
            incident.opened_at,
        )
        for incident, dossier in rows
    )


def pressing_count(read: Reading) -> int:
    """How many visible dossiers are late."""
    return (
        read.session.scalar(
            select(func.count())
            .select_from(Dossier)
            .where(
                visible_to(read.actor),
                Dossier.decided_at.is_(None),
                is_late(Dossier.case_id, read.now),
                counts(Dossier.case_id),
            )
        )
        or 0
    )
