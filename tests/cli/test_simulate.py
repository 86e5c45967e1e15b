"""./motcua simulate: a few days around 24/11 lived through, and what its checks say when the facts are spoilt."""

from __future__ import annotations

import argparse
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from cli import simulate
from cli.simulating.closing import closing
from cli.simulating.comings import Coming, comings, longest_rest
from cli.simulating.folder import Taken, clear, must_be_free, read_mark, write_mark
from cli.simulating.promises import broken
from cli.simulating.staff import Staff
from cli.simulating.telling import as_lines
from cli.simulating.year import Span, live_through, mark_as_simulated, swap_of
from engine.calendars.vietnam import national_calendar
from engine.cases.models import Case, Clock
from engine.clock import LEGAL_ZONE
from engine.dossiers.figures import DayFigures
from engine.dossiers.lists import DossierOffice
from engine.dossiers.models import Apology, Dossier
from engine.journal import Entry
from engine.notifications.models import Notice
from engine.sample.lives import BIRTH, HOUSEHOLD
from engine.settings import read_settings
from engine.work import SYSTEM
from tests.usecases.conftest import database, offices

__all__ = ["database", "offices"]

DAYS = Span(date(2026, 11, 19), date(2026, 12, 3), 3, 1)


def coming(number: int, at: str, procedure: str, fate: str, reach: str) -> Coming:
    moment = datetime.fromisoformat(f"2026-11-{at}").replace(tzinfo=LEGAL_ZONE)
    return Coming(number, procedure, moment, "counter", fate, reach, 1.0, f"test-{number}")


COMING = (
    coming(64, "19 08:10", HOUSEHOLD, "neglected", "both"),  # whose dice lose a paper
    coming(2, "19 08:20", HOUSEHOLD, "neglected", "neither"),
    coming(3, "23 15:20", BIRTH, "plain", "both"),
)


@pytest.mark.dialects("sqlite")  # what people do is the same on both; the rows are tried elsewhere
def test_a_few_days_end_with_everybody_told_and_every_spoilt_fact_is_named(house):
    mark_as_simulated(house, DAYS)
    course = live_through(house, DAYS, print, COMING)
    house = course.house
    assert course.failed == []
    assert list(broken(house, DAYS)) == []
    found = closing(house, DAYS)
    room, births = sorted(found.units, key=lambda unit: -unit.account.received)[:2]
    assert (room.account.received, births.account.received) == (2, 1)
    assert room.classes["before"] > 0, room.classes
    assert course.acts["people told by telephone"] > 0, "no message reached the second one, so the counter called"
    assert room.classes["never"] == 0
    assert sum(room.said.values()) == room.account.late > 0
    assert births.account.late == 0, "brought after 15:00, it is due the next working day, which is not 24/11"
    assert found.whole.account.received == 3
    assert found.letters["about a loss"] == 1, "the paper lost on the first one's way"
    assert found.letters["the counter has read it"] + found.letters["the counter has not"] == room.letters_sent
    assert any("told:" in line for line in as_lines(found))

    with house.reading(actor=SYSTEM) as look:
        told = look.session.scalars(select(Dossier.case_id).order_by(Dossier.submitted_at)).first()
    spoil = {
        "nobody was ever told": delete(Notice).where(Notice.case_id == told),
        "owed, and its dossier is over": update(Case).where(Case.id == told).values(ended_at=Case.last_act_at),
        "is not on the list of": delete(DossierOffice).where(DossierOffice.case_id == told),
        "its ledger says": update(Clock).where(Clock.case_id == told).values(due_at=Clock.started_at),
        "does not come out": update(DayFigures).where(DayFigures.received > 0).values(received=DayFigures.received + 1),
        "was changed after it was written": update(Entry).where(Entry.verb == "dossier.submitted").values(verb="x"),
    }
    with house.unit_of_work(actor=SYSTEM) as work:
        work.session.execute(update(Apology).where(Apology.case_id == told).values(sent_at=None, closed_at=None))
        for spoilt in spoil.values():
            work.session.execute(spoilt)
    faults = list(broken(house, DAYS))
    for what in spoil:
        assert any(what in fault for fault in faults), (what, faults)


