"""A running dossier handed to another unit: its desks, its dates by that unit's calendar, who reads it, who is told."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from engine.accounts.models import Office
from engine.calendars.edits import edited
from engine.calendars.models import CalendarRow, CalendarVersion
from engine.cases.models import Clock, Task, Transfer
from engine.deadlines.ledger import ledger_from_json, replay
from engine.dossiers.models import Dossier
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.queries.dossiers import dossier_page
from engine.usecases.apologies import open_apology
from engine.usecases.running import lock_case
from engine.usecases.transfers import hand_over
from tests.factories import Ward

HEAD, OTHER = "an", "bt-vp"
SQLITE = pytest.mark.dialects("sqlite")


def own_calendar(ward: Ward, office: str, *edits: dict[str, Any]) -> None:
    """A calendar of its own for an office that departs from the national one by these lines."""
    with ward.work() as work:
        row = work.session.get_one(CalendarRow, "vn")
        base = work.session.get_one(CalendarVersion, ("vn", row.version)).content
        work.session.add(CalendarRow(code=office, name=office, base="vn", version=1))
        work.session.flush()
        content = edited(base, edits, source="Quyết định 7/QĐ-UBND", dated_on=date(2026, 1, 5), own=True)
        work.session.add(CalendarVersion(calendar=office, version=1, made_at=work.now, content=content))
        work.session.get_one(Office, ward.offices[office]).calendar = office


def off(day: date, kind: str = "OFF_HOLIDAY") -> dict[str, Any]:
    return {"do": "day", "day": day.isoformat(), "kind": kind, "name": "Ngày truyền thống", "hours": None}


def given(ward: Ward, case_id: UUID, by: str = HEAD, to: str = OTHER, reason: str = "Đúng lĩnh vực") -> Transfer:
    with ward.work(by) as work:
        return hand_over(work, case_id, ward.offices[to], reason=reason, document="Thông báo 3/TB-UBND")


def test_the_other_unit_has_the_tasks_and_reads_the_dossier(ward):
    case_id = ward.dossier_at("appraise")
    before = ward.clock_of(case_id)
    row = given(ward, case_id)
    task = next(one for one in ward.rows(Task, Task.case_id == case_id, Task.status == "open"))
    assert (task.office_id, task.assignee_id) == (ward.offices[OTHER], None)
    assert (ward.dossier(case_id).handling_id, ward.dossier(case_id).signing_id) == (ward.offices[OTHER],) * 2
    after = ward.clock_of(case_id)
    assert (after.due_at, after.promised_on) == (before.due_at, before.promised_on), "both keep the national calendar"
    with ward.look("khoa") as look:
        assert dossier_page(look, case_id).dossier.case_id == case_id
    act = ward.acts(case_id)[-1]
    assert (act.verb, act.facts["document"], row.reason) == (
        "dossier.handed_over", "Thông báo 3/TB-UBND", "Đúng lĩnh vực",
    )  # fmt: skip
    assert "Đúng lĩnh vực" not in str(act.facts)
    ward.run_deferred()
    assert not ward.notices(case_id, "handed_over"), "no date has moved"
    assert not ward.faults()


@SQLITE
def test_the_days_until_today_stay_counted_and_the_other_calendar_counts_from_tomorrow(ward):
    case_id = ward.dossier_at("appraise")
    before, today = ward.clock_of(case_id), ward.clock.now().date()
    with ward.look() as look:
        from engine.cases.clocks import calendar_under

        calendar = calendar_under(look.session, look.session.get_one(Clock, before.id))
    first, second = calendar.add(today, 1), calendar.add(today, 2)
    assert first < second <= before.due_on
    own_calendar(ward, OTHER, off(today), off(second))
    given(ward, case_id)
    after = ward.clock_of(case_id)
    assert after.due_on == calendar.add(before.due_on, 1), "today was worked; only the other unit's own day is off"
    assert (after.calendar, [one["calendar"] for one in after.earlier]) == (OTHER, ["vn"])
    ledger = ledger_from_json(after.ledger)
    assert replay(ledger) == after.due_at
    assert [span.source for span in ledger if "truyền thống" in span.reason] == ["Quyết định 7/QĐ-UBND"]
    assert after.promised_on == before.promised_on, "a promise moves back only by a letter"
    row = ward.rows(Transfer, Transfer.case_id == case_id)[0]
    assert (row.old_due_at, row.new_due_at) == (before.due_at, after.due_at)


@SQLITE
def test_a_promise_on_a_day_the_other_unit_is_closed_moves_and_the_applicant_is_told_once(ward):
    case_id = ward.dossier_at("appraise")
    before = ward.clock_of(case_id)
    own_calendar(ward, OTHER, off(before.promised_on))
    given(ward, case_id)
    after = ward.clock_of(case_id)
    assert after.promised_on == after.due_on > before.promised_on
    assert ward.dossier(case_id).promised_on == after.promised_on
    told = ward.notices(case_id, "handed_over")
    assert told
    assert all(f"{after.promised_on:%d/%m/%Y}" in one.body for one in told)


@SQLITE
def test_given_on_twice_and_back_every_stretch_keeps_its_own_calendar(ward):
    case_id = ward.dossier_at("appraise")
    before = ward.clock_of(case_id)
    own_calendar(ward, OTHER, off(before.due_on))
    given(ward, case_id)
    given(ward, case_id, by="khoa", to="bt-kthtdt")
    after = ward.clock_of(case_id)
    assert (after.calendar, after.due_at, len(after.earlier)) == ("vn", before.due_at, 2)
    assert ward.dossier(case_id).promised_on == after.due_on


@SQLITE
def test_who_may_not_and_what_cannot_be_handed_over(ward):
    case_id = ward.dossier_at("appraise")
    for login in ("nam", "khoa", "lan", "hoa"):
        with pytest.raises((Forbidden, NotFound)):
            given(ward, case_id, by=login)
    for wrong in ({"to": "bt-vhxh"}, {"to": "bt-kthtdt"}, {"reason": "  "}):
        with pytest.raises(Invalid):
            given(ward, case_id, **wrong)
    with pytest.raises(Conflict):
        given(ward, ward.filed_online())
    with ward.work() as work:
        work.session.get_one(Dossier, case_id).decided_at = ward.clock.now()
    with pytest.raises(Conflict, match="đã có kết quả"):
        given(ward, case_id)
    assert not ward.rows(Transfer)


@SQLITE
def test_a_letter_that_is_owed_is_the_other_units_to_write_and_to_sign(ward):
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        assert open_apology(work, lock_case(work, case_id), because="forecast") is not None
    given(ward, case_id)
    (letter,) = ward.apologies(case_id)
    assert letter.office_id == ward.offices[OTHER]
    desks = {
        (task.element_id, task.office_id) for task in ward.rows(Task, Task.case_id == case_id, Task.status == "open")
    }
    assert len(desks) > 1
    assert {office for _, office in desks} == {ward.offices[OTHER]}
