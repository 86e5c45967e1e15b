"""Locking a case for one act, and what an act may know of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import undefer

from engine.accounts.policy import require_role, require_signed_in
from engine.cases.models import Case, Task
from engine.dossiers.models import Document, Dossier
from engine.errors import NotFound
from engine.procedures.published import OpenBundle, open_bundle
from engine.work import Work


def lock_case(work: Work, case_id: UUID) -> Case:
    """The case, in this transaction's hands alone; refuses an act dated before its last one."""
    case = work.session.scalar(_CASE, {"case": case_id})
    if case is None:
        raise NotFound("Không có hồ sơ này.")
    return taken(work, case)


def lock_task(work: Work, task_id: UUID) -> tuple[Case, Task] | None:
    """A task with its case, both in this transaction's hands alone, in one question; None when there is no such task.

    The task is locked too, after its case: read beside a case somebody else had in hands, it would be as it was before.
    """
    found = work.session.execute(_CASE_AND_TASK, {"task": task_id}).one_or_none()
    return (taken(work, found[0]), found[1]) if found is not None else None


def lock_paper(work: Work, document_id: UUID) -> tuple[Document, Case]:
    """One of the office's own papers with its case, as they are now that the case is in this transaction's hands."""
    document = work.session.get(Document, document_id)
    if document is None or document.case_id is None:
        raise NotFound("Không có văn bản này.")
    case = lock_case(work, document.case_id)
    work.session.refresh(document)
    return document, case


def taken(work: Work, case: Case) -> Case:
    """A case this transaction has locked, for an act of this moment; refuses one dated before its last act."""
    work.not_before(case.last_act_at)
    work.session.change(case, last_act_at=work.now)
    return case


_CASE = (
    select(Case)
    .options(undefer(Case.data))
    .where(Case.id == bindparam("case"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CASE_AND_TASK = (
    select(Case, Task)
    .options(undefer(Case.data))
    .join(Task, Task.case_id == Case.id)
    .where(Task.id == bindparam("task"))
    .with_for_update(of=[Case, Task])
    .execution_options(populate_existing=True)
)


def bundle_of(work: Work, case: Case) -> OpenBundle:
    """The bundle a case is pinned to."""
    return open_bundle(work.session, case.bundle_id)


def must_speak_for(work: Work, dossier: Dossier) -> None:
    """Refuse whoever is neither the applicant nor the counter that took the dossier in; strangers learn nothing."""
    actor = work.actor
    if actor.kind == "citizen" and dossier.applicant_id is not None and dossier.applicant_id == actor.id:
        return
    if actor.kind == "citizen":
        raise NotFound("Không có hồ sơ này.")
    require_signed_in(actor)
    require_role(actor, "counter_clerk", office_id=dossier.receiving_id)
