"""The rules of who is warned at which mark of a term: of what they are made, and which are in force for an office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.accounts.authority_rules import RuleKind
from engine.errors import FieldProblem, Invalid

TOMORROW = "tomorrow"
"""The last working day before a date: warned of in the morning, for limits in days."""
MARKS = ("50", "80", TOMORROW, "100")
"""The marks of a term in the order in which they usually come."""
STEP_MARKS = ("80", "100")
"""The marks of a step's own time."""


@dataclass(frozen=True)
class WarningRules:
    """At which marks of a dossier's terms, and of a step's own time, somebody of each post is warned."""

    officer: tuple[str, ...] = ()
    unit_head: tuple[str, ...] = ()
    leader: tuple[str, ...] = ()
    step_officer: tuple[str, ...] = ()
    step_unit_head: tuple[str, ...] = ()

    def posts(self, mark: str, *, step: bool = False) -> tuple[str, ...]:
        """Who is warned at a mark: "officer", "unit_head", "leader", in this order."""
        if step:
            asked = {"officer": self.step_officer, "unit_head": self.step_unit_head}
        else:
            asked = {"officer": self.officer, "unit_head": self.unit_head, "leader": self.leader}
        return tuple(post for post, marks in asked.items() if mark in marks)


def _checked(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Rules as an administrator gave them, a list of marks by post; Invalid names every one that makes no sense.

    Somebody has to hear that a date has come: a rule that warns nobody at 100 per cent is refused.
    """
    problems, good = [], {}
    for one in fields(WarningRules):
        known = STEP_MARKS if one.name.startswith("step_") else MARKS
        given = content.get(one.name, [])
        if not isinstance(given, list | tuple) or any(mark not in known for mark in given):
            problems.append(FieldProblem(one.name, "Chọn trong các mốc: %(marks)s", {"marks": ", ".join(known)}))
            continue
        good[one.name] = [mark for mark in known if mark in given]
    if not problems and not any("100" in good[post] for post in ("officer", "unit_head", "leader")):
        problems.append(FieldProblem("officer", "Ít nhất một người phải được nhắc khi hết thời hạn"))
    if problems:
        raise Invalid("Quy định chưa hợp lệ.", problems)
    return good


def _read(content: Mapping[str, Any]) -> WarningRules:
    return WarningRules(**{one.name: tuple(content.get(one.name, ())) for one in fields(WarningRules)})


WARNINGS = RuleKind("warnings", Path(__file__).with_name("warning_rules.toml"), _read, _checked)


def warning_rules(session: Session, office_id: UUID | None, day: date) -> WarningRules:
    """By which rules the people of an office are warned on a day."""
    return WARNINGS.in_force(session, office_id, day).rules
