"""Task types of the shared drawing `apology`: the date is kept, the exemption is granted, the counter is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.bpmn.advance import Waiting
from engine.cases.clocks import DOSSIER, calendar_under, clock_of
from engine.cases.models import Case, Task
from engine.clock import legal_date
from engine.dossiers.models import Dossier
from engine.errors import FieldProblem, Forbidden, Invalid
from engine.usecases.advance import inline
from engine.usecases.apologies_owed import this_apology
from engine.usecases.numbering import document_named
from engine.usecases.tasks import CHECKS
from engine.usecases.variables import variable
from engine.work import Work

GROUNDS = ("secret", "force_majeure", "applicant")
"""For what no apology is owed: secrets, force majeure, the applicant's own failure (HCMC's rule, domain section 9)."""


@inline("apology.keep")
def keep(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The officer means to keep the date: no letter, until the date itself is gone."""
    apology = this_apology(work, case, asked)
    if apology is not None and apology.sent_at is None and apology.kept_at is None:
        apology.kept_at = work.now
        work.record(case, "apology.kept", {"round": apology.round, "promised_on": apology.promised_on})
    return {}


@inline("apology.exempt")
def exempt(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """No letter is owed, on a ground somebody asked with and the approver agreed to; counted apart."""
    apology = this_apology(work, case, asked)
    if apology is None or apology.exempt_at is not None or apology.sent_at is not None:
        return {}
    ground = str(variable(case, "apology.exempt_ground", work.now, asked.inputs) or "")
    reason = str(variable(case, "apology.exempt_reason", work.now, asked.inputs) or "").strip()
    if ground not in GROUNDS or not reason:
        raise Invalid("Miễn xin lỗi phải có căn cứ và lý do.")
    apology.exempt_ground, apology.exempt_reason = ground, reason
    apology.exempt_asked_by, apology.exempted_by = _who_asked(work, case), work.actor.id
    apology.exempt_at = apology.closed_at = work.now
    apology.closed_because = "exempt"
    facts = {"round": apology.round, "ground": ground, "asked_by": str(apology.exempt_asked_by or "")}
    work.record(case, "apology.exempted", facts | {"approved_by": str(work.actor.id or "")}, {"reason": reason})
    return {}


def _who_asked(work: Work, case: Case) -> Any:
    """Whoever last completed a step of the letter before this one."""
    asking = ("apology_reason", "apology_second", "apology_other")
    return work.session.scalar(
        select(Task.closed_by)
        .where(Task.case_id == case.id, Task.element_id.in_(asking), Task.status == "done", Task.outcome == "exempt")
        .order_by(Task.closed_at.desc())
        .limit(1)
    )


@inline("apology.counter")
def tell_counter(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The paper for the receiving counter is out: it stands on the counter's list until somebody there took note."""
    apology, paper = this_apology(work, case, asked), document_named(work, case, asked)
    paper.for_applicant = False
    if paper.issued_at is None:
        paper.issued_at, paper.status = work.now, "issued"
    if apology is not None and apology.counter_told_at is None:
        apology.counter_told_at, apology.counter_document_id = work.now, paper.id
        work.record(case, "apology.counter_told", {"round": apology.round, "document": str(paper.id)})
    return {}


def check_answers(work: Work, case: Case, answers: Mapping[str, Any]) -> None:
    """Refuse a letter whose new date is none, and a second date without its ground, while the form is open."""
    approval = answers.get("apology_exempt")
    if (
        isinstance(approval, Mapping)
        and approval.get("outcome") == "approve"
        and _who_asked(work, case) == work.actor.id
    ):
        raise Forbidden("Người đề nghị miễn xin lỗi không tự duyệt được; hãy để người khác có thẩm quyền duyệt.")
    said = answers.get("apology")
    if not isinstance(said, Mapping) or said.get("outcome") != "extend":
        return
    given, clock = said.get("new_date"), clock_of(work, case.id, DOSSIER)
    if not given or clock is None or work.session.get(Dossier, case.id) is None:
        return
    day = given if isinstance(given, date) else date.fromisoformat(str(given))
    calendar = calendar_under(work.session, clock)
    if day <= max(legal_date(work.now), clock.promised_on or legal_date(work.now)):
        raise _problem("Ngày hẹn mới phải sau hôm nay và sau ngày đã hẹn")
    if not calendar.is_working(day):
        raise _problem("Ngày hẹn mới phải là ngày làm việc")
    if "date_ground" in said and not str(said.get("date_ground") or "").strip():
        raise Invalid(
            "Có 1 chỗ cần sửa.", [FieldProblem("apology.date_ground", "Nhập căn cứ pháp luật của ngày hẹn mới")]
        )


def _problem(message: str) -> Invalid:
    return Invalid("Có 1 chỗ cần sửa.", [FieldProblem("apology.new_date", message)])


CHECKS["dossier"] = check_answers
