"""Papers from hand to hand: a slip is written, the receiver says of each dossier whether it came, what lacks is found.

Every act locks the cases it speaks of, one after the other by id, and stands in the journal of each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import time
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.cases.models import Case
from engine.clock import legal_date, legal_time
from engine.db import new_id
from engine.dossiers.custody import HANDS, HandoverLine, HandoverSlip, PaperCustody, next_steps, on_paper, papers_of
from engine.dossiers.lists import DossierOffice
from engine.dossiers.models import Dossier
from engine.errors import Conflict, Invalid, NotFound
from engine.registers.series import next_code
from engine.usecases.running import lock_case
from engine.work import Work

MOST = 200
NOON = time(12)
LONGEST = 500


def give_papers(work: Work, from_id: UUID, to_id: UUID, case_ids: Collection[UUID]) -> HandoverSlip:
    """Write the slip with which one office hands dossiers on paper to another; nobody has them until it is confirmed.

    Refuses (Invalid) an empty or over-long list, (Conflict, naming the code) a dossier whose papers do not lie in the
    giving office, that has none, or that the receiving office has nothing to do with.
    """
    require_role(work.actor, *HANDS, office_id=from_id)
    wanted = sorted(set(case_ids))
    to = work.session.get(Office, to_id)
    if to is None or to_id == from_id:
        raise Invalid("Chọn đơn vị nhận hồ sơ giấy.")
    if not wanted:
        raise Invalid("Chọn ít nhất một hồ sơ để bàn giao.")
    if len(wanted) > MOST:
        raise Invalid("Mỗi phiếu bàn giao có tối đa %(most)s hồ sơ.", most=MOST)
    cases = [lock_case(work, case_id) for case_id in wanted]
    dossiers = [_fit(work, case, from_id, to_id) for case in cases]
    slip = HandoverSlip(
        id=new_id(),
        number=next_code(work, "city", "handover", "BG", legal_date(work.now), width=4, trial=False),
        from_id=from_id,
        to_id=to_id,
        shift="morning" if legal_time(work.now).time() < NOON else "afternoon",
        given_at=work.now,
        given_by=work.actor.id,
    )
    work.session.add(slip)
    work.session.flush()
    steps, papers = next_steps(work.session, wanted), papers_of(work.session, wanted)
    lines = [
        HandoverLine(
            id=new_id(),
            slip_id=slip.id,
            case_id=dossier.case_id,
            position=position,
            step=next((step.name for step in steps.get(dossier.case_id, ()) if step.office_id == to_id), ""),
            papers=papers.get(dossier.case_id, ""),
        )
        for position, dossier in enumerate(sorted(dossiers, key=lambda one: one.code or ""), 1)
    ]
    work.session.add_all(lines)
    work.session.flush()
    for line in lines:
        _lies(work, line, from_id, "handed")
    for case in cases:
        work.record(case, "papers.given", {"slip": slip.number, "to": to.code})
    return slip


def _fit(work: Work, case: Case, from_id: UUID, to_id: UUID) -> Dossier:
    """The dossier of a locked case, if its papers lie here and may go there."""
    dossier = work.session.scalar(select(Dossier).where(Dossier.case_id == case.id, on_paper()))
    code = (dossier.code or dossier.filing_code) if dossier is not None else ""
    if dossier is None or case.trial:
        raise Conflict("Hồ sơ này không có giấy tờ để bàn giao.", code="no_papers")
    if lies_in(work, dossier) != from_id:
        raise Conflict("Giấy tờ của hồ sơ %(dossier)s không ở đơn vị giao.", code="papers_elsewhere", dossier=code)
    concerned = select(DossierOffice.case_id).where(DossierOffice.case_id == case.id, DossierOffice.office_id == to_id)
    if work.session.scalar(concerned) is None:
        raise Conflict("Đơn vị nhận không tham gia giải quyết hồ sơ %(dossier)s.", code="not_concerned", dossier=code)
    return dossier


def lies_in(work: Work, dossier: Dossier) -> UUID | None:
    """The office whose hands the papers are in; None while they are on their way or missing, or nobody took them in."""
    custody = work.session.get(PaperCustody, dossier.case_id)
    if custody is None:
        return dossier.receiving_id if dossier.accepted_at is not None else None
    return custody.office_id if custody.status == "held" else None


def _lies(work: Work, line: HandoverLine, office_id: UUID, status: str) -> None:
    custody = work.session.get(PaperCustody, line.case_id)
    if custody is None:
        custody = PaperCustody(case_id=line.case_id)
        work.session.add(custody)
    custody.office_id, custody.line_id = office_id, line.id
    custody.status, custody.changed_at = status, work.now


def confirm_papers(
    work: Work, slip_id: UUID, received: Collection[UUID], missing: Mapping[UUID, str] | None = None
) -> HandoverSlip:
    """The receiver says which dossiers of a slip came and which (with a word about it) did not, by line.

    Lines without a word stay open. An answer already given is a conflict where it says otherwise, else it stands.
    """
    slip = _slip(work, slip_id)
    require_role(work.actor, *HANDS, office_id=slip.to_id)
    lost = dict(missing or {})
    if set(received) & lost.keys():
        raise Invalid("Một hồ sơ không thể vừa nhận vừa thiếu.")
    for line, case in _locked(work, slip, {*received, *lost}):
        status = "missing" if line.id in lost else "received"
        if line.status == status:
            continue
        if line.status != "given":
            raise Conflict(
                "Dòng %(position)s của phiếu đã được xác nhận khác.", code="answered", position=line.position
            )
        line.status, line.answered_at, line.answered_by = status, work.now, work.actor.id
        line.note = lost.get(line.id, "").strip()[:LONGEST]
        _lies(
            work, line, slip.to_id if status == "received" else slip.from_id, "held" if status == "received" else status
        )
        facts = {"slip": slip.number}
        work.record(case, f"papers.{status}", facts, {"note": line.note} if line.note else None)
    _settle(work, slip)
    return slip


def take_back_papers(work: Work, slip_id: UUID, line_ids: Collection[UUID]) -> HandoverSlip:
    """The giver takes dossiers back that nobody has confirmed yet: they were put on the slip by mistake."""
    slip = _slip(work, slip_id)
    require_role(work.actor, *HANDS, office_id=slip.from_id)
    for line, case in _locked(work, slip, line_ids):
        if line.status == "taken_back":
            continue
        if line.status != "given":
            raise Conflict(
                "Dòng %(position)s của phiếu đã được xác nhận khác.", code="answered", position=line.position
            )
        line.status, line.answered_at, line.answered_by = "taken_back", work.now, work.actor.id
        _lies(work, line, slip.from_id, "held")
        work.record(case, "papers.taken_back", {"slip": slip.number})
    _settle(work, slip)
    return slip


def found_papers(work: Work, line_id: UUID, office_id: UUID, note: str = "") -> HandoverLine:
    """What was missing has been found, in the giving or the receiving office: there it lies from now on."""
    row = work.session.get(HandoverLine, line_id)
    if row is None:
        raise NotFound("Không có dòng này.")
    slip = _slip(work, row.slip_id)
    if office_id not in {slip.from_id, slip.to_id}:
        raise Invalid("Chọn nơi tìm thấy hồ sơ: bên giao hoặc bên nhận.")
    require_role(work.actor, *HANDS, office_id=office_id)
    ((line, case),) = _locked(work, slip, {line_id})
    if line.status != "missing":
        raise Conflict("Hồ sơ này không còn trong danh sách thất lạc.", code="not_missing")
    line.status, line.found_at, line.found_by = "found", work.now, work.actor.id
    line.note = "; ".join(part for part in (line.note, note.strip()[:LONGEST]) if part)
    _lies(work, line, office_id, "held")
    work.record(case, "papers.found", {"slip": slip.number}, {"note": line.note} if line.note else None)
    return line


def close_shift(work: Work, office_id: UUID, left: Mapping[str, int]) -> None:
    """Whoever closes a shift has seen what is left: how many were still to go, on their way, missing."""
    require_role(work.actor, *HANDS, office_id=office_id)
    office = work.session.get_one(Office, office_id)
    work.record_for_office(office.code, "shift.closed", dict(left))


def _slip(work: Work, slip_id: UUID) -> HandoverSlip:
    slip = work.session.scalar(
        select(HandoverSlip)
        .where(HandoverSlip.id == slip_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if slip is None:
        raise NotFound("Không có phiếu bàn giao này.")
    return slip


def _locked(work: Work, slip: HandoverSlip, line_ids: Iterable[UUID]) -> Sequence[tuple[HandoverLine, Case]]:
    """Lines of a slip with their cases, locked in one order; NotFound for a line of another slip."""
    wanted = set(line_ids)
    lines = work.session.scalars(
        select(HandoverLine)
        .where(HandoverLine.slip_id == slip.id, HandoverLine.id.in_(wanted))
        .execution_options(populate_existing=True)  # as they are now that the slip is locked
    ).all()
    if len(lines) != len(wanted):
        raise NotFound("Không có dòng này.")
    cases = {case_id: lock_case(work, case_id) for case_id in sorted(line.case_id for line in lines)}
    return [(line, cases[line.case_id]) for line in sorted(lines, key=lambda one: one.position)]


def _settle(work: Work, slip: HandoverSlip) -> None:
    work.session.flush()
    open_ = select(HandoverLine.id).where(HandoverLine.slip_id == slip.id, HandoverLine.status == "given").limit(1)
    if slip.settled_at is None and work.session.scalar(open_) is None:
        slip.settled_at = work.now
