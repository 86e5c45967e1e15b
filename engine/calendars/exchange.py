"""Days of a calendar as CSV and as iCalendar (RFC 5545, whole-day events), out and back in, read strictly."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.calendars.content import ORDINARY
from engine.calendars.edits import Edit
from engine.deadlines.calendar import DayKind
from engine.errors import FieldProblem, Invalid
from rules.sentences import Sentence

COLUMNS = ("day", "kind", "name", "source", "announced_on", "hours")
MOST_BYTES, MOST_DAYS, LONGEST = 1_000_000, 2_000, 60
A_DAY = timedelta(days=1)
FOLD = 75
"""Octets after which RFC 5545 (3.1) folds a line."""

WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class _Unread(ValueError):
    """What is wrong with one line or event, sayable in the reader's language."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


def to_csv(days: Iterable[Mapping[str, Any]]) -> str:
    """One line a day: ISO date, kind, name, legal basis, its date, hours of a make-up day ("07:30-11:30")."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for day in _departing(days):
        hours = " ".join("-".join(pair) for pair in day["hours"] or ())
        cells = (day["day"], day["kind"], day["name"], day["source"], day["announced_on"] or "", hours)
        lines.writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def from_csv(data: bytes) -> list[Edit]:
    """The days of a CSV file as edits, by the names of its columns; Invalid names every line that is none."""
    lines = csv.DictReader(io.StringIO(_text(data)), delimiter=_delimiter(data), strict=True)
    try:
        rows = list(lines)
    except csv.Error as fault:
        raise Invalid("Tệp không phải là CSV.") from fault
    missing = [name for name in ("day", "kind", "name") if name not in (lines.fieldnames or ())]
    if missing:
        raise Invalid("Tệp thiếu cột: %(columns)s.", columns=", ".join(missing))
    edits, problems = [], []
    for number, row in enumerate(rows, start=2):
        try:
            day = _day(row["day"] or "")
            hours = [_window(text) for text in (row.get("hours") or "").split()]
            edits.append(_edit(day, (row["kind"] or "").strip(), _plain(row["name"] or ""), hours))
        except _Unread as fault:
            values = {"line": number, "fault": fault.why}
            problems.append(FieldProblem(f"line {number}", "Dòng %(line)s: %(fault)s", values))
    return _all_right(edits, problems)


def to_ics(code: str, name: str, days: Iterable[Mapping[str, Any]], *, version: int, stamp: datetime) -> str:
    """The same days as whole-day events: name, legal basis, kind as category; a date's UID stays from file to file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//motcua//calendar//VI", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for day in _departing(days):
        first = date.fromisoformat(day["day"])
        hours = " ".join("-".join(pair) for pair in day["hours"] or ())
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day['day']}.{code}@motcua",
            f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{version}",
            f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
            f"DTEND;VALUE=DATE:{first + A_DAY:%Y%m%d}",
            f"SUMMARY:{_escaped(day['name'])}",
            f"DESCRIPTION:{_escaped(day['source'])}",
            f"CATEGORIES:{day['kind']}",
            "TRANSP:TRANSPARENT",
            *([f"X-MOTCUA-HOURS:{hours}"] if hours else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def from_ics(data: bytes) -> list[Edit]:
    """The whole-day events of an iCalendar file as edits; an event without a kind of ours is a holiday.

    Invalid names every event with an hour, a rule of repetition or a length beyond `LONGEST` days.
    """
    text = _text(data)
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise Invalid("Tệp không phải là iCalendar.")
    edits, problems = [], []
    for number, event in enumerate(_events(text), start=1):
        try:
            edits += list(_event_edits(event))
        except _Unread as fault:
            where = event.get("SUMMARY", ("", ""))[1] or str(number)
            values = {"event": where, "fault": fault.why}
            problems.append(FieldProblem(f"event {number}", "Sự kiện “%(event)s”: %(fault)s", values))
    return _all_right(edits, problems)


def days_in_use(edits: Iterable[Edit], content: Mapping[str, Any]) -> list[Edit]:
    """Only the edits that say something else than the calendar already does."""
    known = {day["day"]: (day["kind"], day["name"], day["hours"]) for day in content["days"]}
    return [edit for edit in edits if known.get(edit["day"]) != (edit["kind"], edit["name"], edit["hours"])]


def _departing(days: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (day for day in days if day["kind"] != ORDINARY)


def _event_edits(event: Mapping[str, tuple[str, str]]) -> Iterator[Edit]:
    if "RRULE" in event or "RDATE" in event:
        raise _Unread(Sentence("sự kiện lặp lại không được nhận, hãy ghi từng ngày"))
    first = _ics_date(event, "DTSTART")
    after = _ics_date(event, "DTEND") if "DTEND" in event else first + A_DAY
    if not 1 <= (after - first).days <= LONGEST:
        raise _Unread(Sentence("phải dài từ 1 đến %(longest)s ngày", longest=LONGEST))
    kind = next((one for one in event.get("CATEGORIES", ("", ""))[1].split(",") if one in set(DayKind)), "OFF_HOLIDAY")
    hours = [_window(text) for text in event.get("X-MOTCUA-HOURS", ("", ""))[1].split()]
    for number in range((after - first).days):
        yield _edit(first + number * A_DAY, kind, event.get("SUMMARY", ("", ""))[1], hours)


def _ics_date(event: Mapping[str, tuple[str, str]], name: str) -> date:
    if name not in event:
        raise _Unread(Sentence("thiếu %(name)s", name=name))
    params, value = event[name]
    if not re.fullmatch(r"[0-9]{8}", value) or "TZID" in params:
        raise _Unread(Sentence("chỉ nhận sự kiện cả ngày"))
    return _day(f"{value[:4]}-{value[4:6]}-{value[6:]}")


def _events(text: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Each VEVENT as name → (parameters, value), unfolded and unescaped; what lies inside an alarm is left out."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    event: dict[str, tuple[str, str]] | None = None
    inner = 0
    for line in re.split(r"\r?\n", unfolded):
        name, _, value = line.partition(":")
        name, _, params = name.partition(";")
        name = name.upper()
        if name == "BEGIN" and value.upper() == "VEVENT":
            event, inner = {}, 0
        elif name == "BEGIN" and event is not None:
            inner += 1
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            yield event
            event = None
        elif name == "END" and inner:
            inner -= 1
        elif event is not None and not inner and name:
            event.setdefault(name, (params.upper(), _unescaped(value.strip())))
    if event is not None:
        raise Invalid("Tệp iCalendar bị cụt.")


def _edit(day: date, kind: str, name: str, hours: list[list[str]]) -> Edit:
    if kind not in set(DayKind):
        raise _Unread(Sentence("không có loại ngày “%(kind)s”", kind=kind[:60]))
    if hours and kind != DayKind.WORK_MAKEUP:
        raise _Unread(Sentence("chỉ ngày làm bù có giờ riêng"))
    return {"do": "day", "day": day.isoformat(), "kind": kind, "name": name.strip()[:200], "hours": hours or None}


def _all_right(edits: list[Edit], problems: list[FieldProblem]) -> list[Edit]:
    if problems:
        raise Invalid("Tệp có %(count)s chỗ không đọc được.", problems, count=len(problems))
    if len(edits) > MOST_DAYS:
        raise Invalid("Tệp có quá %(most)s ngày.", most=MOST_DAYS)
    twice = [day for day, times in Counter(edit["day"] for edit in edits).items() if times > 1]
    if twice:
        raise Invalid("Ngày ghi hai lần: %(days)s.", days=", ".join(sorted(twice)[:5]))
    return edits


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Invalid("Tệp quá lớn.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Invalid("Tệp phải là chữ UTF-8.") from fault


def _delimiter(data: bytes) -> str:
    head = data.split(b"\n", 1)[0]
    return ";" if head.count(b";") > head.count(b",") else ","


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise _Unread(Sentence("không phải ngày: “%(text)s”", text=text.strip()[:60])) from fault


def _window(text: str) -> list[str]:
    if not WINDOW.fullmatch(text):
        raise _Unread(Sentence("không phải giờ: “%(text)s”", text=text[:60]))
    return text.split("-")


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _plain(cell: str) -> str:
    """A cell as it was before `_harmless`."""
    return cell[1:] if cell[:1] == "'" and _harmless(cell[1:]) == cell else cell


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, no letter cut in two; all but the first begin with a blank."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece
