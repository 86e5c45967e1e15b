"""The rules of scans made while a dossier is received: how fine, in which colours, how the clerk's signature shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from engine.accounts.authority_rules import RuleKind
from engine.errors import FieldProblem, Invalid
from engine.storage.scans import Look, Page

NUMBERS: dict[str, tuple[int, int]] = {"least_dpi": (100, 1200)}
"""The least and the most each number may be."""

CHOICES: dict[str, tuple[str, ...]] = {
    "low_resolution": ("warn", "refuse"),
    "no_colour": ("accept", "warn", "refuse"),
    "unknown_size": ("accept", "warn", "refuse"),
    "shown": ("top_right", "none"),
}


@dataclass(frozen=True)
class ScanRules:
    """What an authority has laid down about scans of papers.

    `least_dpi`: dots per inch below which a scan is too coarse. The choices say what becomes of a scan that is coarser,
    has no colour, or does not say how large the paper was: accept it, take it in with a warning, refuse the file.
    `shown`: the clerk's name, office and moment stand at the top right of page 1, or nowhere on the page.
    """

    least_dpi: int = 200
    low_resolution: str = "warn"
    no_colour: str = "warn"
    unknown_size: str = "warn"
    shown: str = "top_right"


@dataclass(frozen=True)
class Remark:
    """One thing a clerk has to know of a scan; `refused`: by the rules the file is not taken in."""

    code: str
    params: Mapping[str, int] = field(default_factory=dict)
    refused: bool = False


def remarks_on(look: Look, rules: ScanRules) -> list[Remark]:
    """What the rules have to say of a scan, what refuses it first."""
    if look.trouble:
        return [Remark(look.trouble)]
    found = []
    coarse = [page for page in look.pages if page.dpi is not None and page.dpi < rules.least_dpi]
    if coarse:
        found.append(_coarse(coarse, rules))
    elif any(not page.sized for page in look.pages) and rules.unknown_size != "accept":
        found.append(Remark("unknown_size", refused=rules.unknown_size == "refuse"))
    if rules.no_colour != "accept" and any(page.colours in ("grey", "black_and_white") for page in look.pages):
        found.append(Remark("no_colour", refused=rules.no_colour == "refuse"))
    return sorted(found, key=lambda one: not one.refused)


def _coarse(pages: list[Page], rules: ScanRules) -> Remark:
    """Too few dots: by what the file says of itself, or for the sheet of paper it has to fill."""
    worst = min(pages, key=lambda page: page.dpi or 0)
    code = "low_resolution" if worst.sized else "too_few_pixels"
    return Remark(code, {"dpi": worst.dpi or 0, "least": rules.least_dpi}, rules.low_resolution == "refuse")


def _read(content: Mapping[str, Any]) -> ScanRules:
    known = {one.name for one in fields(ScanRules)}
    return ScanRules(**{key: value for key, value in content.items() if key in known})


def _checked(content: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as an administrator typed them, numbers as text or int; Invalid names every one that makes no sense."""
    problems: list[FieldProblem] = []
    good: dict[str, Any] = {}
    for name, (least, most) in NUMBERS.items():
        try:
            good[name] = int(str(content.get(name, "")).strip())
        except ValueError:
            good[name] = least - 1
        if not least <= good[name] <= most:
            problems.append(FieldProblem(name, "Nhập một số từ %(least)s đến %(most)s", {"least": least, "most": most}))
    for name, choices in CHOICES.items():
        good[name] = content.get(name)
        if good[name] not in choices:
            problems.append(FieldProblem(name, "Chọn một mục"))
    if problems:
        raise Invalid("Quy định chưa hợp lệ.", problems)
    return good


SCANS = RuleKind("scans", Path(__file__).with_name("scan_rules.toml"), _read, _checked)
