# ruff: noqa: E501  (values to try read best on one line)
"""The saved state: small, versioned, without the definition."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn import door
from engine.bpmn.saved import VERSION, Saved, StateUnreadable
from engine.bpmn.state import restore
from engine.bpmn.waiting import waiting_of
from rules.crossing import Months
from tests.unit.bpmn.drawings import NOW, drawing, end, flows, service, start, user

MODELS = drawing(start(), user("review"), service("render", "letter.render"), end(), flows("start review render end"))


FORM = {"form": {"name": "Đỗ Thị Ánh", "lines": [{"code": "5610"}] * 3}, "day": date(2026, 3, 2)}


def test_a_state_of_an_unknown_version_is_refused_by_its_number() -> None:
    definition = door.load(MODELS)
    state = door.start(definition, "p", FORM, now=NOW).state
    assert (state.tokens[0], state.data[0]) == (VERSION, VERSION)
    for other in (
        Saved(b"", state.data), Saved(b"\x00" + state.tokens[1:], state.data), Saved(b"\x63" + state.tokens[1:], state.data),
        Saved(state.tokens, b"\x63" + state.data[1:]), Saved(b"\x01" + state.tokens[1:], state.data),
        Saved(b"\x01" + zlib.compress(b"["), b""), Saved(b"\x01" + zlib.compress(b'{"g":[]}'), b""),
    ):  # fmt: skip
        with pytest.raises(StateUnreadable):
            door.look(definition, other)
    for told in (b"{}", b'{"g":[1]}', b'{"g":[[0,"",5,[]]]}'):
        with pytest.raises(StateUnreadable):
            _ = Saved(b"\x01" + zlib.compress(told)).variables


def test_a_state_cut_short_or_with_one_bit_turned_over_is_refused_whole() -> None:
    definition = door.load(MODELS)
    state = door.start(definition, "p", FORM, now=NOW).state
    damaged = [Saved(one, state.data) for one in _damaged(state.tokens)]
    damaged += [Saved(state.tokens, one) for one in _damaged(state.data)]
    for one in damaged:
        with pytest.raises(StateUnreadable):
            door.look(definition, one)


def _damaged(kept: bytes) -> Iterator[bytes]:
    """Every shorter piece of some bytes, and every way to turn one bit over."""
    yield from (kept[:length] for length in range(len(kept)))
    for place, byte in enumerate(kept):
        yield from (kept[:place] + bytes([byte ^ 1 << bit]) + kept[place + 1 :] for bit in range(8))


def test_long_states_are_deflated_and_damage_in_them_is_found_as_well() -> None:
    definition = door.load(MODELS)
    long = {"text": "".join(f"dòng {number}; " for number in range(1_000))}
    state = door.start(definition, "p", long, now=NOW).state
    assert len(state.data) < len(long["text"]) / 3
    assert door.look(definition, state).variables == long
    for place in range(0, len(state.data), 97):
        with pytest.raises(StateUnreadable):
            door.look(definition, replace(state, data=state.data[:place] + b"?" + state.data[place + 1 :]))


def test_tokens_and_variables_of_two_moments_are_no_case() -> None:
    definition = door.load(MODELS)
    before = door.start(definition, "p", FORM, now=NOW)
    after = door.complete(definition, before.state, before.waiting[0].token, {"n": 1}, now=NOW)
    for mixed in (Saved(after.state.tokens, before.state.data), Saved(before.state.tokens, after.state.data)):
        with pytest.raises(StateUnreadable, match="cùng một lúc"):
            door.look(definition, mixed)
    with pytest.raises(StateUnreadable, match="cùng một lúc"):
        door.look(definition, Saved(after.state.tokens))


def test_variables_are_written_anew_only_when_a_step_has_changed_them() -> None:
    definition = door.load(MODELS)
    first = door.start(definition, "p", FORM, now=NOW)
    second = door.complete(definition, first.state, first.waiting[0].token, {}, now=NOW)
    assert second.state.data is first.state.data
    third = door.complete(definition, second.state, second.waiting[0].token, {"n": 1}, now=NOW)
    assert third.variables == FORM | {"n": 1}
    same = door.complete(definition, first.state, first.waiting[0].token, {"day": FORM["day"]}, now=NOW)
    assert same.state.data is first.state.data


def test_a_step_that_neither_asks_nor_answers_anything_leaves_the_variables_unread() -> None:
    definition = door.load(MODELS)
    first = door.start(definition, "p", FORM, now=NOW)
    case = restore(definition, first.state, now=NOW)
    token = case.index[int(first.waiting[0].token)]
    token.task_spec.resume(token, {})
    case.carry_on()
    assert [one.element_id for one in waiting_of(case)] == ["render"]
    assert not case.opened


def test_neither_definition_nor_variables_are_in_the_tokens() -> None:
    advance = door.start(door.load(MODELS), "p", FORM, now=NOW)
    assert len(advance.state.tokens) < 220
    assert b"letter.render" not in advance.state.tokens
    assert "Đỗ Thị".encode() not in advance.state.tokens


EXACT = [
    None, True, 1, 1.0, -0.0, 1e300, 2**70, "", "\u0000\u2028\n", [], {}, [[{}]], {"$": 1}, {"$": {"$": "dt", "v": "x"}}, {"$m": []},
    date(2026, 2, 28), NOW, NOW.astimezone(timezone(timedelta(hours=7))), time(8, 30), timedelta(days=-1, microseconds=1), Months(-14), Decimal("75000.10"),
    {"b": {"z": [date(2026, 1, 1)], "a": 1}, "a": 2},
]  # fmt: skip


@pytest.mark.parametrize("value", EXACT, ids=repr)
def test_every_value_comes_back_exactly_as_it_was(value: Any) -> None:
    definition = door.load(MODELS)
    advance = door.start(definition, "p", {"x": value, "beside": 1}, now=NOW)
    state = door.complete(definition, advance.state, advance.waiting[0].token, {"y": [value]}, now=NOW).state
    assert repr(state.variables) == repr({"x": value, "beside": 1, "y": [value]})


def test_a_damaged_state_of_the_first_format_is_refused_or_reads_the_same() -> None:
    frozen = Path(__file__).parent / "golden" / "v1" / "form"
    definition = door.load({"p.bpmn": (frozen / "p.bpmn").read_bytes()})
    whole = door.look(definition, Saved((frozen / "state.bin").read_bytes()))
    refused = 0
    for one in _damaged(whole.state.tokens):
        try:
            found = door.look(definition, Saved(one))
        except StateUnreadable:
            refused += 1
        else:
            assert (found.waiting, found.variables) == (whole.waiting, whole.variables)
    assert refused > len(whole.state.tokens) * 8


def test_a_state_moves_to_a_new_version_of_the_drawing_that_still_has_its_element() -> None:
    state = door.start(door.load(MODELS), "p", {}, now=NOW).state
    newer = door.load(drawing(start(), user("review"), user("sign"), end(), flows("start review sign end")))
    token = door.look(newer, state).waiting[0].token
    assert door.complete(newer, state, token, {}, now=NOW).waiting[0].element_id == "sign"
    other = door.load(drawing(start(), user("other"), end(), flows("start other end")))
    with pytest.raises(StateUnreadable, match="review"):
        door.look(other, state)


def test_values_that_cannot_be_kept_are_refused_before_anything_is_saved() -> None:
    definition = door.load(MODELS)
    state = door.start(definition, "p", {}, now=NOW)
    with pytest.raises(StateUnreadable, match="set"):
        door.complete(definition, state.state, state.waiting[0].token, {"x": {1, 2}}, now=NOW)
    with pytest.raises(StateUnreadable, match="hỏng"):
        door.complete(definition, state.state, state.waiting[0].token, {"x": "half a pair: \ud83d"}, now=NOW)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        door.start(door.load(MODELS), "p", {}, now=NOW.replace(tzinfo=None))
