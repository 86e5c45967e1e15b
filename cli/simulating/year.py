"""A simulated year: the office is opened, everybody comes and works, what the clock brings is done, time ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from cli.simulating.citizens import Citizens
from cli.simulating.comings import Coming, comings
from cli.simulating.course import Course
from cli.simulating.desks import Desks
from cli.simulating.mishaps import Mishaps
from cli.simulating.outside import Unreliable
from cli.simulating.telephone import Telephone
from engine.clock import LEGAL_ZONE, ControlledClock, legal_date
from engine.composition import House, build_house
from engine.outbox import Progress
from engine.performing import forecast, send_due_warnings, watch
from engine.procedures.published import in_force, publish, unpack
from engine.sample.base import load_base
from engine.sample.lives import HOUSEHOLD
from engine.sample.loading import NAME
from engine.settings import Settings
from engine.usecases.calendars import add_edits, apply_change, draft_change, name_document
from engine.usecases.figures import close_days
from engine.usecases.late_dates import class_again, class_days
from engine.work import SYSTEM
from processes.bundle import SETTINGS

Say = Callable[[str], None]
KEEPER, DESIGNER = "van", "thiet"
IN_HOURS = ('3, unit = "working_days"', '20, unit = "hours"')
"""What the limit of the household business procedure says until September, and from then on."""
MARK = "simulation"
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """What is lived through: so many dossiers between two days, thrown with a seed."""

    first: date
    last: date
    dossiers: int
    seed: int

    @property
    def begins(self) -> datetime:
        """Midnight of the first day."""
        return datetime.combine(self.first, time(0), LEGAL_ZONE)

    @property
    def ends(self) -> datetime:
        """Midnight after the last day."""
        return datetime.combine(self.last + A_DAY, time(0), LEGAL_ZONE)


def open_office(settings: Settings, span: Span) -> House:
    """The sample office as it stands on the first morning, saying in its database that all of it is simulated."""
    house = build_house(settings, clock=ControlledClock(span.begins))
    load_base(house)
    mark_as_simulated(house, span)
    return house


def mark_as_simulated(house: House, span: Span) -> None:
    """Say in the journal that nothing here happened, and keep `serve` from loading its own sample dossiers."""
    facts = {"first": span.first, "last": span.last, "dossiers": span.dossiers, "seed": span.seed}
    with house.unit_of_work(actor=SYSTEM) as work:
        for name in (NAME, MARK):
            work.session.add(Progress(name=name, done=span.dossiers, total=span.dossiers, updated_at=work.now))
        work.record_for_office("system", "simulation.begun", facts)


def live_through(house: House, span: Span, say: Say, coming: Sequence[Coming] | None = None) -> Course:
    """Let everything of a span happen in an opened office; `coming` instead of what the span's seed throws."""
    sms, email = Unreliable("sms"), Unreliable("email")
    house.ports.channels.update({"sms": sms, "email": email})
    course = Course(house, begins=span.begins, until=span.ends)
    if coming is None:
        coming = comings(span.dossiers, span.first, span.last, course.calendar(), seed=span.seed)
    citizens = Citizens(course, coming, sms, email)
    desks = Desks(course, citizens.comings, span.first, span.last, seed=span.seed)
    Mishaps(course, citizens.comings, desks)
    Telephone(course, span.first, span.last)
    _plan_days(course, span, say)
    swap, hours_from = swap_of(span), hours_of(span)
    if swap is not None:
        course.plan(swap[0], lambda: _announce(course, *swap))
    if hours_from is not None:
        course.plan(hours_from, lambda: _count_in_hours(course))
    course.run()
    _count_days(course)
    return course


def _plan_days(course: Course, span: Span, say: Say) -> None:
    """What the schedule of a house asks for, at the hours at which it changes something."""
    day = span.first
    while day <= span.last:
        at = datetime.combine(day, time(0, 30), LEGAL_ZONE)
        if day.day == 1 and day != span.first:
            course.plan(at, lambda day=day: say(_told(course, day - A_DAY)))  # type: ignore[misc]
        if course.calendar().is_working(day):
            course.plan(at + timedelta(hours=5, minutes=30), lambda: _morning(course))
        if day.weekday() == 0:
            course.plan(at + timedelta(hours=5), lambda: _watch(course))
        day += A_DAY


def _told(course: Course, day: date) -> str:
    return f"{day:%Y-%m}: {course.acts['dossiers filed']} filed, {course.acts['tasks done']} tasks done"


def _morning(course: Course) -> None:
    while forecast(course.house):
        pass
    course.acts["warnings sent to officials"] += send_due_warnings(course.house)
    _count_days(course)


def _count_days(course: Course) -> None:
    """Figures of days that are over, and the classes of the dates missed on them."""
    for step in (close_days, class_days):
        while True:
            with course.house.unit_of_work(actor=SYSTEM) as work:
                if not step(work):
                    break
    with course.house.unit_of_work(actor=SYSTEM) as work:
        class_again(work)


def _watch(course: Course) -> None:
    opened, healed = watch(course.house)
    course.acts["incidents opened"] += opened
    course.acts["incidents healed"] += healed


def swap_of(span: Span) -> tuple[datetime, date, date] | None:
    """When a day is swapped by document in the middle of the year: (announced, day off, Saturday worked for it)."""
    announced = datetime(span.first.year, 6, 15, 10, tzinfo=LEGAL_ZONE)
    announced += timedelta(days=-announced.weekday())
    off = legal_date(announced) + timedelta(days=18)
    return (announced, off, off + timedelta(days=8)) if span.begins <= announced < span.ends else None


def hours_of(span: Span) -> datetime | None:
    """When the office begins to promise one procedure in working hours, in September; None outside the span."""
    at = datetime(span.first.year, 9, 7, 6, tzinfo=LEGAL_ZONE)
    return at if span.begins <= at < span.ends else None


def _count_in_hours(course: Course) -> None:
    """A version of the household business procedure of the office's own; open dossiers stay on theirs."""
    with course.house.unit_of_work(actor=course.actor(DESIGNER)) as work:
        files = dict(unpack(in_force(work.session, HOUSEHOLD, legal_date(work.now)).content))
        before = files[SETTINGS]
        old, new = (f"default = {{ value = {limit} }}".encode() for limit in IN_HOURS)
        files[SETTINGS] = before.replace(old, new, 1)
        if files[SETTINGS] == before:
            raise LookupError(f"{HOUSEHOLD} has no limit of {IN_HOURS[0]}")
        publish(work, files, origin="office", note="Hẹn trả theo giờ làm việc (mô phỏng).")
    course.acts["versions published"] += 1


def _announce(course: Course, announced: datetime, off: date, worked: date) -> None:
    """The keeper of the calendar enters the document; every running term is counted anew."""
    name = f"{off:%d/%m} đổi sang {worked:%d/%m} (mô phỏng)"
    lines: list[dict[str, Any]] = [
        {"do": "day", "day": off.isoformat(), "kind": "OFF_SWAP", "name": f"Nghỉ {name}", "hours": None},
        {"do": "day", "day": worked.isoformat(), "kind": "WORK_MAKEUP", "name": f"Làm bù {name}", "hours": None},
    ]
    with course.house.unit_of_work(actor=course.actor(KEEPER)) as work:
        change = draft_change(work, "vn")
        add_edits(work, change, lines)
        name_document(work, change, document="01/TB-MÔ PHỎNG", dated_on=legal_date(announced))
        apply_change(work, change)
    course.acts["calendar changes"] += 1
