"""What must be drawn for compensation and cancelling to mean one thing (BPMN 2.0.2, 10.3.5, 10.5.5 and 10.7)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Drawing, Element, Scope
from rules.findings import Finding
from rules.sentences import Sentence


def check_undoing(drawing: Drawing) -> list[Finding]:
    """Why what is drawn to undo would not be executed as drawn, one finding an element and reason."""
    return [
        Finding(f"bpmn.{code}", "error", process.file, element.id, element.name, message, advice)
        for process in drawing.processes.values()
        for element, code, message, advice in _reasons(process)
    ]


Reason = tuple[Element, str, Sentence, Sentence]


def _reasons(process: Scope) -> Iterator[Reason]:
    everything = list(process.everything())
    associated = {handler for _, element in everything for handler in element.handlers}
    for scope, element in everything:
        kind = element.event.kind
        if element.for_compensation:
            yield from _handler(scope, element, associated)
        if kind == "compensate" and element.kind == "boundaryEvent":
            yield from _boundary(scope, element)
        elif kind == "compensate" and element.kind in ("intermediateThrowEvent", "endEvent"):
            yield from _throw(scope, element)
        elif kind == "cancel" and element.kind == "endEvent":
            yield from _cancel(process, scope, element)
        elif kind == "cancel" and element.kind == "boundaryEvent":
            yield from _cancel_boundary(scope, element)
        if element.scope is not None:
            yield from _sub_process(scope, element)
        if element.kind == "transaction" and element.method not in ("", "##Compensate", "compensate"):
            message = Sentence("Giao dịch theo cách «%(method)s» chưa được thực hiện.", method=element.method)
            yield element, "transaction", message, Sentence("Dùng cách bù trừ (##Compensate).")


def _handler(scope: Scope, element: Element, associated: set[str]) -> Iterator[Reason]:
    """An activity for compensation stands outside the flow and belongs to a compensation boundary event."""
    code = "compensation"
    if element.incoming or element.outgoing:
        message = Sentence("Việc hoàn tác đứng ngoài luồng nên không có đường nối vào hay ra.")
        yield element, code, message, Sentence("Xóa đường nối; nối bằng liên kết (association) từ sự kiện bù trừ.")
    if element.id not in associated:
        message = Sentence("Việc hoàn tác không được nối với sự kiện biên bù trừ nào.")
        yield element, code, message, Sentence("Nối sự kiện biên bù trừ tới bước này bằng liên kết (association).")
    if element.by_event:
        message = Sentence("Quy trình con theo sự kiện không thể là việc hoàn tác.")
        yield element, code, message, Sentence("Bỏ dấu bù trừ; dùng sự kiện bắt đầu bù trừ bên trong.")
    if any(e.attached_to == element.id for e in scope.elements.values()):
        message = Sentence("Sự kiện biên trên việc hoàn tác chưa được thực hiện.")
        yield element, code, message, Sentence("Đặt sự kiện biên bên trong một quy trình con bù trừ.")


def _boundary(scope: Scope, element: Element) -> Iterator[Reason]:
    code = "compensation"
    if len(element.handlers) != 1 or element.handlers[0] not in scope.elements:
        message = Sentence("Sự kiện biên bù trừ phải nối với đúng một việc hoàn tác cùng cấp.")
        yield element, code, message, Sentence("Nối tới một bước có dấu bù trừ bằng liên kết (association).")
    same = [e for e in scope.elements.values() if e.attached_to == element.attached_to]
    if next(e for e in same if e.event.kind == "compensate") is not element:
        message = Sentence("Một công việc chỉ có một sự kiện biên bù trừ.")
        yield element, code, message, Sentence("Giữ một sự kiện; gộp các việc hoàn tác vào một quy trình con.")


def _throw(scope: Scope, element: Element) -> Iterator[Reason]:
    """What is to be undone can be undone, and is in sight: in the same scope or around the event sub-process."""
    name, code = element.event.activity, "compensation"
    if name is None:
        return
    holder = _holder(scope)
    around = scope.parent if holder is not None and holder.by_event else None
    holders = [_holder(s) for s in (scope, around) if s is not None]
    if any(h is not None and h.id == name for h in holders):
        return
    target = next((s.elements[name] for s in (scope, around) if s is not None and name in s.elements), None)
    if target is None:
        message = Sentence("Công việc «%(activity)s» cần bù trừ không ở cùng cấp với sự kiện này.", activity=name)
        yield element, code, message, Sentence("Chọn một công việc cùng cấp, hoặc bỏ trống để bù trừ tất cả.")
    elif not (target.scope is not None or target.kind == "callActivity" or _undoing(scope, around, target)):
        message = Sentence("Công việc «%(activity)s» không có việc hoàn tác.", activity=target.name or name)
        yield element, code, message, Sentence("Gắn vào nó một sự kiện biên bù trừ có việc hoàn tác.")


def _undoing(scope: Scope, around: Scope | None, target: Element) -> bool:
    every = [e for s in (scope, around) if s is not None for e in s.elements.values()]
    return any(e.attached_to == target.id and e.event.kind == "compensate" for e in every)


def _sub_process(scope: Scope, element: Element) -> Iterator[Reason]:
    """One way to undo a sub-process: drawn inside it or at its edge, not both."""
    assert element.scope is not None
    inside = [e for e in element.scope.elements.values() if e.by_event and _starts_by_compensation(e)]
    if len(inside) > 1:
        message = Sentence("Chỉ một quy trình con theo sự kiện được bắt đầu bằng bù trừ.")
        yield inside[1], "compensation", message, Sentence("Gộp các việc hoàn tác vào một quy trình con.")
    if inside and _undoing(scope, None, element):
        message = Sentence("Quy trình con vừa có sự kiện biên bù trừ vừa có quy trình con bù trừ bên trong.")
        yield element, "compensation", message, Sentence("Giữ một trong hai.")


def _starts_by_compensation(element: Element) -> bool:
    return element.scope is not None and any(e.event.kind == "compensate" for e in element.scope.starts())


def _cancel(process: Scope, scope: Scope, element: Element) -> Iterator[Reason]:
    holder: Element | None = None
    where: Scope | None = scope
    while where is not None and where.parent is not None:
        holder = _holder(where)
        if holder is None or holder.kind == "transaction":
            break
        where, holder = where.parent, None
    if holder is None or where is None or where.parent is None:  # told by the structural rules
        return
    edge = [e for e in where.parent.elements.values() if e.attached_to == holder.id and e.event.kind == "cancel"]
    if not edge:
        message = Sentence("Giao dịch «%(name)s» không có sự kiện biên hủy để đi tiếp.", name=holder.name or holder.id)
        yield element, "cancel", message, Sentence("Gắn sự kiện biên hủy vào giao dịch.")
    if holder.loop is not None:
        message = Sentence("Hủy một giao dịch được lặp lại không có nghĩa xác định.")
        yield element, "cancel", message, Sentence("Đặt giao dịch vào một quy trình con và lặp quy trình con đó.")


def _cancel_boundary(scope: Scope, element: Element) -> Iterator[Reason]:
    same = [e for e in scope.elements.values() if e.attached_to == element.attached_to and e.event.kind == "cancel"]
    if same[0] is not element:
        message = Sentence("Một giao dịch chỉ có một sự kiện biên hủy.")
        yield element, "cancel", message, Sentence("Xóa sự kiện thừa.")


def _holder(scope: Scope) -> Element | None:
    """The sub-process element a scope is the inside of."""
    return scope.parent.elements.get(scope.id) if scope.parent is not None else None
