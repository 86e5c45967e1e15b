"""What becomes of a letter of apology: sent, spared by a dossier done in time, or owed with an unsigned notice out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.bpmn.advance import Waiting
from engine.cases.clocks import DOSSIER, calendar_under, clock_of, promise
from engine.cases.models import Case, Clock
from engine.clock import legal_date
from engine.dossiers.models import Apology, Document, Dossier
from engine.usecases.advance import deliver
from engine.usecases.apologies import DATES, DEEDS, ask_anew, step_of
from engine.usecases.notices import tell
from engine.usecases.opening import refresh_subject
from engine.usecases.running import bundle_of, lock_case
from engine.usecases.variables import variable
from engine.work import Reading, Work

CALLED = b'processId="apology"'
"""How a drawing calls the shared part, which writes down that the date will be kept."""

BATCH = 200
_UNSIGNED = (
    Apology.because.in_(DEEDS),
    Apology.sent_at.is_(None),
    Apology.closed_at.is_(None),
    Apology.notice_sent_at.is_(None),
)


def this_apology(work: Work, case: Case, asked: Waiting) -> Apology | None:
    """The letter a step of the drawing is about; in drawings of before rounds were told, the newest."""
    told = {**case.variables, **asked.inputs}.get("apology_case") or {}
    rows = select(Apology).where(Apology.case_id == case.id)
    if told.get("round"):
        return work.session.scalar(rows.where(Apology.round == int(told["round"])))
    return work.session.scalar(rows.order_by(Apology.round.desc()).limit(1))


def letter_sent(work: Work, case: Case, document: Document, asked: Waiting) -> None:
    """The signed letter is out: the promised date becomes the one the head signed for, if it names one."""
    apology = this_apology(work, case, asked)
    if apology is None or apology.sent_at is not None:
        return
    said = {key: variable(case, f"apology.{key}", work.now, asked.inputs) for key in SAID}
    clock, dossier = clock_of(work, case.id, DOSSIER), work.session.get(Dossier, case.id)
    given = said["new_date"] if dossier is None or dossier.decided_at is None else None  # there is nothing to wait for
    apology.sent_at, apology.document_id, apology.kept_at = work.now, document.id, None
    apology.reason, apology.cause = str(said["reason"] or ""), str(said["cause"] or "")
    apology.unit, apology.date_ground = str(said["unit"] or apology.unit), str(said["date_ground"] or "")
    apology.new_date = given if isinstance(given, date) else date.fromisoformat(str(given)) if given else None
    if clock is not None and dossier is not None and apology.new_date is not None:
        calendar = calendar_under(work.session, clock)
        closing = calendar.closing(calendar.on_or_after(apology.new_date))
        promise(work, clock, apology.new_date, closing, by_letter=True)
        dossier.promised_on, dossier.promised_at = clock.promised_on, clock.promised_at
        refresh_subject(work, case)
    work.record(case, "apology.sent", {"document": str(document.id), "new_date": apology.new_date})


SAID = ("reason", "cause", "unit", "new_date", "date_ground")
"""What a letter says that is kept beside it."""


def close_apologies(work: Work, case: Case, because: str) -> None:
    """A dossier that is over before its date withdraws its draft; one that is late still owes its letter."""
    for apology in owed(work, case):
        needless = apology.because in DATES and legal_date(work.now) <= apology.promised_on
        if needless or because == "withdrawn":
            close(work, case, apology, because)
            work.afterwards.append(lambda apology=apology: spare(work, case, apology))  # type: ignore[misc]


def close(work: Work, case: Case, apology: Apology, because: str) -> None:
    """A letter is not owed any more."""
    apology.closed_at, apology.closed_because = work.now, because
    work.record(case, "apology.spared", {"round": apology.round, "why": because})


def spare(work: Work, case: Case, apology: Apology) -> None:
    """Whoever is writing or signing this letter is told that it is not needed any more."""
    step = step_of(work, case, apology)
    if step is not None:
        deliver(work, case, "apology.spared", str(case.id), {}, host=step.token)


def owed(work: Work, case: Case) -> list[Apology]:
    """The letters of a case that are neither sent nor over."""
    rows = work.session.scalars(
        select(Apology)
        .where(Apology.case_id == case.id, Apology.sent_at.is_(None), Apology.closed_at.is_(None))
        .order_by(Apology.round)
    )
    return list(rows)


def notice_due(work: Work, case: Case, clock: Clock) -> None:
    """Nobody signed by the hour set: an unsigned notice goes out, the letter stays owed, the leader's list leads."""
    for apology in owed(work, case):
        if apology.because in DATES and apology.notice_sent_at is None and not _kept(work, case, apology):
            give_notice(work, case, apology)


def due_letters(read: Reading) -> list[UUID]:
    """The cases with a letter about an error, a loss or damage that nobody signed by the hour set."""
    rows = read.session.scalars(select(Apology.case_id).where(*_UNSIGNED, Apology.notice_by <= read.now).limit(BATCH))
    return list(dict.fromkeys(rows))


def next_letter(read: Reading) -> datetime | None:
    """When the next such letter has to be signed at the latest."""
    return read.session.scalar(select(func.min(Apology.notice_by)).where(*_UNSIGNED))


def letters_unsigned(work: Work, case_id: UUID) -> None:
    """Nobody signed the letter about an error, a loss or damage: an unsigned notice goes out, the letter stays owed."""
    case = lock_case(work, case_id)
    for apology in owed(work, case):
        late = apology.notice_by is not None and apology.notice_by <= work.now
        if apology.because not in DATES and apology.notice_sent_at is None and late:
            give_notice(work, case, apology)


def give_notice(work: Work, case: Case, apology: Apology) -> None:
    """The unsigned notice, once; never for a letter that is signed."""
    if apology.notice_sent_at is None:
        event = "may_be_late" if apology.because in DATES else "apology_owed"
        tell(work, case, event, reference=f"apology-{apology.round}")
        apology.notice_sent_at = work.now
    apology.escalated_at = apology.escalated_at or work.now
    work.record(case, "apology.owed", {"due_by": apology.due_by, "promised_on": apology.promised_on})


def _kept(work: Work, case: Case, apology: Apology) -> bool:
    """Whether the officer has said, in a closed task, that the date will be kept."""
    if step_of(work, case, apology) is not None:
        return False
    return apology.kept_at is not None or _kept_in_an_old_drawing(work, case)


def _kept_in_an_old_drawing(work: Work, case: Case) -> bool:
    """In drawings that carry the apology within themselves the officer's word stands among the variables."""
    said: Mapping[str, Any] = case.variables.get("apology") or {}
    calls = CALLED in bundle_of(work, case).bundle.files["process.bpmn"]
    return said.get("outcome") == "on_time" and not calls


def date_missed(work: Work, case: Case, clock: Clock) -> None:
    """The promised date is gone: whatever the officer had meant, the letter is owed now and one level up is told."""
    if clock.term != DOSSIER or clock.promised_on is None:
        return
    for apology in owed(work, case):
        if apology.because in DATES and apology.promised_on == clock.promised_on:
            give_notice(work, case, apology)
            ask_anew(work, case, apology)
