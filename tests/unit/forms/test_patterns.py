"""A designer's pattern is obeyed, and no pattern can hang the office."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.patterns import BadPattern, Pattern


@pytest.mark.parametrize(
    ("source", "text", "fits"),
    [
        ("^[0-9]{3,5}$", "1234", True),
        ("^[0-9]{3,5}$", "123456", False),
        ("^(GCN|QSD)-?\\d{2,}", "QSD-12/2026", True),
        ("^(GCN|QSD)-?\\d{2,}", "ABC-12", False),
        ("đất", "sổ đất", True),
        ("\\bnha\\b", "mua nha o", True),
        ("\\bnhà\\b", "mua nhà ở", False),  # JavaScript's words are ASCII
        ("^[^<>]+$", "Tiệm <b>", False),
        ("^\\d$", "5\n", False),
        ("^\\d$", "٥", False),
        ("^\\/[a-z]+\\/$", "/hkd/", True),
        ("", "gì cũng được", True),
    ],
)
def test_a_pattern_is_found_as_javascript_would_find_it(source, text, fits):
    assert Pattern(source).fits(text) is fits


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("(a+)+$", "a" * 2_000 + "!"),
        ("^(a+)+$", "a" * 1_999 + "!"),
        ("^(a|aa)*b$", "a" * 2_000),
        ("^(.*)(.*)(.*)(.*)(.*)(.*)x$", "ab" * 1_000),
        ("^(\\w+\\s?)*$", "chữ " * 400 + "!"),
        ("(x{0,20}){0,20}y", "x" * 2_000),
        ("(.{0,20}){0,20}y$", "".join(chr(0x4E00 + place % 999) for place in range(10_000))),
        ("a", "b" * 10_001),
    ],
)
def test_a_pattern_that_hangs_a_backtracking_matcher_answers(source, text):
    assert Pattern(source).fits(text) is False  # a backtracking matcher would not come back in this century


@pytest.mark.parametrize(
    "source", ["[", "(?=a)b", "(a)\\1", "(?i)a", "a{9999}", "((a{30}){30}){30}", "(" * 400, "a" * 501, "(?P<x>a)(?P=x)"]
)
def test_a_pattern_beyond_reason_is_refused(source):
    with pytest.raises(BadPattern):
        Pattern(source)


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "^", "$", "\\b", "(?:ab)", "(a|b|)"])
_PIECES = st.tuples(_ATOMS, st.sampled_from(["", "*", "+", "?", "{0,2}", "{2}", "*?"])).map(
    lambda piece: piece[0] + (piece[1] if piece[0] not in ("^", "$", "\\b") else "")
)
_SOURCES = st.lists(_PIECES, max_size=5).map("".join)


@given(st.lists(_SOURCES, min_size=1, max_size=2).map("|".join), st.text("ab1 ", max_size=8))
def test_patterns_agree_with_the_usual_matcher(source, text):
    usual = re.search(source.replace("$", "\\Z"), text, re.ASCII) is not None
    assert Pattern(source).fits(text) is usual
