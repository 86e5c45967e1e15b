"""Notices to people, by whatever channel."""

from __future__ import annotations

from uuid import UUID

from engine.composition import House

from engine.outbox import Job
from engine.usecases.notices import begin_attempt, send, settle_attempt
from engine.work import SYSTEM
from jobs.carrying import carries


class NotSentYet(Exception):
    """The channel certainly did not take the notice; it is tried again after a pause."""


@carries("SendNotice")
def send_notice(house: House, job: Job) -> None:
    """Write the attempt down, send with no transaction open, write down how it ended."""
    notice_id = UUID(job.args["notice"])
    with house.unit_of_work(actor=SYSTEM) as work:
        attempt = begin_attempt(work, notice_id)
    if attempt is None:
        return
    outcome, detail = send(house.ports.channels[attempt.channel], attempt)
    with house.unit_of_work(actor=SYSTEM) as work:
        verdict = settle_attempt(work, notice_id, outcome, detail)
    if verdict == "again":
        raise NotSentYet(detail)
