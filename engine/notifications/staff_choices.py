"""How an official hears of a warning by e-mail: at once or in a digest, by kind of warning; in the house always."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.holders import LEADERS, in_post
from engine.accounts.models import Mandate, Office
from engine.calendars.load import calendar_of
from engine.calendars.models import NATIONAL
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


def listeners_of(session: Session, people: Collection[UUID], now: datetime) -> dict[UUID, Listener]:
    """How each of some people hears, and by whose calendar: that of their oldest post, the national one without any."""
    posts: dict[UUID, list[tuple[str, str]]] = {person_id: [] for person_id in people}
    asked = (
        select(Mandate.person_id, Mandate.role, Office.calendar)
        .join(Office, Office.id == Mandate.office_id)
        .where(Mandate.person_id.in_(people), in_post(legal_date(now)))
        .order_by(Mandate.valid_from, Mandate.id)
    )
    for person_id, role, code in session.execute(asked):
        posts[person_id].append((role, code))
    chosen = select(WarningChoice).where(WarningChoice.person_id.in_(people))
    rows = {row.person_id: row for row in session.scalars(chosen)}
    return {
        person_id: Listener(
            choice_from(rows.get(person_id), leads=any(role in LEADERS for role, _ in held)),
            calendar_of(session, held[0][1] if held else NATIONAL),
        )
        for person_id, held in posts.items()
    }


def choice_of(session: Session, person_id: UUID, *, leads: bool) -> Choice:
    """What somebody chose, or what is usual for their post."""
    return choice_from(session.get(WarningChoice, person_id), leads=leads)


def choice_from(row: WarningChoice | None, *, leads: bool) -> Choice:
    """What was chosen; for a kind of which nothing was chosen (yet, or no longer open) what is usual for the post."""
    usual = USUAL_FOR_LEADERS if leads else USUAL
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
