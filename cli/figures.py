"""Check the figures of days that are over against the dossiers, or have them counted anew.

    ./motcua figures check      for every unit and day: open at its start + received = done + withdrawn or returned +
                                open at its end, and each of them what the dossiers say; names what breaks it
    ./motcua figures recount    forget what is kept and count it again, oldest day first

Reports read figures that are counted once, after a day has ended (`./motcua serve` does it by itself every hour).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.work import Reading

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and where."""
    parser.add_argument("what", choices=("check", "recount"))
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 when the figures are what the dossiers say, 1 when they are not."""
    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.usecases.figures import close_days, differences, reopen
    from engine.work import SYSTEM

    house = build_house(settings_of(args.data))
    try:
        if args.what == "recount":
            with house.unit_of_work(actor=SYSTEM) as work:
                reopen(work)
            days = 0
            while True:
                with house.unit_of_work(actor=SYSTEM) as work:
                    closed = close_days(work)
                if not closed:
                    break
                days += len(closed)
            print(f"{days} days counted anew")
        with house.reading(actor=SYSTEM) as look:
            wrong, line = differences(look), _account(look)
    finally:
        house.database.dispose()
    for one in (*line, *wrong):
        print(one)
    print(f"{len(wrong)} DIFFERENCES" if wrong else "the figures are what the dossiers say")
    return 1 if wrong else 0


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
