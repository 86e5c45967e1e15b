"""The lists people work from: mine, nearest legal date first; read from one narrow table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from engine.accounts.models import Mandate, Office, Person, fold
from engine.cases.models import Case, Task
from engine.clock import legal_date
from engine.errors import Forbidden
from engine.procedures.published import open_bundle
from engine.queries.lateness import is_late
from engine.work import Actor, Reading

PAGE = 50
HEADS = ("unit_head", "leader", "centre_director")
_nearest = func.coalesce(Task.legal_due_at, Task.due_at)
NEAREST_FIRST = (_nearest.is_(None), _nearest, Task.due_at, Task.opened_at)


@dataclass(frozen=True)
class TaskLine:
    """One line of a worklist."""

    id: UUID
    case_id: UUID
    name: str
    element_id: str
    code: str
    owner: str
    title: str
    office: str
    role: str
    assignee: str
    mine: bool
    opened_at: datetime
    due_at: datetime | None
    legal_due_at: datetime | None


@dataclass(frozen=True)
class Worklist:
    """A page of tasks and the counts of the views beside it."""

    lines: tuple[TaskLine, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


def _common(actor: Actor) -> ColumnElement[bool]:
    posts = [and_(Task.office_id == m.office_id, Task.role == m.role) for m in actor.mandates]
    return or_(*posts) if posts else false()


def _view(actor: Actor, view: str) -> ColumnElement[bool]:
    mine = Task.assignee_id == actor.id if actor.id is not None else false()
    if view == "mine":
        return or_(mine, and_(_common(actor), Task.assignee_id.is_(None)))
    if view == "taken":
        return mine
    if view == "common":
        return and_(_common(actor), Task.assignee_id.is_(None))
    headed = [m.office_id for m in actor.mandates if m.role in HEADS]
    return Task.office_id.in_(headed) if headed else _common(actor)


def worklist(
    read: Reading, *, view: str = "mine", text: str = "", late: bool = False, steps: Sequence[str] = (), page: int = 1
) -> Worklist:
    """Open tasks: `view` is mine (taken by me or free for my role), taken, common or office (for heads).

    `text` matches code, owner or title with marks ignored; `late` keeps what is past its legal date.
    """
    actor = read.actor
    where = [Task.status == "open", _view(actor, view)]
    if late:
        where.append(is_late(Task.case_id, read.now))
    if steps:
        where.append(Task.name.in_(list(steps)))
    statement = (
        select(Task, Office.short_name, Person.full_name)
        .outerjoin(Office, Office.id == Task.office_id)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(*where)
        .order_by(*NEAREST_FIRST)
    )
    rows = read.session.execute(statement).all()
    words = fold(text).split()
    if words:
        rows = [
            row
            for row in rows
            if all(word in fold(f"{row[0].subject_code} {row[0].subject_name} {row[0].title}") for word in words)
        ]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    lines = tuple(_line(actor, *row) for row in rows[(page - 1) * PAGE : page * PAGE])
    return Worklist(lines, len(rows), page, pages, counts(read))


def _line(actor: Actor, task: Task, office: str | None, assignee: str | None) -> TaskLine:
    return TaskLine(
        id=task.id,
        case_id=task.case_id,
        name=task.name,
        element_id=task.element_id,
        code=task.subject_code,
        owner=task.subject_name,
        title=task.title,
        office=office or "",
        role=task.role,
        assignee=assignee or "",
        mine=task.assignee_id is not None and task.assignee_id == actor.id,
        opened_at=task.opened_at,
        due_at=task.due_at,
        legal_due_at=task.legal_due_at,
    )


def counts(read: Reading) -> dict[str, int]:
    """How many open tasks stand in each view of the actor."""
    found = {}
    for view in ("mine", "taken", "common", "office"):
        found[view] = (
            read.session.scalar(
                select(func.count()).select_from(Task).where(Task.status == "open", _view(read.actor, view))
            )
            or 0
        )
    found["late"] = (
        read.session.scalar(
            select(func.count())
            .select_from(Task)
            .where(Task.status == "open", _view(read.actor, "mine"), is_late(Task.case_id, read.now))
        )
        or 0
    )
    return found


def labels_of(read: Reading, case_ids: Collection[UUID]) -> dict[UUID, Mapping[str, str]]:
    """What the bundles of these cases call their steps in English, by case."""
    rows = read.session.execute(select(Case.id, Case.bundle_id).where(Case.id.in_(case_ids)))
    return {case_id: open_bundle(read.session, bundle_id).procedure.labels for case_id, bundle_id in rows}


def next_task(read: Reading) -> UUID | None:
    """The task the actor would do next: nearest legal date first."""
    return read.session.scalar(
        select(Task.id).where(Task.status == "open", _view(read.actor, "mine")).order_by(*NEAREST_FIRST).limit(1)
    )


@dataclass(frozen=True)
class Colleague:
    """Somebody a task may be given to."""

    id: UUID
    name: str
    open_tasks: int


def colleagues_for(read: Reading, task_id: UUID) -> list[Colleague]:
    """Whoever holds the task's role in its office today, with how much they have on their desk."""
    task = read.session.get(Task, task_id)
    if task is None or not any(read.actor.holds(role, task.office_id) for role in HEADS):
        raise Forbidden("Chỉ lãnh đạo của đơn vị xem được việc của đồng nghiệp.")
    today = legal_date(read.now)
    rows = read.session.execute(
        select(Person.id, Person.full_name, Person.sort_key)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(
            Mandate.office_id == task.office_id,
            Mandate.role == task.role,
            Mandate.valid_from <= today,
            or_(Mandate.valid_to.is_(None), Mandate.valid_to >= today),
            Person.active,
        )
        .order_by(Person.sort_key)
    ).all()
    loads = dict(
        read.session.execute(
            select(Task.assignee_id, func.count())
            .where(Task.status == "open", Task.assignee_id.in_([row[0] for row in rows]))
            .group_by(Task.assignee_id)
        ).all()
    )
    return [Colleague(person_id, name, loads.get(person_id, 0)) for person_id, name, _ in rows]
