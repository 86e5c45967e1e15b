# ruff: noqa: E501  (a drawing reads best on one line)
"""What the author of a drawing is told."""

import pytest

from engine.bpmn import door
from engine.bpmn.lint import lint
from engine.bpmn.outline import diagram, outline
from tests.unit.bpmn.drawings import (
    boundary,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    gateway,
    message,
    node,
    process,
    start,
    sub,
    timer,
    user,
)

GOOD = drawing(
    start(),
    user("a"),
    boundary("m", "a", event("message", "m")),
    end(),
    flows("start a end", "m end"),
    definitions=message("m"),
)


def codes(models: dict[str, bytes], *args: str, **more: object) -> set[tuple[str, str]]:
    return {(f.element, f.code.removeprefix("bpmn.")) for f in lint(models, *args, **more)}  # type: ignore[arg-type]


def test_a_good_drawing_has_nothing_to_say() -> None:
    assert lint(GOOD) == []
    assert lint(GOOD, forms=["f"], decisions=[]) == []


def test_dead_ends_unreachable_nodes_and_missing_ends() -> None:
    models = drawing(
        start(),
        user("a"),
        user("lost"),
        user("stuck"),
        gateway("g", "parallel"),
        end(),
        flows("start a g", "g end", "g stuck", "lost end"),
    )
    assert codes(models) == {("lost", "unreachable"), ("stuck", "dead-end")}
    assert ("p", "no-end") in codes(drawing(start(), user("a"), flows("start a")))
    assert ("s", "no-end") in codes(
        drawing(start(), sub("s", start("s1"), user("a"), flows("s1 a")), end(), flows("start s end"))
    )


def test_the_procedure_profile_wants_form_group_and_no_raw_timer() -> None:
    bare = node("userTask", "a")
    models = drawing(start(), bare, boundary("t", "a", timer("Duration", "P3D")), end(), flows("start a end", "t end"))
    assert codes(models) == {("a", "no-form"), ("a", "no-group"), ("t", "raw-timer")}
    assert codes(models, "bpmn") == set()
    technical = '<zeebe:properties><zeebe:property name="technical" value="poll"/></zeebe:properties>'
    models = drawing(
        start(),
        node("intermediateCatchEvent", "t", inner=timer("Duration", "PT5M"), ext=technical),
        end(),
        flows("start t end"),
    )
    assert codes(models) == set()


def test_unknown_forms_and_decisions_are_named() -> None:
    ask = node("businessRuleTask", "d", ext='<zeebe:calledDecision decisionId="fee" resultVariable="r"/>')
    models = drawing(start(), user("a", form="x"), ask, end(), flows("start a d end"))
    assert codes(models) == set()
    assert codes(models, decisions=["other"], forms=["y"]) == {("a", "unknown-form"), ("d", "unknown-decision")}


def test_what_the_engine_refuses_is_told_too_with_advice() -> None:
    models = drawing(start(), gateway("g"), end("a"), end("b"), flows("start g", "g b"), flow("g", "a", "=x"))
    found = lint(models, "bpmn")
    assert [(f.element, f.code, f.file) for f in found] == [("g-b", "bpmn.missing-condition", "p.bpmn")]
    assert found[0].advice


def test_a_file_without_a_process_to_execute_is_no_procedure_but_may_be_a_valid_drawing() -> None:
    documented = {"x.bpmn": GOOD["p.bpmn"].replace(b'isExecutable="true"', b'isExecutable="false"')}
    for models, code in ((documented, "bpmn.drawn-only"), ({"x.bpmn": file()}, "bpmn.no-process")):
        assert [(f.code, f.severity) for f in lint(models)] == [(code, "error")]
        assert [(f.code, f.severity) for f in lint(models, "bpmn")] == [(code, "warning")]


def test_the_outline_goes_with_the_flow_and_the_diagram_is_the_file() -> None:
    models = drawing(end(), user("b", name="Thẩm định"), sub("s", start("s1"), user("in"), end("e1"), flows("s1 in e1")), start(),
                     boundary("m", "b", timer("Duration", "P1D")), flows("start b s end", "m end"))  # fmt: skip
    definition = door.load(models)
    lines = outline(definition)
    assert [(n.element_id, n.depth) for n in lines] == [
        ("start", 0),
        ("b", 0),
        ("s", 0),
        ("s1", 1),
        ("in", 1),
        ("e1", 1),
        ("m", 0),
        ("end", 0),
    ]
    assert (lines[1].name, lines[1].next[0].target, lines[6].attached_to, lines[4].parent) == (
        "Thẩm định",
        "s",
        "b",
        "s",
    )
    assert diagram(definition) == models["p.bpmn"]


