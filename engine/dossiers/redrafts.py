"""Drafts that name another signatory, or another power, than whoever is about to sign them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.capacities import same_power
from engine.accounts.holders import SIGNATORIES, in_post
from engine.accounts.models import Mandate
from engine.cases.models import Task
from engine.dossiers.models import Document


def post_for(session: Session, person_id: UUID | None, task: Task, day: date) -> Mandate | None:
    """The post by which somebody signs what a task decides upon, where its role is one that signs."""
    if task.role not in SIGNATORIES or person_id is None:
        return None
    return session.scalar(
        select(Mandate)
        .where(
            Mandate.person_id == person_id,
            Mandate.office_id == task.office_id,
            Mandate.role == task.role,
            in_post(day),
        )
        .order_by(Mandate.capacity != "", Mandate.valid_from, Mandate.id)  # as whoever prints a draft chooses
        .limit(1)
    )


def names_another(draft: Document, post: Mandate) -> bool:
    """Whether a draft would have to be printed anew before the holder of this post may sign it."""
    if draft.signer_id is None:
        return False
    return draft.signer_id != post.person_id or not same_power(draft.post, post.power)


def drafts_of_others(session: Session, person_id: UUID | None, task: Task, day: date) -> list[Document]:
    """The drafts of a task's office that its signatory has to have printed in their own name first."""
    post = post_for(session, person_id, task, day)
    if post is None:
        return []
    drafts = session.scalars(
        select(Document)
        .where(Document.case_id == task.case_id, Document.status == "draft", Document.office_id == task.office_id)
        .order_by(Document.created_at, Document.id)
    )
    return [draft for draft in drafts if names_another(draft, post)]
