"""What the doctor's pages show beside one case: the standing cases, proposals that wait, where a task could go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.accounts.holders import HEADS, LEADERS, holders
from engine.accounts.models import Office, Person
from engine.accounts.people import agency_of
from engine.accounts.policy import require_signed_in
from engine.cases.mending import Proposal, Watch
from engine.cases.models import Incident, Task
from engine.clock import legal_date
from engine.db import canonical
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.queries.doctor_findings import eyes_of, quoted
from engine.queries.operations import masked
from engine.queries.visible import reports_visible_to, visible_to
from engine.work import Reading
from rules.sentences import Sentence

MOST = 200


@dataclass(frozen=True)
class Proposed:
    """What somebody proposes for a case, and whether the reader may decide it; `value` is written as it is read."""

    id: UUID
    kind: str
    variable: str
    value: str
    reason: str
    ground: str
    words: str
    by: str
    at: datetime
    own: bool
    may_decide: bool
    deciders: tuple[str, ...]


@dataclass(frozen=True)
class StandingCase:
    """One line of the list of cases that stand still: its oldest open trouble, and how many there are."""

    case_id: UUID
    code: str
    kind: str
    step: str
    cause: Sentence
    since: datetime
    count: int


def standing_cases(read: Reading) -> list[StandingCase]:
    """Every case with an open trouble that the actor may have looked at, the longest standing first."""
    actor = read.actor
    require_signed_in(actor)
    everything = actor.kind == "system" or (actor.is_official and actor.holds("operator"))
    if not (everything or actor.is_official):
        return []
    conditions: list[Any] = [Incident.resolved_at.is_(None)]
    if not everything:
        conditions.append(or_(Dossier.case_id.is_not(None) & visible_to(actor), reports_visible_to(actor)))
    first = (
        select(
            Incident.case_id.label("case_id"),
            func.min(Incident.opened_at).label("since"),
            func.count().label("count"),
        )
        .outerjoin(Dossier, Dossier.case_id == Incident.case_id)
        .outerjoin(Report, Report.case_id == Incident.case_id)
        .where(*conditions)
        .group_by(Incident.case_id)
        .order_by(func.min(Incident.opened_at), Incident.case_id)
        .limit(MOST)
        .subquery()
    )
    rows = read.session.execute(
        select(Incident, func.coalesce(Dossier.code, Dossier.filing_code, Report.code, ""), first.c.count)
        .join(first, (first.c.case_id == Incident.case_id) & (first.c.since == Incident.opened_at))
        .outerjoin(Dossier, Dossier.case_id == Incident.case_id)
        .outerjoin(Report, Report.case_id == Incident.case_id)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.opened_at, Incident.id)
    )
    found: dict[UUID, StandingCase] = {}
    for row, code, count in rows:
        cause = row.words
        said = masked(cause) if everything and cause.params else cause
        line = StandingCase(row.case_id, code, row.kind, quoted(row.element_id, row.name), said, row.opened_at, count)
        found.setdefault(row.case_id, line)
    return list(found.values())


def proposals_of(read: Reading, case_id: UUID) -> list[Proposed]:
    """What waits for a second pair of eyes; only for those who may read the case."""
    if not eyes_of(read, case_id):
        return []
    rows = read.session.execute(
        select(Proposal, Person.full_name)
        .join(Person, Person.id == Proposal.proposed_by)
        .where(Proposal.case_id == case_id, Proposal.status == "open")
        .order_by(Proposal.proposed_at)
    )
    found = []
    for row, name in rows:
        deciders = HEADS if row.kind == "value" else LEADERS
        own = row.proposed_by == read.actor.id
        value = row.value.get("value")
        found.append(
            Proposed(
                id=row.id,
                kind=row.kind,
                variable=row.variable,
                value=value if isinstance(value, str) else canonical(value),
                reason=row.reason,
                ground=row.ground,
                words=row.words,
                by=name,
                at=row.proposed_at,
                own=own,
                may_decide=not own and any(read.actor.holds(role) for role in deciders),
                deciders=deciders,
            )
        )
    return found


def offices_for(read: Reading, task_id: UUID) -> list[tuple[Office, int]]:
    """Where a task could go: the offices of its agency in which somebody holds its role today, with how many."""
    task = read.session.get(Task, task_id)
    here = read.session.get(Office, task.office_id) if task is not None and task.office_id else None
    if task is None or here is None or eyes_of(read, task.case_id) is None:
        return []
    agency, today = agency_of(read.session, here), legal_date(read.now)
    found = []
    for office in read.session.scalars(select(Office).where(Office.active).order_by(Office.name)):
        if office.id != here.id and agency_of(read.session, office).id == agency.id:
            count = len(holders(read.session, office.id, task.role, today))
            if count:
                found.append((office, count))
    return found


def last_watch(read: Reading) -> datetime | None:
    """When the watchdog last looked."""
    return read.session.scalar(select(func.max(Watch.looked_at)))
