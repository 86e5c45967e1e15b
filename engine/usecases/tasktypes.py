"""Task types a diagram may name that need nothing but the database: statuses, clocks, numbers, notices, fees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.accounts.models import Office
from engine.bpmn.advance import Waiting
from engine.cases.clocks import (
    DOSSIER,
    LEGAL,
    Hours,
    clock_of,
    name_paper,
    pause_clock,
    promise,
    resume_clock,
    start_clock,
    stop_clock,
)
from engine.cases.models import Case, Clock
from engine.clock import legal_date
from engine.deadlines.limits import Limit
from engine.dossiers.allowance import must_be_allowed
from engine.dossiers.lists import enter_code
from engine.dossiers.models import Document, Dossier
from engine.errors import N_, Invalid, NotFound
from engine.procedures.published import OpenBundle
from engine.registers.series import next_dossier_code
from engine.usecases.advance import inline
from engine.usecases.apologies_owed import close_apologies, letter_sent
from engine.usecases.lapses import close_rounds
from engine.usecases.late_questions import ask_late
from engine.usecases.levels import to_be_raised
from engine.usecases.notices import tell
from engine.usecases.numbering import document_named
from engine.usecases.opening import refresh_subject
from engine.usecases.running import bundle_of
from engine.usecases.scans import sign_held_scans
from engine.usecases.supplements import open_request
from engine.usecases.variables import variable
from engine.usecases.voiding import void_left_numbers
from engine.work import Work
from processes.procedure import PauseRule, Supplement

STATUS = {
    "processing": 4,
    "supplement": 5,
    "financial": 6,
    "refused": 3,
    "withdrawn": 7,
    "stopped": 8,
    "decided": 9,
    "returned": 10,
}


def dossier_of(work: Work, case: Case) -> Dossier:
    """The dossier a case is about."""
    dossier = work.session.get(Dossier, case.id)
    if dossier is None:
        raise NotFound("Việc này chỉ dành cho hồ sơ thủ tục hành chính.")
    return dossier


def limit_of(bundle: OpenBundle, term: str, case_key: str) -> Limit:
    """The limit of a term: the dossier's own by its case, acceptance, or a term of the procedure."""
    limits = bundle.procedure.limits
    if term == DOSSIER:
        found = limits.for_case(case_key or None)
    elif term == LEGAL:
        found = limits.legal(case_key or None)
    elif term == "acceptance":
        found = limits.acceptance
    elif term in limits.terms:
        found = limits.terms[term]
    else:
        raise Invalid("Thủ tục không quy định thời hạn “%(term)s”.", term=term)
    return Limit(max(found.value, 1), found.unit)


