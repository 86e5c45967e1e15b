"""Letters of apology: opened for a date that will be missed or for an error, kept track of until sent or spared.

What is written, signed and sent stands in the shared drawing `apology`; here is what is owed, on which level, until
when. Whoever opens one holds the case's lock (`lock_case`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.apology_rules import rule_in_force
from engine.accounts.models import Office
from engine.bpmn.advance import Waiting
from engine.cases.clocks import DOSSIER, calendar_under, clock_of, promise
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.db import new_id
from engine.deadlines.apologies import ApologyMoments, ApologyRules, other_moments, proposed_date
from engine.deadlines.calendar import Calendar
from engine.dossiers.lists import show_to
from engine.dossiers.models import Apology, Document, Dossier
from engine.usecases.advance import deliver
from engine.usecases.apology_desks import Desks, desks_of
from engine.usecases.notices import tell
from engine.usecases.opening import refresh_subject
from engine.usecases.running import bundle_of, lock_case
from engine.usecases.variables import variable
from engine.work import Reading, Work

Because = Literal["forecast", "term", "error", "loss", "damage"]
DATES = frozenset({"forecast", "term"})
"""Causes that are about the promised date; the others are about what the office did."""

BATCH = 200
_UNSIGNED = (
    Apology.because.not_in(DATES),
    Apology.sent_at.is_(None),
    Apology.closed_at.is_(None),
    Apology.notice_sent_at.is_(None),
)

FEW_HOURS = 8
"""Working hours of a day, by which limits of hours are counted in days (Decree 61/2018: 8 hours a day)."""


def open_apology(work: Work, case: Case, *, because: Because, account: str = "") -> Apology | None:
    """A letter of apology is owed: its draft lies with the officer, or one level up if the date was moved before.

    For forecast and term once per promised date (the one that is there comes back, and is asked for again where the
    officer had meant to keep the date); None where nothing runs that could be late. For error, loss and damage
    `account` says what happened; None once the case has ended.
    """
    dossier, clock = work.session.get(Dossier, case.id), clock_of(work, case.id, DOSSIER)
    if dossier is None or clock is None or clock.due_on is None or case.ended_at is not None:
        return None
    if because in DATES:
        if dossier.decided_at is not None or clock.status != "running" or clock.promised_on is None:
            return None
        known = _of_this_date(work, case, clock.promised_on)
        if known is not None:
            return _asked_again(work, case, known, because)
    calendar = calendar_under(work.session, clock)
    earlier = work.session.scalars(select(Apology).where(Apology.case_id == case.id)).all()
    rule = rule_in_force(work.session, _place(case, "signing"), legal_date(work.now))
    moved = sum(one.sent_at is not None and one.new_date is not None for one in earlier)
    above = because in DATES and moved >= rule.rules.reappointments
    desks = desks_of(work, case, bundle_of(work, case).procedure.letters.get("form04"), rule.rules, above=above)
    apology = _written(work, case, clock, because, account, calendar, rule.rules, desks)
    apology.round = max((one.round for one in earlier), default=0) + 1
    work.session.add(apology)
    work.session.flush()
    case.places = {**case.places, **{place: str(office) for place, office in desks.places.items()}}
    show_to(work.session, dossier, dict.fromkeys(desks.places.values()))
    facts = {"because": because, "round": apology.round, "level": apology.level, "promised_on": apology.promised_on}
    work.record(case, "apology.opened", facts | {"rule": rule.document}, {"account": account} if account else None)
    _ask(work, case, apology, desks)
    return apology


def _written(
    work: Work, case: Case, clock: Clock, because: Because, account: str, calendar: Calendar, rules: ApologyRules,
    desks: Desks,
) -> Apology:  # fmt: skip
    promised_on = clock.promised_on or clock.due_on or legal_date(work.now)
    if because in DATES and clock.apology_by is not None:
        notice_at = clock.apology_notice_at or clock.apology_by
        moments = ApologyMoments(work.now, notice_at, clock.apology_by)
    else:
        moments = other_moments(work.now, calendar, rules)
    days = clock.limit_value if clock.limit_unit in {"working_days", "days"} else -(-clock.limit_value // FEW_HOURS)
    return Apology(
        id=new_id(),
        case_id=case.id,
        because=because,
        account=account,
        level=desks.level,
        office_id=desks.signing_id,
        opened_by=work.actor.id,
        opened_at=work.now,
        promised_on=promised_on,
        due_by=moments.letter_by,
        notice_by=moments.notice_at,
        proposed_on=proposed_date(promised_on, days, calendar, rules, today=legal_date(work.now))
        if desks.level == "unit" and because in DATES
        else None,
        unit=desks.unit,
    )


def _of_this_date(work: Work, case: Case, promised_on: date) -> Apology | None:
    """The letter about a promised date that is owed, sent or exempted; one that a pause made needless is none."""
    rows = work.session.scalars(
        select(Apology)
        .where(Apology.case_id == case.id, Apology.promised_on == promised_on, Apology.because.in_(DATES))
        .order_by(Apology.round.desc())
    )
    return next((one for one in rows if one.closed_at is None or one.exempt_at is not None), None)


def _asked_again(work: Work, case: Case, apology: Apology, because: Because) -> Apology:
    """A letter foreseen and then held needless is asked for again when the date itself draws near."""
    if because == "term" and apology.because == "forecast" and apology.closed_at is None and apology.sent_at is None:
        apology.because = "term"
        if apology.kept_at is not None:
            ask_anew(work, case, apology)
    return apology


def ask_anew(work: Work, case: Case, apology: Apology) -> None:
    """The date will not be kept after all: the letter is asked for again unless somebody is writing it."""
    apology.kept_at = None
    if not is_being_written(work, case):
        rule = rule_in_force(work.session, _place(case, "signing"), legal_date(work.now))
        letter = bundle_of(work, case).procedure.letters.get("form04")
        _ask(work, case, apology, desks_of(work, case, letter, rule.rules, above=apology.level == "superior"))


def is_being_written(work: Work, case: Case) -> bool:
    """Whether a letter of the case lies on somebody's desk."""
    writing = select(Task.id).where(Task.case_id == case.id, Task.status == "open", Task.element_id.like("apology%"))
    return work.session.scalar(writing.limit(1)) is not None


