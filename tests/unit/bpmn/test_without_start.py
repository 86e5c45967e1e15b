# ruff: noqa: E501  (a drawing reads best on one line)
"""Sheets without a start event begin with every node that has no way in (BPMN 2.0.2, 13.2), and so do global tasks."""

import pytest

from engine.bpmn import door
from engine.bpmn.advance import NotStartable, Refused
from engine.bpmn.lint import lint
from engine.bpmn.outline import outline
from rules.dmn import parse_decisions
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    call,
    drawing,
    end,
    event,
    file,
    flow,
    flows,
    io,
    loop,
    message,
    node,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.unit.bpmn.walk import Walk

LOOSE = drawing(
    user("a"),
    user("b"),
    user("c"),
    flow("b", "c"),
    boundary("late", "a", timer("Duration", "P1D")),
    node("task", "told"),
    flow("late", "told"),
)


def test_every_node_without_a_way_in_begins_and_the_case_ends_with_the_last() -> None:
    walk = Walk(LOOSE).start()
    assert walk.work == ["a", "b"]
    walk.complete("b").complete("a")
    assert (walk.work, walk.trace) == (["c"], ["b", "a"])
    walk.complete("c")
    assert (walk.ended, walk.last.end_element) == (True, None)
    assert Walk(LOOSE).start().wait(days=1).trace == ["late", "told"]


def test_a_sub_process_may_be_drawn_without_start_and_end() -> None:
    inner = sub(
        "s",
        user("a"),
        user("b"),
        sub(
            "es",
            node("startEvent", "on", inner=event("message", "m"), isInterrupting="false"),
            user("x"),
            end("xe"),
            flows("on x xe"),
            triggeredByEvent="true",
        ),
    )
    walk = Walk(drawing(start(), inner, user("z"), end(), flows("start s z end"), definitions=message("m"))).start()
    assert sorted(walk.open) == ["a", "b", "on"]
    assert walk.deliver("m").complete("a").complete("b").complete("x").work == ["z"]


def test_the_start_nobody_drew_is_shown_to_nobody() -> None:
    definition = door.load(LOOSE)
    assert {line.element_id for line in outline(definition)} == {"a", "b", "c", "late", "told"}
    assert lint(LOOSE, "bpmn") == []


def test_a_drawing_with_an_end_needs_a_start() -> None:
    with pytest.raises(Refused, match="bắt đầu"):
        door.load(drawing(user("a"), end(), flows("a end")))


SIGN = '<bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="sign"/><zeebe:assignmentDefinition candidateGroups="head"/></bpmn:extensionElements>'
GLOBAL_SIGN = f'<bpmn:globalUserTask id="gt" name="Ký duyệt">{SIGN}</bpmn:globalUserTask>'


def calling(*definitions: str, inner: str = "", ext: str = "", more: str = "") -> dict[str, bytes]:
    return {
        "p.bpmn": file(
            *definitions,
            process(
                "p", start(), call("c", "gt", ext=ext, inner=inner), user("z"), end(), more, flows("start c z end")
            ),
        )
    }


def test_a_global_user_task_is_called_with_its_form_and_group() -> None:
    walk = Walk(calling(GLOBAL_SIGN)).start(owner="Lan")
    task = walk.waiting("gt")
    assert (task.kind, task.name, task.form_id, task.candidate_groups) == ("user", "Ký duyệt", "sign", ("head",))
    walk.complete("gt", signed=True)
    assert (walk.work, walk.variables, walk.trace) == (["z"], {"owner": "Lan", "signed": True}, ["start", "gt", "c"])


def test_a_call_of_a_global_task_maps_repeats_and_is_interrupted_like_any_other() -> None:
    walk = Walk(calling(GLOBAL_SIGN, ext=io({}, {"ok": "=signed"}), inner=loop("=[1,2]", "i"))).start()
    assert walk.work == ["gt", "gt"]
    assert walk.complete("gt", signed=True).complete("gt", signed=False).variables == {"ok": False}
    more = boundary("late", "c", timer("Duration", "P1D")) + end("e2") + flow("late", "e2")
    assert Walk(calling(GLOBAL_SIGN, more=more)).start().wait(days=1).last.end_element == "e2"


@pytest.mark.parametrize(("definition", "variables"), [
    ('<bpmn:globalTask id="gt"/>', {}),
    ('<bpmn:globalManualTask id="gt" name="Đóng dấu"/>', {}),
    ('<bpmn:globalScriptTask id="gt"><bpmn:extensionElements><zeebe:script expression="=1 + 2" resultVariable="sum"/></bpmn:extensionElements></bpmn:globalScriptTask>', {"sum": 3}),
])  # fmt: skip
def test_global_tasks_that_need_nobody_are_done_at_once(definition: str, variables: dict[str, object]) -> None:
    walk = Walk(calling(definition)).start()
    assert (walk.work, walk.variables) == (["z"], variables)


def test_a_global_business_rule_task_asks_its_decision() -> None:
    dmn = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"><decision id="fee" name="fee"><literalExpression><text>2 * 3</text></literalExpression></decision></definitions>'
    asks = '<bpmn:globalBusinessRuleTask id="gt"><bpmn:extensionElements><zeebe:calledDecision decisionId="fee" resultVariable="due"/></bpmn:extensionElements></bpmn:globalBusinessRuleTask>'
    assert Walk(calling(asks), {"f.dmn": parse_decisions(dmn)}).start().variables == {"due": 6}


def test_a_global_task_is_no_process_of_its_own() -> None:
    definition = door.load(calling(GLOBAL_SIGN))
    assert definition.process_ids == ("p",)
    assert {s.process_id for s in door.starts(definition, since=NOW)} == {"p"}
    with pytest.raises(NotStartable):
        door.start(definition, "gt", {}, now=NOW)


def test_two_of_the_same_id_are_refused() -> None:
    with pytest.raises(Refused):
        door.load(calling(GLOBAL_SIGN, '<bpmn:globalTask id="gt"/>'))
