"""Sample reports to the hotline: every act through the real use cases, at its own moment, on a moved clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from engine import outbox
from engine.accounts.models import Mandate
from engine.calendars.load import calendar_of
from engine.cases.models import Case, Task
from engine.clock import LEGAL_ZONE, ControlledClock, legal_date
from engine.composition import House
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.outbox import Job
from engine.performing import perform_call, send_notice, sweep
from engine.queries.people import actor_of
from engine.sample.base import ids, reached
from engine.sample.report_fates import FATES, SENDERS, WAIT, WARD, Fate
from engine.usecases.deadlines import next_moment_of_all
from engine.usecases.feedback import ReportFiling, file_report, rate_report
from engine.usecases.tasks import complete_task
from engine.work import ANONYMOUS, SYSTEM, Actor


class Reports:
    """One run through the fates of the sample reports; what is there already is not filed again."""

    def __init__(self, house: House, *, until: datetime, holder: str) -> None:
        self.clock = ControlledClock(until - timedelta(days=30))
        self.house = replace(house, clock=self.clock, holder=holder)
        self.until, self.holder = until, holder
        self.offices, self.people = ids(house)
        self.events: list[tuple[datetime, int, Callable[[], None]]] = []
        self.cases: dict[UUID, Fate] = {}
        self.seen: set[UUID] = set()

    def run(self) -> int:
        """Let everything happen up to now; how many reports there are."""
        self.clock.set(max(self.clock.now(), reached(self.house, self.until, reports=True) or self.clock.now()))
        for fate in FATES:
            self._plan(self.until - timedelta(days=fate.days), lambda fate=fate: self._file(fate))  # type: ignore[misc]
        while self._turn():
            pass
        return len(self.cases)

    def _plan(self, at: datetime, act: Callable[[], None]) -> None:
        if at < self.until:
            self.events.append((at, len(self.seen) + len(self.events), act))
            self.events.sort(key=lambda event: event[:2])

    def _turn(self) -> bool:
        with self.house.reading(actor=SYSTEM) as look:
            due = next_moment_of_all(look)
        act_at = self.events[0][0] if self.events else self.until
        if due is not None and due <= min(act_at, self.until):
            self.clock.set(max(due, self.clock.now()))
            if sweep(self.house):
                self._settle()
                return True
        if not self.events:
            return False
        at, _, act = self.events.pop(0)
        self.clock.set(max(at, self.clock.now()))
        act()
        self._settle()
        return True

    def _settle(self) -> None:
        """What this drive asked of the workers is done at once, and whatever opened gets its moment."""
        while jobs := self._asked():
            for job in jobs:
                if job.kind == "SendNotice":
                    send_notice(self.house, UUID(job.args["notice"]))
                elif job.kind == "PerformCall":
                    perform_call(self.house, UUID(job.args["call"]))
                with self.house.unit_of_work(actor=SYSTEM) as work:
                    outbox.done(work.session, job.id, now=work.now)
        with self.house.reading(actor=SYSTEM) as look:
            tasks = look.session.scalars(
                select(Task).where(Task.status == "open", Task.case_id.in_(list(self.cases)))
            ).all()
        for task in tasks:
            if task.id not in self.seen:
                self.seen.add(task.id)
                self._plan_task(task)

    def _asked(self) -> list[Job]:
        with self.house.reading(actor=SYSTEM) as look:
            return list(
                look.session.scalars(
                    select(Job).where(Job.leased_by == self.holder, Job.status == "leased").order_by(Job.created_at)
                )
            )

    def _plan_task(self, task: Task) -> None:
        fate = self.cases[task.case_id]
        hours, answers = fate.steps.get(task.element_id, (0.0, {}))
        if hours == WAIT:
            return
        if task.element_id == "classify":
            at = self.clock.now() + timedelta(minutes=fate.minutes)
        elif task.element_id in fate.steps:
            calendar = self._calendar()
            at = calendar.moment(calendar.worked(self.clock.now()) + max(int(hours * 3600), 300))
        else:
            return
        self._plan(at, lambda: self._do(task, answers))

    def _calendar(self) -> Any:
        with self.house.reading(actor=SYSTEM) as look:
            return calendar_of(look.session, "vn")

    def _actor(self, login: str) -> Actor:
        with self.house.reading() as look:
            actor = actor_of(look, self.people[login])
        assert actor is not None
        return actor

    def _file(self, fate: Fate) -> None:
        with self.house.reading(actor=SYSTEM) as look:
            known = look.session.scalar(select(Report.case_id).where(Report.submission_key == fate.key))
            late = self._late_dossier(look.session) if fate.late_dossier else ""
        if known is not None:
            self.cases[known] = fate
            return
        person = fate.sender if fate.sender in {"hoa", "duc", "hbia"} else ""
        name, phone, email = SENDERS.get(fate.sender, SENDERS[""])
        actor = self._actor("tong") if fate.channel == "phone" else self._actor(person) if person else None
        report: dict[str, Any] = {"kind": fate.kind, "category": fate.category, "text": fate.text, "ward": WARD}
        report |= {"place": fate.place or "Phường Bến Thành", "urgent": fate.urgent, "accused": fate.accused}
        report["dossier_code"] = late or "NOP-000000-00000"
        filing = ReportFiling(
            {"report": report, "sender": {"name": name, "phone": phone, "email": email}}, fate.channel, fate.key
        )
        with self.house.unit_of_work(actor=actor or ANONYMOUS) as work:
            self.cases[file_report(work, filing).case_id] = fate

    def _late_dossier(self, session: Any) -> str:
        """The code of a dossier that is past its date now, else of any that is being dealt with."""
        rows = session.scalars(
            select(Dossier)
            .where(Dossier.code.is_not(None), Dossier.decided_at.is_(None), Dossier.promised_at.is_not(None))
            .order_by(Dossier.applicant_id != self.people["hoa"], Dossier.promised_at)
        ).all()
        late = [one for one in rows if one.promised_at and one.promised_at < self.clock.now()]
        known = [one for one in rows if one.accepted_at and one.accepted_at < self.clock.now()]
        found = next(iter(late or known or rows), None)
        return found.code or "" if found is not None else ""

    def _do(self, task: Task, answers: Mapping[str, Any]) -> None:
        with self.house.reading(actor=SYSTEM) as look:
            current = look.session.get_one(Task, task.id)
            case = look.session.get_one(Case, task.case_id, options=[undefer(Case.data)])
            if current.status != "open":
                return
            login = self._login(look.session, current)
        fate = self.cases[task.case_id]
        with self.house.unit_of_work(actor=self._actor(login)) as work:
            complete_task(work, task.id, self._answers(fate, current, case, answers))
        if task.element_id == "review" and fate.rating is not None:
            self._plan(self.clock.now() + timedelta(hours=20), lambda: self._rate(task.case_id, fate))

    def _answers(self, fate: Fate, task: Task, case: Case, answers: Mapping[str, Any]) -> dict[str, Any]:
        found = {key: dict(value) for key, value in answers.items()}
        if task.element_id == "classify":
            base = {"outcome": "forward", "kind": fate.kind, "category": fate.category, "urgent": fate.urgent}
            found["routing"] = {**base, "accused": fate.accused, **found.get("routing", {})}
        days = found.get("handling", {}).pop("committed_in", None)
        if days is not None:
            found["handling"]["committed_on"] = self._in_days(days).isoformat()
        if task.element_id == "review" and found["review"]["outcome"] == "publish":
            masking = case.variables.get("masking") or {}
            found["review"] |= {"public_text": masking.get("text"), "public_answer": masking.get("answer")}
        return found

    def _in_days(self, days: int) -> date:
        return legal_date(self.clock.now().astimezone(LEGAL_ZONE) + timedelta(days=days))

    def _login(self, session: Any, task: Task) -> str:
        """Whoever holds the task's role in its office."""
        holders = set(
            session.scalars(
                select(Mandate.person_id).where(Mandate.office_id == task.office_id, Mandate.role == task.role)
            )
        )
        return next(login for login, person_id in sorted(self.people.items()) if person_id in holders)

    def _rate(self, case_id: UUID, fate: Fate) -> None:
        assert fate.rating is not None
        with self.house.reading(actor=SYSTEM) as look:
            report = look.session.get_one(Report, case_id)
        if report.status == "answered" and report.rated_at is None:
            with self.house.unit_of_work() as work:
                rate_report(work, case_id, score=fate.rating[0], text=fate.rating[1], proven=True)


def drive_reports(house: House, until: datetime, holder: str) -> int:
    """Drive the sample reports up to a moment, after the dossiers; how many there are."""
    return Reports(house, until=until, holder=holder).run()
