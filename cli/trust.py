"""Whom the house trusts: roots and time-stamping authorities by document, two persons each; certificates and clock.

    ./motcua trust list                                    roots, time stamps, rules, what waits for a second person
    ./motcua trust root FILE --class public_service …      propose a root; end-root FINGERPRINT ends one
    ./motcua trust tsa NAME URL --rank 1 …                 propose a time-stamping authority; end-tsa NAME ends one
    ./motcua trust rules --grace-hours 24 --warn 5 --stop 60 …
    ./motcua trust agree ID --by LOGIN                     the second person; refuse ID --reason WHY
    ./motcua trust secret NAME                             user:password of a time-stamping authority, beside the keys
    ./motcua trust check                                   ask about every certificate, compare clocks, now
    ./motcua trust revoke SERIAL --reason keyCompromise    the sample authority takes a certificate back

Every proposal names its document: --from, --document, --dated (days as 2026-03-27), --verified once compared with it.

Exit code 0: done, or nothing is wrong; 1: check found something; 2: refused.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from cli.people import signed_in, typed_secret

if TYPE_CHECKING:
    from engine.composition import House
    from engine.work import Reading, Work

NEEDS = ("packages",)
SETTING = {
    "asked": "is asked for time stamps until the first order about them holds; none does yet",
    "same": "names an authority laid down below and is not needed any more",
    "overruled": "is NOT asked: orders decide, and they say otherwise. Take it out of the settings",
    "sample": "is not asked: a sample office stamps its papers itself",
}
"""What the setting is to the orders."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done, by which document, by whom."""
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="who is trusted, and what waits for a second person")
    acts.add_parser("check", help="ask about every certificate and compare clocks now")
    root = _proposing(acts, "root", "propose a root")
    root.add_argument("file", type=Path, help="its certificate, PEM or DER")
    root.add_argument("--class", dest="kind", required=True, help="public_service or public")
    root.add_argument("--only", choices=("signing", "timestamps"), help="trust it for one purpose only")
    _proposing(acts, "end-root", "propose to trust a root no more").add_argument("fingerprint", help="SHA-256, hex")
    tsa = _proposing(acts, "tsa", "propose a time-stamping authority")
    tsa.add_argument("name")
    tsa.add_argument("url")
    tsa.add_argument("--rank", default="1", help="1 is asked first")
    _proposing(acts, "end-tsa", "propose to use one no more").add_argument("name")
    rules = _proposing(acts, "rules", "propose how strictly certificates and clock are checked")
    rules.add_argument("--grace-hours", required=True, help="signing goes on so long while revocation cannot be asked")
    rules.add_argument("--warn", required=True, help="seconds of drift from which operators are told")
    rules.add_argument("--stop", required=True, help="seconds of drift from which nothing is signed")
    for name, does in (("agree", "agree to what another proposed"), ("refuse", "refuse it")):
        deciding = acts.add_parser(name, help=does)
        deciding.add_argument("id", help="as list shows it")
        deciding.add_argument("--by", required=True, metavar="LOGIN")
        deciding.add_argument("--reason", default="")
    acts.add_parser("secret", help="keep user:password of a time-stamping authority").add_argument("name")
    revoking = acts.add_parser("revoke", help="the sample authority takes a certificate back")
    revoking.add_argument("serial", help="hexadecimal")
    revoking.add_argument("--reason", default="unspecified", help="as RFC 5280 names it")
    revoking.add_argument("--by", required=True, metavar="LOGIN")


