"""Taking the next number: dossier codes of the day, and document numbers that restart on 1 January."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engine.clock import legal_date
from engine.db import new_id
from engine.errors import Conflict
from engine.registers.models import Number, Series
from engine.work import Work

TRIAL = "TN-"
"""What every code and number of a trial (thử nghiệm) begins with; they are counted in series of their own."""

CLERK = "clerical"
"""Whose work the books are: the clerical officer (văn thư) of the office."""

ENDLESS = ""
"""The period of a series that does not begin anew each year."""

CODE_WIDTH = 4
"""Digits of a dossier code's running part (Circular 01/2018/TT-VPCP art. 19; wider samples exist, see glossary)."""


def lock_series(work: Work, office: str, name: str, period: str) -> Series:
    """The row that counts, made at its first use, in this transaction's hands alone."""
    values = {"id": new_id(), "office": office, "name": name, "period": period, "last": 0}
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    work.session.execute(insert(Series).values(values).on_conflict_do_nothing())
    return work.session.scalars(
        select(Series)
        .where(Series.office == office, Series.name == name, Series.period == period)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def is_trial_code(code: str | None) -> bool:
    """Whether a dossier code, a code of filing, a report's code or a paper's number was given out in a trial."""
    return bool(code) and str(code).startswith(TRIAL)


def next_code(work: Work, office: str, name: str, head: str, day: date, *, width: int, trial: bool) -> str:
    """The next code of a series that begins anew every day: head, YYMMDD, running number; trials count apart."""
    series = lock_series(work, office, f"{TRIAL}{name}" if trial else name, day.strftime("%y%m%d"))
    series.last += 1
    return f"{TRIAL if trial else ''}{head}-{series.period}-{series.last:0{width}d}"


def next_dossier_code(work: Work, unit_code: str, day: date, *, trial: bool = False) -> str:
    """The code of a dossier received on a day: unit code, YYMMDD, running number of the unit's day."""
    return next_code(work, unit_code, "dossier", unit_code, day, width=CODE_WIDTH, trial=trial)


def printed(pattern: str, number: object, year: int) -> str:
    """A number as its series prints it; patterns are a model's text, so nothing in them is a Python format."""
    return pattern.replace("{number}", str(number)).replace("{year}", str(year))


def take_number(
    work: Work,
    office: str,
    name: str,
    pattern: str,
    document_id: UUID,
    *,
    trial: bool = False,
    yearly: bool = True,
) -> Number:
    """The next number of an office's series this year, given to one document for ever; asked again, the same one.

    `pattern` is the printed form, e.g. "{number}/GP-UBND"; below ten with a leading zero (Decree 30/2020, Annex I).
    Papers of a `trial` have a series and a mark of their own, so that the office's book has no gap. A series that is
    not `yearly` never begins anew. A document whose number was voided gets the next one. Refuses (Conflict) a day
    before that of the last number.
    """
    given = work.session.scalar(select(Number).where(Number.document_id == document_id, Number.voided_at.is_(None)))
    if given is not None:
        return given
    day = legal_date(work.now)
    series = lock_series(work, office, f"{TRIAL}{name}" if trial else name, str(day.year) if yearly else ENDLESS)
    _not_backwards(work, series, day)
    series.last += 1
    number = Number(
        id=new_id(),
        series_id=series.id,
        value=series.last,
        text=f"{TRIAL if trial else ''}{printed(pattern, f'{series.last:02d}', day.year)}",
        dated_on=day,
        document_id=document_id,
        taken_at=work.now,
    )
    work.session.add(number)
    return number


def _not_backwards(work: Work, series: Series, day: date) -> None:
    """A clock that was set back must not give out a number of the past, of this year's book or of an older one's."""
    latest = work.session.scalar(
        select(Number.dated_on).where(Number.series_id == series.id).order_by(Number.value.desc()).limit(1)
    )
    if series.period:
        newer = select(Number.dated_on).join(Series, Series.id == Number.series_id)
        newer = newer.where(
            Series.office == series.office, Series.name == series.name, Series.period > series.period, Series.last > 0
        )
        latest = work.session.scalar(newer.limit(1)) or latest
    if latest is not None and latest > day:
        raise Conflict(
            "Sổ %(name)s đã có số của ngày %(last)s; không thể cấp số lùi ngày.",
            code="number_before_last",
            name=series.title or series.name,
            last=latest.strftime("%d/%m/%Y"),
        )
