"""Task types of a report's drawing: passing on, lateness, progress, masking, publishing, answering, opening again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from engine.accounts.models import Mandate, Office
from engine.bpmn.advance import Waiting
from engine.cases.calendars import calendar_for
from engine.cases.clocks import clock_of
from engine.cases.models import Case, Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.errors import FieldProblem, Invalid, NotFound
from engine.feedback.masking import left_over, propose
from engine.feedback.models import Report
from engine.procedures.places import resolve_places
from engine.usecases.advance import inline
from engine.usecases.counting_anew import count_anew
from engine.usecases.running import bundle_of
from engine.work import Work
from processes.report import ReportRules

ANSWER = "answer"
UNITS = {"working_days": "ngày làm việc", "hours": "giờ", "minutes": "phút"}


def report_of(work: Work, case: Case) -> Report:
    """The report a case is about."""
    report = work.session.get(Report, case.id)
    if report is None:
        raise NotFound("Việc này chỉ dành cho phản ánh, kiến nghị.")
    return report


def office_words(work: Work, office_id: UUID) -> dict[str, Any]:
    """An office as notices name it."""
    office = work.session.get_one(Office, office_id)
    return {"code": office.code, "name": office.name, "phone": office.phone}


def _rules(work: Work, case: Case) -> ReportRules:
    rules = bundle_of(work, case).procedure.report
    if rules is None:
        raise NotFound("Việc này chỉ dành cho phản ánh, kiến nghị.")
    return rules


def _above(work: Work, office: Office | None) -> Iterator[Office]:
    """An office and those over it."""
    while office is not None:
        yield office
        office = work.session.get(Office, office.parent_id) if office.parent_id else None


def _held(work: Work, office: Office, role: str) -> bool:
    """Whether somebody holds a post there today."""
    today = legal_date(work.now)
    return (
        work.session.scalar(
            select(Mandate.id)
            .where(Mandate.office_id == office.id, Mandate.role == role, Mandate.valid_from <= today)
            .where(or_(Mandate.valid_to.is_(None), Mandate.valid_to >= today))
            .limit(1)
        )
        is not None
    )


def may_answer(work: Work, office: Office, accused_id: UUID | None) -> bool:
    """Whether an office may get a report on somebody of the accused one: never that unit nor one below it."""
    return accused_id is None or all(one.id != accused_id for one in _above(work, office))


@dataclass(frozen=True)
class Way:
    """Where a report goes by what the operator decided."""

    kind: str
    category: str
    urgent: bool
    accused_id: UUID | None
    unit: Office


def way_of(work: Work, case: Case, report: Report, routing: Mapping[str, Any]) -> Way:
    """Find the unit for an operator's decision, changing nothing; refuses (Invalid) naming the field to mend."""
    kind = str(routing.get("kind") or report.kind)
    category = str(routing.get("category") or report.category)
    accused_id = None
    if kind == "conduct":
        accused_id = _accused(work, str(routing.get("accused") or "").strip()) or report.accused_id
    by_hand = str(routing.get("unit") or "").strip()
    unit = _chosen(work, by_hand) if by_hand else _by_rule(work, case, report, category, accused_id)
    if unit is None:
        raise Invalid(
            "Chưa tìm được đơn vị theo lĩnh vực và phường, xã. Hãy chọn đơn vị.",
            [FieldProblem("routing.unit", "Chọn đơn vị xử lý")],
        )
    if not may_answer(work, unit, accused_id):
        raise Invalid(
            "Phản ánh về cán bộ không được chuyển về chính đơn vị bị phản ánh.",
            [FieldProblem("routing.unit", "Chọn cấp trên của đơn vị bị phản ánh")],
        )
    return Way(kind, category, bool(routing.get("urgent")), accused_id, unit)


def _accused(work: Work, code: str) -> UUID | None:
    if not code:
        return None
    accused = work.session.scalar(select(Office.id).where(Office.code == code))
    if accused is None:
        raise Invalid("Không có đơn vị này.", [FieldProblem("routing.accused", "Chọn bộ phận trong danh sách")])
    return accused


def _by_rule(work: Work, case: Case, report: Report, field: str, accused_id: UUID | None) -> Office | None:
    """The unit that owns the field, by the bundle's rule for the ward; the accused unit's superior for conduct."""
    if accused_id is not None:
        accused = work.session.get_one(Office, accused_id)
        return next((one for one in _above(work, accused) if one.id != accused.id and _has_point(work, one)), None)
    procedure = bundle_of(work, case).procedure
    category = _rules(work, case).category(field)
    hotline = work.session.get_one(Office, UUID(case.places["hotline"]))
    answers = {"report": {"ward": report.ward_code or None}}
    for rule in (category.unit if category else None, procedure.places.unit):
        if rule is None:
            continue
        try:
            found = resolve_places(
                work.session, replace(procedure.places, unit=rule), answers, filed=hotline, now=work.now
            )
        except Invalid:
            continue
        owner = work.session.get_one(Office, found["unit"])
        return next((one for one in _above(work, owner) if _has_point(work, one)), None)
    return None


