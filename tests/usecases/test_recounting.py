"""A recount in slices: nothing lost and nothing twice, whoever is killed when; promises given by letter; reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Thread
from uuid import UUID

import pytest

from engine.accounts.models import Office
from engine.calendars.models import CalendarChange, CalendarRow, CalendarVersion
from engine.cases.clocks import promise
from engine.cases.models import Clock, MovedDate
from engine.deadlines.ledger import ledger_from_json, replay
from engine.outbox import Job
from engine.queries.calendar_changes import change_page
from engine.usecases import recounting
from engine.usecases.calendars import apply_change, open_own_calendar
from engine.usecases.recounting import finish_change, go_on, recount_slice
from engine.work import SYSTEM, Work
from tests.factories import Ward, legal
from tests.usecases.test_calendars import KEEPER, drafted, off
from tests.usecases.test_feedback import Hotline
from tests.usecases.test_transfers import off as closed
from tests.usecases.test_transfers import own_calendar

SQLITE = pytest.mark.dialects("sqlite")


def begun(ward: Ward, *days: str, code: str = "vn") -> UUID:
    """A change put in force whose terms nobody has counted anew yet."""
    change = drafted(ward, *(off(day) for day in days), code=code)
    with ward.work(KEEPER) as work:
        apply_change(work, change)
    return change


def worker(ward: Ward, change: UUID) -> None:
    """One worker that takes slice after slice until none is left, and closes the change."""
    missed: set[UUID] = set()
    while recount_slice(lambda: ward.house.unit_of_work(actor=SYSTEM), change, missed):
        pass
    with ward.work() as work:
        finish_change(work, change, missed=len(missed))


def told_once(ward: Ward, cases: list[UUID]) -> None:
    for case_id in cases:
        assert ward.clock_of(case_id).calendar_version == 2
        assert len(ward.rows(MovedDate, MovedDate.case_id == case_id, by=MovedDate.moved_at)) == 1
        notices = ward.notices(case_id, "date_moved")
        assert len(notices) == len({(one.channel, one.recipient) for one in notices}) > 0
        assert [act.verb for act in ward.acts(case_id)].count("clock.recounted") == 1


@SQLITE
def test_a_worker_that_dies_in_a_slice_loses_nothing_and_the_next_one_goes_on(ward, monkeypatch):
    monkeypatch.setattr(recounting, "SLICE", 2)
    cases = [ward.filed_at_counter() for _ in range(3)]
    change = begun(ward, "2026-03-04")

    @contextmanager
    def killed() -> Iterator[Work]:
        with ward.work() as work:
            yield work
            raise KeyboardInterrupt  # the machine is gone before the commit

    with pytest.raises(KeyboardInterrupt):
        recount_slice(killed, change, set())
    assert [ward.clock_of(one).calendar_version for one in cases] == [1, 1, 1]
    assert recount_slice(lambda: ward.house.unit_of_work(actor=SYSTEM), change, set())
    assert sorted(ward.clock_of(one).calendar_version for one in cases) == [1, 2, 2]
    half = ward.row(CalendarChange, change)
    assert (half.status, half.done, half.total) == ("applying", 2, 3), "the page shows how far it is"
    with ward.work() as work:
        go_on(work, change)
    assert len(ward.rows(Job, Job.kind == "RecountTerms")) == 2
    worker(ward, change)
    worker(ward, change)
    done = ward.row(CalendarChange, change)
    assert (done.status, done.done, done.moved) == ("applied", 3, 3)
    told_once(ward, cases)


@pytest.mark.dialects("postgresql")  # two at once: SQLite's writers are alone anyway
def test_two_workers_at_once_count_every_term_once(ward, monkeypatch):
    monkeypatch.setattr(recounting, "SLICE", 1)
    cases = [ward.filed_at_counter() for _ in range(3)]
    change = begun(ward, "2026-03-04")
    both = [Thread(target=worker, args=(ward, change)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    done = ward.row(CalendarChange, change)
    assert (done.status, done.done, done.moved) == ("applied", 3, 3)
    told_once(ward, cases)


@SQLITE
def test_a_date_before_the_first_changed_day_is_taken_over_without_an_act(ward):
    case_id = ward.dossier_at("appraise")
    before, acts = ward.clock_of(case_id), len(ward.acts(case_id))
    change = begun(ward, "2026-12-30")
    worker(ward, change)
    after = ward.clock_of(case_id)
    assert (after.calendar_version, after.due_at, len(ward.acts(case_id))) == (2, before.due_at, acts)
    done = ward.row(CalendarChange, change)
    assert (done.status, done.done, done.moved) == ("applied", done.total, 0)
    with ward.work() as work:  # counted out of the row's own facts it is the same date, by the same ledger
        clock = work.session.get_one(Clock, after.id)
        recounting.count_anew(work, work.session.get_one(type(ward.case(case_id)), case_id), clock,
                              recounting.calendar_of(work.session, "vn"))  # fmt: skip
        assert (clock.due_at, clock.ledger) == (before.due_at, before.ledger)


@SQLITE
def test_a_date_given_by_letter_stays_unless_its_day_is_off_now(ward):
    case_id = ward.dossier_at("appraise")
    before = ward.clock_of(case_id)
    letter = legal(17, 17)
    with ward.work() as work:
        promise(work, work.session.get_one(Clock, before.id), letter.date(), letter, by_letter=True)
        work.session.get_one(type(ward.dossier(case_id)), case_id).promised_on = letter.date()
    worker(ward, begun(ward, "2026-03-16"))
    assert ward.clock_of(case_id).promised_on == letter.date()
    change = drafted(ward, off("2026-03-17"))
    with ward.look(KEEPER) as look:
        (line,) = change_page(look, change).outcome.lines
    assert (line.old_promised_on, line.new_promised_on) == (date(2026, 3, 17), date(2026, 3, 18))
    assert line.old_due_at == line.new_due_at == before.due_at
    with ward.work(KEEPER) as work:
        apply_change(work, change)
    worker(ward, change)
    clock = ward.clock_of(case_id)
    assert (clock.promised_on, clock.due_at) == (date(2026, 3, 18), before.due_at)
    assert ward.dossier(case_id).promised_on == date(2026, 3, 18)
    (row,) = ward.rows(MovedDate, MovedDate.case_id == case_id, MovedDate.change_id == change, by=MovedDate.moved_at)
    assert (row.old_promised_on, row.new_promised_on) == (date(2026, 3, 17), date(2026, 3, 18))
    assert any("18/03/2026" in one.body for one in ward.notices(case_id, "date_moved"))


@SQLITE
def test_a_report_runs_by_the_unit_that_answers_and_goes_along_when_that_has_a_calendar_of_its_own(ward):
    hotline = Hotline(ward)
    case_id = hotline.report()
    hotline.forward(case_id)
    unit = ward.row(Office, hotline.of(case_id).unit_id)
    before = ward.clock_of(case_id, "answer")
    with ward.work(KEEPER) as work:
        open_own_calendar(work, unit.code)
    assert ward.clock_of(case_id, "answer").calendar == unit.code
    change = begun(ward, before.due_on.isoformat(), code=unit.code)
    worker(ward, change)
    with ward.look(KEEPER) as look:
        (line,) = change_page(look, change).outcome.lines
    assert (line.code, line.office) == (hotline.of(case_id).code, unit.name)
    moved = ward.clock_of(case_id, "answer")
    assert moved.due_on > before.due_on
    assert hotline.of(case_id).due_at == moved.due_at
    own_calendar(ward, "hcm-sxd", closed(before.due_on), closed(moved.due_on))
    hotline.do(case_id, "handle", "moi", {"handling": {"outcome": "misrouted", "reason": "Của Sở Xây dựng."}})
    hotline.forward(case_id, category="traffic")
    there = ward.clock_of(case_id, "answer")
    assert (there.calendar, there.due_on) == ("hcm-sxd", moved.due_on + timedelta(days=1))
    assert replay(ledger_from_json(there.ledger)) == there.due_at == hotline.of(case_id).due_at


def test_a_kept_version_of_a_calendar_is_nobodys_to_change(ward):
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError

    with ward.look() as look:
        assert look.session.get_one(CalendarVersion, ("vn", look.session.get_one(CalendarRow, "vn").version))
    for change in ("UPDATE calendar_versions SET version = 9", "DELETE FROM calendar_versions"):
        with ward.house.database.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
            connection.execute(sa.text(change))
