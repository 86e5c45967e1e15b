"""The course of simulated time: from one event to the next, with what falls due between them and what workers do."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select

from engine import outbox
from engine.calendars.load import calendar_of
from engine.clock import ControlledClock
from engine.composition import House
from engine.deadlines.calendar import Calendar
from engine.errors import Refusal
from engine.outbox import Job
from engine.performing import NotSentYet, clear_desk, perform_call, recount, redraft, send_notice, sweep
from engine.queries.people import actor_of
from engine.sample.base import ids
from engine.usecases.deadlines import next_moment_of_all
from engine.usecases.signals import hear_signal
from engine.work import SYSTEM, Actor

HOLDER = "simulation"
OVERTAKEN = frozenset({"before_last_act", "task_gone", "already_answered", "already_claimed", "no_longer_awaited"})
"""Refusals that only say that something else happened first; whatever else is refused is a fault and ends the run."""
STILL = 50
"""So many sweeps in a row at one moment mean that something is due there for ever."""


@dataclass(order=True)
class Event:
    """Something that is going to happen at a moment; of several at one moment, in the order they were planned."""

    at: datetime
    order: int
    act: Callable[[], None] = field(compare=False)


class Course:
    """Simulated time in one house: acts happen at their moments, jobs at the moment of the act that asked for them."""

    def __init__(self, house: House, *, begins: datetime, until: datetime) -> None:
        self.clock = ControlledClock(begins)
        self.house = replace(house, clock=self.clock, holder=HOLDER)
        self.until = until
        self.offices, self.people = ids(house)
        self.events: list[Event] = []
        self.order = count()
        self.after: list[Callable[[], None]] = []
        self.acts: Counter[str] = Counter()
        self.failed: list[str] = []
        self._pauses: dict[UUID, datetime] = {}
        self._swept_at: tuple[datetime, int] = (begins, 0)
        self._actors: dict[tuple[str, object], Actor] = {}

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def plan(self, at: datetime, act: Callable[[], None]) -> None:
        """Let something happen at a moment, at the earliest now."""
        heapq.heappush(self.events, Event(max(at, self.now), next(self.order), act))

    def in_hours(self, hours: float, act: Callable[[], None]) -> None:
        """Let something happen after so many working hours from now."""
        calendar = self.calendar()
        self.plan(calendar.moment(calendar.worked(self.now) + int(hours * 3600)), act)

    def run(self) -> None:
        """Let everything happen up to the end."""
        while self._turn():
            pass
        self.clock.set(self.until)

    def actor(self, login: str) -> Actor:
        """Somebody of the sample with the posts of the day."""
        key = (login, self.now.date())
        if key not in self._actors:
            with self.house.reading() as look:
                found = actor_of(look, self.people[login])
            assert found is not None, login
            self._actors = {known: who for known, who in self._actors.items() if known[1] == key[1]} | {key: found}
        return self._actors[key]

    def calendar(self) -> Calendar:
        """The national calendar as it is in force now."""
        with self.house.reading(actor=SYSTEM) as look:
            return calendar_of(look.session, "vn")

    def _turn(self) -> bool:
        with self.house.reading(actor=SYSTEM, brief=True) as look:
            due = next_moment_of_all(look)
        at = min(self.events[0].at if self.events else self.until, self.until)
        if due is not None and due <= at:
            self.clock.set(max(due, self.now))
            self._count_sweeps()
            if sweep(self.house):
                self.acts["terms reached"] += 1
                self._rest()
                return True
        if not self.events or self.events[0].at >= self.until:
            return False
        event = heapq.heappop(self.events)
        self.clock.set(max(event.at, self.now))
        try:
            event.act()
        except Refusal as refusal:
            if refusal.code not in OVERTAKEN:
                raise
            self.acts["overtaken by something else"] += 1
        self._rest()
        return True

    def _count_sweeps(self) -> None:
        at, times = self._swept_at
        self._swept_at = (self.now, times + 1 if at == self.now else 1)
        if self._swept_at[1] > STILL:
            raise RuntimeError(f"time does not pass {self.now.isoformat()}: what is due there is due again and again")

    def _rest(self) -> None:
        """What was asked of workers is done at once, and everybody looks at what is new."""
        while self._carry_out():
            pass
        for look in self.after:
            look()

    def _carry_out(self) -> int:
        with self.house.reading(actor=SYSTEM, brief=True) as look:
            jobs = look.session.scalars(
                select(Job).where(Job.status == "leased", Job.leased_by == HOLDER).order_by(Job.created_at, Job.id)
            ).all()
        ready = [job for job in jobs if self._is_due(job)]
        for job in ready:
            self._perform(job)
        return len(ready)

    def _is_due(self, job: Job) -> bool:
        at = self._pauses.get(job.id, job.run_at)
        if at > self.now and job.id not in self._pauses:
            self._put_off(job.id, at)
        return at <= self.now

    def _put_off(self, job_id: UUID, at: datetime) -> None:
        self._pauses[job_id] = at
        self.plan(at, lambda: None)

    def _perform(self, job: Job) -> None:
        """One job as a worker does it: again after a pause where nothing was sent, else done or failed for good."""
        try:
            JOBS[job.kind](self.house, job)
        except NotSentYet:
            tries = sum(1 for pause in outbox.PAUSES if pause < (self.now - job.created_at).total_seconds() + 1)
            self._put_off(job.id, self.now + timedelta(seconds=outbox.PAUSES[min(tries, len(outbox.PAUSES) - 1)]))
            return
        except Exception as error:
            self.failed.append(f"{job.kind} at {self.now.isoformat()}: {type(error).__name__}: {error}")
        self._pauses.pop(job.id, None)
        self.acts["jobs"] += 1
        with self.house.unit_of_work(actor=SYSTEM) as work:
            outbox.done(work.session, job.id, now=work.now)


def _recount(house: House, job: Job) -> None:
    change_id, missed = UUID(job.args["change"]), set[UUID]()
    while recount(house, change_id, missed, slices=STILL):
        pass


def _tell_signal(house: House, job: Job) -> None:
    with house.unit_of_work(actor=SYSTEM) as work:
        hear_signal(work, UUID(job.args["case"]), job.args["signal"])


JOBS: dict[str, Callable[[House, Job], None]] = {
    "PerformCall": lambda house, job: perform_call(house, UUID(job.args["call"])),
    "SendNotice": lambda house, job: send_notice(house, UUID(job.args["notice"])),
    "RedraftDocument": lambda house, job: redraft(house, UUID(job.args["document"]), UUID(job.args["signer"])),
    "ClearDesk": lambda house, job: clear_desk(house, UUID(job.args["absence"])),
    "RecountTerms": _recount,
    "RaiseDocument": lambda house, job: None,  # no term hangs on how far a signature is proven
    "TellSignal": _tell_signal,
}
"""The kinds of job a simulated year asks for; another kind is a fault of the simulation and fails as such."""
