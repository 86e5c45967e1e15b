"""Signed papers raised to B-LTA, and their archive time stamps renewed in time."""

from __future__ import annotations

from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from engine.usecases.levels import ask_due
from engine.work import SYSTEM
from jobs.carrying import carries

AT_ONCE = 500


@carries("RaiseDocument")
def raise_document(house: House, job: Job) -> None:
    """Raise one paper whose moment has come; asked twice, it is raised once."""
    performing.raise_document(house, UUID(job.args["document"]))


@carries("RaiseDue")
def raise_due(house: House, job: Job) -> None:
    """Ask for every paper that waits to be tried again or whose archive time stamp is to be renewed."""
    with house.unit_of_work(actor=SYSTEM) as work:
        ask_due(work, limit=AT_ONCE)
