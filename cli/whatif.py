"""Say which of today's open cases become late by a change, unit by unit; computed on a copy, nothing is written.

    ./motcua whatif holiday 2026-12-24
    ./motcua whatif workday 2026-11-24 --unit ward-26734
    ./motcua whatif limit 1.013225 "13 days" --case new-house
    ./motcua whatif limit 1.013225 "13 days" --law
    ./motcua whatif hours ward-26734 "Mon-Fri 07:30-11:30,13:00-16:30" --from 2026-12-01
    ./motcua whatif away bt-kthtdt --officers 2 --from 2026-11-23 --to 2026-11-27
    ./motcua whatif holiday 2026-12-24..2026-12-26 and limit 1.013225 "13 days" --json

Several changes are tried together with “and” between them. A limit is the published one; --law the law's own. Of so
many officers away those count who have most on their desks; --people names them by login. --json prints everything (at
most 20,000 cases), --csv writes a line for every case that becomes late, --lang en says reasons in English. A look at a
large house takes minutes; how far it is stands on the error output.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from engine.composition import House
    from engine.queries.whatif import Answer
    from engine.queries.whatif_changes import Change
    from engine.queries.whatif_question import Line, Stretch

NEEDS = ("packages",)
BETWEEN = ("and", "và", "+")
SHOWN = 50
HEADINGS = ("code", "procedure", "unit", "term", "becomes", "old_due", "new_due", "old_finish", "new_finish", "why")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The changes in words, and how to answer."""
    parser.add_argument(
        "change", nargs=argparse.REMAINDER, metavar="CHANGE", help="holiday, workday, limit, hours, away: see above"
    )


def run(args: argparse.Namespace) -> int:
    """0 with the answer printed, 2 when a word of the question is not understood."""
    from cli.archives.place import settings_of
    from cli.models.report import speaker
    from engine.composition import build_house
    from engine.errors import Refusal

    given, words = _common().parse_known_args(args.change)
    say, settings = speaker(given.lang), settings_of(given.data)
    if settings.is_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        print(f"motcua whatif: there is no installation in {settings.data}", file=sys.stderr)
        return 2
    house = build_house(settings)
    try:
        return answer(house, given, words, say)
    except Refusal as refusal:
        from rules.sentences import Sentence

        print(f"motcua whatif: {Sentence(refusal.message, **refusal.params).said(say)}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"motcua whatif: {problem}", file=sys.stderr)
        return 2
    finally:
        house.database.dispose()


def answer(house: House, given: argparse.Namespace, words: Sequence[str], say: Callable[[str], str]) -> int:
    """Go through the open cases and print what becomes of them."""
    from engine.queries.whatif import whatif
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look, ExitStack() as open_files:
        changes, table = changes_of(words, look.now), None
        if given.csv:
            table = csv.writer(open_files.enter_context(given.csv.open("w", encoding="utf-8-sig", newline="")))
            table.writerow(HEADINGS)
        seen = 0

        def hear(part: Stretch) -> None:
            nonlocal seen
            seen += part.seen
            if sys.stderr.isatty():
                print(f"\r{seen} cases", end="", file=sys.stderr, flush=True)
            if table is not None:
                table.writerows(_cells(line, say) for line in part.lines)

        found = whatif(look, changes, hear=hear)
    if given.json:
        print(json.dumps(as_json(found, say), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_text(found, say)))
    return 0


def changes_of(words: Sequence[str], now: datetime) -> tuple[Change, ...]:
    """The changes as typed; Invalid where a word of them is not understood."""
    from engine.clock import legal_date
    from engine.errors import Invalid
    from engine.queries import whatif_changes as changes
    from engine.queries import whatif_reading as reading

    def read(part: Sequence[str]) -> Change:
        asked = _change().parse_args(part)
        if asked.what in ("holiday", "workday"):
            first, last = reading.read_days(asked.day)
            return changes.DayChange(first, last, worked=asked.what == "workday", unit=asked.unit)
        if asked.what == "limit":
            limit = reading.read_new_limit(asked.limit)
            return changes.LimitChange(asked.procedure, limit.value, limit.unit, case_key=asked.case, law=asked.law)
        first = reading.read_day(asked.first) if asked.first else legal_date(now)
        if asked.what == "hours":
            return changes.HoursChange(asked.unit, reading.read_week(asked.hours), first)
        last = reading.read_day(asked.last) if asked.last else first
        officers, people = reading.read_who(asked.people or asked.officers)
        return changes.AwayChange(asked.unit, first, last, officers, people, asked.role)

    parts: list[list[str]] = [[]]
    for word in words:
        if word.casefold() in BETWEEN:
            parts.append([])
        else:
            parts[-1].append(word)
    if not all(parts) or len(parts) > reading.MOST_CHANGES:
        raise Invalid("Hãy nêu từ 1 đến %(most)s thay đổi.", most=reading.MOST_CHANGES)
    return tuple(read(part) for part in parts)


def _common() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua whatif", add_help=False, allow_abbrev=False)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--csv", type=Path, default=None, metavar="FILE")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR")
    return parser


