"""Sign a PDF with a key of this installation, with a time stamp and proofs inside (PAdES B-LTA).

`--sample` needs no installation: it prints a sample result, has it signed, numbered, sealed and raised, and writes the
sample root beside it, so that any other program can check the file.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cli.people import signed_in

if TYPE_CHECKING:
    from engine.composition import House
    from engine.usecases.keys import Holder
    from signing.errors import SigningRefused

NEEDS = ("packages", "assets", "letters")
LARGEST = 64 * 2**20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, whose key, where the signed one goes."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.pdf", help="the file to sign; it stays as it is")
    parser.add_argument("--as", dest="key", default="", metavar="KEY", help="person:LOGIN or office:CODE")
    parser.add_argument("--by", default="", metavar="LOGIN", help="who does it (an office's key: who keeps its seal)")
    parser.add_argument("-o", "--output", type=Path, default=None, metavar="OUT", help="the signed file")
    parser.add_argument("--reason", default="", help="the reason that stands in the signature")
    parser.add_argument("--level", choices=["B-T", "B-LTA"], default="B-LTA", help="how far it is proven (B-LTA)")
    parser.add_argument("--sample", action="store_true", help="print, sign and raise a sample result instead")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 when signed at the level asked for, 1 when refused or left at a lower level (the reason is printed)."""
    if args.data is not None:
        os.environ["MOTCUA_DATA"] = str(args.data.expanduser().absolute())
    from engine.errors import Refusal
    from signing.errors import SigningRefused

    try:
        return _sample(args) if args.sample else _sign(args)
    except (Refusal, SigningRefused) as refusal:
        print(f"motcua: {refusal}", file=sys.stderr)
    except OSError as fault:
        print(f"motcua: {fault.filename or ''}: {fault.strerror}", file=sys.stderr)
    return 1


def _sample(args: argparse.Namespace) -> int:
    from engine.clock import SystemClock
    from engine.sample.paper import sample_paper

    output = args.output or Path("sample-result.pdf")
    with tempfile.TemporaryDirectory() as folder:
        paper = sample_paper(Path(folder), secrets.token_hex(32), SystemClock().now)
    root = output.with_suffix(".root.pem")
    output.write_bytes(paper.pdf)
    root.write_bytes(paper.root)
    print(f"{output}: {paper.level}, two signatures; the sample root is {root}")
    return 0


def _sign(args: argparse.Namespace) -> int:
    from engine.composition import composition
    from engine.errors import Invalid
    from engine.usecases.signing_files import check_may_sign_file, note_signed_file

    if args.file is None or not args.key or args.output is None:
        raise Invalid("Nêu đủ: FILE.pdf --as KHÓA -o TỆP-RA (hoặc --sample).")
    if args.output.exists() and args.output.samefile(args.file):
        raise Invalid("Tệp ký xong phải là tệp khác: tệp gốc không bị ghi đè.")
    if args.file.stat().st_size > LARGEST:
        raise Invalid("Tệp lớn hơn 64 MB, không ký được.")
    before = args.file.read_bytes()
    house = composition()
    holder, by = _holder(house, args)
    actor = signed_in(house, by)
    with house.reading(actor=actor) as look:
        check_may_sign_file(look, holder)
    desk, now = house.ports.signatures, house.clock.now()
    reason = args.reason or f"Ký số: {args.file.name}"
    signed = desk.sign(
        before, holder.mark, field=f"signature-{secrets.token_hex(4)}", stamp=None, reason=reason, now=now
    )
    level, trouble = "B-T", None
    if args.level == "B-LTA":
        signed, level, trouble = _raised(house, signed)
    with house.unit_of_work(actor=actor) as work:
        note_signed_file(work, holder, before, signed, level)
    args.output.write_bytes(signed)
    print(f"{args.output}: {level}, {holder.name}")
    if trouble is not None:
        print(f"motcua: {trouble.message}", file=sys.stderr)
    return 0 if trouble is None else 1


def _raised(house: House, signed: bytes) -> tuple[bytes, str, SigningRefused | None]:
    """The file at B-LTA, or as it is with the reason: the signature already made is not thrown away."""
    from signing.errors import SigningRefused

    try:
        raised = house.ports.signatures.raised(signed, now=house.clock.now())
    except SigningRefused as refusal:
        return signed, "B-T", refusal
    return raised.pdf, raised.level, None


def _holder(house: House, args: argparse.Namespace) -> tuple[Holder, str]:
    """Whose key it is, and the login of whoever uses it."""
    from engine.errors import Invalid
    from engine.usecases.keys import find_holder

    kind, _, name = args.key.partition(":")
    if kind not in ("person", "office") or not name:
        raise Invalid("Khóa là person:TÊN-ĐĂNG-NHẬP hoặc office:MÃ-ĐƠN-VỊ.")
    with house.reading() as look:
        found = find_holder(
            look.session, login=name if kind == "person" else "", office=name if kind == "office" else ""
        )
    return found, args.by or (name if kind == "person" else "")
