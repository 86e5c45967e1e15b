"""Signing keys of the office: list them, bring one in, unlock, lock, take out; images of hands and seals.

A key is a file (PKCS#12), lies in a token or module of this machine (PKCS#11), with a remote signing service (CSC API
v2), or in a token in its holder's own PC. PINs and passphrases are asked at the terminal, never given as an option;
they go to the signer process and are kept nowhere else. For a real office: docs/operations.md, "Signing keys".
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cli.people import signed_in, typed_secret

if TYPE_CHECKING:
    from engine.composition import House
    from engine.usecases.keys import Holder
    from engine.work import Actor
    from signing.keyring import KeyState
    from signing.stores.records import KeyRecord

NEEDS = ("packages",)
ASKED = {
    "passphrase": "Passphrase of the key file",
    "pin": "PIN",
    "client_secret": "Client secret of the remote signing service",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done, with whose key, by whom."""
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="every key, its holder, its certificate's end, locked or unlocked")
    adding = acts.add_parser("add", help="bring a key in (an operator's act)")
    _whose(adding)
    adding.add_argument("--unit", default="", metavar="CODE", help="the office this person signs for with this key")
    adding.add_argument("--file", type=Path, metavar="FILE.p12", help="a key file (PKCS#12)")
    adding.add_argument("--module", metavar="LIBRARY.so", help="the PKCS#11 library of a token or module")
    adding.add_argument("--token", default="", metavar="LABEL", help="the token's label")
    adding.add_argument("--label", default="", metavar="LABEL", help="the key's label in the token")
    adding.add_argument("--id", default="", metavar="HEX", help="the key's id in the token")
    adding.add_argument("--csc", metavar="URL", help="a remote signing service, up to /csc/v2")
    adding.add_argument("--token-url", default="", metavar="URL", help="where it gives bearer tokens (OAuth 2.0)")
    adding.add_argument("--client-id", default="", metavar="ID", help="who this house is to the service")
    adding.add_argument("--credential", default="", metavar="ID", help="which key of the service, where it has several")
    adding.add_argument(
        "--desk", type=Path, metavar="CERT.pem", help="a token in the holder's PC: certificate and chain"
    )
    adding.add_argument(
        "--differs", default="", metavar="WHY", help="why the certificate names holder or unit otherwise"
    )
    adding.add_argument("--replace", action="store_true", help="in place of the key the holder has")
    for name, does in (
        ("unlock", "open a key with its secret"),
        ("lock", "forget a key"),
        ("remove", "take a key out"),
    ):
        _whose(acts.add_parser(name, help=does))
    showing = acts.add_parser("image", help="the image papers show for a key: the holder's hand, or the office's seal")
    _whose(showing)
    how = showing.add_mutually_exclusive_group(required=True)
    how.add_argument("--file", type=Path, metavar="FILE.png", help="PNG, transparent ground; a hand blue, a seal red")
    how.add_argument("--none", action="store_true", help="show no image from now on")
    showing.add_argument("--across", type=int, metavar="MM", help="the diameter of the real seal")


def _whose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", default="", metavar="LOGIN", help="the holder, a person")
    parser.add_argument("--office", default="", metavar="CODE", help="the holder, an office (its seal)")
    parser.add_argument("--by", default="", metavar="LOGIN", help="who does it: an operator, or the holder")


