"""The dated, signed list of results that no longer stand as printed and of keys given up: docs/offline-qr.md, part 2.

Two lines of text, small enough to be carried along in a file or pasted: what is said (JSON) and who signed it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from signing.offline import Unreadable, base32, signature_holds, unbase32
from signing.offline_keys import OfflineKey, key_of, vouched_for

PURPOSE = b"motcua list 1\n"
KEPT = timedelta(days=7)
"""How long a list may be relied on; a new one is published every day."""
LETTERS = {"corrected": "c", "amended": "a", "replaced": "r", "withdrawn": "w", "cancelled": "x", "void": "v"}
WORDS = {letter: word for word, letter in LETTERS.items()}


@dataclass(frozen=True)
class Gone:
    """One act on one result: `code` as in its QR, which act (see `LETTERS`), when, by which decision of whom."""

    code: str
    kind: str
    on: date
    decision: str
    authority: str


@dataclass(frozen=True)
class Gones:
    """The acts as a list keeps them: by a digest of the code, so that the list tells nobody a code they do not have."""

    acts: Mapping[str, tuple[Gone, ...]]

    def of(self, code: str) -> tuple[Gone, ...]:
        """The acts on the result with this code, the oldest first."""
        return self.acts.get(name_in_list(code), ())


@dataclass(frozen=True)
class WithdrawalList:
    """A list that was read: its number, for which house, when it was made and until when it may be relied on."""

    number: int
    house: str
    issued_at: datetime
    relied_until: datetime
    keys: tuple[OfflineKey, ...]
    gone: Gones
    signed_by: str


def name_in_list(code: str) -> str:
    """How a result stands in a list: base 32 of the first 8 bytes of the SHA-256 of its code."""
    return base32(hashlib.sha256(code.encode("ascii")).digest()[:8])


def written_list(
    *,
    number: int,
    house: str,
    now: datetime,
    keys: Iterable[OfflineKey],
    gone: Iterable[Gone],
    key: OfflineKey,
    sign: Callable[[bytes], bytes],
) -> str:
    """The two lines of a list of this moment; several acts on one result are given the oldest first."""
    authorities: list[str] = []
    rows = []
    for one in gone:
        if one.authority not in authorities:
            authorities.append(one.authority)
        place = authorities.index(one.authority)
        rows.append([name_in_list(one.code), LETTERS[one.kind], one.on.isoformat(), one.decision, place])
    said = {
        "v": 1,
        "no": number,
        "of": house,
        "at": _moment(now),
        "until": _moment(now + KEPT),
        "keys": [one.plain() for one in keys],
        "by": authorities,
        "gone": rows,
    }
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"{line}\n{key.id}.{base32(sign(PURPOSE + line.encode()))}\n"


def read_list(text: str, known: Iterable[OfflineKey]) -> WithdrawalList:
    """A list signed by a key one knows, or by one that such a key vouches for; raises `Unreadable` otherwise."""
    line, _, rest = text.replace("\r\n", "\n").strip().partition("\n")
    key_id, _, signature = rest.strip().partition(".")
    try:
        said = json.loads(line)
        keys = tuple(key_of(one) for one in said["keys"])
        if said["v"] != 1:
            raise Unreadable("a list of another version")
        signer = next((key for key in believed(keys, known) if key.id == key_id), None)
        if signer is None:
            raise Unreadable("a list signed by a key nobody knows")
        if not signature_holds(signer.point, PURPOSE + line.encode(), unbase32(signature)):
            raise Unreadable("a list that was changed")
        return WithdrawalList(
            number=int(said["no"]),
            house=str(said["of"]),
            issued_at=_read_moment(said["at"]),
            relied_until=_read_moment(said["until"]),
            keys=keys,
            gone=_gone(said["gone"], said["by"]),
            signed_by=key_id,
        )
    except Unreadable:
        raise
    except (KeyError, TypeError, ValueError, IndexError) as wrong:
        raise Unreadable("no list of withdrawn results") from wrong


def believed(keys: Iterable[OfflineKey], known: Iterable[OfflineKey]) -> tuple[OfflineKey, ...]:
    """The keys one may believe: those known, and every key vouched for by one believed; none that was given up."""
    trusted = {key.id: key for key in known if key.ended_on is None}
    offered = [key for key in keys if key.ended_on is None]
    for _ in offered:  # a chain is at most as long as the list
        for key in offered:
            before = trusted.get(key.vouched_by)
            if key.id not in trusted and before is not None and vouched_for(key, before):
                trusted[key.id] = key
    return tuple(trusted.values())


def _gone(rows: Any, authorities: Any) -> Gones:
    acts: dict[str, tuple[Gone, ...]] = {}
    for name, letter, on, decision, place in rows:
        one = Gone("", WORDS[letter], date.fromisoformat(on), str(decision), str(authorities[place]))
        acts[name] = (*acts.get(name, ()), one)
    return Gones(acts)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
