"""What the new version asks next of a case's data and the case does not have: said before the move, not met after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.advance import Advance
from engine.bpmn.expression_check import expressions
from engine.bpmn.model import Element, Scope
from engine.bpmn.moving_fit import told
from engine.errors import NotFound
from engine.procedures.published import OpenBundle
from forms.definition import Form
from forms.expressions import rules_of
from rules.feel import expression_of, feel, is_expression
from rules.sentences import Sentence

FURTHEST = 40
"""How many steps ahead of a standing task are looked at."""
MOST_KEPT = 2_000
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
        known = {*advance.variables, *asked.inputs, *spoken}
        for name_of_step, needed, given in _ahead(new, asked.process_id, asked.element_id):
            for name in sorted(needed - known):
                found.setdefault(name, name_of_step)
            known |= given
    return tuple(
        Sentence("«%(step)s» của bản mới dùng dữ liệu “%(name)s” mà hồ sơ không có.", step=step, name=name)
        for name, step in found.items()
    )


Need = tuple[str, set[str], set[str]]
"""A step's name, the names it needs, and those it then gives."""


def _ahead(bundle: OpenBundle, process_id: str, element_id: str) -> list[Need]:
    """What is needed and given from a standing element to the next waits; worked out once for each element."""
    key = (bundle.bundle.digest, process_id, element_id)
    if key not in _AHEAD:
        process = bundle.definition.drawing.processes.get(process_id)
        here = next(((s, e) for s, e in process.everything() if e.id == element_id), None) if process else None
        while len(_AHEAD) >= MOST_KEPT:
            del _AHEAD[next(iter(_AHEAD))]
        _AHEAD[key] = list(_walk(bundle, *here)) if here is not None else []
    return _AHEAD[key]


def _walk(bundle: OpenBundle, scope: Scope, start: Element) -> Iterator[Need]:
    form = _form(bundle, start.extensions.form_id)
    needs = _names(s for s, _ in start.extensions.outputs) | (_asked_by(form) if form else set())
    given = _given_by(form) if form else set()
    yield told(start), needs - given, given | {target.split(".")[0] for _, target in start.extensions.outputs}
    seen, todo = {start.id}, [start]
    while todo and len(seen) < FURTHEST:
        element = todo.pop(0)
        for flow in (scope.flows[one] for one in element.outgoing):
            target = scope.elements[flow.target]
            if flow.condition:
                yield told(target), _names([flow.condition]), set()
            if target.id in seen:
                continue
            seen.add(target.id)
            yield told(target), _names(expressions(target)) - _roots(target.extensions.inputs), _gives(target)
            ext = target.extensions
            opens = ext.names_results or (ext.task_type and not ext.outputs and not ext.headers)
            if target.kind not in WAITS and not opens:  # what such a step brings cannot be foreseen
                todo.append(target)


def _gives(element: Element) -> set[str]:
    ext = element.extensions
    result = {ext.result_variable.split(".")[0]} if ext.result_variable else set()
    return _roots([*ext.inputs, *ext.outputs]) | set(ext.headers.values()) | result


def _roots(mappings: Iterable[tuple[str, str]]) -> set[str]:
    return {target.split(".")[0] for _, target in mappings}


def _form(bundle: OpenBundle, form_id: str | None) -> Form | None:
    try:
        return bundle.form(form_id) if form_id else None
    except NotFound:
        return None


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
    digest = bundle.bundle.digest
    if digest not in _SPOKEN:
        known: set[str] = set()
        texts: list[str] = []
        for process in bundle.definition.drawing.processes.values():
            for scope, element in process.everything():
                texts += [*expressions(element), *(f.condition for f in scope.flows.values() if f.condition)]
                form = _form(bundle, element.extensions.form_id)
                known |= _gives(element) | (_given_by(form) | _asked_by(form) if form else set())
        _SPOKEN.clear()
        _SPOKEN[digest] = known | _names(texts)
    return _SPOKEN[digest]


_SPOKEN: dict[str, set[str]] = {}
_AHEAD: dict[tuple[str, str, str], list[Need]] = {}
"""What was worked out of the version last looked at: a dry run asks for the same thousands of times."""