def _proposing(acts: Any, name: str, does: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(name, help=does)
    parser.add_argument("--by", required=True, metavar="LOGIN", help="the operator who proposes")
    parser.add_argument("--from", dest="valid_from", type=date.fromisoformat, metavar="DAY", help="from which day on")
    parser.add_argument("--document", default="", help="number of the document")
    parser.add_argument("--dated", dest="dated_on", type=date.fromisoformat, metavar="DAY", help="its date")
    parser.add_argument("--verified", action="store_true", help="the content was compared with the document")
    parser.add_argument("--note", default="")
    parser.add_argument("--reason", default="", help="why, for an end")
    return parser


def run(args: argparse.Namespace) -> int:
    """0 done or well, 1 something is wrong, 2 refused."""
    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.errors import Refusal
    from signing.errors import SigningRefused

    house = build_house(settings_of(args.data))
    try:
        return _done(house, args)
    except Refusal as refusal:
        print(refusal.message % refusal.params if refusal.params else refusal.message, file=sys.stderr)
        for one in getattr(refusal, "problems", ()):
            print(f"  {one.path}: {one.message % one.params if one.params else one.message}", file=sys.stderr)
        return 2
    except (SigningRefused, OSError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    finally:
        house.database.dispose()


def _done(house: House, args: argparse.Namespace) -> int:
    from engine.work import SYSTEM

    if args.act == "list":
        with house.reading(actor=SYSTEM) as look:
            _list(look)
        return 0
    if args.act == "check":
        return _check(house)
    if args.act == "secret":
        return _secret(house, args.name)
    with house.unit_of_work(actor=signed_in(house, args.by)) as work:
        print(_ordered(work, args))
    return 0


def _ordered(work: Work, args: argparse.Namespace) -> str:
    """Propose, decide or revoke; what to say of it."""
    from engine.usecases import trust_orders as orders
    from engine.usecases.certificates import revoke_sample

    if args.act == "revoke":
        revoke_sample(work, args.serial, args.reason)
        return f"{args.serial} is revoked from now on"
    if args.act in ("agree", "refuse"):
        try:
            key = UUID(args.id)
        except ValueError:
            key = UUID(int=0)
        orders.decide_order(work, key, agree=args.act == "agree", answer=args.reason)
        return "agreed: it holds from its day on" if args.act == "agree" else "refused"
    paper = {name: getattr(args, name) for name in ("valid_from", "document", "dated_on", "verified", "note")}
    if args.act == "root":
        purposes = (args.only,) if args.only else ("signing", "timestamps")
        order = orders.propose_root(work, args.file.read_bytes(), kind=args.kind, purposes=purposes, **paper)
        print(f"SHA-256 {order.content['fingerprint']}\n{order.content['subject']}")
    elif args.act == "end-root":
        order = orders.propose_end_of_root(work, args.fingerprint, reason=args.reason, **paper)
    elif args.act == "tsa":
        order = orders.propose_tsa(work, name=args.name, url=args.url, rank=args.rank, **paper)
    elif args.act == "end-tsa":
        order = orders.propose_end_of_tsa(work, args.name, reason=args.reason, **paper)
    else:
        numbers = {"grace_hours": args.grace_hours, "drift_warn_seconds": args.warn, "drift_stop_seconds": args.stop}
        order = orders.propose_rules(work, numbers, **paper)
    return f"proposed as {order.id}; another person agrees with: ./motcua trust agree {order.id} --by LOGIN"


def _list(look: Reading) -> None:
    from engine.queries.trust import trust_page

    page = trust_page(look)
    for line in page.roots:
        root = line.root
        until = f"{root.until:%Y-%m-%d}" if root.until else "no end"
        checked = "compared" if root.verified else "not compared with its document"
        print(f"root {line.state:9} {root.kind:15} {root.since:%Y-%m-%d} to {until}  {line.subject}")
        print(f"     {root.fingerprint}  {root.document or 'of this installation'}, {checked}")
    if not page.roots:
        print("no root is trusted yet")
    if page.stamps.setting:
        print(f"MOTCUA_TSA_URL ({page.stamps.address}) {SETTING[page.stamps.setting]}")
    for one in page.stamps.authorities:
        print(f"time stamps {one.rank}. {one.name}  {one.url}  since {one.since}, {one.document}")
    rules = page.rules.rules
    print(
        f"rules: {rules.grace_hours} h of grace, drift warned of from {rules.drift_warn_seconds} s, "
        f"no signing from {rules.drift_stop_seconds} s ({page.rules.document})"
    )
    for waiting in page.open:
        said = waiting.order.content
        about = said.get("subject") or said.get("name") or ""
        print(f"waits for a second person: {waiting.order.id}  {waiting.order.kind} {about}  proposed by {waiting.by}")


def _check(house: House) -> int:
    from engine.performing import look_at_certificates
    from engine.queries.trust import certificates_page, stamps_today
    from engine.work import SYSTEM

    count = look_at_certificates(house)
    house.ports.trust.watch_clocks()
    with house.reading(actor=SYSTEM) as look:
        page, stamps = certificates_page(look), stamps_today(look)
    wrong = [line for line in page.lines if line.state != "good"]
    for line in wrong:
        why = line.row.failure or line.row.reason
        print(f"{line.state:10} {line.row.ends_at:%Y-%m-%d}  {line.name}  {line.row.serial}  {why}")
    off = [line for line in page.clocks if line.state != "ok"]
    for clock in off:
        said = clock.reading
        told = "" if said is None else said.failure or f"{(said.drift_ms or 0) / 1000:.1f} s"
        print(f"clock {clock.state:10} {clock.source}  {told}")
    contradicts = stamps.setting == "overruled"
    if contradicts:
        print(f"MOTCUA_TSA_URL ({stamps.address}) {SETTING[stamps.setting]}")
    print(f"{count} certificates looked at, {len(wrong)} need a look; {len(page.clocks)} clocks compared")
    return 1 if wrong or off or contradicts else 0


def _secret(house: House, name: str) -> int:
    from engine.trust.house import SECRETS
    from signing.stores.records import write_privately

    folder = house.settings.keys / SECRETS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.umask(0o077)
    secret = typed_secret(f"user:password for {name}")
    if ":" not in secret:
        print("Write user and password with a colon between them.", file=sys.stderr)
        return 2
    write_privately(folder / quote(name, safe=""), secret.encode())
    print(f"kept for {name}")
    return 0
