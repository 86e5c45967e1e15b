"""How an official hears of a warning by e-mail: at once or in a digest, by kind of warning; in the house always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.holders import LEADERS
from engine.accounts.people import mandates_on
from engine.cases.calendars import calendar_for
from engine.clock import legal_date, legal_time
from engine.deadlines.calendar import Calendar, at
from engine.notifications.staff import WarningChoice

AT_ONCE, DAILY, WEEKLY, HOUSE_ONLY = "at_once", "daily", "weekly", "house"
KINDS = ("50", "80", "tomorrow", "100", "step")
"""What somebody chooses for: the marks of a term, and everything about a step's own time."""
WAYS = (AT_ONCE, DAILY, WEEKLY, HOUSE_ONLY)
HOURS = range(7, 18)
"""The hours of a working day among which somebody chooses when the daily digest comes."""
FIRST_HOUR = 8
FRIDAY, WEEKLY_AT = 4, time(15)

USUAL = {"50": DAILY, "80": DAILY, "tomorrow": DAILY, "100": AT_ONCE, "step": DAILY}
USUAL_FOR_LEADERS = {"50": WEEKLY, "80": WEEKLY, "tomorrow": WEEKLY, "100": DAILY, "step": WEEKLY}


@dataclass(frozen=True)
class Choice:
    """How one person is warned: the way by kind, the hour of the daily digest, and whether anything was chosen yet."""

    ways: Mapping[str, str]
    hour: int
    leads: bool
    own: bool = False

    def way(self, mark: str, *, step: bool) -> str:
        """The way of a warning of this mark."""
        return self.ways["step" if step else mark]

    def ways_open(self) -> tuple[str, ...]:
        """What this person may choose among: the weekly digest is for leaders."""
        return WAYS if self.leads else tuple(way for way in WAYS if way != WEEKLY)


@dataclass(frozen=True)
class Listener:
    """A person to be warned with the calendar of their first post, by which their digests come."""

    choice: Choice
    calendar: Calendar

    def mail_at(self, way: str, now: datetime) -> datetime | None:
        """When a warning that goes this way is sent; None: in the house only."""
        if way == AT_ONCE:
            return now
        if way == DAILY:
            return next_daily(self.calendar, now, self.choice.hour)
        return next_weekly(self.calendar, now) if way == WEEKLY else None


def listener_of(session: Session, person_id: UUID, now: datetime) -> Listener:
    """How somebody hears, and by whose calendar."""
    posts = mandates_on(session, person_id, legal_date(now))
    choice = choice_of(session, person_id, leads=any(post.role in LEADERS for post in posts))
    return Listener(choice, calendar_for(session, posts[0].office_id if posts else None))


def choice_of(session: Session, person_id: UUID, *, leads: bool) -> Choice:
    """What somebody chose; where they chose nothing (yet, or not for a new kind), what is usual for their post."""
    usual = USUAL_FOR_LEADERS if leads else USUAL
    row = session.scalar(select(WarningChoice).where(WarningChoice.person_id == person_id))
    if row is None:
        return Choice(usual, FIRST_HOUR, leads)
    open_ones = Choice(usual, row.hour, leads).ways_open()
    kept = {kind: way for kind, way in row.ways.items() if kind in KINDS and way in open_ones}
    return Choice({**usual, **kept}, row.hour, leads, own=True)


def next_daily(calendar: Calendar, now: datetime, hour: int) -> datetime:
    """The next such hour of a working day that has not passed."""
    today = legal_time(now).date()
    if calendar.is_working(today) and at(today, time(hour)) > now:
        return at(today, time(hour))
    return at(calendar.add(today, 1), time(hour))


def next_weekly(calendar: Calendar, now: datetime) -> datetime:
    """The next Friday at 15:00; where that Friday is off, the last working day of its week."""
    today = legal_time(now).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    while True:
        day = friday if calendar.is_working(friday) else calendar.before(friday)
        if day > friday - timedelta(days=5) and at(day, WEEKLY_AT) > now:
            return at(day, WEEKLY_AT)
        friday += timedelta(days=7)
