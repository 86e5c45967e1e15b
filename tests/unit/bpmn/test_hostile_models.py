# ruff: noqa: E501  (a drawing reads best on one line)
"""A model whose expressions run for ever or grow without end: an incident of that one case, and everything else goes on."""

from __future__ import annotations

import pytest

from engine.bpmn import door
from engine.bpmn.advance import NotStartable
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    condition,
    drawing,
    end,
    event,
    flow,
    flows,
    gateway,
    io,
    loop,
    message,
    node,
    script,
    start,
    timer,
    user,
)  # fmt: skip

MUCH = "count(for i in 1..n return i)"
LONG = 'matches(substring("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", n), "^(a+)+$")'
PLACES = {
    "a gateway": drawing(start(), gateway("x", default="else"), end("a"), end("b"), flows("start x"), flow("x", "a", f"={MUCH} > 2"), flow("x", "b", id="else")),
    "a script": drawing(start(), script("x", f"={MUCH}", "m"), end(), flows("start x end")),
    "a pattern": drawing(start(), script("x", f"={LONG}", "m"), end(), flows("start x end")),
    "an input": drawing(start(), user("x", ext=io({"m": f"={MUCH}"})), end(), flows("start x end")),
    "a label": drawing(start(), user("x", groups=f"=[string({MUCH})]"), end(), flows("start x end")),
    "a timer": drawing(start(), node("intermediateCatchEvent", "x", inner=timer("Duration", f'=duration("PT" + string({MUCH}) + "H")')), end(), flows("start x end")),
    "a key": drawing(start(), user("x"), boundary("m", "x", event("message", "m")), end(), flows("start x end", "m end"), definitions=message("m", f"=string({MUCH})")),
    "a collection": drawing(start(), user("x", inner=loop(f"=for i in 1..n return {MUCH}", "i")), end(), flows("start x end")),
    "a condition": drawing(start(), node("intermediateCatchEvent", "x", inner=condition(f"={MUCH} > 2")), end(), flows("start x end")),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_runaway_is_an_incident_of_that_one_case(place: str) -> None:
    definition = door.load(PLACES[place])
    hostile, innocent = ({"n": 1}, {"n": 41}) if place == "a pattern" else ({"n": 100_000_000}, {"n": 3})
    stopped = door.start(definition, "p", hostile, now=NOW)
    assert [incident.element_id for incident in stopped.incidents] == ["x"]
    assert "nên bị dừng" in stopped.incidents[0].message
    assert door.start(definition, "p", innocent, now=NOW).incidents == ()
    again = door.retry(definition, stopped.state, stopped.incidents[0].token, now=NOW, variables=innocent)
    assert again.incidents == ()


def test_no_case_sees_what_another_one_carried() -> None:
    definition = door.load(
        drawing(start(), script("x", "=if defined then secret + 1 else 0", "m"), end(), flows("start x end"))
    )
    assert door.start(definition, "p", {"defined": True, "secret": 41}, now=NOW).variables["m"] == 42
    other = door.start(definition, "p", {"defined": True}, now=NOW)
    assert "secret" in other.incidents[0].message
    assert "m" not in other.variables


def test_a_start_that_runs_away_is_refused_and_begins_nothing() -> None:
    asked = user("u")
    by_key = door.load(
        drawing(
            start(inner=event("message", "m")),
            asked,
            end(),
            flows("start u end"),
            definitions=message("m", f"=string({MUCH})"),
        )
    )
    for begin in (door.start_by_message, lambda *rest, **how: door.receive(rest[0], {}, *rest[1:], **how)):
        with pytest.raises(NotStartable, match="khóa"):
            begin(by_key, "m", {"n": 100_000_000}, now=NOW)
        begin(by_key, "m", {"n": 1}, now=NOW)
    by_condition = door.load(drawing(start(inner=condition(f"={MUCH} > 0")), asked, end(), flows("start u end")))
    with pytest.raises(NotStartable, match="chưa đúng"):
        door.start_at(by_condition, "p", "start", {"n": 100_000_000}, now=NOW)
    assert door.start_at(by_condition, "p", "start", {"n": 1}, now=NOW).waiting
