"""Service tasks and notices: carried out once, shown when they fail, and never sent again blindly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import outbox
from engine.errors import Forbidden
from engine.outbox import Job
from engine.performing import NotSentYet, perform_call, send_notice, sweep
from engine.ports import Unsure
from engine.usecases.calls import claim_call, go_on, retry_call
from engine.usecases.notices import begin_attempt, resend
from engine.usecases.tasks import complete_task
from tests.factories import ANSWERS, legal


class Register:
    """A register of another authority that answers, fails or hangs up as told."""

    def __init__(self, *outcomes):
        self.outcomes, self.asked = list(outcomes), 0

    def ask(self, question, *, reference, now):
        self.asked += 1
        outcome = self.outcomes.pop(0) if self.outcomes else {"number": "0312345678"}
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Line:
    """A telephone line that takes a message, refuses it, or breaks."""

    name = "sms"

    def __init__(self, *outcomes):
        self.outcomes, self.sent = list(outcomes), []

    def send(self, *, recipient, subject, body, reference):
        self.sent.append(reference)
        outcome = self.outcomes.pop(0) if self.outcomes else "taken"
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def at_the_register(ward, *outcomes):
    """A dossier whose question to the tax office is about to be put."""
    register = Register(*outcomes)
    ward.house.ports.registers["tax-code"] = register
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise")
    return case_id, register


def test_a_line_that_broke_leaves_the_question_unknown_with_an_incident_until_a_person_asks_again(ward):
    case_id, register = at_the_register(ward, Unsure("Đường truyền đứt sau khi gửi."))
    call = ward.calls(case_id, "register.ask")[0]
    assert (call.status, register.asked) == ("unknown", 1)
    assert [(one.kind, one.element_id) for one in ward.incidents(case_id)] == [("call-unknown", "ask_tax_code")]
    ward.clock.advance(timedelta(hours=3))
    ward.run_deferred()
    assert register.asked == 1
    with pytest.raises(Forbidden), ward.work("nam") as work:
        retry_call(work, call.id)
    with ward.work("van") as work:
        retry_call(work, call.id)
    ward.run_deferred()
    assert (register.asked, ward.open_steps(case_id), ward.incidents(case_id)) == (2, ["approve"], [])


def test_a_worker_cut_off_while_asking_outside_does_not_ask_again(ward):
    case_id = ward.dossier_at("appraise")
    register = ward.house.ports.registers["tax-code"] = Register()
    ward.clock.advance(timedelta(minutes=5))
    with ward.work("nam") as work:
        complete_task(work, ward.task(case_id, "appraise"), ANSWERS["appraise"])
    call = ward.calls(case_id, "register.ask")[0]
    with ward.work() as work:
        assert claim_call(work, call.id) is not None
    # here the worker is killed
    ward.run_deferred()
    assert register.asked == 0
    assert ward.calls(case_id, "register.ask")[0].status == "unknown"
    assert [one.kind for one in ward.incidents(case_id)] == ["call-unknown"]


def test_a_worker_cut_off_while_printing_prints_again_and_once(ward):
    case_id = ward.filed_at_counter()
    call = ward.calls(case_id, "letter.render")[0]
    with ward.work() as work:
        assert claim_call(work, call.id) is not None
    ward.run_deferred()
    assert [one.letter for one in ward.documents(case_id)] == ["form01"]
    perform_call(ward.house, call.id)
    assert len(ward.documents(case_id)) == 1


def test_a_call_that_keeps_failing_pauses_longer_each_time_and_ends_in_the_list_and_as_an_incident(ward):
    case_id, register = at_the_register(ward, *[RuntimeError("cổng đóng")] * 50)
    waits = []
    while ward.calls(case_id, "register.ask")[0].status == "waiting":
        job = next(one for one in ward.rows(Job) if one.status == "ready")
        waits.append(job.run_at - ward.clock.now())
        ward.clock.set(job.run_at)
        ward.run_deferred()
    assert waits == [timedelta(seconds=pause) for pause in outbox.PAUSES]
    assert register.asked == len(outbox.PAUSES) + 1
    assert [one.status for one in ward.rows(Job) if one.last_error] == ["failed"]
    assert [one.kind for one in ward.incidents(case_id)] == ["call-failed"]
    assert ward.faults() == []


def test_a_job_that_kills_every_worker_ends_in_the_list_too(ward):
    with ward.work() as work:
        job_id = work.defer("TidyOutbox", {})
    for _ in range(len(outbox.PAUSES) + 1):
        with ward.work() as work:
            assert outbox.claim(work.session, job_id, now=work.now, worker="w", length=timedelta(0)) is not None
    with ward.work() as work:
        assert outbox.claim(work.session, job_id, now=work.now, worker="w") is None
    assert ward.row(Job, job_id).status == "failed"
    with ward.work() as work:
        outbox.retry(work.session, job_id, now=work.now)
        assert outbox.claim(work.session, job_id, now=work.now, worker="w") is not None


def test_a_call_whose_every_worker_died_is_shown_on_its_case_and_a_person_may_ask_again(ward):
    case_id = ward.filed_at_counter()
    call = ward.calls(case_id, "letter.render")[0]
    job = next(one for one in ward.rows(Job) if one.args == {"call": str(call.id)})
    for _ in range(len(outbox.PAUSES) + 2):
        with ward.work() as work:
            outbox.claim(work.session, job.id, now=work.now, worker="w", length=timedelta(0))
        with ward.work() as work:
            claim_call(work, call.id)
    sweep(ward.house)
    sweep(ward.house)
    assert [(one.kind, one.element_id) for one in ward.incidents(case_id)] == [("call-failed", "receipt")]
    with ward.work("van") as work:
        retry_call(work, call.id)
    sweep(ward.house)
    ward.run_deferred()
    assert ward.incidents(case_id) == []
    assert ward.open_steps(case_id) == ["appraise"]


def test_a_leased_job_is_nobody_elses_until_its_lease_runs_out(ward):
    with ward.work() as work:
        job_id = work.defer("TidyOutbox", {}, key="once")
        assert work.defer("TidyOutbox", {}, key="once") == job_id
    with ward.work() as work:
        assert [one.id for one in outbox.lease(work.session, now=work.now, limit=5, worker="a")] == [job_id]
    with ward.work() as work:
        assert outbox.lease(work.session, now=work.now, limit=5, worker="b") == []
        assert outbox.claim(work.session, job_id, now=work.now, worker="b") is None
    ward.clock.advance(outbox.LEASE)
    with ward.work() as work:
        assert outbox.claim(work.session, job_id, now=work.now, worker="b") is not None


def test_what_was_asked_in_an_act_that_failed_is_not_asked(ward):
    def act():
        with ward.work() as work:
            work.defer("TidyOutbox", {}, key="never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert ward.rows(Job, Job.key == "never") == []


def first_sms(ward):
    case_id = ward.filed_online()
    ward.do(case_id, "check", {"check": {"outcome": "refuse", "reason": "Sai thẩm quyền."}})
    return case_id, next(one for one in ward.notices(case_id) if one.channel == "sms")


def test_a_notice_cut_off_between_attempt_and_receipt_is_unknown_and_not_sent_again(ward):
    line = ward.house.ports.channels["sms"] = Line(NotImplementedError())
    case_id, notice = first_sms(ward)
    assert notice.status == "waiting"
    with ward.work() as work:
        assert begin_attempt(work, notice.id) is not None
    # here the worker is killed
    before = len(line.sent)
    ward.clock.advance(timedelta(hours=1))
    ward.run_deferred()
    send_notice(ward.house, notice.id)
    assert len(line.sent) == before
    assert ward.notices(case_id)[0].status in {"unknown", "delivered"}
    assert {one.channel: one.status for one in ward.notices(case_id)}["sms"] == "unknown"
    with pytest.raises(Forbidden), ward.work("lan") as work:
        resend(work, notice.id)
    with ward.work("van") as work:
        resend(work, notice.id)
    ward.run_deferred()
    assert {one.channel: one.status for one in ward.notices(case_id)}["sms"] == "delivered"
    assert len(line.sent) == before + 1


def test_a_line_that_refuses_is_tried_again_and_one_that_broke_is_not(ward):
    line = ward.house.ports.channels["sms"] = Line(ConnectionRefusedError(), Unsure("đứt giữa chừng"))
    case_id, notice = first_sms(ward)
    assert (notice.status, notice.attempts) == ("waiting", 1)
    line.outcomes.insert(0, ConnectionRefusedError())
    with pytest.raises(NotSentYet):
        send_notice(ward.house, notice.id)
    ward.clock.advance(timedelta(minutes=1))
    ward.run_deferred()
    assert len(line.sent) == 3
    assert {one.channel: one.status for one in ward.notices(case_id)}["sms"] == "unknown"
    ward.clock.advance(timedelta(days=1))
    ward.run_deferred()
    assert len(line.sent) == 3


def test_an_act_that_cannot_be_done_at_once_stands_as_an_incident_and_what_led_there_stays_done(ward, monkeypatch):
    from engine.errors import Invalid
    from engine.usecases import advance

    real, case_id = advance.INLINE["document.number"], ward.dossier_at("approve")

    def refuse(work, case, asked):
        raise Invalid("Sổ văn bản đang khóa.")

    monkeypatch.setitem(advance.INLINE, "document.number", refuse)
    ward.do(case_id, "approve")
    signed = ward.documents(case_id, "result")[0]
    assert (signed.status, signed.number) == ("signed", "")
    assert [(one.kind, one.message) for one in ward.incidents(case_id)] == [("inline", "Sổ văn bản đang khóa.")]
    assert ward.faults() == []
    monkeypatch.setitem(advance.INLINE, "document.number", real)
    with ward.work("van") as work:
        go_on(work, case_id)
    assert ward.open_steps(case_id) == ["register"]
    assert ward.incidents(case_id) == []
    assert ward.documents(case_id, "result")[0].sha256 == signed.sha256


def test_one_broken_case_keeps_no_other_case_from_its_deadline(ward, monkeypatch):
    from engine import performing

    broken, sound = ward.dossier_at("appraise"), ward.dossier_at("appraise")
    real, clock_id = performing.reach_deadline, ward.clock_of(broken).id

    def reach(work, one):
        if one == clock_id:
            raise RuntimeError("hỏng")
        return real(work, one)

    monkeypatch.setattr(performing, "reach_deadline", reach)
    ward.clock.set(legal(4, 10))
    for _ in range(2):
        sweep(ward.house)
    assert "apology_reason" in ward.open_steps(sound)
    assert [one.kind for one in ward.incidents(broken)] == ["moment"]
    monkeypatch.undo()
    ward.clock.advance(timedelta(minutes=11))
    sweep(ward.house)
    assert "apology_reason" in ward.open_steps(broken)
    assert ward.incidents(broken) == []


def test_an_expression_that_fails_leaves_an_incident_and_nothing_is_lost(ward, monkeypatch):
    """The gateway after the check asks for a name that is not there: a fault of the drawing, found while it runs."""
    from engine.procedures import published

    files = dict(ward.bundle().bundle.files)
    drawing = files["process.bpmn"].decode()
    assert drawing.count('=check.outcome = "refuse"') == 1
    files["process.bpmn"] = drawing.replace('=check.outcome = "refuse"', "=nobody_knows.this &gt; 3").encode()
    monkeypatch.setattr(published, "check", lambda files: [])  # the check before publishing finds this very fault
    with ward.work() as work:
        published.publish(work, files, origin="office")
    case_id = ward.filed_online()
    ward.do(case_id, "check")
    assert [(one.kind, one.element_id) for one in ward.incidents(case_id)] == [("expression", "checked")]
    assert ward.case(case_id).variables["check"]["outcome"] == "accept"
    assert ward.dossier(case_id).status == 1
    assert "incident.opened" in [one.verb for one in ward.acts(case_id)]
    with ward.work("van") as work:
        go_on(work, case_id)
    assert len(ward.incidents(case_id)) == 1
    assert ward.faults() == []
