"""What a screen costs at the database: every statement it sends, asked once more with EXPLAIN (ANALYZE, BUFFERS).

A screen is called as the page calls it, by a person of the generated city; what it sends is written down on the way.
Times are the server's own (planning and execution), the middle of several warm rounds; rows are those that the plans'
scans touched, with the ones a filter threw away, so that reading much to show little cannot hide.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event

from benchmarks.screens_fill import NOW
from benchmarks.screens_shown import Screen, screens
from engine.composition import House

TARGET_MS = 5.0
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "
"""Without the clock read at every row of every node, which would cost more than many a plan."""


@dataclass(frozen=True)
class Cost:
    """What a screen costs: statements, milliseconds of planning and of execution, rows and pages read, the slowest."""

    name: str
    who: str
    statements: int
    planning: float
    execution: float
    rows: int
    buffers: int
    slowest: float
    slowest_statement: str

    @property
    def whole(self) -> float:
        return self.planning + self.execution


def cost_of(house: House, screen: Screen, *, rounds: int) -> Cost:
    """Open the screen once for what it sends, then have every statement explained so many times."""
    sent = statements_of(house, screen)
    with house.database.connect() as link:
        plans = [_explained(link, statement, values, rounds) for statement, values in sent]
    times = [one.planning + one.execution for one in plans]
    worst = max(range(len(plans)), key=times.__getitem__, default=0)
    return Cost(
        name=screen.name,
        who=screen.who,
        statements=len(plans),
        planning=sum(one.planning for one in plans),
        execution=sum(one.execution for one in plans),
        rows=sum(one.rows for one in plans),
        buffers=sum(one.buffers for one in plans),
        slowest=max(times, default=0.0),
        slowest_statement=" ".join(sent[worst][0].split()) if sent else "",
    )


def statements_of(house: House, screen: Screen) -> list[tuple[str, Any]]:
    """Every statement a screen sends, with its values, in order."""
    sent: list[tuple[str, Any]] = []
    with house.reading(actor=screen.actor, now=NOW) as look:
        link = look.session.connection()

        def write_down(_link: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
            sent.append((statement, values))

        event.listen(link, "before_cursor_execute", write_down)
        try:
            screen.show(look)
        finally:
            event.remove(link, "before_cursor_execute", write_down)
    return sent


@dataclass(frozen=True)
class _Plan:
    planning: float
    execution: float
    rows: int
    buffers: int


def _explained(link: Connection, statement: str, values: Any, rounds: int) -> _Plan:
    found = []
    for _ in range(rounds):
        answer = link.exec_driver_sql(EXPLAIN + statement, values).scalar()
        found.append(json.loads(answer)[0] if isinstance(answer, str) else next(iter(answer or ())))
    last = found[-1]
    return _Plan(
        statistics.median(one["Planning Time"] for one in found),
        statistics.median(one["Execution Time"] for one in found),
        rows_read(last["Plan"]),
        last["Plan"].get("Shared Hit Blocks", 0) + last["Plan"].get("Shared Read Blocks", 0),
    )


def rows_read(plan: Mapping[str, Any]) -> int:
    """The rows that the scans of a plan touched, those thrown away by a filter included."""
    below = sum(rows_read(one) for one in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"] or plan["Node Type"] in {"Subquery Scan", "CTE Scan", "Bitmap Index Scan"}:
        return below
    thrown = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return below + int((plan["Actual Rows"] + thrown) * plan["Actual Loops"])


def table(costs: list[Cost]) -> str:
    """The figures as they are printed."""
    head = f"{'screen':<38}{'who':<22}{'stmts':>6}{'plan ms':>9}{'exec ms':>9}{'rows':>8}{'pages':>8}{'slowest':>9}"
    lines = [head]
    for one in costs:
        mark = "" if one.whole <= TARGET_MS else "  over" if one.execution <= TARGET_MS else "  OVER"
        lines.append(
            f"{one.name:<38}{one.who:<22}{one.statements:>6}{one.planning:>9.2f}{one.execution:>9.2f}"
            f"{one.rows:>8}{one.buffers:>8}{one.slowest:>9.2f}{mark}"
        )
    return "\n".join(lines)


def measure(dossiers: int, *, rounds: int) -> int:
    """Fill the database where it is not filled yet, open every screen, print the table; 0 when none is over."""
    import tempfile
    from pathlib import Path

    from benchmarks.screens_city import city, house_at
    from benchmarks.screens_fill import Size

    # so that ten million fit on a disk: of the finished ones every act is kept for one in ten
    with city(Size(dossiers, 10 if dossiers > 2_000_000 else 1), print) as url, tempfile.TemporaryDirectory() as folder:
        house = house_at(url, Path(folder))
        costs = [cost_of(house, screen, rounds=rounds) for screen in screens(house)]
        house.database.dispose()
    print(f"planning and execution at the server, the middle of {rounds} warm rounds; target {TARGET_MS:.0f} ms in all")
    print(table(costs))
    over = [one for one in costs if one.whole > TARGET_MS]
    for one in over:
        print(
            f"over: {one.name}, {one.who}: {one.slowest:.2f} ms of {one.whole:.2f} in {one.slowest_statement[:160]} …"
        )
    return 1 if over else 0
