"""The figures of days that are over."""

from __future__ import annotations

from datetime import timedelta

from engine.composition import House
from engine.outbox import Job
from engine.usecases.figures import close_days
from engine.usecases.late_dates import class_again, class_days
from engine.work import SYSTEM
from jobs.carrying import carries
from jobs.deadlines import is_living_through_its_past


@carries("CloseDays", limit=timedelta(minutes=30))
def close_ended_days(house: House, job: Job) -> None:
    """Count every day that is over and not counted yet, then class the dates missed on it.

    The sample's past is counted once it has been lived.
    """
    if is_living_through_its_past(house):
        return
    for step in (close_days, class_days):
        while True:
            with house.unit_of_work(actor=SYSTEM) as work:
                if not step(work):
                    break
    with house.unit_of_work(actor=SYSTEM) as work:
        class_again(work)