def run(args: argparse.Namespace) -> int:
    """0 when it was done, 1 when it was refused (the reason is printed)."""
    if args.data is not None:
        os.environ["MOTCUA_DATA"] = str(args.data.expanduser().absolute())
    from engine.composition import composition
    from engine.errors import Refusal
    from signing.errors import SigningRefused

    acts: dict[str, Callable[[House, argparse.Namespace], None]] = {
        "list": show, "add": add, "unlock": unlock, "lock": lock, "remove": remove, "image": image,
    }  # fmt: skip
    try:
        acts[args.act](composition(), args)
    except (Refusal, SigningRefused) as refusal:
        print(f"motcua: {refusal}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"motcua: {fault.filename or ''}: {fault.strerror}", file=sys.stderr)
        return 1
    return 0


def show(house: House, args: argparse.Namespace) -> None:
    """One line a key."""
    from engine.clock import legal_date
    from engine.queries.own_keys import all_keys
    from engine.work import SYSTEM

    with house.reading(actor=SYSTEM) as look:
        found = all_keys(look)
    for name, key in found:
        state = "at its desk" if key.kind == "desk" else "unlocked" if key.ready else "locked"
        until = f"{legal_date(key.valid_to):%d/%m/%Y}"
        print(f"{key.kind:<8}{state:<13}{until:<12}{key.serial:<42}{name}{f' ({key.unit})' if key.unit else ''}")
    if not found:
        print("No keys yet: ./motcua keys add --help")


def add(house: House, args: argparse.Namespace) -> None:
    """Read the certificate where the key lies, hold it against the holder, write it down."""
    from engine.usecases.keys import add_key

    actor, holder = _who(house, args)
    record, content = _brought(args)
    with house.unit_of_work(actor=actor) as work:
        state = add_key(work, holder, record, content=content, again=args.replace)
    print(f"Added: {holder.name}, certificate {state.serial}, until {state.valid_to:%d/%m/%Y}.")
    if state.asks:
        whose = f"--person {args.person}" if args.person else f"--office {args.office}"
        print(f"It is locked. Unlock it: ./motcua keys unlock {whose} --by {args.by}")


def _brought(args: argparse.Namespace) -> tuple[KeyRecord, bytes | None]:
    """The record of the key described, and the key file where it is one; Invalid unless it is exactly one kind."""
    from engine.errors import Invalid
    from signing.stores import bringing

    kinds = [name for name in ("file", "module", "csc", "desk") if getattr(args, name)]
    if len(kinds) != 1:
        raise Invalid("Nêu đúng một nơi giữ khóa: --file, --module, --csc hoặc --desk.")
    told = {"unit": args.unit, "differs": args.differs}
    if kinds == ["file"]:
        content = args.file.read_bytes()
        return bringing.of_file(content, typed_secret(ASKED["passphrase"]), **told), content
    if kinds == ["module"]:
        return bringing.of_token(args.module, args.token, args.label, args.id, **told), None
    if kinds == ["csc"]:
        secret = typed_secret(ASKED["client_secret"])
        return bringing.of_service(args.csc, args.token_url, args.client_id, secret, args.credential, **told), None
    return bringing.of_desk(args.desk.read_bytes(), **told), None


def unlock(house: House, args: argparse.Namespace) -> None:
    """Ask for what the key wants and pass it to the signer process."""
    from engine.errors import Invalid
    from engine.usecases.keys import check_may_unlock, note_unlock
    from signing.errors import SigningRefused

    actor, holder = _who(house, args)
    with house.reading(actor=actor) as look:
        state = check_may_unlock(look, holder.mark)
    if not state.asks:
        raise Invalid("Khóa này không cần mở ở máy chủ.")
    signer = _signer(house)
    try:
        signer.unlock(holder.mark, {name: typed_secret(ASKED[name]) for name in state.asks})  # type: ignore[attr-defined]
    except SigningRefused as refusal:
        with house.unit_of_work(actor=actor) as work:
            note_unlock(work, state, refused=refusal.code)
        raise
    with house.unit_of_work(actor=actor) as work:
        note_unlock(work, state)
    print(f"Unlocked: {holder.name}.")


def lock(house: House, args: argparse.Namespace) -> None:
    """Have the signer process forget a key."""
    from engine.usecases.keys import check_may_unlock, note_lock

    actor, holder = _who(house, args)
    with house.reading(actor=actor) as look:
        state: KeyState = check_may_unlock(look, holder.mark)
    _signer(house).lock(holder.mark)  # type: ignore[attr-defined]
    with house.unit_of_work(actor=actor) as work:
        note_lock(work, state)
    print(f"Locked: {holder.name}.")


def remove(house: House, args: argparse.Namespace) -> None:
    """Take a key out of the house; the signer forgets it at once."""
    from engine.usecases.keys import remove_key

    actor, holder = _who(house, args)
    with house.unit_of_work(actor=actor) as work:
        remove_key(work, holder)
    print(f"Removed: {holder.name}.")


def image(house: House, args: argparse.Namespace) -> None:
    """Bring in the image of a hand or seal, or take it away; what an image cannot be is said line by line."""
    from engine.errors import Invalid
    from engine.usecases.signing_images import give_image, take_image_away

    actor, holder = _who(house, args)
    try:
        with house.unit_of_work(actor=actor) as work:
            if args.none:
                take_image_away(work, holder.mark)
            else:
                give_image(work, holder.mark, args.file.read_bytes(), across_mm=args.across)
    except Invalid as refusal:
        for problem in refusal.problems:
            print(f"motcua: {problem.path}: {problem.message % problem.params}", file=sys.stderr)
        raise
    print(f"{'No image any more' if args.none else 'The image is taken in'}: {holder.name}.")


def _who(house: House, args: argparse.Namespace) -> tuple[Actor, Holder]:
    from engine.usecases.keys import find_holder

    actor = signed_in(house, args.by)
    with house.reading(actor=actor) as look:
        return actor, find_holder(look.session, login=args.person, office=args.office)


def _signer(house: House) -> object:
    """The signer process; a key unlocked in this command alone would be locked again when it ends."""
    from engine.errors import Unavailable
    from signing.signer_line import Line

    signer = house.ports.signatures.keys.signer
    if not isinstance(signer, Line):
        raise Unavailable("Hệ thống chưa chạy: khóa chỉ mở trong tiến trình giữ khóa của ./motcua serve.")
    return signer
