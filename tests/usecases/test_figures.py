"""The figures of days that are over: what the dossiers say, counted once, and counted anew where somebody doubts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from engine.clock import LEGAL_ZONE, legal_date
from engine.dossiers.figures import DayFigures
from engine.errors import Refusal
from engine.queries.weekly import monday_of, weekly
from engine.usecases.figures import close_days, differences, reopen
from engine.usecases.submit import withdraw
from tests.factories import Ward


def closed(ward: Ward) -> list[date]:
    with ward.work() as work:
        return close_days(work, most=400)


def wrong(ward: Ward) -> list[str]:
    with ward.look() as look:
        return differences(look)


@pytest.fixture
def week(ward: Ward) -> date:
    """A week with one dossier done, one withdrawn, one left open, and the Monday it began on."""
    ward.dossier_at("hand_over")
    taken_back = ward.filed_online(by="hoa")
    ward.do(taken_back, "check")
    ward.do(ward.filed_online(by="hoa"), "check")
    ward.run_deferred()
    with ward.work("hoa") as work:
        withdraw(work, taken_back, "Không cần nữa.")
    monday = monday_of(legal_date(ward.clock.now()))
    ward.clock.advance(timedelta(days=8))
    return monday


def test_a_week_adds_up_and_is_what_the_dossiers_say(ward, week):
    days = closed(ward)
    assert days == sorted(days)
    assert closed(ward) == [], "a day is counted once"
    assert wrong(ward) == []
    with ward.look("an") as look:
        mine = weekly(look, week)
        whole = mine.whole
    assert (whole.received, whole.done, whole.withdrawn, whole.open_after) == (3, 1, 1, 1)
    assert whole.open_before + whole.received == whole.done + whole.withdrawn + whole.stopped + whole.open_after
    assert (whole.on_time + whole.late, whole.share) == (1, 100.0)
    with ward.look("kiem") as look:
        assert weekly(look, week).whole.received == 3
        assert [line.name for line in weekly(look, week).lines] == ["Ủy ban nhân dân phường Bến Thành"]
        assert weekly(look, week + timedelta(days=7)).whole.open_before == 1


def test_nobody_reads_the_figures_of_others(ward, week):
    closed(ward)
    with ward.look("phong") as look:  # the head of another room elsewhere
        assert weekly(look, week).lines == ()
    for login in ("nam", "hoa", "van", ""):
        with ward.look(login) as look, pytest.raises(Refusal):
            weekly(look, week)


def test_figures_that_were_changed_are_told_and_counted_anew(ward, week):
    closed(ward)
    with ward.work() as work:
        row = work.session.query(DayFigures).filter(DayFigures.received > 0).first()
        row.received, row.left_open = row.received + 5, row.left_open + 5
        last = work.session.query(DayFigures).order_by(DayFigures.day.desc()).first()
        last.left_open += 1
    assert len(wrong(ward)) == 2
    with ward.work() as work:
        reopen(work)
    closed(ward)
    assert wrong(ward) == []


def test_the_day_that_runs_is_not_counted_yet(ward):
    ward.dossier_at("hand_over")
    today = legal_date(ward.clock.now())
    assert today not in closed(ward)
    midnight = datetime.combine(today + timedelta(days=1), time(0), LEGAL_ZONE)
    ward.clock.set(midnight + timedelta(minutes=30))
    assert today not in closed(ward), "an act of the day may still be on its way"
    ward.clock.advance(timedelta(hours=1))
    assert today in closed(ward)
