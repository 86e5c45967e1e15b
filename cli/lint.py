"""Check drawings, decisions, forms and whole bundles: what is wrong, where, and what to do about it.

PATH is a .bpmn, .dmn or .form file, a bundle (a folder with procedure.toml) or a folder of any of these. Exit code 0:
no errors (notes do not count); 1: errors; 2: there is nothing to check at PATH. The code of the house itself is looked
after by `./motcua tidy`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

NEEDS = ("packages", "assets")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to check, how strictly, in which language and shape."""
    parser.add_argument("path", metavar="PATH", type=Path, help="a model, a bundle, or a folder of them")
    parser.add_argument("--json", action="store_true", help="findings for programs, one JSON document")
    parser.add_argument(
        "--profile",
        choices=["bpmn", "procedure"],
        help="bpmn: valid and executable BPMN 2.0; procedure: also what an office needs (default for bundles)",
    )
    parser.add_argument("--lang", choices=["vi", "en"], default="vi", help="language of the findings (default vi)")


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 when one of them is an error."""
    from cli.models.paths import NotThere, subjects
    from cli.models.report import Checked, as_json, as_text
    from engine.spoken import speaker

    try:
        found = subjects(args.path)
    except NotThere as fault:
        print(f"motcua lint: {fault}", file=sys.stderr)
        return 2
    checked = [Checked(one.path, one.is_bundle, *one.check(args.profile)) for one in found]
    if args.json:
        text = json.dumps(as_json(args.path, checked, speaker(args.lang)), ensure_ascii=False, indent=2)
    else:
        text = as_text(checked, args.lang)
    sys.stdout.buffer.write(f"{text}\n".encode())
    return 1 if any(finding.severity == "error" for one in checked for finding in one.findings) else 0
