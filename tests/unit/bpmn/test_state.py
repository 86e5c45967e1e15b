"""The saved state: small, versioned, without the definition."""

import zlib

import pytest

from engine.bpmn import door
from engine.bpmn.advance import StateUnreadable
from tests.unit.bpmn.drawings import NOW, drawing, end, flows, service, start, user

MODELS = drawing(start(), user("review"), service("render", "letter.render"), end(), flows("start review render end"))


def test_the_first_byte_is_the_version_and_others_are_refused() -> None:
    definition = door.load(MODELS)
    state = door.start(definition, "p", {}, now=NOW).state
    assert state[0] == 1
    for wrong in (b"", bytes([2]) + state[1:], state[:-5], bytes([1]) + zlib.compress(b"[")):
        with pytest.raises(StateUnreadable):
            door.look(definition, wrong)


def test_the_definition_is_not_in_the_state() -> None:
    advance = door.start(door.load(MODELS), "p", {}, now=NOW)
    assert len(advance.state) < 220
    assert b"letter.render" not in zlib.decompress(advance.state[1:])


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
