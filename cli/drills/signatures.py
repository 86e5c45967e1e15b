"""Papers of every level, made with keys of every kind at every place, read by other programs; turned bytes, found."""

from __future__ import annotations

import base64
import json
import random
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cli.drills.engine import Walked
from cli.drills.keys import CLIENT_SECRET, PASSPHRASE, PIN, SoftToken, key_file, remote_signing
from cli.drills.readers import SOON, read_by_others
from engine.letters.pdf import render
from signing import authority_certificates as certificates
from signing import documents
from signing.ageing import SHIPPED, read_ageing
from signing.authority import SampleAuthority
from signing.authority_certificates import Issuer
from signing.desk_helper import PATH, DeskSimulator
from signing.keyring import Keyring
from signing.keys import KeyInMemory, KeyStore, PrivateKey
from signing.levels import proven, raised
from signing.parts import parts
from signing.preparing import Prepared, embedded, prepared
from signing.signer import Signer
from signing.signer_line import serve
from signing.stores.records import KeyRecord, fingerprint_of
from signing.uses import Asked
from signing.verify import verify

_SECRET = "a secret for one drill, long enough"
_HOLDER, _ORIGIN = "person:1", "https://motcua.example.vn"
_PAPER = """
<p data-part="agency">Ủy ban nhân dân phường Mẫu</p><p data-part="place">Mẫu</p><p data-part="symbol">GP-UBND</p>
<p data-part="type">Giấy phép</p><p data-part="title">Chủ tịch</p><p data-part="signer">Nguyễn Văn Đức</p>
<p>Cấp cho người nộp hồ sơ.</p>
"""
_KINDS: dict[str, Callable[[], PrivateKey]] = {
    "ecdsa-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
    "ecdsa-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
}
USUAL = ("ecdsa-256", "rsa-3072")
"""Kinds of key that every place is tried with; the others in a key file alone."""

Answer = Callable[[Prepared], bytes]
"""How a key at some place signs what was prepared."""


def drill(flips: int, seed: int, now: datetime, say: Callable[[str], None]) -> Walked:
    """Every level, kind and place of key past the other programs; so many turned bytes in the papers at B-LTA."""
    found, last = Walked(), []
    with tempfile.TemporaryDirectory(prefix="motcua-drill-") as place:
        folder = Path(place)
        authority = SampleAuthority.create(folder / "authority", secret=_SECRET, now=now)
        for name, key, answer in _keys(folder, authority, now):
            for level, pdf in _papers(key, answer, authority, now):
                _read(f"{name} {level}", pdf, level, folder, authority, now, found)
            last.append(pdf)
            found.figures["kinds and places of keys"] += 1
            say(name)
        _turned(last, flips, seed, authority, now + SOON, found)
    return found


def _keys(folder: Path, authority: SampleAuthority, now: datetime) -> Iterator[tuple[str, KeyInMemory, Answer]]:
    """Every kind of key at every place it may lie: what it is called, its certificate, how it signs there."""
    issuer = Issuer("root", KeyStore(folder / "authority", _SECRET).load("sample-root"))
    token = SoftToken(folder / "softhsm")
    for number, (kind, make) in enumerate(_KINDS.items(), start=1):
        key = _key(make(), issuer, now)
        # What the sample authority did not issue it knows nothing of; it answers for what stands in its book.
        authority._book.enter(key.serial, issuer.code)
        token.put(key, kind, f"{number:02x}")
        for store in ("pkcs12", "pkcs11", "csc") if kind in USUAL else ("pkcs12",):
            with _signer(folder / f"{store}-{kind}", store, kind, key, token) as answer:
                yield f"{store} {kind}", key, answer
        if kind in USUAL:
            with _at_desk(key) as answer:
                yield f"desk {kind}", key, answer


@contextmanager
def _signer(folder: Path, store: str, kind: str, key: KeyInMemory, token: SoftToken) -> Iterator[Answer]:
    """A key as an office brings it, unlocked in a signer behind its socket."""
    with ExitStack() as stack:
        secrets = {"pkcs12": {"passphrase": PASSPHRASE}, "pkcs11": {"pin": PIN}}.get(store, {})
        where: dict[str, object] = {}
        if store == "pkcs11":
            where = {"module": token.module, "token": token.label, "label": kind}
        elif store == "csc":
            service = stack.enter_context(remote_signing(key))
            where = service.where()
            secrets = {"client_secret": CLIENT_SECRET, "pin": PIN}
        keys = Keyring(folder, _SECRET, served=True)
        record = KeyRecord(key.certificate, key.chain, holder=_HOLDER, kind=store, where=where)
        keys.records.save(record, key_file(key) if store == "pkcs12" else None)
        signer = Signer(folder, _SECRET)
        server = serve(folder, signer)
        stack.callback(signer.lock)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        keys.signer.unlock(_HOLDER, secrets)

        def answer(waiting: Prepared) -> bytes:
            asked = Asked(_HOLDER, fingerprint_of(key), waiting.digest, waiting.algorithm, waiting.record())
            return keys.signer.sign_once("consent:drill", asked)[0]

        yield answer


