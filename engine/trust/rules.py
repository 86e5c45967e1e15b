"""How strict the house is about certificates and its own clock, from which day on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import FieldProblem, Invalid
from engine.trust.orders import done

NUMBERS = {"grace_hours": (0, 168), "drift_warn_seconds": (1, 300), "drift_stop_seconds": (2, 3600)}
"""The numbers of the rules with the least and the most each may be."""


@dataclass(frozen=True)
class TrustRules:
    """For how many hours a certificate last known to be good may still sign while its authority cannot be reached.

    And from how many seconds of drift against a time-stamping authority on operators are told, and signing stops.
    """

    grace_hours: int
    drift_warn_seconds: int
    drift_stop_seconds: int

    @property
    def grace(self) -> timedelta:
        return timedelta(hours=self.grace_hours)

    def grade(self, drift: timedelta) -> str:
        """What a drift of the clock means: "ok", "drifting" (operators are told) or "stopped" (nothing is signed)."""
        if drift > timedelta(seconds=self.drift_stop_seconds):
            return "stopped"
        return "drifting" if drift > timedelta(seconds=self.drift_warn_seconds) else "ok"


@dataclass(frozen=True)
class RulesInForce:
    """Rules with the document they stand in; `shipped`: no office has laid down its own yet."""

    rules: TrustRules
    valid_from: date
    document: str
    dated_on: date
    verified: bool
    shipped: bool
    note: str
    note_en: str


def rules_in_force(session: Session, day: date) -> RulesInForce:
    """The rules of a day: the latest laid down, else those the house ships."""
    laid = [order for order in done(session, "rules") if order.valid_from <= day]
    if not laid:
        return _shipped()
    last = max(laid, key=lambda order: (order.valid_from, order.decided_at))
    return RulesInForce(
        TrustRules(**{name: int(last.content[name]) for name in NUMBERS}),
        last.valid_from,
        last.document,
        last.dated_on,
        last.verified,
        False,
        last.note,
        last.note,
    )


@cache
def _shipped() -> RulesInForce:
    with open(Path(__file__).with_name("rules.toml"), "rb") as handle:
        row = tomllib.load(handle)
    return RulesInForce(
        TrustRules(**row["content"]),
        row["valid_from"],
        row["document"],
        row["dated_on"],
        row["verified"],
        True,
        row["note"]["vi"],
        row["note"]["en"],
    )


def checked_rules(content: Mapping[str, Any]) -> dict[str, int]:
    """Rules as an administrator typed them; Invalid names every number that makes no sense."""
    problems, good = [], {}
    for name, (least, most) in NUMBERS.items():
        given = str(content.get(name, "")).strip()
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            params = {"least": least, "most": most}
            problems.append(FieldProblem(name, "Nhập số từ %(least)s đến %(most)s", params))
        else:
            good[name] = int(given)
    if not problems and good["drift_stop_seconds"] <= good["drift_warn_seconds"]:
        problems.append(FieldProblem("drift_stop_seconds", "Mức dừng ký phải lớn hơn mức cảnh báo"))
    if problems:
        raise Invalid("Quy định chưa hợp lệ.", problems)
    return good
