"""Books held against themselves: every number from the first to the last, given once, here or elsewhere."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.registers.models import Number, Series, SeriesStart
from engine.registers.series import ENDLESS


def book_faults(session: Session) -> list[str]:
    """The books with a gap, a double, or two standing numbers for one paper, in words for an operator; none is well."""
    given = select(Number.series_id, func.count().label("count")).group_by(Number.series_id).subquery()
    elsewhere = (
        select(SeriesStart.series_id, func.sum(SeriesStart.last - SeriesStart.after).label("count"))
        .group_by(SeriesStart.series_id)
        .subquery()
    )
    total = func.coalesce(given.c.count, 0) + func.coalesce(elsewhere.c.count, 0)
    wrong = (
        select(Series.office, Series.name, Series.period, Series.last, total)
        .outerjoin(given, given.c.series_id == Series.id)
        .outerjoin(elsewhere, elsewhere.c.series_id == Series.id)
        .where((Series.period.like("____")) | (Series.period == ENDLESS), Series.last != total)
    )
    found = [
        f"{office}/{name}/{period}: {count} numbers stand where the book has come to {last}"
        for office, name, period, last, count in session.execute(wrong)
    ]
    above = (
        select(Series.office, Series.name, Number.text)
        .join(Series, Series.id == Number.series_id)
        .where((Number.value > Series.last) | (Number.value < 1))
    )
    found += [f"{office}/{name}: {text} lies outside its book" for office, name, text in session.execute(above)]
    taken = (
        select(Series.office, Series.name, Number.text)
        .join(Series, Series.id == Number.series_id)
        .join(SeriesStart, SeriesStart.series_id == Series.id)
        .where(Number.value > SeriesStart.after, Number.value <= SeriesStart.last)
    )
    found += [f"{office}/{name}: {text} was given elsewhere" for office, name, text in session.execute(taken)]
    twice = (
        select(Number.document_id)
        .where(Number.voided_at.is_(None), Number.document_id.is_not(None))
        .group_by(Number.document_id)
        .having(func.count() > 1)
    )
    return found + [f"paper {id_} has two numbers" for id_ in session.scalars(twice)]
