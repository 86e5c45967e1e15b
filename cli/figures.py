"""Check the figures of days that are over against the dossiers, or have them counted anew.

    ./motcua figures check      count every day once more and say where the kept figures differ
    ./motcua figures recount    forget what is kept and count it again, oldest day first

Reports read figures that are counted once, after a day has ended (`./motcua serve` does it by itself every hour).
"""

from __future__ import annotations

import argparse
from pathlib import Path

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
            wrong = differences(look)
    finally:
        house.database.dispose()
    for one in wrong:
        print(one)
    print(f"{len(wrong)} DIFFERENCES" if wrong else "the figures are what the dossiers say")
    return 1 if wrong else 0
