"""Tables of one procedure.toml put into another version of it; every other line stays as its author wrote it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from processes.toml import read_toml

_HEADER = re.compile(r"\s*(\[\[?)\s*\"?([^\]\".]+)\"?\s*([.\]])")


@dataclass
class _Piece:
    """Some lines of the file that belong to one element, comments above them included."""

    unit: str
    lines: list[str]


def take_settings(library: bytes, office: bytes, ids: Collection[str]) -> bytes:
    """The office's settings with these tables and keys as the library has them (taken out where it has none)."""
    mine, theirs = _pieces(office.decode("utf-8")), _pieces(library.decode("utf-8"))
    order = list(dict.fromkeys(piece.unit for piece in theirs))
    for at, unit in enumerate(order):
        if unit not in ids:
            continue
        lines = [piece for piece in theirs if piece.unit == unit]
        places = [place for place, piece in enumerate(mine) if piece.unit == unit]
        if places:
            mine = [piece for piece in mine if piece.unit != unit]
            mine[places[0] : places[0]] = lines
            continue
        before = [place for place, piece in enumerate(mine) if piece.unit in order[:at] or piece.unit == ""]
        near = [place for place in before if mine[place].unit.startswith("=") == unit.startswith("=")]
        place = (near or before or [-1])[-1] + 1
        mine[place:place] = lines
    mine = [piece for piece in mine if piece.unit not in ids or piece.unit in order]
    return ("\n".join(line for piece in mine for line in piece.lines).rstrip("\n") + "\n").encode()


def _pieces(text: str) -> list[_Piece]:
    """The file cut where a table, or a key of its head, begins."""
    pieces: list[_Piece] = []
    remarks: list[str] = []
    tables: list[_Piece] = []
    for lines in _statements(text.split("\n")):
        if _is_remark(lines[0]):
            remarks += lines
            continue
        if _HEADER.match(lines[0]):
            tables.append(_Piece("", [*remarks, *lines]))
            pieces.append(tables[-1])
        elif tables:
            tables[-1].lines += [*remarks, *lines]
        else:
            ((key, value),) = tomllib.loads("\n".join(lines)).items()
            pieces.append(_Piece(key if isinstance(value, dict) else f"={key}", [*remarks, *lines]))
        remarks = []
    _name(tables)
    return [*pieces, _Piece("", remarks)] if remarks else pieces


def _name(tables: list[_Piece]) -> None:
    """Say of each table which element it is, as `processes.parts` calls it; inner tables belong to the one above."""
    counts: dict[str, int] = {}
    last: dict[str, str] = {}
    for piece in tables:
        header = next(found for line in piece.lines if (found := _HEADER.match(line)))
        brackets, name, end = header.groups()
        if brackets == "[[" and end == "]":
            counts[name] = counts.get(name, 0) + 1
            values = read_toml("\n".join(piece.lines))[name][0]
            last[name] = f"{name}.{values.get('key') or values.get('title') or counts[name]}"
        piece.unit = last.get(name, name)


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _statements(lines: list[str]) -> Iterator[list[str]]:
    """Remarks, headers and keys one by one; a key with a value of several lines is one statement."""
    at = 0
    while at < len(lines):
        end = at + 1
        if not _is_remark(lines[at]) and not _HEADER.match(lines[at]):
            while end <= len(lines) and not _reads("\n".join(lines[at:end])):
                end += 1
        yield lines[at:end]
        at = end


def _reads(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
