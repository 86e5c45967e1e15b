"""Loading the sample dossiers behind the open page, with its progress written where a page can show it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from engine.composition import House
from engine.outbox import Progress
from engine.sample.driving import Drive
from engine.sample.lives import plan
from engine.sample.ratings import rate_some
from engine.sample.reports import drive_reports
from engine.usecases.figures import reopen
from engine.work import SYSTEM

COUNT = 120
NAME = "sample"
KIND = "LoadSample"
SOON = timedelta(minutes=1)
"""When the days that are over are counted, after the last dossier: this job is done then."""


def ask_for_dossiers(house: House) -> None:
    """Ask a worker, once per installation, to load the sample dossiers up to this moment."""
    with house.unit_of_work(actor=SYSTEM) as work:
        if work.session.get(Progress, NAME) is None:
            work.session.add(Progress(name=NAME, done=0, total=COUNT, updated_at=work.now))
            work.defer(KIND, {"until": work.now.isoformat(), "count": COUNT}, key="sample")


def load_dossiers(house: House, *, until: datetime, count: int, holder: str) -> None:
    """Drive the sample's dossiers and then its reports up to a moment; killed and started again, it goes on."""
    drive = Drive(house, plan(count, until=until), until=until, holder=holder)
    for done in drive.run():
        _tell(house, done, count)
    rate_some(house, until)
    drive_reports(house, until, holder)
    with house.unit_of_work(actor=SYSTEM) as work:
        reopen(work)  # days that were counted before these dossiers had lived through them
        work.defer("CloseDays", {}, at=work.now + SOON)
    _tell(house, count, count)


def _tell(house: House, done: int, total: int) -> None:
    with house.unit_of_work(actor=SYSTEM) as work:
        row = work.session.scalar(select(Progress).where(Progress.name == NAME))
        if row is None:
            row = Progress(name=NAME, done=0, total=total, updated_at=work.now)
            work.session.add(row)
        row.done, row.total, row.updated_at = max(done, row.done), total, work.now
