"""From the outbox to the workers: leases what is due, sends only the number of the job, watches leases and schedule."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from engine import outbox
from engine.composition import House
from engine.work import SYSTEM
from jobs import schedule
from jobs.carrying import Watch
from jobs.leases import give_back, is_due, name_of_process, release_dead, waiting_for

log = logging.getLogger("motcua.relay")
WINDOW = 4
"""How many jobs may wait in the broker: few, so that a lease does not run out while its message stands in a queue."""
WAITING_LEASE = timedelta(seconds=60)
PAUSE = 0.2
SWEEP = 5.0
Send = Callable[[str, UUID, str], None]
"""Hands over (kind, job, holder); may fail, then the job is sent again; so is a lost message when its lease ends."""


class Relay:
    """One loop; any number of relays may run, on any number of machines."""

    def __init__(self, house: House, send: Send, *, entries: tuple[schedule.Entry, ...] = schedule.ENTRIES) -> None:
        self.house = house
        self.send = send
        self.name = name_of_process("relay")
        self.planner = schedule.Planner(entries)
        self.swept = -SWEEP
        self.pressed = False

    def turn(self) -> int:
        """Ask for what the schedule says, free what the dead held, send what is due; how many were sent."""
        self.planner.ask(self.house)
        if time.monotonic() - self.swept >= SWEEP:
            self.swept = time.monotonic()
            self.sweep()
        with self.house.reading(actor=SYSTEM) as look:
            if not is_due(look.session, now=look.now):
                self.pressed = False
                return 0
            self.pressed = True
            room = WINDOW - waiting_for(look.session, self.name, now=look.now)
        if room <= 0:
            return 0
        with self.house.unit_of_work(actor=SYSTEM) as work:
            jobs = outbox.lease(work.session, now=work.now, limit=room, worker=self.name, length=WAITING_LEASE)
            leased = [(job.kind, job.id) for job in jobs]
        for number, (kind, job_id) in enumerate(leased):
            try:
                self.send(kind, job_id, self.name)
            except Exception:
                self.give_back([waiting for _kind, waiting in leased[number:]])
                raise
        return len(leased)

    def give_back(self, job_ids: list[UUID]) -> None:
        """Let jobs the broker did not take be sent again as soon as it can be reached."""
        with self.house.unit_of_work(actor=SYSTEM) as work:
            give_back(work.session, job_ids, self.name, now=work.now)

    def sweep(self) -> None:
        """End at once the leases of processes that were killed here."""
        with self.house.unit_of_work(actor=SYSTEM) as work:
            freed = release_dead(work.session, now=work.now)
        if freed:
            log.warning("%d jobs of a process that is gone will be tried again", freed)

    def run(self, stop: threading.Event) -> None:
        """Turn until told to stop; a failing turn is logged and tried again after a growing pause."""
        failures = 0
        while not stop.is_set():
            try:
                self.turn()
                failures = 0
            except Exception:
                failures += 1
                log.exception("the relay stumbled (%d times in a row)", failures)
            hanging = Watch.overdue()
            if hanging:
                log.error("job %s runs longer than it may; this worker ends and is started again", hanging)
                os._exit(70)
            stop.wait(0.02 if self.pressed and not failures else min(PAUSE * 2**failures, 30))
