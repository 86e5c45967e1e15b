"""Driving the sample dossiers: every act through the real use cases, in order of moments, on a moved clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import outbox
from engine.accounts.models import Mandate
from engine.calendars.load import calendar_of
from engine.cases.clocks import DOSSIER, clock_of
from engine.cases.models import Case, Clock, Task
from engine.clock import ControlledClock, legal_date
from engine.composition import House
from engine.deadlines.calendar import Calendar
from engine.dossiers.models import Document, Dossier, SupplementRequest
from engine.dossiers.points import Brought
from engine.errors import Refusal
from engine.outbox import Job
from engine.performing import perform_call, send_notice, sign_scan, sweep
from engine.procedures.published import in_force, open_bundle
from engine.queries.dossiers import dossier_page
from engine.queries.people import actor_of
from engine.queries.supplements import open_points, supplement_rules
from engine.sample.applicants import application, filled_in, person
from engine.sample.base import ids, reached
from engine.sample.lives import BIRTH, COPIES, PERMIT, Life
from engine.sample.originals import show_originals
from engine.usecases.deadlines import next_moment_of_all
from engine.usecases.submit import Filing, submit_dossier, wanted, withdraw
from engine.usecases.supplements import answer_supplement
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM, Actor
from forms.definition import Form
from processes.procedure import Component as Paper

GOOD = ("on_time", "accept", "propose_grant", "proceed", "approve", "agree")
CITIZENS = ("hoa", "duc", "hbia")
HOURS = {"check": 2.0, "appraise": 7.0, "approve": 2.5, "register": 1.0, "hand_over": 5.0}
"""Working hours a desk takes on an ordinary day, before a life's own pace."""


SPEED = {BIRTH: 0.12, COPIES: 0.1, PERMIT: 1.4}
"""A birth is registered and a copy certified the same day; a permit takes its time."""


@dataclass(order=True)
class Event:
    """Something that is going to happen at a moment."""

    at: datetime
    order: int
    act: Callable[[], None] = field(compare=False)


