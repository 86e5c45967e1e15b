"""Answers a worker makes, as far as they have come: progress, units, and the lines of one unit page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.cases.whatifs import WhatIfLine, WhatIfRun
from engine.errors import NotFound
from engine.queries.whatif import Unit, units_of
from engine.queries.whatif_changes import Change
from engine.queries.whatif_question import Line, Stretch, Tally
from engine.queries.whatif_reading import read_changes
from engine.work import Reading
from rules.sentences import packed as packed_params
from rules.sentences import unpacked

PAGE = 100


@dataclass(frozen=True)
class Run:
    """One answer in the making: `done` of `total` cases were gone through; `status` is going, done or failed."""

    id: UUID
    changes: tuple[Change, ...]
    texts: tuple[str, ...]
    asked_at: datetime
    status: str
    done: int
    total: int
    error: str
    units: tuple[Unit, ...]
    sum: Tally


def run_of(read: Reading, run_id: UUID) -> Run:
    """The answer to one's own question; NotFound for everybody else."""
    row = read.session.get(WhatIfRun, run_id)
    if row is None or row.asked_by != read.actor.id:
        raise NotFound("Không có kết quả này; kết quả cũ được bỏ sau bảy ngày.")
    tallies = {UUID(unit) if unit else None: Tally(**kept) for unit, kept in row.figures.items()}
    units, total = units_of(read, tallies)
    return Run(
        id=row.id, changes=read_changes(row.changes), texts=tuple(row.changes), asked_at=row.asked_at,
        status=row.status, done=row.done, total=row.total, error=row.error, units=units, sum=total,
    )  # fmt: skip


def run_lines(read: Reading, run_id: UUID, *, office_id: UUID | None = None, after: str = "") -> list[tuple[str, Line]]:
    """The cases that become late, what is over first, a page behind a place; of one unit if named: (place, line)."""
    run_of(read, run_id)
    asked = select(WhatIfLine).where(WhatIfLine.run_id == run_id).order_by(WhatIfLine.place, WhatIfLine.case_id)
    if office_id is not None:
        asked = asked.where(WhatIfLine.office_id == office_id)
    if after:
        place, _, case_id = after.rpartition("_")
        try:
            behind = UUID(case_id)
        except ValueError:
            raise NotFound("Không có trang này.") from None
        asked = asked.where((WhatIfLine.place > place) | ((WhatIfLine.place == place) & (WhatIfLine.case_id > behind)))
    rows = read.session.scalars(asked.limit(PAGE))
    return [(f"{row.place}_{row.case_id}", read_line(row.said)) for row in rows]


def every_line(read: Reading, run_id: UUID) -> Iterator[Line]:
    """All of them, for a file."""
    after = ""
    while True:
        page = run_lines(read, run_id, after=after)
        yield from (line for _, line in page)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def kept_stretch(part: Stretch) -> dict[str, Any]:
    """A stretch as plain values, as the use case that keeps it takes them."""
    return {
        "tallies": {str(unit or ""): vars(tally) for unit, tally in part.tallies.items()},
        "lines": [kept_line(line) for line in part.lines],
        "seen": part.seen,
    }


def kept_line(line: Line) -> dict[str, Any]:
    """A line as plain values (JSON); moments as ISO 8601."""
    values = {name: _plain(value) for name, value in vars(line).items() if name != "why"}
    return values | {"why": [{"msgid": one.msgid, "params": packed_params(one.params)} for one in line.why]}


def read_line(kept: Mapping[str, Any]) -> Line:
    """A line that was kept."""
    values = dict(kept)
    for name in ("old_due_at", "new_due_at", "old_finish", "new_finish"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values["case_id"] = UUID(values["case_id"])
    values["office_id"] = UUID(values["office_id"]) if values["office_id"] else None
    values["why"] = tuple(unpacked(one["msgid"], one["params"]) for one in values["why"])
    return Line(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | str) else value
