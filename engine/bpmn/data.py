"""BPMN data as variables: what an activity or event takes in before it begins and hands on when it is done.

BPMN 2.0.2, 10.4: data objects, properties and the inputs and outputs of a process are variables of the scope they are
drawn in, data inputs local variables, data outputs the results of that name. See docs/variables.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.data_model import DataSet
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import Token
from rules.sentences import Sentence


def lacks_data(token: Token) -> bool:
    """Whether an activity has to wait for data; if so it waits until one of its input sets is complete."""
    data = token.task_spec.element.data
    if data is None:
        return False
    asked = [data.ready(one) for one in data.input_sets or [None]]
    if not all(asked):
        return False
    text = "=" + " or ".join(f"({one[1:]})" for one in asked)
    if token.workflow.top_workflow.script_engine.lenient([(text, token.visible())])[0].value is True:
        return False
    token.notes.update(kind="condition", text=text, was=False, data=True)
    return True


def take_data(token: Token) -> None:
    """Set the local variables the data associations give, by the first input set whose data are there."""
    data = token.task_spec.element.data
    if data is None:
        return
    engine, seen = token.workflow.top_workflow.script_engine, token.visible()
    chosen = data.input_sets[0] if len(data.input_sets) == 1 else None
    if len(data.input_sets) > 1:
        asked = [(data.ready(one) or "=true", seen) for one in data.input_sets]
        answers = [found.value is True for found in engine.lenient(asked)]
        chosen = data.input_sets[answers.index(True)] if True in answers else data.input_sets[0]
    copies = [c for c in data.inputs if chosen is None or c.items <= chosen.items]
    for name in data.declares:
        token.data.setdefault(name, None)
    token.data.update(engine.mappings([(copy.source, copy.target) for copy in copies], token.visible()))


def handed_on(token: Token, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The output mappings of the first output set whose data are there; Trouble if a required output is missing."""
    data = token.task_spec.element.data
    if data is None or not data.outputs or "body" in token.notes:
        return []
    there = {item for item, name in data.results.items() if {**token.data, **given}.get(name) is not None}
    for one in data.output_sets or [DataSet(frozenset(data.results))]:
        if one.items - one.optional <= there:
            passed = one.items & there
            return [(c.source, c.target) for c in data.outputs if not c.items or c.items <= passed]
    missing = sorted(name for item, name in data.results.items() if item not in there)
    raise Trouble(Sentence("Thiếu dữ liệu đầu ra «%(names)s».", names=", ".join(missing)), "data-output")
