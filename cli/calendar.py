"""Take the days of a working calendar out as CSV or iCalendar, and bring a file in as a change by a document.

    ./motcua calendar list
    ./motcua calendar export --year 2027 --format ics > lich-2027.ics
    ./motcua calendar import lich-2027.csv --document "Thông báo 123/TB-BNV" --dated 2026-11-30
    ./motcua calendar import lich-2027.csv --document "…" --dated 2026-11-30 --announces 2027 --apply

Without --apply the change is left as a draft and what it would move is printed. The workers count the terms anew.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.composition import House
    from engine.queries.calendar_changes import ChangePage

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, with which calendar, file and document."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    acts.add_parser("list", parents=[common], help="every calendar there is")
    out = acts.add_parser("export", parents=[common], help="print its days")
    out.add_argument("--calendar", default="vn", metavar="CODE", help="which one (default vn, the national one)")
    out.add_argument("--year", type=int, default=None, help="only this year")
    out.add_argument("--format", choices=("csv", "ics"), default="csv")
    into = acts.add_parser("import", parents=[common], help="draft a change from a file")
    into.add_argument("file", type=Path, metavar="FILE", help=".csv or .ics")
    into.add_argument("--calendar", default="vn", metavar="CODE", help="which one (default vn, the national one)")
    into.add_argument("--document", required=True, help="number and sign of the document")
    into.add_argument("--dated", required=True, type=date.fromisoformat, metavar="DATE", help="its date")
    into.add_argument(
        "--announces", type=int, default=None, metavar="YEAR", help="days off are announced up to this year"
    )
    into.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of what is refused (default vi)")
    into.add_argument("--apply", action="store_true", help="put it in force")


def run(args: argparse.Namespace) -> int:
    """0 when done, 2 when something was refused."""
    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.errors import Refusal

    house = build_house(settings_of(args.data))
    try:
        return {"list": list_all, "export": export, "import": bring_in}[args.act](house, args)
    except (Refusal, OSError) as refusal:
        print("\n".join(refused(refusal, getattr(args, "lang", "vi"))), file=sys.stderr)
        return 2
    finally:
        house.database.dispose()


def refused(refusal: Exception, language: str) -> list[str]:
    """What was refused and each place that is wrong, in the language asked for."""
    from engine.errors import Refusal
    from engine.spoken import speaker
    from rules.sentences import Sentence

    if not isinstance(refusal, Refusal):
        return [f"motcua: {refusal}"]
    say = speaker(language)
    lines = [f"motcua: {Sentence(refusal.message, **refusal.params).said(say)}"]
    problems = getattr(refusal, "problems", ())
    return lines + [f"  {Sentence(problem.message, **problem.params).said(say)}" for problem in problems]


def list_all(house: House, args: argparse.Namespace) -> int:
    """One line a calendar."""
    from engine.queries.calendars import calendars
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look:
        for line in calendars(look):
            based = f", based on {line.base}" if line.base else ""
            print(
                f"{line.code}: {line.name}, version {line.version}, announced through {line.announced_through}{based}"
            )
    return 0


def export(house: House, args: argparse.Namespace) -> int:
    """The days of a calendar on standard output."""
    from engine.calendars.exchange import to_csv, to_ics
    from engine.queries.calendars import calendar_page
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look:
        page = calendar_page(look, args.calendar)
        days = page.days(args.year) if args.year else page.content["days"]
        text = (
            to_csv(days)
            if args.format == "csv"
            else to_ics(page.line.code, page.line.name, days, version=page.line.version, stamp=look.now)
        )
    sys.stdout.write(text)
    return 0


def bring_in(house: House, args: argparse.Namespace) -> int:
    """A draft from the file, what it would move, and with --apply the change itself."""
    from engine.calendars.exchange import days_in_use, from_csv, from_ics
    from engine.queries.calendar_changes import change_page
    from engine.queries.calendars import version_content
    from engine.usecases.calendars import add_edits, apply_change, draft_change, name_document
    from engine.work import SYSTEM

    read = from_ics if args.file.suffix.lower() == ".ics" else from_csv
    edits = read(args.file.read_bytes())
    with house.reading(actor=SYSTEM) as look:
        edits = days_in_use(edits, version_content(look, args.calendar))
    if args.announces is not None:
        edits.append({"do": "year", "year": args.announces})
    with house.unit_of_work(actor=SYSTEM) as work:
        change = draft_change(work, args.calendar)
        add_edits(work, change, edits)
        name_document(work, change, document=args.document, dated_on=args.dated)
    with house.reading(actor=SYSTEM) as look:
        tell(change_page(look, change))
    if args.apply:
        with house.unit_of_work(actor=SYSTEM) as work:
            apply_change(work, change)
        print("in force; the workers count the running terms anew")
    else:
        print("a draft: look through it under Lịch làm việc, or run this again with --apply")
    return 0


def tell(page: ChangePage) -> None:
    """What a change would do, and the dates it moves."""
    outcome = page.outcome
    print(
        f"{len(page.edits)} lines; of {outcome.counted} running terms {outcome.moved} move, {outcome.late} become late"
    )
    for line in outcome.lines:
        late = "  LATE" if line.late else ""
        print(f"  {line.code:24} {line.term:11} {line.old_due_at:%Y-%m-%d} → {line.new_due_at:%Y-%m-%d}{late}")
