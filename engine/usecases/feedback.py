"""A report from the public: taken in by form or by telephone, rated by its sender."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from engine.accounts.models import Office, fold
from engine.accounts.policy import require_role
from engine.bpmn import door
from engine.cases.models import Case, Task
from engine.clock import legal_date, legal_time
from engine.db import canonical, new_id
from engine.dossiers.models import Dossier
from engine.errors import Conflict, FieldProblem, Invalid, NotFound
from engine.feedback.models import KINDS, Report
from engine.procedures.places import resolve_places
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.registers.series import next_code
from engine.usecases import feedback_types
from engine.usecases.advance import carry_on, deliver
from engine.usecases.drafts import attach
from engine.usecases.running import bundle_of, lock_case
from engine.usecases.tasks import CHECKS
from engine.work import Work
from forms.validation import validate
from processes.report import ReportRules, timers

PROCEDURE = "1022"
MOST_PHOTOS = 6
UNSATISFIED = 2
"""A rating up to this one says "chưa đạt"."""

Stored = tuple[str, int, str, str]


@dataclass(frozen=True)
class ReportFiling:
    """What is reported: the answers as they came (raw, `report` and `sender`), by which channel, with which photos.

    `channel` is "web" (signed in or not) or "phone" (an operator types for a caller); `photos` are what
    `drafts.store_upload` gave. The same `submission_key` twice is one report.
    """

    answers: Mapping[str, Any]
    channel: str
    submission_key: str
    photos: Sequence[Stored] = ()


def rules_of(bundle: OpenBundle) -> ReportRules:
    """The rules of reports in a bundle; NotFound where it is a dossier's."""
    rules = bundle.procedure.report
    if rules is None:
        raise NotFound("Quy trình này không dành cho phản ánh.")
    return rules


def file_report(work: Work, filing: ReportFiling) -> Report:
    """Take a report in and begin its process; a double click finds the report that is already there.

    Refuses (Invalid, naming each field) answers that do not fit, a sender who cannot be reached, and a report without
    a name about anything but what happens in the street (Decree 20/2008; regulation of 1022, QĐ 1478/QĐ-UBND).
    """
    known = work.session.scalar(select(Report).where(Report.submission_key == filing.submission_key))
    if known is not None:
        return known
    if filing.channel == "phone":
        require_role(work.actor, "hotline_operator")
    elif filing.channel != "web":
        raise Invalid("Không có kênh tiếp nhận này.")
    published = in_force(work.session, PROCEDURE, legal_date(work.now))
    bundle = open_bundle(work.session, published.id)
    rules = rules_of(bundle)
    clean = _clean(work, bundle, rules, filing)
    city = work.session.scalars(select(Office).where(Office.kind == "city").order_by(Office.code)).first()
    if city is None:
        raise NotFound("Chưa có đơn vị cấp thành phố trong danh mục.")
    places = resolve_places(work.session, replace(bundle.procedure.places, unit=None), clean, filed=city, now=work.now)
    case = Case(
        id=new_id(),
        kind="report",
        bundle_id=published.id,
        process_id=bundle.main_process,
        places={"hotline": str(places["hotline"])},
        opened_at=work.now,
        last_act_at=work.now,
        sample=work.ports.settings.sample,
        trial=published.trial,
        journal_seq=0,
        journal_head=b"\0" * 32,
        tokens=b"",
        data=b"",
    )
    work.session.add(case)
    work.session.flush()
    report = _open_report(work, case, rules, clean, filing)
    if len(filing.photos) > MOST_PHOTOS:
        raise Invalid("Mỗi phản ánh nhận tối đa %(most)s tệp.", most=MOST_PHOTOS)
    for stored in filing.photos:
        attach(work, field="report.photos", stored=stored, case_id=case.id)
    work.record(
        case,
        "report.received",
        {"code": report.code, "kind": report.kind, "channel": report.channel, "bundle": published.digest},
        {"answers": clean},
    )
    carry_on(
        work,
        case,
        door.start(bundle.definition, case.process_id, _variables(work, case, report, rules, clean), now=work.now),
    )
    opened = update(Task).where(Task.case_id == case.id, Task.status == "open")
    work.session.execute(opened.values(due_at=report.forward_by, warn_at=report.forward_by))
    return report


def _clean(work: Work, bundle: OpenBundle, rules: ReportRules, filing: ReportFiling) -> dict[str, Any]:
    checked = validate(bundle.application, filing.answers, now=work.now)
    problems = [FieldProblem(error.path, error.message, dict(error.params)) for error in checked.errors]
    clean = {"report": {}, "sender": {}, **checked.clean}
    given, sender = clean["report"], clean["sender"]
    touched = {problem.path for problem in problems}
    category = rules.category(str(given.get("category") or ""))
    if category is not None and given.get("kind") in KINDS and given["kind"] not in category.kinds:
        problems.append(FieldProblem("report.category", "Chọn lĩnh vực phù hợp với loại phản ánh"))
    nameless = sender.get("anonymous") is True and given.get("kind") in rules.anonymous
    if not nameless and not (sender.get("phone") or sender.get("email")) and "sender.phone" not in touched:
        problems.append(FieldProblem("sender.phone", "Nhập số điện thoại hoặc thư điện tử để nhận trả lời"))
    if given.get("accused") and _office(work, given["accused"]) is None:
        problems.append(FieldProblem("report.accused", "Chọn cơ quan, bộ phận trong danh sách"))
    code = given.get("dossier_code")
    if code and filing.channel == "phone" and _dossier(work, code) is None:
        problems.append(FieldProblem("report.dossier_code", "Không có hồ sơ mang mã này; hỏi lại người gọi"))
    if problems:
        raise Invalid("Có %(count)s chỗ cần sửa trước khi gửi.", problems, count=len(problems))
    return clean


