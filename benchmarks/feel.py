"""What a condition costs: as a closure, in V8 behind a process border, in V8 inside the process, alone and together.

All are measured in one run, in turns, and the middle of all rounds counts, so that a busy machine falls on each alike.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rules.closures import compiled
from rules.feel import Feel
from rules.v8 import BUNDLE
from rules.v8_child import ask, load

NOW = datetime(2026, 2, 5, tzinfo=UTC)
TEXT = 'form.so_tang > 2 and form.loai = "nha_o"'
CONTEXT = {"form": {"so_tang": 3, "loai": "nha_o", "dien_tich": 62.5, "ho_ten": "Đỗ Thị Ánh"}, "uu_tien": True}
TOGETHER = 10


@dataclass(frozen=True)
class Figures:
    """Microseconds for one simple condition each way, milliseconds and MB for a child process."""

    closure: float
    child: float
    inside: float
    together: float
    start_ms: float
    resident_mb: float


def measure(rounds: int) -> Figures:
    """Take every way `rounds` times in turn."""
    return asyncio.run(_measured(rounds))


async def _measured(rounds: int) -> Figures:
    engine = Feel()
    begun = time.perf_counter()
    engine.evaluate("1 + 1", now=NOW)
    start_ms = (time.perf_counter() - begun) * 1000
    racer = load(BUNDLE)
    closure = compiled(TEXT)
    assert closure is not None
    job = {"kind": "expression", "text": TEXT, "strict": True, "context": 0}
    clock = {"moment": "2026-02-05T07:00:00+07:00", "offset": "+07:00"}

    def inside() -> Any:
        return json.loads(ask(racer, json.dumps({"clock": clock, "contexts": [CONTEXT], "jobs": [job]})))

    ways: dict[str, tuple[int, Callable[[], Any]]] = {
        "closure": (2000, lambda: closure.value(CONTEXT)),
        "child": (50, lambda: engine.cross([job], [CONTEXT], now=NOW)),
        "inside": (50, inside),
        "together": (20, lambda: engine.cross([job] * TOGETHER, [CONTEXT], now=NOW)),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 3):
        for name, (times, way) in ways.items():
            begun = time.perf_counter()
            for _ in range(times):
                way()
            if number >= 3:  # the first rounds warm both engines up
                taken[name].append((time.perf_counter() - begun) / times * 1e6)
    pages = int(Path(f"/proc/{engine.process_id}/statm").read_text().split()[1])
    engine.close()
    racer.close()
    middle = {name: statistics.median(values) for name, values in taken.items()}
    return Figures(**middle, start_ms=start_ms, resident_mb=pages * 4096 / 2**20)
