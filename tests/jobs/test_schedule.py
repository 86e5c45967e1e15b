"""Slots of the schedule: by stretches of time, or by an hour of Viet Nam's day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from engine.clock import LEGAL_ZONE
from jobs.schedule import Entry


def at(hour: int, minute: int = 0, second: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=LEGAL_ZONE)


def test_a_stretch_has_one_name_from_its_first_to_its_last_second():
    entry = Entry("sweep", "Sweep", every=timedelta(seconds=30))
    assert entry.slot(at(9)) == entry.slot(at(9, 0, 29)) != entry.slot(at(9, 0, 30))


def test_a_daily_job_waits_for_its_hour_in_viet_nam_and_is_caught_up_on_the_same_day():
    entry = Entry("tidy", "Tidy", at=time(2, 30))
    assert entry.slot(at(2, 29)) is None
    assert entry.slot(at(2, 30)) == entry.slot(at(23, 59)) == "2026-03-02"
    assert entry.slot(at(3, day=3)) == "2026-03-03"
