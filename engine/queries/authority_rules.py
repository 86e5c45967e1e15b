"""What authorities have laid down by their documents, kind by kind."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from engine.accounts.authority_rules import AuthorityRule
from engine.accounts.models import Office, Person
from engine.accounts.policy import require_role
from engine.calendars.models import KEEPER
from engine.clock import legal_date
from engine.work import Reading


class LaidDown(NamedTuple):
    """One rule as it was written, of which office, by whom, and whether it is the one in force there today."""

    rule: AuthorityRule
    office: str
    code: str
    by: str
    in_force: bool


def laid_down(read: Reading, kind: str) -> list[LaidDown]:
    """Every rule of one kind, authority by authority, the latest first."""
    require_role(read.actor, KEEPER)
    today = legal_date(read.now)
    rows = read.session.execute(
        select(AuthorityRule, Office, Person.full_name)
        .join(Office, Office.id == AuthorityRule.office_id)
        .outerjoin(Person, Person.id == AuthorityRule.made_by)
        .where(AuthorityRule.kind == kind)
        .order_by(Office.code, AuthorityRule.valid_from.desc(), AuthorityRule.made_at.desc())
    ).all()
    found, settled = [], set()
    for row, office, name in rows:
        now = row.valid_from <= today and office.id not in settled
        if now:
            settled.add(office.id)
        found.append(LaidDown(row, office.name, office.code, name or "", now))
    return found
