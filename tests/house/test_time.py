"""Time is an argument: one module reads the computer's clock."""

from __future__ import annotations

from tests.house.tree import OUTBUILDINGS, ROOMS, TESTS, calls, imports, sources, told

READS_THE_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime",
    "time.ctime", "func.now", "func.current_timestamp", "func.current_date", "sa.func.now", "timezone.now",
}  # fmt: skip
MAY: dict[str, str] = {
    "engine/clock.py": "the one place that reads the clock",
}
"""Files that may, each with its reason."""
STAND_INS: dict[str, str] = {
    "tests/unit/bpmn/walk.py": "replaces nothing but the moment of a save, to walk a drawing twice at once",
}


def test_nobody_but_the_clock_reads_the_clock():
    broken = [
        f"{source.path}:{call.lineno} {name}()"
        for source in sources(*ROOMS, *OUTBUILDINGS, *TESTS)
        if source.path not in MAY
        for call, name in calls(source)
        if name in READS_THE_CLOCK
    ]
    assert not broken, told(broken, "The time is an argument (`now: datetime`); ask engine.clock at the entry:")


def test_the_clock_is_not_imported_under_a_bare_name():
    broken = [
        f"{source.path}: from time import time"
        for source in sources(*ROOMS, *OUTBUILDINGS, *TESTS)
        for line in source.text.splitlines()
        if line.startswith("from time import") and "time" in line.partition("import")[2].replace(",", " ").split()
    ]
    assert not broken, told(broken, "A bare time() hides where the clock is read:")


def test_every_exception_is_still_needed():
    paths = {source.path for source in sources(*ROOMS, *OUTBUILDINGS, *TESTS)}
    assert set(MAY) <= paths, f"Exceptions for files that are gone: {sorted(set(MAY) - paths)}"


def test_no_mocks_where_a_real_thing_will_do():
    broken = [
        f"{source.path}:{line} {module}"
        for source in sources(*TESTS)
        for line, module in imports(source)
        if module in {"unittest.mock", "mock", "pytest_mock"} and source.path not in STAND_INS
    ]
    assert not broken, told(broken, "Tests use real things; a stand-in is a small class that does the work:")
