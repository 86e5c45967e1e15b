# ruff: noqa: E501  (a drawing reads best on one line)
"""BPMN data after BPMN 2.0.2, 10.4: objects, inputs and outputs, properties, associations, what they wait for."""

import pytest

from tests.unit.bpmn.datadrawings import assigned, data_object, needs, reads, reference, transformed, writes
from tests.unit.bpmn.drawings import (
    boundary,
    call,
    drawing,
    end,
    error,
    event,
    file,
    flows,
    gateway,
    io,
    message,
    node,
    process,
    script,
    service,
    signal,
    start,
    sub,
    user,
)  # fmt: skip
from tests.unit.bpmn.test_refusals import refused
from tests.unit.bpmn.test_scopes import look_inside
from tests.unit.bpmn.undoing import compensate, undo_event
from tests.unit.bpmn.walk import Walk

FEE = data_object("d", "fee") + reference("r", "d")


def test_what_is_drawn_to_document_does_nothing_and_refuses_nothing() -> None:
    # As bpmn-js writes a document that goes into one task and comes out of another.
    placeholder = '<bpmn:property id="Property_1" name="__targetRef_placeholder"/>'
    papers = data_object("DataObject_1") + reference("ref", "DataObject_1", "Hồ sơ giấy")
    papers += '<bpmn:dataStoreReference id="store" name="Kho lưu trữ"/>'
    models = drawing(start(), papers, user("a", inner=placeholder + reads("ref", "Property_1") + reads("store", "Property_1")),
                     user("b", inner=writes(None, "ref") + writes(None, "store")), end(), flows("start a b end"))  # fmt: skip
    assert Walk(models).start().complete("a", x=1).complete("b", y=2).variables == {"x": 1, "y": 2}


def test_a_task_reads_a_data_object_as_a_local_variable_and_writes_its_result_to_one() -> None:
    told = needs("amount", gives=("number",)) + reads("r", "in-amount") + writes("out-number", "r2")
    models = drawing(
        start(),
        FEE,
        data_object("d2") + reference("r2", "d2", "receipt"),
        user("a", inner=told),
        end(),
        flows("start a end"),
    )
    walk = Walk(models).start(fee=50)
    assert walk.waiting("a").inputs == {"amount": 50}
    assert walk.complete("a", number="B-1", note="x").variables == {"fee": 50, "receipt": "B-1"}


def test_a_reference_means_its_object_and_both_may_be_named_by_it() -> None:
    objects = data_object("d") + reference("r1", "d", "form") + reference("r2", "d", "form")
    first = user("a", inner=needs(gives=("f",)) + writes("out-f", "r1"))
    second = user("b", inner=needs("g").replace("in-g", "in-g2") + reads("r2", "in-g2"))
    walk = (
        Walk(drawing(start(), objects, first, second, end(), flows("start a b end"))).start().complete("a", f={"x": 1})
    )
    assert walk.variables == {"form": {"x": 1}}
    assert walk.waiting("b").inputs == {"g": {"x": 1}}


def test_a_data_object_begins_empty_and_ends_with_its_sub_process() -> None:
    inside = (
        data_object("d", "draft")
        + user("a", inner=needs(gives=("v",)) + writes("out-v", "d"))
        + user("b", ext=io({"seen": "=draft"}))
    )
    inner = sub("s", start("s1"), inside, end("e1"), flows("s1 a b e1"))
    walk = Walk(drawing(start(), inner, end(), flows("start s end"))).start().complete("a", v=1)
    assert walk.waiting("b").inputs == {"seen": 1}
    assert walk.complete("b").variables == {}


def test_a_transformation_is_calculated_and_replaces_what_was_there() -> None:
    told = (
        needs("net", gives=("total",))
        + reads("r", "in-net", transformed("=fee * 2"))
        + writes("out-total", "r", transformed("={value: total}"))
    )
    walk = Walk(drawing(start(), FEE, user("a", inner=told), end(), flows("start a end"))).start(fee=50)
    assert walk.waiting("a").inputs == {"net": 100}
    assert walk.complete("a", total=110).variables == {"fee": {"value": 110}}


def test_an_assignment_sets_one_entry() -> None:
    told = needs("form", gives=("ok",)) + reads(
        None, "in-form", assigned("=fee", "form.fee"), assigned('"mẫu 01"', "in-form.kind")
    )
    told += writes("out-ok", "r2", assigned("=ok", "r2.accepted"))
    models = drawing(
        start(),
        FEE,
        data_object("d2", "result") + reference("r2", "d2"),
        user("a", inner=told),
        end(),
        flows("start a end"),
    )
    walk = Walk(models).start(fee=50, result={"code": 7})
    assert walk.waiting("a").inputs == {"form": {"fee": 50, "kind": "mẫu 01"}}
    assert walk.complete("a", ok=True).variables == {"fee": 50, "result": {"code": 7, "accepted": True}}


