"""Who does what when: the work of an office put in the order of its inbox on the people who are there.

The plan is a model with few words, the same for how things stand and for what would be:

- a desk is a role in an office; its list is worked off the nearest legal date first, each task by whoever would be done
  with it first;
- a task takes its officer the time such steps usually take in this office (`usual`), shared among as many tasks as each
  officer has at once: with L tasks and n people, n/L of it, never more than all of it. So with everybody there a desk
  works off what lies on it in the time it usually takes, and what is urgent first;
- whoever is away takes nothing on those days, and their tasks are the group's;
- once the step is done, the rest of the way to the decision takes its usual working time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from engine.accounts.absences import Away, away_from
from engine.accounts.holders import in_post
from engine.accounts.models import Mandate, Office, Person
from engine.cases.models import Task
from engine.clock import LEGAL_ZONE
from engine.deadlines.calendar import Calendar
from engine.dossiers.models import Dossier
from engine.errors import Invalid, NotFound
from engine.queries.whatif_changes import AwayChange

FAR = datetime(9999, 12, 31, tzinfo=LEGAL_ZONE)


@dataclass(frozen=True)
class Usual:
    """What a task usually still takes: working seconds until its step is left, and from there to the decision.

    `known` says whether the office's own finished cases speak; otherwise the time the procedure gives the step.
    """

    step: int
    rest: int
    known: bool = True


@dataclass(frozen=True)
class QueuedTask:
    """An open task on a desk; `leads` if its case stands at it, `nearest` by what the inbox is ordered."""

    id: UUID
    case_id: UUID
    role: str
    step: str
    name: str
    code: str
    assignee_id: UUID | None
    opened_at: datetime
    legal_due_at: datetime | None
    due_at: datetime | None
    procedure: str
    handling_id: UUID | None
    accepted_at: datetime | None
    leads: bool

    @property
    def nearest(self) -> datetime:
        return self.legal_due_at or self.due_at or FAR


@dataclass
class Officer:
    """One of a desk: what stretches of working time they are away, in working seconds of the office's calendar."""

    away: Sequence[tuple[int, int]]
    free_at: int = 0

    def done_at(self, effort: int) -> int:
        """When the next task would be done, in working seconds."""
        place = self.free_at
        for begins, ends in self.away:
            if begins <= place < ends:
                place = ends
            if begins > place:
                done = min(effort, begins - place)
                effort, place = effort - done, place + done
                if effort == 0:
                    break
                place = ends
        return place + effort


@dataclass(frozen=True)
class Staff:
    """Who serves an office, by role, and who of them is away when."""

    people: Mapping[str, tuple[UUID, ...]]
    away: Mapping[UUID, tuple[Away, ...]] = field(default_factory=dict)

    def plus(self, more: Iterable[Away]) -> Staff:
        """The same people with more absences."""
        found = dict(self.away)
        for one in more:
            found[one.person_id] = (*found.get(one.person_id, ()), one)
        return replace(self, away=found)

    def officers(self, role: str, calendar: Calendar, now: datetime) -> list[Officer]:
        """The people of a desk, free from now on but for the working time they are away."""
        begins = calendar.worked(now)
        return [Officer(_missed(self.away.get(one, ()), calendar), begins) for one in self.people.get(role, ())]


def leads() -> ColumnElement[bool]:
    """Whether a task is the oldest open one of its case: the step at which the case stands."""
    other = aliased(Task)
    earlier = tuple_(other.opened_at, other.id) < tuple_(Task.opened_at, Task.id)
    return ~exists(select(other.id).where(other.case_id == Task.case_id, other.status == "open", earlier))


def queue_of(session: Session, office_id: UUID) -> list[QueuedTask]:
    """The open tasks of an office, those of trials too: they take their time like others."""
    rows = session.execute(
        select(
            Task.id, Task.case_id, Task.role, Task.element_id, Task.name, Task.subject_code, Task.assignee_id,
            Task.opened_at, Task.legal_due_at, Task.due_at, func.coalesce(Dossier.procedure, ""), Dossier.handling_id,
            Dossier.accepted_at, leads(),
        )
        .outerjoin(Dossier, Dossier.case_id == Task.case_id)
        .where(Task.office_id == office_id, Task.status == "open")
    )  # fmt: skip
    made: Callable[..., QueuedTask] = QueuedTask
    return [made(*row) for row in rows]


