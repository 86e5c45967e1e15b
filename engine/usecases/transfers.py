"""Handing a running dossier to another unit of the same agency: its desks, its dates, who sees it and who is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.accounts.models import Office
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER
from engine.cases.models import Case, Clock, Task, Transfer
from engine.db import new_id
from engine.dossiers.forecasts import look_again
from engine.dossiers.lists import rebuild
from engine.dossiers.models import Apology, Document, Dossier
from engine.dossiers.transfers import STAYS, desks_following, may_hand_over, places_following, standstill, units_fit
from engine.errors import N_, Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.usecases.counting_anew import Counted, count_anew, tell_moved
from engine.usecases.running import bundle_of, lock_case
from engine.work import Work

LONGEST = 1000


def hand_over(work: Work, case_id: UUID, office_id: UUID | None, *, reason: str, document: str = "") -> Transfer:
    """Another unit of the agency decides this dossier from now on; its calendar counts from tomorrow on.

    Only the head of the unit that has it, or the leader of its agency, may (Forbidden). Refuses (Invalid, naming
    `office`, `reason`) a unit that is not fit, and (Conflict) a dossier that is decided, not accepted yet, or in the
    hands of a worker.
    """
    case = lock_case(work, case_id)
    dossier = work.session.get(Dossier, case.id)
    if dossier is None:
        raise NotFound("Không có hồ sơ này.")
    if not may_hand_over(work.session, work.actor, dossier):
        raise Forbidden("Chỉ lãnh đạo đơn vị đang giải quyết hoặc lãnh đạo cơ quan chuyển được hồ sơ sang đơn vị khác.")
    _must_be_going(work, case, dossier)
    office = _fit(work, case, office_id, reason)
    row = Transfer(
        id=new_id(),
        case_id=case.id,
        from_id=dossier.handling_id,
        to_id=office.id,
        moved_at=work.now,
        moved_by=work.actor.id,
        reason=reason.strip()[:LONGEST],
        document=document.strip()[:200],
    )
    work.session.add(row)
    _lay_on_other_desks(work, case, dossier, office.id)
    counted = _count_with(work, case, office.id)
    here = work.session.get_one(Office, row.from_id)
    facts: dict[str, Any] = {"from": here.name, "to": office.name, "document": row.document}
    if counted is not None:
        row.old_due_at, row.new_due_at = counted.old_due_at, counted.new_due_at
        row.old_promised_on, row.new_promised_on = counted.old_promised_on, counted.new_promised_on
        facts |= {name: getattr(row, name) for name in ("old_due_at", "new_due_at")}
    work.record(case, "dossier.handed_over", facts, personal={"reason": row.reason})
    rebuild(work.session, dossier)
    look_again(work.session, [case.id], work.now)
    if counted is not None:
        tell_moved(work, case, counted, reference=str(row.id), event="handed_over")
    return row


HINDRANCES = {
    "decided": N_("Hồ sơ đã có kết quả, không chuyển đơn vị giải quyết được nữa."),
    "not_accepted": N_("Hồ sơ chưa được tiếp nhận, chưa chuyển đơn vị giải quyết được."),
    "busy": N_("Hệ thống đang làm dở một việc của hồ sơ này. Hãy thử lại sau ít phút."),
}
"""Why a dossier cannot change hands now, in words."""


def _must_be_going(work: Work, case: Case, dossier: Dossier) -> None:
    hindrance = standstill(work.session, case, dossier)
    if hindrance:
        raise Conflict(HINDRANCES[hindrance], code=hindrance)


def _fit(work: Work, case: Case, office_id: UUID | None, reason: str) -> Office:
    problems = []
    office = next((one for one in units_fit(work.session, case, work.now) if one.id == office_id), None)
    if office is None:
        problems.append(FieldProblem("office", "Chọn đơn vị nhận hồ sơ"))
    if not reason.strip():
        problems.append(FieldProblem("reason", "Nhập lý do chuyển"))
    if office is None or problems:
        raise Invalid("Chưa chuyển được.", problems)
    return office


def _lay_on_other_desks(work: Work, case: Case, dossier: Dossier, office_id: UUID) -> None:
    """Open tasks, drafts and letters that are owed go along, to nobody's name yet."""
    before, desks = dossier.handling_id, desks_following(work.session, case, work.now)
    places = places_following(case, bundle_of(work, case))
    case.places = {**case.places, **dict.fromkeys(places, str(office_id))}
    dossier.handling_id = office_id
    for place in ("signing", "returning"):
        if place in places:
            setattr(dossier, f"{place}_id", office_id)
    work.session.execute(
        update(Task).where(Task.id.in_(desks)).values(office_id=office_id, assignee_id=None, claimed_at=None)
    )
    owed = (Apology.case_id == case.id, Apology.sent_at.is_(None), Apology.closed_at.is_(None))
    work.session.execute(update(Apology).where(*owed, Apology.office_id == before).values(office_id=office_id))
    mine = (Document.case_id == case.id, Document.status == "draft", Document.office_id == before)
    if "signing" in places:
        work.session.execute(update(Document).where(*mine).values(office_id=office_id))


def _count_with(work: Work, case: Case, office_id: UUID) -> Counted | None:
    """Every term of the deciding unit goes on by the other unit's calendar; what came of the dossier's own."""
    calendar, found = calendar_for(work.session, office_id), None
    clocks = select(Clock).where(Clock.case_id == case.id, Clock.status != "stopped", Clock.term.not_in(STAYS))
    for clock in work.session.scalars(clocks.order_by(Clock.term)).all():
        if clock.calendar == calendar.code:
            continue
        counted = count_anew(work, case, clock, calendar, another_unit=True)
        found = counted if clock.term == DOSSIER else found
    return found
