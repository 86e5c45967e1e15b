# ruff: noqa: E501  (a drawing reads best on one line)
"""What happens when a drawing asks for something that cannot be done: an incident, never a lost case or a hang."""

from engine.bpmn.case import Limits
from tests.unit.bpmn.drawings import (
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
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk


def test_a_result_with_half_a_character_is_an_incident() -> None:
    """JavaScript's texts may hold half a surrogate pair; no state could keep it."""
    for text in ('="\\uD83D"', '="\\uD83D" + name', '={"\\uD83D": 1}'):
        walk = Walk(drawing(start(), script("x", text, "y"), end(), flows("start x end"))).start(name="a")
        assert [one.element_id for one in walk.last.incidents] == ["x"]
    walk = Walk(drawing(start(), script("x", '="\\uD83D\\uDE00"', "y"), end(), flows("start x end"))).start()
    assert walk.last.variables == {"y": "😀"}


def test_a_failing_condition_stops_the_token_and_can_be_retried_with_better_data() -> None:
    ways = flow("g", "a", '=kind = "x"') + flow("g", "b", id="else")
    walk = Walk(
        drawing(start(), user("t"), gateway("g", default="else"), end("a"), end("b"), flows("start t g"), ways)
    ).start()
    walk.complete("t", answer=1)
    incident = walk.last.incidents[0]
    assert (incident.element_id, incident.code) == ("g", "condition")
    assert "kind" in incident.message
    assert walk.variables == {"answer": 1}
    assert walk.retry().last.incidents[0].element_id == "g"
    assert walk.retry(kind="x").last.end_element == "a"
    assert walk.last.incidents == ()


def test_a_failing_result_mapping_keeps_what_the_person_entered() -> None:
    models = drawing(start(), user("t", ext=io({}, {"total": "=fee * rate"})), end(), flows("start t end"))
    walk = Walk(models).start().complete("t", fee=100)
    assert walk.open == []
    assert walk.last.incidents[0].element_id == "t"
    assert walk.variables == {}
    assert walk.retry(rate=2).variables == {"rate": 2, "total": 200}
    assert walk.ended


def test_trouble_on_entering_a_task_leaves_nothing_half_open() -> None:
    models = drawing(start(), user("t", groups="=[office]"), boundary("m", "t", event("message", "m")), end(), flows("start t end", "m end"),
                     definitions=message("m", "=code"))  # fmt: skip
    walk = Walk(models).start(code="1")
    assert (walk.open, walk.last.incidents[0].element_id) == ([], "t")
    assert walk.retry(office="fire").open == ["t", "m"]
    walk = Walk(models).start(office="fire")
    assert (walk.open, walk.last.incidents[0].element_id) == ([], "t")
    assert walk.retry(code=5).waiting("m").key == "5"


def test_the_other_branches_go_on() -> None:
    models = drawing(start(), gateway("s", "parallel"), script("bad", "=1 + nothing", "x"), user("a"), end("e1"), end("e2"),
                     flows("start s", "s bad e1", "s a e2"))  # fmt: skip
    walk = Walk(models).start()
    assert walk.work == ["a"]
    assert walk.complete("a").last.incidents[0].element_id == "bad"
    assert not walk.ended
    assert walk.retry(nothing=1).ended


def test_no_true_way_and_no_default_is_an_incident() -> None:
    models = drawing(
        start(), gateway("g"), end("a"), end("b"), flows("start g"), flow("g", "a", "=x = 1"), flow("g", "b", "=x = 2")
    )
    assert Walk(models).start(x=3).last.incidents[0].code == "no-way-out"
    assert Walk(models).start(x=3).retry(x=2).last.end_element == "b"


def test_a_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    models = drawing(
        start(),
        gateway("g", default="d"),
        end("a"),
        end("b"),
        flows("start g"),
        flow("g", "a", "=x"),
        flow("g", "b", id="d"),
    )
    assert Walk(models).start(x=None).last.incidents[0].code == "condition"
    assert Walk(models).start(x="true").last.incidents[0].code == "condition"


def test_a_boundary_message_still_rescues_a_task_whose_result_failed() -> None:
    models = drawing(start(), user("t", ext=io({}, {"x": "=nothing"})), boundary("m", "t", event("message", "m")), end(), end("r"),
                     flows("start t end", "m r"), definitions=message("m"))  # fmt: skip
    walk = Walk(models).start().complete("t")
    assert walk.open == ["m"]
    walk.deliver("m")
    assert (walk.last.end_element, walk.last.incidents) == ("r", ())


def test_an_endless_loop_ends_in_an_incident() -> None:
    ways = flow("g", "m", "=true") + flow("g", "end", id="out")
    models = drawing(
        start(), gateway("m"), script("s", "=1", "x"), gateway("g", default="out"), end(), flows("start m s g"), ways
    )
    walk = Walk(models, limits=Limits(steps=50)).start()
    assert walk.last.incidents[0].code == "limit"
    assert walk.retry().last.incidents[0].code == "limit"


def test_a_drawing_that_breeds_tokens_ends_in_an_incident() -> None:
    models = drawing(start(), gateway("m"), gateway("s", "parallel"), user("a"), flows("start m s m", "s a"))
    walk = Walk(models, limits=Limits(tokens=30)).start()
    assert walk.last.incidents[0].code == "limit"
    assert 20 < len(walk.work) <= 30


def test_processes_that_call_themselves_end_in_an_incident() -> None:
    models = {"a.bpmn": file(process("p", start(), call("c", "p"), end(), flows("start c end")))}
    walk = Walk(models).start()
    assert (walk.last.incidents[0].element_id, walk.last.incidents[0].code) == ("c", "limit")


def test_too_many_rounds_and_collections_that_are_none_are_incidents() -> None:
    models = drawing(start(), user("a", inner=loop("=items", "i")), end(), flows("start a end"))
    assert Walk(models).start(items=list(range(1_001))).last.incidents[0].code == "limit"
    assert Walk(models).start(items="x").last.incidents[0].code == "loop"
    assert len(Walk(models).start(items="x").retry(items=[1, 2]).work) == 2


def test_a_bad_timer_is_an_incident() -> None:
    from tests.unit.bpmn.drawings import node, timer

    models = drawing(
        start(), node("intermediateCatchEvent", "t", inner=timer("Duration", "=span")), end(), flows("start t end")
    )
    assert Walk(models).start(span="tomorrow").last.incidents[0].code == "timer"
    assert Walk(models).start(span="P1D", x=service("x", "y")).open == ["t"]


def test_names_of_the_wrong_kind_are_incidents() -> None:
    assigned = '<zeebe:assignmentDefinition assignee="=who"/><zeebe:taskSchedule dueDate="=day"/>'
    models = drawing(start(), node("userTask", "t", ext=assigned), end(), flows("start t end"))
    assert Walk(models).start(who=5, day=None).last.incidents[0].code == "assignment"
    assert Walk(models).start(who=None, day="soon").last.incidents[0].code == "timer"
    assert Walk(models).start(who=None, day=None).open == ["t"]
    models = {"a.bpmn": file(process("p", start(), call("c", "=which"), end(), flows("start c end")))}
    assert Walk(models).start(which=["q"]).last.incidents[0].code == "called-process"
    ask = node("businessRuleTask", "d", ext='<zeebe:calledDecision decisionId="=which" resultVariable="r"/>')
    assert (
        Walk(drawing(start(), ask, end(), flows("start d end"))).start(which=[1]).last.incidents[0].code == "decision"
    )


def test_a_wrong_answer_can_be_corrected_where_it_was_given() -> None:
    models = drawing(start(), user("t", ext=io({}, {"total": "=fee + late"})), end(), flows("start t end"))
    walk = Walk(models).start().complete("t", fee="many", note="kept")
    assert walk.last.incidents[0].element_id == "t"
    assert walk.retry(fee=50, late=7).variables == {"late": 7, "total": 57}
    assert walk.ended


def test_a_process_that_only_a_message_begins_cannot_be_called() -> None:
    called = process("q", node("startEvent", "on", inner=event("message", "m")), end("qe"), flows("on qe"))
    caller = process("p", start(), call("c", "=which"), end(), flows("start c end"))
    walk = Walk({"a.bpmn": file(message("m"), caller, called)}).start(which="q")
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("c", "called-process")]
