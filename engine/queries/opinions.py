"""What was said at the steps of a case: which form each task had, and the answers that hold now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Person
from engine.cases.models import Task
from engine.dossiers.models import Dossier
from engine.queries.tasks import may_act
from engine.queries.visible import visible_to
from engine.work import Reading


@dataclass(frozen=True)
class Opinion:
    """A finished task with a form; of several rounds of one step the last."""

    task_id: UUID
    name: str
    form_id: str
    by: str
    at: datetime | None


def forms_of_tasks(read: Reading, case_id: UUID) -> dict[UUID, str]:
    """The form of every task of a dossier the actor may see."""
    rows = read.session.execute(
        select(Task.id, Task.form_id)
        .join(Dossier, Dossier.case_id == Task.case_id)
        .where(Task.case_id == case_id, Task.form_id != "", visible_to(read.actor))
    )
    return {row[0]: row[1] for row in rows}


def opinions(read: Reading, case_id: UUID) -> list[Opinion]:
    """The finished steps of a dossier the actor may see, latest first, each once."""
    rows = read.session.execute(
        select(Task, Person.full_name)
        .join(Dossier, Dossier.case_id == Task.case_id)
        .outerjoin(Person, Person.id == Task.closed_by)
        .where(Task.case_id == case_id, Task.status == "done", Task.form_id != "", visible_to(read.actor))
        .order_by(Task.closed_at.desc())
    )
    found: dict[str, Opinion] = {}
    for task, name in rows:
        found.setdefault(task.form_id, Opinion(task.id, task.name, task.form_id, name or "", task.closed_at))
    return list(found.values())


def said_inside(read: Reading, case_id: UUID) -> dict[str, Any]:
    """What steps inside called parts were told and the case itself does not know; of several rounds the last."""
    rows = read.session.scalars(
        select(Task.inputs)
        .join(Dossier, Dossier.case_id == Task.case_id)
        .where(Task.case_id == case_id, visible_to(read.actor))
        .order_by(Task.opened_at)
    )
    found: dict[str, Any] = {}
    for inputs in rows:
        found |= inputs or {}
    return found


def own_open_tasks(read: Reading, case_id: UUID) -> list[Task]:
    """The open tasks of a case that the actor could do: by name, or by role in their office where nobody took it."""
    tasks = read.session.scalars(
        select(Task).where(Task.case_id == case_id, Task.status == "open").order_by(Task.opened_at)
    )
    return [task for task in tasks if may_act(read.actor, task)]
