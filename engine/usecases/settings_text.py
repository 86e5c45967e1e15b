"""Writes the legal papers of a version into the text of its procedure.toml, and touches nothing else in it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import Invalid
from processes.toml import read_toml

_HEADER = re.compile(r"^\s*\[")


@dataclass(frozen=True)
class DecisionPaper:
    """One of the two decisions: its number, its day and who made it; an empty number means there is none yet."""

    number: str = ""
    day: date | None = None
    agency: str = ""


@dataclass(frozen=True)
class Legal:
    """What a version stands on: the announcing decision, the internal process, and its days of reception."""

    announced: DecisionPaper
    internal_process: DecisionPaper
    valid_from: date | None
    valid_to: date | None

    @property
    def trial(self) -> bool:
        """Whether one of the two decisions is missing, so that the version may only be tried out."""
        return not (self.announced.number and self.internal_process.number)


def read_legal(text: str) -> Legal:
    """What the settings say now; fields that are missing or of another kind read as empty."""
    try:
        values = read_toml(text)
    except tomllib.TOMLDecodeError:
        values = {}
    return Legal(
        _paper(values.get("announced")),
        _paper(values.get("internal_process")),
        _day(values.get("valid_from")),
        _day(values.get("valid_to")),
    )


def write_legal(text: str, legal: Legal) -> str:
    """The settings with these decisions and days; every other line stays as its author wrote it.

    Invalid when the text is laid out so that they cannot be put in safely.
    """
    wanted: dict[str, dict[str, Any]] = {"": {"valid_from": legal.valid_from, "valid_to": legal.valid_to}}
    for table, paper in (("announced", legal.announced), ("internal_process", legal.internal_process)):
        wanted[table] = {"number": paper.number, "date": paper.day, "agency": paper.agency}
    written = text
    for table, values in wanted.items():
        for key, value in values.items():
            written = _set(written, table, key, value)
    if not _as_wanted(text, written, wanted):
        raise Invalid(
            "Không ghi được căn cứ pháp lý vào procedure.toml. Hãy ghi trực tiếp trong tệp này: các bảng "
            "[announced] và [internal_process], các khóa valid_from và valid_to ở đầu tệp."
        )
    return written


def _paper(value: Any) -> DecisionPaper:
    table = value if isinstance(value, dict) else {}
    texts = {key: table[key] if isinstance(table.get(key), str) else "" for key in ("number", "agency")}
    return DecisionPaper(texts["number"], _day(table.get("date")), texts["agency"])


def _day(value: Any) -> date | None:
    return value if type(value) is date else None


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(mark if mark >= " " else " " for mark in escaped) + '"'


def _set(text: str, table: str, key: str, value: Any) -> str:
    """Replace, add or (for an absent day) take out one key of one table."""
    lines = text.split("\n")
    start, end = _range(lines, table)
    if start is None:
        if value in (None, ""):
            return text
        lines += ["", f"[{table}]"] if lines and lines[-1].strip() else [f"[{table}]"]
        start, end = len(lines), len(lines)
    line = None if value is None else f"{key} = {_literal(value)}"
    for index in range(start, end):
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[index]):
            lines[index : index + 1] = [line] if line is not None else []
            return "\n".join(lines)
    if line is not None:
        while end > start and not lines[end - 1].strip():
            end -= 1
        lines.insert(end, line)
    return "\n".join(lines)


def _range(lines: list[str], table: str) -> tuple[int | None, int]:
    start: int | None = 0 if not table else None
    for index, line in enumerate(lines):
        if not _HEADER.match(line):
            continue
        if start is not None:
            return start, index
        if re.match(rf"\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?$", line):
            start = index + 1
    return start, len(lines)


def _as_wanted(before: str, after: str, wanted: dict[str, dict[str, Any]]) -> bool:
    try:
        old, new = read_toml(before), read_toml(after)
    except tomllib.TOMLDecodeError:
        return False
    for table, values in wanted.items():
        if table and table not in new and not any(values.values()):
            continue
        old_place = old if not table else old.setdefault(table, {})
        new_place = new if not table else new.get(table)
        if not isinstance(old_place, dict) or not isinstance(new_place, dict):
            return False
        for key, value in values.items():
            old_place.pop(key, None)
            if new_place.pop(key, None) != (value if not isinstance(value, str) else _plain(value)):
                return False
    return old == new


def _plain(value: str) -> str:
    return "".join(mark if mark >= " " else " " for mark in value)
