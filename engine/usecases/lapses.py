"""When the applicant's own time to supplement runs out: a reminder before, then the office's act, never a machine's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.bpmn.advance import Waiting
from engine.cases.clocks import SUPPLEMENT, stop_clock
from engine.cases.models import Case, Clock
from engine.clock import legal_date
from engine.deadlines.limits import Limit
from engine.dossiers.models import SupplementRequest
from engine.errors import Invalid, NotFound
from engine.usecases.advance import deliver, inline
from engine.usecases.notices import tell
from engine.usecases.supplements import give_time, open_round
from engine.usecases.variables import variable
from engine.work import Work

LONGEST = 90
"""The most days by which an office may prolong the applicant's time at once."""


def remind(work: Work, case: Case, clock: Clock) -> None:
    """The applicant is told before the end of their term, once per term."""
    request = open_round(work, case)
    if request is not None and request.answer_by is not None and legal_date(work.now) <= request.answer_by:
        tell(work, case, "supplement_reminder", reference=f"{request.round}:{request.answer_by}")


def lapse(work: Work, case: Case, clock: Clock) -> None:
    """The term passed unanswered: the diagram opens the officer's act, the applicant learns what may follow."""
    request = open_round(work, case)
    if request is None or request.lapsed_at is not None:
        return
    request.lapsed_at = work.now
    work.record(case, "supplement.lapsed", {"round": request.round, "answer_by": request.answer_by})
    tell(work, case, "supplement_lapsed", reference=f"{request.round}:{request.answer_by}")
    deliver(work, case, "supplement.lapsed", str(case.id), {"supplement_stage": request.stage})


@inline("supplement.extend")
def extend(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The office waits longer: so many calendar days from today, and the applicant is told the new date."""
    request = open_round(work, case)
    if request is None:
        return {}
    days = variable(case, asked.headers.get("days", ""), work.now, asked.inputs)
    if not isinstance(days, int | float) or not 1 <= int(days) <= LONGEST:
        raise Invalid("Số ngày chờ thêm phải từ 1 đến %(most)s.", most=LONGEST)
    give_time(work, case, request, Limit(int(days), "days"))
    work.record(case, "supplement.extended", {"round": request.round, "answer_by": request.answer_by})
    tell(work, case, "supplement_reminder", reference=f"{request.round}:{request.answer_by}:extended")
    return {}


@inline("supplement.close")
def close(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The officer ends the wait: from now on no supplement is taken for this round."""
    close_rounds(work, case)
    return {}


def close_rounds(work: Work, case: Case) -> None:
    """Nobody waits for a supplement of this case any more."""
    request = open_round(work, case)
    if request is not None:
        request.closed_at = work.now
        work.record(case, "supplement.closed", {"round": request.round})
    stop_clock(work, case, SUPPLEMENT)


@inline("supplement.reopen")
def reopen(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The head did not sign the end: the round may be answered again, late as it is."""
    request = work.session.scalar(
        select(SupplementRequest)
        .where(SupplementRequest.case_id == case.id)
        .order_by(SupplementRequest.round.desc())
        .limit(1)
    )
    if request is None:
        raise NotFound("Hồ sơ này không có yêu cầu bổ sung nào.")
    request.closed_at = None
    work.record(case, "supplement.reopened", {"round": request.round})
    return {}


@inline("dossier.end")
def end(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The dossier ends here, whatever else of it still waits: the diagram is told once this step is done."""
    work.afterwards.append(lambda: _end(work, case))
    return {}


def _end(work: Work, case: Case) -> None:
    deliver(work, case, "dossier.ended", str(case.id), {})
