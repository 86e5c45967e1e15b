"""The new receipt (form 01) of a case whose limit the new version lengthens: only with it the promised date changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from engine.cases.clocks import DOSSIER, clock_of, promise
from engine.cases.models import Case
from engine.cases.moves import Move
from engine.clock import legal_time
from engine.dossiers.models import Document, Dossier
from engine.dossiers.moving import from_record
from engine.dossiers.moving_terms import TermChange
from engine.usecases.notices import tell
from engine.usecases.opening import refresh_subject
from engine.usecases.rendering import Printed, RenderPlan, plan_letter
from engine.usecases.running import lock_case
from engine.usecases.tasktypes import replace_older
from engine.work import Work

FORM = "form01"


def plan_receipt(work: Work, move_id: UUID) -> RenderPlan | None:
    """Read what the new receipt needs, with the date it is to promise; None when it is no longer owed."""
    found = _owed(work, move_id)
    if found is None:
        return None
    case, move, change, at = found
    plan = plan_letter(work, case, FORM, move.id, asked_by=None)
    dossier = {**plan.facts["dossier"], "promised_on": change.with_paper, "promised_at": legal_time(at)}
    return replace(plan, facts={**plan.facts, "dossier": dossier})


def keep_receipt(work: Work, move_id: UUID, plan: RenderPlan, printed: Printed) -> None:
    """Issue the receipt and, in the same act, let its date be the promised one; the applicant is told."""
    found = _owed(work, move_id)
    if found is None:
        return
    case, move, change, at = found
    sha256, size, boxes = printed
    office = case.places.get(plan.place)
    document = Document(
        id=move.id,
        case_id=case.id,
        letter=FORM,
        title=plan.title,
        layout=plan.layout,
        office_id=UUID(str(office)) if office else None,
        status="issued",
        signer_id=plan.signatory.id,
        verify_code=plan.verify_code,
        sha256=sha256,
        draft_sha256=sha256,
        size=size,
        boxes=boxes,
        created_at=work.now,
        issued_at=work.now,
    )
    work.session.add(document)
    work.session.flush()
    replace_older(work, document)
    clock, dossier = clock_of(work, case.id, DOSSIER), work.session.get_one(Dossier, case.id)
    if clock is not None and change.with_paper is not None:
        promise(work, clock, change.with_paper, at)
    dossier.promised_on, dossier.promised_at = change.with_paper, at
    refresh_subject(work, case)
    facts = {"document": str(document.id), "sha256": sha256, "promised_on": change.with_paper}
    work.record(case, "document.issued", facts)
    tell(work, case, "accepted", reference=f"moved:{move.id}")


def _owed(work: Work, move_id: UUID) -> tuple[Case, Move, TermChange, datetime] | None:
    """The case, the move, the change of its term and the new moment, while the paper is still to be made."""
    move = work.session.get(Move, move_id)
    if move is None:
        return None
    case = lock_case(work, move.case_id)
    work.session.refresh(move)
    dossier, clock = work.session.get(Dossier, case.id), clock_of(work, case.id, DOSSIER)
    change = next((one for one in from_record(move.plan).terms if one.paper == FORM), None)
    if move.status != "moved" or dossier is None or clock is None or change is None or clock.due_at is None:
        return None
    stands: date | None = dossier.promised_on
    over = case.ended_at is not None or dossier.decided_at is not None or stands != change.promised_before
    if over or work.session.get(Document, move.id) is not None or clock.due_on != change.with_paper:
        return None
    return case, move, change, clock.due_at
