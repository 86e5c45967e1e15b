"""Long drills, each over a temporary installation or a folder of tests.

`kill9` kills workers (and lets them use a private broker) while dossiers are filed and handled; `serve` kills any
process of a running house while another system hands dossiers in; `signing` kills workers and the signer at chosen
moments while papers are signed, sealed and raised; `dmn` runs the DMN technology compatibility kit;
`engine` walks random drawings beside a plain reading of them; `calendar` does so with due dates; `moving` moves open
cases to another version and back; `signatures` has papers of every level, signed with keys of every kind wherever keys
may lie, read by pdfsig, mutool, qpdf, openssl and pyHanko, and turns bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

NEEDS = ("packages", "assets", "letters")
MOST_TOLD = 400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which drill and how long; DATABASE_URL, if set, must name an empty database for the drill alone."""
    drills = parser.add_subparsers(dest="which", required=True, metavar="DRILL")
    office = argparse.ArgumentParser(add_help=False)
    office.add_argument("--rounds", type=int, default=30, help="how many processes are killed (default 30)")
    office.add_argument("--seed", type=int, default=9, help="the same seed files the same dossiers (default 9)")
    brokers = ("folder", "redis", "rabbitmq")
    office.add_argument("--broker", choices=brokers, default="folder", help="what wakes the workers (default folder)")
    drills.add_parser("kill9", parents=[office], help="workers are killed in the middle of their jobs")
    drills.add_parser("serve", parents=[office], help="any process of ./motcua serve is killed")
    drills.add_parser("signing", parents=[office], help="workers and the signer are killed while papers are signed")
    kit = drills.add_parser("dmn", help="the DMN technology compatibility kit")
    kit.add_argument(
        "--tck", type=Path, required=True, help="a folder of its cases (github.com/dmn-tck/tck, TestCases)"
    )
    kit.add_argument("--only", default="", help="only test files whose path contains this")
    engine = drills.add_parser("engine", help="random drawings, walked by the engine and by a plain reading")
    engine.add_argument("--rounds", type=int, default=1000, help="how many drawings of each kind (default 1000)")
    engine.add_argument("--seed", type=int, default=1000, help="the same seed draws the same (default 1000)")
    signatures = drills.add_parser(
        "signatures", help="papers of every level and kind of key read by other programs; turned bytes"
    )
    signatures.add_argument("--flips", type=int, default=200, help="how many bytes are turned (default 200)")
    signatures.add_argument("--seed", type=int, default=6, help="the same seed turns the same bytes (default 6)")
    moving = drills.add_parser("moving", help="open cases are moved to another version, workers killed, all undone")
    moving.add_argument("--cases", type=int, default=2000, help="how many open cases (default 2000)")
    moving.add_argument("--kills", type=int, default=3, help="workers killed each way (default 3)")
    moving.add_argument("--seed", type=int, default=9, help="the same seed acts on the same cases (default 9)")
    calendar = drills.add_parser("calendar", help="random due dates, beside a plain reading from day to day")
    calendar.add_argument("--rounds", type=int, default=10_000, help="how many of each kind (default 10000)")
    calendar.add_argument("--seed", type=int, default=10_000, help="the same seed draws the same (default 10000)")


def run(args: argparse.Namespace) -> int:
    """Run the drill asked for; 0 when everything held, 1 when something did not."""
    own = {
        "dmn": run_kit,
        "engine": run_engine,
        "calendar": run_calendar,
        "moving": run_moving,
        "signatures": run_signatures,
    }
    return own.get(args.which, run_office)(args)


def run_engine(args: argparse.Namespace) -> int:
    """Walk random drawings; every walk that went another way than it should is told with its seed."""
    from cli.drills.engine import drill

    found = drill(args.rounds, args.seed, lambda text: print(text, flush=True))
    for title, figure in sorted(found.figures.items()):
        print(f"{figure:6d}  {title}")
    for broken in found.broken[:MOST_TOLD]:
        print(f"DIFFERS: {broken}", file=sys.stderr)
    print("every walk went as it was read" if not found.broken else f"{len(found.broken)} walks differ")
    return 1 if found.broken or args.rounds < 1 else 0


