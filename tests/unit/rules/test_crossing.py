"""Whatever data a dossier holds reaches FEEL and comes back as it was."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.crossing import Months, from_feel, to_feel
from rules.feel import feel

NOW = datetime(2026, 2, 5, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1912, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
DURATIONS = st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.dates() | st.times()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
LEAVES = PLAIN | NUMBERS | MOMENTS | DURATIONS | st.builds(Months, st.integers(-5000, 5000))
KEYS = st.text().filter(lambda key: key not in ("$feel", "__proto__"))
VALUES = st.recursive(LEAVES, lambda each: st.lists(each, max_size=4) | st.dictionaries(KEYS, each, max_size=4))


@given(VALUES)
def test_pictures_are_faithful(value):
    assert from_feel(json.loads(json.dumps(to_feel(value)))) == value


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, max_size=5))
def test_values_cross_into_v8_and_back(values):
    outcomes = feel().evaluate_all([("x", {"x": value}) for value in values], now=NOW)
    assert [(outcome.value, outcome.error) for outcome in outcomes] == [(value, None) for value in values]