def test_an_activity_waits_until_the_data_it_needs_are_there() -> None:
    writer = user("a", inner=needs(gives=("v",)) + writes("out-v", "r"))
    reader = user("b", inner=needs("w") + reads("r", "in-w"))
    models = drawing(
        start(), FEE, gateway("s", "parallel"), writer, reader, end(), flows("start s", "s a end", "s b end")
    )
    walk = Walk(models).start()
    assert walk.work == ["a"]
    assert walk.waiting("b").kind == "condition"
    walk.complete("a", v=70)
    assert walk.work == ["b"]
    assert walk.waiting("b").inputs == {"w": 70}
    assert walk.complete("b").ended


def test_data_that_nothing_can_bring_any_more_are_an_incident_and_may_be_given_by_hand() -> None:
    reader = user("b", inner=needs("w") + reads("r", "in-w"))
    writer = user("a", inner=needs(gives=("v",)) + writes("out-v", "r"))
    models = drawing(start(), FEE, reader, writer, end(), flows("start b a end"))
    walk = Walk(models).start()
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("b", "data")]
    assert [i.code for i in walk.retry().last.incidents] == ["data"]
    walk.retry(fee=5)
    assert walk.waiting("b").inputs == {"w": 5}
    assert walk.complete("b").complete("a", v=6).variables == {"fee": 6}


def test_optional_data_are_not_waited_for() -> None:
    writer = user("a", inner=needs(gives=("v",)) + writes("out-v", "r"))
    reader = user("b", inner=needs("w", optional=("w",)) + reads("r", "in-w"))
    models = drawing(
        start(), FEE, gateway("s", "parallel"), writer, reader, end(), flows("start s", "s a end", "s b end")
    )
    walk = Walk(models).start()
    assert walk.waiting("b").inputs == {"w": None}


def test_data_nobody_in_the_drawing_writes_are_not_waited_for() -> None:
    models = drawing(start(), FEE, user("b", inner=needs("w") + reads("r", "in-w")), end(), flows("start b end"))
    assert Walk(models).start().waiting("b").inputs == {"w": None}


def test_the_first_input_set_that_is_complete_is_taken() -> None:
    objects = data_object("d1", "paper") + data_object("d2", "scan")
    writer = user(
        "a", inner=needs(gives=("p", "s"), optional=("p", "s")) + writes("out-p", "d1") + writes("out-s", "d2")
    )
    reader = user("b", inner=needs("x", "y", sets=["x", "y"]) + reads("d1", "in-x") + reads("d2", "in-y"))
    models = drawing(
        start(), objects, gateway("s", "parallel"), writer, reader, end(), flows("start s", "s a end", "s b end")
    )
    walk = Walk(models).start()
    assert walk.work == ["a"]
    assert walk.complete("a", s="scan.pdf").waiting("b").inputs == {"y": "scan.pdf"}


def test_a_required_output_that_is_missing_is_an_incident_and_an_optional_one_is_not() -> None:
    told = needs(gives=("number",)) + writes("out-number", "r")
    walk = Walk(drawing(start(), FEE, user("a", inner=told), end(), flows("start a end"))).start().complete("a")
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("a", "data-output")]
    assert "number" in walk.last.incidents[0].message
    told = needs(gives=("number",), optional=("number",)) + writes("out-number", "r")
    assert Walk(drawing(start(), FEE, user("a", inner=told), end(), flows("start a end"))).start(fee=1).complete(
        "a"
    ).variables == {"fee": 1}


def test_properties_of_a_process_a_sub_process_and_a_task() -> None:
    def prop(name: str) -> str:
        return f'<bpmn:property id="p-{name}" name="{name}"/>'

    inner = sub(
        "s",
        prop("rounds"),
        start("s1"),
        script("x", "=1", "rounds"),
        user("a", ext=io({"seen": "=rounds"})),
        end("e1"),
        flows("s1 x a e1"),
    )
    models = drawing(
        prop("note"),
        start(),
        inner,
        user("b", inner=prop("scratch"), ext=io({}, {"kept": "=scratch"})),
        end(),
        flows("start s b end"),
    )
    walk = Walk(models).start()
    assert walk.waiting("a").inputs == {"seen": 1}
    assert walk.complete("a").variables == {"note": None}
    assert walk.waiting("b").inputs == {"scratch": None}
    assert walk.complete("b", scratch=5, note=2).variables == {"note": None, "kept": 5}