def _change() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua whatif", allow_abbrev=False)
    kinds = parser.add_subparsers(dest="what", required=True, metavar="holiday | workday | limit | hours | away")
    for name in ("holiday", "workday"):
        day = kinds.add_parser(name)
        day.add_argument("day", metavar="DAY", help="2026-12-24, or 2026-12-24..2026-12-26")
        day.add_argument("--unit", default="", metavar="CODE", help="only this office and those below it")
    limit = kinds.add_parser("limit")
    limit.add_argument("procedure", metavar="PROCEDURE")
    limit.add_argument("limit", metavar="LIMIT", help='"13 days", "13 working days", "8 working hours"')
    limit.add_argument("--case", default="", metavar="KEY", help="only this case (trường hợp) of the procedure")
    limit.add_argument("--law", action="store_true", help="the limit of the law, not the published one")
    hours = kinds.add_parser("hours")
    hours.add_argument("unit", metavar="UNIT")
    hours.add_argument("hours", metavar="HOURS", help='"Mon-Fri 07:30-11:30,13:00-16:30; Sat 07:30-11:30"')
    hours.add_argument("--from", dest="first", default="", metavar="DAY", help="from this day on (today)")
    away = kinds.add_parser("away")
    away.add_argument("unit", metavar="UNIT")
    away.add_argument("--officers", default="1", metavar="N")
    away.add_argument("--people", default="", metavar="LOGIN,…")
    away.add_argument("--role", default="specialist")
    away.add_argument("--from", dest="first", default="", metavar="DAY", help="first day away (today)")
    away.add_argument("--to", dest="last", default="", metavar="DAY", help="last day away (the first)")
    return parser


def as_json(found: Answer, say: Callable[[str], str]) -> dict[str, Any]:
    """The answer for a machine: moments as ISO 8601 with offset; `lines` are the cases that become late."""
    return {
        "asked_at": found.asked_at.isoformat(),
        "changes": [one.words.said(say) for one in found.changes],
        "total": vars(found.total),
        "units": [{"code": one.code, "name": one.name, **vars(one.tally)} for one in found.units],
        "lines": [dict(zip(HEADINGS, _cells(line, say), strict=True)) for line in found.lines],
    }


def as_text(found: Answer, say: Callable[[str], str]) -> list[str]:
    """The answer for a person: unit by unit, then the cases that become late."""
    total = found.total
    lines = [one.words.said(say) for one in found.changes]
    lines += [
        f"{total.open} open cases: {total.late} late now, {total.late_then} then; "
        f"{total.expected} expected to be late now, {total.expected_then} then; {total.moved} dates move",
        "",
        f"{'open':>7} {'late':>6} {'then':>6} {'expected':>9} {'then':>6} {'newly':>6}  unit",
    ]
    for one in found.units:
        its = one.tally
        lines.append(
            f"{its.open:7} {its.late:6} {its.late_then:6} {its.expected:9} {its.expected_then:6} {its.newly:6}  "
            + one.name
        )
    lines += ["", f"{total.newly} become late:" if total.newly else "No case becomes late."]
    for line in found.lines[:SHOWN]:
        code, procedure, unit, _term, becomes, old, new, _was, finish, why = _cells(line, say)
        till = f", finished {finish[:16]}" if finish else ""
        lines.append(f"  {becomes:8} {code:24} {procedure:10} {old[:16]} → {new[:16]}{till}  {unit}  ({why})")
    if total.newly > SHOWN:
        lines.append(f"  … {total.newly - SHOWN} more: --json or --csv FILE")
    return lines


def _cells(line: Line, say: Callable[[str], str]) -> tuple[str, ...]:
    moments = (line.old_due_at, line.new_due_at, line.old_finish, line.new_finish)
    why = "; ".join(one.said(say) for one in line.why)
    return (line.code, line.procedure, line.office, line.term, line.becomes, *map(_moment, moments), why)


def _moment(moment: datetime | None) -> str:
    from engine.clock import LEGAL_ZONE

    return moment.astimezone(LEGAL_ZONE).isoformat(timespec="seconds") if moment is not None else ""
