"""What the new version asks next of a case's data and the case does not have: said before the move, not met after."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.advance import Advance
from engine.bpmn.expression_check import expressions
from engine.bpmn.model import Element, Scope
from engine.procedures.published import OpenBundle
from forms.definition import Form
from forms.expressions import rules_of
from rules.feel import expression_of, feel, is_expression
from rules.sentences import Sentence

FURTHEST = 40
"""How many steps ahead of a standing task are looked at."""
WAITS = frozenset(
    {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity", "subProcess"}
)


def lacking(old: OpenBundle, new: OpenBundle, advance: Advance | None) -> tuple[Sentence, ...]:
    """Names that the next expressions of the new version need and neither the case nor the steps between give.

    A name the old version speaks of too is taken to be given on the way, as it was before. Best effort: what a call to
    the outside brings is not known.
    """
    if advance is None:
        return ()
    spoken = _vocabulary(old)
    found: dict[str, str] = {}
    for asked in advance.waiting:
        process = new.definition.drawing.processes.get(asked.process_id)
        here = next(((s, e) for s, e in process.everything() if e.id == asked.element_id), None) if process else None
        if here is None:
            continue
        known = {*advance.variables, *asked.inputs, *spoken}
        for element, needed, given in _ahead(new, *here):
            for name in sorted(needed - known):
                found.setdefault(name, element.name or element.id)
            known |= given
    return tuple(
        Sentence("«%(step)s» của bản mới dùng dữ liệu “%(name)s” mà hồ sơ không có.", step=step, name=name)
        for name, step in found.items()
    )


def _ahead(bundle: OpenBundle, scope: Scope, start: Element) -> Iterator[tuple[Element, set[str], set[str]]]:
    """From a standing element to the next waits: each element with the names it needs and those it then gives."""
    form = bundle.bundle.forms.get(start.extensions.form_id or "") and bundle.form(start.extensions.form_id or "")
    needs = _names(s for s, _ in start.extensions.outputs) | (_asked_by(form) if form else set())
    given = _given_by(form) if form else set()
    yield start, needs - given, given | {target.split(".")[0] for _, target in start.extensions.outputs}
    seen, todo = {start.id}, [start]
    while todo and len(seen) < FURTHEST:
        element = todo.pop(0)
        for flow in (scope.flows[one] for one in element.outgoing):
            target = scope.elements[flow.target]
            if flow.condition:
                yield target, _names([flow.condition]), set()
            if target.id in seen:
                continue
            seen.add(target.id)
            ext = target.extensions
            gives = {t.split(".")[0] for _, t in [*ext.inputs, *ext.outputs]} | set(ext.headers.values())
            gives |= {ext.result_variable.split(".")[0]} if ext.result_variable else set()
            yield target, _names(expressions(target)) - {t.split(".")[0] for _, t in ext.inputs}, gives
            opens = ext.names_results or (ext.task_type and not ext.outputs and not ext.headers)
            if target.kind not in WAITS and not opens:  # what such a step brings cannot be foreseen
                todo.append(target)


def _names(texts: Iterator[str] | list[str]) -> set[str]:
    wanted = [expression_of(text) for text in texts if text and is_expression(text)]
    return {name for one in feel().parse_all(wanted) for name in one.names} if wanted else set()


def _asked_by(form: Form) -> set[str]:
    texts = [text for component in form.walk() for text in rules_of(component).values()]
    return {name for one in feel().parse_all(texts) for name in one.names} - {"this", "parent", "i"} if texts else set()


def _given_by(form: Form) -> set[str]:
    return {component.keys[0] for component in form.walk() if component.keys}


def _vocabulary(bundle: OpenBundle) -> set[str]:
    """Every name the old version's drawings and forms speak of or set."""
    known = _KEPT.get(bundle.bundle.digest)
    if known is None:
        known = set[str]()
        texts: list[str] = []
        for process in bundle.definition.drawing.processes.values():
            for scope, element in process.everything():
                ext = element.extensions
                texts += [*expressions(element), *(f.condition for f in scope.flows.values() if f.condition)]
                known |= {t.split(".")[0] for _, t in [*ext.inputs, *ext.outputs]} | set(ext.headers.values())
                known |= {ext.result_variable.split(".")[0]} if ext.result_variable else set()
        for form_id in bundle.bundle.forms:
            known |= _given_by(bundle.form(form_id)) | _asked_by(bundle.form(form_id))
        _KEPT.clear()
        _KEPT[bundle.bundle.digest] = known = known | _names(texts)
    return known


_KEPT: dict[str, set[str]] = {}
"""The words of the version last looked at: a dry run asks for the same one thousands of times."""
