"""Notices to people, by whatever channel."""

from __future__ import annotations

from uuid import UUID

from engine import performing
from engine.composition import House
from engine.outbox import Job
from jobs.carrying import carries


@carries("SendNotice")
def send_notice(house: House, job: Job) -> None:
    """Write the attempt down, send, write down how it ended."""
    performing.send_notice(house, UUID(job.args["notice"]))
