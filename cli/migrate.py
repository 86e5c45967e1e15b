"""Move the running cases of a version to another one: look first, have it approved, watch it, undo it.

    ./motcua migrate 1.001612 --from 3 --to 4                            what would happen to every open case
    ./motcua migrate 1.001612 --from 3 --to 4 --map check=review         “check” is called “review” now
    ./motcua migrate 1.001612 --from 3 --to 4 --request --ground-number 45/2026/QĐ-UBND \\
        --ground-date 2026-02-20 --ground "Điều 3 khoản 2 …" --by thiet  ask that it be done (needs another's approval)
    ./motcua migrate --approve ID --by dung                              a leader or operator approves; a worker does it
    ./motcua migrate --run ID                                            do it here and now, not by a worker
    ./motcua migrate --status ID                                         how far it is, and what became of each case
    ./motcua migrate --undo ID --reason "…" --by van [--case CODE]       lay back the cases nobody has touched since

By law a running dossier stays under the rules of its reception: moving it needs a legal ground, and a promised date is
never lengthened without its letter (--letter form01 or form04). Whoever is named with --by gives their password, except
in the sample office.

Exit code 0: every open case moves or stays, or the act was done; 1: some cases cannot move (now), were skipped or could
not be undone; 2: the words were not understood or the act was refused, and nothing was done.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from engine.composition import House
    from engine.work import Actor

NEEDS = ("packages", "assets")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which versions, how renamed steps are found, who acts on which legal ground."""
    parser.add_argument("procedure", metavar="CODE", nargs="?", default="", help="the procedure, as 1.001612")
    parser.add_argument(
        "--from", dest="source", type=int, metavar="N", help="the version whose open cases are looked at"
    )
    parser.add_argument("--to", dest="target", type=int, metavar="N", help="the version they are to run by")
    parser.add_argument(
        "--map", action="append", default=[], metavar="OLD=NEW", help="a step under another id; may be given often"
    )
    parser.add_argument(
        "--letter", choices=["form01", "form04"], default="", help="the paper that brings a later promised date"
    )
    parser.add_argument("--decided", action="store_true", help="take along dossiers that already have their result")
    parser.add_argument("--case", default="", metavar="CODE", help="only this dossier (dry run and --undo)")
    acts = parser.add_mutually_exclusive_group()
    acts.add_argument("--request", action="store_true", help="ask that the dry run be carried out")
    for verb, told in (
        ("approve", "let an order be carried out"), ("refuse", "turn an order down, or take it back"),
        ("run", "carry an approved order out here"), ("status", "how an order stands"),
        ("undo", "lay the cases of an order back"),
    ):  # fmt: skip
        acts.add_argument(f"--{verb}", type=UUID, metavar="ID", help=told)
    parser.add_argument("--ground-number", default="", metavar="NUMBER", help="number of the legal document")
    parser.add_argument("--ground-date", type=date.fromisoformat, default=None, metavar="DATE", help="its date")
    parser.add_argument("--ground", default="", metavar="TEXT", help="what of it allows the move")
    parser.add_argument("--reason", default="", help="why an order is undone or turned down")
    parser.add_argument("--by", default="", metavar="USERNAME", help="who acts")
    parser.add_argument("--all", action="store_true", help="one paragraph a case, not a group")
    parser.add_argument("--json", action="store_true", help="for programs, one JSON document")
    parser.add_argument("--lang", choices=["vi", "en"], default="vi", help="language of the answer (default vi)")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; a refusal is told in words."""
    from engine.composition import composition
    from engine.errors import Refusal
    from engine.spoken import speaker
    from rules.sentences import Sentence

    try:
        return _run(args, composition())
    except Refusal as refusal:
        text = Sentence(refusal.message, **refusal.params).said(speaker(args.lang))
        print(f"motcua migrate: {text}", file=sys.stderr)
        return 2


def _run(args: argparse.Namespace, house: House) -> int:
    from engine.usecases import moving

    if args.status is not None:
        return _tell(args, house, args.status)
    if args.run is not None:
        return _carry_out(args, house)
    if args.approve is not None:
        with house.unit_of_work(actor=_person(args, house)) as work:
            moving.approve_batch(work, args.approve)
        return _tell(args, house, args.approve)
    if args.refuse is not None:
        with house.unit_of_work(actor=_person(args, house)) as work:
            moving.refuse_batch(work, args.refuse, args.reason)
        return _tell(args, house, args.refuse)
    if args.undo is not None:
        return _undo(args, house)
    return _look(args, house)


def _look(args: argparse.Namespace, house: House) -> int:
    """The dry run, and the request for it if that was asked for."""
    from cli.moving import report
    from engine.queries.moving import dry_run
    from engine.spoken import speaker
    from engine.usecases.moving import request_move
    from engine.usecases.moving_orders import Ground, checked_ground
    from engine.work import SYSTEM

    if not args.procedure or args.source is None or args.target is None:
        raise _misunderstood(report.WORDS[args.lang]["which"])
    actor = _person(args, house) if args.request else SYSTEM
    ground = Ground(args.ground_number, args.ground_date, args.ground)
    if args.request:
        checked_ground(ground)  # before thousands of cases are planned for nothing
    mapping = _mapping(args.map, report.WORDS[args.lang]["pair"])
    with house.reading(actor=actor) as look:
        case_id = _case(look, args.case) if args.case else None
        found = dry_run(
            look, args.procedure, args.source, args.target, mapping=mapping, letter=args.letter,
            decided=args.decided, case_id=case_id,
        )  # fmt: skip
    say = speaker(args.lang)
    document = report.as_json(found, say)
    if args.request:
        if found.faults:
            raise _misunderstood(found.faults[0].said(say))
        with house.unit_of_work(actor=actor) as work:
            batch_id = request_move(work, found.order, found.plans, ground, shown=found.digest)
        document["id"] = str(batch_id)
    if args.json:
        _print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print("\n".join(report.as_text(found, args.lang, say, every=args.all)))
        if args.request:
            return _tell(args, house, batch_id)
    if found.faults:
        return 2
    return 1 if found.tally["cannot"] or found.tally["later"] else 0


def _carry_out(args: argparse.Namespace, house: House) -> int:
    """Move slice after slice here, and tell how far it is; a worker at the same order does no harm."""
    from engine.usecases.moving_batch import carry_out_slice
    from engine.work import SYSTEM

    while left := carry_out_slice(lambda: house.unit_of_work(actor=SYSTEM), args.run):
        print(f"… {left}", file=sys.stderr)
    return _tell(args, house, args.run)


def _undo(args: argparse.Namespace, house: House) -> int:
    from engine.usecases.moving import undo_batch, undo_one

    actor = _person(args, house)
    with house.unit_of_work(actor=actor) as work:
        if args.case:
            undo_one(work, args.undo, _case(work, args.case), args.reason)
        else:
            undo_batch(work, args.undo, args.reason)
    return _tell(args, house, args.undo)


def _tell(args: argparse.Namespace, house: House, batch_id: UUID) -> int:
    """How an order stands; 1 when a case was left out of it against its plan."""
    from cli.moving import report
    from engine.queries.moving import batch_page
    from engine.spoken import speaker
    from engine.work import SYSTEM

    say = speaker(args.lang)
    with house.reading(actor=SYSTEM) as look:
        page = batch_page(look, batch_id, every=True)
    if args.json:
        _print(json.dumps(report.order_json(page, say), ensure_ascii=False, indent=2))
    else:
        _print("\n".join(report.order_lines(page, args.lang, say)))
    return 1 if any(page.line.done.get(status) for status in ("skipped", "failed", "kept")) else 0


def _person(args: argparse.Namespace, house: House) -> Actor:
    """Whoever acts, with the posts of today; outside the sample office their password is asked for."""
    from cli.people import signed_in

    return signed_in(house, args.by)


def _case(look: Any, code: str) -> UUID:
    from engine.usecases.moving import case_by_code

    return case_by_code(look.session, code)


def _mapping(pairs: list[str], told: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not (old.strip() and sign and new.strip()):
            raise _misunderstood(told.format(pair=pair))
        found[old.strip()] = new.strip()
    return found


def _misunderstood(words: str) -> Exception:
    from engine.errors import Invalid

    return Invalid("%(words)s", words=words)


def _print(text: str) -> None:
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()
