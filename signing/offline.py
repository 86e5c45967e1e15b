"""What the QR on a result says by itself, and how it is written down and signed: docs/offline-qr.md, version 1.

The text is an address of the house with everything else behind its "#": whoever has a network is led to the register,
whoever has none checks the signature with a page kept beforehand. Every character before the signature is signed.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

VERSION = "1"
PURPOSE = b"motcua QR 1\n"
"""What stands before the signed text, so that no signature of another purpose can be taken for this one."""
MOST = 1400
"""Characters of a code at most: what still fits a QR that a telephone reads off paper."""
TEXT_LIMIT = 120
"""Bytes of one text at most; a longer one is cut and ends in an ellipsis."""
EPOCH = date(1970, 1, 1)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of P-256 (FIPS 186-5; SEC 2, section 2.4.2)."""
_ADDRESS = re.compile(r"https?://[!-\"$-~]+/v/[A-Z2-7]{12}")
_FORM = re.compile(rf"(({_ADDRESS.pattern})#{VERSION}([A-Z2-7]+))\.([A-Z2-7]+)")
_LENGTHS = frozenset({0, 2, 4, 5, 7})
_SAMPLE, _TRIAL = 1, 2


class Unreadable(ValueError):
    """This text is no code of a result, or not in the one form in which it is written."""


@dataclass(frozen=True)
class ResultCode:
    """What the QR on a result says.

    `address` is the page of the register (https://host/v/CODE), `key_id` 16 hexadecimal digits, `digest` the SHA-256
    (hex) of the file as the leader signed it, which is how the file begins; `holder` a masked name, "" for nobody.
    """

    address: str
    key_id: str
    number: str
    dated_on: date
    kind: str
    agency: str
    holder: str
    digest: str
    sample: bool = False
    trial: bool = False

    @property
    def code(self) -> str:
        """The twelve letters and digits under which the register knows the paper."""
        return self.address[-12:]


@dataclass(frozen=True)
class SignedCode:
    """A code in its form: its key, what its signature (r and s, 64 bytes) was made over. Not believed yet."""

    address: str
    body: bytes
    signed: bytes
    signature: bytes

    @property
    def key_id(self) -> str:
        """The key it says to be signed with."""
        return self.body[1:9].hex()


def written(code: ResultCode, sign: Callable[[bytes], bytes]) -> str:
    """The text for the QR; `sign` gives r and s (64 bytes) for the bytes it is handed. May raise ValueError."""
    if not _ADDRESS.fullmatch(code.address):
        raise ValueError("the address of a code is http(s)://…/v/ and twelve letters of base 32")
    days = (code.dated_on - EPOCH).days
    body = bytes([_SAMPLE * code.sample | _TRIAL * code.trial])
    body += bytes.fromhex(code.key_id) + days.to_bytes(3, "big") + bytes.fromhex(code.digest)
    if len(body) != 44:
        raise ValueError("a key's id is 8 bytes, a digest 32")
    for name in ("number", "kind", "agency", "holder"):
        words = _shortened(getattr(code, name))
        if not words and name != "holder":
            raise ValueError(f"a code without {name} says nothing")
        body += bytes([len(words)]) + words
    before = f"{code.address}#{VERSION}{base32(body)}"
    text = f"{before}.{base32(sign(PURPOSE + before.encode('ascii')))}"
    if len(text) > MOST:
        raise ValueError("the address is too long for a code")
    return text


def read(text: str) -> ResultCode:
    """What a code says, its signature not judged; raises `Unreadable` for anything but its one form."""
    return said_by(form_of(text))


def form_of(text: str) -> SignedCode:
    """The parts of a code, nothing in it made sense of yet; raises `Unreadable` for anything but its one form."""
    form = _FORM.fullmatch(text) if len(text) <= MOST else None
    if form is None:
        raise Unreadable("no code of a result, or of another version")
    before, address, written_body, signature = form.groups()
    body, raw = unbase32(written_body), unbase32(signature)
    if len(body) < 48 or len(raw) != 64:
        raise Unreadable("a code is longer, a signature has 64 bytes")
    return SignedCode(address, body, PURPOSE + before.encode("ascii"), raw)


def said_by(code: SignedCode) -> ResultCode:
    """What a code says; raises `Unreadable` when that is not in its one form."""
    address, body = code.address, code.body
    if body[0] > (_SAMPLE | _TRIAL):
        raise Unreadable("a mark nobody knows")
    at, texts = 44, []
    for _ in range(4):
        if at >= len(body) or at + 1 + body[at] > len(body):
            raise Unreadable("a text is cut off")
        texts.append(_text(body[at + 1 : at + 1 + body[at]]))
        at += 1 + body[at]
    if at != len(body) or not all(texts[:3]):
        raise Unreadable("something is missing, or follows the last text")
    try:
        dated_on = EPOCH + timedelta(days=int.from_bytes(body[9:12], "big"))
    except OverflowError as wrong:
        raise Unreadable("no such day") from wrong
    number, kind, agency, holder = texts
    return ResultCode(
        address=address,
        key_id=code.key_id,
        number=number,
        dated_on=dated_on,
        kind=kind,
        agency=agency,
        holder=holder,
        digest=body[12:44].hex(),
        sample=bool(body[0] & _SAMPLE),
        trial=bool(body[0] & _TRIAL),
    )


def _shortened(text: str) -> bytes:
    plain = unicodedata.normalize("NFC", " ".join("".join(c if c.isprintable() else " " for c in text).split()))
    if len(plain.encode()) <= TEXT_LIMIT:
        return plain.encode()
    return plain.encode()[: TEXT_LIMIT - 3].decode("utf-8", "ignore").rstrip().encode() + "…".encode()


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Unreadable("no text") from wrong
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in text):
        raise Unreadable("a text with invisible signs")
    return text


def base32(data: bytes) -> str:
    """RFC 4648 base 32 without padding: what a QR holds tightly and an address takes as it is."""
    return base64.b32encode(data).decode("ascii").rstrip("=")


def unbase32(text: str) -> bytes:
    """The bytes of base 32 in its one form (capitals, no padding, spare bits zero); raises `Unreadable`."""
    if len(text) % 8 not in _LENGTHS:
        raise Unreadable("no base 32")
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError as wrong:
        raise Unreadable("no base 32") from wrong
    if base32(data) != text:
        raise Unreadable("base 32 in another form")
    return data


def raw_signature(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """ECDSA P-256 with SHA-256 as r and s, 32 bytes each, s in the lower half: same key and data, same signature."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def signature_holds(point: bytes, data: bytes, signature: bytes) -> bool:
    """Whether r and s are the one accepted signature of `data` by the key with this point (uncompressed, 65 bytes)."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not 0 < r < ORDER or not 0 < s <= ORDER // 2:
        return False
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        public.verify(encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