def test_inputs_and_outputs_of_a_called_process() -> None:
    specification = '<bpmn:ioSpecification><bpmn:dataInput id="pi" name="fee"/><bpmn:dataOutput id="po" name="paid"/><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>'
    called = process(
        "q", specification, start("qs"), user("pay", ext=io({"due": "=fee"})), end("qe"), flows("qs pay qe")
    )
    told = needs("fee", gives=("paid",)) + reads("d", "in-fee", transformed("=fee + 1")) + writes("out-paid", "d2")
    caller = process(
        "p",
        FEE,
        data_object("d2", "receipt"),
        start(),
        call("c", "q", inner=told, propagateAllParentVariables="false"),
        end(),
        flows("start c end"),
    )
    walk = Walk({"a.bpmn": file(caller, called)}).start(fee=50)
    assert walk.waiting("pay").inputs == {"fee": 51, "paid": None, "due": 51}
    assert walk.complete("pay", paid="B-1", other=1).variables == {"fee": 50, "receipt": "B-1"}


def test_a_global_task_takes_and_gives_data_by_name() -> None:
    specification = '<bpmn:ioSpecification><bpmn:dataInput id="gi" name="fee"/><bpmn:dataOutput id="go" name="paid"/><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>'
    told = needs("fee", gives=("paid",)) + reads("d", "in-fee") + writes("out-paid", "d2")
    caller = process(
        "p", FEE, data_object("d2", "receipt"), start(), call("c", "pay", inner=told), end(), flows("start c end")
    )
    walk = Walk({"a.bpmn": file(caller, node("globalUserTask", "pay", inner=specification))}).start(fee=50)
    assert look_inside(walk, "pay")["fee"] == 50
    assert walk.complete("pay", paid="B-1").variables == {"fee": 50, "receipt": "B-1"}


def test_a_process_begins_with_its_declared_inputs_and_outputs_empty() -> None:
    specification = '<bpmn:ioSpecification><bpmn:dataInput id="pi" name="fee"/><bpmn:dataOutput id="po" name="paid"/></bpmn:ioSpecification>'
    models = drawing(specification, start(), user("a"), end(), flows("start a end"))
    assert Walk(models).start(fee=1).variables == {"fee": 1, "paid": None}


def test_a_caught_message_hands_its_content_to_a_data_object() -> None:
    got = (
        '<bpmn:dataOutput id="o" name="reason"/>'
        + writes("o", "d")
        + "<bpmn:outputSet><bpmn:dataOutputRefs>o</bpmn:dataOutputRefs></bpmn:outputSet>"
    )
    catch = node("intermediateCatchEvent", "m", inner=got + event("message", "withdraw"))
    models = drawing(
        start(), data_object("d", "why"), catch, end(), flows("start m end"), definitions=message("withdraw")
    )
    assert Walk(models).start().deliver("withdraw", reason="đổi ý", other=1).variables == {"why": "đổi ý"}


def test_a_sent_message_takes_data_with_it() -> None:
    given = (
        '<bpmn:dataInput id="i" name="what"/>'
        + reads("r", "i")
        + "<bpmn:inputSet><bpmn:dataInputRefs>i</bpmn:dataInputRefs></bpmn:inputSet>"
    )
    last = service("tell", "notice.send", tag="endEvent", inner=given + event("message", "m"))
    models = drawing(start(), FEE, last, flows("start tell"), definitions=message("m"))
    assert Walk(models).start(fee=5).waiting("tell").inputs == {"what": 5}


def test_a_multi_instance_goes_through_and_fills_collections_of_the_standard() -> None:
    each = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>in-offices</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>out-answers</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="ii" name="office"/><bpmn:outputDataItem id="oi" name="answer"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    told = needs("offices", gives=("answers",)) + reads("d1", "in-offices") + writes("out-answers", "d2")
    models = drawing(
        start(),
        data_object("d1", "asked"),
        data_object("d2", "opinions"),
        user("a", inner=told + each),
        end(),
        flows("start a end"),
    )
    walk = Walk(models).start(asked=["fire", "water"])
    assert [w.inputs["office"] for w in walk.last.waiting] == ["fire", "water"]
    walk.complete("a", answer="no").complete("a", answer="yes")
    assert walk.variables == {"asked": ["fire", "water"], "opinions": ["no", "yes"]}


def test_data_associations_come_before_the_mappings_of_the_dialect() -> None:
    told = needs("amount", gives=("number",)) + reads("r", "in-amount") + writes("out-number", "r")
    models = drawing(
        start(),
        FEE,
        user("a", inner=told, ext=io({"double": "=amount * 2"}, {"last": "=number"})),
        end(),
        flows("start a end"),
    )
    walk = Walk(models).start(fee=4)
    assert walk.waiting("a").inputs == {"amount": 4, "double": 8}
    assert walk.complete("a", number=9).variables == {"fee": 9, "last": 9}


