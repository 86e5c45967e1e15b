"""What a head or a leader has to see first: what is late or nearly so, which letters are owed, what stands still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Subquery, func, literal_column, or_, select

from engine.accounts.models import Office, Person
from engine.bpmn.saved import Saved
from engine.cases.models import Case, Clock, Incident, Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.dossiers.lists import DossierOffice
from engine.dossiers.models import Apology, Dossier
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
DATES = ("forecast", "term")
"""Causes of a letter that are about the promised date."""
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
class OwedLetter:
    """A letter of apology that has not gone out.

    `kind` is missed (the promised date has passed), overdue (only its own last moment has) or in_time. `because` is
    why it is owed (forecast, term, error, loss, damage), `level` whose it is (unit, superior).
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
    because: str
    level: str


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


def owed_letters(read: Reading) -> tuple[OwedLetter, ...]:
    """Letters of apology that still have to be signed, the most pressing on top.

    Where the officer has said that the date will be kept, a letter is owed only once the date has passed.
    """
    first = _first_seen(read, Apology, Apology.due_by, Apology.sent_at.is_(None), Apology.closed_at.is_(None))
    rows = read.session.execute(
        select(Apology, Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.handling_id)
        .join_from(first, Apology, Apology.id == first.c.id)
        .join(Dossier, Dossier.case_id == Apology.case_id)
        .order_by(Apology.due_by)
    ).all()
    holders = _letter_holders(read, [row.case_id for row in rows])
    names = named(read, Office.id, Office.name, {row.handling_id for row in rows})
    resting = {
        apology.case_id: apology
        for apology, *_ in rows
        if apology.case_id not in holders and _pressure(read, apology) != "missed"
    }
    spared = _spared(read, resting)
    found = []
    for apology, case_id, code, filing_code, owner, handling_id in rows:
        if case_id in spared and apology.because in DATES:
            continue
        kind = _pressure(read, apology)
        step, holder = holders.get(case_id, ("", ""))
        found.append(
            OwedLetter(
                case_id=case_id,
                code=code or filing_code,
                owner=owner,
                office=names.get(handling_id, ""),
                promised_on=apology.promised_on,
                due_by=apology.due_by,
                notice_sent_at=apology.notice_sent_at,
                kind=kind,
                step=step,
                holder=holder,
                because=apology.because,
                level=apology.level,
            )
        )
    order = ("missed", "overdue", "in_time")
    return tuple(sorted(found, key=lambda letter: (order.index(letter.kind), letter.due_by)))


def _spared(read: Reading, letters: Mapping[UUID, Apology]) -> set[UUID]:
    """The cases among these whose officer has said that the date will be kept."""
    said = {case_id for case_id, apology in letters.items() if apology.kept_at is not None}
    silent = letters.keys() - said
    if silent:  # drawings published before `kept_at` was written say it among the variables
        kept = select(Case.id, Case.tokens, Case.data).where(Case.id.in_(silent))
        for case_id, tokens, data in read.session.execute(kept):
            if (Saved(tokens, data).variables.get("apology") or {}).get("outcome") == "on_time":
                said.add(case_id)
    return said


def _first_seen(read: Reading, table: Any, order: Any, *where: Any) -> Subquery:
    """The ids of the first rows about dossiers the actor may see, found before anything is joined to them."""
    seen = case_visible_to(read.actor, table.case_id)
    return select(table.id).where(*where, seen).order_by(order).limit(MOST).subquery()


def _pressure(read: Reading, apology: Apology) -> Literal["missed", "overdue", "in_time"]:
    if apology.because in DATES and apology.promised_on < legal_date(read.now):
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
