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
from engine.bpmn.saved import Saved
from tests.unit.bpmn.drawings import (
    NOW,
    drawing,
    end,
    flow,
    flows,
    gateway,
    io,
    service,
    start,
    user,
)
from tests.unit.bpmn.stories import STORIES
from tests.unit.bpmn.telling import Told

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
