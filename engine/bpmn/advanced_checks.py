"""What must hold for several events in one, instance behaviour, and receive tasks and gateways that begin a process."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.adhoc import first_activities
from engine.bpmn.model import ACTIVITIES, AdHoc, Drawing, Element, EventDefinition, Loop, Scope
from rules.feel import is_expression
from rules.findings import Finding
from rules.sentences import Sentence

ALONE = frozenset({"none", "link", "compensate", "cancel"})
TOGETHER = frozenset({"message", "signal", "timer", "conditional"})
BEGINNING = frozenset({"message", "signal"})
THROWN_BY_INSTANCES = frozenset({"message", "signal", "escalation", "error"})
Fault = tuple[str, Element, Sentence, Sentence]


def check_advanced(drawing: Drawing) -> list[Finding]:
    """Everything these parts of a drawing are refused for."""
    found: list[Finding] = []
    for process in drawing.processes.values():
        for scope, element in process.everything():
            for code, about, message, advice in _faults(scope, element):
                found.append(Finding(f"bpmn.{code}", "error", scope.file, about.id, about.name, message, advice))
    return found


def hears_instances(scope: Scope, element: Element, event: EventDefinition) -> bool:
    """Whether a boundary signal without a name catches the default signal of the multi-instance it is attached to."""
    host = scope.elements.get(element.attached_to or "")
    return event.kind == "signal" and host is not None and host.loop is not None and bool(default_signal(host.loop))


def default_signal(loop: Loop) -> bool:
    """Whether finished instances throw the standard's default signal, which has no name."""
    return any(event.kind == "signal" and event.reference is None for _, events in loop.throws for event in events)


def _faults(scope: Scope, element: Element) -> Iterator[Fault]:
    if len(element.events) > 1:
        yield from _several(element)
    if element.loop is not None:
        yield from _behavior(element, element.loop)
    if element.instantiate or element.together:
        yield from _beginning(scope, element)
    if element.ad_hoc is not None and element.scope is not None:
        yield from _ad_hoc(element, element.ad_hoc, element.scope)
    if element.kind == "complexGateway":
        yield from _complex(element)


def _several(element: Element) -> Iterator[Fault]:
    kinds = {event.kind for event in element.events}
    for kind in sorted(kinds & ALONE):
        message = Sentence("Sự kiện kiểu «%(kind)s» không đi cùng sự kiện khác được.", kind=kind)
        yield "multiple", element, message, Sentence("Tách thành nhiều sự kiện.")
    for kind in sorted(kinds - TOGETHER - ALONE) if element.all_of else ():
        message = Sentence("Sự kiện kiểu «%(kind)s» không chờ cùng sự kiện khác được.", kind=kind)
        yield "multiple", element, message, Sentence("Bỏ parallelMultiple hoặc tách thành nhiều sự kiện.")
    throws = element.kind in ("endEvent", "intermediateThrowEvent")
    if throws and sum(event.kind == "message" for event in element.events) > 1:
        message = Sentence("Sự kiện này gửi nhiều tin nhưng chỉ có một loại công việc.")
        yield "multiple", element, message, Sentence("Tách thành nhiều sự kiện gửi tin.")
    if sum(event.kind == "error" for event in element.events) > 1 and throws:
        message = Sentence("Sự kiện này ném nhiều lỗi cùng lúc.")
        yield "multiple", element, message, Sentence("Chỉ giữ một lỗi.")


def _behavior(element: Element, loop: Loop) -> Iterator[Fault]:
    for condition, events in loop.throws:
        if loop.behavior == "Complex" and not is_expression(condition):
            message = Sentence("Điều kiện «%(condition)s» không phải FEEL.", condition=condition)
            yield "not-feel", element, message, Sentence("Bắt đầu bằng «=».")
        if not events:
            message = Sentence("Không nói ném sự kiện nào khi một bản xong.")
            yield "loop", element, message, Sentence("Thêm sự kiện vào complexBehaviorDefinition.")
        for event in events:
            if event.kind not in THROWN_BY_INSTANCES:
                message = Sentence("Một bản xong không ném được sự kiện kiểu «%(kind)s».", kind=event.kind)
                yield "loop", element, message, Sentence("Dùng tín hiệu, tin nhắn, báo cấp trên hoặc lỗi.")
            elif not event.name and not (event.kind == "signal" and default_signal(loop)):
                message = Sentence("Sự kiện được ném khi một bản xong không có tên hay mã.")
                yield "event-name", element, message, Sentence("Chọn định nghĩa có tên hay mã.")
            elif event.kind != "signal" and is_expression(event.name):
                message = Sentence("Tên của sự kiện được ném khi một bản xong phải cố định.")
                yield "event-name", element, message, Sentence("Viết tên không có dấu «=».")


