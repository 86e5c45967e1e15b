"""The dossiers of the sample office, loaded behind the open page."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.composition import House
from engine.outbox import Job
from engine.sample.loading import load_dossiers
from jobs.carrying import carries

HOLDER = "sample"
"""No process's name: what the sample asked for is left to its next run, which carries it out at the right moment."""


@carries("LoadSample", limit=timedelta(hours=1))
def load_sample(house: House, job: Job) -> None:
    """Drive the sample dossiers up to the moment of asking; after an interruption it goes on where it was."""
    until = datetime.fromisoformat(job.args["until"])
    load_dossiers(house, until=until, count=job.args["count"], holder=HOLDER)
