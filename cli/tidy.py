"""Put the code of the house into shape and say what is wrong with it: format, lint, types, import rules."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cli.setup.house import HOUSE
from cli.test import QUICK_STAGES, SLOW_STAGES, run_stage

NEEDS = ("packages", "developer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The only choice is whether files may be changed."""
    parser.add_argument("--check", action="store_true", help="change nothing, only say what is wrong")


def run(args: argparse.Namespace) -> int:
    """Mend what tools can mend by themselves, then run every stage; 1 when something is left."""
    if not args.check:
        subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "--fix", "."], cwd=HOUSE)
        subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", "."], cwd=HOUSE)
    verdicts = [run_stage(title, words) for title, words in (*QUICK_STAGES, *SLOW_STAGES)]
    return 0 if all(verdicts) else 1
