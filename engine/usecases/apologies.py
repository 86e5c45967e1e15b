"""Letters of apology: opened for a date that will be missed or for an error, asked for again where it is not kept.

What is written, signed and sent stands in the shared drawing `apology`; here is what is owed, on which level, until
when. Whoever opens one holds the case's lock (`lock_case`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from engine.accounts.apology_rules import APOLOGY
from engine.accounts.models import Office
from engine.cases.clocks import DOSSIER, calendar_under, clock_of
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.db import new_id
from engine.deadlines.apologies import ApologyMoments, ApologyRules, other_moments, proposed_date
from engine.deadlines.calendar import Calendar
from engine.dossiers.lists import show_to
from engine.dossiers.models import Apology, Dossier
from engine.usecases.advance import deliver
from engine.usecases.apology_desks import Desks, desks_of
from engine.usecases.running import bundle_of
from engine.work import Work

Because = Literal["forecast", "term", "error", "loss", "damage"]
DATES = frozenset({"forecast", "term"})
"""Causes that are about the promised date; the others are about what the office did."""
DEEDS: tuple[Because, ...] = ("error", "loss", "damage")
"""The others."""


def open_apology(work: Work, case: Case, *, because: Because, account: str = "") -> Apology | None:
    """A letter of apology is owed: its draft lies with the officer, or one level up if the date was moved before.

    For forecast and term once per promised date (the one that is there comes back, and is asked for again where the
    officer had meant to keep the date); None where nothing runs that could be late. For error, loss and damage
    `account` says what happened; None once the case has ended.
    """
    dossier, clock = work.session.get(Dossier, case.id), clock_of(work, case.id, DOSSIER)
    if dossier is None or clock is None or case.ended_at is not None:
        return None
    if because in DATES:
        runs = dossier.decided_at is None and clock.status == "running" and clock.due_on is not None
        if not runs or clock.promised_on is None:
            return None
        known = _of_this_date(work, case, clock.promised_on)
        if known is not None:
            return _asked_again(work, case, known, because)
    calendar = calendar_under(work.session, clock)
    earlier = work.session.scalars(select(Apology).where(Apology.case_id == case.id)).all()
    rule = APOLOGY.in_force(work.session, _place(case, "signing"), legal_date(work.now))
    moved = sum(one.sent_at is not None and one.new_date is not None for one in earlier)
    above = because in DATES and moved >= rule.rules.reappointments
    desks = desks_of(work, case, bundle_of(work, case).procedure.letters.get("form04"), rule.rules, above=above)
    apology = _written(work, case, clock, because, account, calendar, rule.rules, desks)
    apology.round = max((one.round for one in earlier), default=0) + 1
    work.session.add(apology)
    work.session.flush()
    if desks.places:
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
    started, due_on = legal_date(clock.started_at), clock.due_on or promised_on
    days = clock.limit_value if clock.limit_unit == "working_days" else max(calendar.between(started, due_on), 1)
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
    if step_of(work, case, apology) is None:
        rule = APOLOGY.in_force(work.session, _place(case, "signing"), legal_date(work.now))
        letter = bundle_of(work, case).procedure.letters.get("form04")
        _ask(work, case, apology, desks_of(work, case, letter, rule.rules, above=apology.level == "superior"))


def step_of(work: Work, case: Case, apology: Apology) -> Task | None:
    """The open step of one letter, while it lies on somebody's desk; another letter of the case has its own.

    Drawings from before letters had rounds have one letter at a time and name none.
    """
    steps = select(Task).where(Task.case_id == case.id, Task.status == "open", Task.element_id.like("apology%"))
    for task in work.session.scalars(steps.order_by(Task.opened_at, Task.id)):
        if (task.inputs.get("apology_case") or {}).get("round") in (None, apology.round):
            return task
    return None


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
                "outcome": "extend",
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


def _place(case: Case, place: str) -> UUID | None:
    office = case.places.get(place)
    return UUID(str(office)) if office else None
