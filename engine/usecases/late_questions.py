"""Whoever was late is asked whether they were told: once, by message and on their page, at the counter by telephone.

The office cannot change an answer. What a clerk typed for somebody gives way to that person's own word.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_signed_in
from engine.cases.models import Case, Task
from engine.clock import legal_date
from engine.dossiers.late_dates import QUESTION, SAID_LETTER, SAID_TOLD, LateQuestion
from engine.dossiers.models import Apology, Dossier
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.usecases.apologies import DATES
from engine.usecases.late_dates import last_missed
from engine.usecases.notices import tell
from engine.usecases.running import lock_case
from engine.work import Work

LONGEST = 1000
CLERKS = ("counter_clerk", "centre_director")
"""Who may write down what an applicant says on the telephone, at the counter that received or returns the dossier."""


def ask_late(work: Work, case: Case, dossier: Dossier) -> LateQuestion | None:
    """The decision came after a promised date: the applicant is asked; None where no date was missed or on trial."""
    if case.trial or dossier.promised_on is None or not _may_be_missed(work, case, dossier):
        return None
    missed = last_missed(work.session, case.id, work.now)
    if missed is None or work.session.get(LateQuestion, case.id) is not None:
        return None
    question = LateQuestion(case_id=case.id, promised_on=missed, asked_at=work.now)
    work.session.add(question)
    tell(work, case, QUESTION, reference=missed.isoformat())
    work.record(case, "late.asked", {"promised_on": missed})
    return question


def _may_be_missed(work: Work, case: Case, dossier: Dossier) -> bool:
    """Cheap to ask of every decision: the date itself is gone, or a letter had replaced one."""
    if dossier.promised_at is not None and work.now > dossier.promised_at:
        return True
    replaced = select(Apology.id).where(
        Apology.case_id == case.id,
        Apology.because.in_(DATES),
        Apology.new_date.is_not(None),
        Apology.promised_on <= legal_date(work.now),
    )
    return work.session.scalar(replaced.limit(1)) is not None


def answer_late(
    work: Work, case_id: UUID, *, told: str, letter: str, words: str = "", proven: bool = False
) -> LateQuestion:
    """Keep what the applicant says, once; `proven`: the caller has just shown code and second fact.

    Refuses officials, a second answer, and dossiers that are not decided or missed no date.
    """
    if work.actor.kind == "official":
        raise Forbidden("Cán bộ, công chức không trả lời thay người dân ở trang này.")
    case = lock_case(work, case_id)
    dossier = work.session.get(Dossier, case_id, populate_existing=True)
    mine = dossier is not None and dossier.applicant_id is not None and dossier.applicant_id == work.actor.id
    if dossier is None or not (proven or mine):
        raise NotFound("Không có hồ sơ này.")
    question = _question(work, case, dossier)
    if question.answered_at is not None and question.via != "counter":
        raise Conflict("Ông/bà đã trả lời câu hỏi này rồi.", code="already_answered")
    return _write(work, case, question, told, letter, words, via="tracking" if proven else "account")


def take_answer(work: Work, case_id: UUID, *, told: str, letter: str, words: str = "") -> LateQuestion:
    """A clerk of the counter types what the applicant says on the telephone or at the desk; it is marked so.

    Refuses whoever did a step of the dossier in the unit that handled it.
    """
    require_signed_in(work.actor)
    case = lock_case(work, case_id)
    dossier = work.session.get(Dossier, case_id, populate_existing=True)
    if dossier is None:
        raise NotFound("Không có hồ sơ này.")
    counters = (dossier.receiving_id, dossier.returning_id)
    if not any(work.actor.holds(role, office) for role in CLERKS for office in counters):
        raise Forbidden("Bạn không có quyền làm việc này ở đơn vị này.")
    rooms = (dossier.handling_id, dossier.signing_id)
    mine = select(Task.id).where(
        Task.case_id == case_id, Task.closed_by == work.actor.id, Task.office_id.in_(rooms)
    )  # fmt: skip
    if dossier.handling_id not in counters and work.session.scalar(mine.limit(1)) is not None:
        raise Forbidden("Người đã xử lý hồ sơ không ghi câu trả lời của người dân; hãy để người khác ở quầy ghi.")
    question = _question(work, case, dossier)
    if question.answered_at is not None:
        raise Conflict("Ông/bà đã trả lời câu hỏi này rồi.", code="already_answered")
    return _write(work, case, question, told, letter, words, via="counter")


def _question(work: Work, case: Case, dossier: Dossier) -> LateQuestion:
    """The question of a dossier; one decided before anybody was asked is asked now."""
    if case.trial:
        raise Conflict("Hồ sơ thử nghiệm không được hỏi.", code="trial")
    if dossier.decided_at is None:
        raise Conflict("Chỉ hỏi sau khi hồ sơ đã có kết quả.", code="not_decided")
    question = work.session.get(LateQuestion, case.id, populate_existing=True)
    if question is None:
        missed = last_missed(work.session, case.id, work.now)
        if missed is None:
            raise Conflict("Hồ sơ này không trễ hẹn.", code="not_late")
        question = LateQuestion(case_id=case.id, promised_on=missed, asked_at=work.now)
        work.session.add(question)
    return question


def _write(
    work: Work, case: Case, question: LateQuestion, told: str, letter: str, words: str, *, via: str
) -> LateQuestion:
    problems = []
    if told not in SAID_TOLD:
        problems.append(FieldProblem("told", "Chọn: có được báo là trễ hẹn hay không"))
    if letter not in SAID_LETTER:
        problems.append(FieldProblem("letter", "Chọn: có nhận được thư xin lỗi hay không"))
    if problems:
        raise Invalid("Chưa ghi được câu trả lời.", problems)
    question.told, question.letter, question.words = told, letter, words.strip()[:LONGEST]
    question.via, question.answered_at = via, work.now
    question.taken_by = work.actor.id if via == "counter" else None
    said = {"told": told, "letter": letter, "words": question.words}
    work.record(case, "late.answered", {"via": via}, said)
    return question
