"""What lies in an office on paper: to be handed to whom, and what stays; who gives and takes papers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.cases.models import Case
from engine.dossiers.custody import HANDS, NextStep, PaperCustody, next_steps, on_paper, papers_of
from engine.dossiers.models import Dossier
from engine.journal import Entry
from engine.queries.keyset import named
from engine.work import Reading

MOST = 300


@dataclass(frozen=True)
class Lying:
    """A dossier whose papers lie in the office: what is to be done next, and where."""

    case_id: UUID
    code: str
    owner: str
    title: str
    papers: str
    step: str
    accepted_at: datetime | None


@dataclass(frozen=True)
class Group:
    """What is to be handed to one office."""

    office_id: UUID
    office: str
    lines: tuple[Lying, ...]


@dataclass(frozen=True)
class Drawer:
    """What lies in an office: to be handed over, by receiving office, and what stays; `more` says it was cut off."""

    office_id: UUID
    office: str
    groups: tuple[Group, ...]
    staying: tuple[Lying, ...]
    more: bool

    @property
    def to_hand_over(self) -> int:
        """How many still have to go."""
        return sum(len(group.lines) for group in self.groups)


def own_offices(read: Reading) -> tuple[tuple[UUID, str], ...]:
    """The offices for which the actor gives and takes papers."""
    ids = dict.fromkeys(post.office_id for post in read.actor.mandates if post.role in HANDS)
    names = named(read, Office.id, Office.name, ids)
    return tuple((one, names.get(one, "")) for one in ids)


def drawer(read: Reading, office_id: UUID) -> Drawer:
    """What lies in one of the actor's offices on paper, what has waited longest first."""
    require_role(read.actor, *HANDS, office_id=office_id)
    rows = _lying(read, office_id)
    ids = [row.case_id for row in rows[:MOST]]
    steps, papers = next_steps(read.session, ids), papers_of(read.session, ids)
    going: dict[UUID, list[Lying]] = {}
    staying = []
    for row in rows[:MOST]:
        open_ = steps.get(row.case_id, [])
        target = _target(open_, office_id)
        line = Lying(
            row.case_id,
            row.code or row.filing_code,
            row.owner_name,
            row.title or row.procedure_name,
            papers.get(row.case_id, ""),
            (target or next(iter(open_), None) or NextStep(row.case_id, None, "")).name,
            row.accepted_at,
        )
        if target is not None and target.office_id is not None:
            going.setdefault(target.office_id, []).append(line)
        else:
            staying.append(line)
    names = named(read, Office.id, Office.name, {office_id, *going})
    groups = [Group(one, names.get(one, ""), tuple(lines)) for one, lines in going.items()]
    ordered = tuple(sorted(groups, key=lambda group: group.office))
    return Drawer(office_id, names.get(office_id, ""), ordered, tuple(staying), len(rows) > MOST)


def _target(open_: Sequence[NextStep], office_id: UUID) -> NextStep | None:
    """The step elsewhere for which the papers have to go; none while there is something to do here."""
    if any(step.office_id == office_id for step in open_):
        return None
    return next((step for step in open_ if step.office_id is not None), None)


def _lying(read: Reading, office_id: UUID) -> Sequence[Any]:
    held = and_(PaperCustody.office_id == office_id, PaperCustody.status == "held", Dossier.returned_at.is_(None))
    never_left = and_(
        PaperCustody.case_id.is_(None),
        Dossier.receiving_id == office_id,
        Dossier.accepted_at.is_not(None),
        Dossier.decided_at.is_(None),
    )
    columns = (
        Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title, Dossier.procedure_name,
        Dossier.accepted_at,
    )  # fmt: skip
    found: list[Any] = []
    for where in (held, never_left):
        found += read.session.execute(
            select(*columns)
            .join(Case, Case.id == Dossier.case_id)
            .outerjoin(PaperCustody, PaperCustody.case_id == Dossier.case_id)
            .where(where, Case.ended_at.is_(None), ~Case.trial, on_paper())
            .order_by(Dossier.accepted_at, Dossier.case_id)
            .limit(MOST + 1)
        ).all()
    return sorted(found, key=lambda row: (row.accepted_at is None, row.accepted_at, row.case_id))[: MOST + 1]


def last_close(read: Reading, office_id: UUID) -> datetime | None:
    """When a shift of one of the actor's offices was closed last."""
    require_role(read.actor, *HANDS, office_id=office_id)
    office = read.session.get_one(Office, office_id)
    return read.session.scalar(
        select(Entry.at)
        .where(Entry.chain == f"office:{office.code}", Entry.verb == "shift.closed")
        .order_by(Entry.seq.desc())
        .limit(1)
    )
