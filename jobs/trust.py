"""Certificates and clock, looked at again and again."""

from __future__ import annotations

from engine.composition import House
from engine.outbox import Job
from engine.performing import look_at_certificates
from engine.usecases.certificates import tidy_trust
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("CheckCertificates")
def check_certificates(house: House, job: Job) -> None:
    """Ask of every certificate the house signs with whether it still holds; tell who must know."""
    look_at_certificates(house)


@carries("WatchClock")
def watch_clock(house: House, job: Job) -> None:
    """Compare our clock with each time-stamping authority's."""
    house.ports.trust.watch_clocks()
    with house.unit_of_work(actor=SYSTEM) as work:
        tidy_trust(work)
