"""Live through a year of the sample office at simulated times, then say who was told of delays and check every promise.

    ./motcua simulate --year 2026                      a folder of its own, thrown away at the end
    ./motcua simulate --year 2026 --data /tmp/year     kept: ./motcua serve --data /tmp/year shows it,
                                                       ./motcua forecast check --data /tmp/year reads it
    ./motcua simulate --year 2026 --dossiers 50 --json

People file, answer, withdraw and rate; officers are slow, away, or forget; heads sign late; messages fail; errors are
made, papers lost, dossiers handed on; a day is swapped by document in June, and from September on one procedure is
promised in working hours. Papers, signatures and time stamps are the sample authority's at the simulated moment, and
all of it is marked as sample and as simulated. The same seed gives the same figures. One that was cut off begins anew.
Ends with 1, naming what breaks, where a late dossier was told to nobody, an owed letter stands on no leader's list or
lies on nobody's desk, a letter went out without what belongs to it, a due date does not follow from its ledger, an
account does not come out, or the journal does not verify.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.simulating.year import Span
    from engine.settings import Settings

NEEDS = ("packages", "assets", "letters")
USUAL, MOST = 400, 20_000
MOST_TOLD = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which year, how many dossiers, thrown how, kept where."""
    parser.add_argument("--year", type=int, default=2026, help="a year whose days off are announced (2026)")
    parser.add_argument(
        "--dossiers", type=int, default=USUAL, metavar="N", help=f"how many are filed ({USUAL}: about ten minutes)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which year it is of all possible ones (1)")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="keep it here, in a folder of its own")
    parser.add_argument("--json", action="store_true", help="print JSON; progress goes to the error output")


def run(args: argparse.Namespace) -> int:
    """0 when every promise holds, 1 when one does not, 2 when a word makes no sense or the folder is taken."""
    from cli.serving.premises import Refused, hold
    from cli.simulating.folder import Taken, clear, must_be_free, write_mark
    from cli.simulating.year import Span
    from engine.calendars.vietnam import announced_through
    from engine.settings import read_settings

    if not 2026 <= args.year <= announced_through() or not 1 <= args.dossiers <= MOST:
        print(f"motcua simulate: years from 2026 to {announced_through()}, up to {MOST:,} dossiers", file=sys.stderr)
        return 2
    os.umask(0o077)
    span = Span(date(args.year, 1, 1), date(args.year, 12, 31), args.dossiers, args.seed)
    with ExitStack() as stack:
        folder = args.data.expanduser().absolute() if args.data is not None else None
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-simulation-"))) / "data"
        try:
            must_be_free(folder)
            stack.enter_context(hold(folder, f"process {os.getpid()}, a simulation"))
            clear(folder, _say)
        except (Taken, Refused) as taken:
            print(f"motcua simulate: {taken}", file=sys.stderr)
            return 2
        write_mark(folder, span, finished=False)
        settings = read_settings({"MOTCUA_DATA": str(folder), "MOTCUA_SAMPLE": "1"})
        result = simulate(settings, span, as_json=args.json)
        write_mark(folder, span, finished=True)
    if args.data is not None:
        _say(f"kept in {folder}: ./motcua serve --data {folder}")
    return result


def simulate(settings: Settings, span: Span, *, as_json: bool) -> int:
    """Open, live, close, check; 1 when something does not hold."""
    from cli.schema import migrate
    from cli.simulating.closing import closing
    from cli.simulating.promises import broken
    from cli.simulating.telling import as_lines
    from cli.simulating.year import live_through, open_office

    _say(f"SIMULATION of {span.first} to {span.last}: {span.dossiers} dossiers, seed {span.seed}. Nothing is real.")
    began = time.process_time()
    migrate(settings.database_url)
    house = open_office(settings, span)
    try:
        opened = time.process_time()
        course = live_through(house, span, _say)
        lived = time.process_time() - opened
        found = closing(course.house, span)
        faults = [*(f"a job failed: {one}" for one in course.failed), *broken(course.house, span)]
    finally:
        house.database.dispose()
    acts = course.acts.total()
    cost = {"cpu_seconds": round(time.process_time() - began, 1), "cpu_ms_per_act": round(1000 * lived / acts, 1)}
    if as_json:
        told = {"span": asdict(span), "acts": dict(course.acts), "broken": faults, **asdict(found), **cost}
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(as_lines(found)))
        print("\n".join(f"{number:7d}  {title}" for title, number in course.acts.items()))
        print(f"CPU {cost['cpu_seconds']} s, {cost['cpu_ms_per_act']} ms an act ({acts} acts)")
    for fault in faults[:MOST_TOLD]:
        print(f"BROKEN: {fault}", file=sys.stderr)
    _say(verdict(len(faults)))
    return 1 if faults else 0


def verdict(faults: int) -> str:
    """The last line."""
    if faults:
        return f"{faults} promises broken"
    return "no late case untold, no owed letter unlisted; every date follows from its ledger, the journal verifies"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