def _office(work: Work, code: str) -> Office | None:
    return work.session.scalar(select(Office).where(Office.code == code.strip(), Office.active))


def _dossier(work: Work, code: str) -> UUID | None:
    wanted = "".join(code.split()).upper()
    return work.session.scalar(
        select(Dossier.case_id).where(or_(Dossier.code == wanted, Dossier.filing_code == wanted))
    )


def _code(work: Work, case: Case) -> str:
    """PA, day, running number of the city's day."""
    return next_code(work, "city", "report", "PA", legal_date(work.now), width=4, trial=case.trial)


def _open_report(work: Work, case: Case, rules: ReportRules, clean: Mapping[str, Any], filing: ReportFiling) -> Report:
    given, sender = clean["report"], clean["sender"]
    nameless = sender.get("anonymous") is True
    accused = _office(work, given["accused"]) if given.get("accused") else None
    report = Report(
        case_id=case.id,
        code=_code(work, case),
        submission_key=filing.submission_key,
        kind=given["kind"],
        category=given.get("category") or "",
        urgent=bool(given.get("urgent")),
        channel=filing.channel,
        text=given["text"],
        place=given.get("place") or "",
        ward_code=given.get("ward") or "",
        search_key=fold(f"{given.get('place') or ''} {given['text']}"),
        sender_name="" if nameless else sender.get("name") or "",
        sender_phone=sender.get("phone") or "",
        sender_email=sender.get("email") or "",
        sender_id=work.actor.id if work.actor.kind == "citizen" and not nameless else None,
        proof=f"{secrets.randbelow(10**6):06d}" if nameless else "",
        dossier_id=_dossier(work, given["dossier_code"]) if given.get("dossier_code") else None,
        accused_id=accused.id if accused else None,
        received_at=work.now,
        forward_by=work.now + timedelta(seconds=rules.forward.seconds),
        late=[],
    )
    work.session.add(report)
    work.session.flush()
    return report


def _variables(work: Work, case: Case, report: Report, rules: ReportRules, clean: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "report_id": str(case.id),
        "code": report.code,
        "channel": report.channel,
        "form": json.loads(canonical(clean)),
        "received_at": legal_time(work.now).isoformat(timespec="seconds"),
        "hotline": feedback_types.office_words(work, UUID(case.places["hotline"])),
        "unit": None,
        "routing": {"note": ""},
        "review": {"comment": ""},
        "rating": {"reopen": False},
        **timers(rules),
    }


def check_step(work: Work, case: Case, clean: Mapping[str, Any]) -> None:
    """Refuse (Invalid) what a step of a report cannot lead to: unit, committed day, words to be published."""
    report = feedback_types.report_of(work, case)
    routing, handling, review = (clean.get(key) or {} for key in ("routing", "handling", "review"))
    if routing.get("outcome") == "forward":
        feedback_types.way_of(work, case, report, routing)
    if handling.get("outcome") == "progress" and handling.get("committed_on"):
        feedback_types.committed_day(work, handling)
    if review.get("outcome") == "publish" and review.get("public_text"):
        feedback_types.public_words(work, case, report, review)


CHECKS["report"] = check_step


def rate_report(work: Work, case_id: UUID, *, score: int, text: str = "", proven: bool = False) -> Report:
    """The sender says whether it was put right (1 to 5); "chưa đạt" opens the report again, once, one level higher.

    `proven` says that the caller has just shown code and second fact; otherwise only the sender's own account may.
    """
    if score not in range(1, 6):
        raise Invalid("Chọn mức đánh giá từ 1 đến 5.", [FieldProblem("score", "Chọn mức đánh giá từ 1 đến 5")])
    case = lock_case(work, case_id)
    report = work.session.get(Report, case_id, populate_existing=True)
    mine = report is not None and report.sender_id is not None and report.sender_id == work.actor.id
    if report is None or not (proven or mine):
        raise NotFound("Không có phản ánh này.")
    text = " ".join(text.split())[:1000]
    reopen = score <= UNSATISFIED and report.reopened < rules_of(bundle_of(work, case)).reopenings
    if reopen and not text:
        words = "Nói rõ điều chưa đạt để cấp trên xử lý lại"
        raise Invalid("Có 1 chỗ cần sửa.", [FieldProblem("text", words)])
    if report.status != "answered":
        raise Conflict("Phản ánh chưa có trả lời hoặc đang được xử lý lại.", code="not_answered")
    report.rating, report.rating_text, report.rated_at = score, text, work.now
    work.record(case, "report.rated", {"score": score, "reopen": reopen}, {"text": text} if text else None)
    rating = {"score": score, "text": text, "reopen": reopen}
    if not deliver(work, case, "report.rated", str(case.id), {"rating": rating}):
        raise Conflict("Đã hết thời gian đánh giá, hoặc phản ánh đã được đánh giá.", code="already_rated")
    return report