def run_calendar(args: argparse.Namespace) -> int:
    """Draw random dossiers; every due date that is not what it must be is told with its seed."""
    from cli.drills.calendar import drill

    found = drill(args.rounds, args.seed, lambda text: print(text, flush=True))
    for broken in found.broken[:MOST_TOLD]:
        print(f"BROKEN: {broken}", file=sys.stderr)
    print("every due date is what it must be" if not found.broken else f"{len(found.broken)} due dates are not")
    return 1 if found.broken or args.rounds < 1 else 0


def run_signatures(args: argparse.Namespace) -> int:
    """Sign, have other programs read it, turn bytes; what was not as it must be is told."""
    from cli.drills.signatures import drill
    from cli.setup.system import ensure
    from engine.clock import SystemClock

    ensure({"poppler", "pdf-readers", "softhsm"})
    now = SystemClock().now().replace(microsecond=0)
    found = drill(args.flips, args.seed, now, lambda text: print(text, flush=True))
    for title, figure in found.figures.items():
        print(f"{figure:6d}  {title}")
    for broken in found.broken[:MOST_TOLD]:
        print(f"BROKEN: {broken}", file=sys.stderr)
    print("every paper was told as what it is" if not found.broken else f"{len(found.broken)} were not")
    return 1 if found.broken or args.flips < 1 else 0


def run_moving(args: argparse.Namespace) -> int:
    """Move, kill, undo and compare on PostgreSQL: the one DATABASE_URL names, else a private one."""
    from cli.drills import moving
    from cli.drills.database import own_database
    from cli.schema import migrate
    from engine.composition import build_house
    from engine.sample.base import load_base
    from engine.settings import read_settings

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-drill-"))
        url = stack.enter_context(own_database(f"drill_moving_{os.getpid()}"))
        told = {"MOTCUA_DATA": str(Path(folder) / "data"), "MOTCUA_SAMPLE": "1", "DATABASE_URL": url}
        environment = {**os.environ, **told}
        settings = read_settings(environment)
        print("opening a sample office …", flush=True)
        migrate(settings.database_url)
        house = build_house(settings)
        load_base(house)
        house.database.dispose()
        found = moving.drill(
            settings, environment, cases=args.cases, kills=args.kills, seed=args.seed,
            say=lambda text: print(text, flush=True),
        )  # fmt: skip
    for title, figure in found.figures.items():
        print(f"{figure:6d}  {title}")
    for broken in found.broken[:MOST_TOLD]:
        print(f"BROKEN: {broken}", file=sys.stderr)
    print("every case was where it belongs" if not found.broken else f"{len(found.broken)} promises broken")
    return 1 if found.broken else 0


def run_kit(args: argparse.Namespace) -> int:
    """Every test of the kit under a folder, what failed and the figures of each level."""
    from cli.drills.tck import drill, lines

    if not args.tck.is_dir():
        print(f"{args.tck} is no folder", file=sys.stderr)
        return 2
    found = drill(args.tck, only=args.only)
    failed = [told for figures in found.values() for told in figures.failed]
    for told in failed[:MOST_TOLD]:
        print(f"FAILED {told}", file=sys.stderr)
    for line in lines(found):
        print(line)
    return 1 if failed or not found else 0


def run_office(args: argparse.Namespace) -> int:
    """Open a sample office of its own, drill, print the figures; 0 when every promise held, 1 when one was broken."""
    from cli.drills import kill9, signing, tree
    from cli.schema import migrate
    from cli.setup.system import ensure
    from cli.testing.brokers import broker
    from engine.composition import build_house
    from engine.sample.base import load_base
    from engine.settings import read_settings

    ensure({args.broker} - {"folder"})
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-drill-"))
        environment = {**os.environ, "MOTCUA_DATA": str(Path(folder) / "data"), "MOTCUA_SAMPLE": "1"}
        if args.broker != "folder":
            environment["BROKER_URL"] = stack.enter_context(broker(args.broker)).url
        settings = read_settings(environment)
        print("opening a sample office …", flush=True)
        migrate(settings.database_url)
        house = build_house(settings)
        load_base(house)
        house.database.dispose()
        drill = {"kill9": kill9.drill, "serve": tree.drill, "signing": signing.drill}[args.which]
        found = drill(
            settings, environment, rounds=args.rounds, seed=args.seed, say=lambda text: print(text, flush=True)
        )
    for title, figure in found.figures.items():
        print(f"{figure:6d}  {title}")
    for broken in found.broken:
        print(f"BROKEN: {broken}", file=sys.stderr)
    print("every promise held" if not found.broken else f"{len(found.broken)} promises broken")
    return 1 if found.broken else 0
