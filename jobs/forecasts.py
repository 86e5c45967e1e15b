"""How likely open dossiers miss their date."""

from __future__ import annotations

from datetime import timedelta

from engine import performing
from engine.composition import House
from engine.outbox import Job
from engine.work import SYSTEM
from jobs.carrying import carries
from jobs.deadlines import is_living_through_its_past


@carries("ForecastOpen", limit=timedelta(minutes=10))
def forecast_open(house: House, job: Job) -> None:
    """Count again what took a step or whose morning has come; the next job goes on where there is too much."""
    if is_living_through_its_past(house):
        return
    if performing.forecast(house):
        with house.unit_of_work(actor=SYSTEM) as work:
            work.defer("ForecastOpen", {}, key=f"forecast after {job.id}")