def staff_of(session: Session, office_id: UUID, today: date) -> Staff:
    """Who holds which role in an office today with an open account, and the absences written down."""
    rows = session.execute(
        select(Mandate.role, Person.id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.office_id == office_id, in_post(today), Person.active)
        .order_by(Mandate.role, Person.sort_key, Person.id)
    ).all()
    people: dict[str, tuple[UUID, ...]] = {}
    for role, person in rows:
        people[role] = tuple(dict.fromkeys((*people.get(role, ()), person)))
    return Staff(people, away_from(session, {person for _, person in rows}, today))


def who_is_away(session: Session, change: AwayChange, today: date) -> list[Away]:
    """The people a change takes away; Invalid where there are not so many, NotFound where there is no such office."""
    office = session.scalar(select(Office).where(Office.code == change.unit))
    if office is None:
        raise NotFound("Không có đơn vị “%(unit)s”.", unit=change.unit)
    held = (
        select(Person.id, Person.login)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.office_id == office.id, in_post(today), Person.active)
    )
    if change.people:
        known = {login: person for person, login in session.execute(held)}
        missing = [login for login in change.people if login not in known]
        if missing:
            raise NotFound("“%(login)s” không làm việc ở đơn vị %(unit)s.", login=missing[0], unit=change.unit)
        chosen = [known[login] for login in dict.fromkeys(change.people)]
    else:
        loads = select(Task.assignee_id, func.count().label("tasks")).where(Task.status == "open")
        load = loads.group_by(Task.assignee_id).subquery()
        rows = held.add_columns(func.coalesce(load.c.tasks, 0).label("tasks"), Person.sort_key)
        rows = rows.outerjoin(load, load.c.assignee_id == Person.id).where(Mandate.role == change.role).distinct()
        there = sorted(session.execute(rows).all(), key=lambda row: (-row.tasks, row.sort_key, row.id))
        if not 0 < change.officers <= len(there):
            raise Invalid(
                "%(unit)s có %(there)s người giữ vai trò này; không thể vắng %(officers)s người.",
                unit=change.unit,
                there=len(there),
                officers=change.officers,
            )
        chosen = [row.id for row in there[: change.officers]]
    return [Away(person, change.first, change.last) for person in chosen]


def plan(
    tasks: Sequence[QueuedTask], takes: Mapping[UUID, Usual], staff: Staff, calendar: Calendar, now: datetime
) -> dict[UUID, tuple[datetime, datetime]]:
    """When each task of an office is done and its case decided, by task id; tasks of unknown length are left out.

    `takes` says by task id what each still takes. A desk nobody serves does nothing: its tasks are left out too.
    """
    found: dict[UUID, tuple[datetime, datetime]] = {}
    for role in sorted({one.role for one in tasks}):
        queue = sorted((one for one in tasks if one.role == role and one.id in takes), key=_in_order)
        officers = staff.officers(role, calendar, now)
        if not officers:
            continue
        found |= _desk(queue, takes, officers, calendar)
    return found


def _desk(
    queue: Sequence[QueuedTask], takes: Mapping[UUID, Usual], officers: list[Officer], calendar: Calendar
) -> dict[UUID, tuple[datetime, datetime]]:
    share = min(1.0, len(officers) / len(queue)) if queue else 1.0
    found = {}
    for task in queue:
        usual = takes[task.id]
        effort = max(1, round(usual.step * share))
        done, place = min((one.done_at(effort), place) for place, one in enumerate(officers))
        officers[place].free_at = done
        found[task.id] = calendar.moment(done), calendar.moment(done + usual.rest)
    return found


def _in_order(task: QueuedTask) -> tuple[datetime, UUID]:
    return task.nearest, task.id


def _missed(away: Iterable[Away], calendar: Calendar) -> list[tuple[int, int]]:
    """Absences as stretches of working time, in order and apart."""
    found: list[tuple[int, int]] = []
    for one in sorted(away, key=lambda one: (one.first, one.last)):
        begins = calendar.worked(_midnight(one.first))
        ends = calendar.worked(_midnight(one.last + timedelta(days=1)))
        if found and begins <= found[-1][1]:
            begins, ends = found[-1][0], max(ends, found[-1][1])
            found.pop()
        found.append((begins, ends))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LEGAL_ZONE)
