"""The watchdog's own acts: a trouble that was found becomes an incident once, one that has healed is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.cases.mending import Watch
from engine.cases.models import Case, Incident, Task
from engine.usecases.keeping import report_trouble
from engine.usecases.running import lock_case
from engine.work import Work
from rules.sentences import Sentence

WATCHED = (
    "task-nobody", "task-absent", "no-wait", "drift", "delivery", "job-failed", "call-lost", "moment-late",
    "message-unsent", "clock-stopped", "state-unreadable", "bundle-damaged", "form-runaway",
)  # fmt: skip
"""Troubles nobody runs into by an act: only looking finds them. The others open their incident where they happen."""
ROUND = "cases"


@dataclass(frozen=True)
class Trouble:
    """One trouble as the doctor named it: kind, what it is about, where, and in which words."""

    kind: str
    subject: str
    element_id: str
    name: str
    words: Sentence


def keep_troubles(work: Work, case_id: UUID, seen: int, found: Sequence[Trouble]) -> tuple[int, int]:
    """Open what is new, close what is gone: (opened, healed). Nothing when the case has moved on since it was `seen`.

    `seen` is the number of the last act the doctor knew of; one incident stands for a case, kind and subject.
    """
    case = lock_case(work, case_id)
    rows = {
        (row.kind, row.token): row
        for row in work.session.scalars(
            select(Incident).where(
                Incident.case_id == case.id, Incident.kind.in_(WATCHED), Incident.resolved_at.is_(None)
            )
        )
    }
    if case.journal_seq != seen:
        return 0, 0
    wanted = {(one.kind, one.subject): one for one in found}
    for key in wanted.keys() - rows.keys():
        one = wanted[key]
        report_trouble(work, case, one.subject, one.element_id, one.kind, one.words, one.name)
    for key in rows.keys() - wanted.keys():
        rows[key].resolved_at = work.now
        work.record(case, "incident.healed", {"element": rows[key].element_id, "kind": rows[key].kind})
    return len(wanted.keys() - rows.keys()), len(rows.keys() - wanted.keys())


def report_form(work: Work, *, task_id: UUID | None = None, case_id: UUID | None = None) -> bool:
    """A form of a running case had to be stopped: that is an incident of the case, one while it lasts.

    False when there is no such running case.
    """
    task = work.session.get(Task, task_id) if task_id is not None else None
    owner = task.case_id if task is not None else case_id
    if owner is None or work.session.get(Case, owner) is None:
        return False
    case = lock_case(work, owner)
    subject = str(task.id if task is not None else owner)
    known = select(Incident.id).where(
        Incident.case_id == case.id,
        Incident.kind == "form-runaway",
        Incident.token == subject,
        Incident.resolved_at.is_(None),
    )
    if case.ended_at is None and work.session.scalar(known.limit(1)) is None:
        where = (task.element_id, task.name) if task is not None else ("", "")
        said = Sentence("Một biểu mẫu của hồ sơ có biểu thức chạy quá giới hạn và đã bị dừng.")
        report_trouble(work, case, subject, where[0], "form-runaway", said, where[1])
    return case.ended_at is None


def end_round(work: Work, cursor: str, *, opened: int, healed: int) -> None:
    """Write down that a round is over, where the next slice begins, and what came of it."""
    row = work.session.get(Watch, ROUND)
    if row is None:
        row = Watch(name=ROUND)
        work.session.add(row)
    row.cursor, row.looked_at, row.opened, row.healed = cursor, work.now, opened, healed