def test_a_name_in_another_language_gets_room_for_its_longest_word() -> None:
    picture = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane bpmnElement="p">'
        '<bpmndi:BPMNShape bpmnElement="start"><dc:Bounds x="0" y="0" width="36" height="36"/>'
        '<bpmndi:BPMNLabel><dc:Bounds x="0" y="40" width="20" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )
    source = drawing(start(), end(), flows("start end"))["p.bpmn"]
    drawn = source.replace(b"</bpmn:definitions>", picture.encode())
    shown = diagram(door.load({"p.bpmn": drawn}), labels={"start": "Application received"}).decode()
    assert 'name="Application received"' in shown
    assert 'width="77" height="14"' in shown
    assert 'width="36"' in shown


def test_the_same_content_is_parsed_once() -> None:
    assert door.load(GOOD).drawing is door.load(dict(GOOD)).drawing


def test_a_parallel_join_behind_an_exclusive_choice_never_fires() -> None:
    ways = flow("x", "a", "=true") + flow("x", "b", id="else")
    parts = [start(), gateway("x", default="else"), user("a"), user("b"), gateway("j", "parallel"), end()]
    models = drawing(*parts, flows("start x", "a j", "b j", "j end"), ways)
    assert codes(models) == {("j", "join-never-fires")}


@pytest.mark.parametrize("kind", ["inclusive", "activity"])
def test_a_parallel_join_of_a_default_flow_and_what_it_stands_in_for_never_fires(kind: str) -> None:
    """The default flow is taken only where no condition is true (BPMN 2.0.2, 10.6.3)."""
    splits = gateway("x", "inclusive", default="else") if kind == "inclusive" else user("x", default="else")
    ways = flow("x", "a", "=true") + flow("x", "b", id="else")
    parts = [start(), splits, user("a"), user("b"), gateway("j", "parallel"), end()]
    assert codes(drawing(*parts, flows("start x", "a j", "b j", "j end"), ways)) == {("j", "join-never-fires")}


def test_joins_that_can_fire_are_left_alone() -> None:
    loop = drawing(start(), gateway("m"), gateway("s", "parallel"), user("a"), user("b"), gateway("j", "parallel"), gateway("x", default="else"),
                   end(), flows("start m s", "s a", "s b j", "j x"), flow("a", "j"), flow("x", "end", "=true"), flow("x", "m", id="else"))  # fmt: skip
    assert codes(loop) == set()
    inclusive = drawing(start(), gateway("o", "inclusive", default="else"), user("a"), user("b"), gateway("j", "parallel"), end(),
                        flow("start", "o"), flow("o", "a", "=true"), flow("o", "b", "=true"), flow("o", "end", id="else"), flows("a j", "b j", "j end"))  # fmt: skip
    assert codes(inclusive) == set()
    warned = boundary("w", "a", event("message", "m"), interrupting=False)
    beside = drawing(
        start(),
        user("a"),
        warned,
        gateway("j", "parallel"),
        end(),
        flows("start a j", "w j", "j end"),
        definitions=message("m"),
    )
    assert codes(beside) == set()


def test_random_sound_processes_have_no_structural_findings() -> None:
    from tests.unit.bpmn.blocks import Draughtsman

    for seed in range(40):
        draughtsman = Draughtsman(seed)
        body = draughtsman.block(3)
        sheet = start() + body.parts + end() + flow("start", body.first) + flow(body.last, "end")
        models = {"p.bpmn": file(draughtsman.definitions, process("p", sheet), *draughtsman.others)}
        assert [one for one in lint(models, "bpmn") if one.severity == "error"] == []


def test_the_procedure_profile_refuses_what_nobody_at_an_office_would_begin() -> None:
    on = "<bpmn:conditionalEventDefinition><bpmn:condition>=full</bpmn:condition></bpmn:conditionalEventDefinition>"
    daily = node("startEvent", "daily", inner=timer("Cycle", "R/P1D"))
    models = drawing(node("startEvent", "full", inner=on), daily, user("a"), end(), flows("full a end", "daily a"))
    assert {("full", "unattended-start"), ("daily", "unattended-start")} <= codes(models)
    two = drawing(start("mail"), start("desk"), user("a"), end(), flows("mail a end", "desk a"))
    assert ("p", "several-starts") in codes(two)
    assert codes(two, "bpmn") == set()
    assert codes(models, "bpmn") == set()
    until = "<bpmn:completionCondition>=done</bpmn:completionCondition>"
    chosen = drawing(start(), node("adHocSubProcess", "x", inner=user("a") + until), end(), flows("start x end"))
    assert codes(chosen) == {("x", "unattended-choice")}
    begun = '<zeebe:adHoc activeElementsCollection="=[&quot;a&quot;]"/>'
    at_once = drawing(start(), node("adHocSubProcess", "x", inner=user("a"), ext=begun), end(), flows("start x end"))
    assert codes(at_once) == set()
