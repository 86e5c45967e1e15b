"""What authorities have laid down by their documents, kind by kind, and what the house ships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from sqlalchemy import select

from engine.accounts.authority_rules import AuthorityRule, RuleInForce, RuleKind, Rules
from engine.accounts.models import Office, Person
from engine.accounts.policy import require_role
from engine.calendars.models import KEEPER
from engine.clock import legal_date
from engine.work import Reading


@dataclass(frozen=True)
class RuleLine(Generic[Rules]):
    """Rules of one authority from a day on; `office` is empty for what the house ships, `in_force`: there today."""

    office: str
    by: str
    in_force: bool
    rule: RuleInForce[Rules]


def rule_lines(read: Reading, kind: RuleKind[Rules]) -> tuple[RuleLine[Rules], ...]:
    """Every rule of one kind, authority by authority, the latest first; what the house ships at the end."""
    require_role(read.actor, KEEPER)
    today = legal_date(read.now)
    rows = read.session.execute(
        select(AuthorityRule, Office.name, Person.full_name)
        .join(Office, Office.id == AuthorityRule.office_id)
        .outerjoin(Person, Person.id == AuthorityRule.made_by)
        .where(AuthorityRule.kind == kind.name)
        .order_by(Office.code, AuthorityRule.valid_from.desc(), AuthorityRule.made_at.desc())
    ).all()
    lines, settled = [], set()
    for row, office, person in rows:
        now = row.valid_from <= today and row.office_id not in settled
        if now:
            settled.add(row.office_id)
        lines.append(RuleLine(office, person or "", now, kind.as_kept(row)))
    counts = kind.shipped_on(today)
    return (*lines, *(RuleLine("", "", one is counts, one) for one in reversed(kind.shipped)))


def authorities(read: Reading) -> tuple[tuple[str, str], ...]:
    """The offices that may have rules of their own (code, name): agencies, not their rooms and centres."""
    require_role(read.actor, KEEPER)
    rows = read.session.execute(
        select(Office.code, Office.name)
        .where(Office.active, Office.kind.not_in(("room", "centre")))
        .order_by(Office.code)
    )
    return tuple((code, name) for code, name in rows)
