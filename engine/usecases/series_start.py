"""Where a series stands that did not begin here: an office moves in with numbers given elsewhere this year."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.db import new_id
from engine.errors import Invalid
from engine.procedures.models import PublishedBundle
from engine.procedures.published import open_bundle
from engine.registers.models import SeriesStart
from engine.registers.series import CLERK, lock_series
from engine.work import Work

HIGHEST = 999_999


@dataclass(frozen=True)
class SeriesEntry:
    """The last number an office gave elsewhere in a year, and the document that says so."""

    office: str
    name: str
    year: int
    last: int
    ground: str


def start_series(work: Work, entry: SeriesEntry) -> bool:
    """The series goes on after a number that was given elsewhere; False where this was entered before.

    Only upwards, and only this year's series: Invalid for a number that stands in the book already, another year, a
    series no published procedure has, an office that is not there, or no ground.
    """
    office = work.session.scalar(select(Office).where(Office.code == entry.office))
    if office is None:
        raise Invalid("Không có đơn vị “%(office)s”.", office=entry.office)
    require_role(work.actor, CLERK, office_id=office.id)
    if not entry.ground.strip():
        raise Invalid("Nhập văn bản làm căn cứ cho số đã cấp của sổ “%(name)s”.", name=entry.name)
    series = lock_series(work, office.code, entry.name, str(entry.year))
    starts = work.session.scalars(select(SeriesStart).where(SeriesStart.series_id == series.id)).all()
    if any((one.last, one.ground) == (entry.last, entry.ground.strip()) for one in starts):
        return False
    if entry.year != legal_date(work.now).year:
        raise Invalid("Chỉ ghi số đã cấp cho sổ của năm nay, không phải %(year)s.", year=entry.year)
    if not series.last < entry.last <= HIGHEST:
        raise Invalid(
            "Sổ “%(name)s” đã đến số %(last)s: số bắt đầu chỉ tăng lên, không quá %(most)s.",
            name=entry.name,
            last=series.last,
            most=HIGHEST,
        )
    if entry.name not in _series_names(work):
        raise Invalid("Không có thủ tục nào dùng dãy số “%(name)s”.", name=entry.name)
    start = SeriesStart(
        id=new_id(),
        series_id=series.id,
        after=series.last,
        last=entry.last,
        ground=entry.ground.strip(),
        entered_at=work.now,
        entered_by=work.actor.id,
    )
    series.last = entry.last
    work.session.add(start)
    facts = {"series": entry.name, "period": series.period, "after": start.after, "last": start.last}
    work.record_for_office(office.code, "series.started", {**facts, "ground": start.ground})
    return True


def _series_names(work: Work) -> set[str]:
    """The yearly series of every procedure that is published."""
    names: set[str] = set()
    for bundle_id in work.session.scalars(select(PublishedBundle.id).where(PublishedBundle.withdrawn_at.is_(None))):
        procedure = open_bundle(work.session, bundle_id).procedure
        kinds = [procedure.result.series, *(one.series for one in procedure.letters.values())]
        names |= {one.name for one in kinds if one is not None and (one.yearly or one.source == "national")}
    return names
