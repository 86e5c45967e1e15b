"""What people say about warnings: how to hear of them, who hears of what, what was seen, whom a call reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engine.accounts.holders import LEADERS
from engine.accounts.policy import require_role, require_signed_in
from engine.cases.models import Case
from engine.dossiers.lists import DossierOffice
from engine.errors import FieldProblem, Forbidden, Invalid, NotFound
from engine.feedback.models import Report
from engine.notifications.legal import LEGAL, UNREACHED
from engine.notifications.models import Notice
from engine.notifications.staff import StaffWarning, WarningChoice
from engine.notifications.staff_choices import AT_ONCE, HOURS, KINDS, choice_of, listeners_of
from engine.usecases.running import lock_case
from engine.work import Work

CALLERS = ("counter_clerk", "centre_director", "unit_head", "leader", "hotline_operator", "operator")
"""Who telephones people whom no notice reached."""
MOST_WORDS = 200


def choose(work: Work, ways: Mapping[str, str], hour: str) -> None:
    """Keep how the actor wants to hear of warnings, by kind, and the hour ("8") of the daily digest.

    What waits to be sent goes the new way. Invalid names every choice that is not open to the actor.
    """
    person_id = _official(work)
    leads = any(work.actor.holds(role) for role in LEADERS)
    open_ones = choice_of(work.session, person_id, leads=leads).ways_open()
    problems = [FieldProblem(kind, "Chọn một cách nhận") for kind in KINDS if ways.get(kind) not in open_ones]
    if not hour.isdecimal() or int(hour) not in HOURS:
        problems.append(FieldProblem("hour", "Chọn một giờ trong ngày làm việc"))
    if problems:
        raise Invalid("Cách nhận nhắc hạn chưa hợp lệ.", problems)
    row = work.session.get(WarningChoice, person_id)
    chosen = {kind: ways[kind] for kind in KINDS}
    if row is None:
        row = WarningChoice(person_id=person_id, ways=chosen, hour=int(hour), changed_at=work.now)
        work.session.add(row)
    row.ways, row.hour, row.changed_at = chosen, int(hour), work.now
    work.session.flush()
    _waiting_anew(work, person_id)
    work.record_for_office(
        work.actor.mandates[0].office_code if work.actor.mandates else "system",
        "warnings.chosen",
        {"person": str(person_id), "ways": chosen, "hour": int(hour)},
    )


def _waiting_anew(work: Work, person_id: UUID) -> None:
    """What has not gone out yet goes the way chosen now; what went out already comes again only in digests."""
    listener = listeners_of(work.session, [person_id], work.now)[person_id]
    mine = (StaffWarning.person_id == person_id, StaffWarning.closed_at.is_(None))
    for kind in KINDS:
        way = listener.choice.ways[kind]
        of_kind = StaffWarning.step if kind == "step" else (StaffWarning.mark == kind) & ~StaffWarning.step
        moment = listener.mail_at(way, work.now)
        fresh, again = StaffWarning.mailed_at.is_(None), StaffWarning.mail_at.is_not(None)
        for which, at in ((fresh, moment), (~fresh & again, None if way == AT_ONCE else moment)):
            changed = update(StaffWarning).where(*mine, of_kind, which)
            work.session.execute(changed.values(how=way, mail_at=at))


def mark_seen(work: Work, until: datetime) -> None:
    """The actor has seen every warning raised up to a moment."""
    work.session.execute(
        update(StaffWarning)
        .where(
            StaffWarning.person_id == _official(work),
            StaffWarning.closed_at.is_(None),
            StaffWarning.seen_at.is_(None),
            StaffWarning.raised_at <= min(until, work.now),
        )
        .values(seen_at=work.now)
    )


def told_by_telephone(work: Work, notice_id: UUID, words: str) -> None:
    """Somebody called a person whom a legal notice did not reach; `words` say who answered and when.

    Every sending of that notice that got nowhere is settled by it. NotFound for a notice that is none of these, or of a
    dossier the actor may not read; Invalid without words.
    """
    require_role(work.actor, *CALLERS)
    kept = " ".join(words.split())[:MOST_WORDS]
    notice = work.session.get(Notice, notice_id)
    if notice is None or notice.case_id is None or notice.event not in LEGAL:
        raise NotFound("Không có thông báo này.")
    case = lock_case(work, notice.case_id)
    _must_see(work, case)
    if not kept:
        problem = FieldProblem("words", "Ghi ai nghe máy và đã báo điều gì")
        raise Invalid("Chưa ghi kết quả cuộc gọi.", [problem])
    rows = work.session.scalars(
        select(Notice).where(Notice.key == notice.key, Notice.status.in_(UNREACHED)).with_for_update()
    ).all()
    for row in rows:
        row.status, row.settled_at, row.receipt = "settled", work.now, kept
    if rows:
        facts = {"notice": str(notice.id), "event": notice.event, "by": "phone"}
        work.record(case, "notice.settled", facts, {"reason": kept})


def _must_see(work: Work, case: Case) -> None:
    """Refuse whoever may read neither the dossier nor the report; operators see whom to call, and no more."""
    actor = work.actor
    if actor.kind == "system" or actor.holds("operator") or actor.everywhere:
        return
    if case.kind == "report":
        report = work.session.get(Report, case.id)
        if report is not None and (actor.holds("hotline_operator") or report.unit_id in actor.oversight):
            return
    shown = select(DossierOffice.case_id).where(
        DossierOffice.case_id == case.id, DossierOffice.office_id.in_(actor.oversight)
    )
    if work.session.scalar(shown.limit(1)) is None:
        raise NotFound("Không có thông báo này.")


def _official(work: Work) -> UUID:
    require_signed_in(work.actor)
    if work.actor.kind != "official" or work.actor.id is None:
        raise Forbidden("Việc này chỉ dành cho cán bộ, công chức.")
    return work.actor.id
