"""The key behind the codes on results: show it for posting at the counter, check a code, give a stolen key up.

Codes and lists: docs/offline-qr.md. The key makes itself anew every year; only giving one up is a person's act.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.people import signed_in

if TYPE_CHECKING:
    from engine.composition import House

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done, and by whom."""
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="every key with the days of its use")
    checking = acts.add_parser("check", help="judge the text of a code (0 genuine and standing, 1 not)")
    checking.add_argument("code", metavar="TEXT", help="what stands in the QR")
    ending = acts.add_parser("end", help="give a key up because it was stolen or lost (an operator's act)")
    ending.add_argument("key", metavar="ID", help="16 hexadecimal digits, as list shows them")
    ending.add_argument("--reason", required=True, metavar="WHY", help="published with the key")
    ending.add_argument("--by", default="", metavar="LOGIN", help="the operator")


def run(args: argparse.Namespace) -> int:
    """0 when it was done or the code stands, 1 otherwise (the reason is printed)."""
    if args.data is not None:
        os.environ["MOTCUA_DATA"] = str(args.data.expanduser().absolute())
    from engine.composition import composition
    from engine.errors import Refusal
    from signing.errors import SigningRefused

    try:
        return {"list": show, "check": check, "end": end}[args.act](composition(), args)
    except (Refusal, SigningRefused) as refusal:
        print(f"motcua: {refusal}", file=sys.stderr)
        return 1


def show(house: House, args: argparse.Namespace) -> int:
    """One line a key."""
    for key in house.ports.offline.published():
        ended = f"  given up on {key.ended_on:%d/%m/%Y}: {key.ended_because}" if key.ended_on else ""
        print(f"{' '.join(key.id[at : at + 4] for at in range(0, 16, 4))}  {key.starts} – {key.ends}{ended}")
    return 0


def check(house: House, args: argparse.Namespace) -> int:
    """What a code says and whether it stands, by the newest list published here."""
    from engine.queries.withdrawals import newest_list
    from engine.work import SYSTEM
    from signing.offline import Unreadable
    from signing.offline_judging import judge
    from signing.offline_lists import read_list

    keys = house.ports.offline.published()
    with house.reading(actor=SYSTEM) as look:
        newest = newest_list(look)
    try:
        carried = read_list(newest.text, keys) if newest is not None else None
    except Unreadable:  # signed by a key given up a moment ago
        carried = None
    found = judge(args.code, house=house.settings.public_url, keys=keys, carried=carried, now=look.now)
    print(f"{found.verdict}; list: {found.list_state}")
    if found.said is not None and found.verdict == "genuine":
        said = found.said
        print(f"{said.kind}, {said.number}, {said.dated_on}, {said.agency}, {said.holder}, {said.digest}")
    for act in found.acts:
        print(f"{act.kind} {act.on} {act.decision} {act.authority}")
    return 0 if found.stands else 1


def end(house: House, args: argparse.Namespace) -> int:
    """Give a key up; the next one is made when something is signed, and the list is published anew."""
    from engine.usecases.offline_lists import end_offline_key

    actor = signed_in(house, args.by)
    with house.unit_of_work(actor=actor) as work:
        key = end_offline_key(work, args.key.replace(" ", ""), reason=args.reason)
    print(f"Given up: {key.id}. Pages saved before now do not know it: have them saved anew.")
    return 0
