"""Whether nobody who was late is forgotten: rows held against the facts, owed letters against the lists people read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import and_, func, select

from engine.clock import legal_date
from engine.dossiers.figures import REAL, DayClosed
from engine.dossiers.late_dates import LateDate
from engine.dossiers.models import Apology, Dossier
from engine.usecases.apologies import DATES
from engine.usecases.late_dates import AT_ONCE, judged, touched
from engine.work import Reading


def late_faults(read: Reading, *, owed: Collection[UUID], unreached: Collection[UUID]) -> list[str]:
    """What does not agree, one line each; empty when all is well.

    `owed` are the letters on the leaders' list, `unreached` the cases on the list of whom no legal notice has reached.
    Every missed date of a classed day has the class the facts give it; whoever was told nothing stands on one of the
    two lists; every letter owed stands on the leaders'.
    """
    return [*_rows_and_facts(read), *_forgotten(read, owed, unreached), *_unlisted(read, owed)]


def _rows_and_facts(read: Reading) -> Iterator[str]:
    classed = DayClosed.dates_counted_at.is_not(None)
    first, last = read.session.execute(select(func.min(DayClosed.day), func.max(DayClosed.day)).where(classed)).one()
    if first is None or last is None:
        return
    kept = {(row.case_id, row.promised_on): row for row in read.session.scalars(select(LateDate))}
    case_ids = list(dict.fromkeys([*touched(read.session, first, last), *(case_id for case_id, _ in kept)]))
    codes = _codes(read, case_ids)
    for one in judged(read.session, case_ids, read.now):
        row = kept.pop((one.case_id, one.promised_on), None)
        if one.day > last or (row is None and one.day < first):
            continue
        have = row.told if row is not None else None
        if have != one.told:
            what = f"{codes.get(one.case_id, one.case_id)} promised for {one.promised_on}"
            yield f"{what}: kept as {have or 'nothing'}, the facts say {one.told or 'nothing'}"
    for case_id, promised_on in kept:
        yield f"{codes.get(case_id, case_id)} promised for {promised_on}: kept, and no such promise is known"


def _forgotten(read: Reading, owed: Collection[UUID], unreached: Collection[UUID]) -> Iterator[str]:
    """Late, never told, and on neither list."""
    rows = read.session.execute(
        select(LateDate.case_id, LateDate.promised_on, Apology.id, Apology.sent_at)
        .outerjoin(
            Apology,
            and_(
                Apology.case_id == LateDate.case_id,
                Apology.promised_on == LateDate.promised_on,
                Apology.because.in_(DATES),
            ),
        )
        .where(LateDate.told == "never")
        .order_by(LateDate.promised_on, LateDate.case_id)
    ).all()
    codes = _codes(read, list({row.case_id for row in rows}))
    for case_id, promised_on, apology_id, _sent in rows:
        if case_id not in unreached and apology_id not in owed:
            yield f"{codes[case_id]} promised for {promised_on}: late, nobody was told, and it stands on no list"


def _unlisted(read: Reading, owed: Collection[UUID]) -> Iterator[str]:
    kept = and_(Apology.because.in_(DATES), Apology.kept_at.is_not(None), Apology.promised_on >= legal_date(read.now))
    rows = read.session.execute(
        select(Apology.id, Apology.due_by, Dossier.code, Dossier.filing_code)
        .join(Dossier, Dossier.case_id == Apology.case_id)
        .where(Apology.sent_at.is_(None), Apology.closed_at.is_(None), ~kept)
        .order_by(Apology.due_by)
    )
    for apology_id, due_by, code, filing_code in rows:
        if apology_id not in owed:
            yield f"{code or filing_code}: the letter owed since {legal_date(due_by)} is not on the leaders' list"


def _codes(read: Reading, case_ids: Collection[UUID]) -> dict[UUID, str]:
    wanted, found = list(case_ids), {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = select(Dossier.case_id, Dossier.code, Dossier.filing_code).where(Dossier.case_id.in_(some), REAL)
        found.update({case_id: code or filing for case_id, code, filing in read.session.execute(rows)})
    return found
