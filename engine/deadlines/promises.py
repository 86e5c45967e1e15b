"""What becomes of a promised day when the days it was counted with are others."""

from __future__ import annotations

from datetime import date

from engine.deadlines.calendar import Calendar


def promise_after(promised_on: date, due_before: date | None, due_after: date | None, calendar: Calendar) -> date:
    """The promised day once the due day is another: it goes along, but for one given by letter.

    That one stays, or moves on from a day that is off now.
    """
    if promised_on == due_before and due_after is not None:
        return due_after
    return calendar.on_or_after(promised_on)
