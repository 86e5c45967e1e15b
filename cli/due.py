"""Say when something received at a moment is due, and why: every day counted, skipped and paused, with its source.

    ./motcua due --received 2026-04-22T09:00 --limit "3 working days"
    ./motcua due --received 2026-04-22T09:00 --limit "15 calendar days" --pause 2026-04-24T10:00/2026-04-28T09:00 --json
    ./motcua due --received 2026-11-20T15:00:01 --limit "same day" --unit ward-26734

Limits: working days, calendar days, months, working hours, same day. Without --unit it is the national calendar as
shipped; with it, the calendar that this office (or calendar code) of the installation keeps. A moment without an offset
is meant on the wall clock of Viet Nam.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.deadlines.calendar import Calendar
    from engine.deadlines.limits import Interruption, Limit, Reckoning, Span

NEEDS = ("packages",)
BY_HAND = "Theo câu hỏi (--pause)"
LAST_YEAR = 2100
"""Up to which year holidays that follow the moon are worked out."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The moment, the limit, whose calendar, what paused it, and the hours after which a day is over."""
    parser.add_argument("--received", required=True, metavar="MOMENT", help="when it came, ISO 8601")
    parser.add_argument(
        "--limit", required=True, metavar="LIMIT", help='"3 working days", "8 working hours", "same day" …'
    )
    parser.add_argument(
        "--unit", default="", metavar="CODE", help="an office of the installation, or a calendar's code"
    )
    parser.add_argument(
        "--pause", action="append", default=[], metavar="FROM/TO", help="an interruption; no TO: still open"
    )
    parser.add_argument("--restart", action="store_true", help="after a pause all is counted again from zero")
    parser.add_argument(
        "--field", default="", metavar="CODE", help="the field, for counters open on Saturdays for some"
    )
    parser.add_argument(
        "--cut-off", default="15:00", metavar="HH:MM", help="same day: later than this is tomorrow's (15:00)"
    )
    parser.add_argument(
        "--start-cut-off", default="", metavar="HH:MM", help="later than this counts as received tomorrow"
    )
    parser.add_argument("--json", action="store_true", help="print JSON with `due` and `ledger`")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 with the answer printed, 2 when a word of the question is not understood."""
    from engine.deadlines.limits import read_limit
    from engine.deadlines.reckoning import reckon
    from engine.errors import Refusal

    try:
        limit, received = read_limit(args.limit), moment_of(args.received)
        pauses = [pause_of(text, restart=args.restart) for text in args.pause]
        hours = {
            "cut_off": time.fromisoformat(args.cut_off) if args.cut_off else None,
            "reception_until": time.fromisoformat(args.start_cut_off) if args.start_cut_off else None,
        }
        calendar = calendar_kept(args.unit, args.data) if args.unit else national(limit, received)
        day = calendar.received_on(received, hours["reception_until"], args.field)
        reckoning = reckon(limit, received, calendar, pauses, **hours, effective_on=day)  # type: ignore[arg-type]
    except (ValueError, OverflowError, LookupError, Refusal) as problem:
        print(f"motcua due: {problem}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(as_json(reckoning, calendar), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_text(reckoning, calendar)))
    return 0


def moment_of(text: str) -> datetime:
    """A moment; on the wall clock of Viet Nam where it says no offset."""
    from engine.clock import LEGAL_ZONE
    from engine.deadlines.calendar import local

    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as problem:
        raise ValueError(f"not a moment: {text!r} (like 2026-04-22T09:00)") from problem
    return local(found if found.tzinfo else found.replace(tzinfo=LEGAL_ZONE))


def pause_of(text: str, *, restart: bool) -> Interruption:
    """FROM/TO as an interruption; without TO it is still open."""
    from engine.deadlines.limits import Interruption

    begins, _, ends = text.partition("/")
    return Interruption(
        moment_of(begins),
        moment_of(ends) if ends.strip() else None,
        "supplement",
        BY_HAND,
        "restart" if restart else "shift",
    )


def national(limit: Limit, received: datetime) -> Calendar:
    """The shipped calendar, over the years such a limit can touch."""
    from engine.calendars.vietnam import FIRST_YEAR, national_calendar
    from engine.calendars.vietnam import LAST_YEAR as LAST_SHIPPED

    reach = {"working_days": 200, "days": 330, "months": 11, "hours": 1500}.get(limit.unit, 1)
    last = min(received.year + limit.value // reach + 1, LAST_YEAR)
    return national_calendar(min(FIRST_YEAR, received.year - 1), max(LAST_SHIPPED, last))


def calendar_kept(code: str, data: Path | None) -> Calendar:
    """The calendar an office of the installation keeps, or the one with this code; LookupError where there is none."""
    from sqlalchemy.exc import DBAPIError

    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.queries.calendars import calendar_by_code
    from engine.work import SYSTEM

    settings = settings_of(data)
    if settings.is_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        raise LookupError(f"there is no installation in {settings.data} that knows the unit {code!r}")
    house = build_house(settings)
    try:
        with house.reading(actor=SYSTEM) as look:
            return calendar_by_code(look, code)
    except DBAPIError as problem:
        raise LookupError(f"the database in {settings.data} cannot be read ({problem.orig})") from problem
    finally:
        house.database.dispose()


def as_json(reckoning: Reckoning, calendar: Calendar) -> dict[str, Any]:
    """The answer for a machine: moments as ISO 8601 with offset."""
    from engine.deadlines.ledger import ledger_to_json

    return {
        "received": reckoning.start.isoformat(),
        "limit": {"value": reckoning.limit.value, "unit": reckoning.limit.unit},
        "calendar": {"code": calendar.code, "version": calendar.version},
        "effective_on": reckoning.effective_on.isoformat(),
        "due": reckoning.due_at.isoformat() if reckoning.due_at else None,
        "provisional": reckoning.provisional,
        "paused": reckoning.paused,
        "remaining": reckoning.remaining,
        "ledger": ledger_to_json(reckoning.ledger),
    }


def as_text(reckoning: Reckoning, calendar: Calendar) -> list[str]:
    """The answer for a person: the date, then the ledger line by line."""
    if reckoning.due_at is None:
        lines = [f"paused, {reckoning.remaining} {'seconds' if reckoning.limit.unit == 'hours' else 'days'} left"]
    else:
        lines = [f"due {reckoning.due_at.isoformat()} ({reckoning.due_at:%A})"]
    if reckoning.provisional:
        lines[0] += f", provisional: days off are announced up to {calendar.announced_through}"
    lines.append(f"received on {reckoning.effective_on:%Y-%m-%d}, calendar {calendar.code}, version {calendar.version}")
    return lines + [_line(span) for span in reckoning.ledger]


def _line(span: Span) -> str:
    end = f"{span.end:%Y-%m-%d %H:%M:%S}" if span.end else "…"
    return f"  {span.start:%Y-%m-%d %H:%M:%S} – {end:19}  {span.kind:8} {span.amount:6} {span.reason} ({span.source})"
