"""Say who signed a PDF, in which role, when, what was changed since, and whether it can be trusted.

The trust list, time stamps and register are those of this installation; with `--roots` those of a file, and no
installation is needed. Where there is none, nobody is trusted and no register is asked, and that is said. `--report`
writes a report signed with the agency's key (a ZIP that openssl can check); FILE may be such a report.

Exit code 0: everything signed is intact and trusted, and the paper still stands as far as the register goes; 1: not so;
2: the file cannot be read, or something asked for cannot be had.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.queries.verifying import Checked
    from engine.settings import Settings
    from signing.evidence_checking import ReportVerdict
    from signing.trust import TrustList

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, whom to trust, how to tell it."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="everything, for programs")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the words (vi)")
    parser.add_argument("--roots", type=Path, metavar="PEM", help="trust these certificates and nothing else")
    parser.add_argument("--report", type=Path, metavar="OUT", help="write a signed report (ZIP)")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 holds and stands, 1 does not, 2 cannot be read or asked."""
    from cli.archives.place import settings_of
    from engine.errors import Refusal
    from signing.errors import SigningRefused
    from signing.trust import TrustList, read_roots
    from signing.verify import MAX_BYTES

    try:
        with args.file.open("rb") as handle:
            pdf = handle.read(MAX_BYTES + 1)
        if args.roots:
            return _by_list(args, pdf, TrustList.of(read_roots(args.roots.read_bytes())))
        settings = settings_of(args.data)
        return _by_house(args, pdf, settings) if _installed(settings) else _by_list(args, pdf, TrustList())
    except OSError as fault:
        print(f"motcua: {fault.filename or ''}: {fault.strerror}", file=sys.stderr)
    except Refusal as refusal:
        print(f"motcua: {refusal.message % refusal.params if refusal.params else refusal.message}", file=sys.stderr)
    except SigningRefused as refusal:
        print(f"motcua: {refusal}", file=sys.stderr)
    return 2


def _installed(settings: Settings) -> bool:
    """Whether an office's data lies here; a look must not begin one."""
    from sqlalchemy.engine import make_url

    file = make_url(settings.database_url).database if settings.is_sqlite else None
    return file is None or Path(file).exists()


def _by_list(args: argparse.Namespace, pdf: bytes, trusted: TrustList) -> int:
    from engine.clock import SystemClock
    from engine.errors import Invalid
    from engine.queries.verifying import Checked
    from signing.evidence import digest
    from signing.evidence_checking import check_report, is_report
    from signing.roots import check
    from signing.verify import verify

    if args.report:
        raise Invalid("Báo cáo có chữ ký cần khóa của cơ quan: chạy lệnh ở nơi có dữ liệu của cơ quan, bỏ --roots.")
    if not trusted.entries:
        words = {
            "vi": "Ở đây không có dữ liệu của cơ quan, nên không có danh sách tin cậy: dùng --data hoặc --roots.",
            "en": "No office's data lies here, so nobody is on a trust list: use --data or --roots.",
        }
        print(f"motcua: {words[args.lang]}", file=sys.stderr)
    now = SystemClock().now()
    if is_report(pdf):
        known = [one.certificate for one in trusted.entries]
        return _tell_report(args, check_report(pdf, partial(check, roots=known, now=now)))
    verdict = verify(pdf, roots=trusted, now=now)
    return _tell(args, Checked(digest(pdf), len(pdf), verdict, None), asked=False)


def _by_house(args: argparse.Namespace, pdf: bytes, settings: Settings) -> int:
    from engine.composition import build_house
    from engine.errors import Conflict
    from engine.queries import verifying
    from engine.usecases.sealing import sealing_holder
    from engine.usecases.verification_reports import note_report
    from engine.work import SYSTEM
    from signing.evidence_checking import check_report, is_report

    house = build_house(settings)
    try:
        now = house.clock.now()
        if is_report(pdf):
            check = partial(house.ports.signatures.check_statement, now=now)
            return _tell_report(args, check_report(pdf, check))
        with house.reading() as look:
            known = verifying.known_paper(look, pdf)
            holder = sealing_holder(look)
        found = verifying.checked(house.ports, pdf, known, now=now)
        if args.report:
            if not holder:
                raise Conflict("Cơ quan chưa có khóa để ký báo cáo kiểm tra.")
            told = verifying.statement(house.ports, found, now=now)
            with house.unit_of_work(actor=SYSTEM) as work:
                note_report(work, told.told, holder)
            args.report.write_bytes(verifying.signed(house.ports, told, holder, now=now))
        return _tell(args, found)
    finally:
        house.database.dispose()


def _tell(args: argparse.Namespace, found: Checked, *, asked: bool = True) -> int:
    from engine.queries.verifying import findings, register_text
    from signing.telling import text

    if args.json:
        print(json.dumps(findings(found) | {"register_asked": asked}, ensure_ascii=False, indent=1))
    else:
        print(f"{args.file}\nSHA-256 {found.sha256}\n\n{text(found.verdict, args.lang)}", end="")
        unasked = {"vi": "\nChưa hỏi sổ của cơ quan nào.\n", "en": "\nNo office's register was asked.\n"}
        print(register_text(found.paper, args.lang) if asked else unasked[args.lang], end="")
    return 0 if found.stands else 1


def _tell_report(args: argparse.Namespace, found: ReportVerdict) -> int:
    """Whether a report is as it was signed, by whom and when, then what it says."""
    from signing.telling import moment, report_problem

    if args.json:
        told = {"valid": found.valid, "code": found.code, "signer": found.signer, "organisation": found.organisation}
        told |= {"signed_at": found.timestamped_at.isoformat() if found.timestamped_at else None}
        print(json.dumps(told | {"report": found.said}, ensure_ascii=False, indent=1))
        return 0 if found.valid else 1
    print(f"{args.file}\n{report_problem(found.code, args.lang)}")
    if found.signer:
        print(f"{found.signer}, {moment(found.timestamped_at)}")
    if found.said:
        print(f"\nSHA-256 {found.said['file']['sha256']}, {found.said['checked_at']}\n{found.said['text'][args.lang]}")
    return 0 if found.valid else 1
