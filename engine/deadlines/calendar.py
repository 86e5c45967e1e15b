"""Which days an office works, at which hours, and by which document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from engine.clock import LEGAL_ZONE

LAST_YEAR = 9000

Window = tuple[time, time]
Windows = tuple[Window, ...]


class DayKind(StrEnum):
    """Why one date departs from the ordinary week."""

    OFF_HOLIDAY = "OFF_HOLIDAY"
    OFF_SUBSTITUTE = "OFF_SUBSTITUTE"
    OFF_SWAP = "OFF_SWAP"
    WORK_MAKEUP = "WORK_MAKEUP"


@dataclass(frozen=True)
class DayRule:
    """One date that departs from the ordinary week, with the document that says so.

    `name` is what a person reads ("Giỗ Tổ Hùng Vương"); `provisional` means not yet announced; `hours` are the opening
    hours of a make-up day where they differ from those of an ordinary one.
    """

    kind: DayKind
    source: str
    provisional: bool = False
    name: str = ""
    hours: Windows | None = None


@dataclass(frozen=True)
class Reception:
    """Windows on a rest day in which a counter takes filings in, for the fields named (none: every field).

    `starts_clock` is the office's choice: whether that day is the day of reception, or the next working day.
    """

    windows: Windows
    fields: tuple[str, ...] = ()
    starts_clock: bool = True

    def receives(self, clock: time, field: str) -> bool:
        """Whether a filing of that field at that hour is received on the day itself."""
        takes = not self.fields or field in self.fields
        return self.starts_clock and takes and bool(self.windows) and clock <= self.windows[-1][1]


@dataclass(frozen=True)
class Week:
    """The ordinary week from a day on, by the document in `source`: opening hours and reception windows by weekday."""

    since: date
    hours: Mapping[int, Windows]
    reception: Mapping[int, Reception] = field(default_factory=dict)
    source: str = ""


def local(moment: datetime) -> datetime:
    """The moment on the office's wall clock, to the whole second as papers print it; a naive one is refused."""
    if moment.tzinfo is LEGAL_ZONE and not moment.microsecond:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment!r}")
    return moment.astimezone(LEGAL_ZONE).replace(microsecond=0)


def at(day: date, clock: time = time(0)) -> datetime:
    """That hour of that day in the legal time zone."""
    return datetime.combine(day, clock, LEGAL_ZONE)


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def check_windows(windows: Windows) -> None:
    """Refuse opening hours that overlap, run backwards or are out of order."""
    edges = [edge for window in windows for edge in window]
    if any(first >= second for first, second in pairwise(edges)):
        raise ValueError(f"opening hours out of order: {windows!r}")


def _ordinary(hours: Mapping[int, Windows]) -> Windows:
    """The hours of the first weekday that is worked."""
    return next(windows for _, windows in sorted(hours.items()) if windows)


