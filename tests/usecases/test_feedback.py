"""A report to the hotline goes its whole way: taken in, passed on, answered, masked, published, rated, opened again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.cases.models import Clock, Task
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.feedback.models import Report
from engine.usecases.feedback import ReportFiling, file_report, rate_report
from engine.usecases.tasks import complete_task
from tests.factories import Ward, legal

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

SCENE = {
    "report": {
        "kind": "scene",
        "category": "order",
        "text": "Bàn ghế kín vỉa hè. Gọi tôi 0901234567.",
        "place": "58/12 Lý Tự Trọng",
        "ward": "26743",
    },
    "sender": {"name": "Nguyễn Thị Hòa", "phone": "0901 234 567", "email": ""},
}
FORWARD = {"outcome": "forward", "kind": "scene", "category": "order"}
DONE = {"handling": {"outcome": "done", "answer": "Đã dọn; bà Nguyễn Thị Hòa xác nhận."}}


class Hotline:
    """The hotline of the sample city at work."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.count = 0

    def report(self, *, by: str = "", channel: str = "web", sender: Any = None, **changes: Any) -> UUID:
        self.count += 1
        answers = {"report": {**SCENE["report"], **changes}, "sender": SCENE["sender"] if sender is None else sender}
        with self.ward.work(by) as work:
            return file_report(work, ReportFiling(answers, channel, f"report-{self.count}")).case_id

    def do(self, case_id: UUID, element: str, by: str, answers: Mapping[str, Any], *, minutes: float = 2) -> None:
        self.ward.clock.advance(timedelta(minutes=minutes))
        with self.ward.work(by) as work:
            complete_task(work, self.ward.task(case_id, element), answers)
        self.ward.run_deferred()

    def forward(self, case_id: UUID, **routing: Any) -> None:
        self.do(case_id, "classify", "tong", {"routing": {**FORWARD, **routing}})

    def of(self, case_id: UUID) -> Report:
        found: Report = self.ward.row(Report, case_id)
        return found

    def publish(self, case_id: UUID, text: str = "Bàn ghế kín vỉa hè.", answer: str = "Đã dọn.") -> None:
        review = {"outcome": "publish", "public_text": text, "public_answer": answer}
        self.do(case_id, "review", "tong", {"review": review})

    def answered(self) -> UUID:
        case_id = self.report()
        self.forward(case_id)
        self.do(case_id, "handle", "moi", DONE)
        self.publish(case_id)
        return case_id

    def rate(self, case_id: UUID, score: int, text: str = "") -> None:
        self.ward.clock.advance(timedelta(hours=1))
        with self.ward.work("") as work:
            rate_report(work, case_id, score=score, text=text, proven=True)
        self.ward.run_deferred()


@pytest.fixture
def hotline(ward: Ward) -> Hotline:
    return Hotline(ward)


