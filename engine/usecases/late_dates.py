"""Promised dates that were missed, put into their classes once a day is over, from the stamps of what happened.

Where nobody had been told, a row is looked at again as soon as something was delivered; nothing else about a day that
is over changes. `faults` says where rows, owed letters and lists do not agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session, load_only, selectinload

from engine.calendars.load import calendar_joined
from engine.cases.clocks import DOSSIER
from engine.cases.models import Clock, Transfer
from engine.cases.promises import SHORT
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.telling import NEEDLESS, PromisedDate, is_missed, told
from engine.dossiers.figures import REAL, DayClosed, bounds
from engine.dossiers.late_dates import LateDate
from engine.dossiers.models import Apology, Dossier
from engine.notifications.models import Notice
from engine.usecases.apologies import DATES
from engine.work import Work

LATENESS = ("may_be_late", "late")
"""The notices that tell of a delay: the unsigned one, and the one that brings the letter."""
ARRIVED = ("delivered", "settled")
"""A message that arrived, or a call to the applicant that somebody wrote down with who answered."""
UNSETTLED = ("waiting", "attempting")
AT_ONCE = 400
DAYS_AT_ONCE = 31
AGAIN = 2000
"""Rows of silence looked at again in one round."""
WITHDRAWN = 7


@dataclass(frozen=True)
class Judged:
    """One promised date of a dossier with its class (None: nothing to count)."""

    case_id: UUID
    promised_on: date
    day: date
    office_id: UUID
    procedure: str
    told: str | None
    told_at: datetime | None
    undelivered: bool
    missed: bool


def class_days(work: Work, *, most: int = DAYS_AT_ONCE) -> list[date]:
    """Class the dates missed on days that are counted and not classed yet, oldest first; which days, at most `most`."""
    work.alone_with("class-dates")
    waiting = select(DayClosed.day).where(DayClosed.dates_counted_at.is_(None)).order_by(DayClosed.day).limit(most)
    days = list(work.session.scalars(waiting))
    for day in days:
        keep(work, touched(work.session, day, day))
        work.session.execute(update(DayClosed).where(DayClosed.day == day).values(dates_counted_at=work.now))
    return days


def class_again(work: Work) -> int:
    """Look again at dates nobody was told of, where something has been delivered since; how many dossiers."""
    work.alone_with("class-dates")
    heard = exists(
        select(Notice.id).where(
            Notice.case_id == LateDate.case_id, Notice.event.in_(LATENESS), Notice.status.in_(ARRIVED)
        )
    )
    silent = select(LateDate.case_id).where(LateDate.told == "never", heard).distinct().limit(AGAIN)
    case_ids = list(work.session.scalars(silent))
    keep(work, case_ids)
    return len(case_ids)


def keep(work: Work, case_ids: Sequence[UUID]) -> None:
    """Write the rows of these dossiers as the facts say them now."""
    kept = _kept(work.session, case_ids)
    for one in judged(work.session, case_ids, work.now):
        row = kept.get((one.case_id, one.promised_on))
        if one.told is None:
            if row is not None:
                work.session.delete(row)
            continue
        if row is None:
            row = LateDate(case_id=one.case_id, promised_on=one.promised_on, procedure=one.procedure)
            work.session.add(row)
        row.day, row.office_id = one.day, one.office_id
        row.told, row.told_at, row.undelivered = one.told, one.told_at, one.undelivered
    work.session.flush()


def _kept(session: Session, case_ids: Sequence[UUID]) -> dict[tuple[UUID, date], LateDate]:
    found: dict[tuple[UUID, date], LateDate] = {}
    for start in range(0, len(case_ids), AT_ONCE):
        some = case_ids[start : start + AT_ONCE]
        for row in session.scalars(select(LateDate).where(LateDate.case_id.in_(some))):
            found[row.case_id, row.promised_on] = row
    return found


def touched(session: Session, first: date, last: date) -> list[UUID]:
    """The real dossiers of which something has to be counted on these days: dates missed, or told of for nothing."""
    since, until = bounds(first)[0], bounds(last)[1]
    apology = select(Apology.case_id).where(Apology.case_id == Dossier.case_id, Apology.because.in_(DATES))
    told_of = exists(apology.where(or_(Apology.notice_sent_at.is_not(None), Apology.sent_at.is_not(None))))
    known = exists(select(LateDate.case_id).where(LateDate.case_id == Dossier.case_id))
    late = or_(Dossier.decided_at.is_(None), Dossier.decided_at > Dossier.promised_at)
    letters = select(Dossier.case_id).join(Apology, Apology.case_id == Dossier.case_id)
    replaced = (Apology.promised_on.between(first, last), Apology.because.in_(DATES), Apology.sent_at.is_not(None))
    decided = select(Dossier.case_id).where(Dossier.decided_at >= since, Dossier.decided_at < until)
    asked = (
        select(Dossier.case_id).where(Dossier.promised_on.between(first, last), late, REAL),
        letters.where(*replaced, REAL),
        decided.where(or_(told_of, known), REAL),
    )
    return list(dict.fromkeys(case_id for one in asked for case_id in session.scalars(one)))


def judged(session: Session, case_ids: Sequence[UUID], now: datetime) -> Iterator[Judged]:
    """Every date promised to the applicants of these dossiers, with its class as the facts say it now.

    A date that a signed letter replaced counts for itself, and so does one that was missed and has moved since.
    """
    for start in range(0, len(case_ids), AT_ONCE):
        yield from _some(session, case_ids[start : start + AT_ONCE], now)


def _some(session: Session, case_ids: Sequence[UUID], now: datetime) -> Iterator[Judged]:
    dossiers = session.execute(
        select(
            Dossier.case_id, Dossier.procedure, Dossier.status, Dossier.promised_on, Dossier.decided_at,
            Dossier.handling_id,
        ).where(Dossier.case_id.in_(case_ids), Dossier.promised_on.is_not(None), REAL)
    ).all()  # fmt: skip
    clocks, letters, notices = _clocks(session, case_ids), _letters(session, case_ids), _notices(session, case_ids)
    missed_before: defaultdict[UUID, set[date]] = defaultdict(set)
    moves = _moves(session, case_ids)
    rows = select(LateDate.case_id, LateDate.promised_on).where(LateDate.case_id.in_(case_ids))
    for case_id, missed_on in session.execute(rows.where(LateDate.told != NEEDLESS)):
        missed_before[case_id].add(missed_on)
    for case_id, procedure, status, promised_on, decided_at, handling_id in dossiers:
        clock = clocks.get(case_id)
        if clock is None or promised_on is None:
            continue
        calendar = calendar_joined(session, clock.calendar, clock.calendar_version, clock.earlier)
        of_dates = [one for one in letters[case_id] if one.because in DATES]
        replaced = {one.promised_on for one in of_dates if one.sent_at is not None and one.new_date is not None}
        for day in sorted({promised_on} | replaced | missed_before[case_id]):
            of_day = [one for one in of_dates if one.promised_on == day]
            told_at, undelivered = _first_told(of_day, letters[case_id], notices[case_id])
            facts = _facts(clock, calendar, day, of_day, decided_at, status == WITHDRAWN, told_at)
            found = told(facts, calendar, now)
            settled_on = legal_date(decided_at) if found == NEEDLESS and decided_at is not None else day
            ended = decided_at if found == NEEDLESS and decided_at is not None else bounds(day)[1]
            office_id = next((move.from_id for move in moves[case_id] if move.moved_at >= ended), handling_id)
            yield Judged(
                case_id, day, settled_on, office_id, procedure, found, told_at, undelivered, is_missed(facts, now)
            )


def _facts(
    clock: Clock, calendar: Calendar, day: date, letters: Sequence[Apology], decided_at: datetime | None,
    withdrawn: bool, told_at: datetime | None,
) -> PromisedDate:  # fmt: skip
    short = clock.limit_unit in SHORT and day == clock.due_on and clock.due_at is not None
    promised_at = clock.due_at if short and clock.due_at is not None else calendar.closing(calendar.on_or_after(day))
    ended = promised_at if short else bounds(day)[1]
    return PromisedDate(
        promised_at=promised_at,
        short=short,
        decided_at=decided_at,
        withdrawn=withdrawn,
        told_at=told_at,
        exempt_at=min((one.exempt_at for one in letters if one.exempt_at is not None), default=None),
        paused=any(
            one.started_at < ended and (one.ended_at is None or one.ended_at >= ended) for one in clock.interruptions
        ),
    )


def _first_told(
    of_day: Sequence[Apology], letters: Sequence[Apology], notices: Sequence[Notice]
) -> tuple[datetime | None, bool]:
    """When something about this date was first delivered, and whether something else went nowhere.

    The unsigned notice names the round of its letter; the one that brings a letter belongs to the last one signed
    before it was written.
    """
    rounds = {one.round for one in of_day}
    moments, undelivered = [], False
    for notice in notices:
        if _round_of(notice, letters) not in rounds:
            continue
        if notice.status in ARRIVED:
            moments.append(notice.settled_at or notice.created_at)
        elif notice.status not in UNSETTLED:
            undelivered = True
    return min(moments, default=None), undelivered


def _round_of(notice: Notice, letters: Sequence[Apology]) -> int | None:
    if notice.event == "may_be_late":
        number = notice.key.rpartition("apology-")[2]
        return int(number) if number.isdigit() else None
    sent = [one for one in letters if one.sent_at is not None and one.sent_at <= notice.created_at]
    return max(sent, key=lambda one: (one.sent_at, one.round)).round if sent else None


def _clocks(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, Clock]:
    columns = (
        Clock.case_id, Clock.limit_unit, Clock.calendar, Clock.calendar_version, Clock.earlier, Clock.due_on,
        Clock.due_at,
    )  # fmt: skip
    rows = session.scalars(
        select(Clock)
        .options(load_only(*columns), selectinload(Clock.interruptions))
        .where(Clock.case_id.in_(case_ids), Clock.term == DOSSIER)
    )
    return {clock.case_id: clock for clock in rows}


def _letters(session: Session, case_ids: Sequence[UUID]) -> defaultdict[UUID, list[Apology]]:
    found: defaultdict[UUID, list[Apology]] = defaultdict(list)
    rows = select(Apology).where(Apology.case_id.in_(case_ids)).order_by(Apology.round)
    for one in session.scalars(rows):
        found[one.case_id].append(one)
    return found


def _notices(session: Session, case_ids: Sequence[UUID]) -> defaultdict[UUID, list[Notice]]:
    found: defaultdict[UUID, list[Notice]] = defaultdict(list)
    columns = (Notice.case_id, Notice.key, Notice.event, Notice.status, Notice.created_at, Notice.settled_at)
    rows = select(Notice).options(load_only(*columns)).where(Notice.case_id.in_(case_ids), Notice.event.in_(LATENESS))
    for one in session.scalars(rows):
        if one.case_id is not None:
            found[one.case_id].append(one)
    return found


def _moves(session: Session, case_ids: Sequence[UUID]) -> defaultdict[UUID, list[Transfer]]:
    found: defaultdict[UUID, list[Transfer]] = defaultdict(list)
    rows = select(Transfer).where(Transfer.case_id.in_(case_ids)).order_by(Transfer.moved_at, Transfer.id)
    for one in session.scalars(rows):
        found[one.case_id].append(one)
    return found


def last_missed(session: Session, case_id: UUID, now: datetime) -> date | None:
    """The last date promised to the applicant of a dossier that passed undecided; withdrawn ones have none."""
    rows = judged(session, [case_id], now)
    return max((one.promised_on for one in rows if one.missed and one.told != "withdrawn"), default=None)
