"""Long drills on a temporary installation: kill9 kills workers at random while dossiers are filed and handled."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

NEEDS = ("packages", "assets", "letters")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which drill and how long; DATABASE_URL, if set, must name an empty database for the drill alone."""
    parser.add_argument("which", choices=("kill9",))
    parser.add_argument("--rounds", type=int, default=30, help="how many workers are killed (default 30)")
    parser.add_argument("--seed", type=int, default=9, help="the same seed files the same dossiers (default 9)")


def run(args: argparse.Namespace) -> int:
    """Open a sample office of its own, drill, print the figures; 0 when every promise held, 1 when one was broken."""
    from cli.drills.kill9 import drill
    from cli.migrate import migrate
    from engine.composition import build_house
    from engine.sample.base import load_base
    from engine.settings import read_settings

    with tempfile.TemporaryDirectory(prefix="motcua-drill-") as folder:
        environment = {**os.environ, "MOTCUA_DATA": str(Path(folder) / "data"), "MOTCUA_SAMPLE": "1"}
        settings = read_settings(environment)
        print("opening a sample office …", flush=True)
        migrate(settings.database_url)
        house = build_house(settings)
        load_base(house)
        house.database.dispose()
        found = drill(
            settings, environment, rounds=args.rounds, seed=args.seed, say=lambda text: print(text, flush=True)
        )
    for title, figure in found.figures.items():
        print(f"{figure:6d}  {title}")
    for broken in found.broken:
        print(f"BROKEN: {broken}", file=sys.stderr)
    print("every promise held" if not found.broken else f"{len(found.broken)} promises broken")
    return 1 if found.broken else 0
