"""An administrator lays down what an authority's document says, for that authority and the offices under it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.authority_rules import AuthorityRule, RuleKind, add_rule
from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.calendars.models import KEEPER
from engine.db import new_id
from engine.errors import FieldProblem, Invalid, NotFound
from engine.work import Work

LONGEST = 200
MOST_NOTE = 1000


def lay_down(
    work: Work,
    kind: RuleKind[Any],
    office_code: str,
    content: Mapping[str, Any],
    *,
    valid_from: date | None,
    document: str,
    dated_on: date | None,
    verified: bool,
    note: str = "",
) -> UUID:
    """Write an authority's rules of one kind from a day on, with their document; the earlier ones stay readable.

    A rule for the same authority and day takes the place of the one before. A kind with a job for it has the rule
    carried to what runs already. Invalid names every field that makes no sense, those of the content as the kind finds
    them.
    """
    require_role(work.actor, KEEPER)
    office = work.session.scalar(select(Office).where(Office.code == office_code))
    if office is None:
        raise NotFound("Không có đơn vị này.")
    problems: list[FieldProblem] = []
    if valid_from is None:
        problems.append(FieldProblem("valid_from", "Nhập ngày bắt đầu có hiệu lực"))
    if not document.strip() or len(document.strip()) > LONGEST:
        problems.append(FieldProblem("document", "Nhập số, ký hiệu văn bản"))
    if dated_on is None:
        problems.append(FieldProblem("dated_on", "Nhập ngày văn bản"))
    try:
        rules = kind.checked(content)
    except Invalid as refusal:
        problems += refusal.problems
    if problems:
        raise Invalid("Quy định chưa hợp lệ.", problems)
    assert valid_from is not None
    assert dated_on is not None
    rule = AuthorityRule(
        id=new_id(),
        kind=kind.name,
        office_id=office.id,
        valid_from=valid_from,
        content=rules,
        document=document.strip(),
        dated_on=dated_on,
        verified=verified,
        note=note.strip()[:MOST_NOTE],
        made_by=work.actor.id,
        made_at=work.now,
    )
    add_rule(work.session, rule)
    facts = {
        "kind": kind.name, "office": office.code, "valid_from": valid_from, "document": rule.document, "rules": rules,
        "dated_on": dated_on, "verified": verified,
    }  # fmt: skip
    work.record_for_office(office.code, "rules.laid_down", facts)
    if kind.carry is not None:
        kind.carry(work, rule.id)
    return rule.id
