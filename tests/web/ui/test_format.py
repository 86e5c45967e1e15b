"""How values are written: the forms that people in Viet Nam read, all in the legal time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask

from engine.deadlines.calendar import Calendar, at
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import reckon
from engine.deadlines.standing import standing
from web.ui import format as words

LATE_EVENING = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)


def test_a_day_is_the_day_in_viet_nam() -> None:
    assert words.date_words(LATE_EVENING) == "26/11/2026"
    assert words.moment_words(LATE_EVENING) == "00:30 26/11/2026"
    assert words.date_words(date(2026, 3, 2)) == "02/03/2026"
    assert words.date_words(None) == ""


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0 đ"), (1_000_000, "1.000.000 đ"), (75_000, "75.000 đ"), (None, "")]
)
def test_money_is_whole_dong_with_dots(value: int | None, written: str) -> None:
    assert words.money(value) == written


def test_personal_values_are_masked_to_what_their_owner_recognises() -> None:
    assert words.masked_identity("079099001123") == "••• ••• ••• 123"
    assert words.masked_identity(None) == ""
    assert words.masked_name("Nguyễn Thị Ngọc Ẩn") == "Nguyễn T. N. Ẩ."
    assert words.masked_phone("0903 123 456") == "•••••••456"


def test_sizes_are_written_with_a_decimal_comma(app: Flask) -> None:
    assert words.size_words(84_120) == "82 KB"
    assert words.size_words(1_363_149) == "1,3 MB"


WEEK = Calendar("vn", {}, {day: ((time(7, 30), time(11, 30)), (time(13), time(17))) for day in range(5)}, 2026)
RECEIVED = at(date(2026, 11, 23), time(9))


@pytest.mark.parametrize(
    ("limit", "day", "vietnamese", "english"),
    [
        (Limit(3, "working_days"), 23, "Còn 3 ngày làm việc", "3 working days left"),
        (Limit(3, "working_days"), 25, "Còn 1 ngày làm việc", "1 working day left"),
        (Limit(3, "working_days"), 26, "Đến hạn hôm nay", "Due today"),
        (Limit(3, "working_days"), 30, "Quá hạn 2 ngày làm việc", "2 working days overdue"),
    ],
)
def test_a_standing_of_the_engine_is_told_in_both_languages(
    app: Flask, limit: Limit, day: int, vietnamese: str, english: str
) -> None:
    found = standing(reckon(limit, RECEIVED, WEEK), WEEK, at(date(2026, 11, day), time(10)))
    with app.test_request_context("/"):
        assert words.standing_words(found) == vietnamese
    with app.test_request_context("/?lang=en"):
        assert words.standing_words(found) == english


def test_a_ledger_of_the_engine_reads_by_days(app: Flask) -> None:
    spans = reckon(Limit(3, "working_days"), RECEIVED, WEEK).ledger
    with app.test_request_context("/"):
        read = [(words.span_from(span.start), words.span_to(span.end), span.kind) for span in spans]
    assert read[0] == ("09:00 23/11/2026", "23/11/2026", "excluded")
    assert read[-1][1].endswith("26/11/2026")
    assert {kind for *_ends, kind in read} == {"excluded", "counted"}


def test_working_time_of_a_ledger_is_told_in_hours_and_minutes(app: Flask) -> None:
    with app.test_request_context("/"):
        assert words.amount_words(5400, "seconds") == "1 giờ 30 phút"
        assert words.amount_words(7200, "seconds") == "2 giờ"
        assert words.amount_words(0, "seconds") == "0 phút"
        assert words.span_to(None) == "chưa kết thúc"


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, "vừa xong"), (5, "5 phút trước"), (130, "2 giờ trước"), (1500, "hôm qua lúc 09:00")]
)
def test_how_long_ago(app: Flask, minutes: int, told: str) -> None:
    from datetime import timedelta

    moment = at(date(2026, 11, 24), time(10)) - timedelta(minutes=minutes)
    with app.test_request_context("/"):
        assert words.ago_words(moment, at(date(2026, 11, 24), time(10))) == told
