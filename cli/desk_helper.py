"""Play the helper of a leader's PC: a key file in place of a token, for trying out signing at a desk.

For real use a vendor's helper takes its place; docs/desk-helper.md is the protocol. With --sample a sample office's
person is given such a key at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.people import typed_secret

if TYPE_CHECKING:
    from signing.desk_helper import Agree
    from signing.keys import KeyInMemory

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which key, which site, which port."""
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--file", type=Path, metavar="FILE.p12", help="the key; its passphrase stands for the PIN")
    key.add_argument(
        "--sample", metavar="LOGIN", help="a new key for this person of the sample office, told to the house"
    )
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="the sample office's data folder")
    parser.add_argument(
        "--origin", default="http://127.0.0.1:8080", help="the one site that may ask (as a browser names it)"
    )
    parser.add_argument("--port", type=int, default=17170, help="default 17170")
    parser.add_argument("--yes", action="store_true", help="agree to everything without asking (for trials)")


def run(args: argparse.Namespace) -> int:
    """Answer until Ctrl-C; 1 when the key cannot be opened."""
    from engine.errors import Refusal
    from signing.desk_helper import DeskSimulator
    from signing.errors import SigningRefused

    try:
        key = _sample_key(args) if args.sample else _key_of(args.file)
    except (Refusal, SigningRefused) as refusal:
        print(f"motcua: {refusal}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"motcua: {args.file}: {fault.strerror}", file=sys.stderr)
        return 1
    parts = urlsplit(args.origin)
    try:
        helper = DeskSimulator(key, (f"{parts.scheme}://{parts.netloc}",), _agrees(args.yes), port=args.port)
    except OSError as fault:
        print(f"motcua: port {args.port} cannot be opened ({fault.strerror})", file=sys.stderr)
        return 1
    print(f"Desk helper at {helper.address} for {args.origin}. End with Ctrl-C.", flush=True)
    try:
        helper.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


def _agrees(always: bool) -> Agree:
    def agree(origin: str, digest: str, papers: int) -> bool:
        print(f"{origin} asks for {papers} signature(s) over the list {digest}", flush=True)
        return always or input("Sign? [y/N] ").strip().lower() in {"y", "yes"}

    return agree


def _key_of(file: Path) -> KeyInMemory:
    from signing.stores.pkcs12 import read_file

    return read_file(file.read_bytes(), typed_secret("PIN"))


def _sample_key(args: argparse.Namespace) -> KeyInMemory:
    """A key the sample authority issues now, its certificate brought in for the person as a token of their PC."""
    if args.data is not None:
        os.environ["MOTCUA_DATA"] = str(args.data.expanduser().absolute())
    from engine.accounts.people import mandates_on
    from engine.clock import legal_date
    from engine.composition import composition
    from engine.errors import Invalid
    from engine.usecases.keys import add_key, find_holder
    from engine.work import SYSTEM
    from signing.desk import SampleDesk
    from signing.stores.bringing import of_desk

    house = composition()
    desk = house.ports.signatures
    if not isinstance(desk, SampleDesk):
        raise Invalid("Chỉ văn phòng mẫu tự cấp khóa. Ở cơ quan thật, dùng --file.")
    with house.unit_of_work(actor=SYSTEM) as work:
        holder = find_holder(work.session, login=args.sample)
        assert holder.person is not None
        post = next(iter(mandates_on(work.session, holder.person.id, legal_date(work.now))), None)
        if post is None:
            raise Invalid("Người này hôm nay không giữ chức vụ nào.")
        key = desk.authority.issue(holder.name, post.office.name, post.title, "", now=work.now)
        add_key(work, holder, of_desk(key.certificate + b"".join(key.chain)), again=True)
    return key
