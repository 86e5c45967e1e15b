"""What a drawing works out stays what it is in the database: dates, durations, decimals, and the order of names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import inspect

from engine.bpmn.saved import Saved
from engine.cases.models import Case, Task
from engine.usecases.advance import deliver
from engine.usecases.running import lock_case
from rules.crossing import Months
from tests.usecases.test_signals import publish_with_signals

EXACT = {
    "z": {"b": 1, "a": [date(2026, 2, 28)]},
    "span": timedelta(days=1, hours=2),
    "months": Months(14),
    "fee": Decimal("75000.10"),
    "large": 1e20,
    "nothing": "\u0000",
}


def test_variables_and_local_variables_come_back_as_they_were(ward):
    publish_with_signals(ward)
    case_id = ward.filed_online()
    with ward.work() as work:
        case = lock_case(work, case_id)
        assert deliver(work, case, "call.all", str(case_id), EXACT)
    kept = ward.case(case_id).variables
    assert repr({name: kept[name] for name in EXACT}) == repr(EXACT)
    local = {name: value for name, value in EXACT.items() if name != "nothing"}
    task = ward.rows(Task, Task.case_id == case_id)[0]
    with ward.work() as work:
        work.session.get_one(Task, task.id).inputs = local
    assert ward.row(Task, task.id).inputs == local


def test_variables_are_read_when_asked_for_and_written_when_changed(ward):
    case_id = ward.filed_online()
    with ward.look() as look:
        case = look.session.get_one(Case, case_id)
        assert "data" in inspect(case).unloaded
        assert case.variables["channel"] == "online"
    with ward.work() as work:
        case = lock_case(work, case_id)
        assert "data" not in inspect(case).unloaded
        case.state = Saved(case.tokens[:-1], bytes(bytearray(case.data)))
        changed = {one.key for one in inspect(case).attrs if one.history.has_changes()}
        assert {"tokens", "data"} & changed == {"tokens"}
        work.session.rollback()
