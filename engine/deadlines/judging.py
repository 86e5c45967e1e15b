"""Early, on time or late: how what was done is held against the moment it was due."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from engine.clock import legal_date

Judged = Literal["early", "on_time", "late"]


def judged(done_at: datetime, due_at: datetime, *, by_instant: bool) -> Judged:
    """By date for limits in days; for hours and the same day late is whatever comes after the very moment.

    Early is done on an earlier day of Viet Nam's calendar than the due one.
    """
    day, due = legal_date(done_at), legal_date(due_at)
    if day > due or (by_instant and done_at > due_at):
        return "late"
    return "early" if day < due else "on_time"
