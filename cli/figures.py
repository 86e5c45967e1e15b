"""Check the figures of days that are over against the dossiers, print who was told of delays, or count anew.

    ./motcua figures check      for every unit and day: open at its start + received = done + withdrawn or returned +
                                open at its end, and each of them what the dossiers say; names what breaks it, who was
                                late, told nothing and stands on no list, and which owed letter is on no list
    ./motcua figures told       missed dates by how early applicants were told, beside what they say (--period 2026-03,
                                2026-Q1, 2026; this month without it)
    ./motcua figures recount    forget what is kept and count it again, oldest day first

Reports read figures that are counted once, after a day has ended (`./motcua serve` does it by itself every hour).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from engine.composition import House
    from engine.queries.told import ToldLine
    from engine.work import Reading

NEEDS = ("packages",)
COLUMNS = ("missed", "before", "on day", "after", "never", "exempt", "withdrawn", "needless")
SAID = ("decided", "asked", "answered", "before", "differ")
"""What the records say, then what applicants say."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and where."""
    parser.add_argument("what", choices=("check", "told", "recount"))
    parser.add_argument("--period", default="", metavar="PERIOD", help="for told: 2026-03, 2026-Q1 or 2026")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 when the figures are what the dossiers say, 1 when they are not, 2 for a period that is none."""
    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.work import SYSTEM

    house = build_house(settings_of(args.data))
    try:
        if args.what == "told":
            return _told(house, args.period)
        if args.what == "recount":
            _recount(house)
        with house.reading(actor=SYSTEM) as look:
            line, wrong = _account(look), _check(look)
    finally:
        house.database.dispose()
    for one in (*line, *wrong):
        print(one)
    print(f"{len(wrong)} DIFFERENCES" if wrong else "the figures are what the dossiers say; nobody late is forgotten")
    return 1 if wrong else 0


def _recount(house: House) -> None:
    from engine.usecases.figures import close_days, reopen
    from engine.usecases.late_dates import class_days
    from engine.work import SYSTEM

    with house.unit_of_work(actor=SYSTEM) as work:
        reopen(work)
    for what, step in (("days counted anew", close_days), ("days whose missed dates are classed anew", class_days)):
        days = 0
        while True:
            with house.unit_of_work(actor=SYSTEM) as work:
                done = step(work)
            if not done:
                break
            days += len(done)
        print(f"{days} {what}")


def _check(look: Reading) -> list[str]:
    from engine.usecases.figures import differences
    from engine.usecases.late_checks import late_faults

    forgotten = late_faults(look, owed=set(listed_letters(look)), unreached=set(unreached_cases(look)))
    return differences(look) + forgotten


def _account(look: Reading) -> list[str]:
    """The account of all units over all days, in one line; nothing where there is nothing yet."""
    from engine.clock import legal_date
    from engine.dossiers.accounting import Account, account
    from engine.dossiers.figures import first_day

    first = first_day(look.session)
    if first is None:
        return []
    one = Account.total(account(look.session, first, legal_date(look.now), until=look.now).values())
    came = f"{one.open_before} open + {one.received} received"
    return [f"since {first}: {came} = {one.done} done + {one.given_back} withdrawn or returned + {one.open_after} open"]


def listed_letters(look: Reading) -> Iterator[UUID]:
    """Every letter on the leaders' list, page after page."""
    from engine.queries.owed import owed_page

    after: str | None = ""
    while after is not None:
        page = owed_page(look, after=after)
        yield from (line.id for line in page.lines)
        after = page.after


def unreached_cases(look: Reading) -> Iterator[UUID]:
    """Every case on the list of those whom no legal notice has reached."""
    from engine.queries.keyset import Window
    from engine.queries.warnings import legal_notices

    window: Window | None = Window()
    while window is not None:
        page = legal_notices(look, window=window)
        yield from (line.case_id for line in page.lines)
        window = Window(after=page.after) if page.after is not None else None


def _told(house: House, asked: str) -> int:
    from engine.clock import legal_date
    from engine.queries.told import month_of, period_of, told_figures
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look:
        period = period_of(asked) if asked else month_of(legal_date(look.now))
        if period is None:
            print(f"no period: {asked} (2026-03, 2026-Q1, 2026)", file=sys.stderr)
            return 2
        found = told_figures(look, period)
    print(f"missed dates from {period.first} to {period.last}, classed to {found.through or 'no day yet'}")
    print(f"{'':40}{''.join(f'{one:>10}' for one in COLUMNS)} |{''.join(f'{one:>10}' for one in SAID)}")
    for line in (*found.lines, found.whole):
        print(f"{(line.name or 'all')[:39]:40}{_cells(line)}")
    if found.whole.said is not None and not found.whole.said.answered:
        print("nobody has answered yet whether they were told")
    return 0


def _cells(line: ToldLine) -> str:
    from engine.queries.told import classes

    numbers = [line.missed, *(line.told.get(kind, 0) for kind in classes())]
    cells = "".join(f"{number:10}" for number in numbers)
    if line.said is None:
        return cells
    said = line.said
    before = said.by.get("before", 0) if said.answered else "-"
    answers = (said.late, said.asked, said.answered, before, said.differ)
    return f"{cells} |{''.join(f'{one:>10}' for one in answers)}"
