"""A supplement as people see it: what was asked and by when, what came with which round, what the rules still allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.cases.clocks import SUPPLEMENT, calendar_under, reckoning_of
from engine.cases.models import Case, Clock
from engine.clock import legal_date
from engine.dossiers.allowance import Allowance, allowance
from engine.dossiers.models import Attachment, Dossier, SupplementRequest
from engine.dossiers.points import Point, points_of
from engine.errors import NotFound
from engine.procedures.published import open_bundle
from engine.queries.dossiers import DossierPage
from engine.queries.progress import LedgerLine, ledger_line
from engine.queries.visible import visible_to
from engine.work import Reading


@dataclass(frozen=True)
class OwnTerm:
    """The applicant's own time to answer: its limit, its last day, the days left (negative once over), its ledger."""

    limit_value: int
    limit_unit: str
    last_day: date
    days_left: int
    ledger: tuple[LedgerLine, ...]


@dataclass(frozen=True)
class Received:
    """One paper that came with a round: how many of which kind and how many files."""

    name: str
    originals: int
    certified: int
    photocopies: int
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class Round:
    """One round with what came of it; `other` are files that belong to none of its points."""

    request: SupplementRequest
    received: tuple[Received, ...]
    left: tuple[str, ...]
    other: tuple[Attachment, ...]
    changed: bool
    late: bool
    note: str


def open_points(page: DossierPage) -> tuple[Point, ...]:
    """The points of the round that waits; none when none does."""
    asked = page.open_supplement
    return points_of(asked, page.components) if asked is not None else ()


def supplement_rules(read: Reading, case_id: UUID) -> Allowance:
    """What one more request for supplement would meet, for whoever may see the dossier."""
    seen = select(Case).join(Dossier, Dossier.case_id == Case.id).where(Case.id == case_id, visible_to(read.actor))
    case = read.session.scalar(seen)
    if case is None:
        raise NotFound("Không có hồ sơ này.")
    return allowance(read.session, case, open_bundle(read.session, case.bundle_id).procedure.supplement, read.now)


def own_term(read: Reading, page: DossierPage) -> OwnTerm | None:
    """Until when the applicant of this page may answer the open round, day by day."""
    asked = page.open_supplement
    if asked is None or asked.answer_by is None:
        return None
    clock = read.session.scalar(select(Clock).where(Clock.case_id == page.case.id, Clock.term == SUPPLEMENT))
    if clock is None:
        return None
    reckoning = reckoning_of(clock, calendar_under(read.session, clock))
    left = (asked.answer_by - legal_date(read.now)).days
    lines = tuple(ledger_line(span) for span in reckoning.ledger)
    return OwnTerm(clock.limit_value, clock.limit_unit, asked.answer_by, left, lines)


def rounds_of(page: DossierPage) -> tuple[Round, ...]:
    """Every round of the dossier, the last one first."""
    return tuple(_round(page, request) for request in reversed(page.supplements))


def _round(page: DossierPage, request: SupplementRequest) -> Round:
    files = [one for one in page.attachments if one.round == request.round]
    answer = request.answer
    received = tuple(
        Received(
            one["name"],
            one["originals"],
            one["certified"],
            one["photocopies"],
            tuple(file for file in files if file.field.rpartition(".")[2] == one["key"]),
        )
        for one in answer.get("received", ())
    )
    placed = {file.id for one in received for file in one.files}
    return Round(
        request=request,
        received=received,
        left=tuple(one["name"] for one in answer.get("left", ())),
        other=tuple(file for file in files if file.id not in placed),
        changed=bool(answer.get("changed")),
        late=bool(answer.get("late")),
        note=str(answer.get("note", "")),
    )
