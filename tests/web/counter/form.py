"""Answers as the fields of a form send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fields(answers: Mapping[str, Any], base: str = "") -> list[tuple[str, str]]:
    """Nested answers as the names and values of a filled-in form; dates in three fields."""
    sent: list[tuple[str, str]] = []
    for key, value in answers.items():
        name = f"{base}{key}"
        if isinstance(value, Mapping):
            sent += fields(value, f"{name}.")
        elif isinstance(value, list):
            for number, row in enumerate(value):
                sent += fields(row, f"{name}.{number}.") if isinstance(row, Mapping) else [(name, str(row))]
        elif isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            year, month, day = value.split("-")
            sent += [(f"{name}-day", day), (f"{name}-month", month), (f"{name}-year", year)]
        else:
            sent.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
    return sent
