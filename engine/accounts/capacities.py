"""In whose name somebody signs: KT., TL., TUQ., Q. or their own, and the lines a paper prints for it.

Decree 30/2020/NĐ-CP, article 13 and Annex I, section II, item 7: TM. stands before the collective's name, Q. before the
title of whoever leads for the time being, KT., TL. and TUQ. before the title of the head signed for, with the signer's
own title on the next line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rules.sentences import Sentence

DEPUTY, BY_ORDER, BY_ORDER_DEPUTY, AUTHORISED, ACTING = "KT.", "TL.", "TL. KT.", "TUQ.", "Q."
CAPACITIES = ("", DEPUTY, BY_ORDER, BY_ORDER_DEPUTY, AUTHORISED, ACTING)
"""What may stand before a title; "TL. KT." is the deputy of a room's head who signs by order in his stead."""
COLLECTIVE = "TM. ỦY BAN NHÂN DÂN"
COMMITTEES = ("ward", "city")
"""Kinds of agencies that a committee leads."""
_HEADS = {
    "ward": "CHỦ TỊCH",
    "city": "CHỦ TỊCH",
    "department": "GIÁM ĐỐC",
    "centre": "GIÁM ĐỐC",
    "room": "TRƯỞNG PHÒNG",
}
_DEPUTY_TITLE = "PHÓ "


@dataclass(frozen=True)
class Ground:
    """The document a power to sign rests on: its number, the agency that made it, its date."""

    number: str
    agency: str
    day: date

    def facts(self) -> dict[str, str]:
        """As a paper's record keeps it; the date as ISO 8601."""
        return {"number": self.number, "agency": self.agency, "date": self.day.isoformat()}


@dataclass(frozen=True)
class Power:
    """With what power a post signs: `capacity` (one of CAPACITIES), the signer's `title`, whom it `acts_for` (a title).

    `acts_for` may be empty: then it is the title the deputy's own names, or that of the head of such an agency.
    """

    title: str
    capacity: str = ""
    acts_for: str = ""
    ground: Ground | None = None
    until: date | None = None


@dataclass(frozen=True)
class SignatureLines:
    """What stands above the hand: `collective` ("TM. ỦY BAN NHÂN DÂN", or empty), then one or more lines of titles."""

    collective: str
    titles: tuple[str, ...]


def lines_of(power: Power, office_kind: str, collective: str) -> SignatureLines:
    """The signature block's lines for a post in an office of this kind.

    `collective` is what the kind of paper asks for (the bundle's `capacity`). A committee's name stands over papers of
    a committee alone, and never over one signed by order or authorisation: those are the head's, not the collective's.
    """
    title = power.title.strip().upper()
    ours = collective.strip().upper()
    if ours == COLLECTIVE and office_kind not in COMMITTEES:
        ours = ""
    match power.capacity:
        case "":
            titles: tuple[str, ...] = (title,)
        case "Q.":
            titles = (title if title.startswith(("Q. ", "QUYỀN ")) else f"Q. {title}",)
        case "KT.":
            titles = (f"KT. {_signed_for(power, title, office_kind)}", title)
        case "TL. KT.":
            ours = ""
            titles = (f"TL. {_HEADS.get(office_kind, 'THỦ TRƯỞNG')}", f"KT. {_signed_for(power, title, 'room')}", title)
        case _:
            ours = ""
            head = power.acts_for.strip().upper() or _HEADS.get(office_kind, "THỦ TRƯỞNG")
            titles = (f"{power.capacity} {head}", title)
    titles = tuple(line for line in titles if line)
    return SignatureLines("" if ours in titles else ours, titles)


def _signed_for(power: Power, title: str, office_kind: str) -> str:
    """Whose deputy this is: what the post says, a committee's chair, else what the title itself says."""
    if power.acts_for:
        return power.acts_for.strip().upper()
    head = _HEADS.get(office_kind, "THỦ TRƯỞNG")
    if office_kind in COMMITTEES or not title.startswith(_DEPUTY_TITLE):
        return head
    return title.removeprefix(_DEPUTY_TITLE)


def problem_of(power: Power, since: date | None = None) -> str:
    """What is missing for somebody to sign with this power (a msgid), or nothing.

    TUQ. is given in writing and for a time, and never passed on (Decree 30/2020, article 13, clause 4): its document
    and its last day must be known.
    """
    if power.capacity not in CAPACITIES:
        return Sentence("Thẩm quyền ký phải là KT., TL., TL. KT., TUQ., Q. hoặc để trống.")
    if power.capacity and not power.title.strip():
        return Sentence(
            "Người ký thay, ký thừa lệnh, ký thừa ủy quyền hoặc giữ quyền phải có chức vụ để ghi dưới văn bản."
        )
    if power.capacity == AUTHORISED and (power.ground is None or power.until is None):
        return Sentence(
            "Ký thừa ủy quyền (TUQ.) phải có văn bản ủy quyền (số, cơ quan, ngày) và ngày hết thời hạn ủy quyền."
        )
    if power.ground is not None and since is not None and power.ground.day > since:
        return Sentence("Văn bản giao quyền ký phải có trước ngày bắt đầu ký.")
    return ""


def same_power(kept: Mapping[str, Any], power: Power) -> bool:
    """Whether a paper was printed with this power; one that remembers nothing is not doubted."""
    then = thawed(kept)
    if then is None:
        return True
    now = (power.capacity, power.title, power.ground, power.until)
    return (then.capacity, then.title, then.ground, then.until) == now


def frozen(power: Power, lines: SignatureLines, office: str) -> dict[str, Any]:
    """What a paper remembers of the power it was printed with, for whoever asks years later."""
    return {
        "capacity": power.capacity,
        "title": power.title,
        "office": office,
        "lines": [line for line in (lines.collective, *lines.titles) if line],
        "ground": power.ground.facts() if power.ground else None,
        "until": power.until.isoformat() if power.until else None,
    }


@dataclass(frozen=True)
class SigningCapacity:
    """With what power somebody signed a paper, as it stood that day.

    `capacity` is what stood before the title ("" for the head), `office` the full name; `lines` are the words above the
    hand, `ground` the document the power rests on and `until` its last day, where they were laid down.
    """

    capacity: str
    title: str
    office: str
    lines: tuple[str, ...]
    ground: Ground | None
    until: date | None

    def facts(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self) | {
            "lines": list(self.lines),
            "ground": self.ground.facts() if self.ground else None,
            "until": self.until.isoformat() if self.until else None,
        }


def thawed(kept: Mapping[str, Any]) -> SigningCapacity | None:
    """What a paper remembers, read again; None for one that remembers nothing."""
    if not kept:
        return None
    ground, until = kept.get("ground"), kept.get("until")
    return SigningCapacity(
        capacity=kept["capacity"],
        title=kept["title"],
        office=kept["office"],
        lines=tuple(kept["lines"]),
        ground=Ground(ground["number"], ground["agency"], date.fromisoformat(ground["date"])) if ground else None,
        until=date.fromisoformat(until) if until else None,
    )
