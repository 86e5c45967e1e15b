"""What a case waits for by its rows, held against what its saved state waits for; each row is one wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.holders import holders
from engine.accounts.models import Person
from engine.bpmn.advance import Waiting
from engine.cases.models import Call, Incident, Subscription, Task, Timer

ROWS = ("user", "timer", "message", "signal", "call")
"""Kinds of waiting that have a row of their own; conditions and choices are only in the saved state."""
CLOSED_CALLS = ("done", "gone")


@dataclass(frozen=True)
class OpenRow:
    """A row that says its case waits: of which kind, under which token, at which element."""

    kind: str
    token: str
    element_id: str
    name: str


@dataclass(frozen=True)
class Drift:
    """Where rows and saved state disagree: waits without a row, and rows nobody waits under."""

    missing: tuple[Waiting, ...]
    surplus: tuple[OpenRow, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)


def open_rows(session: Session, case_id: UUID) -> list[OpenRow]:
    """Everything a case waits for by its rows."""
    tasks = select(Task.token, Task.element_id, Task.name).where(Task.case_id == case_id, Task.status == "open")
    timers = select(Timer.token, Timer.element_id).where(Timer.case_id == case_id, Timer.status == "waiting")
    heard = select(Subscription.kind, Subscription.token, Subscription.element_id).where(
        Subscription.case_id == case_id
    )
    calls = select(Call.token, Call.element_id, Call.name).where(
        Call.case_id == case_id, Call.status.not_in(CLOSED_CALLS)
    )
    return [
        *(OpenRow("user", *row) for row in session.execute(tasks)),
        *(OpenRow("timer", *row, "") for row in session.execute(timers)),
        *(OpenRow(kind, token, element, "") for kind, token, element in session.execute(heard)),
        *(OpenRow("call", *row) for row in session.execute(calls)),
    ]


def drift(session: Session, case_id: UUID, waiting: Iterable[Waiting]) -> Drift:
    """Where the rows of a case and its saved state disagree.

    A call that was to be done at once and could not be has no row but an incident: that is no disagreement.
    """
    rows, wanted = open_rows(session, case_id), list(waiting)
    told = set(
        session.scalars(select(Incident.token).where(Incident.case_id == case_id, Incident.resolved_at.is_(None)))
    )
    there, awaited = {row.token for row in rows}, {one.token for one in wanted}
    return Drift(
        missing=tuple(
            one
            for one in wanted
            if one.kind in ROWS and one.token not in there and not (one.kind == "call" and told & {one.token, ""})
        ),
        surplus=tuple(row for row in rows if row.token not in awaited),
    )


def task_trouble(
    session: Session, task: Task, day: date
) -> tuple[Literal["task-nobody", "task-absent", ""], list[Person]]:
    """What keeps everybody from an open task on a day, and who could do it: nobody, or not the one who holds it."""
    if not (task.office_id and task.role):  # given to somebody by name
        person = session.get(Person, task.assignee_id) if task.assignee_id else None
        return ("", [person]) if person is not None and person.active else ("task-nobody", [])
    able = holders(session, task.office_id, task.role, day)
    if not able:
        return "task-nobody", []
    held_by_another = task.assignee_id is not None and task.assignee_id not in {person.id for person in able}
    return ("task-absent" if held_by_another else ""), able
