"""Where time stamps come from: from the authorities laid down by order. A setting serves only until the first order.

What was laid down by document and two persons is not undone by a line in a configuration file: from the day on which
the first order about time stamps holds, `MOTCUA_TSA_URL` is never asked again, also when every authority was ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from engine.trust.orders import TimestampAuthority, done, timestamp_authorities

NAMED = "MOTCUA_TSA_URL"
"""The setting, and what the time-stamping authority it names is called while it is asked."""
Setting = Literal["", "asked", "same", "overruled", "sample"]


@dataclass(frozen=True)
class StampSources:
    """The authorities laid down that are asked on a day, in their order, and what the setting is to them.

    `setting`: "" (there is none), "asked" (no order holds yet), "same" (an authority in force has this very address),
    "overruled" (orders say otherwise: it is not asked), "sample" (a sample office stamps its papers itself). `address`
    is the setting's, without user and password.
    """

    authorities: tuple[TimestampAuthority, ...]
    setting: Setting
    address: str

    @property
    def names(self) -> tuple[str, ...]:
        """What the sources that are asked are called."""
        return (NAMED,) if self.setting == "asked" else tuple(one.name for one in self.authorities)


def stamp_sources(session: Session, day: date, *, tsa_url: str, sample: bool) -> StampSources:
    """Who is asked for time stamps on a day, where the setting is `tsa_url` ("" without one)."""
    known, address = tuple(timestamp_authorities(session, day)), bare(tsa_url)
    if not tsa_url or sample:
        return StampSources(known, "sample" if tsa_url else "", address)
    if not any(order.valid_from <= day for order in done(session, "tsa.add", "tsa.end")):
        return StampSources((), "asked", address)
    return StampSources(known, "same" if address in {bare(one.url) for one in known} else "overruled", address)


def bare(url: str) -> str:
    """An address without user and password, written so that two of the same authority are alike."""
    if not url:
        return ""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2].lower()
    return parts._replace(netloc=place, path=parts.path or "/").geturl()