@dataclass(frozen=True)
class _Index:
    """Working days of some years as ordinals, with the working seconds that lie before each (one more at the end).

    `rank` says of every day from `first` on how many working days there are up to and including it, `closings` when
    each working day ends.
    """

    first_year: int
    last_year: int
    first: int
    rank: tuple[int, ...]
    days: tuple[int, ...]
    closings: tuple[datetime, ...]
    before: tuple[int, ...]
    provisional: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working calendar of one office.

    `hours` maps weekday (0 = Monday) to the opening windows of the deadline calendar; a weekday without windows is a
    weekly rest day. `days` holds the dates that depart from it. `announced_through` is the last year whose days off
    are announced: what runs past it is provisional. `reception` are windows on rest days (a Saturday counter) whose
    intake is counted as received that same day; by default there are none, and such a dossier is received on the
    next working day. `later` are weeks that took the place of the first ones, in order of their days. `version` says
    which state of the office's calendar this is. All times are local to Asia/Ho_Chi_Minh.
    """

    code: str
    days: Mapping[date, DayRule]
    hours: Mapping[int, Windows]
    announced_through: int
    reception: Mapping[int, Reception] = field(default_factory=dict)
    later: tuple[Week, ...] = ()
    version: int = 0

    def __post_init__(self) -> None:
        weeks = (Week(date.min, self.hours, self.reception), *self.later)
        for windows in (
            *(windows for week in weeks for windows in week.hours.values()),
            *(one.windows for week in weeks for one in week.reception.values()),
            *(rule.hours or () for rule in self.days.values()),
        ):
            check_windows(windows)
        if not all(any(week.hours.values()) for week in weeks):
            raise ValueError(f"calendar {self.code} has no working day")
        if any(first.since >= second.since for first, second in pairwise(weeks)):
            raise ValueError(f"weeks of calendar {self.code} out of order")
        years = [day.year for day in self.days] or [self.announced_through]
        first, last = min(years) - 1, max(*years, self.announced_through) + 1
        object.__setattr__(self, "_weeks", weeks)
        object.__setattr__(self, "_counters", any(week.reception for week in weeks))
        object.__setattr__(self, "_since", tuple(week.since for week in weeks))
        object.__setattr__(self, "_origin", date(first, 1, 1).toordinal())
        object.__setattr__(self, "_index", self._build(first, last))

    # Days

    def windows(self, day: date) -> Windows:
        """Opening hours of that day; none on a day off."""
        rule = self.days.get(day)
        if rule is None:
            return self.week(day).hours.get(day.weekday(), ())
        if rule.kind is not DayKind.WORK_MAKEUP:
            return ()
        hours = self.week(day).hours
        return rule.hours or hours.get(day.weekday()) or _ordinary(hours)

    def week(self, day: date) -> Week:
        """The ordinary week that holds on that day."""
        weeks: tuple[Week, ...] = self._weeks  # type: ignore[attr-defined]
        if len(weeks) == 1:
            return weeks[0]
        since: tuple[date, ...] = self._since  # type: ignore[attr-defined]
        return weeks[max(0, bisect_right(since, day) - 1)]

    def rule(self, day: date) -> DayRule | None:
        """The dated rule of that day, if it departs from the ordinary week."""
        return self.days.get(day)

    def is_provisional(self, after: date, until: date) -> bool:
        """Whether a date reached between the two rests on days off that are not announced yet."""
        index = self._covering(after.year, until.year)
        first, last = after.toordinal(), until.toordinal()
        touched = bisect_right(index.provisional, last) - bisect_right(index.provisional, first)
        return until.year > self.announced_through or touched > 0

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return bool(self.windows(day))

    def on_or_after(self, day: date) -> date:
        """That day if the office works, else the next working day."""
        return day if self.is_working(day) else self.add(day, 1)

    def before(self, day: date) -> date:
        """The last working day before that day."""
        index = self._covering(day.year - 1)
        return date.fromordinal(index.days[bisect_left(index.days, day.toordinal()) - 1])

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after that day, which itself is not counted; `count` is at least 1."""
        index = self._covering(day.year)
        place = index.rank[day.toordinal() - index.first] + count - 1
        while place >= len(index.days):
            index = self._covering(index.last_year + 1 + count // 300)
        return date.fromordinal(index.days[place])

    def between(self, after: date, until: date) -> int:
        """How many working days lie after the first date, up to and including the second."""
        index = self._covering(after.year, until.year)
        return index.rank[until.toordinal() - index.first] - index.rank[after.toordinal() - index.first]

    def closing_after(self, moment: datetime, count: int) -> datetime:
        """When the `count`-th working day ends after the one a moment falls on, by two looks at the sums.

        The same as `closing(add(falls_on(moment), count))`, for many dossiers at once.
        """
        moment = local(moment)
        index = self._covering(moment.year)
        ordinal = moment.toordinal()
        rank = index.rank[ordinal - index.first]
        today = rank and index.days[rank - 1] == ordinal and moment <= index.closings[rank - 1]
        place = rank + count - (1 if today else 0)
        if place >= len(index.closings):
            return self.closing(self.add(self.falls_on(moment), count))
        return index.closings[place]

    @property
    def has_counters(self) -> bool:
        """Whether any filing is taken in on rest days."""
        return bool(self._counters)  # type: ignore[attr-defined]

    def opening(self, day: date) -> datetime:
        """When the office opens on that working day."""
        return at(day, self.windows(day)[0][0])

    def closing(self, day: date) -> datetime:
        """When the office closes on that working day."""
        return at(day, self.windows(day)[-1][1])

    def falls_on(self, moment: datetime, until: time | None = None) -> date:
        """The working day a moment legally falls on: after closing (or after `until`) and on days off the next one.

        Closing time itself is still in time, and so is any hour before opening.
        """
        moment = local(moment)
        day = moment.date()
        windows = self.windows(day)
        if windows and moment.time() <= (windows[-1][1] if until is None else min(windows[-1][1], until)):
            return day
        return self.add(day, 1)

    def received_on(self, moment: datetime, until: time | None = None, field: str = "") -> date:
        """The effective reception day: as `falls_on`, but a Saturday counter receives on its Saturday.

        `field` is the field of the procedure ("DD"), for counters that open on rest days for some fields only.
        """
        moment = local(moment)
        day = moment.date()
        counter = self.reception_on(day)
        if counter is not None and counter.receives(moment.time(), field) and moment.time() <= (until or time.max):
            return day
        return self.falls_on(moment, until)

    def reception_on(self, day: date) -> Reception | None:
        """What a counter takes in on that rest day; None on working days and dated days off, and where it is shut."""
        if day in self.days or self.is_working(day):
            return None
        return self.week(day).reception.get(day.weekday())

    # Working seconds

    def worked(self, moment: datetime) -> int:
        """Working seconds up to that moment, counted from a fixed origin of this calendar."""
        moment = local(moment)
        index = self._covering(moment.year)
        ordinal = moment.toordinal()
        place = bisect_left(index.days, ordinal)
        seconds = index.before[place]
        if place < len(index.days) and index.days[place] == ordinal:
            clock = _seconds(moment.time())
            for opens, closes in self.windows(moment.date()):
                seconds += max(0, min(clock, _seconds(closes)) - _seconds(opens))
        return seconds

    def moment(self, worked: int) -> datetime:
        """The earliest moment by which that many working seconds (of `worked`) have passed."""
        index: _Index = self._index  # type: ignore[attr-defined]
        while worked > index.before[-1]:
            index = self._covering(index.last_year + 1)
        place = max(0, bisect_left(index.before, worked) - 1)
        day = date.fromordinal(index.days[place])
        left = worked - index.before[place]
        for opens, closes in self.windows(day):
            length = _seconds(closes) - _seconds(opens)
            if left <= length:
                return at(day, opens) + timedelta(seconds=left)
            left -= length
        raise AssertionError("index and opening hours disagree")

    # Index

    def _covering(self, *years: int) -> _Index:
        """The index, grown until it covers those years and one to each side; swapped whole, so threads may share it."""
        index: _Index = self._index  # type: ignore[attr-defined]
        first, last = min(years), max(years)
        if first <= index.first_year or last > index.last_year:
            if last > LAST_YEAR:
                raise ValueError(f"calendar {self.code} has no working day left")
            index = self._build(min(first - 1, index.first_year), max(last + 1, index.last_year))
            object.__setattr__(self, "_index", index)
        return index

    def _build(self, first_year: int, last_year: int) -> _Index:
        days: list[int] = []
        closings: list[datetime] = []
        rank: list[int] = []
        before = [0]
        first = date(first_year, 1, 1).toordinal()
        for ordinal in range(first, date(last_year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            if windows := self.windows(day):
                days.append(ordinal)
                closings.append(at(day, windows[-1][1]))
                before.append(before[-1] + sum(_seconds(closes) - _seconds(opens) for opens, closes in windows))
            rank.append(len(days))
        # The origin stays where the first index had it: working seconds keep their meaning when the index grows.
        origin = before[bisect_left(days, self._origin)]  # type: ignore[attr-defined]
        provisional = sorted(day.toordinal() for day, rule in self.days.items() if rule.provisional)
        sums = tuple(seconds - origin for seconds in before)
        return _Index(first_year, last_year, first, tuple(rank), tuple(days), tuple(closings), sums, tuple(provisional))
