"""The head of a chain of acts as people copy it: "7-ABCDE-FGHJK-MNPQR-STVWX", the number of the act before it.

Eighteen letters carry the first 90 bits of the head, which nobody can hit with another history (2^90 attempts); the
last two tell a slip of the pen from a history that was changed. Letters are Crockford's: no I, L, O, U.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 90
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SHAPE = re.compile(rf"([1-9][0-9]{{0,8}})-([{LETTERS}]{{20}})")


@dataclass(frozen=True)
class ShortHead:
    """The number of an act and the first 90 bits of its digest."""

    seq: int
    bits: int

    def fits(self, digest: bytes) -> bool:
        """Whether the act with this digest is meant."""
        return first_bits(digest) == self.bits

    def __str__(self) -> str:
        text = _letters(self.bits, 18) + _check(self.seq, self.bits)
        return f"{self.seq}-" + "-".join(text[at : at + 5] for at in range(0, 20, 5))


def first_bits(digest: bytes) -> int:
    """What of a digest (32 bytes) stands in its short form."""
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - BITS)


def short_head(seq: int, digest: bytes) -> str:
    """The short form of a head, as it is printed and sent."""
    return str(ShortHead(seq, first_bits(digest)))


def read_short_head(text: str) -> ShortHead | None:
    """A short head as somebody typed it, with or without strokes; None when it is none or has a slip in it."""
    number, _, rest = text.strip().upper().partition("-" if "-" in text else " ")
    letters = re.sub(r"[^0-9A-Z]", "", rest).translate(_READ_AS)
    found = _SHAPE.fullmatch(f"{number.strip()}-{letters}")
    if found is None:
        return None
    seq, bits = int(found[1]), _number(letters[:18])
    return ShortHead(seq, bits) if letters[18:] == _check(seq, bits) else None


def _check(seq: int, bits: int) -> str:
    digest = hashlib.sha256(f"motcua head {seq} {bits:x}".encode()).digest()
    return _letters(int.from_bytes(digest[:2], "big") >> 6, 2)


def _letters(number: int, count: int) -> str:
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(count - 1, -1, -1))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    return number
