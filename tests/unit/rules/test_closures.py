"""Plain conditions are calculated without V8; these hold the closures equal to it, and show what they leave to it."""

import math
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.feel import TOGETHER, measure
from rules import v8
from rules.closures import Beyond, compiled
from rules.crossing import from_feel
from rules.feel import Feel, feel

NOW = datetime(2026, 2, 5, tzinfo=UTC)

DATA = {
    "tuoi": 17,
    "ho_ten": "Đỗ Thị Ánh",
    "uu_tien": True,
    "ghi_chu": None,
    "form": {"so_tang": 3, "dien_tich": 62.5, "loai": "nha_o", "email": None, "cha": {"ten": "An"}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17", 17),
        ("-2.5", -2.5),
        ("2.0", 2),
        ('"nhà ở"', "nhà ở"),
        ("true", True),
        ("null", None),
        ("ho_ten", "Đỗ Thị Ánh"),
        ("form.cha.ten", "An"),
        ("tuoi >= 18", False),
        ("tuoi > -1 and form.dien_tich <= 62.5", True),
        ('form.loai = "nha_o" and form.so_tang > 2', True),
        ('form.loai != "nha_o" or uu_tien', True),
        ("not(tuoi < 18 and uu_tien)", False),
        ("form.email = null", True),
        ("form.email != null", False),
        ('form.email = "a@b.vn"', False),
        ("ghi_chu and true", None),
        ("ghi_chu or uu_tien", True),
        ('("Đ" > "D") = true', True),
    ],
)
def test_what_a_closure_says_is_what_v8_says(text, value):
    closure = compiled(text)
    assert closure is not None
    found = closure.value(DATA)
    assert (found, type(found)) == (value, type(value))
    job = {"kind": "expression", "text": text, "strict": True}
    assert feel().cross([job], [DATA], now=NOW) == [{"value": found, "warnings": []}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a + 1",
        "a = 1 = b",
        "count(a)",
        "a in [1, 2]",
        "a[1]",
        "a.b c",
        "today()",
        'date("2026-01-01") = a',
        "a == 1",
        "1e3",
        "00",
        '"a\\"b" = a',
        "if a then b else c",
        "a between 1 and 2",
        "a -1",
        "a, b",
        "(a",
        "a)",
        "and",
        "a and",
        "9999999999999999",
        "a = .5",
        "a // b",
        "a = 1 /* */",
        "a\n= 1",
        "việc = 1",
        "a.and = 1",
        "not a",
        "some x in a satisfies x",
        "?",
        "(" * 30 + "a" + ")" * 30,
        "a" * 2000,
    ],
)
def test_what_is_more_than_plain_is_left_to_v8(text):
    assert compiled(text) is None


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("a", {}),
        ("a.b", {"a": {}}),
        ("a.b", {"a": None}),
        ("a = 1", {"a": "1"}),
        ("a = true", {"a": 1}),
        ("a < 1", {"a": None}),
        ("a and b", {"a": 1, "b": True}),
        ("not(a)", {"a": None}),
        ("a", {"a": [1]}),
        ("a > b", {"a": date(2026, 1, 1), "b": date(2026, 1, 2)}),
        ("a = 1", {"a": Decimal(1)}),
        ("a = 1", {"a": 2**53 + 1}),
        ("a = 1", {"a": math.inf}),
        ("a < b", {"a": "\ue000", "b": "\U0001f600"}),
        ("a and b", {"a": True, "b": True, "a and b": False}),
        ("a.b and c", {"a": {"b": True, "b and c": False}, "c": True}),
        ("a = true", {"a": True, "true": False}),
        ("a", {"a": 1, "__proto__": {}}),
    ],
)
def test_what_the_data_makes_doubtful_is_left_to_v8(text, context):
    closure = compiled(text)
    assert closure is not None
    with pytest.raises(Beyond):
        closure.value(context)


def test_plain_conditions_start_no_process():
    engine = Feel()
    outcomes = engine.evaluate_all([("tuoi < 18 and not(uu_tien)", DATA), ("form.cha.ten", DATA)], now=NOW)
    assert [outcome.value for outcome in outcomes] == [False, "An"]
    assert engine.process_id is None


def test_only_what_is_not_plain_crosses(monkeypatch):
    engine = Feel()
    crossed: list[list[str]] = []
    honest = Feel.cross
    monkeypatch.setattr(
        Feel,
        "cross",
        lambda self, jobs, *rest, **how: crossed.append([j["text"] for j in jobs]) or honest(self, jobs, *rest, **how),
    )
    items = [("a > 1", {"a": 2}), ("a + 1", {"a": 1}), ("b", {"a": 1}), ('"x"', {})]
    outcomes = engine.evaluate_all(items, now=NOW)
    engine.close()
    assert [outcome.value for outcome in outcomes] == [True, 2, None, "x"]
    assert "“b”" in outcomes[2].error
    assert crossed == [["a + 1", "b"]]


def test_only_data_that_is_spoken_of_crosses(monkeypatch):
    engine = Feel()
    sent: list[dict] = []
    honest = v8.Isolate.send
    monkeypatch.setattr(v8.Isolate, "send", lambda self, message: sent.append(message) or honest(self, message))
    data = {"a": 1, "form": {"b": 2}, "unasked": "x" * 1000, "tuổi": 30, "số bản": 4, "zz": object}
    outcomes = engine.evaluate_all([("a + 1", data), ("form.x = 2 or số bản + tuổi > 33", {**data, "zz": 1})], now=NOW)
    engine.close()
    assert [outcome.value for outcome in outcomes] == [2, True]
    kept = [sorted(context) for context in sent[0]["contexts"]]
    assert kept == [["a", "số bản", "tuổi"], ["form", "số bản", "tuổi"]]


