"""When the work of an office is expected to be done: its desks, who is there, and the list of each with its dates.

The same plan a question "what if" compares with; what is written down of absences is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from engine.accounts.absences import Absence, Away
from engine.accounts.holders import in_post
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.policy import require_role, require_signed_in
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock
from engine.cases.whatifs import ASKERS
from engine.clock import legal_date
from engine.errors import Forbidden, NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.published import in_force, open_bundle
from engine.queries.keyset import named
from engine.queries.whatif_counting import Scope, over
from engine.queries.whatif_plan import QueuedTask, Staff, plan, queue_of, staff_of
from engine.queries.whatif_question import scope_of
from engine.queries.whatif_usual import Usage
from engine.work import Actor, Reading
from processes.texts import Text

MOST = 200
"""Tasks of a desk on one page."""


Chosen = tuple[UUID, str, str]
"""Somebody to choose: id, name, office."""


@dataclass(frozen=True)
class PlannedTask:
    """A task of a desk: when its step is expected to be done and its dossier decided, and whether that is too late.

    `known`: the office's own finished cases speak; otherwise only the time the procedure gives the step.
    """

    case_id: UUID
    code: str
    name: str
    assignee: str
    due_at: datetime | None
    done_at: datetime | None
    decided_at: datetime | None
    late: bool
    known: bool


@dataclass(frozen=True)
class Colleague:
    """Somebody of a desk, with the days they are away from now on."""

    name: str
    away: tuple[Away, ...]


@dataclass(frozen=True)
class Desk:
    """A role in an office: its people, how many tasks lie there, the first of them in the order of the inbox."""

    role: str
    people: tuple[Colleague, ...]
    total: int
    late: int
    tasks: tuple[PlannedTask, ...]


@dataclass(frozen=True)
class OfficePlan:
    """What an office is expected to get done."""

    code: str
    name: str
    desks: tuple[Desk, ...]


@dataclass(frozen=True)
class AbsenceLine:
    """An absence that is not over: who, which days, who stands in."""

    id: UUID
    name: str
    office: str
    first: date
    last: date
    stand_in: str


def offices_to_ask(read: Reading) -> list[tuple[str, str]]:
    """(code, name) of the offices the reader may ask about, by name."""
    require_role(read.actor, *ASKERS)
    rows = select(Office.id, Office.code, Office.name).where(Office.active).order_by(Office.name)
    scope = scope_of(read.actor)
    return [(row.code, row.name) for row in read.session.execute(rows) if scope.holds(row.id)]


def procedures_to_ask(read: Reading) -> list[tuple[str, Text, tuple[tuple[str, Text], ...]]]:
    """The procedures in force whose limit may be asked about: (code, name, their cases as (key, name)), by name."""
    require_role(read.actor, *ASKERS)
    codes = (
        select(PublishedBundle.procedure, func.min(PublishedBundle.name))
        .where(PublishedBundle.kind == "dossier", PublishedBundle.withdrawn_at.is_(None), ~PublishedBundle.trial)
        .group_by(PublishedBundle.procedure)
        .order_by(func.min(PublishedBundle.name))
    )
    found = []
    for code, _name in read.session.execute(codes):
        try:
            said = open_bundle(read.session, in_force(read.session, code, legal_date(read.now)).id).procedure
        except NotFound:
            continue
        found.append((code, said.name, tuple((one.key, one.name) for one in said.limits.cases)))
    return found


def office_plan(read: Reading, code: str) -> OfficePlan:
    """The plan of one office; NotFound for an office that is not the reader's to ask about."""
    require_role(read.actor, *ASKERS)
    office = read.session.scalar(select(Office).where(Office.code == code))
    if office is None or not scope_of(read.actor).holds(office.id):
        raise NotFound("Không có đơn vị “%(unit)s”.", unit=code)
    today, calendar = legal_date(read.now), calendar_for(read.session, office.id)
    queue, staff = queue_of(read.session, office.id), staff_of(read.session, office.id, today)
    takes = Usage(read.session, calendar, read.now).of(queue)
    planned = plan(queue, takes, staff, calendar, read.now)
    units = _units(read, queue)
    desks = []
    for role in sorted({one.role for one in queue} | set(staff.people)):
        tasks = sorted((one for one in queue if one.role == role), key=lambda one: (one.nearest, one.id))
        lines = [
            _line(one, planned.get(one.id), units.get(one.case_id), known=one.id in takes and takes[one.id].known)
            for one in tasks
        ]
        names = named(read, Person.id, Person.full_name, {one.assignee_id for one in tasks[:MOST]})
        shown = tuple(
            PlannedTask(**{**vars(line), "assignee": names.get(task.assignee_id, "")})
            for line, task in zip(lines[:MOST], tasks, strict=False)
        )
        late = sum(line.late for line in lines)
        desks.append(Desk(role, _people(read, staff, role), len(lines), late, shown))
    return OfficePlan(office.code, office.name, tuple(desk for desk in desks if desk.total))