@inline("dossier.accept")
def accept(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Give the dossier its code on the day of reception and put the promised date on it (Decree 118/2025)."""
    dossier = dossier_of(work, case)
    bundle = bundle_of(work, case)
    if dossier.code is None:
        receiving = work.session.get_one(Office, dossier.receiving_id)
        dossier.code = next_dossier_code(work, receiving.unit_code, legal_date(work.now), trial=case.trial)
        dossier.accepted_at = work.now
        enter_code(work.session, dossier)
    dossier.status, dossier.status_reason = 2, ""
    dossier.case_key = str(case.variables.get("limit_case") or dossier.case_key or "")
    clock = _begin(work, case, bundle, DOSSIER, dossier.case_key, dossier.accepted_at or work.now)
    clock.promised_on, clock.promised_at = clock.due_on, clock.due_at
    _promise(work, case, dossier)
    work.record(case, "dossier.accepted", {"code": dossier.code, "promised_on": dossier.promised_on})
    sign_held_scans(work, case)
    return {
        "code": dossier.code,
        "promised_on": dossier.promised_on.isoformat() if dossier.promised_on else None,
        "effective_on": dossier.effective_on.isoformat() if dossier.effective_on else None,
    }


def _begin(work: Work, case: Case, bundle: OpenBundle, term: str, case_key: str, start: datetime) -> Clock:
    """Start a term; beside a published limit that is shorter than the law's, the law's is kept too."""
    limits = bundle.procedure.limits
    hours = Hours(limits.same_day_cut_off, limits.start_cut_off, bundle.procedure.field_code)
    clock = start_clock(work, case, term, limit_of(bundle, term, case_key), started_at=start, hours=hours)
    if term == DOSSIER and limits.legal(case_key or None) != limits.for_case(case_key or None):
        start_clock(work, case, LEGAL, limit_of(bundle, LEGAL, case_key), started_at=start, hours=hours)
    return clock


def _promise(work: Work, case: Case, dossier: Dossier) -> None:
    clock = clock_of(work, case.id, DOSSIER)
    if clock is None:
        return
    dossier.effective_on = clock.effective_on
    dossier.promised_on, dossier.promised_at = clock.promised_on, clock.promised_at
    refresh_subject(work, case)


@inline("dossier.status")
def set_status(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Show the citizen, and the national list, where the dossier stands."""
    dossier = dossier_of(work, case)
    name = asked.headers.get("status", "")
    if name not in STATUS:
        raise Invalid("Không có trạng thái “%(status)s”.", status=name)
    path = asked.headers.get("reason", "")
    reason = str(variable(case, path, work.now, asked.inputs) or "")
    dossier.status, dossier.status_reason = STATUS[name], reason
    if name == "supplement":
        root = path.rpartition(".")[0]
        open_request(work, case, dossier, reason=reason, given={**case.variables, **asked.inputs}.get(root) or {})
    if name in {"decided", "refused", "stopped", "withdrawn"} and dossier.decided_at is None:
        dossier.decided_at = work.now
        dossier.judged = judge(work, case)
    if name == "returned":
        dossier.returned_at = work.now
        dossier.returned_to = str(variable(case, "hand_over.receiver", work.now, asked.inputs) or "")
    if name in {"decided", "refused", "stopped", "withdrawn", "returned"}:
        close_rounds(work, case)
        close_apologies(work, case, name)
    if name in {"decided", "refused", "stopped"}:
        ask_late(work, case, dossier)
    if name in {"refused", "stopped", "withdrawn"}:  # by form 03 or 05, or the owner's word: never resumed
        stop_clock(work, case, DOSSIER)
    if name == "withdrawn":
        void_left_numbers(work, case)
    refresh_subject(work, case)
    work.record(case, "dossier.status", {"status": dossier.status}, {"reason": reason} if reason else None)
    return {}


def judge(work: Work, case: Case) -> str:
    """Early, on time or late against the legal term: by date for limits in days, by the moment for hours."""
    clock = clock_of(work, case.id, DOSSIER)
    if clock is None or clock.due_on is None or clock.due_at is None:
        return ""
    if clock.limit_unit in {"hours", "same_day"}:
        return "late" if work.now > clock.due_at else "on_time"
    day = legal_date(work.now)
    return "early" if day < clock.due_on else "on_time" if day == clock.due_on else "late"


@inline("clock.start")
def begin_term(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Put the case under a term of its procedure."""
    term = asked.headers.get("term", DOSSIER)
    dossier = work.session.get(Dossier, case.id)
    start = dossier.accepted_at if dossier is not None and term == DOSSIER and dossier.accepted_at else work.now
    key = dossier.case_key if dossier is not None else ""
    clock = _begin(work, case, bundle_of(work, case), term, key, start)
    if term == DOSSIER and dossier is not None and clock.promised_on is None:
        clock.promised_on, clock.promised_at = clock.due_on, clock.due_at
        _promise(work, case, dossier)
    return {}


@inline("clock.pause")
def pause_term(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Stop counting while the applicant has the word; for other causes only where the bundle names the law for it."""
    procedure = bundle_of(work, case).procedure
    term, cause = asked.headers.get("term", DOSSIER), asked.headers.get("cause", "supplement")
    rule: Supplement | PauseRule | None = procedure.pauses.get(cause)
    if cause == "supplement":
        rule = procedure.supplement
        if term == DOSSIER:
            must_be_allowed(work, case, procedure.supplement, pausing=True)
    if rule is None:
        work.record(case, "clock.not_paused", {"term": term, "cause": cause})
        return {}
    pause_clock(work, case, term, cause=cause, ground=rule.ground, mode=rule.mode)
    if term == DOSSIER:
        close_apologies(work, case, "paused")
        refresh_subject(work, case)
    return {}


@inline("clock.resume")
def resume_term(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Count on, or from zero; the new promised date is owed to the applicant on a new form 01."""
    term = asked.headers.get("term", DOSSIER)
    clock = resume_clock(work, case, term)
    if term != DOSSIER or clock is None:
        return {}
    if clock.due_on is not None and clock.due_at is not None:
        promise(work, clock, clock.due_on, clock.due_at)
    _promise(work, case, dossier_of(work, case))
    return {"promised_on": clock.due_on.isoformat() if clock.due_on else None}


@inline("clock.stop")
def end_term(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The term has been met."""
    stop_clock(work, case, asked.headers.get("term", DOSSIER))
    if asked.headers.get("term", DOSSIER) == DOSSIER:
        refresh_subject(work, case)
    return {}


@inline("document.issue")
def issue(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """From now on the applicant sees and downloads this document; an apology counts as sent with it."""
    document = document_named(work, case, asked)
    if document.issued_at is None:
        document.issued_at, document.status = work.now, "issued"
        if document.signed_at is not None and document.sealed_at is None:
            to_be_raised(work, document)
        replace_older(work, document)
        work.record(case, "document.issued", {"document": str(document.id), "sha256": document.sha256})
        if document.letter == "form02":
            name_paper(work, case, DOSSIER, words=_named(document), document_id=document.id)
    if document.letter == "form04":
        letter_sent(work, case, document, asked)
        return {"apology_letter": {"number": document.number, "dated_on": document.dated_on}}
    return {}


def replace_older(work: Work, document: Document) -> None:
    """Of a receipt or a result the one issued last is the one that counts."""
    for older in work.session.scalars(
        select(Document).where(
            Document.case_id == document.case_id,
            Document.letter == document.letter,
            Document.id != document.id,
            Document.voided_at.is_(None),
            Document.letter.in_(("form01", "result")),
            Document.issued_at.is_not(None),
        )
    ):
        older.voided_at, older.void_reason, older.status = work.now, N_("Thay thế bằng bản mới"), "void"
        if older.qr:
            work.defer("PublishWithdrawals", {}, key=f"withdrawals:{older.id}:void")


def _named(document: Document) -> str:
    """A paper as a ledger names it: title, number and date as far as it has them."""
    number = f" số {document.number}" if document.number else ""
    dated = f" ngày {document.dated_on:%d/%m/%Y}" if document.dated_on else ""
    return f"{document.title}{number}{dated}"


@inline("notice.send")
def send_notice(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Tell the applicant on every channel they gave, once."""
    tell(work, case, asked.headers.get("notice", ""), reference=asked.token, given=asked.inputs)
    return {}


@inline("fee.request")
def request_fee(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Name the fee of this dossier by the table in force on its day of reception."""
    dossier = dossier_of(work, case)
    return {"fee": dossier.fee}
