"""The signed list of results that no longer stand as printed, made anew every day and after every such act."""

from __future__ import annotations

from engine.composition import House
from engine.outbox import Job
from engine.usecases.offline_lists import publish_withdrawals
from engine.work import SYSTEM
from jobs.carrying import carries


@carries("PublishWithdrawals")
def publish(house: House, job: Job) -> None:
    """Publish the list of this moment; private keys of years that are over are destroyed on the way."""
    with house.unit_of_work(actor=SYSTEM) as work:
        publish_withdrawals(work)
    house.ports.offline.tidy(now=work.now)
