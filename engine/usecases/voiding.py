"""A number that is void (số hủy) stays in its book with its reason: its paper gets the next one, or is drawn anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_role
from engine.bpmn.advance import Waiting
from engine.cases.models import Call, Case
from engine.dossiers.models import Document
from engine.dossiers.withdrawals import waits_for_seal
from engine.errors import N_, Conflict, FieldProblem, Invalid, NotFound
from engine.registers.models import Number
from engine.registers.series import CLERK
from engine.usecases.advance import inline
from engine.usecases.numbering import document_named, give_number
from engine.usecases.running import lock_case
from engine.usecases.variables import variable
from engine.work import Work

LONGEST = 500
NO_REASON = N_("Văn bản trả lại để lập lại")
WITHDRAWN = N_("Người nộp rút hồ sơ trước khi văn bản được đóng dấu")


def void_number(work: Work, number_id: UUID, reason: str) -> Number | None:
    """The clerk voids a number whose paper is not sealed; gives the next number, where the paper still needs one.

    A paper that still waits for its seal takes the next number of the book at once; one that goes nowhere any more is
    void with its number. Refuses (Invalid, naming `reason`) no reason or one longer than 500 letters, (Forbidden)
    everybody but the office's clerk, and (Conflict) a number void already, a paper sealed, issued or being sealed.
    """
    number = work.session.get(Number, number_id)
    document = work.session.get(Document, number.document_id) if number is not None and number.document_id else None
    if number is None or document is None or document.case_id is None:
        raise NotFound("Không có số này trong sổ.")
    require_role(work.actor, CLERK, office_id=document.office_id)
    if not reason.strip() or len(reason.strip()) > LONGEST:
        raise Invalid(
            "Chưa hủy được số.",
            [FieldProblem("reason", N_("Nhập lý do hủy số, không quá %(most)s chữ"), {"most": LONGEST})],
        )
    case = lock_case(work, document.case_id)
    for row in (number, document):
        work.session.refresh(row)
    if number.voided_at is not None:
        raise Conflict("Số này đã hủy từ trước.", code="void_before")
    _not_sealed(work, case, document)
    on_its_way = waits_for_seal(work.session, document)
    _void(work, case, number, document, reason.strip())
    if not on_its_way:
        _end(work, document, reason.strip())
        return None
    document.number, document.dated_on = "", None
    return give_number(work, case, document)


def _not_sealed(work: Work, case: Case, document: Document) -> None:
    """What bears the seal or is with the applicant is acted on by a decision; what is being sealed is let finish."""
    if document.sealed_at is not None or document.issued_at is not None:
        raise Conflict(
            "Văn bản đã đóng dấu hoặc phát hành: đính chính, thay thế hoặc thu hồi bằng quyết định.", code="sealed"
        )
    sealing = select(Call).where(
        Call.case_id == document.case_id, Call.type == "document.seal", Call.status == "attempting"
    )
    for call in work.session.scalars(sealing):
        if str({**case.variables, **call.inputs}.get(call.headers.get("document", ""))) == str(document.id):
            raise Conflict("Văn bản đang được đóng dấu. Tải lại trang sau ít phút.", code="being_sealed")


def _void(work: Work, case: Case, number: Number, document: Document, reason: str) -> None:
    number.voided_at, number.voided_by, number.void_reason = work.now, work.actor.id, reason
    work.record(case, "number.voided", {"document": str(document.id), "number": number.text}, {"reason": reason})
    work.session.flush()


def _end(work: Work, document: Document, reason: str) -> None:
    document.voided_at, document.void_reason, document.status = work.now, reason, "void"


@inline("number.void")
def send_back(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The paper goes back to be drawn anew: its number is void, and the new paper gets the next one."""
    document = document_named(work, case, asked)
    reason = str(variable(case, asked.headers.get("reason", ""), work.now, asked.inputs) or NO_REASON)[:LONGEST]
    _not_sealed(work, case, document)
    for number in _standing(work, document):
        _void(work, case, number, document, reason)
    _end(work, document, reason)
    return {}


def void_left_numbers(work: Work, case: Case) -> None:
    """The owner took the dossier back: numbers of papers that were never sealed or issued are void."""
    left = select(Document).where(
        Document.case_id == case.id,
        Document.number != "",
        Document.sealed_at.is_(None),
        Document.issued_at.is_(None),
        Document.voided_at.is_(None),
    )
    for document in work.session.scalars(left).all():
        for number in _standing(work, document):
            _void(work, case, number, document, WITHDRAWN)
        _end(work, document, WITHDRAWN)


def _standing(work: Work, document: Document) -> list[Number]:
    given = select(Number).where(Number.document_id == document.id, Number.voided_at.is_(None))
    return list(work.session.scalars(given))
