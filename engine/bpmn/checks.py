"""The allow-list: what this engine executes exactly as drawn; everything else is a finding that refuses the drawing."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.bpmn.advanced_checks import check_advanced, hears_instances
from engine.bpmn.data_checks import check_data
from engine.bpmn.expression_check import check_expressions
from engine.bpmn.expressions import Trouble
from engine.bpmn.model import Drawing, Element, EventDefinition, Flow, Scope
from engine.bpmn.reading import ACTIVITIES
from engine.bpmn.timers import moment_of
from engine.bpmn.undo_checks import check_undoing
from rules.feel import is_expression
from rules.findings import Finding
from rules.sentences import Sentence

PROCESS_STARTS = frozenset({"none", "message", "signal", "timer", "conditional"})
SHEET_STARTS = frozenset({"message", "timer", "signal", "conditional", "error", "escalation", "compensate"})
ALLOWED_EVENTS = {
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "signal", "conditional", "error", "escalation", "compensate", "cancel"}
    ),
}
CALLS = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class Check:
    """Goes through a drawing and collects what cannot be executed."""

    def __init__(self, drawing: Drawing, decisions: frozenset[str] | None) -> None:
        self.drawing = drawing
        self.decisions = decisions
        self.findings: list[Finding] = []
        self._scope: Scope

    def refuse(self, code: str, about: Element | Flow | Scope, message: Sentence, advice: Sentence) -> None:
        """Note one reason to refuse."""
        self.findings.append(Finding(f"bpmn.{code}", "error", self._scope.file, about.id, about.name, message, advice))

    def run(self) -> list[Finding]:
        """All findings, in drawing order."""
        for process in self.drawing.processes.values():
            self._scope = process
            self._starts(process)
            for scope, element in process.everything():
                self._element(scope, element)
                if element.scope is not None:
                    self._starts(element.scope, element)
        return [
            *self.findings,
            *check_expressions(self.drawing),
            *check_undoing(self.drawing),
            *check_data(self.drawing),
            *check_advanced(self.drawing),
        ]

    def _starts(self, scope: Scope, holder: Element | None = None) -> None:
        starts, about = scope.starts(), holder or scope
        if not starts and not scope.instantiating() and not (holder and holder.ad_hoc):
            self.refuse("no-start", about, Sentence("Không có sự kiện bắt đầu."), Sentence("Thêm một sự kiện bắt đầu."))
        elif holder is not None and len(starts) > 1:
            self.refuse(
                "starts",
                about,
                Sentence("Quy trình con có nhiều sự kiện bắt đầu."),
                Sentence("Chỉ giữ một sự kiện bắt đầu."),
            )
        allowed = PROCESS_STARTS if holder is None else SHEET_STARTS if holder.by_event else frozenset({"none"})
        for element in starts:
            for kind in sorted({event.kind for event in element.events or [element.event]} - allowed):
                message = Sentence("Sự kiện bắt đầu kiểu «%(kind)s» không được thực hiện ở đây.", kind=kind)
                self.refuse("event", element, message, Sentence("Chọn kiểu sự kiện khác."))

    def _element(self, scope: Scope, element: Element) -> None:
        for refused in element.extensions.refused:
            self.refuse(
                "extension",
                element,
                Sentence("Phần mở rộng %(refused)s chưa được thực hiện.", refused=refused),
                Sentence("Bỏ phần mở rộng này."),
            )
        self._places(element)
        self._flows(scope, element)
        self._events(scope, element)
        self._loop(element)
        self._variables(element)
        check = getattr(self, f"_{element.kind}", None)
        if check is not None:
            check(scope, element)

    def _places(self, element: Element) -> None:
        """Extensions stand only where they do something."""
        ext, kind = element.extensions, element.kind
        sends = kind in ("endEvent", "intermediateThrowEvent") and element.event.kind == "message"
        catches = kind in ("startEvent", "intermediateCatchEvent", "boundaryEvent") and element.event.kind != "link"
        if (ext.inputs and not (kind in ACTIVITIES or sends)) or (element.by_event and (ext.inputs or ext.outputs)):
            self.refuse(
                "mapping",
                element,
                Sentence("Phần tử này không nhận ánh xạ đầu vào."),
                Sentence("Chuyển ánh xạ sang công việc."),
            )
        if ext.outputs and not (kind in ACTIVITIES or sends or catches):
            self.refuse(
                "mapping",
                element,
                Sentence("Phần tử này không có ánh xạ đầu ra."),
                Sentence("Chuyển ánh xạ sang công việc."),
            )
        if ext.task_type and not (kind in CALLS or sends):
            self.refuse(
                "no-call",
                element,
                Sentence("Phần tử này không gọi ra ngoài được."),
                Sentence("Bỏ taskDefinition hoặc đổi loại công việc."),
            )

    def _flows(self, scope: Scope, element: Element) -> None:
        flows = [scope.flows[flow] for flow in element.outgoing]
        conditional = [flow for flow in flows if flow.condition is not None]
        if element.kind in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1:
            for flow in flows:
                if flow.condition is None and flow.id != element.default:
                    message = Sentence(
                        "Nhánh ra từ cổng «%(name)s» không có điều kiện.", name=element.name or element.id
                    )
                    self.refuse(
                        "missing-condition",
                        flow,
                        message,
                        Sentence("Viết điều kiện FEEL hoặc chọn làm nhánh mặc định."),
                    )
        if len(flows) == 1 and conditional and element.kind.endswith("Gateway") and element.kind != "complexGateway":
            message = Sentence("Cổng chỉ có một nhánh ra thì nhánh đó không được có điều kiện.")
            self.refuse("gateway-condition", flows[0], message, Sentence("Thêm nhánh khác hoặc bỏ điều kiện."))
        for flow in conditional:
            if not is_expression(flow.condition):
                message = Sentence("Điều kiện «%(condition)s» không phải là biểu thức FEEL.", condition=flow.condition)
                self.refuse("not-feel", flow, message, Sentence("Bắt đầu điều kiện bằng dấu «=»."))

    def _events(self, scope: Scope, element: Element) -> None:
        for event in element.events or [element.event]:
            self._event(scope, element, event)

    def _event(self, scope: Scope, element: Element, event: EventDefinition) -> None:
        kind = event.kind
        allowed = ALLOWED_EVENTS.get(element.kind)
        if allowed is not None and kind not in allowed:
            self.refuse(
                "event",
                element,
                Sentence("Sự kiện kiểu «%(kind)s» chưa được thực hiện ở đây.", kind=kind),
                Sentence("Chọn kiểu sự kiện khác."),
            )
        if kind in ("message", "signal", "link") and not event.name and not hears_instances(scope, element, event):
            self.refuse(
                "event-name",
                element,
                Sentence("Sự kiện không có tên để nhận hay gửi."),
                Sentence("Chọn tin nhắn, tín hiệu hoặc liên kết có tên."),
            )
        if (
            kind in ("error", "escalation")
            and element.kind in ("endEvent", "intermediateThrowEvent")
            and not event.name
        ):
            self.refuse(
                "event-name",
                element,
                Sentence("Lỗi hay báo cấp trên phải có mã."),
                Sentence("Đặt mã (code) cho định nghĩa."),
            )
        if kind in ("error", "escalation") and is_expression(event.name):
            self.refuse(
                "event-name", element, Sentence("Mã lỗi phải là chữ cố định."), Sentence("Viết mã không có dấu «=».")
            )
        if element.kind == "startEvent" and is_expression(event.name):
            self.refuse(
                "event-name",
                element,
                Sentence("Tên của sự kiện bắt đầu phải cố định."),
                Sentence("Viết tên không có dấu «=»."),
            )
        if kind == "timer":
            self._timer(scope, element, event)
        if kind == "message" and event.key is not None and not is_expression(event.key):
            self.refuse(
                "not-feel",
                element,
                Sentence("Khóa tương quan «%(key)s» không phải FEEL.", key=event.key),
                Sentence("Bắt đầu bằng dấu «=»."),
            )
        if kind == "conditional" and not is_expression(event.expression):
            self.refuse(
                "not-feel",
                element,
                Sentence("Sự kiện điều kiện không có biểu thức FEEL."),
                Sentence("Viết điều kiện, bắt đầu bằng «=»."),
            )

    def _timer(self, scope: Scope, element: Element, event: EventDefinition) -> None:
        if not event.timer or not event.expression:
            self.refuse(
                "timer",
                element,
                Sentence("Sự kiện thời gian không có thời điểm."),
                Sentence("Đặt ngày, khoảng thời gian hoặc chu kỳ."),
            )
            return
        if not is_expression(event.expression):
            try:
                moment_of(event.timer, event.expression, _SOME_DAY)
            except Trouble as trouble:
                self.refuse("timer", element, trouble.message, Sentence("Viết theo ISO 8601 hoặc FEEL."))

    def _loop(self, element: Element) -> None:
        loop = element.loop
        if loop is None:
            return
        if element.kind not in ACTIVITIES or element.by_event:
            self.refuse("loop", element, Sentence("Phần tử này không lặp được."), Sentence("Bỏ dấu lặp."))
        if loop.standard:
            if loop.condition is None and loop.maximum is None:
                self.refuse(
                    "loop",
                    element,
                    Sentence("Vòng lặp không nói khi nào dừng."),
                    Sentence("Điền điều kiện hoặc số lần tối đa."),
                )
            if loop.condition is not None and not is_expression(loop.condition):
                self.refuse(
                    "not-feel",
                    element,
                    Sentence("Điều kiện lặp «%(condition)s» không phải FEEL.", condition=loop.condition),
                    Sentence("Bắt đầu bằng «=»."),
                )
            return
        if loop.cardinality and not loop.cardinality.isdigit() and not is_expression(loop.cardinality):
            self.refuse(
                "loop",
                element,
                Sentence("Số lần lặp «%(cardinality)s» không phải số hay FEEL.", cardinality=loop.cardinality),
                Sentence("Viết số hoặc FEEL."),
            )
        if loop.completion and not is_expression(loop.completion):
            self.refuse(
                "not-feel",
                element,
                Sentence("Điều kiện dừng «%(completion)s» không phải FEEL.", completion=loop.completion),
                Sentence("Bắt đầu bằng «=»."),
            )
        if not is_expression(loop.collection) and not loop.cardinality:
            self.refuse(
                "loop",
                element,
                Sentence("Vòng lặp không có danh sách (inputCollection)."),
                Sentence("Viết danh sách bằng FEEL."),
            )
        if loop.output_item and not is_expression(loop.output_item):
            self.refuse(
                "not-feel",
                element,
                Sentence("outputElement «%(output_item)s» không phải FEEL.", output_item=loop.output_item),
                Sentence("Bắt đầu bằng «=»."),
            )
        if bool(loop.output_collection) != bool(loop.output_item):
            self.refuse(
                "loop",
                element,
                Sentence("outputCollection và outputElement phải đi cùng nhau."),
                Sentence("Điền cả hai hoặc bỏ cả hai."),
            )

    def _variables(self, element: Element) -> None:
        ext = element.extensions
        names = [target for _, target in [*ext.inputs, *ext.outputs]] + [ext.result_variable or "x"]
        names += [target for _, target in element.data.pairs()] if element.data else []
        for name in names:
            if not all(part.isidentifier() for part in name.split(".")):
                self.refuse(
                    "variable",
                    element,
                    Sentence("Tên biến «%(name)s» không hợp lệ.", name=name),
                    Sentence("Dùng chữ cái, chữ số và dấu gạch dưới."),
                )

    def _receiveTask(self, scope: Scope, element: Element) -> None:
        if not element.event.name:
            self.refuse(
                "event-name", element, Sentence("Bước nhận tin không có tin nhắn."), Sentence("Chọn tin nhắn có tên.")
            )

    def _scriptTask(self, scope: Scope, element: Element) -> None:
        ext = element.extensions
        if ext.task_type or ext.names_results or not (ext.script or ext.result_variable):
            return  # without a script it is an abstract task, 10.3.3
        if not is_expression(ext.script) or not ext.result_variable:
            message = Sentence("Bước tính toán cần biểu thức FEEL và tên biến kết quả.")
            self.refuse(
                "script",
                element,
                message,
                Sentence("Điền zeebe:script expression (bắt đầu bằng «=») và resultVariable."),
            )

    def _businessRuleTask(self, scope: Scope, element: Element) -> None:
        ext = element.extensions
        if ext.task_type:
            return
        if ext.decision_id and not ext.result_variable:
            self.refuse(
                "result-variable",
                element,
                Sentence("Bước quyết định cần mã quyết định và biến kết quả."),
                Sentence("Điền calledDecision."),
            )
        elif ext.decision_id and (
            not is_expression(ext.decision_id) and self.decisions is not None and ext.decision_id not in self.decisions
        ):
            self.refuse(
                "unknown-decision",
                element,
                Sentence("Không có quyết định «%(decision_id)s».", decision_id=ext.decision_id),
                Sentence("Thêm tệp DMN có mã này."),
            )

    def _callActivity(self, scope: Scope, element: Element) -> None:
        called = element.extensions.called_process
        if not called:
            self.refuse(
                "called-process",
                element,
                Sentence("Không nói gọi quy trình nào."),
                Sentence("Điền calledElement processId."),
            )
        elif not is_expression(called):
            target = self.drawing.processes.get(called)
            if target is None:
                self.refuse(
                    "unknown-process",
                    element,
                    Sentence("Không có quy trình «%(called)s».", called=called),
                    Sentence("Thêm tệp có quy trình này."),
                )
            elif not target.starts_plainly():
                self.refuse(
                    "called-process",
                    element,
                    Sentence("Quy trình «%(called)s» không bắt đầu thường được.", called=called),
                    Sentence("Thêm sự kiện bắt đầu."),
                )


def check(drawing: Drawing, decisions: frozenset[str] | None) -> list[Finding]:
    """Why a drawing would not be executed as drawn; `decisions` are the known decision ids (None: not checked)."""
    return Check(drawing, decisions).run()