def test_a_compensation_sees_the_data_its_activity_was_done_with() -> None:
    undo = user("u", ext=io({"back": "=amount"}), isForCompensation="true")
    told = needs("amount") + reads("r", "in-amount")
    models = drawing(
        start(),
        FEE,
        user("a", inner=told),
        undo_event("c", "a", "u"),
        undo,
        script("x", "=0", "fee"),
        compensate("t"),
        end(),
        flows("start a x t end"),
    )
    assert Walk(models).start(fee=4).complete("a").waiting("u").inputs == {"back": 4}


def test_an_error_takes_data_with_it() -> None:
    given = '<bpmn:dataInput id="i" name="why"/>' + reads("r", "i", transformed("fee + 1"))
    inner = sub("s", start("s1"), end("bad", inner=given + event("error", "E")), flows("s1 bad"))
    models = drawing(
        start(),
        FEE,
        inner,
        boundary("b", "s", event("error", "E")),
        end(),
        end("x"),
        flows("start s end", "b x"),
        definitions=error("E"),
    )
    assert Walk(models).start(fee=1).variables == {"fee": 1, "why": 2}


def test_a_data_input_may_be_handed_on_as_it_is() -> None:
    told = (
        needs("amount", gives=("number",))
        + reads("r", "in-amount")
        + writes("in-amount", "d2", transformed("amount * 2"))
    )
    models = drawing(start(), FEE, data_object("d2", "twice"), user("a", inner=told), end(), flows("start a end"))
    assert Walk(models).start(fee=2).complete("a", number=1).variables == {"fee": 2, "twice": 4}


STORE = '<bpmn:dataStoreReference id="store" name="Kho"/>'
LATE = needs("w").replace(
    "<bpmn:inputSet>", "<bpmn:inputSet><bpmn:whileExecutingInputRefs>in-w</bpmn:whileExecutingInputRefs>"
)
HIDDEN = sub("s", data_object("d", "draft"), start("s1"), end("e1"), flows("s1 e1"))
CASES = {
    "a store that is read": (drawing(start(), STORE, user("x", inner=needs("w") + reads("store", "in-w")), end(), flows("start x end")), "bpmn.data-store"),
    "a store that is written": (
        drawing(start(), STORE, user("x", inner=needs(gives=("w",)) + writes("out-w", "store")), end(), flows("start x end")), "bpmn.data-store"),
    "data while executing": (drawing(start(), FEE, user("x", inner=LATE + reads("r", "in-w")), end(), flows("start x end")), "bpmn.data"),
    "several sources": (
        drawing(start(), FEE, data_object("d2", "b"), user("x", inner=needs("w") + reads("r d2", "in-w")), end(), flows("start x end")), "bpmn.data"),
    "a transformation in another language": (
        drawing(start(), FEE, user("x", inner=needs("w") + reads("r", "in-w", transformed("${fee}"))), end(), flows("start x end")), "bpmn.not-feel"),
    "unreadable FEEL": (
        drawing(start(), FEE, user("x", inner=needs("w") + reads("r", "in-w", transformed("=fee +"))), end(), flows("start x end")), "bpmn.feel"),
    "an input assigned outside its task": (
        drawing(start(), FEE, user("x", inner=needs("w") + reads("r", "in-w", assigned("=1", "fee"))), end(), flows("start x end")), "bpmn.data"),
    "data of another sub-process": (drawing(start(), HIDDEN, user("x", inner=needs("w") + reads("d", "in-w")), end(), flows("start s x end")), "bpmn.data"),
    "two objects of one name": (
        drawing(start(), FEE, data_object("d2", "fee"), user("x", inner=needs("v", "w") + reads("r", "in-v") + reads("d2", "in-w")), end(), flows("start x end")),
        "bpmn.data"),
    "data with a signal": (
        drawing(start(), FEE, end("x", inner='<bpmn:dataInput id="i" name="w"/>' + reads("r", "i") + event("signal", "s")), flows("start x"), definitions=signal("s")),
        "bpmn.data"),
    "a called process of other data": (
        {"p.bpmn": file(process("p", FEE, start(), call("x", "q", inner=needs("w") + reads("r", "in-w")), end(), flows("start x end")),
                        process("q", needs("v").replace("in-", "q-"), start("qs"), end("qe"), flows("qs qe")))}, "bpmn.data"),
    "inputs of a sub-process": (
        drawing(start(), sub("x", needs("w"), start("s1"), end("e1"), flows("s1 e1")), end(), flows("start x end")), "bpmn.data"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_data_without_a_determinate_meaning_are_refused(case: str) -> None:
    models, code = CASES[case]
    assert ("x", code) in refused(models)
