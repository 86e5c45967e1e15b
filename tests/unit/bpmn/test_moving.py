# ruff: noqa: E501  (a drawing reads best on one line)
"""Moving a running case to another drawing: everything live finds its place and goes on, or it is said why it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from engine.bpmn import door
from engine.bpmn.moving import Moving, move
from engine.bpmn.moving_mapping import mapping_faults
from engine.bpmn.saved import Saved
from tests.unit.bpmn.drawings import (
    NOW,
    again,
    boundary,
    call,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    gateway,
    io,
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
from tests.unit.bpmn.stories import STORIES
from tests.unit.bpmn.telling import Told
from tests.unit.bpmn.undoing import compensate, undoable

LATER = NOW + timedelta(hours=3)
NOT_NOW = {"compensation on its way"}
"""Stories that stop in the middle of an undoing, which has to end first."""
NODES = frozenset(
    {
        "process",
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "subProcess",
        "transaction",
    }
    | {"businessRuleTask", "adHocSubProcess", "callActivity", "exclusiveGateway", "parallelGateway", "inclusiveGateway"}
    | {
        "eventBasedGateway",
        "complexGateway",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
REFERENCES = ("id", "sourceRef", "targetRef", "attachedToRef", "processId")


def started(models: dict[str, bytes], variables: Mapping[str, Any] | None = None) -> tuple[door.Definition, Saved]:
    definition = door.load(models)
    return definition, door.start(definition, "p", variables or {}, now=NOW).state


def moved(
    old: dict[str, bytes],
    new: dict[str, bytes],
    state: Saved,
    mapping: Mapping[str, str] | None = None,
    *,
    main: str = "p",
) -> Moving:
    return move(door.load(old), door.load(new), state, process_id=main, mapping=mapping or {}, now=LATER)


def whys(found: Moving) -> str:
    return "; ".join(one.message for one in found.objections)


def open_at(found: Moving) -> list[str]:
    assert found.advance is not None, whys(found)
    return [one.element_id for one in found.advance.waiting]


def done(models: dict[str, bytes], state: Saved, element: str, **variables: Any) -> door.Advance:
    definition = door.load(models)
    token = next(w.token for w in door.look(definition, state).waiting if w.element_id == element)
    return door.complete(definition, state, token, variables, now=LATER)


def renamed(models: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The same drawings with every node and process under another id, and the mapping that says so."""
    mapping: dict[str, str] = {}
    trees = {name: etree.fromstring(source) for name, source in models.items()}
    for tree in trees.values():
        mapping |= {e.get("id"): f"{e.get('id')}_2" for e in tree.iter() if etree.QName(e).localname in NODES}
    for tree in trees.values():
        for element in tree.iter():
            for name in REFERENCES:
                value = element.get(name, "")
                quoted = value.removeprefix('="').removesuffix('"')
                if value and quoted in mapping and not (name == "id" and etree.QName(element).localname not in NODES):
                    element.set(name, value.replace(quoted, mapping[quoted]))
            if etree.QName(element).localname == "association":
                element.set("sourceRef", element.get("sourceRef"))
    return {name: etree.tostring(tree) for name, tree in trees.items()}, mapping


def waiting(told: Told) -> list[tuple[str, str]]:
    return [(one.kind, one.element_id) for one in door.look(told.definition, told.state).waiting]


@pytest.mark.parametrize("name", sorted(STORIES.keys() - NOT_NOW))
def test_a_case_moved_to_the_same_drawing_is_the_same_case(name):
    story = STORIES[name]
    told = Told(door.load(story.models), None, NOW)
    told.begin(story.begin)
    for act in story.before:
        told.act(act)
    assert told.state is not None
    found = move(told.definition, told.definition, told.state, process_id="p", mapping={}, now=told.now)
    assert not found.objections
    assert found.advance is not None
    assert found.advance.state == told.state
    assert (found.advance.opened, found.advance.closed, found.begun, found.ended) == ((), (), (), ())
    assert {way.how for way in found.ways} <= {"stays"}


@pytest.mark.parametrize("name", sorted(STORIES.keys() - NOT_NOW))
def test_a_case_moved_to_renamed_elements_goes_on_as_it_would_have(name):
    story = STORIES[name]
    models, mapping = renamed(story.models)
    stayed, went = Told(door.load(story.models), None, NOW), Told(door.load(story.models), None, NOW)
    for told in (stayed, went):
        told.begin(story.begin)
        for act in story.before:
            told.act(act)
    assert went.state is not None
    found = move(went.definition, door.load(models), went.state, process_id="p_2", mapping=mapping, now=went.now)
    assert not found.objections, whys(found)
    assert found.advance is not None
    went.definition, went.state = door.load(models), found.advance.state
    for act in story.after:
        stayed.act(act)
        went.act((act[0], mapping.get(act[1], act[1]), *act[2:]) if act[0] in ("complete", "begin", "throw") else act)
        assert waiting(went) == [(kind, mapping[element]) for kind, element in waiting(stayed)]
        assert went.seen[-1]["variables"] == stayed.seen[-1]["variables"]
    assert went.look()["ended"][0] == stayed.look()["ended"][0]


