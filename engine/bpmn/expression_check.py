"""Whether every FEEL text of a drawing can be read, asked of the FEEL engine in a few crossings."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Drawing, Element, Flow, Scope
from rules.feel import expression_of, feel, is_expression
from rules.findings import Finding
from rules.sentences import Sentence

MOST_SHOWN = 200


def check_expressions(drawing: Drawing) -> list[Finding]:
    """Expressions that cannot be read, and functions nobody has, each told of the element or flow it stands in."""
    places = [place for process in drawing.processes.values() for place in _places(process)]
    texts = list(dict.fromkeys(text for _, _, text in places))
    parsed = dict(zip(texts, feel().parse_all([expression_of(text) for text in texts]), strict=True))
    found: list[Finding] = []
    for scope, about, text in places:
        if parsed[text].error:
            shown = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
            message = Sentence("Biểu thức «%(text)s» không đọc được: %(error)s", text=shown, error=parsed[text].error)
            advice = Sentence("Sửa biểu thức FEEL.")
            found.append(Finding("bpmn.feel", "error", scope.file, about.id, about.name, message, advice))
        for name in sorted(parsed[text].functions):
            message = Sentence("Không có hàm «%(name)s» (%(text)s).", name=name, text=text)
            advice = Sentence("Dùng hàm có sẵn của FEEL.")
            found.append(Finding("bpmn.feel-function", "error", scope.file, about.id, about.name, message, advice))
    return found


def _places(process: Scope) -> Iterator[tuple[Scope, Element | Flow, str]]:
    for scope, element in process.everything():
        yield from ((scope, element, text) for text in expressions(element))
        flows = (scope.flows[flow] for flow in element.outgoing)
        yield from ((scope, flow, flow.condition) for flow in flows if flow.condition and is_expression(flow.condition))


def expressions(element: Element) -> Iterator[str]:
    """Every FEEL text of an element itself."""
    ext, loop = element.extensions, element.loop
    texts: list[str | None] = [ext.form_id, ext.assignee, ext.candidate_groups, ext.candidate_users, ext.due_date]
    texts += [ext.task_type, ext.called_process, ext.decision_id, ext.script]
    texts += [source for source, _ in [*ext.inputs, *ext.outputs]]
    texts += [source for source, _ in element.data.pairs()] if element.data else []
    for event in element.events:
        texts += [event.name, event.key, event.content_key, event.expression]
    if loop is not None:
        texts += [loop.collection, loop.output_item, loop.completion, loop.cardinality, loop.condition]
        texts += [condition for condition, _ in loop.throws]
        texts += [event.name for _, events in loop.throws for event in events]
    if element.ad_hoc is not None:
        texts += [element.ad_hoc.completion, element.ad_hoc.active]
    texts += [element.activation]
    yield from (text for text in texts if text is not None and is_expression(text))
