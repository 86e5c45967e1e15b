"""The question whether somebody was told, as its applicant sees it, and whom the counter still has to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select

from engine.deadlines.telling import MISSED
from engine.dossiers.late_dates import QUESTION, LateDate, LateQuestion
from engine.dossiers.models import Dossier
from engine.errors import NotFound
from engine.notifications.models import Notice
from engine.queries.keyset import FIRST, Place, Window, cut, page_of
from engine.queries.told import REACHED
from engine.queries.visible import visible_to
from engine.work import Reading

PAGE = 50
CLERKS = ("counter_clerk", "centre_director")


@dataclass(frozen=True)
class Asked:
    """What is asked of a late dossier, and what was answered; `told` and `letter` are "" before that."""

    promised_on: date
    told: str
    letter: str
    via: str

    @property
    def open(self) -> bool:
        """Whether the applicant may still answer: a word the counter typed gives way to their own."""
        return not self.told or self.via == "counter"


def own_question(read: Reading, case_id: UUID) -> Asked | None:
    """What its applicant is asked of a dossier, for them alone (and the house, after code and second fact were proved).

    None where nothing is decided or no date was missed.
    """
    whose = select(Dossier.decided_at, Dossier.status).where(Dossier.case_id == case_id, visible_to(read.actor))
    found = read.session.execute(whose).first()
    if read.actor.kind not in {"citizen", "system"} or found is None:
        raise NotFound("Không có hồ sơ này.")
    if found.decided_at is None:
        return None
    question = read.session.get(LateQuestion, case_id)
    if question is not None:
        return Asked(question.promised_on, question.told, question.letter, question.via)
    missed = select(LateDate.promised_on).where(LateDate.case_id == case_id, LateDate.told.in_(MISSED))
    day = read.session.scalar(missed.order_by(LateDate.promised_on.desc()).limit(1))
    return Asked(day, "", "", "") if day is not None else None


@dataclass(frozen=True)
class ToAsk:
    """Somebody who was late and has not answered; `reached`: a message with the question arrived."""

    case_id: UUID
    code: str
    owner: str
    phone: str
    promised_on: date
    decided_at: datetime | None
    reached: bool


@dataclass(frozen=True)
class ToAskList:
    """A page of them, longest asked first."""

    lines: tuple[ToAsk, ...]
    before: Place | None
    after: Place | None


def to_ask(read: Reading, *, silent: bool = False, window: Window = FIRST) -> ToAskList:
    """Whom the actor's counters may ask by telephone; `silent` keeps those no message has reached."""
    offices = [post.office_id for post in read.actor.mandates if post.role in CLERKS]
    if not offices:
        return ToAskList((), None, None)
    reached = exists(
        select(Notice.id).where(
            Notice.case_id == LateQuestion.case_id, Notice.event == QUESTION, Notice.status.in_(REACHED)
        )
    )  # fmt: skip
    asked: Any = (
        select(
            LateQuestion.asked_at.label("at"), LateQuestion.case_id.label("id"), LateQuestion.promised_on, Dossier.code,
            Dossier.filing_code, Dossier.owner_name, Dossier.applicant_phone, Dossier.owner_phone, Dossier.decided_at,
            reached.label("reached"),
        )
        .join(Dossier, Dossier.case_id == LateQuestion.case_id)
        .where(
            LateQuestion.answered_at.is_(None),
            or_(Dossier.receiving_id.in_(offices), Dossier.returning_id.in_(offices)),
            visible_to(read.actor),
        )
    )  # fmt: skip
    if silent:
        asked = asked.where(~reached)
    page = page_of(read, [cut(asked, LateQuestion.asked_at, LateQuestion.case_id, window)], window, PAGE)
    lines = tuple(
        ToAsk(case_id, code or filing, owner, phone or owner_phone, promised_on, decided_at, bool(arrived))
        for _, case_id, promised_on, code, filing, owner, phone, owner_phone, decided_at, arrived in page.rows
    )
    return ToAskList(lines, page.before, page.after)
