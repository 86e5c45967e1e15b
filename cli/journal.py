"""Verify the record of all acts, or print its heads to keep elsewhere and verify against later.

    ./motcua journal verify                    recompute every chain
    ./motcua journal heads > heads-2026-11.txt the short text that fixes the whole journal
    ./motcua journal verify --against FILE     also: nothing of that time was changed or taken away since

Whoever can write to the database could rewrite a chain with its head; not one whose head you keep somewhere else.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NEEDS = ("packages",)
MOST_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which heads to compare."""
    parser.add_argument("what", choices=("verify", "heads"))
    parser.add_argument("--against", type=Path, default=None, metavar="FILE", help="heads printed earlier")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 when every chain holds, 1 when one does not, 2 when the earlier heads cannot be read."""
    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.journal import verify
    from engine.queries.heads import grown_from, heads_of
    from engine.work import SYSTEM

    try:
        earlier = read_heads(args.against) if args.against else {}
    except (OSError, ValueError) as error:
        print(f"motcua: {args.against} is no list of heads ({error}).", file=sys.stderr)
        return 2
    house = build_house(settings_of(args.data))
    try:
        with house.reading(actor=SYSTEM) as look:
            heads = heads_of(look.session)
            if args.what == "heads":
                for chain, (seq, head) in sorted(heads.items()):
                    print(f"{chain} {seq} {head.hex()}")
                return 0
            faults = [f"{fault.chain}, act {fault.seq}: {fault.problem}" for fault in verify(look.session, heads)]
            faults += [f"{chain}: {problem}" for chain, problem in grown_from(look.session, earlier)]
    finally:
        house.database.dispose()
    for fault in faults[:MOST_SHOWN]:
        print(fault)
    if len(faults) > MOST_SHOWN:
        print(f"… and {len(faults) - MOST_SHOWN} more")
    acts = sum(seq for seq, _ in heads.values())
    against = f", compared with {len(earlier)} heads of {args.against}" if earlier else ""
    print(f"{len(heads)} chains, {acts} acts{against}: {f'{len(faults)} FAULTS' if faults else 'all whole'}")
    return 1 if faults else 0


def read_heads(path: Path) -> dict[str, tuple[int, bytes]]:
    """The heads in a text that `journal heads` printed."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            chain, seq, head = line.rsplit(" ", 2)
            found[chain] = (int(seq), bytes.fromhex(head))
    return found