def test_the_same_seed_brings_the_same_people_and_seasons_count():
    calendar = national_calendar()
    year = comings(1200, date(2026, 1, 1), date(2026, 12, 31), calendar, seed=7)
    assert year == comings(1200, date(2026, 1, 1), date(2026, 12, 31), calendar, seed=7)
    assert year != comings(1200, date(2026, 1, 1), date(2026, 12, 31), calendar, seed=8)
    assert longest_rest(calendar, 2026) == (date(2026, 2, 14), date(2026, 2, 22))
    days = [one.at.date() for one in year]
    before = sum(date(2026, 1, 24) <= day < date(2026, 2, 14) for day in days)
    usual = sum(date(2026, 4, 6) <= day < date(2026, 4, 25) for day in days)
    assert before > usual * 1.2
    assert all(calendar.is_working(one.at.date()) for one in year if one.channel != "online")
    assert {one.channel for one in year} == {"online", "counter", "post"}


def test_people_are_away_now_and_then_and_nobody_stands_in_who_is_away_too():
    calendar = national_calendar()
    names = ("a", "b", "c", "d")
    staff = Staff.of(
        {one: tuple(set(names) - {one}) for one in names}, date(2026, 1, 1), date(2026, 12, 31), calendar, 1
    )
    leaves = [leave for one in staff.officials.values() for leave in one.leaves]
    assert leaves
    for leave in leaves:
        others = [one for one in leaves if one.login == leave.stand_in]
        assert not any(one.first <= leave.last and one.last >= leave.first for one in others)
        official = staff.officials[leave.login]
        assert official.done_by(leave.begins - timedelta(hours=8), 8 * 3600, calendar) >= leave.ends


def test_a_year_swaps_a_day_that_is_worked_for_one_that_is_not():
    announced, off, worked = swap_of(Span(date(2026, 1, 1), date(2026, 12, 31), 1, 1)) or pytest.fail("no swap")
    calendar = national_calendar()
    assert announced.date() < off < worked
    assert (calendar.is_working(off), calendar.is_working(worked)) == (True, False)
    assert swap_of(DAYS) is None


def test_a_folder_is_begun_anew_only_where_a_simulation_was_cut_off(tmp_path):
    said: list[str] = []
    must_be_free(tmp_path / "none")
    write_mark(tmp_path, DAYS, finished=False)
    (tmp_path / "files").mkdir()
    (tmp_path / "motcua.sqlite3").write_bytes(b"half a year")
    clear(tmp_path, said.append)
    assert "begins anew" in said[0]
    assert list(tmp_path.iterdir()) == []
    write_mark(tmp_path, DAYS, finished=True)
    assert "không có hồ sơ" in read_mark(tmp_path)["note"]
    assert read_settings({"MOTCUA_DATA": str(tmp_path)}).simulated, "every page says so"
    with pytest.raises(Taken, match="finished"):
        must_be_free(tmp_path)
    (tmp_path / "simulation.json").unlink()
    assert not read_settings({"MOTCUA_DATA": str(tmp_path)}).simulated
    (tmp_path / "letters").mkdir()
    with pytest.raises(Taken, match="something else"):
        clear(tmp_path, said.append)
    assert (tmp_path / "letters").exists()


@pytest.mark.parametrize("words", [("--year", "2019"), ("--year", "2031"), ("--dossiers", "0"), ("--data", "{taken}")])
def test_a_word_that_makes_no_sense_is_refused_and_nothing_is_written(words, tmp_path: Path, capsys):
    (tmp_path / "mine").write_text("mine")
    parser = argparse.ArgumentParser()
    simulate.add_arguments(parser)
    assert simulate.run(parser.parse_args([word.format(taken=tmp_path) for word in words])) == 2
    assert "motcua simulate:" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
