"""What a document may change in a calendar, and what makes no sense there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.calendars.content import calendar_from
from engine.calendars.edits import differences, edited, first_change, rebased, swaps_without_pair
from engine.calendars.vietnam import national_content
from engine.errors import Invalid

CONTENT = national_content()
WEEK = {str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(1, 6)}


def day(text: str, kind: str = "OFF_HOLIDAY", hours: Any = None) -> dict[str, Any]:
    return {"do": "day", "day": text, "kind": kind, "name": "Ngày thử", "hours": hours}


def changed(*edits: dict[str, Any], content: Any = CONTENT, own: bool = False) -> Any:
    return edited(content, edits, source="QĐ 1/QĐ-UBND", dated_on=date(2026, 3, 1), own=own)


def works(content: Any, text: str) -> bool:
    return calendar_from("x", 1, content).is_working(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (day("2026-03-04", "WORK_MAKEUP"), "vốn là ngày làm việc"),
        (day("2026-03-07", "OFF_SWAP"), "vốn là ngày nghỉ hằng tuần"),
        (day("2026-03-07", "OFF_SUBSTITUTE"), "vốn là ngày nghỉ hằng tuần"),
        (day("2026-02-30"), "Ngày không hợp lệ"),
        (day("1899-02-03"), "Năm không hợp lệ"),
        (day("2026-03-04", "HALF"), "Không có loại ngày"),
        (day("2026-03-04", "ORDINARY"), "không có gì để bỏ"),
        (day("2026-03-07", "WORK_MAKEUP", [["11:00", "08:00"]]), "Giờ làm việc"),
        ({"do": "year", "year": 20270}, "Năm không hợp lệ"),
        ({"do": "year", "year": "2027"}, "Năm không hợp lệ"),
        ({"do": "week", "since": "2026-05-01", "hours": {"1": [["17:00", "07:30"]]}, "reception": {}}, "Giờ làm việc"),
        ({"do": "week", "since": "2026-05-01", "hours": {}, "reception": {}}, "Giờ làm việc"),
        ({"do": "dance"}, "Không có loại thay đổi"),
    ],
)
def test_what_makes_no_sense_is_refused(edit, words):
    with pytest.raises(Invalid, match=words):
        changed(edit)


def test_a_swap_goes_both_ways_and_names_its_document():
    after = changed(day("2026-03-06", "OFF_SWAP"), day("2026-03-14", "WORK_MAKEUP", [["07:30", "11:30"]]))
    assert [works(after, one) for one in ("2026-03-06", "2026-03-14")] == [False, True]
    calendar = calendar_from("x", 1, after)
    assert calendar.closing(date(2026, 3, 14)).hour == 11
    assert calendar.rule(date(2026, 3, 6)).source == "QĐ 1/QĐ-UBND"
    assert [line["day"] for line in differences(CONTENT, after)] == ["2026-03-06", "2026-03-14"]
    assert first_change(CONTENT, after) == date(2026, 3, 6)


def test_a_swap_without_its_other_half_is_noticed():
    assert swaps_without_pair([day("2026-03-06", "OFF_SWAP")])
    assert not swaps_without_pair([day("2026-03-06", "OFF_SWAP"), day("2026-03-14", "WORK_MAKEUP")])


def test_hours_may_change_from_a_day_on():
    after = changed({"do": "week", "since": "2026-06-01", "hours": WEEK, "reception": {}})
    calendar = calendar_from("x", 1, after)
    assert [calendar.opening(date(2026, 5, 29)).minute, calendar.opening(date(2026, 6, 1)).minute] == [30, 0]
    assert first_change(CONTENT, after) == date(2026, 6, 1)


def test_an_announced_year_is_provisional_no_more():
    after = changed({"do": "year", "year": 2027})
    assert first_change(CONTENT, after) == date(2027, 1, 1)
    assert differences(CONTENT, after) == []
    assert not any(one["provisional"] for one in after["days"] if one["day"].startswith("2027"))


def test_an_office_keeps_its_own_days_over_a_new_national_calendar():
    own = changed(day("2026-03-04"), day("2026-04-27", "ORDINARY"), content=CONTENT, own=True)
    nation = changed(day("2026-03-05"), day("2026-03-04", "OFF_SUBSTITUTE"))
    after = rebased(own, nation)
    assert [works(after, one) for one in ("2026-03-04", "2026-03-05", "2026-04-27")] == [False, False, True]
    assert calendar_from("x", 1, after).rule(date(2026, 3, 4)).kind == "OFF_HOLIDAY"
    again = rebased(after, CONTENT)
    assert [works(again, one) for one in ("2026-03-05", "2026-04-27")] == [True, True]


def test_nothing_changed_moves_nothing():
    assert first_change(CONTENT, changed()) is None
