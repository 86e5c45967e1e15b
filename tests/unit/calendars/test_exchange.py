"""Days of a calendar out as CSV and iCalendar and back, and files that are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.calendars.edits import edited
from engine.calendars.exchange import days_in_use, from_csv, from_ics, to_csv, to_ics
from engine.calendars.vietnam import national_content
from engine.errors import Invalid
from engine.spoken import speaker
from rules.sentences import Sentence

CONTENT = national_content()
STAMP = datetime(2026, 3, 2, 2, tzinfo=UTC)
SATURDAY = {
    "day": "2026-03-14",
    "kind": "WORK_MAKEUP",
    "name": "Làm bù; buổi sáng, theo QĐ\nsố 1 \\ 2 " + "đ" * 60,
    "source": "QĐ 1",
    "announced_on": None,
    "provisional": False,
    "hours": [["07:30", "11:30"]],
    "own": False,
}
DAYS = [*CONTENT["days"], SATURDAY]


def as_edits(days):
    return [{"do": "day", **{key: day[key] for key in ("day", "kind", "name", "hours")}} for day in days]


def test_csv_goes_out_and_comes_back():
    assert from_csv(to_csv(DAYS).encode()) == as_edits(DAYS)
    assert days_in_use(from_csv(to_csv(DAYS).encode()), CONTENT) == as_edits([SATURDAY])


def test_icalendar_goes_out_and_comes_back():
    text = to_ics("vn", "Lịch, thử", DAYS, version=3, stamp=STAMP)
    assert from_ics(text.encode()) == as_edits(DAYS)
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert "DTSTART;VALUE=DATE:20261124" in lines
    assert "DTSTAMP:20260302T020000Z" in lines


def test_what_is_read_can_be_put_in_force():
    after = edited(CONTENT, as_edits([SATURDAY]), source="QĐ 1", dated_on=None, own=False)
    assert after["days"] != CONTENT["days"]


def test_an_event_over_several_days_from_another_program_becomes_each_of_its_days():
    foreign = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270204\nDTEND;VALUE=DATE:20270206\n"
        "SUMMARY:Tết Ngu\n yên Đán\nBEGIN:VALARM\nSUMMARY:quên\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert [(edit["day"], edit["kind"], edit["name"]) for edit in from_ics(foreign.encode())] == [
        ("2027-02-04", "OFF_HOLIDAY", "Tết Nguyên Đán"),
        ("2027-02-05", "OFF_HOLIDAY", "Tết Nguyên Đán"),
    ]


def event(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"day;kind\n2026-03-04;OFF_HOLIDAY",
        b"day,kind,name\n2026-02-30,OFF_HOLIDAY,x",
        b"day,kind,name\n2026-03-04,HALF,x",
        b"day,kind,name\n2026-03-04,OFF_HOLIDAY,x\n2026-03-04,OFF_SWAP,y",
        b"day,kind,name,hours\n2026-03-14,WORK_MAKEUP,x,7-11",
        b"day,kind,name,hours\n2026-03-04,OFF_HOLIDAY,x,07:30-11:30",
        b"day,kind,name\n" + b"x" * 1_000_001,
    ],
)
def test_a_csv_file_that_cannot_be_taken_says_so(data):
    with pytest.raises(Invalid):
        from_csv(data)


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270204",
        event("SUMMARY:x"),
        event("DTSTART:20270204T090000"),
        event("DTSTART;TZID=Asia/Ho_Chi_Minh:20270204"),
        event("DTSTART;VALUE=DATE:20270204", "RRULE:FREQ=YEARLY"),
        event("DTSTART;VALUE=DATE:20270204", "DTEND;VALUE=DATE:20270204"),
        event("DTSTART;VALUE=DATE:20270204", "DTEND;VALUE=DATE:20280204"),
        event("DTSTART;VALUE=DATE:20271304"),
    ],
)
def test_an_icalendar_file_that_cannot_be_taken_says_so(data):
    with pytest.raises(Invalid):
        from_ics(data)


def test_a_spreadsheet_takes_no_cell_for_a_formula_and_the_name_comes_back_as_it_was():
    text = to_csv([{**SATURDAY, "name": "=cmd"}])
    assert ",'=cmd," in text
    assert [edit["name"] for edit in from_csv(text.encode())] == ["=cmd"]


@pytest.mark.parametrize(
    ("read", "data", "words"),
    [
        (from_csv, b"day,kind,name\n2026-02-30,OFF_HOLIDAY,x", "Line 2: not a date: “2026-02-30”"),
        (from_csv, b"day,kind,name\n2026-03-04,HALF,x", "Line 2: there is no kind of day “HALF”"),
        (from_ics, event("SUMMARY:Tet", "DTSTART:20270204T090000"), "Event “Tet”: only whole-day events are taken"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_the_readers_language(read, data, words):
    with pytest.raises(Invalid) as refused:
        read(data)
    (problem,) = refused.value.problems
    assert Sentence(problem.message, **problem.params).said(speaker("en")) == words
