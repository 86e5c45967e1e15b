"""Verify the record of all acts and its daily seals, or print what to keep elsewhere and verify against later.

    ./motcua journal verify [--json]           recompute every chain, the tree of heads and every day's signed seal
    ./motcua journal verify --against FILE     also: nothing of what was kept has been changed or taken away since
    ./motcua journal heads > heads-2026-11.txt the head of every chain, as of now
    ./motcua journal seals > seals.jsonl       every day's seal with its signature, as the public page gives it
    ./motcua journal seal                      seal the days that are over and not sealed yet (workers do that anyway)
    ./motcua journal proof FILE [--head HEAD]  check the evidence of one dossier that its page gave somebody
    ./motcua journal witness URL --keep FILE   somebody else's house: fetch its seals, hold them against those in FILE

FILE of --against holds heads, seals or lines "code-of-a-dossier head-on-its-receipt". Whoever can write to the
database could rewrite a chain with its head; not one whose head, or whose day's seal, is kept somewhere else.
verify names each fault by chain, number of the act and what was done: edited, removed, reordered, truncated …
A witness needs no installation and no permission: run daily, it names the first day of a history that was rewritten.
It ends with 0 when all is whole, 1 when something is not, 2 when FILE or URL cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.composition import House
    from engine.journal import Fault
    from engine.queries.history_check import Kept

NEEDS = ("packages",)
MOST_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with what to compare."""
    parser.add_argument("what", choices=("verify", "heads", "seals", "seal", "proof", "witness"))
    parser.add_argument(
        "file", nargs="?", default=None, metavar="FILE", help="evidence to check (proof), or whose seals (witness)"
    )
    parser.add_argument("--keep", type=Path, default=None, metavar="FILE", help="where a witness keeps what it saw")
    parser.add_argument("--against", type=Path, default=None, metavar="FILE", help="heads or seals kept earlier")
    parser.add_argument("--head", default="", metavar="HEAD", help="the head on a receipt (proof)")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 when everything holds, 1 when something does not, 2 when a file cannot be read."""
    if args.what == "witness":
        return _witness(args)
    from cli.archives.place import settings_of
    from engine.composition import build_house

    house = build_house(settings_of(args.data))
    try:
        return answer(house, args)
    finally:
        house.database.dispose()


def answer(house: House, args: argparse.Namespace) -> int:
    """Do what was asked of this house."""
    verbs = {"verify": _verify, "heads": _heads, "seals": _seals, "seal": _seal, "proof": _proof}
    return verbs[args.what](house, args)


def _witness(args: argparse.Namespace) -> int:
    from cli.witnessing.watching import watch
    from engine.clock import SystemClock

    if args.file is None or args.keep is None:
        print("motcua: name whose seals to fetch and where to keep them: witness URL --keep FILE", file=sys.stderr)
        return 2
    return watch(args.file, args.keep, now=SystemClock().now(), as_json=args.json)


def _heads(house: House, args: argparse.Namespace) -> int:
    from engine.queries.heads import heads_of
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look:
        for chain, (seq, head) in sorted(heads_of(look.session).items()):
            print(f"{chain} {seq} {head.hex()}")
    return 0


def _seals(house: House, args: argparse.Namespace) -> int:
    from engine.queries.history import all_seals
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look:
        sys.stdout.writelines(all_seals(look))
    return 0


def _seal(house: House, args: argparse.Namespace) -> int:
    from engine.errors import Refusal
    from engine.performing import seal_history
    from signing.errors import SigningRefused

    try:
        sealed = seal_history(house)
    except (SigningRefused, Refusal) as refused:
        print(f"motcua: the days are sealed, but a seal could not be signed: {refused}", file=sys.stderr)
        return 1
    print(f"{sealed} days sealed")
    return 0


def _verify(house: House, args: argparse.Namespace) -> int:
    from engine.journal import verify
    from engine.queries.heads import KeptHeads
    from engine.queries.history_check import Kept, against, check_seals, unsealed
    from engine.work import SYSTEM

    kept = _read(args.against) if args.against else Kept()
    if kept is None:
        return 2
    with house.reading(actor=SYSTEM) as look:
        heads = KeptHeads(look.session)
        chains, acts = heads.count()
        faults = list(verify(look.session, heads))
        checked = check_seals(look)
        faults += checked.faults + against(look, kept)
        late = unsealed(look)
    notes = checked.notes + [f"{chain}: acts of a sealed day are in no seal" for chain in late]
    figures = {
        "chains": chains,
        "acts": acts,
        "seals": checked.seals,
        "leaves": checked.leaves,
        "compared": kept.count,
    }
    if args.json:
        print(json.dumps({**figures, "whole": not faults, "faults": [asdict(one) for one in faults], "notes": notes}))
    else:
        _say(faults, notes, figures)
    return 1 if faults else 0


def _say(faults: list[Fault], notes: list[str], figures: dict[str, int]) -> None:
    lines = [f"{one.kind.upper()}  {one.chain}{f', act {one.seq}' if one.seq else ''}: {one.problem}" for one in faults]
    lines += [f"note  {note}" for note in notes]
    for line in lines[:MOST_SHOWN]:
        print(line)
    if len(lines) > MOST_SHOWN:
        print(f"… and {len(lines) - MOST_SHOWN} more (--json tells all)")
    compared = f", {figures['compared']} kept elsewhere" if figures["compared"] else ""
    told = f"{figures['chains']} chains, {figures['acts']} acts, {figures['seals']} sealed days{compared}"
    print(f"{told}: {f'{len(faults)} FAULTS' if faults else 'all whole'}")


def _read(path: Path) -> Kept | None:
    from engine.queries.history_check import read_kept

    try:
        return read_kept(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"motcua: {path} holds no heads and no seals ({error}).", file=sys.stderr)
        return None


def _proof(house: House, args: argparse.Namespace) -> int:
    from engine.queries.evidence import holds_head, judge
    from engine.shortheads import read_short_head

    head = read_short_head(args.head) if args.head else None
    try:
        text = Path(args.file).read_text(encoding="utf-8") if args.file else sys.stdin.read()
    except (OSError, ValueError) as error:
        print(f"motcua: {args.file} cannot be read ({error}).", file=sys.stderr)
        return 2
    if args.head and head is None:
        print(f"motcua: “{args.head}” is no head of a receipt, or has a slip in it.", file=sys.stderr)
        return 2
    judged = judge(text, house.ports.signatures, now=house.clock.now())
    contains = None if head is None or judged.broken else holds_head(text, head)
    if args.json:
        print(json.dumps({**asdict(judged), "contains_head": contains}, ensure_ascii=False))
    elif judged.broken:
        print(f"does NOT hold: {judged.problem}")
    else:
        sealed = f"sealed up to act {judged.sealed} on {judged.day}" if judged.sealed else "in no seal yet"
        by = f" by {judged.by}" if judged.by else ""
        print(f"{judged.acts} acts, head {judged.head}, {sealed}{by}: all whole")
        if contains is not None:
            print("it contains the head given" if contains else "it does NOT contain the head given")
    if judged.broken == "unreadable":
        return 2
    return 1 if judged.broken or contains is False else 0
