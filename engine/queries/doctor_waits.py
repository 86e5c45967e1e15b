"""The doctor looks at what a case waits for: a person, a worker, the applicant, a moment, a message; until when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select

from engine.accounts.holders import LEADERS, ROLE_NAMES, heads
from engine.accounts.models import Office, Person
from engine.cases.calls import PERFORM
from engine.cases.models import Call, Clock, Incident, Subscription, Task, Timer
from engine.cases.standing import task_trouble
from engine.clock import legal_date
from engine.dossiers.models import SupplementRequest
from engine.outbox import LIVE, Job
from engine.queries.doctor_findings import MENDERS, PATIENCE, Action, Chart, Finding, day, moment, names, quoted
from engine.queries.doctor_mending import ending, to_version
from rules.sentences import Sentence

HOUSE_MESSAGES = re.compile(r"(term\..+|apology\..+|supplement\..+|dossier\..+|report\..+)")
"""Messages the house itself tells a drawing."""
UNTIL_DONE = ("waiting", "attempting")
MOST_JOBS = 2_000


def wait_findings(chart: Chart) -> Iterator[Finding]:
    """Each thing a running case waits for by its rows, troubles of people and moments among them."""
    session, case_id = chart.read.session, chart.case.id
    tasks = session.scalars(select(Task).where(Task.case_id == case_id, Task.status == "open").order_by(Task.opened_at))
    open_tasks = list(tasks)
    for task in open_tasks:
        yield _task(chart, task)
    told = select(Incident.token).where(Incident.case_id == case_id, Incident.resolved_at.is_(None))
    for call in session.scalars(
        select(Call).where(Call.case_id == case_id, Call.status.in_(UNTIL_DONE), Call.token.not_in(told))
    ):
        yield _call(chart, call)
    yield from _supplement(chart)
    timers = list(session.scalars(select(Timer).where(Timer.case_id == case_id, Timer.status == "waiting")))
    for timer in timers:
        yield _timer(chart, timer)
    for clock in session.scalars(select(Clock).where(Clock.case_id == case_id, Clock.status == "running")):
        if clock.next_at is not None and clock.next_at < chart.read.now - PATIENCE:
            yield _late_clock(chart, clock)
    yield from _messages(chart, alone=not open_tasks and not timers)


def _task(chart: Chart, task: Task) -> Finding:
    session, today = chart.read.session, legal_date(chart.read.now)
    office = session.get(Office, task.office_id) if task.office_id else None
    place = office.name if office else "?"
    role = ROLE_NAMES.get(task.role, Sentence.of(task.role or "?"))
    trouble, able = task_trouble(session, task, today)
    holder = session.get(Person, task.assignee_id) if task.assignee_id else None
    if trouble == "task-nobody":
        return _nobody(chart, task, role, place)
    if trouble and holder is not None:
        return _absent(chart, task, role, place, holder, able)
    if holder is not None:
        return _normal_task(chart, task, names([holder]), role, place)
    return _normal_task(chart, task, "", role, place, len(able))


def _normal_task(chart: Chart, task: Task, person: str, role: Sentence, place: str, count: int = 0) -> Finding:
    since, step = moment(task.opened_at), quoted(task.element_id, task.name)
    what = (
        Sentence(
            "Chờ ông/bà %(person)s (%(role)s) ở %(office)s làm việc “%(step)s”, từ %(since)s.",
            person=person, role=role, office=place, step=step, since=since,
        )
        if person
        else Sentence(
            "Chờ một trong %(count)s người giữ vai trò “%(role)s” ở %(office)s nhận việc “%(step)s”, từ %(since)s.",
            count=count, role=role, office=place, step=step, since=since,
        )
    )  # fmt: skip
    who = Sentence("Việc này có hạn nội bộ đến %(due)s.", due=moment(task.due_at)) if task.due_at else None
    if task.due_at is not None and task.due_at < chart.read.now:
        who = Sentence("Việc này đã quá hạn nội bộ từ %(due)s.", due=moment(task.due_at))
    return Finding("task", False, what, task.opened_at, who, None, str(task.id), task.element_id, task.name)


def _nobody(chart: Chart, task: Task, role: Sentence, place: str) -> Finding:
    above = heads(chart.read.session, task.office_id, legal_date(chart.read.now)) if task.office_id else []
    what = Sentence(
        "Việc “%(step)s” dành cho “%(role)s” ở %(office)s, nhưng hôm nay không ai ở đó giữ vai trò này.",
        step=quoted(task.element_id, task.name), role=role, office=place,
    )  # fmt: skip
    who = (
        Sentence(
            "Lãnh đạo phụ trách: %(people)s. Cử người giữ vai trò này, hoặc chuyển việc sang đơn vị khác.",
            people=names(above),
        )
        if above
        else Sentence(
            "Đơn vị này và các đơn vị cấp trên hiện không có lãnh đạo nào trong hệ thống: báo người vận hành."
        )
    )
    action = Action(
        "move-task",
        Sentence("Chuyển việc sang đơn vị khác cùng cơ quan"),
        Sentence(
            "Đơn vị nhận thuộc cùng cơ quan và hôm nay có người giữ đúng vai trò; người chuyển là lãnh đạo cơ quan."
        ),
        Sentence("Việc sang danh sách chung của đơn vị nhận; thời hạn không đổi. Cử người mới thì không cần chuyển."),
        roles=LEADERS,
        subject=str(task.id),
        reason=True,
    )
    since = task.opened_at
    return Finding("task-nobody", True, what, since, who, action, str(task.id), task.element_id, task.name)


def _absent(chart: Chart, task: Task, role: Sentence, place: str, holder: Person, able: list[Person]) -> Finding:
    values = {"step": quoted(task.element_id, task.name), "person": holder.full_name}
    what = (
        Sentence("Việc “%(step)s” đang giao cho ông/bà %(person)s, nhưng tài khoản này đã khóa.", **values)
        if not holder.active
        else Sentence(
            "Việc “%(step)s” đang giao cho ông/bà %(person)s, nhưng người này không còn là “%(role)s” ở %(office)s.",
            **values, role=role, office=place,
        )
    )  # fmt: skip
    action = Action(
        "release",
        Sentence("Trả việc về danh sách chung"),
        Sentence("Người đang được giao không làm được việc này nữa, và đơn vị còn người khác làm được."),
        Sentence("Việc về danh sách chung của đơn vị; người khác nhận và làm tiếp. Nội dung người cũ đã nhập vẫn giữ."),
        roles=(*MENDERS, "unit_head", *LEADERS),
        subject=str(task.id),
        reason=True,
    )
    who = Sentence("Làm được việc này: %(people)s.", people=names(able))
    since = task.claimed_at or task.opened_at
    return Finding("task-absent", True, what, since, who, action, str(task.id), task.element_id, task.name)


def _call(chart: Chart, call: Call) -> Finding:
    job, step = _job_of(chart, call), quoted(call.element_id, call.name or call.type)
    now = chart.read.now
    if job is None:
        return Finding(
            kind="call-lost",
            wrong=True,
            what=Sentence(
                "Bước tự động “%(step)s” còn chờ nhưng không có việc nào trong hàng đợi làm bước đó.", step=step
            ),
            since=call.attempted_at or call.asked_at,
            who=Sentence("Người vận hành hoặc kiểm soát thủ tục cho làm lại."),
            action=Action(
                "retry",
                Sentence("Đưa bước tự động vào hàng đợi lại"),
                Sentence("Bước vẫn còn chờ và không có việc nào của nó trong hàng đợi."),
                Sentence("Bộ phận tự động làm bước này; xong thì hồ sơ tự đi tiếp."),
                subject=str(call.id),
            ),
            subject=str(call.id),
            element_id=call.element_id,
            name=call.name,
        )
    cause, detail = chart.cause(call.last_error) if call.last_error else (None, "")
    if job.status == "leased" and job.leased_until is not None and job.leased_until > now:
        what = Sentence(
            "Bộ phận tự động đang làm “%(step)s”, lần thử %(attempt)s.", step=step, attempt=job.attempts or 1
        )
    elif job.status == "leased":
        what = Sentence(
            "Tiến trình đang làm “%(step)s” đã mất; việc được giao lại cho tiến trình khác (lần thử %(attempt)s).",
            step=step, attempt=job.attempts + 1,
        )  # fmt: skip
    elif job.attempts:
        what = Sentence(
            "Chờ bộ phận tự động làm “%(step)s”: đã thử %(attempts)s lần chưa được, thử lại lúc %(again)s.",
            step=step, attempts=job.attempts, again=moment(job.run_at),
        )  # fmt: skip
    else:
        what = Sentence("Chờ bộ phận tự động làm “%(step)s”, từ %(since)s.", step=step, since=moment(call.asked_at))
    who = Sentence("Hệ thống tự thử lại; hết các lần thử thì báo người vận hành.")
    return Finding(
        "call", False, what, call.asked_at, who, None, str(call.id), call.element_id, call.name, cause, detail=detail
    )


def _job_of(chart: Chart, call: Call) -> Job | None:
    """The live job that carries a call out; the first request has a key of its own, later ones are looked for."""
    first = chart.read.session.scalar(select(Job).where(Job.key == f"call:{call.id}", Job.status.in_(LIVE)))
    if first is not None:
        return first
    later = select(Job).where(Job.kind == PERFORM, Job.status.in_(LIVE)).order_by(Job.run_at).limit(MOST_JOBS)
    return next((job for job in chart.read.session.scalars(later) if job.args.get("call") == str(call.id)), None)


def _supplement(chart: Chart) -> Iterator[Finding]:
    request = chart.read.session.scalar(
        select(SupplementRequest).where(
            SupplementRequest.case_id == chart.case.id,
            SupplementRequest.answered_at.is_(None),
            SupplementRequest.closed_at.is_(None),
        )
    )
    if request is None:
        return
    if request.answer_by is None:
        what = Sentence("Chờ người nộp bổ sung hồ sơ (lần %(round)s).", round=request.round)
    elif request.lapsed_at is not None:
        what = Sentence(
            "Người nộp chưa bổ sung; hạn bổ sung lần %(round)s đã hết ngày %(day)s.",
            round=request.round, day=day(request.answer_by),
        )  # fmt: skip
    else:
        what = Sentence(
            "Chờ người nộp bổ sung hồ sơ đến hết ngày %(day)s (lần %(round)s).",
            day=day(request.answer_by), round=request.round,
        )  # fmt: skip
    yield Finding("supplement", False, what, request.requested_at, subject=str(request.id))


def _timer(chart: Chart, timer: Timer) -> Finding:
    if timer.due_at >= chart.read.now - PATIENCE:
        what = Sentence("Chờ đến %(moment)s.", moment=moment(timer.due_at))
        return Finding("timer", False, what, subject=str(timer.id), element_id=timer.element_id)
    return _late(chart, timer.due_at, str(timer.id), timer.element_id)


def _late_clock(chart: Chart, clock: Clock) -> Finding:
    assert clock.next_at is not None
    return _late(chart, clock.next_at, str(clock.id), "", clock.term)


def _late(chart: Chart, due_at: object, subject: str, element_id: str, term: str = "") -> Finding:
    at = moment(due_at)  # type: ignore[arg-type]
    what = (
        Sentence("Mốc của thời hạn “%(term)s” đã đến lúc %(moment)s nhưng chưa được xử lý.", term=term, moment=at)
        if term
        else Sentence("Thời điểm hồ sơ chờ đã qua từ %(moment)s nhưng chưa được xử lý.", moment=at)
    )
    return Finding(
        kind="moment-late",
        wrong=True,
        what=what,
        since=due_at,  # type: ignore[arg-type]
        who=Sentence("Việc rà soát thời hạn chạy mỗi nửa phút; người vận hành xem vì sao nó bỏ sót."),
        action=Action(
            "retry",
            Sentence("Báo thời điểm này cho hồ sơ ngay"),
            Sentence("Thời điểm đã qua và hồ sơ vẫn còn chờ nó."),
            Sentence("Hồ sơ được báo đúng mốc đã đến, ghi vào lúc này; mốc đã báo rồi thì không báo lại."),
            subject=subject,
        ),
        subject=subject,
        element_id=element_id,
    )


def _messages(chart: Chart, *, alone: bool) -> Iterator[Finding]:
    rows = chart.read.session.scalars(select(Subscription).where(Subscription.case_id == chart.case.id))
    for row in rows:
        if row.kind == "signal":
            what = Sentence("Chờ tín hiệu “%(message)s” của hồ sơ khác.", message=row.message)
            yield Finding("signal", False, what, subject=row.token, element_id=row.element_id)
        elif not HOUSE_MESSAGES.fullmatch(row.message):
            yield _unsent(chart, row, wrong=alone)
        elif alone and row.message == "supplement.answered" and not _asked(chart):
            yield _unsent(chart, row, wrong=True)


def _asked(chart: Chart) -> bool:
    return next(_supplement(chart), None) is not None


def _unsent(chart: Chart, row: Subscription, *, wrong: bool) -> Finding:
    step = _name_of(chart, row)
    what = Sentence(
        "Hồ sơ chờ tin “%(message)s” ở “%(step)s”, nhưng không nơi nào trong hệ thống gửi tin này.",
        message=row.message, step=step,
    )  # fmt: skip
    return Finding(
        kind="message-unsent",
        wrong=wrong,
        what=what,
        since=chart.case.last_act_at,
        who=Sentence("Người thiết kế sửa quy trình; hồ sơ đang chờ cần chuyển sang phiên bản đã sửa."),
        action=(to_version(chart) if chart.newer else ending()) if wrong else None,
        subject=row.token,
        element_id=row.element_id,
    )


def _name_of(chart: Chart, row: Subscription) -> str:
    found = next((one for one in chart.waiting or () if one.token == row.token), None)
    return quoted(row.element_id, found.name if found else "")
