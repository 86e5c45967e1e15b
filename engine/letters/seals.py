"""How large the seal of each kind of agency is, as dated figures that are kept beside the layouts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

SMALLEST, LARGEST = 25, 45
"""Diameters of seals there are, in millimetres."""


@dataclass(frozen=True)
class Diameter:
    """The diameter (mm) of one kind of agency's seal from a day on, by `source`; `verified` once that was read."""

    kind: str
    mm: int
    since: date
    source: str
    verified: bool


@cache
def diameters() -> tuple[Diameter, ...]:
    """All figures, in the order of the file."""
    rows = tomllib.loads((Path(__file__).parent / "seals.toml").read_text(encoding="utf-8"))["diameters"]
    return tuple(Diameter(**row) for row in rows)


def diameter(kind: str, day: date) -> int:
    """The diameter in millimetres of the seal of such an agency on a day; that of a commune where none is laid down."""
    fitting = [one for one in diameters() if one.kind == kind and one.since <= day]
    return max(fitting, key=lambda one: one.since).mm if fitting else diameter("ward", date.max)