def _ad_hoc(element: Element, ad_hoc: AdHoc, scope: Scope) -> Iterator[Fault]:
    code = "ad-hoc"
    if ad_hoc.completion is None and not ad_hoc.active:
        message = Sentence("Quy trình con tùy biến không nói khi nào thì xong.")
        yield code, element, message, Sentence("Viết completionCondition bằng FEEL.")
    for text in (ad_hoc.completion, ad_hoc.active):
        if text is not None and not is_expression(text):
            message = Sentence("«%(text)s» không phải là biểu thức FEEL.", text=text)
            yield "not-feel", element, message, Sentence("Bắt đầu bằng «=».")
    if ad_hoc.sequential and ad_hoc.active:
        message = Sentence("Các việc bắt đầu cùng lúc (activeElementsCollection) không thể lần lượt từng việc.")
        yield code, element, message, Sentence("Bỏ ordering Sequential hoặc bỏ activeElementsCollection.")
    if not first_activities(scope):
        message = Sentence("Quy trình con tùy biến không có việc nào bắt đầu được.")
        yield code, element, message, Sentence("Thêm một việc không có đường vào.")
    loose = [e for e in scope.elements.values() if e.kind not in ACTIVITIES and not e.incoming and not e.attached_to]
    for inner in loose:
        if not (inner.kind == "intermediateCatchEvent" and inner.event.kind == "link"):
            message = Sentence("Trong quy trình con tùy biến, chỉ công việc mới đứng được mà không có đường vào.")
            yield code, inner, message, Sentence("Nối phần tử sau một công việc.")


def _complex(element: Element) -> Iterator[Fault]:
    if element.activation is None and len(element.incoming) > 1:
        message = Sentence("Cổng phức hợp không nói khi nào thì đi tiếp.")
        yield "complex", element, message, Sentence("Viết activationCondition bằng FEEL, ví dụ =activationCount >= 2.")
    elif element.activation is not None and not is_expression(element.activation):
        message = Sentence("Điều kiện «%(condition)s» không phải FEEL.", condition=element.activation)
        yield "not-feel", element, message, Sentence("Bắt đầu bằng «=».")


def _beginning(scope: Scope, element: Element) -> Iterator[Fault]:
    gateway = element.kind == "eventBasedGateway"
    if element.together and not element.instantiate:
        message = Sentence("Cổng sự kiện song song chỉ dùng để bắt đầu quy trình.")
        yield "event-gateway", element, message, Sentence("Đặt instantiate hoặc dùng cổng song song.")
        return
    if element.kind not in ("receiveTask", "eventBasedGateway"):
        message = Sentence("Phần tử này không tự bắt đầu quy trình được.")
        yield "instantiate", element, message, Sentence("Bỏ thuộc tính instantiate.")
        return
    if scope.parent is not None or element.incoming:
        message = Sentence("Phần tử bắt đầu quy trình phải đứng đầu quy trình, không có đường vào.")
        yield "instantiate", element, message, Sentence("Bỏ thuộc tính instantiate hoặc xóa đường vào.")
    if element.loop is not None:
        message = Sentence("Bước nhận tin bắt đầu quy trình không lặp được.")
        yield "instantiate", element, message, Sentence("Bỏ dấu lặp.")
    targets = [scope.elements[scope.flows[flow].target] for flow in element.outgoing] if gateway else [element]
    for target in targets:
        for event in target.events:
            if event.kind not in BEGINNING or is_expression(event.name):
                message = Sentence("Sự kiện này không bắt đầu quy trình được.")
                yield "instantiate", target, message, Sentence("Dùng tin nhắn hoặc tín hiệu có tên cố định.")
        if target.all_of:
            message = Sentence("Sau cổng bắt đầu quy trình không dùng sự kiện song song nhiều loại.")
            yield "instantiate", target, message, Sentence("Dùng cổng sự kiện song song.")
