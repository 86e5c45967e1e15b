"""One task as the officer works on it: its form, what was typed before, the dossier around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import undefer

from engine.cases.models import Case, Task, TaskNote
from engine.dossiers.models import Dossier
from engine.errors import Forbidden, NotFound
from engine.procedures.published import open_bundle
from engine.queries.dossiers import DossierPage, _page
from engine.work import Actor, Reading
from forms.definition import Form


@dataclass(frozen=True)
class TaskSheet:
    """A task with its form and everything its form may speak of.

    `accepted` and `decided` say how far its dossier has come, `channel` how it was filed ("" where there is none).
    """

    task: Task
    case: Case
    form: Form | None
    context: dict[str, Any]
    note: dict[str, Any]
    note_at: datetime | None
    may_act: bool
    may_assign: bool
    channel: str
    accepted: bool
    decided: bool


@dataclass(frozen=True)
class TaskPage(TaskSheet):
    """A task's sheet with everything its decision rests on."""

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
    _must_be_shown(read.actor, task)
    return task


def _must_be_shown(actor: Actor, task: Task) -> None:
    mine = may_act(actor, task) or (task.office_id is not None and actor.holds(task.role, task.office_id))
    if not mine and (task.office_id is None or task.office_id not in actor.oversight):
        raise Forbidden("Việc này thuộc đơn vị hoặc vai trò khác.")


def _spent(task: Task, note: TaskNote) -> bool:
    """Whether what was typed has become the answers the task was done with."""
    return note.reason == "completed" or (note.reason == "" and task.status == "done")


def _draft(task: Task, context: Mapping[str, Any]) -> dict[str, Any]:
    """What the form begins with before anybody typed: the variable its drawing names in the property `draft`."""
    name = str(task.properties.get("draft", ""))
    begun = context.get(name) if name and task.status == "open" else None
    return {name: {key: value for key, value in begun.items() if value is not None}} if isinstance(begun, dict) else {}


def task_sheet(read: Reading, task_id: UUID) -> TaskSheet:
    """The task with its form, in one statement; NotFound or Forbidden where `task_for` says so."""
    return TaskSheet(**_sheet(read, task_id))


def task_page(read: Reading, task_id: UUID) -> TaskPage:
    """The task with its form and its dossier; NotFound or Forbidden where `task_for` says so."""
    sheet = _sheet(read, task_id)
    dossier = read.session.get(Dossier, sheet["case"].id) if sheet["channel"] else None
    return TaskPage(**sheet, dossier=_page(read, dossier) if dossier is not None else None)


def _sheet(read: Reading, task_id: UUID) -> dict[str, Any]:
    found = read.session.execute(_SHEET, {"task": task_id, "reader": read.actor.id}).one_or_none()
    if found is None:
        raise NotFound("Không có việc này.")
    task, case, note, channel, accepted_at, decided_at = found
    _must_be_shown(read.actor, task)
    bundle = open_bundle(read.session, case.bundle_id)
    context = {**case.variables, **task.inputs}
    return {
        "task": task,
        "case": case,
        "form": bundle.form(task.form_id) if task.form_id else None,
        "context": context,
        "note": dict(note.answers) if note is not None and not _spent(task, note) else _draft(task, context),
        "note_at": note.written_at if note is not None else None,
        "may_act": may_act(read.actor, task),
        "may_assign": task.office_id is not None
        and any(read.actor.holds(role, task.office_id) for role in ("unit_head", "leader", "centre_director")),
        "channel": channel or "",
        "accepted": accepted_at is not None,
        "decided": decided_at is not None,
    }


_SHEET = (
    select(Task, Case, TaskNote, Dossier.channel, Dossier.accepted_at, Dossier.decided_at)
    .join(Case, Case.id == Task.case_id)
    .outerjoin(TaskNote, and_(TaskNote.task_id == Task.id, TaskNote.person_id == bindparam("reader")))
    .outerjoin(Dossier, Dossier.case_id == Task.case_id)
    .where(Task.id == bindparam("task"))
    .options(undefer(Case.data))
)
"""Built once: it is asked with every act on a task."""