def _has_point(work: Work, office: Office) -> bool:
    return _held(work, office, "hotline_point")


def _chosen(work: Work, code: str) -> Office:
    office = work.session.scalar(select(Office).where(Office.code == code.strip(), Office.active))
    if office is None or not _has_point(work, office):
        raise Invalid(
            "Đơn vị này chưa có đầu mối tiếp nhận phản ánh.",
            [FieldProblem("routing.unit", "Chọn đơn vị có đầu mối tiếp nhận phản ánh")],
        )
    return office


def _carry_term(work: Work, case: Case) -> None:
    """Once the case rests, the report and its open tasks carry the moment by which an answer is owed."""

    def stamp() -> None:
        report, clock = report_of(work, case), clock_of(work, case.id, ANSWER)
        if clock is not None and clock.status != "stopped":
            report.due_at = clock.due_at
        work.session.execute(
            update(Task).where(Task.case_id == case.id, Task.status == "open").values(legal_due_at=report.due_at)
        )

    work.afterwards.append(stamp)


@inline("report.forward")
def forward(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Pass the report to the unit that owns it, or after "chưa đạt" to whoever stands over the closer."""
    report = report_of(work, case)
    above = asked.headers.get("level") == "above"
    unit, role = _superior(work, report) if above else (_classified(work, case, report), "")
    report.unit_id, report.status = unit.id, "forwarded" if not above else "reopened"
    report.forwarded_at = report.forwarded_at or work.now
    report.handled_at = None
    case.places = {**case.places, "unit": str(unit.id)}
    _by_its_calendar(work, case, unit)
    rules = _rules(work, case)
    urgent = report.urgent and not above
    if urgent:
        report.due_at = report.due_at or work.now + timedelta(seconds=rules.urgent.seconds)
        words = f"{rules.urgent.value} {UNITS[rules.urgent.unit]}"
    else:
        limit = bundle_of(work, case).procedure.limits.terms[ANSWER]
        words = f"{limit.value} {UNITS[limit.unit]}"
    _carry_term(work, case)
    work.record(case, "report.forwarded", {"unit": unit.code, "kind": report.kind, "urgent": urgent, "above": role})
    return {"unit": office_words(work, unit.id), "urgent": urgent, "above": role, "limit_words": words}


def _by_its_calendar(work: Work, case: Case, unit: Office) -> None:
    """A term that runs already goes on by the calendar of the unit that has to answer from now on."""
    clock, calendar = clock_of(work, case.id, ANSWER), calendar_for(work.session, unit.id)
    if clock is not None and clock.status != "stopped" and clock.calendar != calendar.code:
        count_anew(work, case, clock, calendar, another_unit=True)


def _classified(work: Work, case: Case, report: Report) -> Office:
    """Take over what the operator decided, and find the unit."""
    way = way_of(work, case, report, case.variables.get("routing") or {})
    report.kind, report.category, report.urgent = way.kind, way.category, way.urgent
    report.accused_id = way.accused_id
    return way.unit


def _superior(work: Work, report: Report) -> tuple[Office, str]:
    """The head over the one who closed: of the room, else the leader of the agency, else of the one above."""
    unit = work.session.get(Office, report.unit_id) if report.unit_id else None
    for office in _above(work, unit):
        for role in ("unit_head", "leader"):
            if _held(work, office, role) and may_answer(work, office, report.accused_id):
                return office, role
    raise Invalid("Chưa có lãnh đạo nào nhận được phản ánh mở lại. Hãy báo người quản trị danh mục đơn vị.")


@inline("report.status")
def set_status(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Close a report without a unit: refused, with its reason, or guided at once."""
    report = report_of(work, case)
    routing = case.variables.get("routing") or {}
    report.status = asked.headers.get("status", "")
    report.kind = str(routing.get("kind") or report.kind)
    report.category = str(routing.get("category") or report.category)
    report.reason = str(routing.get("reason") or "")
    if report.status == "guided":
        report.answer, report.answered_at = report.reason, work.now
    work.record(case, "report.status", {"status": report.status}, {"reason": report.reason})
    return {}


@inline("report.overdue")
def overdue(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Write down what was missed: passing on, the emergency hours, the answer, or a committed date."""
    report = report_of(work, case)
    of = asked.headers.get("of", ANSWER)
    if of not in report.late:
        report.late = [*report.late, of]
    _carry_term(work, case)
    work.record(case, "report.overdue", {"of": of})
    return {}


@inline("report.progress")
def progress(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The unit says how far it is and commits itself to a day; the term itself does not move."""
    report = report_of(work, case)
    handling = case.variables.get("handling") or {}
    committed = committed_day(work, handling)
    report.progress, report.committed_on, report.status = str(handling.get("progress") or ""), committed, "progress"
    until = datetime.combine(committed + timedelta(days=1), time(), LEGAL_ZONE)
    _carry_term(work, case)
    work.record(case, "report.progress", {"committed_on": committed}, {"progress": report.progress})
    return {"committed_on": committed.isoformat(), "committed_until": until.isoformat()}


def committed_day(work: Work, handling: Mapping[str, Any]) -> date:
    """The day a unit commits itself to; a day that is over is refused (Invalid)."""
    try:
        day = date.fromisoformat(str(handling.get("committed_on")))
    except ValueError:
        day = date.min
    if day < legal_date(work.now):
        raise Invalid(
            "Ngày cam kết phải từ hôm nay trở đi.",
            [FieldProblem("handling.committed_on", "Nhập ngày cam kết từ hôm nay trở đi")],
        )
    return day


def _known(report: Report) -> tuple[str, ...]:
    return (report.sender_name, report.sender_phone, report.sender_email)


@inline("report.mask")
def mask(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The unit has finished: propose what to hide in its answer and in the report; the operator decides."""
    report = report_of(work, case)
    report.handled_at = work.now
    handling = case.variables.get("handling") or {}
    text = propose(report.text, known=_known(report))
    answer = propose(str(handling.get("answer") or ""), known=_known(report))
    place = propose(report.place, known=_known(report))
    _carry_term(work, case)
    found = [{"kind": flag.kind, "text": flag.text} for flag in (*text.flags, *answer.flags)]
    return {"masking": {"text": text.text, "answer": answer.text, "place": place.text, "found": found}}


@inline("report.publish")
def publish(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Show the masked report and its answer to everybody; reports on staff and complaints never."""
    report, review = report_of(work, case), case.variables.get("review") or {}
    text, answer = public_words(work, case, report, review)
    report.public_text, report.public_answer, report.published_at = text, answer, work.now
    work.record(case, "report.published", {"code": report.code})
    return {}


def public_words(work: Work, case: Case, report: Report, review: Mapping[str, Any]) -> tuple[str, str]:
    """The texts an operator wants to publish: refused (Invalid) for reports on staff, complaints and left-over data."""
    if report.kind in _rules(work, case).never_published:
        raise Invalid(
            "Phản ánh về cán bộ và khiếu nại, tố cáo không được công khai.",
            [FieldProblem("review.outcome", "Chọn gửi trả lời, không công khai")],
        )
    text, answer = str(review.get("public_text") or ""), str(review.get("public_answer") or "")
    problems = [
        FieldProblem(f"review.{field}", "Còn thông tin cá nhân: %(what)s", {"what": flag.text})
        for field, words in (("public_text", text), ("public_answer", answer))
        for flag in left_over(words, known=_known(report))
    ]
    if problems:
        raise Invalid("Nội dung công khai còn thông tin cá nhân.", problems)
    return text, answer


@inline("report.answer")
def answer(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The checked answer becomes the office's; whether it came in time is judged by when the unit finished."""
    report = report_of(work, case)
    report.answer = str((case.variables.get("handling") or {}).get("answer") or "")
    report.answered_at, report.status = work.now, "answered"
    report.judged = _judge(work, case, report)
    work.record(case, "report.answered", {"judged": report.judged}, {"answer": report.answer})
    return {"answer": report.answer}


def _judge(work: Work, case: Case, report: Report) -> str:
    finished, clock = report.handled_at or work.now, clock_of(work, case.id, ANSWER)
    if clock is not None and clock.due_on is not None:
        return "late" if legal_date(finished) > clock.due_on else "on_time"
    return "late" if report.due_at is not None and finished > report.due_at else "on_time"


@inline("report.reopen")
def reopen(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """The sender is not satisfied: the report leaves the public list and goes one level above the closer."""
    report = report_of(work, case)
    report.reopened, report.status, report.published_at, report.due_at = report.reopened + 1, "reopened", None, None
    work.record(case, "report.reopened", {"score": report.rating, "times": report.reopened})
    report.rating, report.rating_text, report.rated_at = None, "", None
    return {}
