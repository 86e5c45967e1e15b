"""The rules of letters of apology: of what they are made, and which are in force for an office on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.accounts.authority_rules import RuleKind
from engine.deadlines.apologies import ApologyRules
from engine.errors import FieldProblem, Invalid
from engine.work import Work

NUMBERS: dict[str, tuple[int, int]] = {
    "letter_days": (1, 10),
    "draft_hours": (1, 80),
    "notice_hours": (0, 40),
    "short_minutes": (0, 240),
    "short_draft_hours": (1, 8),
    "short_notice_minutes": (0, 240),
    "other_hours": (1, 80),
    "reappointments": (0, 3),
    "extension_percent": (1, 200),
    "forecast_percent": (1, 100),
}
"""The least and the most each number may be."""

CHOICES: dict[str, tuple[str, ...]] = {
    "drafter": ("specialist", "unit_head"),
    "signer": ("head", "leader"),
    "approver": ("unit_head", "leader", "centre_director", "procedure_controller"),
}


def _read(content: Mapping[str, Any]) -> ApologyRules:
    """Rules from what was stored; a number nobody stored, because it is younger than the row, is the shipped one."""
    known = {one.name for one in fields(ApologyRules)}
    return replace(ApologyRules(), **{key: value for key, value in content.items() if key in known})


def _checked(content: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as an administrator typed them, numbers as text or int; Invalid names every one that makes no sense."""
    problems: list[FieldProblem] = []
    good: dict[str, Any] = {}
    for name, (least, most) in NUMBERS.items():
        try:
            number = int(str(content.get(name, "")).strip())
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            problems.append(FieldProblem(name, "Nhập một số từ %(least)s đến %(most)s", {"least": least, "most": most}))
        good[name] = number
    for name, choices in CHOICES.items():
        good[name] = content.get(name)
        if content.get(name) not in choices:
            problems.append(FieldProblem(name, "Chọn một mục"))
    if not problems and good["notice_hours"] > good["draft_hours"]:
        problems.append(FieldProblem("notice_hours", "Thông báo tự động không thể đi trước khi bắt đầu soạn"))
    if not problems and good["short_notice_minutes"] > good["short_draft_hours"] * 60:
        problems.append(FieldProblem("short_notice_minutes", "Thông báo tự động không thể đi trước khi bắt đầu soạn"))
    if problems:
        raise Invalid("Quy định chưa hợp lệ.", problems)
    return {**asdict(ApologyRules()), **good}


def watch_anew(work: Work, rule_id: UUID, after: UUID | None = None) -> None:
    """Ask that running terms be watched by a new rule, from the clock after `after` on."""
    last = str(after) if after else ""
    work.defer("WatchPromises", {"rule": str(rule_id), "after": last}, key=f"WatchPromises:{rule_id}:{last}")


APOLOGY = RuleKind("apology", Path(__file__).with_name("apology_rules.toml"), _read, _checked, watch_anew)


def apology_rules(session: Session, office_id: UUID | None, day: date) -> ApologyRules:
    """By which rules letters of apology of an office go on a day."""
    return APOLOGY.in_force(session, office_id, day).rules
