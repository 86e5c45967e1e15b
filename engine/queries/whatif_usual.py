"""What a task usually still takes: from the office's own finished cases, else the time the procedure gives its step."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.deadlines.calendar import Calendar
from engine.dossiers.outlooks import outlook_of
from engine.forecasts.outlook import Outlook
from engine.forecasts.seasons import season_of
from engine.queries.whatif_plan import QueuedTask, Usual

ENOUGH = 20
"""Finished stays at a step that are enough to speak for it."""
FEW = 8
"""Of those that lasted as long as this task has so far, the least."""


class Usage:
    """What the finished cases say of the tasks of one office; read once, then asked task by task."""

    def __init__(self, session: Session, calendar: Calendar, now: datetime) -> None:
        self.session, self.calendar, self.now = session, calendar, now
        self._outlooks: dict[tuple[str, str], Outlook | None] = {}
        self._stays: dict[tuple[str, str, str, str], list[int]] = {}

    def of(self, tasks: Iterable[QueuedTask]) -> dict[UUID, Usual]:
        """What each task usually still takes, in working seconds; tasks of which nothing is known are left out."""
        found = {}
        for task in tasks:
            usual = self._from_cases(task) or self._from_step(task)
            if usual is not None:
                found[task.id] = usual
        return found

    def _from_cases(self, task: QueuedTask) -> Usual | None:
        if task.accepted_at is None or task.handling_id is None or not task.leads:
            return None
        office = str(task.handling_id)
        outlook = self._outlook(task.procedure, office)
        if outlook is None:
            return None
        here, season = self.calendar.worked(self.now), season_of(task.opened_at, self.calendar)
        in_step = max(0, here - self.calendar.worked(task.opened_at))
        in_all = max(in_step, here - self.calendar.worked(task.accepted_at))
        left = outlook.remaining(task.step, office, season, in_step=in_step, in_all=in_all)
        total = left.median if left is not None else None
        if total is None:
            return None
        step = min(total, self._step(outlook, task, office, season, in_step, total))
        return Usual(step, total - step)

    def _step(self, outlook: Outlook, task: QueuedTask, office: str, season: str, in_step: int, total: int) -> int:
        """How long this step still takes: the median of those that lasted as long as this one has."""
        stays = self._stays_at(outlook, task.procedure, task.step, season, office)
        longer = bisect_right(stays, in_step)
        if len(stays) - longer < FEW:
            return total
        return stays[(longer + len(stays)) // 2] - in_step

    def _stays_at(self, outlook: Outlook, procedure: str, step: str, season: str, office: str) -> list[int]:
        key = (procedure, step, season, office)
        if key not in self._stays:
            own = outlook.units.get(office, outlook.whole)
            groups = (own.at(step, season, office), outlook.whole.at(step, season), outlook.whole.at(step))
            known = (sorted(one.stay for one in group.entries if one.left) for group in groups)
            self._stays[key] = next((stays for stays in known if len(stays) >= ENOUGH), [])
        return self._stays[key]

    def _outlook(self, procedure: str, office: str) -> Outlook | None:
        key = (procedure, office)
        if key not in self._outlooks:
            self._outlooks[key] = outlook_of(self.session, procedure, [office])
        return self._outlooks[key]

    def _from_step(self, task: QueuedTask) -> Usual | None:
        """The step's own time as far as it is left; once it is over, all of it again."""
        if task.due_at is None:
            return None
        begins, ends = self.calendar.worked(task.opened_at), self.calendar.worked(task.due_at)
        left = ends - max(begins, self.calendar.worked(self.now))
        return Usual(left if left > 0 else max(ends - begins, 0), 0, known=False)
