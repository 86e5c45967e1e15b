"""The doctor looks at the saved state: what stopped and why, what cannot be read, where rows and state disagree."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from engine.bpmn import door, examining
from engine.bpmn.saved import StateUnreadable
from engine.cases.models import Call, Incident, Task
from engine.cases.standing import drift
from engine.journal import Entry
from engine.queries.doctor_findings import (
    Action,
    Chart,
    Finding,
    quoted,
)
from engine.queries.doctor_mending import ending, mending, seen_of, to_version, who_mends
from rules.sentences import Sentence

LONGEST_VALUE = 200


def step_findings(chart: Chart) -> Iterator[Finding]:
    """Expressions that failed, calls nobody provides, loops, rows that do not fit; needs a readable state."""
    if chart.open is None or chart.waiting is None:
        return
    yield from _stopped(chart)
    yield from _drift(chart)
    if not _has_waits(chart):
        yield _nothing_to_wait_for(chart)


def unreadable_state(chart: Chart, fault: StateUnreadable) -> Finding:
    """The saved state cannot be read by the version the case is pinned to."""
    return Finding(
        kind="state-unreadable",
        wrong=True,
        what=Sentence(
            "Không đọc được trạng thái đã lưu của hồ sơ: %(why)s", why=Sentence(fault.message, **fault.params)
        ),
        since=chart.case.last_act_at,
        who=Sentence(
            "Người vận hành khôi phục hồ sơ này từ bản sao lưu. Nếu không có bản nào đọc được, lãnh đạo cho kết thúc "
            "và cơ quan giải quyết bằng giấy."
        ),
        action=ending(),
    )


def damaged_bundle(chart: Chart, why: Sentence) -> Finding:
    """The version the case is pinned to is not what was published, or cannot be read."""
    return Finding(
        kind="bundle-damaged",
        wrong=True,
        what=Sentence("Phiên bản thủ tục mà hồ sơ theo không dùng được nữa: %(why)s", why=why),
        who=Sentence("Chỉ người vận hành có máy chủ mới khôi phục được; hồ sơ giữ nguyên chỗ đứng và đi tiếp sau đó."),
        action=Action(
            "outside",
            Sentence("Khôi phục phiên bản thủ tục từ bản sao lưu (./motcua restore)"),
            Sentence("Có bản sao lưu từ trước khi hỏng; so mã băm của phiên bản trước khi thay."),
            Sentence("Mọi hồ sơ theo phiên bản này đọc lại được. Trang này không tự sửa phiên bản đã công bố."),
            roles=("operator",),
        ),
    )


def _stopped(chart: Chart) -> Iterator[Finding]:
    assert chart.open is not None
    rows = {row.element_id: row for row in _open_incidents(chart) if row.kind == "expression"}
    for one in examining.stopped(chart.open.definition, chart.case.state, now=chart.read.now):
        row = rows.get(one.element_id)
        runaway = one.code == "runaway"
        cause, _ = chart.cause(one.message)
        step = quoted(one.element_id, one.name)
        what = (
            Sentence("Biểu thức ở bước “%(step)s” chạy quá giới hạn và đã bị dừng.", step=step)
            if runaway
            else Sentence("Quy trình dừng ở bước “%(step)s” vì một biểu thức không tính được.", step=step)
        )
        action = mending(chart, one)
        yield Finding(
            kind="runaway" if runaway else "expression",
            wrong=True,
            what=what,
            since=row.opened_at if row else chart.case.last_act_at,
            who=who_mends(action),
            action=action,
            subject=one.token,
            element_id=one.element_id,
            name=one.name,
            cause=cause,
            values=tuple(seen_of(path, value, shown=chart.sees_values) for path, value in one.values.items()),
            text=one.text,
        )
    for row in _open_incidents(chart):
        if row.kind in {"inline", "loop", "task-type"}:
            yield _incident(chart, row)
        elif row.kind == "form-runaway":
            yield from _form(chart, row)


def _form(chart: Chart, row: Incident) -> Iterator[Finding]:
    """A form that had to be stopped, while its task is open or nobody has come through with it."""
    session = chart.read.session
    task = session.get(Task, UUID(row.token)) if row.token else None
    if task is not None:
        stands = task.status == "open"
    else:
        later = select(Entry.seq).where(
            Entry.chain == chart.case.chain, Entry.at > row.opened_at, Entry.actor.not_in(("system", "anonymous"))
        )
        stands = session.scalar(later.limit(1)) is None
    if not stands:
        return
    step = quoted(row.element_id, row.name)
    what = (
        Sentence(
            "Biểu mẫu của việc “%(step)s” có biểu thức chạy quá giới hạn nên không mở hoặc không ghi được.", step=step
        )
        if task is not None
        else Sentence("Biểu mẫu người nộp đang dùng có biểu thức chạy quá giới hạn nên không mở hoặc không ghi được.")
    )
    yield Finding(
        kind="form-runaway",
        wrong=True,
        what=what,
        since=row.opened_at,
        who=Sentence("Người thiết kế sửa quy trình; hồ sơ đang chờ cần chuyển sang phiên bản đã sửa."),
        action=to_version(chart),
        subject=row.token,
        element_id=row.element_id,
        name=row.name,
    )


def _incident(chart: Chart, row: Incident) -> Finding:
    cause, detail = chart.cause(row.words)
    step = quoted(row.element_id, row.name)
    call = chart.read.session.scalar(select(Call.type).where(Call.case_id == row.case_id, Call.token == row.token))
    what = {
        "inline": Sentence("Bước “%(step)s” bị từ chối nên hồ sơ đứng lại.", step=step),
        "loop": Sentence("Quy trình lặp quá nhiều bước tự động mà không chờ ai."),
        "task-type": Sentence(
            "Bước “%(step)s” gọi loại việc “%(type)s” mà hệ thống không có.", step=step, type=call or "?"
        ),
    }[row.kind]
    before = {
        "inline": Sentence("Điều bị từ chối đã được sửa xong (xem nguyên nhân)."),
        "loop": Sentence("Dữ liệu khiến quy trình lặp đã được sửa."),
        "task-type": Sentence(
            "Phiên bản đang chạy của hệ thống đã có loại việc này; nếu chưa, hệ thống từ chối và không làm gì."
        ),
    }[row.kind]
    return Finding(
        kind=row.kind,
        wrong=True,
        what=what,
        since=row.opened_at,
        who=Sentence("Người vận hành hoặc kiểm soát thủ tục cho làm lại."),
        action=Action(
            "retry",
            Sentence("Làm lại bước này"),
            before,
            Sentence("Bước được làm lại; qua được thì hồ sơ tự đi tiếp, không thì đứng nguyên chỗ cũ."),
            subject=str(row.id),
        ),
        subject=row.token,
        element_id=row.element_id,
        name=row.name,
        cause=cause,
        detail=detail,
    )


def _open_incidents(chart: Chart) -> list[Incident]:
    return list(
        chart.read.session.scalars(
            select(Incident)
            .where(Incident.case_id == chart.case.id, Incident.resolved_at.is_(None))
            .order_by(Incident.opened_at, Incident.id)
        )
    )


def _drift(chart: Chart) -> Iterator[Finding]:
    assert chart.waiting is not None
    found = drift(chart.read.session, chart.case.id, chart.waiting)
    lost = [quoted(one.element_id, one.name) for one in found.missing]
    left = [quoted(one.element_id, one.name) for one in found.surplus]
    if lost:
        what = Sentence("Hồ sơ chờ “%(steps)s” nhưng bảng việc không có dòng nào cho bước đó.", steps="”, “".join(lost))
    elif left:
        what = Sentence("Bảng việc còn mở “%(steps)s” nhưng hồ sơ không chờ bước đó nữa.", steps="”, “".join(left))
    else:
        return
    yield Finding(
        kind="drift",
        wrong=True,
        what=what,
        since=chart.case.last_act_at,
        who=Sentence("Người vận hành hoặc kiểm soát thủ tục cho xếp lại bảng việc theo trạng thái đã lưu."),
        action=Action(
            "realign",
            Sentence("Xếp lại bảng việc theo trạng thái của hồ sơ"),
            Sentence("Trạng thái đã lưu đọc được và là nơi hồ sơ thật sự đứng."),
            Sentence("Việc bị mất được mở lại, việc thừa được đóng; hồ sơ không đi bước nào vì việc này."),
            reason=True,
        ),
        element_id=found.missing[0].element_id if found.missing else found.surplus[0].element_id,
    )


def _has_waits(chart: Chart) -> bool:
    """Whether anything at all can still move the case: a wait, a stopped token that can be tried again, or its end."""
    assert chart.open is not None
    look = door.look(chart.open.definition, chart.case.state, now=chart.read.now)
    return bool(look.waiting or look.incidents)


def _nothing_to_wait_for(chart: Chart) -> Finding:
    return Finding(
        kind="no-wait",
        wrong=True,
        what=Sentence("Hồ sơ chưa kết thúc nhưng không chờ ai và không chờ gì: không có gì làm cho nó đi tiếp."),
        since=chart.case.last_act_at,
        who=Sentence("Lãnh đạo cơ quan quyết định cùng người kiểm soát thủ tục."),
        action=ending() if chart.newer is None else to_version(chart),
    )
