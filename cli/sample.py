"""Open the sample office: offices, people, calendar, keys and procedures; its dossiers are left to a worker.

`serve` does this by itself unless it is told --empty. Done again, it adds only what is missing.
"""

from __future__ import annotations

import argparse

NEEDS = ("packages", "assets", "letters")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The installation comes from MOTCUA_DATA and DATABASE_URL, as everywhere."""


def run(args: argparse.Namespace) -> int:
    """Make the office ready to sign in to, then ask for its dossiers."""
    from engine.composition import composition
    from engine.sample.base import load_base
    from engine.sample.loading import ask_for_dossiers

    house = composition()
    load_base(house)
    ask_for_dossiers(house)
    return 0
