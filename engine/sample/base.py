"""What the sample office has before its first dossier: offices, people, calendar, keys, procedures."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Office, Person
from engine.cases.models import Case
from engine.composition import House
from engine.feedback.models import Report
from engine.sample.bundles import publish_library
from engine.sample.clients import add_clients
from engine.sample.offices import add_offices
from engine.sample.people import add_people, ensure_keys
from engine.usecases.calendars import add_calendar
from engine.work import SYSTEM

HISTORY = timedelta(days=200)


def load_base(house: House) -> None:
    """Make the sample office ready to open; done again, it adds only what is missing."""
    began = house.clock.now() - HISTORY
    house.ports.signatures.open(now=began)
    with house.unit_of_work(actor=SYSTEM) as work:
        add_calendar(work)
        offices = add_offices(work)
        people = add_people(work, offices)
        add_clients(work)
    with house.reading(actor=SYSTEM) as look:
        ensure_keys(look.session, house.ports, offices, people, now=began)
    with house.unit_of_work(actor=SYSTEM) as work:
        publish_library(work)


def ids(house: House) -> tuple[dict[str, UUID], dict[str, UUID]]:
    """(office code → id, login → id) of what is there."""
    with house.reading(actor=SYSTEM) as look:
        offices = dict(look.session.execute(select(Office.code, Office.id)).all())
        people = dict(look.session.execute(select(Person.login, Person.id)).all())
    return offices, people


def reached(house: House, until: datetime, *, reports: bool = False) -> datetime | None:
    """The last act before `until` of an earlier run, of the reports alone or of any case; None when nothing was done.

    What that run left to be done belongs to no earlier moment.
    """
    last = select(func.max(Case.last_act_at)).where(Case.last_act_at < until)
    if reports:
        last = last.join(Report, Report.case_id == Case.id)
    with house.reading(actor=SYSTEM) as look:
        return look.session.scalar(last)
