"""Somebody is away: written down by themselves or a head; on the first day their desk goes to who stands in, or back.

Dates stay as they are: no term and no step waits because somebody is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.accounts.absences import Absence, absence_on, standing
from engine.accounts.holders import HEADS, LEADERS
from engine.accounts.models import Mandate, Person
from engine.accounts.people import mandates_on
from engine.accounts.policy import require_signed_in
from engine.cases.models import Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.db import new_id
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.usecases.running import lock_task
from engine.work import Reading, Work

JOB = "ClearDesk"
KEEPER = "operator"
LONGEST = timedelta(days=366)


def record_absence(work: Work, person_id: UUID, first: date, last: date, *, stand_in_id: UUID | None = None) -> Absence:
    """Somebody is away from `first` to `last`; on the first day a worker clears their desk.

    Written down by themselves, by a head of an office they serve, or by an operator. Refuses (Invalid, naming `first`,
    `last` or `stand_in`) days that are over, more than a year, and a stand-in who holds none of the same posts or is
    away too; (Conflict) days on which they are away already.
    """
    person = work.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None or person.kind != "official" or not person.active:
        raise NotFound("Không có cán bộ này.")
    today = legal_date(work.now)
    posts = mandates_on(work.session, person_id, max(first, today))
    _may_record(work, person_id, posts)
    _check_days(first, last, today)
    known = work.session.scalar(
        select(Absence).where(Absence.person_id == person_id, standing(first, last)).order_by(Absence.first_on).limit(1)
    )
    if known is not None:
        raise Conflict(
            "Người này đã được ghi vắng từ %(first)s đến %(last)s.",
            code="away_already",
            first=f"{known.first_on:%d/%m/%Y}",
            last=f"{known.last_on:%d/%m/%Y}",
        )
    if stand_in_id is not None:
        _check_stand_in(work, person_id, stand_in_id, first, last, posts)
    absence = Absence(
        id=new_id(), person_id=person_id, first_on=first, last_on=last, stand_in_id=stand_in_id,
        recorded_by=work.actor.id, recorded_at=work.now,
    )  # fmt: skip
    work.session.add(absence)
    work.session.flush()
    begins = max(work.now, datetime.combine(first, time(0), LEGAL_ZONE))
    work.defer(JOB, {"absence": str(absence.id)}, at=begins, key=f"clear-desk:{absence.id}")
    _record(work, absence, posts, "absence.recorded")
    return absence


def withdraw_absence(work: Work, absence_id: UUID) -> None:
    """They are there after all: an absence ahead is taken back, one that has begun ends with yesterday.

    Tasks that went to others stay where they are.
    """
    absence = work.session.get(Absence, absence_id, with_for_update=True, populate_existing=True)
    today = legal_date(work.now)
    if absence is None or absence.withdrawn_at is not None or absence.last_on < today:
        raise NotFound("Không có lần vắng này, hoặc đã qua.")
    posts = mandates_on(work.session, absence.person_id, today)
    _may_record(work, absence.person_id, posts)
    if absence.first_on < today:
        absence.last_on = today - timedelta(days=1)
    else:
        absence.withdrawn_at = work.now
    _record(work, absence, posts, "absence.withdrawn")


def desk_of(read: Reading, absence_id: UUID) -> list[UUID]:
    """The open tasks on the desk of somebody who is away now, in their order; none once the desk is cleared."""
    absence = read.session.get(Absence, absence_id)
    today = legal_date(read.now)
    if absence is None or absence.withdrawn_at is not None or not absence.first_on <= today <= absence.last_on:
        return []
    mine = select(Task.id).where(Task.assignee_id == absence.person_id, Task.status == "open")
    return list(read.session.scalars(mine.order_by(Task.opened_at, Task.id)))


def clear_task(work: Work, absence_id: UUID, task_id: UUID) -> None:
    """One task of somebody away goes to who stands in if they hold its role there, else back to the group.

    One given to nobody but them by name goes to who stands in, or waits. Told twice, it acts once.
    """
    held = lock_task(work, task_id)
    absence = work.session.get_one(Absence, absence_id)
    if held is None or held[1].status != "open" or held[1].assignee_id != absence.person_id:
        return
    case, task = held
    taker = stand_in_for(work, absence, task.office_id, task.role)
    if taker is None and not (task.office_id is not None and task.role):
        return
    work.session.change(task, assignee_id=taker, claimed_at=work.now if taker is not None else None)
    facts = {"task": str(task.id), "absence": str(absence.id)}
    if taker is not None:
        work.record(case, "task.assigned", facts | {"to": str(taker)})
    else:
        work.record(case, "task.released", facts)


def finish_clearing(work: Work, absence_id: UUID) -> None:
    """Nothing is left on the desk that somebody else could do."""
    absence = work.session.get_one(Absence, absence_id, with_for_update=True, populate_existing=True)
    absence.desk_cleared_at = absence.desk_cleared_at or work.now


def present_instead(work: Work, person_id: UUID, office_id: UUID | None, role: str) -> UUID | None:
    """Whose a task meant for somebody by name is today: theirs, the stand-in's, or (None) their group's."""
    absence = absence_on(work.session, person_id, legal_date(work.now))
    if absence is None:
        return person_id
    taker = stand_in_for(work, absence, office_id, role)
    return taker if taker is not None or (office_id is not None and role) else person_id


def stand_in_for(work: Work, absence: Absence, office_id: UUID | None, role: str) -> UUID | None:
    """Who does this task instead: the stand-in, if they hold its role there today and are not away themselves."""
    taker, today = absence.stand_in_id, legal_date(work.now)
    if taker is None or absence_on(work.session, taker, today) is not None:
        return None
    person = work.session.get_one(Person, taker)
    posts = {(post.office_id, post.role) for post in mandates_on(work.session, taker, today)}
    fits = (office_id, role) in posts if office_id is not None and role else bool(posts)
    return taker if person.active and fits else None


def _may_record(work: Work, person_id: UUID, posts: Sequence[Mandate]) -> None:
    if work.actor.kind == "system" or work.actor.id == person_id:
        return
    require_signed_in(work.actor)
    heads = any(work.actor.holds(role, post.office_id) for post in posts for role in HEADS)
    leads = any(post.office_id in work.actor.oversight for post in posts) and work.actor.roles & set(LEADERS)
    if not (heads or leads or work.actor.holds(KEEPER)):
        raise Forbidden("Chỉ chính người đó, lãnh đạo đơn vị hoặc người vận hành ghi được.")


def _check_days(first: date, last: date, today: date) -> None:
    problems = []
    if last < today:
        problems.append(FieldProblem("last", "Những ngày này đã qua"))
    if not timedelta(0) <= last - first <= LONGEST:
        problems.append(FieldProblem("last", "Ngày cuối phải sau ngày đầu, trong vòng một năm"))
    if problems:
        raise Invalid("Chưa ghi được.", problems)


def _check_stand_in(
    work: Work, person_id: UUID, stand_in_id: UUID, first: date, last: date, posts: Sequence[Mandate]
) -> None:
    problem = None
    other = work.session.get(Person, stand_in_id)
    theirs = {
        (post.office_id, post.role) for post in mandates_on(work.session, stand_in_id, max(first, legal_date(work.now)))
    }
    if other is None or not other.active or stand_in_id == person_id:
        problem = FieldProblem("stand_in", "Chọn một người khác đang làm việc")
    elif not theirs & {(post.office_id, post.role) for post in posts}:
        problem = FieldProblem("stand_in", "Người này không giữ vai trò nào giống người vắng")
    elif work.session.scalar(
        select(Absence.id).where(Absence.person_id == stand_in_id, standing(first, last)).limit(1)
    ):
        problem = FieldProblem("stand_in", "Người này cũng vắng trong thời gian đó")
    if problem is not None:
        raise Invalid("Chưa ghi được.", [problem])


def _record(work: Work, absence: Absence, posts: Sequence[Mandate], verb: str) -> None:
    office = posts[0].office.code if posts else "system"
    facts = {"person": str(absence.person_id), "first": absence.first_on, "last": absence.last_on}
    stands_in = {"stand_in": str(absence.stand_in_id)} if absence.stand_in_id else {}
    work.record_for_office(office, verb, facts | stands_in)
