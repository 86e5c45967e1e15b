"""Passwords: how they are kept, and in words why one is too easy to guess.

Length, no known words, no rules about kinds of letters, pasting allowed: NIST SP 800-63B, sections 3.1.1.2 and 3.1.1.3.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from engine.accounts.models import fold
from engine.errors import N_

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = _HASHER.hash("nobody")

SHORTEST = 12
LONGEST = 200
LEFT = 6
"""What is left of a password without everything anybody would try first must be at least this long."""
_FAMILIAR = (
    "matkhau motcua vietnam hochiminh saigon hanoi uyban ubnd phuong chinhquyen congchuc hanhchinh dichvucong tphcm "
    "xinchao anhyeuem emyeuanh giadinh hanhphuc tamlam password passwort passphrase administrator admin welcome "
    "letmein iloveyou qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm zxcvbn qazwsx 1qaz2wsx 1q2w3e4r5t 1q2w3e4r secret "
    "default changeme computer internet samsung football monkey dragon master sunshine princess superman"
)
COMMON = _FAMILIAR.split()
"""Words that lists of stolen passwords are full of, here and elsewhere; longer ones first when they are looked for."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for one another when read aloud or from paper."""
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Doubt:
    """One reason not to take a password: a message id and what fills its places."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)


def plain(password: str) -> str:
    """A password the same from every keyboard: “ế” typed as one letter or as three is one and the same."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """An argon2id hash with OWASP's minimum parameters (19 MiB, two passes)."""
    return _HASHER.hash(plain(password))


def fits(password: str, password_hash: str) -> bool:
    """Whether a password is the one of this hash; takes the same time when there is no hash at all."""
    try:
        _HASHER.verify(password_hash or _DUMMY, plain(password))
    except (Argon2Error, InvalidHashError):
        return False
    return bool(password_hash)


def one_time_password() -> str:
    """A password made up for somebody else: four groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def doubts(password: str, *, login: str = "", full_name: str = "", before: str = "") -> list[Doubt]:
    """Every reason not to take this password; none means it is good. `before` is the hash it replaces."""
    typed = plain(password)
    found = []
    if len(typed) < SHORTEST:
        found.append(Doubt(N_("Mật khẩu cần ít nhất %(least)s ký tự"), {"least": SHORTEST}))
    if len(typed) > LONGEST:
        return [Doubt(N_("Mật khẩu dài nhất %(most)s ký tự"), {"most": LONGEST})]
    if before and fits(password, before):
        found.append(Doubt(N_("Mật khẩu mới phải khác mật khẩu đang dùng")))
    bare = re.sub(r"[\s._-]+", "", fold(typed))
    own = _without(bare, [*_names(login), *_names(full_name)])
    if len(typed) >= SHORTEST and len(own) < min(LEFT, len(bare)):
        found.append(Doubt(N_("Mật khẩu không được chỉ gồm tên hoặc tên đăng nhập của bạn")))
    elif len(typed) >= SHORTEST and (len(set(typed)) < LEFT or len(_without_runs(_without(own, COMMON))) < LEFT):
        found.append(Doubt(N_("Mật khẩu này dễ đoán: từ quen thuộc, dãy phím liền nhau hoặc ký tự lặp lại")))
    return found


def _names(text: str) -> list[str]:
    words = [word for word in re.split(r"[\W_]+", fold(text)) if len(word) > 1]
    return ["".join(words), *words]


def _without(text: str, words: list[str]) -> str:
    for word in sorted(filter(None, words), key=len, reverse=True):
        text = text.replace(word, " ")
    return text.replace(" ", "")


def _without_runs(text: str) -> str:
    """A text without years, repeated letters and neighbours in the alphabet or among the digits."""
    kept: list[str] = []
    for letter in _YEAR.sub("", text):
        if not kept or abs(ord(letter) - ord(kept[-1])) > 1:
            kept.append(letter)
        else:
            kept[-1] = letter
    return "".join(kept)
