"""Signals that one case has thrown, brought to another that waits for them."""

from __future__ import annotations

from uuid import UUID

from engine import outbox
from engine.composition import House
from engine.outbox import Job
from engine.usecases.signals import hear_signal
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("TellSignal")
def tell_signal(house: House, job: Job) -> None:
    """Let the case hear the signal; the job is done in the same transaction, so it hears each signal once."""
    with house.unit_of_work(actor=SYSTEM) as work:
        if outbox.is_done(work.session, job.id):
            return
        hear_signal(work, UUID(job.args["case"]), job.args["signal"])
        outbox.done(work.session, job.id, now=work.now)