class Drive:
    """One run through the lives, resumable: what a case has already behind it is not done again."""

    def __init__(self, house: House, lives: list[Life], *, until: datetime, holder: str) -> None:
        self.clock = ControlledClock(lives[0].filed_at if lives else until)
        self.house = replace(house, clock=self.clock, holder=holder)
        self.until = until
        self.lives = lives
        self.holder = holder
        self.offices, self.people = ids(house)
        self.events: list[Event] = []
        self.order = count()
        self.cases: dict[UUID, Life] = {}
        self.seen: set[UUID] = set()
        self.done = 0
        self.told = 0

    def run(self) -> Iterator[int]:
        """Let everything happen up to now; yields how many dossiers were filed so far."""
        self.clock.set(max(self.clock.now(), reached(self.house, self.until) or self.clock.now()))
        for life in self.lives:
            self._plan(self._filing_moment(life), lambda life=life: self._file(life))  # type: ignore[misc]
        while self._turn():
            if self.done != self.told:
                self.told = self.done
                yield self.done

    def _turn(self) -> bool:
        """The next thing to happen, a term falling due or an act of somebody; False when now has come."""
        with self.house.reading(actor=SYSTEM) as look:
            due = next_moment_of_all(look)
        act_at = self.events[0].at if self.events else self.until
        if due is not None and due <= min(act_at, self.until):
            self.clock.set(max(due, self.clock.now()))
            if sweep(self.house):
                self._carry_out()
                self._look()
                return True
        if not self.events or act_at >= self.until:
            return False
        event = heapq.heappop(self.events)
        self.clock.set(max(event.at, self.clock.now()))
        try:
            event.act()
        except Refusal as refusal:
            if refusal.code not in {"before_last_act", "task_gone", "already_answered", "already_claimed"}:
                raise
        self._carry_out()
        self._look()
        return True

    def _filing_moment(self, life: Life) -> datetime:
        """Online at any hour; at the desk and by post in working hours only."""
        calendar = self._calendar()
        if life.channel == "online":
            return life.filed_at
        worked = calendar.worked(life.filed_at)
        return calendar.moment(min(worked, calendar.worked(self.until) - 3 * 3600 - life.number * 60) + 60)

    def _plan(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.events, Event(at, next(self.order), act))

    def _carry_out(self) -> None:
        """Do at once, at the moment of the act, what this drive asked of the workers."""
        while True:
            with self.house.reading(actor=SYSTEM) as look:
                jobs = look.session.scalars(
                    select(Job).where(Job.leased_by == self.holder, Job.status == "leased").order_by(Job.created_at)
                ).all()
            if not jobs:
                return
            for job in jobs:
                if job.kind == "PerformCall":
                    perform_call(self.house, UUID(job.args["call"]))
                elif job.kind == "SendNotice":
                    send_notice(self.house, UUID(job.args["notice"]))
                elif job.kind == "SignScan":
                    sign_scan(self.house, UUID(job.args["scan"]))
                with self.house.unit_of_work(actor=SYSTEM) as work:
                    outbox.done(work.session, job.id, now=work.now)

    def _actor(self, login: str) -> Actor:
        with self.house.reading() as look:
            actor = actor_of(look, self.people[login])
        assert actor is not None
        return actor

    def _file(self, life: Life) -> None:
        with self.house.reading(actor=SYSTEM) as look:
            known = look.session.scalar(select(Dossier.case_id).where(Dossier.submission_key == life.key))
            if known is not None:
                answered = select(SupplementRequest.id).where(
                    SupplementRequest.case_id == known, SupplementRequest.answered_at.is_not(None)
                )
                life.supplemented = int(look.session.scalar(answered.limit(1)) is not None)
                self._go_on(life, known)
                return
            bundle = open_bundle(look.session, in_force(look.session, life.procedure, legal_date(self.clock.now())).id)
        who = person(life.dice)
        citizen = life.dice.choice(CITIZENS)
        counter = life.channel != "online"
        actor = self._actor("lan" if life.channel == "counter" else "buu" if counter else citizen)
        papers = bundle.procedure.components
        complete = life.ending not in {"refused_at_check"}
        answers = application(bundle.application, bundle.procedure.owner, who, life.dice, legal_date(self.clock.now()))
        with self.house.unit_of_work(actor=actor) as work:
            papers_brought = [brought(paper, complete) for paper in papers if wanted(work, paper, answers)]
            filing = Filing(
                procedure=life.procedure,
                answers=answers,
                channel=life.channel,
                office_id=self.offices["bt-pvhcc"],
                submission_key=life.key,
                brought=papers_brought,
                applicant={"name": who["name"], "phone": who["phone"], "identity": who["identity"]},
            )
            dossier = submit_dossier(work, filing)
            show_originals(work, bundle, dossier.case_id)
        self._go_on(life, dossier.case_id)

    def _go_on(self, life: Life, case_id: UUID) -> None:
        """A dossier that is filed, in this run or an earlier one, lives on."""
        self.cases[case_id] = life
        self.done += 1
        if life.ending == "withdrawn":
            self._plan(self._after(4 * life.pace), lambda: self._withdraw(case_id))

    def _applicant(self, case_id: UUID) -> str:
        """Who acts for a dossier's applicant: they themselves, or the counter."""
        with self.house.reading(actor=SYSTEM) as look:
            applicant = look.session.get_one(Dossier, case_id).applicant_id
        return next((name for name, key in self.people.items() if key == applicant), "lan")

    def _withdraw(self, case_id: UUID) -> None:
        with self.house.unit_of_work(actor=self._actor(self._applicant(case_id))) as work:
            dossier = work.session.get_one(Dossier, case_id)
            if dossier.decided_at is None:
                withdraw(work, case_id, "Thay đổi kế hoạch kinh doanh.")

    def _look(self) -> None:
        """Whatever opened since the last look gets its moment."""
        with self.house.reading(actor=SYSTEM) as look:
            tasks = look.session.scalars(select(Task).where(Task.status == "open")).all()
            waiting = look.session.execute(
                select(Dossier.case_id).where(Dossier.status == 5, Dossier.case_id.in_(list(self.cases)))
            ).scalars()
            answers = [case_id for case_id in waiting if self.cases[case_id].ending == "supplemented"]
        for task in tasks:
            if task.id in self.seen or task.case_id not in self.cases:
                continue
            self.seen.add(task.id)
            life = self.cases[task.case_id]
            if life.stop and task.element_id == life.stop:
                continue
            self._plan(self._moment(life, task), lambda t=task.id: self._do(t))  # type: ignore[misc]
        for case_id in answers:
            life = self.cases[case_id]
            if life.supplemented == 0:
                life.supplemented = 1
                self._plan(self._after(10 + 20 * life.pace), lambda c=case_id: self._supplement(c))  # type: ignore[misc]

    def _calendar(self) -> Calendar:
        with self.house.reading(actor=SYSTEM) as look:
            return calendar_of(look.session, "vn")

    def _after(self, hours: float) -> datetime:
        """That many working hours from now."""
        calendar = self._calendar()
        return calendar.moment(calendar.worked(self.clock.now()) + max(int(hours * 3600), 300))

    def _moment(self, life: Life, task: Task) -> datetime:
        hours = HOURS.get(task.element_id, 1.5) * life.pace * SPEED.get(life.procedure, 1.0)
        if life.late_at == task.element_id:
            calendar = self._calendar()
            with self.house.unit_of_work(actor=SYSTEM) as work:
                clock = clock_of(work, task.case_id, "dossier")
                due = clock.due_at if clock is not None else None
            if due is not None:
                return calendar.moment(calendar.worked(due) + 6 * 3600)
        return self._after(hours)

    def _do(self, task_id: UUID) -> None:
        with self.house.reading(actor=SYSTEM) as look:
            task = look.session.get_one(Task, task_id)
            if task.status != "open":
                return
            case = look.session.get_one(Case, task.case_id)
            form = open_bundle(look.session, case.bundle_id).form(task.form_id) if task.form_id else None
            login = self._login(look.session, task)
        life = self.cases[case.id]
        with self.house.unit_of_work(actor=self._actor(login)) as work:
            complete_task(work, task_id, self._answers(life, task, form, case))

    def _login(self, session: Any, task: Task) -> str:
        """Whoever holds the task's role in its office; of several, by turns."""
        holders = sorted(
            login
            for login, person_id in self.people.items()
            if session.scalar(
                select(Mandate.id).where(
                    Mandate.person_id == person_id, Mandate.office_id == task.office_id, Mandate.role == task.role
                )
            )
        )
        if not holders:
            raise LookupError(f"nobody of the sample holds {task.role} for {task.element_id}")
        named = {
            str(signer)
            for signer in session.scalars(
                select(Document.signer_id).where(Document.case_id == task.case_id, Document.status == "draft")
            )
        }
        for login in holders:
            if str(self.people[login]) in named:
                return login
        return holders[task.id.int % len(holders)]

    def _answers(self, life: Life, task: Task, form: Form | None, case: Case) -> dict[str, Any]:
        """The form's own filled-in example, with what this life decides at this desk."""
        return filled_in(form, self._decisions(life, task, case)) if form is not None else {}

    def _decisions(self, life: Life, task: Task, case: Case) -> Mapping[str, Any]:
        """What somebody decides at a task; of several outcomes the first that the form offers."""
        step = task.element_id
        if step == "apology_reason" and (life.ending == "late" or self._is_past(case)):
            return {"outcome": ("extend",), "new_date": self._new_date(case).isoformat()}
        if step in {"apology_second", "apology_other"}:
            return {"outcome": ("extend",)}
        if step == "check" and life.ending == "refused_at_check":
            return {"outcome": ("refuse",), "reason": "Hồ sơ không thuộc thẩm quyền giải quyết của phường."}
        asks = life.ending in {"supplemented", "waiting_for_supplement"} and life.supplemented == 0
        if step == "appraise" and asks:
            return {"outcome": ("request_supplement",), "late_request": self._is_late_to_ask(case)}
        if step in {"appraise", "conclude"} and life.ending == "refused_after_appraisal":
            return {"outcome": ("propose_refusal", "proceed")}
        return {"outcome": GOOD, "needs_opinion": life.number % 3 == 0}

    def _is_late_to_ask(self, case: Case) -> bool:
        with self.house.reading(actor=SYSTEM) as look:
            return supplement_rules(look, case.id).too_late

    def _is_past(self, case: Case) -> bool:
        with self.house.reading(actor=SYSTEM) as look:
            clock = look.session.scalar(select(Clock).where(Clock.case_id == case.id, Clock.term == DOSSIER))
            return clock is not None and clock.due_at is not None and clock.due_at < self.clock.now()

    def _new_date(self, case: Case) -> date:
        with self.house.unit_of_work(actor=SYSTEM) as work:
            clock = clock_of(work, case.id, "dossier")
            due_on = clock.due_on if clock is not None and clock.due_on else legal_date(self.clock.now())
        return self._calendar().add(max(due_on, legal_date(self.clock.now())), 3)

    def _supplement(self, case_id: UUID) -> None:
        login = self._applicant(case_id)
        with self.house.reading(actor=SYSTEM) as look:
            points = open_points(dossier_page(look, case_id))
        with self.house.unit_of_work(actor=self._actor(login)) as work:
            answer_supplement(
                work,
                case_id,
                answers={},
                via="online" if login != "lan" else "counter",
                brought=[
                    Brought(
                        point.key,
                        originals=int(point.form == "original"),
                        certified=int(point.form == "certified"),
                        photocopies=int(point.form not in {"original", "certified"}),
                    )
                    for point in points
                    if point.asked
                ],
                note="Đã bổ sung.",
                partly=True,
            )


def brought(paper: Paper, complete: bool) -> Brought:
    """A paper as the counter finds it: in the form that is asked for, unless it was forgotten."""
    return Brought(
        paper.key,
        originals=int(paper.form in {"original", "eform", "presented"}),
        photocopies=int(paper.form == "copy"),
        certified=int(paper.form == "certified"),
        present=complete or paper.form == "eform",
    )
