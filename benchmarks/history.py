"""What sealing and checking history cost on PostgreSQL, at two sizes: processor time, statements, buffers a chain.

What is asked is whether the cost of a night follows what was done that day, that of a check what is checked, and that
of a proof nothing at all: the larger house ÷ the smaller, each figure by its own unit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select, text

from benchmarks.completions import _spent, house_at
from benchmarks.history_fill import fill, go_on
from engine.composition import House
from engine.history import Leaf
from engine.performing import seal_history
from engine.queries.condition import check_journal
from engine.queries.history import sealed_part
from engine.queries.history_check import check_seals, unsealed
from engine.work import SYSTEM

ACTS = 5
SHARE = 100
"""One chain in so many goes on in a day."""
FIRST = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""A Monday at noon in Viet Nam; the chains end on Friday, and the first seal is that of the Monday after."""
PROOFS = 50


@dataclass
class Cost:
    """Processor seconds of this process and of PostgreSQL, statements, and buffers PostgreSQL looked at."""

    client: float = 0.0
    server: float = 0.0
    statements: int = 0
    buffers: int = 0

    @property
    def cpu(self) -> float:
        """Both together."""
        return self.client + self.server


@dataclass
class Measured:
    """One house: what each piece of work cost and how many units it had."""

    chains: int
    costs: dict[str, tuple[Cost, int]] = field(default_factory=dict)
    peak_mb: float = 0.0

    def each(self, name: str) -> float:
        """Processor microseconds a unit."""
        cost, units = self.costs[name]
        return cost.cpu / units * 1e6


class Clock:
    """Stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def measure(url: str, data: Path, *, chains: int) -> Measured:
    """On a migrated, empty database. Raises AssertionError where the made-up record does not verify or seal."""
    clock = Clock(FIRST + timedelta(days=7))
    house = replace(house_at(url, data), clock=clock)
    with house.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = connection.execute(text("select current_database()")).scalar_one()
        connection.execute(text(f"alter database {name} set max_parallel_workers_per_gather = 0"))
    house.database.dispose()
    fill(house.database, chains, ACTS, FIRST)
    found = Measured(chains)

    def night(name: str, units: int) -> None:
        clock.at = clock.at.replace(hour=19)
        with _counted(house.database, found, name, units):
            assert seal_history(house) == 1
        clock.at = clock.at.replace(hour=5) + timedelta(days=1)

    night("first seal, a chain", chains)  # of the Monday after
    for _day in range(5):  # to Saturday; the last is told
        go_on(house.database, clock.at, every=SHARE)
        night("a night, a chain that went on", chains // SHARE)
    go_on(house.database, clock.at, every=SHARE)
    night("Sunday's look at every chain, a chain", chains)
    acts = chains * ACTS + 6 * (chains // SHARE)
    with _counted(house.database, found, "verify, an act", acts), house.reading(actor=SYSTEM) as look:
        checked = check_journal(look)
    assert (checked.acts, checked.faults) == (acts, ()), checked.faults[:3]
    with (
        _counted(house.database, found, "of it the seals, a leaf", _leaves(house)),
        house.reading(actor=SYSTEM) as look,
    ):
        assert not check_seals(look).faults
    with (
        _counted(house.database, found, "acts of sealed days in no seal, a chain", chains),
        house.reading(actor=SYSTEM) as look,
    ):
        assert unsealed(look) == []
    some = _some(house)
    with _counted(house.database, found, "a proof for one dossier", len(some)):
        for chain in some:
            with house.reading(actor=SYSTEM) as look:
                assert sealed_part(look, chain) is not None
    house.database.dispose()
    return found


def _leaves(house: House) -> int:
    with house.reading(actor=SYSTEM) as look:
        return int(look.session.execute(text("select count(*) from history_leaves")).scalar_one())


def _some(house: House) -> list[str]:
    with house.reading(actor=SYSTEM) as look:
        step = max(1, _leaves(house) // PROOFS)
        return list(look.session.scalars(select(Leaf.chain).where(Leaf.position % step == 0).limit(PROOFS)))


@contextmanager
def _counted(database: Engine, found: Measured, name: str, units: int) -> Iterator[None]:
    """What happens inside, counted under a name."""
    cost, count = Cost(), [0]

    def one_more(*_words: Any) -> None:
        count[0] += 1

    event.listen(database, "before_cursor_execute", one_more)
    before, begun, buffers = _server(database), time.process_time(), _buffers(database)
    try:
        yield
    finally:
        cost.client = time.process_time() - begun
        event.remove(database, "before_cursor_execute", one_more)
    cost.server, cost.statements = _server(database) - before, count[0]
    cost.buffers = _buffers(database) - buffers
    found.costs[name] = (cost, units)


def _asked(database: Engine, statement: str) -> Any:
    with database.connect() as connection:
        return connection.execute(text(statement)).all()


def _server(database: Engine) -> float:
    """Processor seconds of every server process of this database so far; the pool keeps them."""
    pids = _asked(database, "select pid from pg_stat_activity where datname = current_database()")
    return sum(_spent(pid) for (pid,) in pids)


def _buffers(database: Engine) -> int:
    """Buffers looked at in this database so far."""
    with database.connect() as connection:
        connection.execute(text("select pg_stat_force_next_flush()"))
        connection.commit()
        connection.execute(text("select pg_stat_clear_snapshot()"))
        asked = "select blks_hit + blks_read from pg_stat_database where datname = current_database()"
        return int(connection.execute(text(asked)).scalar_one())


Report = Callable[[str], None]


def report(small: Measured, large: Measured, say: Report) -> bool:
    """Say both houses beside each other and whether each unit costs the same in the larger (at most half more)."""
    say(
        f"history on PostgreSQL, {small.chains:,} and {large.chains:,} chains of {ACTS} acts, "
        f"one in {SHARE} going on a day; processor time of client and server"
    )
    say(
        f"  {'':<42} {'µs smaller':>10} {'µs larger':>10} {'larger ÷':>9} {'buffers':>9} {'statements':>11}"
        f" {'client':>7}"
    )
    linear = True
    for name, (cost, units) in large.costs.items():
        ratio = large.each(name) / max(small.each(name), 0.01)
        linear &= ratio <= MOST
        say(
            f"  {name:<42} {small.each(name):10.1f} {large.each(name):10.1f} {ratio:9.2f} {cost.buffers / units:9.1f} "
            f"{cost.statements:11,} {cost.client / max(cost.cpu, 0.001):6.0%}"
        )
    return linear


MOST = 1.5
"""A unit of the larger house costs at most so many times one of the smaller."""