def test_a_report_is_answered_masked_published_and_rated(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    hotline.forward(case_id)
    report = hotline.of(case_id)
    assert (report.status, report.unit_id) == ("forwarded", ward.offices["bt-kthtdt"])
    assert ward.row(Task, ward.task(case_id, "handle")).legal_due_at == report.due_at
    hotline.do(case_id, "handle", "moi", DONE)
    masking = ward.case(case_id).variables["masking"]
    assert "0901234567" not in masking["text"]
    assert "Hòa" not in masking["answer"]
    hotline.publish(case_id)
    report = hotline.of(case_id)
    assert report.published_at is not None
    assert (report.status, report.judged) == ("answered", "on_time")
    hotline.rate(case_id, 5)
    assert ward.case(case_id).end_element == "closed"
    assert {notice.event for notice in ward.notices(case_id)} == {"forwarded", "answered"}
    assert ward.faults() == []


@ONE
def test_the_unit_has_five_working_days_and_every_one_is_in_the_ledger(hotline: Hotline, ward: Ward) -> None:
    ward.clock.set(legal(5, 10))  # a Thursday
    case_id = hotline.report()
    hotline.forward(case_id)
    clock: Clock = ward.clock_of(case_id, "answer")
    assert clock.due_on == legal(12).date()
    assert any(span["kind"] == "skipped" for span in clock.ledger)


@ONE
def test_five_minutes_run_on_the_wall_clock_even_at_night(hotline: Hotline, ward: Ward) -> None:
    ward.clock.set(legal(7, 23, 58))  # a Saturday night
    case_id = hotline.report()
    assert hotline.of(case_id).forward_by == ward.clock.now() + timedelta(minutes=5)
    ward.wait_until(ward.clock.now() + timedelta(minutes=4))
    assert hotline.of(case_id).late == []
    ward.wait_until(ward.clock.now() + timedelta(minutes=2))
    assert hotline.of(case_id).late == ["forward"]
    assert ward.open_steps(case_id) == ["classify"]


@ONE
def test_an_emergency_counts_in_hours_by_the_wall_clock(hotline: Hotline, ward: Ward) -> None:
    ward.clock.set(legal(7, 22))
    case_id = hotline.report(category="trees")
    hotline.forward(case_id, category="trees", urgent=True)
    assert ward.rows(Clock, Clock.case_id == case_id) == []
    due = hotline.of(case_id).due_at
    assert due == ward.clock.now() + timedelta(hours=4)
    ward.wait_until(due + timedelta(minutes=1))
    assert hotline.of(case_id).late == ["urgent"]
    hotline.do(case_id, "handle_urgent", "dau", DONE)
    hotline.publish(case_id)
    assert hotline.of(case_id).judged == "late"


@ONE
def test_a_unit_that_is_not_done_in_time_must_answer_with_progress_and_a_date(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    hotline.forward(case_id)
    due = hotline.of(case_id).due_at
    assert due is not None
    ward.wait_until(due + timedelta(minutes=1))
    assert ward.open_steps(case_id) == ["late_progress"]
    progress = {"outcome": "progress", "progress": "Đã lập biên bản.", "committed_on": legal(12).date().isoformat()}
    hotline.do(case_id, "late_progress", "moi", {"handling": progress})
    report = hotline.of(case_id)
    assert (report.status, report.committed_on, report.late) == ("progress", legal(12).date(), ["answer"])
    assert [notice.event for notice in ward.notices(case_id, "progress")] == ["progress"]
    ward.wait_until(legal(13, 9))
    assert hotline.of(case_id).late == ["answer", "commitment"]
    hotline.do(case_id, "finish", "moi", DONE)
    hotline.publish(case_id)
    assert hotline.of(case_id).judged == "late"


@ONE
def test_a_date_in_the_past_is_no_commitment(hotline: Hotline) -> None:
    case_id = hotline.report()
    hotline.forward(case_id)
    progress = {"outcome": "progress", "progress": "Sắp xong.", "committed_on": "2026-02-01"}
    with pytest.raises(Invalid) as refused:
        hotline.do(case_id, "handle", "moi", {"handling": progress})
    assert [problem.path for problem in refused.value.problems] == ["handling.committed_on"]


def test_a_misrouted_report_keeps_its_number_and_its_clock(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    hotline.forward(case_id)
    code, due = hotline.of(case_id).code, ward.clock_of(case_id, "answer").due_at
    hotline.do(
        case_id, "handle", "moi", {"handling": {"outcome": "misrouted", "reason": "Của Sở Xây dựng."}}, minutes=2000
    )
    hotline.forward(case_id, category="traffic")
    report = hotline.of(case_id)
    assert (report.code, report.unit_id) == (code, ward.offices["hcm-sxd"])
    assert ward.clock_of(case_id, "answer").due_at == due


@ONE
def test_an_answer_that_is_not_good_goes_back_to_the_unit(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    hotline.forward(case_id)
    hotline.do(case_id, "handle", "moi", DONE)
    hotline.do(case_id, "review", "tong", {"review": {"outcome": "send_back", "comment": "Khi nào?"}})
    assert ward.open_steps(case_id) == ["handle"]
    assert hotline.of(case_id).answer == ""


@ONE
def test_not_put_right_opens_it_once_one_level_above_the_closer(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.answered()
    with pytest.raises(Invalid), ward.work("") as work:
        rate_report(work, case_id, score=1, text="", proven=True)
    hotline.rate(case_id, 1, "Vẫn như cũ.")
    report = hotline.of(case_id)
    assert (report.status, report.reopened, report.published_at) == ("reopened", 1, None)
    hotline.do(case_id, "reroute", "tong", {"rerouting": {"note": ""}})
    assert ward.row(Task, ward.task(case_id, "handle_head")).role == "unit_head"
    with pytest.raises(Forbidden):
        hotline.do(case_id, "handle_head", "moi", DONE)
    hotline.do(case_id, "handle_head", "an", DONE)
    hotline.publish(case_id)
    hotline.rate(case_id, 1, "Vẫn chưa.")
    assert ward.case(case_id).end_element == "closed"
    assert hotline.of(case_id).reopened == 1
    with pytest.raises(Conflict):
        hotline.rate(case_id, 5)


@ONE
def test_nobody_else_rates_and_after_two_weeks_nobody_does(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.answered()
    with pytest.raises(NotFound), ward.work("duc") as work:
        rate_report(work, case_id, score=1, text="x")
    ward.wait_until(ward.clock.now() + timedelta(days=16))
    assert ward.case(case_id).end_element == "unrated"


@ONE
def test_a_report_on_staff_goes_above_the_accused_unit_and_is_never_published(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report(kind="conduct", category="attitude", accused="bt-kthtdt")
    with pytest.raises(Invalid, match="chính đơn vị"):
        hotline.forward(case_id, kind="conduct", category="attitude", accused="bt-kthtdt", unit="bt-kthtdt")
    hotline.forward(case_id, kind="conduct", category="attitude", accused="bt-kthtdt")
    assert hotline.of(case_id).unit_id == ward.offices["bt"]
    hotline.do(case_id, "handle", "phuong", DONE)
    with pytest.raises(Invalid, match="không được công khai"):
        hotline.publish(case_id)
    assert ward.open_steps(case_id) == ["review"]
    hotline.do(case_id, "review", "tong", {"review": {"outcome": "private"}})
    assert hotline.of(case_id).published_at is None


@ONE
def test_a_public_text_with_the_senders_number_is_refused(hotline: Hotline) -> None:
    case_id = hotline.report()
    hotline.forward(case_id)
    hotline.do(case_id, "handle", "moi", DONE)
    with pytest.raises(Invalid, match="thông tin cá nhân"):
        hotline.publish(case_id, text="Gọi 0901234567")


@ONE
def test_a_refusal_carries_its_reason_to_the_sender(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    hotline.do(
        case_id,
        "classify",
        "tong",
        {"routing": {"outcome": "refuse", "kind": "scene", "reason": "Không rõ địa điểm."}},
    )
    assert hotline.of(case_id).status == "refused"
    assert "Không rõ địa điểm." in ward.notices(case_id, "refused")[0].body


@ONE
def test_without_a_name_only_what_happens_in_the_street(hotline: Hotline) -> None:
    case_id = hotline.report(sender={"anonymous": True})
    report = hotline.of(case_id)
    assert (report.sender_name, len(report.proof)) == ("", 6)
    with pytest.raises(Invalid) as refused:
        hotline.report(kind="enquiry", category="other", sender={"anonymous": True})
    assert {problem.path for problem in refused.value.problems} >= {"sender.name", "sender.phone"}


@ONE
def test_only_an_operator_takes_calls_and_a_caller_s_dossier_must_exist(hotline: Hotline) -> None:
    with pytest.raises(Forbidden):
        hotline.report(by="moi", channel="phone")
    with pytest.raises(Invalid) as refused:
        hotline.report(by="tong", channel="phone", kind="dossier", category="procedure", dossier_code="H29-0")
    assert [problem.path for problem in refused.value.problems] == ["report.dossier_code"]


def test_a_double_click_is_one_report(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    hotline.count -= 1
    assert hotline.report() == case_id
    assert len(ward.rows(Report, by=Report.code)) == 1
