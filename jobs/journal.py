"""The whole journal recomputed, because an operator asked."""

from __future__ import annotations

from datetime import timedelta

from engine.composition import House
from engine.outbox import Job
from engine.queries.condition import check_journal, last_check
from engine.usecases.operations import keep_check
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("VerifyJournal", limit=timedelta(hours=1))
def verify_journal(house: House, job: Job) -> None:
    """Look at every chain as of one moment and write down what was found; delivered twice, it is written once."""
    with house.reading(actor=SYSTEM) as look:
        if last_check(look).job == str(job.id):
            return
    with house.reading(actor=SYSTEM) as look:
        found = check_journal(look)
    with house.unit_of_work(actor=SYSTEM) as work:
        keep_check(work, job.id, chains=found.chains, acts=found.acts, faults=found.faults)
