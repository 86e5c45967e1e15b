"""What people do about letters of apology themselves: begin one for another cause, take note of one at the counter."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_signed_in
from engine.cases.models import Case
from engine.dossiers.models import Apology, Dossier
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.usecases.apologies import DEEDS, open_apology
from engine.usecases.running import lock_case
from engine.work import Actor, Work

OFFICERS = ("specialist", "unit_head", "leader", "counter_clerk")
"""Who may begin a letter in an office that deals with the dossier."""
OVERSEERS = frozenset({"leader", "centre_director"})
"""Who may besides, wherever they oversee the dossier."""
LONGEST = 2000


def may_begin(actor: Actor, dossier: Dossier) -> bool:
    """Whether somebody may say that the office owes an apology for an error, a loss or damage."""
    offices = {dossier.receiving_id, dossier.handling_id, dossier.signing_id}
    if any(actor.holds(role, office) for role in OFFICERS for office in offices):
        return True
    return bool(actor.roles & OVERSEERS) and dossier.handling_id in actor.oversight


def begin_apology(work: Work, case_id: UUID, *, because: str, account: str) -> Apology:
    """An officer or leader begins a letter: for an error, a loss or damage, saying what happened.

    Refuses (Invalid, naming `because`, `account`) what is not said, and (Conflict) a second letter for the same cause
    while the first is still to be sent, or one of a dossier that is over.
    """
    require_signed_in(work.actor)
    case = lock_case(work, case_id)
    dossier = work.session.get(Dossier, case_id)
    if dossier is None:
        raise NotFound("Không có hồ sơ này.")
    if not may_begin(work.actor, dossier):
        raise Forbidden("Bạn không có quyền làm việc này ở đơn vị này.")
    account = account.strip()
    problems = []
    if because not in DEEDS:
        problems.append(FieldProblem("because", "Chọn một mục"))
    if not account or len(account) > LONGEST:
        problems.append(FieldProblem("account", "Ghi việc đã xảy ra, không quá 2000 ký tự"))
    if problems:
        raise Invalid("Chưa mở được việc xin lỗi.", problems)
    if _is_open(work, case, because):
        raise Conflict("Hồ sơ đang có văn bản xin lỗi về việc này chưa gửi.", code="apology_open")
    apology = open_apology(work, case, because=because, account=account)  # type: ignore[arg-type]
    if apology is None:
        raise Conflict("Hồ sơ đã kết thúc hoặc chưa được tiếp nhận: không mở được việc xin lỗi.", code="case_over")
    return apology


def _is_open(work: Work, case: Case, because: str) -> bool:
    found = work.session.scalar(
        select(Apology.id).where(
            Apology.case_id == case.id,
            Apology.because == because,
            Apology.sent_at.is_(None),
            Apology.closed_at.is_(None),
        )
    )
    return found is not None


def take_note(work: Work, apology_id: UUID) -> None:
    """Somebody of the receiving counter has read what was told in writing; once, by whoever was first."""
    require_signed_in(work.actor)
    case_id = work.session.scalar(select(Apology.case_id).where(Apology.id == apology_id))
    if case_id is None:
        raise NotFound("Không có văn bản xin lỗi này.")
    case = lock_case(work, case_id)
    apology = work.session.get_one(Apology, apology_id, populate_existing=True)
    dossier = work.session.get_one(Dossier, case_id)
    if not any(work.actor.holds(role, dossier.receiving_id) for role in ("counter_clerk", "centre_director")):
        raise Forbidden("Bạn không có quyền làm việc này ở đơn vị này.")
    if apology.counter_told_at is None or apology.counter_seen_at is not None:
        return
    apology.counter_seen_at, apology.counter_seen_by = work.now, work.actor.id
    work.record(case, "apology.counter_seen", {"round": apology.round})
