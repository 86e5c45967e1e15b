"""The key that signs the codes on results and the lists of withdrawn ones: one a year, made and kept by the house.

Each key is two files: `2026-1.json` is public and stays for ever, `2026-1.pem` is the private half, encrypted with the
installation's secret and removed once the next year's key is there. A new key is vouched for by the one before it, so
that a page kept since last year can believe this year's list.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing.errors import SigningRefused
from signing.offline import Unreadable, base32, raw_signature, signature_holds, unbase32

VOUCHING = b"motcua key 1\n"
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class OfflineKey:
    """The public half: `point` uncompressed (65 bytes), in use from one day to another (both included).

    `vouched_by` is the id of the key before it and `voucher` that key's signature, both empty for the first one.
    `ended_on` is the day on which it was given up before its time, with the reason.
    """

    id: str
    point: bytes
    starts: date
    ends: date
    vouched_by: str = ""
    voucher: bytes = b""
    ended_on: date | None = None
    ended_because: str = ""

    @property
    def vouched(self) -> bytes:
        """What the key before this one signs."""
        return VOUCHING + f"{self.id} {base32(self.point)} {self.starts} {self.ends}".encode("ascii")

    def plain(self) -> dict[str, str]:
        """As it stands in lists and pages; what is empty is left out."""
        found = {
            "id": self.id,
            "key": base32(self.point),
            "from": self.starts.isoformat(),
            "to": self.ends.isoformat(),
            "by": self.vouched_by,
            "sig": base32(self.voucher) if self.voucher else "",
            "ended": self.ended_on.isoformat() if self.ended_on else "",
            "why": self.ended_because,
        }
        return {name: value for name, value in found.items() if value}


def key_of(plain: Mapping[str, Any]) -> OfflineKey:
    """A public key read back from its plain form; raises `Unreadable`, also when its id is not its own."""
    try:
        ended = plain.get("ended")
        key = OfflineKey(
            id=str(plain["id"]),
            point=unbase32(str(plain["key"])),
            starts=date.fromisoformat(str(plain["from"])),
            ends=date.fromisoformat(str(plain["to"])),
            vouched_by=str(plain.get("by", "")),
            voucher=unbase32(str(plain.get("sig", ""))),
            ended_on=date.fromisoformat(str(ended)) if ended else None,
            ended_because=str(plain.get("why", "")),
        )
    except (KeyError, ValueError) as wrong:
        raise Unreadable("no public key") from wrong
    if key.id != id_of(key.point):
        raise Unreadable("a key under another key's id")
    return key


def id_of(point: bytes) -> str:
    """A key's own name: the first 8 bytes of the SHA-256 of its uncompressed point, hexadecimal."""
    return hashlib.sha256(point).hexdigest()[:16]


def vouched_for(key: OfflineKey, by: OfflineKey) -> bool:
    """Whether another key says that this one follows it."""
    return key.vouched_by == by.id and signature_holds(by.point, key.vouched, key.voucher)


class OfflineKeys:
    """The folder of these keys of one installation; two workers that find no key make one together, not two."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        self._secret = secret.encode()
        self._opened: dict[str, ec.EllipticCurvePrivateKey] = {}

    def current(self, *, now: datetime) -> OfflineKey:
        """The key that signs at this moment; made when the year has none yet."""
        today = now.astimezone(_ZONE).date()
        while True:
            mine = {name: key for name, key in self._named().items() if key.starts.year == today.year}
            going = [key for name, key in mine.items() if key.ended_on is None and self._private(name).exists()]
            if going:
                return going[-1]
            self._make(today, len(mine) + 1)

    def published(self) -> tuple[OfflineKey, ...]:
        """Every key there has been, the oldest first."""
        return tuple(self._named().values())

    def sign(self, key: OfflineKey, data: bytes) -> bytes:
        """r and s over these bytes; raises `SigningRefused` when the private half is gone or cannot be opened."""
        if key.id not in self._opened:
            self._opened[key.id] = self._open(self._name_of(key.id))
        return raw_signature(self._opened[key.id], data)

    def end(self, key_id: str, *, reason: str, now: datetime) -> OfflineKey:
        """Give up a key before its time (stolen, lost): nothing it signed is believed without a network any more."""
        name = self._name_of(key_id)
        key = self._named()[name]
        if key.ended_on is None:
            key = replace(key, ended_on=now.astimezone(_ZONE).date(), ended_because=reason)
            self._publish(name, key)
        self._forget(name, key)
        return key

    def tidy(self, *, now: datetime) -> int:
        """Destroy the private halves of years that are over for a week; how many."""
        over = (now.astimezone(_ZONE) - timedelta(days=7)).date()
        old = [(name, key) for name, key in self._named().items() if key.ends < over and self._private(name).exists()]
        for name, key in old:
            self._forget(name, key)
        return len(old)

    def _named(self) -> dict[str, OfflineKey]:
        """The keys by the name of their files, year and running number."""
        names = sorted((path.stem for path in self._folder.glob("*.json")), key=_place)
        return {name: key_of(json.loads(self._public(name).read_text("utf-8"))) for name in names}

    def _name_of(self, key_id: str) -> str:
        name = next((name for name, key in self._named().items() if key.id == key_id), None)
        if name is None:
            raise SigningRefused("no_key", "Không có khóa ngoại tuyến nào mang mã này.")
        return name

    def _make(self, today: date, number: int) -> None:
        """A new pair; whoever comes second takes the private half that is there and writes the same public one."""
        name = f"{today.year}-{number}"
        before = next((key for key in reversed(self.published()) if self._usable(key)), None)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._private(name).exists():
            private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(self._secret),
            )
            _write(self._private(name), private, mode=0o600, first=True)
        point = (
            self._open(name)
            .public_key()
            .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )
        starts = date(today.year, 1, 1) if number == 1 else today
        key = OfflineKey(id_of(point), point, starts, date(today.year, 12, 31))
        if before is not None and before.id != key.id:
            key = replace(key, vouched_by=before.id, voucher=self.sign(before, key.vouched))
        self._publish(name, key)

    def _usable(self, key: OfflineKey) -> bool:
        return key.ended_on is None and self._private(self._name_of(key.id)).exists()

    def _open(self, name: str) -> ec.EllipticCurvePrivateKey:
        try:
            private = serialization.load_pem_private_key(self._private(name).read_bytes(), self._secret)
        except (FileNotFoundError, ValueError) as wrong:
            raise SigningRefused("key_unreadable", "Không mở được khóa ngoại tuyến của hệ thống.") from wrong
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise SigningRefused("key_unreadable", "Không mở được khóa ngoại tuyến của hệ thống.")
        return private

    def _publish(self, name: str, key: OfflineKey) -> None:
        _write(self._public(name), json.dumps(key.plain(), ensure_ascii=False).encode(), mode=0o644)

    def _forget(self, name: str, key: OfflineKey) -> None:
        self._private(name).unlink(missing_ok=True)
        self._opened.pop(key.id, None)

    def _private(self, name: str) -> Path:
        return self._folder / f"{name}.pem"

    def _public(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _place(name: str) -> tuple[int, int]:
    year, _, number = name.partition("-")
    return int(year), int(number)


def _write(path: Path, content: bytes, *, mode: int, first: bool = False) -> None:
    """Whole or not at all; `first` leaves a file that somebody else has just put there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    if not first:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
