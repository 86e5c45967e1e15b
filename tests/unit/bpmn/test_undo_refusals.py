# ruff: noqa: E501  (a drawing reads best on one line)
"""Compensation and cancelling that is drawn without a determinate meaning is refused by id, name and reason."""

import pytest

from tests.unit.bpmn.drawings import boundary, drawing, end, event, flows, loop, message, node, start, sub, user
from tests.unit.bpmn.test_refusals import refused
from tests.unit.bpmn.undoing import (
    cancel_end,
    cancelled,
    compensate,
    transaction,
    undo_event,
    undo_sheet,
    undoable,
    undoer,
)

LINE = flows("start a t end")
TO_BE_CANCELLED = transaction("tr", start("s1"), cancel_end("x"), flows("s1 x"))
AFTER = node("subProcess", "s", inner=start("s1") + end("e1") + flows("s1 e1"))

CASES = {
    "cancel end outside a transaction": (drawing(start(), cancel_end("x"), flows("start x")), ("x", "bpmn.cancel")),
    "cancel end in a sub-process": (drawing(start(), sub("s", start("s1"), cancel_end("x"), flows("s1 x")), end(), flows("start s end")), ("x", "bpmn.cancel")),
    "cancel end without a cancel boundary event": (drawing(start(), TO_BE_CANCELLED, end(), flows("start tr end")), ("x", "bpmn.cancel")),
    "cancel boundary event of a plain sub-process": (
        drawing(start(), AFTER, cancelled("x", "s"), end(), end("e"), flows("start s end", "x e")), ("x", "bpmn.cancel")),
    "two cancel boundary events": (
        drawing(start(), TO_BE_CANCELLED, cancelled("c", "tr"), cancelled("y", "tr"), end(), flows("start tr end", "c end", "y end")), ("y", "bpmn.cancel")),
    "cancelling one of several": (
        drawing(start(), transaction("tr", start("s1"), cancel_end("x"), flows("s1 x"), inner=loop("=[1,2]", "i")), cancelled("c", "tr"), end(),
                flows("start tr end", "c end")), ("x", "bpmn.cancel")),
    "transaction by another method": (
        drawing(start(), node("transaction", "x", method="##Store", inner=start("s1") + end("e1") + flows("s1 e1")), end(), flows("start x end")),
        ("x", "bpmn.transaction")),
    "handler nobody calls": (drawing(start(), end(), undoer("x"), flows("start end")), ("x", "bpmn.compensation")),
    "handler in the flow": (
        drawing(start(), user("a"), undo_event("c", "a", "x"), undoer("x"), end(), flows("start a end", "x end")), ("x", "bpmn.compensation")),
    "event at the edge of a handler": (
        drawing(start(), user("a"), undo_event("c", "a", "u"), undoer("u"), boundary("b", "u", event("message", "m")), end(), end("e"),
                flows("start a end", "b e"), definitions=message("m")), ("u", "bpmn.compensation")),
    "compensation event without a handler": (
        drawing(start(), user("a"), node("boundaryEvent", "x", inner="<bpmn:compensateEventDefinition/>", attachedToRef="a"), end(), flows("start a end")),
        ("x", "bpmn.compensation")),
    "compensation event with a flow": (
        drawing(start(), user("a"), undo_event("x", "a", "u"), undoer("u"), end(), flows("start a end", "x end")), ("x", "bpmn.outgoing")),
    "two ways to undo a task": (
        drawing(start(), undoable("a"), undo_event("x", "a", "u"), undoer("u"), end(), flows("start a end")), ("x", "bpmn.compensation")),
    "two ways to undo a sub-process": (
        drawing(start(), sub("s", start("s1"), end("e1"), flows("s1 e1"), undo_sheet("h", end("eh"), flows("on-h eh"))), undo_event("x", "s", "u"), undoer("u"),
                end(), flows("start s end")), ("s", "bpmn.compensation")),
    "undoing what cannot be undone": (drawing(start(), user("a"), compensate("t", "a"), end(), LINE), ("t", "bpmn.compensation")),
    "undoing what is out of sight": (
        drawing(start(), undoable("a"), sub("s", start("s1"), compensate("t", "a"), end("e1"), flows("s1 t e1")), end(), flows("start a s end")),
        ("t", "bpmn.compensation")),
    "undoing what is not there": (drawing(start(), undoable("a"), compensate("t", "nowhere"), end(), LINE), ("t", "bpmn.compensation")),
    "catching compensation in the flow": (
        drawing(start(), node("intermediateCatchEvent", "x", inner="<bpmn:compensateEventDefinition/>"), end(), flows("start x end")), ("x", "bpmn.event")),
    "a process that starts by compensation": (
        drawing(node("startEvent", "x", inner="<bpmn:compensateEventDefinition/>"), end(), flows("x end")), ("x", "bpmn.event")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_refused_by_id_and_reason(case: str) -> None:
    models, expected = CASES[case]
    assert expected in refused(models)