def test_nothing_is_compiled_as_python():
    seen: list[str] = []
    sys.addaudithook(lambda event, args: seen.append(event) if watching and event in ("compile", "exec") else None)
    watching = [True]
    try:
        for text in ('__import__("os").system("true")', "a.__class__.__mro__ = 1", "a > 1 and b", "a = 1 or exec"):
            closure = compiled(text)
            if closure is not None:
                with pytest.raises(Beyond):
                    closure.value({"a": 1})
    finally:
        watching.clear()
    assert seen == []


NAMES = ["a", "b1", "so_tang", "form", "x"]
SCALARS = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            False,
            0,
            1,
            -1,
            2,
            10,
            2.5,
            0.1,
            -0.0,
            2**53,
            1e300,
            "",
            "a",
            "b",
            "1",
            "Đỗ",
            "đ",
            "\ud7ff",
            "\uffff",
            "😀",
        ]
    ),
    st.integers(-(2**53) - 1, 2**53 + 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)),
)
OTHERS = st.sampled_from([date(2026, 1, 1), [], [1], {}, {"a": 1}, NOW])
ODD = st.sampled_from(["a b", "a and b1", "and", "true", "x-1", "Đỗ", "a = 1", "not", "count", "a.b1"])
# Values of one kind with each other, or nothing would be left to compare.
ALIKE = st.sampled_from([0, 1, 1.0, 2.5, -1, 10]) | st.sampled_from(["a", "b", "Đỗ", ""]) | st.booleans()
ENTRIES = ALIKE | ALIKE | SCALARS


def _surroundings(own, form, odd):
    return {**own, "form": {**form, **(odd if "form" in odd else {})}, **odd}


DATAS = st.builds(
    _surroundings,
    st.fixed_dictionaries({"a": ENTRIES, "b1": ENTRIES, "so_tang": ENTRIES}),
    st.fixed_dictionaries({"a": ENTRIES, "x": ENTRIES}),
    st.just({})
    | st.just({})
    | st.just({})
    | st.dictionaries(ODD | st.sampled_from(NAMES), SCALARS | OTHERS, max_size=2),
)

paths = st.sampled_from(["a", "b1", "so_tang", "form.a", "form.x"]) | st.lists(
    st.sampled_from(NAMES), min_size=1, max_size=3
).map(".".join)
numbers = st.sampled_from(["0", "1", "10", "2.5", "0.10", "-1", "-0", "-2.50", "123456789012345", "0.1"])
texts = st.sampled_from(['""', '"a"', '"b"', '"Đỗ"', '"1"', '"a and b"', '"//"', '"😀"'])
operands = paths | paths | numbers | texts | st.sampled_from(["true", "false", "null"])
comparisons = st.builds(
    "{}{}{}{}{}".format,
    operands,
    st.sampled_from([" ", ""]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.sampled_from([" ", ""]),
    operands,
)
plain = st.recursive(
    comparisons | comparisons | operands,
    lambda inner: st.one_of(
        st.builds("{} and {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("not({})".format, inner),
        st.builds("({})".format, inner),
        st.builds("({}) = {}".format, inner, operands),
    ),
    max_leaves=6,
)
soup = st.lists(
    st.sampled_from(
        [
            "a",
            "form.x",
            "and",
            "or",
            "not",
            "not(",
            "(",
            ")",
            "=",
            "<",
            ">=",
            "!=",
            "1",
            "-",
            "2.5",
            '"a"',
            "true",
            "null",
            ".",
            "in",
            ",",
            "  ",
        ]
    ),
    min_size=1,
    max_size=7,
).flatmap(lambda parts: st.sampled_from([" ", ""]).map(lambda between: between.join(parts)))

quickly = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def _held_equal(kind, cases):
    """Each expression a closure answers is asked of V8 as well, all in one crossing, and must say the same."""
    decided, jobs, contexts = [], [], []
    for text, context in cases:
        closure = compiled(text)
        try:
            if closure is not None:
                decided.append(closure.value(context) if kind == "expression" else closure.holds(context))
                jobs.append({"kind": kind, "text": text, "strict": True, "value": None, "context": len(contexts)})
                contexts.append(context)
        except Beyond:
            continue
    if jobs:
        for job, context, mine, answer in zip(
            jobs, contexts, decided, feel().cross(jobs, contexts, now=NOW), strict=True
        ):
            theirs = from_feel(answer.pop("value"))
            assert answer == {"warnings": []}, (job["text"], context)
            assert (mine, type(mine)) == (theirs, type(theirs)), (job["text"], context)
    return len(jobs)


# Contexts that cannot cross at all (numbers a double cannot hold) are refused whole by V8's side, whatever is asked.
crossing = DATAS.filter(
    lambda data: (
        not any(
            isinstance(value, int) and abs(value) > 2**53
            for entry in data.values()
            for value in (entry.values() if isinstance(entry, dict) else [entry])
        )
    )
)


@quickly
@given(st.lists(st.tuples(plain, crossing), min_size=10, max_size=40))
def test_closures_and_v8_agree_on_plain_expressions(cases):
    _held_equal("expression", cases)


@quickly
@given(st.lists(st.tuples(plain, crossing), min_size=10, max_size=40))
def test_closures_and_v8_agree_on_form_conditions(cases):
    _held_equal("test", cases)


@quickly
@given(st.lists(st.tuples(soup, crossing), min_size=20, max_size=60))
def test_what_a_closure_can_read_v8_reads_the_same(cases):
    _held_equal("expression", cases)
    _held_equal("test", cases)


def test_a_closure_costs_a_small_part_of_a_crossing():
    figures = measure(1)
    assert figures.closure * 10 < figures.child
    assert figures.together < figures.child * TOGETHER
