"""Acting on an issued result: an authority corrects, amends, replaces, withdraws or cancels it by a decision."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.cases.models import Case
from engine.clock import legal_date
from engine.db import new_id
from engine.dossiers.models import Document
from engine.dossiers.withdrawals import KINDS, STILL_VALID, ResultAct, authorities_over, standing_of
from engine.errors import N_, Conflict, FieldProblem, Forbidden, Invalid
from engine.spoken import speaker
from engine.usecases.notices import tell
from engine.usecases.running import lock_paper
from engine.work import Work

LONGEST = 1000


def act_on_result(
    work: Work,
    document_id: UUID,
    *,
    kind: str,
    authority_id: UUID | None,
    decision_number: str,
    decided_on: date | None,
    reason: str,
    replacement: str = "",
) -> ResultAct:
    """Enter an authority's act on an issued paper; the applicant is told, the list of such papers published anew.

    `replacement` is the number of the paper of the same office that stands instead of it. Only who heads the office
    that issued the paper or one above it may (Forbidden), in that office's name. Refuses (Invalid, naming `kind`,
    `authority`, `decision_number`, `decided_on`, `reason`, `replacement`) what a decision must have and (Conflict) a
    paper that no longer stands or an act entered before.
    """
    document, case = lock_paper(work, document_id)
    offices = authorities_over(work.session, work.actor, document)
    if not offices:
        raise Forbidden("Chỉ lãnh đạo cơ quan đã ban hành văn bản hoặc cơ quan cấp trên ghi được việc này.")
    authority = next((one for one in offices if one.id == authority_id), None)
    instead = _replacement(work, document, replacement) if kind == "replaced" and replacement.strip() else None
    problems = _problems(work, document, kind, decision_number, decided_on, reason)
    if authority is None:
        problems.append(FieldProblem("authority", N_("Chọn cơ quan ra quyết định")))
    if kind == "replaced" and replacement.strip() and instead is None:
        problems.append(FieldProblem("replacement", N_("Không có văn bản đã phát hành nào của cơ quan mang số này")))
    if problems or authority is None or decided_on is None:
        raise Invalid("Chưa ghi được.", problems)
    _must_stand(work, document, kind, decision_number.strip())
    act = ResultAct(
        id=new_id(),
        document_id=document.id,
        kind=kind,
        authority_id=authority.id,
        authority=authority.name,
        decision_number=decision_number.strip(),
        decided_on=decided_on,
        reason=reason.strip()[:LONGEST],
        replacement_id=instead.id if instead is not None else None,
        done_at=work.now,
        done_by=work.actor.id,
    )
    work.session.add(act)
    if kind not in STILL_VALID:
        document.voided_at, document.status = work.now, "void"
        document.void_reason = f"{KINDS[act.kind]}: {act.decision_number}, {act.decided_on:%d/%m/%Y}, {act.authority}"
    _write_down(work, case, document, act)
    return act


def _problems(
    work: Work, document: Document, kind: str, number: str, decided_on: date | None, reason: str
) -> list[FieldProblem]:
    problems = []
    if kind not in KINDS:
        problems.append(FieldProblem("kind", N_("Chọn việc đã quyết định")))
    if not number.strip() or len(number) > 60:
        problems.append(FieldProblem("decision_number", N_("Nhập số, ký hiệu quyết định, không quá 60 chữ")))
    if decided_on is None:
        problems.append(FieldProblem("decided_on", N_("Nhập ngày quyết định")))
    elif decided_on > legal_date(work.now):
        problems.append(FieldProblem("decided_on", N_("Ngày quyết định không được sau hôm nay")))
    elif document.dated_on is not None and decided_on < document.dated_on:
        problems.append(FieldProblem("decided_on", N_("Ngày quyết định không được trước ngày của văn bản")))
    if not reason.strip():
        problems.append(FieldProblem("reason", N_("Nhập lý do")))
    return problems


def _replacement(work: Work, document: Document, number: str) -> Document | None:
    found: Document | None = work.session.scalar(
        select(Document).where(
            Document.number == number.strip(),
            Document.office_id == document.office_id,
            Document.issued_at.is_not(None),
            Document.voided_at.is_(None),
            Document.id != document.id,
        )
    )
    return found


def _must_stand(work: Work, document: Document, kind: str, number: str) -> None:
    standing = standing_of(work.session, document.id)
    if standing.state == "draft":
        raise Conflict("Văn bản chưa phát hành.", code="not_issued")
    if any(act.kind == kind and act.decision_number == number for act in standing.acts):
        raise Conflict("Quyết định này đã được ghi từ trước.", code="entered_before")
    if not standing.valid:
        raise Conflict("Văn bản này không còn giá trị từ trước.", code="not_standing")


def _write_down(work: Work, case: Case, document: Document, act: ResultAct) -> None:
    facts: dict[str, Any] = {
        "document": str(document.id),
        "act": act.kind,
        "authority": act.authority,
        "decision": act.decision_number,
        "decided_on": act.decided_on,
    }
    if act.replacement_id is not None:
        facts["replacement"] = str(act.replacement_id)
    work.record(case, "document.acted_on", facts, {"reason": act.reason})
    work.session.flush()
    told = {
        "paper": {"title": document.title, "number": document.number, "dated_on": document.dated_on},
        "act": {
            "words": KINDS[act.kind].lower(),
            "words_en": speaker("en")(KINDS[act.kind]).lower(),
            "authority": act.authority,
            "number": act.decision_number,
            "decided_on": act.decided_on,
            "reason": act.reason,
            "stands": act.kind in STILL_VALID,
        },
    }
    tell(work, case, "result_acted_on", reference=str(act.id), given=told)
    work.defer("PublishWithdrawals", {}, key=f"withdrawals:{act.id}")