def absences(read: Reading) -> list[AbsenceLine]:
    """The absences that are not over: one's own, and of the people of the offices the reader may ask about."""
    _require_official(read.actor)
    today = legal_date(read.now)
    asked = select(Absence).where(Absence.withdrawn_at.is_(None), Absence.last_on >= today)
    if not _may_ask(read.actor):
        asked = asked.where(Absence.person_id == read.actor.id)
    elif (units := scope_of(read.actor).offices) is not None:
        theirs = select(Mandate.id).where(
            Mandate.person_id == Absence.person_id, Mandate.office_id.in_(units), in_post(today)
        )
        asked = asked.where(exists(theirs))
    rows = read.session.scalars(asked.order_by(Absence.first_on, Absence.id)).all()
    names = named(
        read, Person.id, Person.full_name, {one.person_id for one in rows} | {one.stand_in_id for one in rows}
    )
    offices = _offices_of(read, {one.person_id for one in rows}, today)
    return [
        AbsenceLine(
            one.id, names.get(one.person_id, ""), offices.get(one.person_id, ""), one.first_on, one.last_on,
            names.get(one.stand_in_id, ""),
        )
        for one in rows
    ]  # fmt: skip


def people_to_record(read: Reading) -> tuple[list[Chosen], list[Chosen]]:
    """Whose absence the reader may write down, and who may stand in, by office and name.

    Whoever asks about offices: their people for both. Everybody else: themselves, and who serves the same offices.
    """
    _require_official(read.actor)
    today, scope = legal_date(read.now), scope_of(read.actor)
    if not _may_ask(read.actor):
        scope = Scope(frozenset(post.office_id for post in read.actor.mandates))
    rows = read.session.execute(
        select(Person.id, Person.full_name, Office.id.label("office_id"), Office.short_name)
        .join(Mandate, Mandate.person_id == Person.id)
        .join(Office, Office.id == Mandate.office_id)
        .where(Person.active, Person.kind == "official", in_post(today))
        .order_by(Office.name, Person.sort_key, Person.id)
    )
    found: dict[UUID, Chosen] = {}
    for row in rows:
        if scope.holds(row.office_id):
            found.setdefault(row.id, (row.id, row.full_name, row.short_name))
    people = list(found.values())
    return (people if _may_ask(read.actor) else [one for one in people if one[0] == read.actor.id]), people


def _may_ask(actor: Actor) -> bool:
    return actor.kind == "system" or bool(actor.roles & set(ASKERS))


def _require_official(actor: Actor) -> None:
    require_signed_in(actor)
    if not (actor.is_official or actor.kind == "system"):
        raise Forbidden("Vai trò hiện tại của bạn không được mở trang này.")


def _units(read: Reading, queue: Iterable[QueuedTask]) -> dict[UUID, str]:
    """The unit of each case's own limit."""
    ids = [one.case_id for one in queue]
    found: dict[UUID, str] = {}
    for first in range(0, len(ids), 500):
        rows = select(Clock.case_id, Clock.limit_unit).where(
            Clock.case_id.in_(ids[first : first + 500]), Clock.term == DOSSIER, Clock.status == "running"
        )
        found |= {case_id: unit for case_id, unit in read.session.execute(rows)}  # noqa: C416
    return found


def _line(task: QueuedTask, planned: tuple[datetime, datetime] | None, unit: str | None, *, known: bool) -> PlannedTask:
    done, decided = planned if planned is not None else (None, None)
    late = decided is not None and unit is not None and task.leads and over(task.legal_due_at, unit, decided)
    told = decided if known else None  # of the step's own time the way after it is no part
    return PlannedTask(task.case_id, task.code, task.name, "", task.legal_due_at, done, told, late, known)


def _people(read: Reading, staff: Staff, role: str) -> tuple[Colleague, ...]:
    people = staff.people.get(role, ())
    names = named(read, Person.id, Person.full_name, set(people))
    return tuple(Colleague(names.get(one, ""), staff.away.get(one, ())) for one in people)


def _offices_of(read: Reading, people: set[UUID], today: date) -> dict[UUID, str]:
    rows = read.session.execute(
        select(Mandate.person_id, Office.short_name)
        .join(Office, Office.id == Mandate.office_id)
        .where(Mandate.person_id.in_(people), in_post(today))
        .order_by(Mandate.valid_from.desc())
    )
    return {person: office for person, office in rows}  # noqa: C416
