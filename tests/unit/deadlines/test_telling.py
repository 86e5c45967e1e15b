"""Told a working day before, on the day, after, never: what counts as what, case by case."""

import pytest

from engine.deadlines.telling import MISSED, PromisedDate, told
from tests.unit.deadlines.calendars import VN, moment

NOW = moment("2026-12-10 09:00")
DAY = {"promised_at": "2026-11-20 17:00"}  # a Friday
HOUR = {"promised_at": "2026-11-20 10:30", "short": True}
AFTER_24 = {"promised_at": "2026-11-25 17:00"}  # the day before is the new holiday

CASES = [
    ("told on Thursday", DAY | {"told_at": "2026-11-19 16:00"}, "before"),
    ("told on Thursday night: the day counts, not the hour", DAY | {"told_at": "2026-11-19 23:59:59"}, "before"),
    ("told at midnight", DAY | {"told_at": "2026-11-20 00:00"}, "on_day"),
    ("told at the day's end", DAY | {"told_at": "2026-11-20 23:59:59"}, "on_day"),
    ("told on the next day", DAY | {"told_at": "2026-11-21 00:00"}, "after"),
    ("told after the decision", DAY | {"decided_at": "2026-11-23 09:00", "told_at": "2026-11-24 09:00"}, "after"),
    ("nobody told them", DAY, "never"),
    ("nobody told them, decided late", DAY | {"decided_at": "2026-11-23 09:00"}, "never"),
    ("the last working day is two days ahead", AFTER_24 | {"told_at": "2026-11-23 16:00"}, "before"),
    ("told on the holiday between: no working day was left", AFTER_24 | {"told_at": "2026-11-24 10:00"}, "on_day"),
    ("told on a Sunday for Monday", {"promised_at": "2026-11-23 17:00", "told_at": "2026-11-22 10:00"}, "on_day"),
    ("told on Friday for Monday", {"promised_at": "2026-11-23 17:00", "told_at": "2026-11-20 16:59"}, "before"),
    ("told before a long Tết", {"promised_at": "2026-02-24 17:00", "told_at": "2026-02-13 16:00"}, "before"),
    ("an hour's limit, told before closing time", HOUR | {"told_at": "2026-11-20 16:59"}, "before"),
    ("an hour's limit, told at closing time", HOUR | {"told_at": "2026-11-20 17:00"}, "before"),
    ("an hour's limit, told in the evening", HOUR | {"told_at": "2026-11-20 17:00:01"}, "on_day"),
    ("an hour's limit, told the day after", HOUR | {"told_at": "2026-11-21 08:00"}, "after"),
    ("an hour's limit, decided a minute late, untold", HOUR | {"decided_at": "2026-11-20 10:31"}, "never"),
    ("an hour's limit, decided on the very moment", HOUR | {"decided_at": "2026-11-20 10:30"}, None),
    ("decided in the evening of the day", DAY | {"decided_at": "2026-11-20 22:00"}, None),
    ("told, then decided on the day: for nothing",
     DAY | {"told_at": "2026-11-19 16:00", "decided_at": "2026-11-20 09:00"}, "needless"),
    ("decided in time, told afterwards by mistake",
     DAY | {"told_at": "2026-11-20 16:00", "decided_at": "2026-11-20 09:00"}, None),
    ("exempted in time", DAY | {"exempt_at": "2026-11-19 09:00"}, "exempt"),
    ("exempted on the day", DAY | {"exempt_at": "2026-11-20 16:00"}, "exempt"),
    ("exempted afterwards: the silence stays", DAY | {"exempt_at": "2026-11-21 09:00"}, "never"),
    ("exempted afterwards, told in time", DAY | {"exempt_at": "2026-11-23 09:00", "told_at": "2026-11-19 09:00"},
     "before"),
    ("withdrawn after the date", DAY | {"decided_at": "2026-11-25 09:00", "withdrawn": True}, "withdrawn"),
    ("withdrawn before it", DAY | {"decided_at": "2026-11-19 09:00", "withdrawn": True}, None),
    ("withdrawn in time though told",
     DAY | {"decided_at": "2026-11-19 09:00", "withdrawn": True, "told_at": "2026-11-18 09:00"}, None),
    ("the term stood still that evening", DAY | {"paused": True}, None),
    ("the date is still ahead", {"promised_at": "2026-12-10 17:00"}, None),
    ("ahead and told", {"promised_at": "2026-12-11 17:00", "told_at": "2026-12-10 08:00"}, None),
    ("an hour's limit of today that passed", {"promised_at": "2026-12-10 08:59", "short": True}, "never"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_in_which_class_a_promised_date_falls(facts, expected):
    read = {key: moment(value) if isinstance(value, str) else value for key, value in facts.items()}
    assert told(PromisedDate(**read), VN, NOW) == expected


def test_telling_earlier_never_makes_it_worse():
    moments = [f"2026-11-{day:02} {hour:02}:00" for day in range(16, 28) for hour in (8, 17, 23)]
    for facts in (DAY, HOUR, AFTER_24):
        promised_at, short = moment(facts["promised_at"]), bool(facts.get("short"))
        classes = [
            told(PromisedDate(promised_at, short=short, told_at=moment(told_at)), VN, NOW) for told_at in moments
        ]
        assert [MISSED.index(one) for one in classes] == sorted(MISSED.index(one) for one in classes)
        assert set(classes) == {"before", "on_day", "after"}