def _ask(work: Work, case: Case, apology: Apology, desks: Desks) -> None:
    """Tell the diagram, with all the letter is begun from; the officer may change every word of it."""
    deliver(
        work,
        case,
        "apology.due",
        str(case.id),
        {
            "apology_by": apology.due_by.isoformat(timespec="seconds"),
            "apology_case": {
                "round": apology.round,
                "because": apology.because,
                "account": apology.account,
                "level": apology.level,
                "promised_on": apology.promised_on.isoformat(),
                "drafter": desks.drafter,
                "signer": desks.signer,
                "approver": desks.approver,
                "office": work.session.get_one(Office, desks.signing_id).name,
            },
            "apology_draft": {
                "outcome": None,
                "unit": apology.unit,
                "state": _state(work, case),
                "reason": apology.account or None,
                "remedy": None,
                "date_ground": None,
                "new_date": apology.proposed_on.isoformat() if apology.proposed_on else None,
            },
        },
    )


def _state(work: Work, case: Case) -> str:
    """Where the dossier stands, in the words of its drawing."""
    rows = work.session.execute(
        select(Task.name, Office.short_name)
        .outerjoin(Office, Office.id == Task.office_id)
        .where(Task.case_id == case.id, Task.status == "open", Task.element_id.not_like("apology%"))
        .order_by(Task.opened_at)
    )
    return "; ".join(f"{name} ({office})" if office else name for name, office in rows)


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
    given = said["new_date"]
    apology.sent_at, apology.document_id, apology.kept_at = work.now, document.id, None
    apology.reason, apology.cause = str(said["reason"] or ""), str(said["cause"] or "")
    apology.unit, apology.date_ground = str(said["unit"] or apology.unit), str(said["date_ground"] or "")
    apology.new_date = given if isinstance(given, date) else date.fromisoformat(str(given)) if given else None
    clock, dossier = clock_of(work, case.id, DOSSIER), work.session.get(Dossier, case.id)
    if clock is not None and dossier is not None and apology.new_date is not None and dossier.decided_at is None:
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
            apology.closed_at, apology.closed_because = work.now, because
            work.record(case, "apology.spared", {"round": apology.round, "why": because})
            work.afterwards.append(lambda: spare(work, case))


def spare(work: Work, case: Case) -> None:
    """Whoever is writing or signing is told that no letter is needed any more."""
    deliver(work, case, "apology.spared", str(case.id), {})


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
    said: Mapping[str, Any] = case.variables.get("apology") or {}  # drawings published before kept_at was written
    return not is_being_written(work, case) and (apology.kept_at is not None or said.get("outcome") == "on_time")


def date_missed(work: Work, case: Case, clock: Clock) -> None:
    """The promised date is gone: whatever the officer had meant, the letter is owed now and one level up is told."""
    if clock.term != DOSSIER or clock.promised_on is None:
        return
    for apology in owed(work, case):
        if apology.because in DATES and apology.promised_on == clock.promised_on:
            give_notice(work, case, apology)
            ask_anew(work, case, apology)


def _place(case: Case, place: str) -> UUID | None:
    office = case.places.get(place)
    return UUID(str(office)) if office else None
