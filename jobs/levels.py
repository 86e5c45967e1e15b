"""Scans signed, signed papers raised to B-LTA, and their archive time stamps renewed in time."""

from __future__ import annotations

from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from engine.usecases.levels import ask_due
from engine.usecases.scans import ask_due_scans
from engine.work import SYSTEM
from jobs.carrying import carries, is_last_attempt

AT_ONCE = 500


@carries("RaiseDocument")
def raise_document(house: House, job: Job) -> None:
    """Raise one paper whose moment has come; asked twice, it is raised once."""
    for kind, paper_id in job.args.items():
        performing.raise_document(house, UUID(paper_id), kind)


@carries("SignScan")
def sign_scan(house: House, job: Job) -> None:
    """Sign what a clerk scanned of one paper; asked twice, one signed file is kept."""
    performing.sign_scan(house, UUID(job.args["scan"]), last_attempt=is_last_attempt(job))


@carries("RaiseDue")
def raise_due(house: House, job: Job) -> None:
    """Ask for every paper that waits to be tried again or whose archive time stamp is to be renewed."""
    with house.unit_of_work(actor=SYSTEM) as work:
        ask_due_scans(work, limit=AT_ONCE)
        ask_due(work, limit=AT_ONCE)
