"""How long what protects a paper is held to be strong enough: certificates end, algorithms grow weak."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.errors import SigningRefused

SHIPPED = Path(__file__).with_name("ageing.toml")
NAME = "ageing.toml"


@dataclass(frozen=True)
class Ageing:
    """First day (UTC) on which a hash, or an RSA or EC key of a length (bits), is no longer relied on."""

    renew_before: timedelta
    hashes: Mapping[str, date]
    rsa: Mapping[int, date]
    ec: Mapping[int, date]

    def holds_until(self, certificate: x509.Certificate, algorithm: str) -> datetime:
        """Until when a time stamp made with this certificate over a hash of `algorithm` protects what it covers.

        An algorithm nobody has laid a date down for is not relied on at all: the beginning of time is the answer.
        """
        key = certificate.public_key()
        table = self.rsa if isinstance(key, rsa.RSAPublicKey) else self.ec
        bits = key.key_size if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else 0
        fitting = [day for length, day in table.items() if length <= bits]
        days = [self.hashes.get(algorithm, date.min), max(fitting, default=date.min)]
        weak = datetime.combine(min(days), time(), UTC)
        return min(weak, certificate.not_valid_after_utc)


def read_ageing(folder: Path) -> Ageing:
    """The dates laid down in a folder, or the shipped ones; raises `SigningRefused` for a file that says nonsense."""
    own = folder / NAME
    path = own if own.exists() else SHIPPED
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Ageing:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = {name: {int(bits): _day(day) for bits, day in content[name].items()} for name in ("rsa", "ec")}
        return Ageing(
            renew_before=timedelta(days=int(content["renew_days_before"])),
            hashes={str(name): _day(day) for name, day in content["hashes"].items()},
            rsa=tables["rsa"],
            ec=tables["ec"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise SigningRefused(
            "bad_ageing", "Tệp %(path)s về thời hạn của thuật toán không đọc được.", path=path
        ) from wrong


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"not a date: {value!r}")
    return value
