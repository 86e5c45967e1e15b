"""Take the pictures of the README anew, from a sample office served for them.

They stand in docs/pictures. Names and dates differ from run to run; what is shown does not.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cli.setup.house import HOUSE

if TYPE_CHECKING:
    from engine.composition import House

NEEDS = ("packages", "developer", "assets", "letters", "chromium", "poppler")
FOLDER = HOUSE / "docs" / "pictures"
PATIENCE = 1200.0
"""Seconds the sample may take to live through its dossiers."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ones, and where to."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures to take (default: all)")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="DIR", help="default: docs/pictures")


def run(args: argparse.Namespace) -> int:
    """Serve, wait for the sample, look at every page, keep its picture; 2 for a name there is not."""
    from cli.drills.tree import Served
    from cli.picturing.shots import SHOTS, known_of, take
    from engine.composition import build_house
    from engine.settings import read_settings

    unknown = set(args.names) - {shot.name for shot in SHOTS}
    if unknown:
        print(f"motcua: no such picture: {', '.join(sorted(unknown))}. There are {', '.join(s.name for s in SHOTS)}.")
        return 2
    with tempfile.TemporaryDirectory(prefix="motcua-pictures-") as folder:
        environment = {**os.environ, "MOTCUA_SAMPLE": "1", "MOTCUA_DATA": folder, "DATABASE_URL": ""}
        served = Served(Path(folder), environment)
        try:
            served.stand()
            house = build_house(read_settings(environment))
            wait_for_sample(house)
            wanted = [shot for shot in SHOTS if not args.names or shot.name in args.names]
            take(wanted, known_of(house), served.address, args.into)
            house.database.dispose()
        finally:
            served.end()
    return 0


def wait_for_sample(house: House) -> None:
    """Wait until all dossiers of the sample are there and the workers have come to rest."""
    from cli.drills.outside import rest
    from engine.outbox import Progress
    from engine.sample.loading import NAME
    from engine.work import SYSTEM

    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with house.reading(actor=SYSTEM) as look:
            progress = look.session.get(Progress, NAME)
            if progress is not None and progress.done >= progress.total:
                break
        time.sleep(2)
    rest(house, PATIENCE)
