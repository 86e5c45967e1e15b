"""Say why a case does not move, and do the one safe thing about it.

    ./motcua doctor                              every case that stands still, and what is wrong with clock,
                                                 certificates, proofs of papers and sealed days
    ./motcua doctor H29.26743-260302-0001        one case: what is wrong, since when, who can do what
    ./motcua doctor CODE --do retry --by van     do the act offered, as that official, then look again
    ./motcua doctor CODE --do release --by van --reason "Nghỉ việc"

CODE is the code of a dossier, of a filing or of a report. Without --by nothing a dossier says is shown; with it, what
that official may see: they give their password, except in the sample office. What needs two people, and moving to
another version, is done on their pages.

Exit code 0: it moves or waits as it should, or the act helped; 1: something is wrong; 2: there is no such case, act or
official.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which case, in which language and shape, and what to do about it."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="a dossier's, filing's or report's code")
    parser.add_argument("--lang", choices=["vi", "en"], default="vi", help="language of the answer (default vi)")
    parser.add_argument("--json", action="store_true", help="the answer for programs, one JSON document")
    parser.add_argument("--do", metavar="ACT", help="do the act that is offered: retry, resend, release, realign, …")
    parser.add_argument("--on", metavar="KEY", help="which finding, where several offer the same act (its key)")
    parser.add_argument(
        "--by", metavar="LOGIN", help="the official who looks or acts; their posts decide what they may"
    )
    parser.add_argument("--reason", default="", help="why, for the journal")
    parser.add_argument("--asked", action="store_true", help="the other side was asked before doing it again")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    parser.add_argument("--office", metavar="CODE", help="to which office a task goes (move-task)")


def run(args: argparse.Namespace) -> int:
    """Look, act if asked to, look again; the exit code says how the case stands."""
    from cli.archives.place import settings_of
    from cli.doctoring.acting import NoSuch, act
    from cli.doctoring.telling import Teller
    from cli.people import signed_in
    from engine.composition import build_house
    from engine.errors import Forbidden, NotFound, Refusal
    from engine.queries.doctor import diagnose, find_case
    from engine.queries.doctor_lists import standing_cases
    from engine.queries.doctor_trust import trust_findings
    from engine.work import SYSTEM

    teller = Teller(args.lang, as_json=args.json)
    house = build_house(settings_of(args.data))
    try:
        try:
            actor = signed_in(house, args.by) if args.by else SYSTEM
        except Forbidden as refusal:
            print(teller.refusal(refusal), file=sys.stderr)
            return 2
        if not args.code:
            with house.reading(actor=actor) as look:
                lines = standing_cases(look)
                house_too = actor.kind == "system" or actor.holds("operator")
                found = trust_findings(look) if house_too else []
            teller.tell_list(lines, found)
            return 1 if lines or found else 0
        with house.reading(actor=actor) as look:
            case_id = find_case(look, args.code)
        if args.do:
            return act(house, actor, case_id, args, teller)
        with house.reading(actor=actor) as look:
            diagnosis = diagnose(look, case_id)
        teller.tell(diagnosis)
        return 1 if diagnosis.wrong else 0
    except NoSuch as unknown:
        print(teller.no_such(unknown.key, unknown.values), file=sys.stderr)
        return 2
    except NotFound as refusal:
        print(teller.refusal(refusal), file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(teller.refusal(refusal), file=sys.stderr)
        return 1
    finally:
        house.database.dispose()
