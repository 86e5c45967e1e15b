"""What an operator sees of troubles, and what comes of the acts that mend them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.cases.models import Call, Incident
from engine.db import new_id
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.journal import Entry
from engine.notifications.models import Notice
from engine.outbox import Job
from engine.ports import Unsure
from engine.queries import condition, operations
from engine.usecases import operations as acts
from engine.usecases.operations import ask_for_check

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


class Down:
    """A gateway that cannot be reached, until it can."""

    name = "sms"

    def __init__(self, error: Exception) -> None:
        self.error: Exception | None = error
        self.sent: list[str] = []

    def send(self, *, recipient: str, subject: str, body: str, reference: str) -> str:
        if self.error:
            raise self.error
        self.sent.append(reference)
        return "ok"


def seen(ward, kind):
    with ward.look("van") as look:
        return operations.stuck(look, kind)


def unknown_notice(ward):
    """A text message of which nobody knows whether it went out."""
    gateway = ward.house.ports.channels["sms"] = Down(Unsure("Cổng tin nhắn không trả lời."))
    ward.dossier_at("appraise")
    return gateway, next(one for one in seen(ward, "notice") if one.look_first)


@ONE
def test_a_notice_nobody_knows_of_is_sent_again_only_after_looking(ward):
    gateway, line = unknown_notice(ward)
    assert (line.status, line.act, line.code) == ("unknown", "resend", "H29.26743-260302-0001")
    assert line.cause == "Cổng tin nhắn không trả lời."
    with pytest.raises(Invalid), ward.work("van") as work:
        acts.send_again(work, line.id, looked=False)
    gateway.error = None
    with ward.work("van") as work:
        acts.send_again(work, line.id, looked=True)
    ward.run_deferred()
    assert ward.row(Notice, line.id).status == "delivered"
    assert gateway.sent.count(str(line.id)) == 1
    with pytest.raises(Conflict), ward.work("van") as work:
        acts.send_again(work, line.id, looked=True)
    case_id = ward.row(Notice, line.id).case_id
    assert "notice.resent" in [act.verb for act in ward.acts(case_id)]
    assert ward.faults() == []


@ONE
def test_a_notice_told_otherwise_is_settled_with_its_reason(ward):
    _, line = unknown_notice(ward)
    with pytest.raises(Invalid), ward.work("van") as work:
        acts.settle_notice(work, line.id, "   ")
    with ward.work("van") as work:
        acts.settle_notice(work, line.id, "Đã gọi điện")
    assert ward.row(Notice, line.id).status == "settled"
    assert line.id not in [one.id for one in seen(ward, "notice")]


@ONE
def test_nobody_but_an_operator_repairs_or_looks(ward):
    _, line = unknown_notice(ward)
    for login in ("lan", "hoa", "an"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            acts.send_again(work, line.id, looked=True)
        with pytest.raises(Forbidden), ward.look(login) as look:
            operations.stuck(look, "notice")
        with pytest.raises(Forbidden), ward.look(login) as look:
            condition.condition(look)


def failed_call(ward):
    """A dossier whose letter could not be printed, whatever was tried."""
    case_id = ward.filed_at_counter()
    with ward.work() as work:
        work.session.execute(
            update(Call)
            .where(Call.case_id == case_id)
            .values(status="failed", last_error="OSError: no room for Nguyễn Thị Hòa <hoa@example.vn> 0903123456")
        )
        call = next(iter(work.session.query(Call).filter(Call.case_id == case_id)))
        work.session.execute(update(Job).where(Job.kind == "PerformCall").values(status="failed", finished_at=work.now))
        work.session.add(
            Incident(
                id=new_id(),
                case_id=case_id,
                token=call.token,
                element_id=call.element_id,
                name=call.name,
                kind="call-failed",
                message="OSError: no room",
                opened_at=work.now,
            )
        )
    return case_id


@ONE
def test_a_failed_call_is_told_once_and_done_again(ward):
    case_id = failed_call(ward)
    lines = seen(ward, "call")
    assert len(lines) >= 1
    assert seen(ward, "incident") == []
    assert [one for one in seen(ward, "job") if one.what == operations.JOBS["PerformCall"]] == []
    assert "hoa@example.vn" not in lines[0].detail
    assert "0903123456" not in lines[0].detail
    for line in lines:
        with ward.work("van") as work:
            acts.try_call_again(work, line.id, looked=False)
    ward.run_deferred()
    assert seen(ward, "call") == seen(ward, "job") == []
    assert ward.incidents(case_id) == []
    assert "call.retried" in [act.verb for act in ward.acts(case_id)]
    assert ward.faults() == []


@ONE
def test_an_incident_is_not_taken_down_while_the_case_stands_there(ward):
    case_id = failed_call(ward)
    incident = ward.incidents(case_id)[0]
    with pytest.raises(Conflict), ward.work("van") as work:
        acts.settle_incident(work, incident.id, "đã xem")
    with ward.work() as work:
        work.session.execute(update(Call).where(Call.token == incident.token).values(status="gone"))
    assert [(one.id, one.may_settle) for one in seen(ward, "incident")] == [(incident.id, True)]
    with ward.work("van") as work:
        acts.settle_incident(work, incident.id, "Bước này không còn cần")
    assert ward.incidents(case_id) == []


def test_a_failed_job_is_tried_again_or_put_away_once(ward):
    with ward.work() as work:
        job_id = work.defer("TidyOutbox", {})
        work.session.flush()
        work.session.execute(update(Job).where(Job.id == job_id).values(status="failed", finished_at=work.now))
    assert [one.what for one in seen(ward, "job")] == ["Dọn hàng đợi công việc"]
    with ward.work("van") as work:
        acts.retry_job(work, job_id)
    with pytest.raises(Conflict), ward.work("van") as work:
        acts.settle_job(work, job_id, "không cần nữa")
    ward.run_deferred()
    assert ward.row(Job, job_id).status == "done"
    with pytest.raises(NotFound), ward.look("van") as look:
        operations.stuck_item(look, "job", job_id)


@ONE
def test_a_job_of_a_service_task_is_done_again_by_its_call_alone(ward):
    failed_call(ward)
    (call,) = seen(ward, "call")
    with ward.work() as work:
        job_id = work.defer("PerformCall", {"call": str(call.id)}, key="given up")
        work.session.flush()
        work.session.execute(update(Job).where(Job.id == job_id).values(status="failed", finished_at=work.now))
    assert seen(ward, "job") == []
    with pytest.raises(NotFound), ward.look("van") as look:
        operations.stuck_item(look, "job", job_id)
    for act in (acts.retry_job, lambda work, job: acts.settle_job(work, job, "không cần nữa")):
        with pytest.raises(Conflict), ward.work("van") as work:
            act(work, job_id)
    assert call.act == "retry"
    with ward.work() as work:
        work.session.execute(update(Call).where(Call.id == call.id).values(status="gone"))
    left = seen(ward, "job")
    assert {(job.act, job.may_settle) for job in left} == {("", True)}, (
        "its call is over: trying again would do nothing"
    )
    for job in left:
        with ward.work("van") as work:
            acts.settle_job(work, job.id, "Bước này không còn")
    assert seen(ward, "job") == []


def test_the_journal_is_checked_on_demand(ward):
    ward.dossier_at("appraise")
    with ward.work("van") as work:
        assert ask_for_check(work)
        work.session.flush()
        assert not ask_for_check(work)
    ward.run_deferred()
    with ward.look("van") as look:
        found = condition.last_check(look)
    assert (found.faults, found.running) == (0, False)
    assert found.acts > 10
    assert found.chains >= 1
    assert len(ward.rows(Entry, Entry.verb == "journal.verified", by=Entry.seq)) == 1

    with ward.work() as work:
        work.session.execute(update(Entry).where(Entry.verb == "dossier.submitted").values(actor="somebody else"))
    with ward.work("van") as work:
        assert ask_for_check(work)
    ward.run_deferred()
    with ward.look("van") as look:
        found = condition.last_check(look)
    assert found.faults == 1
    assert found.found[0].problem == "was changed after it was written"


def test_the_queue_in_numbers_and_the_health_of_the_house(ward):
    with ward.look() as look:
        sick = condition.health(look)
    assert (sick.database, sick.migrations, sick.relay) == ("ok", "ok", "silent")
    with ward.work() as work:
        work.defer("SweepDeadlines", {}, key="schedule:deadlines:now")
        work.defer("TidyOutbox", {})
    with ward.look() as look:
        assert condition.health(look).well
        numbers = condition.queue(look)
    assert (numbers.due, numbers.oldest) == (2, ward.clock.now())
