"""One dossier of each unit of limits through the days that are not like others: swaps, Tết, 24/11, the year's end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from engine.cases.models import Clock
from engine.clock import LEGAL_ZONE
from engine.deadlines.ledger import ledger_from_json, replay
from engine.deadlines.limits import Limit
from engine.performing import sweep
from engine.queries.standings import standings
from tests.factories import Ward
from tests.usecases.moving import published

pytestmark = pytest.mark.dialects("sqlite")  # the rows are the same on both; what is tried here are the days

LIMITS = {"working_days": 6, "days": 10, "hours": 8, "months": 1, "same_day": 1}
PLAIN = 'default = { value = 3, unit = "working_days" }'
THROUGH: dict[str, dict[str, str]] = {
    "2025-12-31 16:00": {  # 1/1 and the swapped 2/1 off, Saturday 10/1 worked instead
        "working_days": "2026-01-10 17:00", "days": "2026-01-10 17:00", "hours": "2026-01-05 16:00",
        "months": "2026-02-02 17:00", "same_day": "2026-01-05 17:00",
    },
    "2026-02-13 09:00": {  # Tết from Saturday 14/2 to Sunday 22/2
        "working_days": "2026-03-02 17:00", "days": "2026-02-23 17:00", "hours": "2026-02-23 09:00",
        "months": "2026-03-13 17:00", "same_day": "2026-02-13 17:00",
    },
    "2026-08-21 15:00:01": {  # Saturday 22/8 worked for Monday 31/8, then 1/9 and 2/9
        "working_days": "2026-08-28 17:00", "days": "2026-09-03 17:00", "hours": "2026-08-22 15:00:01",
        "months": "2026-09-21 17:00", "same_day": "2026-08-22 17:00",
    },
    "2026-11-23 10:00": {  # 24/11 off for the first time
        "working_days": "2026-12-02 17:00", "days": "2026-12-03 17:00", "hours": "2026-11-25 10:00",
        "months": "2026-12-23 17:00", "same_day": "2026-11-23 17:00",
    },
    "2026-12-29 09:00": {  # into a year whose days off are not announced
        "working_days": "2027-01-07 17:00", "days": "2027-01-08 17:00", "hours": "2026-12-30 09:00",
        "months": "2027-01-29 17:00", "same_day": "2026-12-29 17:00",
    },
}  # fmt: skip
"""When five dossiers are accepted, and when each of them is due."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def with_every_unit(ward: Ward) -> None:
    """The registration with a variant for each unit, told apart by the street that is written in."""
    cases = "".join(
        f'\n[[limits.cases]]\nkey = "{unit}"\nname.vi = "{unit}"\nname.en = "{unit}"\nverified = false\n'
        f'limit = {{ value = {value}, unit = "{unit}" }}\nwhen = \'form.business.street = "{unit}"\'\n'
        for unit, value in LIMITS.items()
    )
    steps = "\n# Budgets of steps"
    published(ward, ("procedure.toml", steps, f"same_day_cut_off = 15:00:00\n{cases}{steps}"))


def accepted(ward: Ward, moment: datetime) -> dict[str, UUID]:
    ward.clock.set(moment)
    found = {}
    for unit in LIMITS:
        answers = ward.answers()
        answers["business"]["street"] = unit
        found[unit] = ward.filed_at_counter(answers=answers)
    return found


def swept(ward: Ward, moment: str, case_id: UUID) -> list[str]:
    """What has been told of a dossier's own term once the sweep came by at that moment."""
    ward.clock.set(at(moment))
    sweep(ward.house)
    return [mark for mark in ward.clock_of(case_id).marks if mark.isdigit()]


def test_every_unit_through_the_days_that_are_not_like_others(ward):
    with_every_unit(ward)
    filed = {moment: accepted(ward, at(moment)) for moment in THROUGH}
    for moment, due in THROUGH.items():
        for unit, due_at in due.items():
            clock: Clock = ward.clock_of(filed[moment][unit])
            assert (moment, unit, clock.due_at) == (moment, unit, at(due_at))
            assert replay(ledger_from_json(clock.ledger), Limit(clock.limit_value, clock.limit_unit)) == clock.due_at
            assert clock.provisional == (due_at > "2027")
            assert ward.dossier(filed[moment][unit]).promised_at == clock.due_at


def test_nothing_passes_over_tet_and_what_is_due_behind_it_is_told_then(ward):
    with_every_unit(ward)
    filed = accepted(ward, at("2026-02-13 09:00"))
    hours, days = filed["hours"], filed["working_days"]
    assert swept(ward, "2026-02-13 17:00:01", hours) == ["50", "80"]
    assert swept(ward, "2026-02-22 23:59:59", hours) == ["50", "80"], "no mark falls on a day off"
    assert swept(ward, "2026-02-23 09:00:00", hours) == ["50", "80", "100"]
    assert swept(ward, "2026-02-26 07:30:00", days) == ["50"]
    assert swept(ward, "2026-03-02 17:00:00", days) == ["50", "80", "100"]
    for moment, words in (
        ("2026-02-13 16:00", "Còn 6 ngày làm việc"),
        ("2026-02-20 10:00", "Còn 6 ngày làm việc"),
        ("2026-03-02 20:00", "Đến hạn hôm nay"),
        ("2026-03-03 07:00", "Quá hạn 1 ngày làm việc"),
    ):
        ward.clock.set(at(moment))
        with ward.look() as look:
            assert standings(look, [days])[days].standing.text == words
