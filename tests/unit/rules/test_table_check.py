"""Overlaps and gaps of decision tables, found before anybody's dossier meets them, each with an example."""

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import evaluate, parse_decisions
from rules.dmn_check import check_decisions
from tests.unit.rules.samples import model, table


def findings(rules, *before, **how):
    decisions = parse_decisions(model(*before, table(rules, **how)), "phi.dmn")
    return [finding for finding in check_decisions(decisions) if finding.code != "dmn.name"]


def codes(rules, *before, **how):
    return [(finding.code, finding.severity) for finding in findings(rules, *before, **how)]


NOW = datetime(2026, 2, 5, tzinfo=UTC)
ONE = [("x", "number")]


@pytest.mark.parametrize(
    ("kind", "tests", "example"),
    [
        ("number", ["< 18", ">= 60"], "x = 18"),
        ("number", ["< 18", "> 18"], "x = 18"),
        ("number", ["[0..5]", "(5..10]", "> 10"], "x = -1"),
        ("number", ["< 1.5", ">= 1.6"], "x = 1.5"),
        ("number", ["not(7)"], "x = 7"),
        ("number", ["1, 2", "< 1", "> 3"], "x = 3"),
        ("boolean", ["true"], "x = false"),
        ("date", ['< date("2026-01-01")', '> @"2026-01-01"'], 'x = date("2026-01-01")'),
        ("time", ['< time("12:00:00")', '> time("12:00:00")'], 'x = time("12:00:00")'),
        ("dayTimeDuration", ['< duration("P1D")', '> @"P1D"'], 'x = duration("P1D")'),
    ],
)
def test_a_case_without_a_row_is_shown(kind, tests, example):
    rows = [([test], ["1"]) for test in tests]
    (gap,) = findings(rows, inputs=[("x", kind)])
    assert (gap.code, gap.severity) == ("dmn.gap", "warning")
    assert gap.message.endswith(f"khi {example}.")


@pytest.mark.parametrize(
    ("kind", "tests"),
    [
        ("number", ["<= 5", ">= 6"]),
        ("number", ["< 1.5", ">= 1.5"]),
        ("number", ["< 3", "[3..7]", "> 7"]),
        ("number", ["<= 5", "x > 5"]),
        ("date", ['<= date("2026-01-01")', '>= date("2026-01-02")']),
        ("boolean", ["true", "false"]),
        ("string", ['"a"', '"b"']),
        ("string", ['"a"', 'not("a")']),
        ("number", ["-"]),
    ],
)
def test_what_is_covered_is_left_alone(kind, tests):
    assert codes([([test], ["1"]) for test in tests], inputs=[("x", kind)]) == []


def test_declared_values_bound_what_has_to_be_answered():
    rows = [(['"a"'], ["1"]), (['"b"'], ["2"])]
    (gap,) = findings(rows, allowed='"a","b","c"')
    assert gap.message.endswith('khi loai = "c".')
    assert codes([(["[1..5]"], ["1"])], inputs=ONE, allowed="[1..5]") == []
    item = '<itemDefinition name="tLoai"><typeRef>string</typeRef><allowedValues><text>"a","d"</text></allowedValues>'
    (gap,) = findings(rows[:1], f"{item}</itemDefinition>", inputs=[("x", "tLoai")])
    assert gap.message.endswith('khi x = "d".')


def test_a_gap_may_lie_between_columns():
    rows = [(['"a"', "< 5"], ["1"]), (['"b"', "-"], ["2"])]
    (gap,) = findings(rows, inputs=[("loai", "string"), ("n", "number")])
    assert gap.message.endswith('khi loai = "a", n = 5.')


def test_a_default_or_a_policy_of_lists_needs_no_row_for_every_case():
    rows = [(["< 5"], ["1"])]
    assert codes(rows, inputs=ONE, default="0") == []
    assert codes(rows, inputs=ONE, policy="COLLECT") == []
    assert codes(rows, inputs=ONE, policy="FIRST") == [("dmn.gap", "warning")]