@contextmanager
def _at_desk(key: KeyInMemory) -> Iterator[Answer]:
    """A key in a token of the holder's own PC, asked by what a page would ask."""
    helper = DeskSimulator(key, (_ORIGIN,), lambda *_: True)
    helper.in_background()

    def ask(door: str, question: Mapping[str, object]) -> dict[str, list[str]]:
        headers = {"Content-Type": "application/json", "Origin": _ORIGIN}
        request = urllib.request.Request(f"{helper.address}{PATH}{door}", json.dumps(question).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as told:
            found: dict[str, list[str]] = json.load(told)
        return found

    def answer(waiting: Prepared) -> bytes:
        question = {
            "challenge": ask("challenge", {})["challenge"],
            "certificate": fingerprint_of(key),
            "algorithm": waiting.algorithm,
            "digests": [base64.b64encode(waiting.digest).decode()],
            "list": {"digest": waiting.digest.hex(), "papers": 1},
        }
        return base64.b64decode(ask("sign", question)["signatures"][0])

    yield answer
    helper.shutdown()
    helper.server_close()


def _papers(key: KeyInMemory, answer: Answer, authority: SampleAuthority, now: datetime) -> Iterator[tuple[str, bytes]]:
    """One letter, signed once with this key, at B-B, B-T, B-LT and B-LTA."""
    letter = render(_PAPER, sample=True, now=now)
    waiting = prepared(
        documents.prepare(letter.pdf, letter.boxes), certificate=key.certificate, chain=key.chain, field="leader",
        stamp=None, reason="", location="", now=now,
    )  # fmt: skip
    signature = answer(waiting)
    yield "B-B", embedded(waiting, signature, None)
    stamped = embedded(waiting, signature, authority.timestamper(now))
    yield "B-T", stamped
    later = now + timedelta(seconds=30)
    yield "B-LT", proven(stamped, revocation=authority, authorities=authority.roots, now=later)
    yield "B-LTA", raised(
        stamped, revocation=authority, timestamper=authority.timestamper(later), authorities=authority.roots,
        ageing=read_ageing(SHIPPED.parent), now=later,
    ).pdf  # fmt: skip


def _key(private: PrivateKey, issuer: Issuer, now: datetime) -> KeyInMemory:
    name = certificates.subject("Nguyễn Văn Đức", "Ủy ban nhân dân phường Mẫu", "Chủ tịch")
    builder = certificates.begun(name, issuer, private, now, years=5)
    return certificates.issued(
        builder.add_extension(certificates.usage(content_commitment=True), critical=True), private, issuer, ""
    )


def _read(
    name: str, pdf: bytes, level: str, folder: Path, authority: SampleAuthority, now: datetime, found: Walked
) -> None:
    own = verify(pdf, roots=authority.roots, now=now + SOON, revocation=authority)
    held = own.valid and own.signatures[0].level == level
    _note(found, "./motcua verify", held, f"{name}: {own.code or own.signatures[0].level}")
    for program, holds, words in read_by_others(pdf, folder, tuple(authority.roots), now):
        _note(found, program, holds, f"{name}: {words}")


def _turned(
    papers: list[bytes], flips: int, seed: int, authority: SampleAuthority, now: datetime, found: Walked
) -> None:
    """Turn one bit at random places outside the room of the last stamp, whose padding and copies nobody signs."""
    dice = random.Random(seed)
    for number in range(flips):  # the papers take turns
        pdf = papers[number % len(papers)]
        gap, after = parts(pdf)[-1].room
        at = dice.randrange(len(pdf) - (after - gap))
        at = at if at < gap else at + after - gap
        changed = pdf[:at] + bytes([pdf[at] ^ (1 << dice.randrange(8))]) + pdf[at + 1 :]
        verdict = verify(changed, roots=authority.roots, now=now)
        _note(found, "turned bytes found", not verdict.valid, f"byte {at} was turned and the paper is called valid")


def _note(found: Walked, title: str, held: bool, told: str) -> None:
    if held:
        found.figures[title] += 1
    else:
        found.broken.append(f"{title}: {told}")
