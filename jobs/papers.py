"""Drafts printed anew because somebody else is going to sign them."""

from __future__ import annotations

from uuid import UUID

from engine.composition import House
from engine.outbox import Job
from engine.performing import redraft
from jobs.carrying import carries


@carries("RedraftDocument")
def redraft_document(house: House, job: Job) -> None:
    """Print the draft in the name of whoever will sign; asked twice, the second print replaces the first."""
    redraft(house, UUID(job.args["document"]), UUID(job.args["signer"]))
