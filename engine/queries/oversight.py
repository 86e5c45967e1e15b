"""What a head or a leader has to see first: what is late or nearly so, and what stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, func, literal_column, or_, select

from engine.accounts.models import Office, Person
from engine.cases.models import Clock, Incident, Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.dossiers.lists import DossierOffice
from engine.dossiers.models import Dossier
from engine.queries.finding import BRANCHES
from engine.queries.keyset import MOST as COUNTED
from engine.queries.keyset import merged, named
from engine.queries.lateness import is_late, surely_late_before
from engine.queries.standings import Due, standings
from engine.queries.trials import counts
from engine.queries.visible import case_visible_to
from engine.registers.series import is_trial_code
from engine.work import Reading

AHEAD = timedelta(days=5)
MOST = 200


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
class Standstill:
    """An open incident of a dossier."""

    case_id: UUID
    code: str
    owner: str
    name: str
    kind: str
    message: str
    opened_at: datetime


def _owed(read: Reading, before: datetime, most: int) -> Subquery:
    """The dossiers on the actor's lists whose running term ends before a moment, the first of each list: (at, id)."""
    actor = read.actor
    at: Any
    id_: Any
    lists: list[tuple[Any, ...]]
    if actor.kind == "official" and not actor.everywhere and 0 < len(actor.oversight) <= BRANCHES:
        at, id_ = DossierOffice.owed_at, DossierOffice.case_id
        lists = [(DossierOffice.office_id == office,) for office in sorted(actor.oversight)]
    else:
        at, id_ = Clock.promised_at, Clock.case_id
        lists = [(Clock.term == _DOSSIER, Clock.status == _RUNNING)]
        if not actor.everywhere:
            lists = [(*lists[0], case_visible_to(actor, id_))]
    return merged(
        [
            select(at.label("at"), id_.label("id")).where(*where, at < before).order_by(at, id_).limit(most)
            for where in lists
        ]
    )


_DOSSIER: Any = literal_column("'dossier'")
_RUNNING: Any = literal_column("'running'")


def pressing(read: Reading) -> tuple[Room, ...]:
    """Late and nearly late dossiers by the room that handles them, the room with most late ones first.

    At most MOST of them, those whose date comes first.
    """
    horizon = datetime.combine(legal_date(read.now) + AHEAD + timedelta(days=1), time(0), LEGAL_ZONE)
    owed = _owed(read, horizon, MOST)
    first = select(owed.c.at, owed.c.id).distinct().order_by(owed.c.at, owed.c.id).limit(MOST).subquery()
    rows = read.session.execute(
        select(
            Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title, Dossier.handling_id
        )
        .join_from(first, Dossier, Dossier.case_id == first.c.id)
        .where(Dossier.decided_at.is_(None))
        .order_by(first.c.at, first.c.id)
    ).all()
    names = named(read, Office.id, Office.name, {row.handling_id for row in rows})
    dues = standings(read, [row.case_id for row in rows])
    holders = holders_of(read, [row.case_id for row in rows])
    rooms: dict[str, list[Pressing]] = {}
    for row in rows:
        due = dues.get(row.case_id)
        if due is None or due.standing.kind in {"within", "paused"}:
            continue
        step, holder = holders.get(row.case_id, ("", ""))
        line = Pressing(row.case_id, row.code or row.filing_code, row.owner_name, row.title, due, step, holder)
        rooms.setdefault(names.get(row.handling_id, ""), []).append(line)
    found = [_room(office, lines) for office, lines in rooms.items()]
    return tuple(sorted(found, key=lambda room: (-room.late, -room.soon, room.office)))


def _room(office: str, lines: list[Pressing]) -> Room:
    counted = [line for line in lines if not is_trial_code(line.code)]
    late = sum(line.due.standing.kind in {"overdue", "late"} for line in counted)
    return Room(office, late, len(counted) - late, tuple(lines))


def holders_of(read: Reading, case_ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
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


def _first_seen(read: Reading, table: Any, order: Any, *where: Any) -> Subquery:
    """The ids of the first rows about dossiers the actor may see, found before anything is joined to them."""
    seen = case_visible_to(read.actor, table.case_id)
    return select(table.id).where(*where, seen).order_by(order).limit(MOST).subquery()


def standstills(read: Reading) -> tuple[Standstill, ...]:
    """Dossiers that do not move because something failed, longest first."""
    first = _first_seen(read, Incident, Incident.opened_at, Incident.resolved_at.is_(None))
    rows = read.session.execute(
        select(Incident, Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.owner_name)
        .join_from(first, Incident, Incident.id == first.c.id)
        .join(Dossier, Dossier.case_id == Incident.case_id)
        .order_by(Incident.opened_at)
    )
    return tuple(
        Standstill(
            case_id,
            code or filing_code,
            owner,
            incident.name or incident.element_id,
            incident.kind,
            incident.words,
            incident.opened_at,
        )
        for incident, case_id, code, filing_code, owner in rows
    )


def pressing_count(read: Reading) -> int:
    """How many dossiers on the actor's lists are late, trials apart; keyset.MOST + 1 says that there are more."""
    owed = _owed(read, read.now, COUNTED + 1)
    late = or_(owed.c.at < surely_late_before(read.now), is_late(owed.c.id, read.now))
    where = [late, counts(owed.c.id)]
    if read.actor.everywhere:  # a subquery of its own: one look a line, where a join would read all that is open
        where.append(select(Dossier.decided_at.is_(None)).where(Dossier.case_id == owed.c.id).scalar_subquery())
    number = read.session.scalar(select(func.count(owed.c.id.distinct())).where(*where))
    return min(number or 0, COUNTED + 1)
