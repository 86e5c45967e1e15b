"""What waits for somebody's signature, and the lists they sign: every paper as it was shown, with its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from engine.cases.models import Call, Task
from engine.dossiers.models import Document
from engine.dossiers.signing import DeskSignature, ListedPaper, SigningList
from engine.errors import NotFound
from engine.work import Reading

SIGNING = ("unit_head", "leader")
MOST = 200


@dataclass(frozen=True)
class Waiting:
    """One draft on somebody's desk: the task that decides upon it, the paper and its bytes (SHA-256, hex)."""

    task_id: UUID
    case_id: UUID
    code: str
    owner: str
    step: str
    document_id: UUID
    title: str
    sha256: str
    due_at: datetime | None


@dataclass(frozen=True)
class Listed:
    """One paper of a list. `status` is shown, agreed, signed, failed, changed or refused; `words` (with `params`) why.

    `made`: the token in the holder's own PC has signed it, and it waits for the confirmation.
    """

    task_id: UUID
    case_id: UUID | None
    document_id: UUID
    code: str
    owner: str
    title: str
    sha256: str
    status: str
    words: str
    params: Mapping[str, Any]
    made: bool


@dataclass(frozen=True)
class ListSheet:
    """A list as its owner sees it; `under_way`: confirmed, and some paper has no final outcome yet."""

    id: UUID
    digest: str
    made_at: datetime
    confirmed_at: datetime | None
    lines: tuple[Listed, ...]

    @property
    def signed(self) -> int:
        return sum(one.status == "signed" for one in self.lines)

    @property
    def under_way(self) -> bool:
        return self.confirmed_at is not None and any(one.status in {"shown", "agreed"} for one in self.lines)


def papers_to_sign(read: Reading, *, most: int = MOST) -> Sequence[Waiting]:
    """The drafts on the actor's desk as head or leader, nearest legal date first; at most one list full of them."""
    posts = {(post.office_id, post.role) for post in read.actor.mandates if post.role in SIGNING}
    if not posts:
        return []
    mine = or_(*(and_(Task.office_id == office, Task.role == role) for office, role in sorted(posts, key=str)))
    rows = read.session.execute(
        select(
            Task.id, Task.case_id, Task.subject_code, Task.subject_name, Task.name, Document.id, Document.title,
            Document.sha256, Task.legal_due_at,
        )
        .join(Document, and_(Document.case_id == Task.case_id, Document.office_id == Task.office_id))
        .where(
            Task.status == "open",
            mine,
            or_(Task.assignee_id.is_(None), Task.assignee_id == read.actor.id),
            Document.status == "draft",
            Document.voided_at.is_(None),
            or_(Document.signer_id.is_(None), Document.signer_id == read.actor.id),
        )
        .order_by(Task.legal_due_at.is_(None), Task.legal_due_at, Task.id, Document.created_at.desc())
        .limit(most)
    )  # fmt: skip
    newest: dict[UUID, Waiting] = {}
    for row in rows:
        newest.setdefault(row[0], Waiting(*row))
    return list(newest.values())


def signing_list(read: Reading, list_id: UUID) -> ListSheet:
    """A list of the actor's own, in the order it was shown; NotFound for everybody else."""
    found = read.session.get(SigningList, list_id)
    if found is None or found.person_id != read.actor.id:
        raise NotFound("Không có danh sách ký này.")
    rows = read.session.execute(
        select(ListedPaper, Document, Task.subject_name)
        .join(Document, Document.id == ListedPaper.document_id)
        .join(Task, Task.id == ListedPaper.task_id)
        .where(ListedPaper.list_id == list_id)
        .order_by(ListedPaper.ordinal)
    ).all()
    failed = _failed(read, [document.case_id for _, document, _ in rows])
    made = _made(read, [document.id for _, document, _ in rows])
    lines = tuple(
        _line(paper, document, owner, failed.get(document.case_id, ""), (document.id, paper.sha256) in made)
        for paper, document, owner in rows
    )
    return ListSheet(found.id, found.digest, found.made_at, found.confirmed_at, lines)


def _line(paper: ListedPaper, document: Document, owner: str, trouble: str, made: bool) -> Listed:
    status, words = paper.status, paper.words
    if status == "agreed" and document.signed_at is not None:
        status = "signed"
    elif status == "agreed" and trouble:
        status, words = "failed", trouble
    return Listed(
        task_id=paper.task_id,
        case_id=document.case_id,
        document_id=document.id,
        code=paper.code,
        owner=owner,
        title=document.title,
        sha256=paper.sha256,
        status=status,
        words=words,
        params=paper.params,
        made=made,
    )


def _failed(read: Reading, cases: Sequence[UUID | None]) -> dict[UUID | None, str]:
    """Signatures that were asked for and could not be made, with why."""
    calls = select(Call.case_id, Call.last_error).where(
        Call.case_id.in_([one for one in cases if one is not None]),
        Call.type == "document.sign",
        Call.status.in_(("failed", "unknown")),
    )
    return {case_id: error or "" for case_id, error in read.session.execute(calls)}


def _made(read: Reading, documents: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Drafts for which the actor's own token has made a signature that no act has used yet."""
    found = select(DeskSignature.document_id, DeskSignature.sha256).where(
        DeskSignature.document_id.in_(list(documents)),
        DeskSignature.person_id == read.actor.id,
        DeskSignature.signed_at.is_not(None),
        DeskSignature.consent_id.is_(None),
    )
    return {(document_id, sha256) for document_id, sha256 in read.session.execute(found)}
