"""How far a paper's signatures are proven, and why one stays behind: what pages, the doctor and the worker share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, true

from engine.dossiers.models import Document
from engine.dossiers.scans import IntakeScan
from rules.sentences import Sentence

Kept = type[Document] | type[IntakeScan]
"""What of the house is signed and raised: its papers, and the scans its clerks sign."""
SIGNED, RAISED = "B-T", "B-LTA"
LONGEST = timedelta(days=1)
"""The longest pause between two attempts to raise a paper."""
BEHIND = timedelta(days=1)
"""A paper that is not raised after so long does not get there by itself."""

REASONS: Mapping[str, Sentence] = {
    "no_evidence": Sentence("chưa hỏi được cơ quan chứng thực chứng thư có bị thu hồi không"),
    "evidence_too_old": Sentence("cơ quan chứng thực chưa công bố tình trạng mới hơn lúc ký"),
    "no_timestamp": Sentence("chưa lấy được dấu thời gian"),
    "revoked": Sentence("chứng thư đã bị thu hồi trước khi ký; hãy báo người vận hành"),
    "broken_chain": Sentence("chứng thư không dẫn tới tổ chức được tin cậy; hãy báo người vận hành"),
    "": Sentence("chưa được thử lần nào"),
}
"""Why the last attempt to raise a paper failed, by the code of the refusal."""


def reason_of(code: str) -> Sentence:
    """Why a paper is not raised, in words."""
    return REASONS.get(code) or Sentence("lỗi %(code)s", code=code)


def behind_since(kept: Kept = Document) -> ColumnElement[datetime]:
    """Since when something signed has been waiting to be raised: from its seal, or its signature, on."""
    if kept is IntakeScan:
        return func.coalesce(IntakeScan.signed_at, IntakeScan.taken_at)
    return func.coalesce(Document.sealed_at, Document.signed_at, Document.created_at)


def is_behind(now: datetime, kept: Kept = Document) -> ColumnElement[bool]:
    """What is below B-LTA for more than a day and is to be raised; asked by the moment of the next attempt."""
    tried = and_(kept.level_tries > 0, behind_since(kept) < now - BEHIND)
    untried = and_(kept.level_tries == 0, kept.level_due_at < now - BEHIND)
    due = and_(kept.level_due_at.is_not(None), kept.level_due_at <= now + LONGEST)
    valid = Document.voided_at.is_(None) if kept is Document else true()
    return and_(due, kept.level == SIGNED, valid, or_(tried, untried))
