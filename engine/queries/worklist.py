"""The lists people work from: mine, nearest legal date first; read from one narrow table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal_column, or_, select

from engine.accounts.absences import Absence, standing
from engine.accounts.models import Mandate, Office, Person, fold
from engine.cases.models import NEAREST, Case, Task
from engine.clock import legal_date
from engine.db import Instant
from engine.dossiers.forecasts import LIKELY, Forecast
from engine.errors import Forbidden
from engine.procedures.published import open_bundle
from engine.queries.keyset import FIRST, MOST, Place, Window, counted, cut, merged, named, page_of
from engine.queries.lateness import is_late, surely_late_before
from engine.work import Actor, Reading

PAGE = 50
HEADS = ("unit_head", "leader", "centre_director")
_nearest: Any = literal_column(
    NEAREST.replace("legal_due_at", "tasks.legal_due_at").replace(" due_at", " tasks.due_at"), Instant
)
_OPEN = Task.status == literal_column("'open'")
"""Said in the statement itself and not as a value beside it, or a plan made beforehand could use no partial index."""


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
    """A page of tasks and the counts of the views beside it; counts are exact up to `keyset.MOST`.

    `before` and `after` name the neighbouring pages, None where there is none.
    """

    lines: tuple[TaskLine, ...]
    total: int
    before: Place | None
    after: Place | None
    counts: dict[str, int]


def _branches(actor: Actor, view: str) -> list[ColumnElement[bool]]:
    """The open tasks of a view as ranges of an index each, no task in two of them."""
    posts = dict.fromkeys((post.office_id, post.role) for post in actor.mandates)
    mine = [and_(_OPEN, Task.assignee_id == actor.id)] if actor.id is not None else []
    if view == "taken":
        return mine
    if view in {"mine", "common"}:
        free = [
            and_(_OPEN, Task.assignee_id.is_(None), Task.office_id == office_id, Task.role == role)
            for office_id, role in posts
        ]
        return [*mine, *free] if view == "mine" else free
    headed = dict.fromkeys(post.office_id for post in actor.mandates if post.role in HEADS)
    if headed:
        return [and_(_OPEN, Task.office_id == office_id) for office_id in headed]
    return [and_(_OPEN, Task.office_id == office_id, Task.role == role) for office_id, role in posts]


def _late(now: datetime) -> ColumnElement[bool]:
    """Past the legal date: those alone are looked at whose promised moment has gone with nothing decided."""
    surely = Task.owed_at < surely_late_before(now)
    return and_(Task.owed_at < now, or_(surely, is_late(Task.case_id, now)))


def _likely(now: datetime) -> ColumnElement[bool]:
    """Foreseen to miss a date that is still owed and has not passed: one probe by key for each task of a range."""
    foreseen = exists(
        select(Forecast.case_id).where(
            Forecast.case_id == Task.case_id,
            Forecast.per_mille >= literal_column(str(LIKELY)),
            Forecast.promised_at >= surely_late_before(now),
        )
    )
    return and_(Task.owed_at.is_not(None), foreseen)


def worklist(
    read: Reading,
    *,
    view: str = "mine",
    text: str = "",
    late: bool = False,
    likely: bool = False,
    steps: Sequence[str] = (),
    window: Window = FIRST,
) -> Worklist:
    """Open tasks: `view` is mine (taken by me or free for my role), taken, common or office (for heads).

    `text` matches code, owner or title with marks ignored; `late` keeps what is past its legal date, `likely` what is
    foreseen to miss one that is still ahead.
    """
    actor = read.actor
    where = [Task.search_key.contains(word, autoescape=True) for word in fold(text).split()]
    if late:
        where.append(_late(read.now))
    if likely:
        where.append(_likely(read.now))
    if steps:
        where.append(Task.name.in_(list(steps)))
    branches = [and_(branch, *where) for branch in _branches(actor, view)]
    page = page_of(read, [_cut(branch, window) for branch in branches], window, PAGE)
    known = counts(read)
    total = known[view] if not where else _how_many(read, branches)
    return Worklist(_lines(read, page.rows), total, page.before, page.after, known)


_COLUMNS = (
    _nearest.label("at"), Task.id.label("id"), Task.case_id, Task.name, Task.element_id, Task.subject_code,
    Task.subject_name, Task.title, Task.office_id, Task.role, Task.assignee_id, Task.opened_at, Task.due_at,
    Task.legal_due_at,
)  # fmt: skip
"""What a line shows, and nothing of what the task holds besides."""


def _cut(branch: ColumnElement[bool], window: Window) -> Select[Any]:
    return cut(select(*_COLUMNS).where(branch), _nearest, Task.id, window)


def _lines(read: Reading, rows: Sequence[Any]) -> tuple[TaskLine, ...]:
    offices = named(read, Office.id, Office.short_name, {row[8] for row in rows})
    people = named(read, Person.id, Person.full_name, {row[10] for row in rows})
    return tuple(
        TaskLine(
            id=id_,
            case_id=case_id,
            name=name,
            element_id=element_id,
            code=code,
            owner=owner,
            title=title,
            office=offices.get(office_id, ""),
            role=role,
            assignee=people.get(assignee_id, ""),
            mine=assignee_id is not None and assignee_id == read.actor.id,
            opened_at=opened_at,
            due_at=due_at,
            legal_due_at=legal_due_at,
        )
        for (
            _at, id_, case_id, name, element_id, code, owner, title, office_id, role, assignee_id, opened_at, due_at,
            legal_due_at,
        ) in rows
    )  # fmt: skip


def _how_many(read: Reading, branches: Sequence[ColumnElement[bool]]) -> int:
    return min(read.session.scalar(select(counted(branches, Task))) or 0, MOST + 1)


def counts(read: Reading) -> dict[str, int]:
    """How many open tasks stand in each view of the actor, and how many of the own ones are late; MOST + 1 is more."""
    headed = any(post.role in HEADS for post in read.actor.mandates)
    asked = {view: _branches(read.actor, view) for view in ("taken", "common")}
    if headed:
        asked["office"] = _branches(read.actor, "office")
    asked["late"] = [and_(branch, _late(read.now)) for branch in _branches(read.actor, "mine")]
    row = read.session.execute(select(*(counted(branches, Task).label(view) for view, branches in asked.items()))).one()
    found = dict(zip(asked, row, strict=True))
    found["mine"] = found["taken"] + found["common"]
    found.setdefault("office", found["mine"])
    return {view: min(number, MOST + 1) for view, number in found.items()}


def steps_of(read: Reading, view: str) -> list[tuple[str, int]]:
    """The names of the steps in one view with how many tasks stand at each, among at most MOST of every branch."""
    parts = [select(Task.name.label("name")).where(branch).limit(MOST) for branch in _branches(read.actor, view)]
    if not parts:
        return []
    found = merged(parts)
    rows = read.session.execute(select(found.c.name, func.count()).group_by(found.c.name).order_by(found.c.name))
    return [(row[0], row[1]) for row in rows]


def labels_of(read: Reading, case_ids: Collection[UUID]) -> dict[UUID, Mapping[str, str]]:
    """What the bundles of these cases call their steps in English, by case."""
    rows = read.session.execute(select(Case.id, Case.bundle_id).where(Case.id.in_(case_ids)))
    return {case_id: open_bundle(read.session, bundle_id).procedure.labels for case_id, bundle_id in rows}


def next_task(read: Reading) -> UUID | None:
    """The task the actor would do next: nearest legal date first."""
    posts = dict.fromkeys((post.office_id, post.role) for post in read.actor.mandates)
    values: dict[str, Any] = {"me": read.actor.id}
    for number, (office_id, role) in enumerate(posts):
        values |= {f"office_{number}": office_id, f"role_{number}": role}
    return read.session.connection().execute(_first_of(len(posts)), values).scalar()


@cache
def _first_of(posts: int) -> Select[Any]:
    """The first line of the actor's own ranges (see `_branches`), built once for so many posts: asked at each act."""
    ranges = [Task.assignee_id == bindparam("me")]
    for number in range(posts):
        desk = (Task.office_id == bindparam(f"office_{number}"), Task.role == bindparam(f"role_{number}"))
        ranges.append(and_(Task.assignee_id.is_(None), *desk))
    firsts = [
        select(Task.id.label("id"), _nearest.label("at")).where(_OPEN, one).order_by(_nearest, Task.id).limit(1)
        for one in ranges
    ]
    found = merged(firsts)
    return select(found.c.id).order_by(found.c.at, found.c.id).limit(1)


@dataclass(frozen=True)
class Colleague:
    """Somebody a task may be given to."""

    id: UUID
    name: str
    open_tasks: int


def colleagues_for(read: Reading, task_id: UUID) -> list[Colleague]:
    """Whoever holds the task's role in its office today and is not away, with how much they have on their desk."""
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
            ~exists(select(Absence.id).where(Absence.person_id == Person.id, standing(today, today))),
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
