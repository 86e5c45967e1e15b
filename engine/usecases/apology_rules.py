"""An administrator lays down an authority's rules of letters of apology; running terms are watched by them at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.apology_rules import KIND, checked_rules
from engine.accounts.authority_rules import AuthorityRule
from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.calendars.models import KEEPER
from engine.cases.clocks import DOSSIER, calendar_under, next_moment, reckoning_of
from engine.cases.models import Clock
from engine.cases.promises import watch
from engine.db import new_id
from engine.errors import FieldProblem, Invalid, NotFound
from engine.work import Work

SLICE = 500
JOB = "WatchPromises"
LONGEST = 200


def lay_down_rules(
    work: Work,
    office_code: str,
    content: Mapping[str, Any],
    *,
    valid_from: date | None,
    document: str,
    dated_on: date | None,
    verified: bool,
    note: str = "",
) -> UUID:
    """Write an authority's rules from a day on, with their document; the earlier ones stay readable.

    A rule for the same authority and day takes the place of the one before. Invalid names every field that makes no
    sense.
    """
    require_role(work.actor, KEEPER)
    office = work.session.scalar(select(Office).where(Office.code == office_code))
    if office is None:
        raise NotFound("Không có đơn vị này.")
    problems: list[FieldProblem] = []
    if not document.strip() or len(document.strip()) > LONGEST:
        problems.append(FieldProblem("document", "Nhập số, ký hiệu văn bản"))
    if dated_on is None:
        problems.append(FieldProblem("dated_on", "Nhập ngày văn bản"))
    if valid_from is None:
        problems.append(FieldProblem("valid_from", "Nhập ngày bắt đầu có hiệu lực"))
    try:
        rules = checked_rules(content)
    except Invalid as refusal:
        problems += refusal.problems
    if problems:
        raise Invalid("Quy định chưa hợp lệ.", problems)
    assert valid_from is not None
    assert dated_on is not None
    rule = AuthorityRule(
        id=new_id(),
        kind=KIND,
        office_id=office.id,
        valid_from=valid_from,
        content=rules,
        document=document.strip(),
        dated_on=dated_on,
        verified=verified,
        note=note.strip()[:1000],
        made_by=work.actor.id,
        made_at=work.now,
    )
    work.session.add(rule)
    work.session.flush()
    facts = {"kind": KIND, "office": office.code, "valid_from": valid_from, "document": rule.document, "rules": rules}
    work.record_for_office(office.code, "rules.laid_down", facts | {"dated_on": dated_on, "verified": verified})
    work.defer(JOB, {"rule": str(rule.id), "after": ""}, key=f"watch:{rule.id}:")
    return rule.id


def watch_promises(work: Work, rule_id: UUID, after: UUID | None) -> int:
    """Set the moments of running terms anew by the rules now in force, a slice at a time; how many there were.

    What was told of a date stays told. The next slice is a job of its own, so a killed worker goes on where it was.
    """
    rows = select(Clock).where(Clock.term == DOSSIER, Clock.status == "running").order_by(Clock.id).limit(SLICE)
    if after is not None:
        rows = rows.where(Clock.id > after)
    clocks = list(work.session.scalars(rows.with_for_update()))
    for clock in clocks:
        calendar = calendar_under(work.session, clock)
        watch(work.session, clock, calendar)
        clock.next_at = next_moment(clock, reckoning_of(clock, calendar), calendar)
    if len(clocks) == SLICE:
        last = clocks[-1].id
        work.defer(JOB, {"rule": str(rule_id), "after": str(last)}, key=f"watch:{rule_id}:{last}")
    return len(clocks)
