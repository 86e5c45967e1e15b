"""Officials at work in a simulated year: every task that opens gets its officer, its moment and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from cli.simulating.comings import Coming
from cli.simulating.course import Course
from cli.simulating.staff import EFFORT, OVERLOAD, OVERLOADED, Leave, Official, Staff, hours_of, overloaded_weeks
from engine.accounts.models import Mandate, Person
from engine.cases.clocks import DOSSIER
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.dossiers.models import Document
from engine.procedures.published import open_bundle
from engine.queries.supplements import supplement_rules
from engine.sample.applicants import filled_in
from engine.sample.lives import BIRTH
from engine.usecases.absences import record_absence
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM

GOOD = ("accept", "propose_grant", "proceed", "approve", "agree")
TELLING = frozenset({"apology_reason", "apology_second", "apology_other"})
REFUSED = "Hồ sơ không thuộc thẩm quyền giải quyết của phường (mô phỏng)."
REASONS = (
    ("workload", "Số hồ sơ tăng cao, phòng chưa xử lý kịp (mô phỏng)."),
    ("verification", "Phải xác minh thêm tại địa điểm đăng ký (mô phỏng)."),
    ("consulted", "Đang chờ ý kiến cơ quan phối hợp (mô phỏng)."),
)
EXEMPTED, RETURNED, HOPEFUL = 0.08, 0.06, 0.12
"""How often an exemption is asked for, a letter goes back to its writer, and a date is held to be safe that is not."""
TOO_SOON, GROUNDED = 0.3, 0.4
"""How often a new date is given that is hardly kept, and a second one on a legal ground."""
GROUND = "Điều 26 Luật Xây dựng (căn cứ mẫu, mô phỏng)"

WRITTEN_DOWN = timedelta(days=-5, hours=9)
"""When a leave is written down, counted from its first midnight: at nine, five days before."""


class Desks:
    """All desks of the sample office together."""

    def __init__(self, course: Course, comings: Mapping[UUID, Coming], first: date, last: date, *, seed: int) -> None:
        self.course, self.comings = course, comings
        self.seen: set[UUID] = set()
        self.asked: set[UUID] = set()
        self.planned: dict[UUID, datetime] = {}
        self.holders = self._holders()
        calendar = course.calendar()
        self.busy_weeks = overloaded_weeks(first.year, calendar)
        shared = {login: self._beside(login) for logins in self.holders.values() for login in logins}
        self.staff = Staff.of(shared, first, last, calendar, seed)
        for official in self.staff.officials.values():
            for leave in official.leaves:
                course.plan(leave.begins + WRITTEN_DOWN, lambda leave=leave: self._write_down(leave))  # type: ignore[misc]
        course.after.append(self.look)

    def look(self) -> None:
        """Whatever opened since the last look gets its officer and its moment."""
        with self.course.house.reading(actor=SYSTEM, brief=True) as look:
            rows = look.session.scalars(select(Task).where(Task.status == "open")).all()
        new = [task for task in rows if task.id not in self.seen and task.case_id in self.comings]
        for task in sorted(new, key=lambda task: (self.comings[task.case_id].number, task.element_id)):
            self.seen.add(task.id)
            self._take(task)

    def _take(self, task: Task) -> None:
        coming, now, calendar = self.comings[task.case_id], self.course.now, self.course.calendar()
        dice = Random(f"{coming.seed}-{task.element_id}-{now.isoformat()}")
        official = self.staff.free_first(self._fit(task), now)
        if task.element_id.startswith("apology"):
            at = self._telling(task, official, dice, calendar)
            if at is None:
                self.course.acts["letters nobody came to write"] += 1
                return
        else:
            hours = hours_of(task.element_id, coming.procedure, official.login, coming.pace, dice)
            hours *= self._load(task, now)
            if coming.fate == "neglected" and task.element_id == "appraise":
                hours += dice.uniform(16, 56) if coming.procedure != BIRTH else dice.uniform(4, 20)
            begins = max(official.busy_until or now, now)
            at = official.done_by(begins, max(int(hours * 3600), 300), calendar)
            official.busy_until = official.done_by(begins, max(int(hours * 3600 * EFFORT), 300), calendar)
            self.planned[task.case_id] = at
        self.course.plan(at, lambda: self._do(task.id, task.office_id, official.login, dice))

    def _load(self, task: Task, now: datetime) -> float:
        if task.office_id != self.course.offices[OVERLOADED]:
            return 1.0
        return OVERLOAD if any(a <= legal_date(now) <= b for a, b in self.busy_weeks) else 1.0

    def _telling(self, task: Task, official: Official, dice: Random, calendar: Calendar) -> datetime | None:
        """When a letter of apology is taken up; None when nobody ever does."""
        how = official.tells(dice)
        if how == "never":
            return None
        hours = dice.uniform(0.3, 2.5) if how == "promptly" else dice.uniform(9, 30)
        if self.comings[task.case_id].procedure == BIRTH and how == "promptly":
            hours = dice.uniform(0.1, 0.6)
        return official.done_by(self.course.now, int(hours * 3600), calendar)

    def _do(self, task_id: UUID, office_id: UUID | None, login: str, dice: Random) -> None:
        with self.course.house.reading(actor=SYSTEM) as look:
            task = look.session.get_one(Task, task_id)
            if task.status != "open":
                return
            if task.office_id != office_id:  # the dossier went to another unit: somebody there takes it up
                self._take(task)
                return
            case = look.session.get_one(Case, task.case_id)
            form = open_bundle(look.session, case.bundle_id).form(task.form_id) if task.form_id else None
            held = look.session.get(Person, task.assignee_id) if task.assignee_id else None
        login = held.login if held is not None else login
        wanted = self._decisions(task, case, dice)
        with self.course.house.unit_of_work(actor=self.course.actor(login)) as work:
            complete_task(work, task_id, filled_in(form, wanted) if form is not None else {})
        self.course.acts["tasks done"] += 1

    def _decisions(self, task: Task, case: Case, dice: Random) -> Mapping[str, Any]:
        """What somebody decides at a task; of several outcomes the first that the form offers."""
        coming, step = self.comings[case.id], task.element_id
        if step in TELLING:
            return self._said(case, step, dice)
        if step in {"apology_approval", "apology_exempt"} and dice.random() < RETURNED:
            return {"outcome": ("return",), "comment": "Ghi rõ lý do (mô phỏng)."}
        if step == "check" and coming.fate == "refused":
            return {"outcome": ("refuse",), "reason": REFUSED}
        if step == "appraise" and "supplement" in coming.fate and not self._was_asked(case):
            return {"outcome": ("request_supplement",), "late_request": self._is_late_to_ask(case)}
        if step in {"appraise", "conclude"} and coming.fate == "refused_later":
            return {"outcome": ("propose_refusal", "proceed")}
        return {"outcome": GOOD, "needs_opinion": coming.number % 3 == 0}

    def _said(self, case: Case, step: str, dice: Random) -> Mapping[str, Any]:
        """What is written about a delay: that there will be none, why there is one, or that no letter is owed."""
        clock = self._clock(case)
        if step != "apology_other":
            done = self.planned.get(case.id)
            in_time = done is not None and clock is not None and self._safe(clock, done)
            if self._is_ahead(clock) and (in_time or dice.random() < HOPEFUL):
                return {"outcome": ("on_time",)}
            if dice.random() < EXEMPTED:
                why = {"exempt_ground": "applicant", "exempt_reason": "Người nộp xin lùi ngày (mô phỏng)."}
                return {"outcome": ("exempt",), **why}
        cause, reason = dice.choice(REASONS)
        said = {"outcome": ("extend",), "cause": cause, "reason": reason}
        if clock is None or step == "apology_other":
            return said
        if step == "apology_second":
            if dice.random() >= GROUNDED:
                return said
            said |= {"date_ground": GROUND}
        return said | {"new_date": self._new_date(clock, 1 if dice.random() < TOO_SOON else 3).isoformat()}

    @staticmethod
    def _safe(clock: Clock, done: datetime) -> bool:
        return clock.promised_at is not None and done < clock.promised_at - timedelta(hours=3)

    def _is_ahead(self, clock: Clock | None) -> bool:
        return clock is not None and clock.promised_at is not None and self.course.now < clock.promised_at

    def _new_date(self, clock: Clock, days: int) -> date:
        since = max(clock.promised_on or legal_date(self.course.now), legal_date(self.course.now))
        return self.course.calendar().add(since, days)

    def _clock(self, case: Case) -> Clock | None:
        with self.course.house.reading(actor=SYSTEM) as look:
            return look.session.scalar(select(Clock).where(Clock.case_id == case.id, Clock.term == DOSSIER))

    def _was_asked(self, case: Case) -> bool:
        """Whether this dossier's applicant was asked for more before; from now on they were."""
        before = case.id in self.asked
        self.asked.add(case.id)
        return before

    def _is_late_to_ask(self, case: Case) -> bool:
        with self.course.house.reading(actor=SYSTEM) as look:
            return supplement_rules(look, case.id).too_late

    def _fit(self, task: Task) -> tuple[str, ...]:
        """Whoever may do a task: the person it is for or whose name stands under its paper, else all of its group."""
        logins = self.holders.get((task.office_id, task.role), ())
        with self.course.house.reading(actor=SYSTEM, brief=True) as look:
            named = look.session.scalars(
                select(Person.login)
                .join(Document, Document.signer_id == Person.id)
                .where(Document.case_id == task.case_id, Document.status == "draft")
            ).all()
            asked = select(Person.login).join(Task, Task.closed_by == Person.id)
            wrote = look.session.scalars(asked.where(Task.case_id == task.case_id, Task.element_id.in_(TELLING))).all()
        fit = tuple(login for login in logins if login in named) or logins
        if task.element_id == "apology_exempt":  # nobody grants what they asked for
            fit = tuple(login for login in fit if login not in wrote) or fit
        if not fit:
            raise LookupError(f"nobody of the sample holds {task.role} for {task.element_id}")
        return fit

    def _holders(self) -> dict[tuple[UUID | None, str], tuple[str, ...]]:
        with self.course.house.reading(actor=SYSTEM) as look:
            rows = look.session.execute(
                select(Mandate.office_id, Mandate.role, Person.login).join(Person, Person.id == Mandate.person_id)
            ).all()
        found: dict[tuple[UUID | None, str], tuple[str, ...]] = {}
        for office_id, role, login in sorted(rows, key=lambda row: row.login):
            found[office_id, role] = (*found.get((office_id, role), ()), login)
        return found

    def _beside(self, login: str) -> tuple[str, ...]:
        return tuple(sorted({one for logins in self.holders.values() if login in logins for one in logins} - {login}))

    def _write_down(self, leave: Leave) -> None:
        people = self.course.people
        with self.course.house.unit_of_work(actor=self.course.actor(leave.login)) as work:
            stand_in = people[leave.stand_in] if leave.stand_in else None
            record_absence(work, people[leave.login], leave.first, leave.last, stand_in_id=stand_in)
        self.course.acts["absences"] += 1
