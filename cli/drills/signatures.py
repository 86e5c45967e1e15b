"""Papers at every level, made with every kind of key at hand, read by other programs; and turned bytes, each found."""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cli.drills.engine import Walked
from engine.letters.pdf import render
from signing import authority_certificates as certificates
from signing import documents
from signing.ageing import SHIPPED, read_ageing
from signing.authority import SampleAuthority
from signing.authority_certificates import Issuer
from signing.keys import KeyInMemory, KeyStore, PrivateKey
from signing.levels import raised
from signing.parts import parts
from signing.preparing import embedded, prepared
from signing.verify import verify

_SECRET = "a secret for one drill, long enough"
_PAPER = """
<p data-part="agency">Ủy ban nhân dân phường Mẫu</p><p data-part="place">Mẫu</p><p data-part="symbol">GP-UBND</p>
<p data-part="type">Giấy phép</p><p data-part="title">Chủ tịch</p><p data-part="signer">Nguyễn Văn Đức</p>
<p>Cấp cho người nộp hồ sơ.</p>
"""
_KINDS: dict[str, Callable[[], PrivateKey]] = {
    "ecdsa-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
}


def drill(flips: int, seed: int, now: datetime, say: Callable[[str], None]) -> Walked:
    """Every level and kind of key past pdfsig, mutool, qpdf and openssl; so many turned bytes in one B-LTA paper."""
    found = Walked()
    with tempfile.TemporaryDirectory(prefix="motcua-drill-") as place:
        folder = Path(place)
        authority = SampleAuthority.create(folder / "authority", secret=_SECRET, now=now)
        (folder / "root.pem").write_bytes(b"".join(authority.roots))
        last = b""
        for kind, level, pdf in _papers(folder, authority, now):
            _read_by_others(f"{kind} {level}", pdf, level, folder, authority, now, found)
            say(f"{kind} {level}")
            last = pdf
        _turned(last, flips, seed, authority, now + timedelta(minutes=1), found)
    return found


def _papers(folder: Path, authority: SampleAuthority, now: datetime) -> Iterator[tuple[str, str, bytes]]:
    """The same letter, signed with each kind of key, at B-B, B-T and B-LTA."""
    letter = render(_PAPER, sample=True, now=now)
    ready = documents.prepare(letter.pdf, letter.boxes)
    issuer = Issuer("root", KeyStore(folder / "authority", _SECRET).load("sample-root"))
    for kind, make in _KINDS.items():
        key = _key(make(), issuer, now)
        # What the sample authority did not issue it knows nothing of; it answers for what stands in its book.
        authority._book.enter(key.serial, issuer.code)
        waiting = prepared(
            ready, certificate=key.certificate, chain=key.chain, field="leader", stamp=None, reason="", location="",
            now=now,
        )  # fmt: skip
        signature = key.raw_signature(waiting.signed_attributes, waiting.algorithm)
        yield kind, "B-B", embedded(waiting, signature, None)
        stamped = documents.sign(
            ready, key, field="leader", stamp=None, reason="", location="", now=now,
            timestamper=authority.timestamper(now),
        )  # fmt: skip
        yield kind, "B-T", stamped
        later = now + timedelta(minutes=1)
        yield kind, "B-LTA", raised(
            stamped, revocation=authority, timestamper=authority.timestamper(later), authorities=authority.roots,
            ageing=read_ageing(SHIPPED.parent), now=later,
        ).pdf  # fmt: skip


def _key(private: PrivateKey, issuer: Issuer, now: datetime) -> KeyInMemory:
    name = certificates.subject("Nguyễn Văn Đức", "Ủy ban nhân dân phường Mẫu", "Chủ tịch")
    builder = certificates.begun(name, issuer, private, now, years=5)
    return certificates.issued(
        builder.add_extension(certificates.usage(content_commitment=True), critical=True), private, issuer, ""
    )


def _read_by_others(
    name: str, pdf: bytes, level: str, folder: Path, authority: SampleAuthority, now: datetime, found: Walked
) -> None:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    own = verify(pdf, roots=authority.roots, now=now + timedelta(minutes=1), revocation=authority)
    held = own.valid and own.signatures[0].level == level
    _note(found, "./motcua verify", held, f"{name}: {own.code or own.signatures[0].level}")
    words = _told("pdfsig", "-nocert", path)[1]
    _note(found, "pdfsig", words.count("Signature is Valid.") >= 1 and "Mismatch" not in words, f"{name}: {words}")
    words = _told("mutool", "sign", "-v", path)[1]
    # MuPDF knows no store of proofs and calls it an edit; the signature itself it finds right.
    whole = "document is unchanged since signing" in words or "signature is valid but there have been edits" in words
    _note(found, "mutool", whole, f"{name}: {words}")
    code, words = _told("qpdf", "--check", path)
    _note(found, "qpdf", code == 0 and "WARNING" not in words, f"{name}: {words}")
    one = parts(pdf)[0]
    (folder / "signature.der").write_bytes(one.der)
    (folder / "content.bin").write_bytes(one.covered)
    code, words = _told(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "signature.der", "-content",
        folder / "content.bin", "-purpose", "any", "-cades", "-out", "/dev/null", "-CAfile", folder / "root.pem",
        "-attime", str(int(now.timestamp()) + 60),
    )  # fmt: skip
    _note(found, "openssl", code == 0, f"{name}: {words}")


def _turned(pdf: bytes, flips: int, seed: int, authority: SampleAuthority, now: datetime, found: Walked) -> None:
    """Turn one bit at random places outside the room of the last stamp, whose padding and copies nobody signs."""
    gap, after = parts(pdf)[-1].room
    dice = random.Random(seed)
    for _ in range(flips):
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


def _told(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run([str(one) for one in command], capture_output=True, timeout=60)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")