def test_an_undoing_on_its_way_has_to_end_first():
    story = STORIES["compensation on its way"]
    told = Told(door.load(story.models), None, NOW)
    told.begin(story.begin)
    for act in story.before:
        told.act(act)
    found = move(told.definition, told.definition, told.state, process_id="p", mapping={}, now=NOW)
    assert found.objections
    assert all(one.passing for one in found.objections)


# --- tasks


REVIEWED = drawing(start(), user("review"), user("sign"), end(), flows("start review sign end"))


def test_a_task_says_what_the_new_drawing_says_of_it():
    later = drawing(
        start(),
        user("review", form="g", groups="signing.leader", name="Xem lại"),
        user("sign"),
        end(),
        flows("start review sign end"),
    )
    _, state = started(REVIEWED)
    found = moved(REVIEWED, later, state)
    assert found.advance is not None
    (task,) = found.advance.waiting
    assert (task.form_id, task.candidate_groups, task.name, task.token) == ("g", ("signing.leader",), "Xem lại", "2")


def test_a_vanished_task_has_to_be_told_where_its_case_goes_on():
    shorter = drawing(start(), user("sign"), end(), flows("start sign end"))
    _, state = started(REVIEWED)
    assert "«review» không còn" in whys(moved(REVIEWED, shorter, state))
    found = moved(REVIEWED, shorter, state, {"review": "sign"})
    assert [(way.old, way.new, way.how) for way in found.ways] == [("review", "sign", "renamed")]
    assert open_at(found) == ["sign"]


def test_a_case_whose_task_vanishes_can_go_on_at_a_step_that_needs_nobody():
    later = drawing(
        start(),
        gateway("x", default="no"),
        service("render", "letter.render"),
        user("sign"),
        end(),
        flows("start x", "render sign end"),
        flow("x", "render", "=n > 1"),
        flow("x", "sign", id="no"),
    )
    _, state = started(REVIEWED, {"n": 2})
    found = moved(REVIEWED, later, state, {"review": "x"})
    assert open_at(found) == ["render"]
    assert found.advance is not None
    assert found.advance.closed == ("2",)
    assert [one.element_id for one in found.advance.passed] == ["x"]
    assert [way.how for way in found.ways] == ["goes on"]


def test_only_a_person_s_task_may_become_something_else():
    calling = drawing(start(), service("render", "letter.render"), user("sign"), end(), flows("start render sign end"))
    _, state = started(calling)
    assert "không chờ cùng một việc" in whys(moved(calling, REVIEWED, state, {"render": "review"}))
    joining = drawing(
        start(),
        gateway("f", "parallel"),
        user("a"),
        user("b"),
        gateway("j", "parallel"),
        user("sign"),
        end(),
        flows("start f a j sign end", "f b j"),
    )
    _, state = started(REVIEWED)
    assert "không chờ cùng một việc" in whys(moved(REVIEWED, joining, state, {"review": "j"}))


def test_what_a_step_was_given_is_worked_out_anew_only_where_it_is_drawn_otherwise():
    old = drawing(start(), user("a", ext=io({"gone": "=n", "kept": "=n"})), end(), flows("start a end"))
    _definition, state = started(old, {"n": 1, "m": 5})
    new = drawing(start(), user("a", ext=io({"kept": "=n + m", "more": "=m"})), end(), flows("start a end"))
    found = moved(old, new, state)
    assert found.advance is not None
    assert found.advance.waiting[0].inputs == {"kept": 6, "more": 5}
    assert moved(old, old, state).advance.waiting[0].inputs == {"gone": 1, "kept": 1}


def test_an_expression_the_case_has_no_data_for_is_a_reason_and_no_crash():
    new = drawing(start(), user("review", groups="=[unheard.of]"), user("sign"), end(), flows("start review sign end"))
    _, state = started(REVIEWED)
    assert "không tính được" in whys(moved(REVIEWED, new, state))


def test_a_case_in_trouble_moves_with_it_and_the_new_drawing_may_mend_it():
    old = drawing(
        start(),
        user("u"),
        gateway("g"),
        user("a"),
        user("b"),
        end(),
        flows("start u g", "a end", "b end"),
        flow("g", "a", "=m > 1"),
        flow("g", "b", "=m <= 1"),
    )
    new = drawing(
        start(),
        user("u"),
        gateway("g"),
        user("a"),
        user("b"),
        end(),
        flows("start u g", "a end", "b end"),
        flow("g", "a", "=n > 1"),
        flow("g", "b", "=n <= 1"),
    )
    _, state = started(old, {"n": 3})
    stuck = done(old, state, "u")
    found = moved(old, new, stuck.state)
    assert found.advance is not None
    (incident,) = found.advance.incidents
    after = door.retry(door.load(new), found.advance.state, incident.token, now=LATER)
    assert [one.element_id for one in after.waiting] == ["a"]


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
