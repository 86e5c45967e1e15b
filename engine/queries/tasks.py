"""One task as the officer works on it: its form, what was typed before, the dossier around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Case, Task, TaskNote
from engine.dossiers.models import Dossier
from engine.errors import Forbidden, NotFound
from engine.procedures.published import open_bundle
from engine.queries.dossiers import DossierPage, _page
from engine.work import Actor, Reading
from forms.definition import Form


@dataclass(frozen=True)
class TaskPage:
    """A task with its form and everything its form may speak of."""

    task: Task
    case: Case
    form: Form | None
    context: dict[str, Any]
    note: dict[str, Any]
    note_at: datetime | None
    may_act: bool
    may_assign: bool
    dossier: DossierPage | None


def may_act(actor: Actor, task: Task) -> bool:
    """Whether the actor could complete this task: the role in its office, or given by name."""
    if task.assignee_id not in {None, actor.id}:
        return False
    if task.office_id is not None and task.role:
        return actor.holds(task.role, task.office_id)
    return task.assignee_id is not None


def task_for(read: Reading, task_id: UUID) -> Task:
    """The task, if it is the actor's by role, name or oversight; NotFound or Forbidden otherwise."""
    task = read.session.get(Task, task_id)
    if task is None:
        raise NotFound("Không có việc này.")
    mine = may_act(read.actor, task) or (task.office_id is not None and read.actor.holds(task.role, task.office_id))
    if not mine and (task.office_id is None or task.office_id not in read.actor.oversight):
        raise Forbidden("Việc này thuộc đơn vị hoặc vai trò khác.")
    return task


def task_page(read: Reading, task_id: UUID) -> TaskPage:
    """The task with its form and its dossier; NotFound or Forbidden where `task_for` says so."""
    task = task_for(read, task_id)
    case = read.session.get_one(Case, task.case_id)
    bundle = open_bundle(read.session, case.bundle_id)
    note = read.session.scalar(select(TaskNote).where(TaskNote.task_id == task.id, TaskNote.person_id == read.actor.id))
    dossier = read.session.get(Dossier, case.id)
    return TaskPage(
        task=task,
        case=case,
        form=bundle.form(task.form_id) if task.form_id else None,
        context={**case.variables, **task.inputs},
        note=dict(note.answers) if note is not None and note.reason != "completed" else {},
        note_at=note.written_at if note is not None else None,
        may_act=may_act(read.actor, task),
        may_assign=task.office_id is not None
        and any(read.actor.holds(role, task.office_id) for role in ("unit_head", "leader", "centre_director")),
        dossier=_page(read, dossier) if dossier is not None else None,
    )
