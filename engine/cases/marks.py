"""At which moments the people of an office are warned of a term, or of a step's own time, that runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.cases.models import Clock
from engine.clock import LEGAL_ZONE, legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Reckoning
from engine.deadlines.standing import mark

TERM_OF_DOSSIER, TERM_OF_LAW, TERM_OF_APPLICANT = "dossier", "legal", "supplement"
BY_INSTANT = frozenset({"hours", "same_day"})


@dataclass(frozen=True)
class Aim:
    """The date people answer for: the promised one where there is one, else the one by law.

    `over_at` is from when it is missed, `eve_on` the last working day before it (None for hours and the same day).
    """

    on: date
    at: datetime
    over_at: datetime
    eve_on: date | None


def aim_of(clock: Clock, calendar: Calendar) -> Aim | None:
    """What a running term aims at; None while it stands still."""
    if clock.due_on is None or clock.due_at is None:
        return None
    on, at_ = clock.due_on, clock.due_at
    if clock.term == TERM_OF_DOSSIER and clock.promised_on is not None and clock.promised_at is not None:
        on, at_ = clock.promised_on, clock.promised_at
    if clock.limit_unit in BY_INSTANT and on == clock.due_on:
        return Aim(on, at_, at_, None)
    return Aim(on, at_, midnight_after(on), calendar.before(on))


def midnight_after(day: date) -> datetime:
    """When a day is over."""
    return datetime.combine(date.fromordinal(day.toordinal() + 1), datetime.min.time(), LEGAL_ZONE)


def warnings_ahead(clock: Clock, reckoning: Reckoning, calendar: Calendar) -> list[tuple[str, datetime]]:
    """Every mark of which nobody was warned yet for the date the term aims at, with its moment.

    "50" and "80" per cent of the limit, "tomorrow" at the opening of the last working day before the date (limits in
    days only) and "100" at the date itself. Of a date given anew by letter only the last two are left, of the law's own
    limit the last one, of the applicant's term none.
    """
    aim = aim_of(clock, calendar)
    if aim is None or clock.term == TERM_OF_APPLICANT or reckoning.due_on is None:
        return []
    found = [("100", aim.at)]
    if clock.term != TERM_OF_LAW:
        if aim.on <= reckoning.due_on:
            shares = [(str(percent), mark(reckoning, calendar, percent)) for percent in (50, 80)]
            found = [(name, moment) for name, moment in shares if moment < aim.at] + found
        if aim.eve_on is not None:
            found.append(("tomorrow", max(calendar.opening(aim.eve_on), clock.started_at)))
    told = set(clock.warned)
    return [(name, moment) for name, moment in found if told_as(name, aim) not in told]


def told_as(name: str, aim: Aim) -> str:
    """How a clock remembers that its people were warned of a mark for a date: another date is warned of again.

    Limits of hours and of the same day are remembered by their moment.
    """
    return f"{name}@{(aim.on if aim.eve_on is not None else aim.at.astimezone(UTC)).isoformat()}"


def step_aim(due_at: datetime) -> Aim:
    """What a step's own time aims at: a moment."""
    return Aim(legal_date(due_at), due_at, due_at, None)


def step_mark(opened_at: datetime, due_at: datetime, calendar: Calendar, percent: int) -> datetime:
    """The moment at which that share of the working time between a step's opening and its date has passed."""
    first, last = calendar.worked(opened_at), calendar.worked(due_at)
    if percent >= 100 or last <= first:
        return due_at
    return min(due_at, calendar.moment(first + max(1, (last - first) * percent // 100)))


def step_warned_from(opened_at: datetime, due_at: datetime | None, calendar: Calendar) -> datetime | None:
    """When a step's own time is looked at first."""
    return step_mark(opened_at, due_at, calendar, 80) if due_at is not None else None
