"""What officials are warned of, by e-mail."""

from __future__ import annotations

from engine import performing
from engine.composition import House
from engine.outbox import Job
from engine.usecases.warnings_mail import tidy_warnings
from engine.work import SYSTEM
from jobs.carrying import carries
from jobs.deadlines import is_living_through_its_past


@carries("SendWarnings")
def send_warnings(house: House, job: Job) -> None:
    """Write the messages whose moment has come, one a person."""
    if not is_living_through_its_past(house):
        performing.send_due_warnings(house)


@carries("TidyWarnings")
def tidy(house: House, job: Job) -> None:
    """Close warnings that no longer hold and throw away old ones."""
    with house.unit_of_work(actor=SYSTEM) as work:
        tidy_warnings(work)