@pytest.mark.parametrize(
    ("kind", "one", "other", "example"),
    [
        ("number", "[1..5]", "[5..8]", "x = 5"),
        ("number", "> 3", "< 10", "x = 4"),
        ("number", "1, 2", "not(2)", "x = 1"),
        ("string", '"a","b"', '"b"', 'x = "b"'),
        ("boolean", "true", "-", "x = true"),
        ("date", '> date("2026-01-01")', '@"2026-05-01"', 'x = date("2026-05-01")'),
    ],
)
def test_rows_that_can_match_together_are_shown_with_an_example(kind, one, other, example):
    (overlap,) = [
        each for each in findings([([one], ["1"]), ([other], ["2"])], inputs=[("x", kind)]) if "gap" not in each.code
    ]
    assert (overlap.code, overlap.severity) == ("dmn.overlap", "error")
    assert f"Dòng 1 và dòng 2 có thể cùng khớp (ví dụ khi {example})" in overlap.message


def test_rows_apart_in_any_column_do_not_overlap():
    rows = [(["< 5", '"a"'], ["1"]), (["< 9", '"b"'], ["2"]), ([">= 5", '"a"'], ["3"]), ([">= 9", '"b"'], ["4"])]
    assert codes(rows, inputs=[("n", "number"), ("loai", "string")]) == []


def test_any_allows_rows_that_agree():
    rows = [(["< 5"], ["1"]), (["< 9"], ["1"]), ([">= 9"], ["2"])]
    assert codes(rows, inputs=ONE, policy="ANY") == []
    rows[1] = (["< 9"], ["3"])
    assert codes(rows, inputs=ONE, policy="ANY") == [("dmn.overlap", "error")]


def test_a_row_whose_cases_are_taken_above_is_never_reached():
    rows = [(["< 10"], ["1"]), (["[1..5]"], ["2"]), (["-"], ["3"])]
    assert codes(rows, inputs=ONE, policy="FIRST") == [("dmn.unreachable", "warning")]


def test_large_tables_are_looked_through_in_bearable_time():
    names = [f"c{n}" for n in range(8)]
    rows = [([f"[{n}..{n + 3}]" if at == n % 8 else f"> {n % 5}" for at in range(8)], [str(n)]) for n in range(400)]
    decisions = parse_decisions(model(table(rows, inputs=[(name, "number") for name in names])))
    begun = time.monotonic()
    found = [finding.code for finding in check_decisions(decisions)]
    assert time.monotonic() - begun < 10
    assert 0 < found.count("dmn.overlap") <= 10


NUMBERS = st.integers(0, 6).map(str)
CELLS = st.one_of(
    NUMBERS,
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), NUMBERS).map(" ".join),
    st.tuples(st.sampled_from("[("), st.integers(0, 3), st.integers(3, 6), st.sampled_from("])")).map(
        lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"
    ),
    st.lists(NUMBERS, min_size=1, max_size=3).map(", ".join),
    st.lists(NUMBERS, min_size=1, max_size=2).map(lambda each: f"not({', '.join(each)})"),
    st.just("-"),
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_what_the_check_says_is_what_the_engine_does(cells):
    """Every gap and overlap told is met by the engine with the example given, and on whole numbers no other is."""
    rows = [([one, other], [str(place)]) for place, (one, other) in enumerate(cells)]
    told = findings(rows, inputs=[("x", "number"), ("y", "number")])
    taken = parse_decisions(model(table(rows, inputs=[("x", "number"), ("y", "number")], policy="COLLECT")))

    def matching(x, y):
        return evaluate(taken, "muc_phi", {"x": x, "y": y}, now=NOW).matched

    for finding in told:
        example = dict(re.findall(r"([xy]) = (-?\d+)", finding.message))
        met = matching(int(example.get("x", 0)), int(example.get("y", 0)))
        assert not met if finding.code == "dmn.gap" else len(met) > 1
    counts = {len(matching(x, y)) for x in range(-1, 8) for y in (-1, 0, 2, 3, 5, 7)}
    assert (0 in counts) <= ("dmn.gap" in [finding.code for finding in told])
    assert any(count > 1 for count in counts) <= ("dmn.overlap" in [finding.code for finding in told])
