"""Working calendars: changed by a document, seen in advance, applied to every running term, told to the citizen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.accounts.models import Office
from engine.calendars.load import calendar_of
from engine.calendars.models import CalendarChange, CalendarRow, CalendarVersion
from engine.cases.clocks import pause_clock, stop_clock
from engine.cases.models import Clock, MovedDate, Task
from engine.deadlines.ledger import ledger_from_json, replay
from engine.errors import Conflict, Forbidden, Invalid
from engine.journal import Entry
from engine.outbox import Job
from engine.queries.calendar_changes import change_page
from engine.usecases.calendars import (
    add_edits,
    apply_change,
    base_anew,
    draft_change,
    name_document,
    open_own_calendar,
)
from engine.usecases.running import lock_case
from jobs.calendars import recount_terms
from tests.factories import Ward, legal

KEEPER = "van"
SQLITE = pytest.mark.dialects("sqlite")


def off(day: str, name: str = "Nghỉ đột xuất", kind: str = "OFF_HOLIDAY") -> dict[str, Any]:
    return {"do": "day", "day": day, "kind": kind, "name": name, "hours": None}


def drafted(ward: Ward, *edits: dict[str, Any], code: str = "vn") -> UUID:
    """A change with its document, as an administrator writes it."""
    with ward.work(KEEPER) as work:
        change = draft_change(work, code)
        add_edits(work, change, edits)
        name_document(work, change, document="Quyết định 12/QĐ-TTg", dated_on=date(2026, 3, 1))
    return change


def applied(ward: Ward, change: UUID, *, by_relay: bool = False) -> CalendarChange:
    """Put in force and counted; the job alone, carried out twice, or with `by_relay` all that waits, as workers do."""
    with ward.work(KEEPER) as work:
        apply_change(work, change)
    if by_relay:
        ward.run_deferred()
    else:
        done: set[UUID] = set()
        while jobs := [job for job in ward.rows(Job, Job.kind == "RecountTerms") if job.id not in done]:
            for job in jobs * 2:
                recount_terms(ward.house, job)
            done |= {job.id for job in jobs}
    return ward.row(CalendarChange, change)


def outcome(ward: Ward, change: UUID, login: str = KEEPER) -> Any:
    with ward.look(login) as look:
        return change_page(look, change).outcome


def day_off_within(ward: Ward, case_id: UUID) -> str:
    """The working day before the due day."""
    due_on = ward.clock_of(case_id).due_on
    with ward.look() as look:
        return calendar_of(look.session, "vn").before(due_on).isoformat()


def test_what_is_shown_in_advance_is_what_happens_and_both_dates_stay(ward):
    case_id = ward.dossier_at("appraise")
    before = ward.clock_of(case_id)
    change = drafted(ward, off(day_off_within(ward, case_id)))
    foreseen = outcome(ward, change)
    assert ward.clock_of(case_id).due_at == before.due_at, "looking in advance writes nothing"
    done = applied(ward, change, by_relay=True)
    assert (done.status, done.moved, done.late) == ("applied", foreseen.moved, foreseen.late)
    came = outcome(ward, change)
    assert [(one.case_id, one.new_due_at) for one in came.lines] == [
        (one.case_id, one.new_due_at) for one in foreseen.lines
    ]
    after = ward.clock_of(case_id)
    assert after.due_on > before.due_on
    assert (after.calendar_version, replay(ledger_from_json(after.ledger))) == (
        before.calendar_version + 1,
        after.due_at,
    )
    moved = ward.rows(MovedDate, MovedDate.case_id == case_id, MovedDate.clock_id == after.id, by=MovedDate.moved_at)
    assert [(one.old_due_at, one.new_due_at, one.old_promised_on, one.new_promised_on) for one in moved] == [
        (before.due_at, after.due_at, before.promised_on, after.due_on)
    ]
    assert [one["source"] for one in moved[0].why] == ["Quyết định 12/QĐ-TTg"]
    assert ward.dossier(case_id).promised_on == after.due_on
    assert "clock.recounted" in [act.verb for act in ward.acts(case_id)]
    assert not ward.faults()


@SQLITE
def test_the_citizen_is_told_the_new_date_once(ward):
    case_id = ward.dossier_at("appraise")
    applied(ward, drafted(ward, off(day_off_within(ward, case_id))))
    promised = ward.dossier(case_id).promised_on
    told = ward.notices(case_id, "date_moved")
    assert told
    assert all(f"{promised:%d/%m/%Y}" in one.body for one in told)
    assert len({(one.channel, one.recipient) for one in told}) == len(told)


@SQLITE
def test_a_day_off_taken_back_brings_the_date_forward_and_may_make_it_late(ward):
    case_id = ward.dossier_at("appraise")
    day = day_off_within(ward, case_id)
    applied(ward, drafted(ward, off(day)))
    later = ward.clock_of(case_id).due_on
    ward.clock.set(datetime.combine(later, datetime.min.time(), legal(2).tzinfo) + timedelta(hours=8))
    change = drafted(ward, {**off(day), "kind": "ORDINARY"})
    foreseen = outcome(ward, change)
    assert case_id in [one.case_id for one in foreseen.lines if one.late]
    done = applied(ward, change)
    assert (done.moved, done.late) == (foreseen.moved, foreseen.late)
    assert done.late >= 1


@SQLITE
def test_steps_on_the_desk_are_counted_by_the_calendar_in_force(ward):
    case_id = ward.dossier_at("appraise")
    task = next(one for one in ward.rows(Task, Task.case_id == case_id, Task.status == "open"))
    with ward.look() as look:
        calendar = calendar_of(look.session, "vn")
    tomorrow = calendar.add(ward.clock.now().date(), 1)
    applied(ward, drafted(ward, off(tomorrow.isoformat())))
    assert ward.row(Task, task.id).due_at > task.due_at


@SQLITE
def test_a_paused_term_goes_on_by_the_new_version(ward):
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        pause_clock(work, lock_case(work, case_id), "dossier", cause="stop", ground="Luật", mode="shift")
    change = drafted(ward, off("2026-12-30"))
    assert outcome(ward, change).paused >= 1
    applied(ward, change)
    clock = ward.clock_of(case_id)
    assert (clock.due_at, clock.calendar_version, clock.status) == (None, 2, "paused")


@SQLITE
def test_a_finished_term_keeps_the_version_it_ended_with(ward):
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        stop_clock(work, lock_case(work, case_id), "dossier")
    kept = [(one.term, one.due_at, one.calendar_version) for one in ward.rows(Clock, Clock.status == "stopped")]
    applied(ward, drafted(ward, off("2026-03-05"), off("2026-03-06")))
    assert kept == [(one.term, one.due_at, one.calendar_version) for one in ward.rows(Clock, Clock.status == "stopped")]
    assert ("dossier", 1) in [(term, version) for term, _, version in kept]


@SQLITE
def test_the_year_is_announced_and_dates_are_provisional_no_more(ward):
    ward.clock.set(legal(30, month=12))
    case_id = ward.filed_at_counter()
    assert ward.clock_of(case_id).provisional
    change = drafted(ward, {"do": "year", "year": 2027}, off("2027-01-04", "Nghỉ bù"))
    assert outcome(ward, change).moved >= 1
    applied(ward, change)
    assert not ward.clock_of(case_id).provisional
    with ward.look() as look:
        row = look.session.get_one(CalendarRow, "vn")
        content = look.session.get_one(CalendarVersion, ("vn", row.version)).content
    assert not any(day["provisional"] for day in content["days"] if day["day"].startswith("2027"))
    assert any(day["provisional"] for day in content["days"] if day["day"].startswith("2028"))


@SQLITE
def test_an_office_with_a_calendar_of_its_own_follows_the_nation_but_for_its_own_days(ward):
    case_id = ward.dossier_at("appraise")
    with ward.look() as look:
        code = look.session.get_one(Office, ward.dossier(case_id).handling_id).code
    before = ward.clock_of(case_id)
    with ward.work(KEEPER) as work:
        open_own_calendar(work, code)
    own = ward.clock_of(case_id)
    assert (own.calendar, own.due_at) == (code, before.due_at)
    day = day_off_within(ward, case_id)
    applied(ward, drafted(ward, off(day, "Ngày truyền thống của phường"), code=code))
    shifted = ward.clock_of(case_id)
    assert shifted.due_at > before.due_at
    with ward.look() as look:
        assert calendar_of(look.session, "vn").is_working(date.fromisoformat(day))
        second = calendar_of(look.session, code).before(shifted.due_on).isoformat()
    applied(ward, drafted(ward, off(second, "Quốc tang")))
    assert ward.clock_of(case_id).due_at > shifted.due_at
    with ward.look() as look:
        kept = calendar_of(look.session, code)
    assert [kept.is_working(date.fromisoformat(one)) for one in (day, second)] == [False, False]


@SQLITE
def test_only_whoever_looks_after_calendars_changes_them(ward):
    change = drafted(ward, off("2026-12-30"))
    for login in ("nam", "an", "hoa"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            draft_change(work, "vn")
        with pytest.raises(Forbidden), ward.work(login) as work:
            open_own_calendar(work, "vn")
        with pytest.raises(Forbidden):
            outcome(ward, change, login)


def test_a_change_needs_its_document_and_a_calendar_nobody_else_has_changed_meanwhile(ward):
    with ward.work(KEEPER) as work:
        change = draft_change(work, "vn")
        add_edits(work, change, [off("2026-12-30")])
    with pytest.raises(Invalid) as refused, ward.work(KEEPER) as work:
        apply_change(work, change)
    assert [one.path for one in refused.value.problems] == ["document", "dated_on"]
    applied(ward, drafted(ward))
    with pytest.raises(Conflict), ward.work(KEEPER) as work:
        apply_change(work, change)
    with ward.look() as look:
        acts = look.session.scalars(select(Entry.verb).where(Entry.verb.like("calendar.%"))).all()
    assert set(acts) == {
        "calendar.drafted", "calendar.lines_added", "calendar.document_named", "calendar.changed",
        "calendar.recounted",
    }  # fmt: skip


@SQLITE
def test_a_draft_over_an_older_version_is_looked_through_again_before_it_counts(ward):
    case_id = ward.dossier_at("appraise")
    with ward.look() as look:
        code = look.session.get_one(Office, ward.dossier(case_id).handling_id).code
    with ward.work(KEEPER) as work:
        open_own_calendar(work, code)
    own = drafted(ward, off("2026-12-30"), code=code)
    applied(ward, drafted(ward, off("2026-12-29")))
    with ward.look(KEEPER) as look:
        assert change_page(look, own).stale
    with pytest.raises(Conflict), ward.work(KEEPER) as work:
        apply_change(work, own)
    with ward.work(KEEPER) as work:
        base_anew(work, own)
    assert applied(ward, own).status == "applied"


@SQLITE
def test_a_term_that_cannot_be_counted_keeps_no_other_waiting_and_its_case_says_so(ward, monkeypatch):
    broken, whole = ward.dossier_at("appraise"), ward.filed_at_counter()
    day = day_off_within(ward, whole)
    with ward.work() as work:
        work.session.get_one(Clock, ward.clock_of(broken).id).limit_unit = "fortnights"
    monkeypatch.setattr("jobs.calendars.STRETCH", 1)
    monkeypatch.setattr("engine.usecases.recounting.SLICE", 1)
    change = drafted(ward, off("2026-12-30"))
    with ward.work(KEEPER) as work:
        add_edits(work, change, [off(day)])
    assert applied(ward, change).status == "applied"
    assert ward.clock_of(whole).calendar_version == 2
    assert ward.clock_of(broken).calendar_version == 1
    assert [one.kind for one in ward.incidents(broken)] == ["moment"]
