"""Early, on time, late: by date for days, by the moment for hours."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.clock import LEGAL_ZONE
from engine.deadlines.judging import judged


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


DUE = at("2026-03-05T14:30:00")


@pytest.mark.parametrize(
    ("done", "by_date", "by_moment"),
    [
        ("2026-03-04T23:59:59", "early", "early"),
        ("2026-03-05T00:00:00", "on_time", "on_time"),
        ("2026-03-05T14:30:00", "on_time", "on_time"),
        ("2026-03-05T14:30:01", "on_time", "late"),
        ("2026-03-05T23:59:59", "on_time", "late"),
        ("2026-03-06T00:00:00", "late", "late"),
    ],
)
def test_a_day_is_a_day_and_an_hour_an_hour(done, by_date, by_moment):
    assert judged(at(done), DUE, by_instant=False) == by_date
    assert judged(at(done), DUE, by_instant=True) == by_moment
