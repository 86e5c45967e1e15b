"""Moving a case with all that waits beside the flow, stands in several places at once, or is remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.bpmn import door
from engine.bpmn.moving import Moving, move
from engine.bpmn.moving_mapping import mapping_faults
from tests.unit.bpmn.drawings import (
    NOW,
    again,
    boundary,
    call,
    drawing,
    end,
    event,
    file,
    flows,
    gateway,
    loop,
    message,
    node,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
)
from tests.unit.bpmn.test_moving import LATER, REVIEWED, done, moved, open_at, started, whys
from tests.unit.bpmn.undoing import compensate, undoable

# --- what waits beside the flow


def watched(*edges: tuple[str, str, bool]) -> dict[str, bytes]:
    parts = [
        boundary(name, "u", timer("Duration", value), interrupting=cut)
        + user(f"{name}_u")
        + end(f"{name}_e")
        + flows(f"{name} {name}_u {name}_e")
        for name, value, cut in edges
    ]
    return drawing(start(), user("u"), end(), flows("start u end"), *parts)


def timers(found: Moving) -> dict[str, Any]:
    assert found.advance is not None
    return {one.element_id: one.due for one in found.advance.waiting if one.kind == "timer"}


def test_a_timer_that_still_stands_keeps_its_moment_a_new_one_begins_now_a_vanished_one_ends():
    old = watched(("kept", "P10D", True), ("gone", "P3D", True), ("other", "P5D", True))
    _, state = started(old)
    found = moved(old, watched(("kept", "P10D", True), ("new", "P2D", False), ("other", "P6D", True)), state)
    assert timers(found) == {
        "kept": NOW + timedelta(days=10),
        "new": LATER + timedelta(days=2),
        "other": LATER + timedelta(days=6),
    }
    assert [one.element_id for one in found.ended] == ["gone", "other"]
    assert sorted(one.element_id for one in found.begun) == ["new", "other"]
    assert "«other» bắt đầu chờ lại" in found.warnings[0]


def test_a_timer_that_has_gone_off_beside_its_task_does_not_go_off_again():
    old = watched(("once", "P1D", False))
    definition, state = started(old)
    fired = door.pass_time(definition, state, now=NOW + timedelta(days=2))
    for later in (watched(("once", "P1D", False)), watched(("once", "P9D", False))):
        found = move(definition, door.load(later), fired.state, process_id="p", mapping={}, now=NOW + timedelta(days=2))
        assert timers(found) == {}
        assert sorted(open_at(found)) == ["once_u", "u"]


def heard(*names: str, key: str = "=k") -> dict[str, bytes]:
    parts = [
        sub(
            f"es_{n}",
            node("startEvent", n, inner=event("message", n), isInterrupting="false"),
            user(f"{n}_u"),
            end(f"{n}_e"),
            flows(f"{n} {n}_u {n}_e"),
            triggeredByEvent="true",
        )
        for n in names
    ]
    return drawing(
        start(), user("u"), end(), flows("start u end"), *parts, definitions="".join(message(n, key) for n in names)
    )


def test_event_sub_processes_begin_and_end_to_listen_but_never_under_somebody_s_hands():
    definition, state = started(heard("m", "n"), {"k": "1"})
    found = moved(heard("m", "n"), heard("m", "o"), state)
    assert [one.message for one in found.begun] == ["o"]
    assert [one.message for one in found.ended] == ["n"]
    working = door.deliver(definition, state, "n", "1", {}, now=NOW)
    assert "«es_n» không còn" in whys(moved(heard("m", "n"), heard("m"), working.state))


def test_a_message_is_awaited_under_the_key_the_new_drawing_asks():
    _definition, state = started(heard("m"), {"k": "1", "l": "2"})
    found = moved(heard("m"), heard("m", key="=l"), state)
    assert [one.key for one in found.begun] == ["2"]
    caught = [
        drawing(
            start(),
            node("intermediateCatchEvent", "c", inner=event("message", "m")),
            end(),
            flows("start c end"),
            definitions=message("m", key),
        )
        for key in ("=k", "=l")
    ]
    _, state = started(caught[0], {"k": "1", "l": "2"})
    found = moved(*caught, state)
    assert [(one.token, one.key) for one in found.advance.waiting] == [("2", "2")]
    assert found.warnings


def race(*names: str) -> dict[str, bytes]:
    events = [node("intermediateCatchEvent", name, inner=timer("Duration", "P2D")) for name in names]
    return drawing(
        start(),
        node("eventBasedGateway", "race"),
        *events,
        end(),
        flows("start race"),
        *(flows(f"race {name} end") for name in names),
    )


def test_an_event_gateway_waits_for_the_events_the_new_drawing_has():
    _, state = started(race("a", "b"))
    assert timers(moved(race("a", "b"), race("b", "c"), state)) == {
        "b": NOW + timedelta(days=2),
        "c": LATER + timedelta(days=2),
    }


# --- several at once


def branches(*names: str) -> dict[str, bytes]:
    return drawing(
        start(),
        gateway("f", "parallel"),
        *map(user, names),
        gateway("j", "parallel"),
        user("z"),
        end(),
        flows("start f", "j z end"),
        *(flows(f"f {name} j") for name in names),
    )


def test_a_join_never_waits_for_a_branch_the_case_has_passed_by():
    _, state = started(branches("a", "b"))
    assert "sẽ chờ mãi nhánh từ «c»" in whys(moved(branches("a", "b"), branches("a", "b", "c"), state))


def test_a_join_that_lacks_only_a_vanished_branch_goes_on():
    _, state = started(branches("a", "b"))
    state = done(branches("a", "b"), state, "a").state
    one = drawing(
        start(),
        gateway("f", "parallel"),
        user("a"),
        user("x"),
        gateway("j", "parallel"),
        user("b"),
        user("z"),
        end(),
        flows("start f a j z end", "f x j", "b z"),
    )
    found = moved(branches("a", "b"), one, state)
    assert "sẽ chờ mãi nhánh từ «x»" in whys(found)
    without = drawing(
        start(), user("a"), user("b"), gateway("j", "parallel"), user("z"), end(), flows("start a j z end", "b z")
    )
    assert open_at(moved(branches("a", "b"), without, state)) == ["b", "z"]


ROUNDS = drawing(start(), user("u", inner=loop("=rows", "i", "all", "=i")), user("z"), end(), flows("start u z end"))


def test_rounds_of_a_loop_move_with_it_but_a_loop_does_not_change_its_ways():
    _, state = started(ROUNDS, {"rows": [1, 2, 3]})
    state = done(ROUNDS, state, "u").state
    same = drawing(
        start(),
        user("u", form="g", inner=loop("=rows", "i", "all", "=i * 2")),
        user("z"),
        end(),
        flows("start u z end"),
    )
    found = moved(ROUNDS, same, state)
    assert open_at(found) == ["u", "u"]
    assert {one.form_id for one in found.advance.waiting} == {"g"}
    in_turn = drawing(
        start(),
        user("u", inner=loop("=rows", "i", "all", "=i", sequential=True)),
        user("z"),
        end(),
        flows("start u z end"),
    )
    once = drawing(start(), user("u"), user("z"), end(), flows("start u z end"))
    for other in (
        in_turn,
        once,
        drawing(start(), user("u", inner=again("=more")), user("z"), end(), flows("start u z end")),
    ):
        assert "đang lặp dở" in whys(moved(ROUNDS, other, state))
    _, state = started(once, {"rows": [1]})
    assert "làm «u» nhiều lần" in whys(moved(once, ROUNDS, state))


def called(name: str, *, step: str = "qa") -> dict[str, bytes]:
    return {
        "p.bpmn": file(
            process("p", start(), call("c", name), user("u"), end(), flows("start c u end")),
            process(name, start("qs"), user(step), end("qe"), flows(f"qs {step} qe")),
        )
    }


def test_a_called_shared_part_is_found_by_name_or_by_what_the_activity_calls_now():
    _, state = started(called("q"))
    assert open_at(moved(called("q"), called("q"), state)) == ["qa"]
    assert open_at(moved(called("q"), called("r"), state)) == ["qa"]
    assert "«qa» không còn" in whys(moved(called("q"), called("r", step="rb"), state))
    assert open_at(moved(called("q"), called("r", step="rb"), state, {"q:qa": "rb"})) == ["rb"]


def test_a_sub_process_without_a_place_is_told_once():
    inside = drawing(
        start(), sub("s", start("s1"), user("a"), end("e1"), flows("s1 a e1")), end(), flows("start s end")
    )
    flat = drawing(start(), user("a"), end(), flows("start a end"))
    _, state = started(inside)
    assert whys(moved(inside, flat, state)).count("«s»") == 1


# --- remembered


def test_what_can_be_undone_before_can_be_undone_after():
    old = drawing(start(), undoable("b"), user("c"), compensate("t"), user("z"), end(), flows("start b c t z end"))
    _, state = started(old)
    state = done(old, state, "b").state
    new = drawing(
        start(), undoable("b"), user("c", form="g"), compensate("t"), user("z"), end(), flows("start b c t z end")
    )
    found = moved(old, new, state)
    assert found.advance is not None
    assert [one.element_id for one in done(new, found.advance.state, "c").waiting] == ["undo-b"]
    without = drawing(start(), user("b"), user("c"), user("z"), end(), flows("start b c z end"))
    assert "còn phải hoàn tác được" in whys(moved(old, without, state))


# --- the mapping itself


def test_a_mapping_is_held_against_both_drawings_before_any_case():
    old, new = (
        door.load(REVIEWED),
        door.load(
            drawing(
                start(),
                sub("s", start("s1"), user("deep"), end("e1"), flows("s1 deep e1")),
                service("render", "letter.render"),
                end(),
                flows("start s render end"),
            )
        ),
    )
    told = mapping_faults(old, new, {"nobody": "render", "review": "nowhere", "sign": "deep", "start": "render"})
    assert [str(one) for one in told] == [
        "Bản cũ không có phần tử “nobody”.",
        "Bản mới không có phần tử “nowhere”.",
        "“sign” và “deep” không nằm trong cùng một phần của quy trình.",
        "“start” và “render” không cùng loại bước.",
    ]
    assert mapping_faults(old, new, {"review": "render"}) == []


def test_the_rest_of_a_move_is_no_worse_than_the_drawing():
    """A conditional event that is true of the case by the new drawing happens as the case arrives there."""
    old = drawing(
        start(),
        user("u"),
        boundary("b", "u", timer("Duration", "P1D")),
        user("v"),
        end(),
        end("e2"),
        flows("start u end", "b v e2"),
    )
    told = (
        "<bpmn:conditionalEventDefinition><bpmn:condition>=n &gt; 1</bpmn:condition></bpmn:conditionalEventDefinition>"
    )
    new = drawing(
        start(), user("u"), boundary("b", "u", told), user("v"), end(), end("e2"), flows("start u end", "b v e2")
    )
    _, state = started(old, {"n": 2})
    assert open_at(moved(old, new, state)) == ["v"]
    broken = drawing(start(), script("x", "=nothing.there", "y"), user("v"), end(), flows("start x v end"))
    assert "sẽ đứng lại ở «x»" in whys(moved(REVIEWED, broken, started(REVIEWED)[1], {"review": "x"}))
