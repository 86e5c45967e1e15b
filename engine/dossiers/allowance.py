"""What the law in force at reception allows of requests for supplement: how many, until when, and who approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases.clocks import DOSSIER, calendar_under, rules_of, waits_of
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import reckon
from engine.dossiers.models import SupplementRequest
from engine.errors import N_, Unlawful
from engine.work import Work
from processes.procedure import Supplement

NO_MORE = N_(
    "Thủ tục này chỉ được yêu cầu bổ sung %(most)s lần khi thẩm định; hồ sơ đã được yêu cầu %(used)s lần. Hãy giải "
    "quyết theo hồ sơ hiện có. Căn cứ: %(ground)s."
)
NO_MORE_UNVERIFIED = N_(
    "Thủ tục này chỉ được yêu cầu bổ sung %(most)s lần khi thẩm định; hồ sơ đã được yêu cầu %(used)s lần. Hãy giải "
    "quyết theo hồ sơ hiện có. Căn cứ: %(ground)s (chưa đối chiếu với văn bản gốc)."
)
TOO_LATE = N_(
    "Thời hạn thông báo bổ sung đã hết ngày %(day)s. Yêu cầu bây giờ phải được lãnh đạo duyệt và không tạm dừng thời "
    "hạn: hãy đánh dấu “Đã quá thời hạn thông báo”. Căn cứ: %(ground)s."
)
TOO_LATE_UNVERIFIED = N_(
    "Thời hạn thông báo bổ sung đã hết ngày %(day)s. Yêu cầu bây giờ phải được lãnh đạo duyệt và không tạm dừng thời "
    "hạn: hãy đánh dấu “Đã quá thời hạn thông báo”. Căn cứ: %(ground)s (chưa đối chiếu với văn bản gốc)."
)


@dataclass(frozen=True)
class Allowance:
    """Where a dossier under appraisal stands against the rules of its bundle.

    `used` rounds were asked during appraisal (guidance at the counter before acceptance is not one of them); the
    notice window ends with the day `until`, counted from reception, anew after each supplement as the decree says.
    `used_up` and `too_late` say what stands against one more request.
    """

    rules: Supplement
    used: int
    until: date | None
    too_late: bool

    @property
    def used_up(self) -> bool:
        return 0 < self.rules.max_rounds <= self.used


def allowance(session: Session, case: Case, rules: Supplement, now: datetime) -> Allowance:
    """What one more request would meet at this moment."""
    stages = session.scalars(select(SupplementRequest.stage).where(SupplementRequest.case_id == case.id)).all()
    clock = session.scalar(select(Clock).where(Clock.case_id == case.id, Clock.term == DOSSIER))
    until, too_late = _window(session, clock, rules, now) if clock is not None else (None, False)
    return Allowance(rules, sum(stage == "appraisal" for stage in stages), until, too_late)


def _window(session: Session, clock: Clock, rules: Supplement, now: datetime) -> tuple[date | None, bool]:
    limit = Limit(max(rules.notice_window.value, 1), rules.notice_window.unit)
    calendar = calendar_under(session, clock)
    reckoning = reckon(limit, clock.started_at, calendar, waits_of(clock, over=True), **rules_of(clock))
    if reckoning.due_on is None or reckoning.due_at is None:
        return None, False
    too_late = now > reckoning.due_at if limit.by_instant else legal_date(now) > reckoning.due_on
    return reckoning.due_on, too_late


def objection(stands: Allowance, *, pausing: bool, approved: bool = False) -> Unlawful | None:
    """What stands against one more request: no round left, or its window over without the head's approval.

    A request outside its window never stops the clock, whoever approved it.
    """
    rules = stands.rules
    if stands.used_up:
        return Unlawful(
            NO_MORE if rules.verified else NO_MORE_UNVERIFIED,
            most=rules.max_rounds,
            used=stands.used,
            ground=rules.ground,
        )
    if stands.too_late and stands.until is not None and (pausing or not approved):
        return Unlawful(
            TOO_LATE if rules.verified else TOO_LATE_UNVERIFIED,
            day=f"{stands.until:%d/%m/%Y}",
            ground=rules.ground,
        )
    return None


def must_be_allowed(work: Work, case: Case, rules: Supplement, *, pausing: bool) -> None:
    """Refuse (Unlawful) a request the rules do not allow at this moment."""
    stands = allowance(work.session, case, rules, work.now)
    against = objection(stands, pausing=pausing, approved=_approved_above(work, case, rules))
    if against is not None:
        raise against


def _approved_above(work: Work, case: Case, rules: Supplement) -> bool:
    """Whether the act that led here is one of the head's, whose word a late request needs."""
    last = work.session.scalar(
        select(Task.role)
        .where(Task.case_id == case.id, Task.status == "done")
        .order_by(Task.closed_at.desc(), Task.id.desc())
        .limit(1)
    )
    return last in {rules.late_approver, "leader"}
