"""A proposal of what to hide before a report is shown in public; a person decides, this only flags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

HIDDEN = "…"

_CAPITALS = "".join(letter for letter in map(chr, range(0x41, 0x1EFA)) if letter.isupper())
_WORD = rf"[{_CAPITALS}][\w'’]*"
_FAMILIES = (
    "Nguyễn|Trần|Lê|Phạm|Huỳnh|Hoàng|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trương|Lâm|Cao|Tạ|Vương|Trịnh|Đoàn|"
    "Châu|Kiều|Thạch|Danh"
)
_TITLES = "[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Cc]hú|[Bb]ác|[Cc]án bộ|[Cc]ông chức|[Nn]hân viên|[Tt]ên là"
_NUMBER = r"\d+[A-Za-z]?(?:/\d+[A-Za-z]?)*"
_ON_STREET = r"(?:đường |phố |hẻm )"

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"(?P<hide>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")),
    ("identity", re.compile(r"(?<!\d)(?P<hide>(?:\d[ .-]?){11}\d)(?!\d)")),
    ("phone", re.compile(r"(?<!\d)(?P<hide>(?:\+?84|0)(?:[ .-]?\d){9,10})(?!\d)")),
    ("identity", re.compile(r"(?<!\d)(?P<hide>\d{9})(?!\d)")),
    ("plate", re.compile(r"(?P<hide>\b\d{2}[A-Z]{1,2}\d?[- ]?\d{3}\.?\d{2}\b)")),
    ("name", re.compile(rf"\b(?:{_TITLES}) (?P<hide>{_WORD}(?: {_WORD}){{0,4}})")),
    ("house", re.compile(rf"\b(?:[Ss]ố nhà|[Ss]ố|[Nn]hà) (?P<hide>{_NUMBER})")),
    ("house", re.compile(rf"(?<![\w/])(?P<hide>{_NUMBER})(?= (?:{_ON_STREET}{_WORD}|{_WORD} {_WORD}))")),
    ("name", re.compile(rf"(?<!\w)(?P<hide>(?:{_FAMILIES}) (?:Thị |Văn )?{_WORD}(?: {_WORD}){{0,3}})(?!\w)")),
)
_PLACES = re.compile(r"(?:đường|phố|hẻm|phường|xã|quận|chợ|trường|bệnh viện|công viên|cầu|\d) $", re.IGNORECASE)
"""What stands before a name that is a street's, not a person's."""


@dataclass(frozen=True)
class Flag:
    """One thing in a text that may point to a person: what it is and how it was written."""

    kind: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """A text with what points to people hidden, and the list of what was hidden."""

    text: str
    flags: tuple[Flag, ...]


def propose(text: str, *, known: Iterable[str] = ()) -> Proposal:
    """Hide numbers of telephones, papers, houses and cars, e-mail addresses and names; `known` are hidden wherever.

    A name after a street's word or a house number is a street and stays; what was hidden reads "…".
    """
    flags: list[Flag] = []
    for value in sorted({one.strip() for one in known if one and len(one.strip()) > 2}, key=len, reverse=True):
        found = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
        text = found.sub(lambda match: _hide(flags, "sender", match.group()), text)
    for kind, rule in _RULES:
        text = rule.sub(lambda match, kind=kind: _replace(flags, kind, match), text)  # type: ignore[misc]
    return Proposal(text, tuple(flags))


def _replace(flags: list[Flag], kind: str, match: re.Match[str]) -> str:
    whole, hidden = match.group(), match.group("hide")
    if kind == "name" and _PLACES.search(match.string[: match.start("hide")].replace(HIDDEN, "0")):
        return whole
    start = match.start("hide") - match.start()
    return whole[:start] + _hide(flags, kind, hidden) + whole[start + len(hidden) :]


def _hide(flags: list[Flag], kind: str, text: str) -> str:
    flags.append(Flag(kind, text))
    return HIDDEN


def left_over(text: str, *, known: Iterable[str]) -> tuple[Flag, ...]:
    """What must not stand in a public text whatever the operator thinks: the sender's own data, identity numbers."""
    hard = {"email", "identity", "phone", "sender"}
    return tuple(flag for flag in propose(text, known=known).flags if flag.kind in hard)
