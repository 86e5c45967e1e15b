"""The counter calls whom no legal notice has reached, twice a working day, until somebody answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from cli.simulating.course import Course
from cli.simulating.mishaps import COUNTER
from engine.clock import LEGAL_ZONE
from engine.queries.keyset import FIRST, Window
from engine.queries.warnings import Unreached, legal_notices
from engine.usecases.warnings_choices import told_by_telephone

HOURS = (time(10), time(16))
ANSWERED = 0.4
"""How likely somebody answers a call, at a number or an address where messages get nowhere."""
WORDS = "Gọi điện, đã báo hồ sơ trễ và ngày hẹn (mô phỏng)."


class Telephone:
    """The calls of a year; the same call of the same hour has the same outcome under one seed."""

    def __init__(self, course: Course, first: date, last: date) -> None:
        self.course = course
        calendar, day = course.calendar(), first
        while day <= last:
            if calendar.is_working(day):
                for hour in HOURS:
                    course.plan(datetime.combine(day, hour, LEGAL_ZONE), self.call)
            day += timedelta(days=1)

    def call(self) -> None:
        """Go once through the list of whom nobody has reached."""
        for line in list(self._lines()):
            self.course.acts["calls made"] += 1
            if Random(f"{line.code}-{line.event}-{self.course.now.isoformat()}").random() >= ANSWERED:
                continue
            with self.course.house.unit_of_work(actor=self.course.actor(COUNTER)) as work:
                told_by_telephone(work, line.id, WORDS)
            self.course.acts["people told by telephone"] += 1

    def _lines(self) -> Iterator[Unreached]:
        window: Window | None = FIRST
        while window is not None:
            with self.course.house.reading(actor=self.course.actor(COUNTER)) as look:
                page = legal_notices(look, window=window)
            yield from page.lines
            window = Window(after=page.after) if page.after is not None else None
