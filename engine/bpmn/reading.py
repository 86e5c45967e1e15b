"""Reads BPMN XML into a Drawing, without recursion, and notes what must be refused on sight."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.model import Drawing, Element, EventDefinition, Flow, Scope
from engine.bpmn.zeebe import BPMN, read_extensions, read_key, read_loop, read_standard_loop
from rules.findings import Finding
from rules.sentences import Sentence

ACTIVITIES = frozenset(
    {"task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
    | {"subProcess", "transaction", "callActivity"}
)
HOLDERS = frozenset({"subProcess", "transaction"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENTS
# Things on the sheet that carry no behaviour in the dialect: notes, data shapes, pools and lanes.
DRAWN_ONLY = frozenset(
    {"documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group", "incoming", "outgoing"}
    | {"dataObject", "dataObjectReference", "dataStoreReference", "auditing", "monitoring"}
)
REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}


class Reader:
    """Collects the processes of several files and the findings met on the way."""

    def __init__(self) -> None:
        self.drawing = Drawing()
        self.findings: list[Finding] = []
        self._definitions: dict[str, EventDefinition] = {}
        self._shared: dict[str, etree._Element] = {}
        self._loose: list[etree._Element] = []
        self._file = ""

    def refuse(self, code: str, node: etree._Element | None, message: Sentence, advice: Sentence) -> None:
        """Note why this drawing cannot be executed, with the element it is about."""
        element, name = ("", "") if node is None else (node.get("id", ""), node.get("name", ""))
        self.findings.append(Finding(f"bpmn.{code}", "error", self._file, element, name, message, advice))

    def read(self, file: str, xml: bytes) -> None:
        """Add one BPMN file."""
        self._file = file
        self.drawing.sources[file] = xml
        root = self._parse(xml)
        if root is None:
            return
        if root.tag != f"{{{BPMN}}}definitions":
            self.refuse(
                "not-bpmn",
                None,
                Sentence("Tệp không phải là BPMN 2.0."),
                Sentence("Xuất lại tệp từ trình thiết kế BPMN."),
            )
            return
        self._definitions = self._read_definitions(root)
        events = (c for c in root if isinstance(c.tag, str) and _tag(c).endswith("EventDefinition"))
        self._shared = {node.get("id", ""): node for node in events}
        for child in root:
            if isinstance(child.tag, str) and _tag(child) == "import":
                self.refuse(
                    "import",
                    child,
                    Sentence("Tệp nhập định nghĩa từ bên ngoài."),
                    Sentence("Đưa mọi định nghĩa vào trong tệp."),
                )
        self._loose = list(root.iterfind(f"{{{BPMN}}}collaboration/{{{BPMN}}}association"))
        for process in root.iterfind(f"{{{BPMN}}}process"):
            self._read_process(process)

    def _parse(self, xml: bytes) -> etree._Element | None:
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
            self.refuse(
                "doctype", None, Sentence("Tệp chứa khai báo DOCTYPE."), Sentence("Bỏ khai báo DOCTYPE khỏi tệp.")
            )
            return None
        # "Huge" allows 2,048 levels of nesting in place of 256; a model of 500 sub-processes in each other is read.
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=True,
        )
        try:
            root = etree.fromstring(xml, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            self.refuse(
                "xml",
                None,
                Sentence("Tệp không phải XML hợp lệ: %(error)s", error=error),
                Sentence("Xuất lại tệp từ trình thiết kế."),
            )
            return None
        if root.getroottree().docinfo.internalDTD is not None:
            self.refuse(
                "doctype", None, Sentence("Tệp chứa khai báo DOCTYPE."), Sentence("Bỏ khai báo DOCTYPE khỏi tệp.")
            )
            return None
        return root

    def _read_definitions(self, root: etree._Element) -> dict[str, EventDefinition]:
        """Messages, signals, errors and escalations by id."""
        found: dict[str, EventDefinition] = {}
        for node in root:
            if not isinstance(node.tag, str):
                continue
            tag, identifier = _tag(node), node.get("id", "")
            if tag == "message":
                found[identifier] = EventDefinition(tag, node.get("name"), identifier, key=read_key(node))
            elif tag == "signal":
                found[identifier] = EventDefinition(tag, node.get("name"), identifier)
            elif tag in ("error", "escalation"):
                found[identifier] = EventDefinition(tag, node.get(f"{tag}Code"), identifier)
        return found

    def _read_process(self, node: etree._Element) -> None:
        if node.get("isExecutable") == "false":
            return  # a black-box pool, drawn for its messages only
        scope = Scope(node.get("id", ""), node.get("name", ""), self._file)
        extensions = read_extensions(node)
        scope.properties = extensions.properties
        for refused in extensions.refused:
            self.refuse(
                "extension",
                node,
                Sentence("Phần mở rộng %(refused)s không được hỗ trợ.", refused=refused),
                Sentence("Bỏ phần mở rộng này."),
            )
        if scope.id in self.drawing.processes:
            self.refuse(
                "duplicate-process",
                node,
                Sentence("Mã quy trình «%(id)s» bị trùng.", id=scope.id),
                Sentence("Đặt mã quy trình khác."),
            )
        self.drawing.processes[scope.id] = scope
        todo = [(scope, node)]
        while todo:
            into, holder = todo.pop(0)
            lanes = _lanes(holder)
            for child in holder:
                if isinstance(child.tag, str) and etree.QName(child).namespace == BPMN:
                    self._read_child(into, child, lanes, todo)
            self._connect(into)
        _associate(scope, [*node.iterfind(f".//{{{BPMN}}}association"), *self._loose])

    def _read_child(self, scope: Scope, node: etree._Element, lanes: dict[str, str], todo: list) -> None:
        tag = _tag(node)
        if tag == "sequenceFlow":
            condition = node.find(f"{{{BPMN}}}conditionExpression")
            flow = Flow(node.get("id", ""), node.get("name", ""), node.get("sourceRef", ""), node.get("targetRef", ""))
            flow.line = node.sourceline or 0
            if condition is not None:
                flow.condition = (condition.text or "").strip()
            if flow.id in scope.flows:
                self.refuse(
                    "duplicate-id",
                    node,
                    Sentence("Mã «%(id)s» bị trùng.", id=flow.id),
                    Sentence("Đặt mã khác cho đường nối."),
                )
            scope.flows[flow.id] = flow
        elif tag in NODES:
            element = self._read_node(scope, node, tag)
            element.lane = lanes.get(element.id)
            if element.id in scope.elements:
                self.refuse(
                    "duplicate-id",
                    node,
                    Sentence("Mã «%(id)s» bị trùng.", id=element.id),
                    Sentence("Đặt mã khác cho phần tử."),
                )
            scope.elements[element.id] = element
            if tag in HOLDERS:
                element.scope = Scope(element.id, element.name, self._file, parent=scope)
                todo.append((element.scope, node))
        elif tag not in DRAWN_ONLY and tag not in ("multiInstanceLoopCharacteristics",):
            if scope.parent is not None and tag.endswith("LoopCharacteristics"):
                return
            self.refuse(
                "unsupported",
                node,
                Sentence("Phần tử «%(tag)s» chưa được thực hiện.", tag=tag),
                Sentence("Thay bằng phần tử được hỗ trợ."),
            )

    def _read_node(self, scope: Scope, node: etree._Element, tag: str) -> Element:
        element = Element(node.get("id", ""), node.get("name", ""), tag, line=node.sourceline or 0)
        element.extensions = read_extensions(node)
        element.default = node.get("default")
        element.attached_to = node.get("attachedToRef")
        element.interrupting = (
            node.get("cancelActivity" if tag == "boundaryEvent" else "isInterrupting", "true") != "false"
        )
        element.by_event = node.get("triggeredByEvent") == "true"
        element.for_compensation = node.get("isForCompensation") in ("true", "1")
        element.method = node.get("method", "")
        if not element.id:
            self.refuse(
                "no-id", node, Sentence("Phần tử «%(tag)s» không có mã (id).", tag=tag), Sentence("Đặt mã cho phần tử.")
            )
        self._refuse_attributes(node)
        for child in node:
            if isinstance(child.tag, str) and etree.QName(child).namespace == BPMN:
                self._read_detail(element, child, node)
        if tag in ("receiveTask", "sendTask") and node.get("messageRef"):
            element.events.append(self._lookup("message", node, node.get("messageRef")))
        return element

    def _read_detail(self, element: Element, child: etree._Element, node: etree._Element) -> None:
        tag = _tag(child)
        if tag.endswith("EventDefinition"):
            element.events.append(self._read_event(child, tag.removesuffix("EventDefinition"), node))
        elif tag == "multiInstanceLoopCharacteristics":
            element.loop = read_loop(child)
            if child.get("behavior", "All") != "All":
                self.refuse(
                    "loop",
                    node,
                    Sentence("Kiểu lặp nhiều bản này chưa được thực hiện."),
                    Sentence("Bỏ thuộc tính behavior."),
                )
        elif tag == "standardLoopCharacteristics":
            element.loop = read_standard_loop(child)
        elif tag == "eventDefinitionRef":
            self._read_shared_event(element, (child.text or "").strip().split(":")[-1], node)
        elif tag in (
            "ioSpecification",
            "property",
            "script",
            "resourceRole",
            "performer",
            "potentialOwner",
            "humanPerformer",
        ):
            self.refuse(
                "unsupported",
                node,
                Sentence("«%(tag)s» của BPMN chưa được thực hiện.", tag=tag),
                Sentence("Dùng ioMapping, script, assignment của zeebe."),
            )
        elif tag in ("dataInputAssociation", "dataOutputAssociation"):
            if child.find(f"{{{BPMN}}}assignment") is not None or child.find(f"{{{BPMN}}}transformation") is not None:
                self.refuse(
                    "unsupported",
                    node,
                    Sentence("«%(tag)s» có phép gán chưa được thực hiện.", tag=tag),
                    Sentence("Dùng ioMapping của zeebe."),
                )
        elif element.kind not in HOLDERS and tag not in DRAWN_ONLY:
            self.refuse(
                "unsupported",
                node,
                Sentence("«%(tag)s» chưa được thực hiện.", tag=tag),
                Sentence("Bỏ phần này khỏi sơ đồ."),
            )

    def _read_shared_event(self, element: Element, reference: str, node: etree._Element) -> None:
        """An event definition written once at the top of the file and referred to."""
        shared = self._shared.get(reference)
        if shared is None:
            self.refuse(
                "event-ref",
                node,
                Sentence("Không tìm thấy định nghĩa sự kiện «%(reference)s».", reference=reference),
                Sentence("Chọn lại định nghĩa."),
            )
        else:
            element.events.append(self._read_event(shared, _tag(shared).removesuffix("EventDefinition"), node))

    def _read_event(self, node: etree._Element, kind: str, holder: etree._Element) -> EventDefinition:
        if kind in REFERENCES:
            reference = node.get(REFERENCES[kind])
            return self._lookup(kind, holder, reference) if reference else EventDefinition(kind)
        if kind == "timer":
            for child in node:
                if isinstance(child.tag, str) and _tag(child) in ("timeDate", "timeDuration", "timeCycle"):
                    return EventDefinition(kind, timer=_tag(child)[4:].lower(), expression=(child.text or "").strip())
            return EventDefinition(kind)
        if kind == "conditional":
            condition = node.find(f"{{{BPMN}}}condition")
            return EventDefinition(kind, expression=(condition.text or "").strip() if condition is not None else "")
        if kind == "compensate":
            wait = node.get("waitForCompletion", "true") not in ("false", "0")
            return EventDefinition(kind, activity=(node.get("activityRef") or "").split(":")[-1] or None, wait=wait)
        return EventDefinition(kind, name=node.get("name"))

    def _lookup(self, kind: str, holder: etree._Element, reference: str | None) -> EventDefinition:
        found = self._definitions.get(reference or "")
        if found is None or found.kind != kind:
            self.refuse(
                "reference",
                holder,
                Sentence("Không tìm thấy %(kind)s «%(reference)s».", kind=kind, reference=reference),
                Sentence("Chọn lại định nghĩa của sự kiện."),
            )
            return EventDefinition(kind)
        return found

    def _refuse_attributes(self, node: etree._Element) -> None:
        if node.get("startQuantity", "1") != "1" or node.get("completionQuantity", "1") != "1":
            self.refuse(
                "quantity",
                node,
                Sentence("startQuantity/completionQuantity khác 1 chưa được thực hiện."),
                Sentence("Bỏ thuộc tính này."),
            )
        if node.get("instantiate") == "true":
            self.refuse(
                "instantiate",
                node,
                Sentence("Phần tử tự khởi tạo quy trình chưa được thực hiện."),
                Sentence("Dùng sự kiện bắt đầu."),
            )
        if node.get("eventGatewayType", "Exclusive") != "Exclusive":
            self.refuse(
                "event-gateway",
                node,
                Sentence("Cổng sự kiện kiểu song song chưa được thực hiện."),
                Sentence("Dùng cổng song song."),
            )
        if node.get("parallelMultiple") == "true":
            self.refuse(
                "multiple",
                node,
                Sentence("Sự kiện song song nhiều loại chưa được thực hiện."),
                Sentence("Tách thành nhiều sự kiện."),
            )

    def _connect(self, scope: Scope) -> None:
        for flow in scope.flows.values():
            source, target = scope.elements.get(flow.source), scope.elements.get(flow.target)
            if source is None or target is None:
                self.findings.append(
                    Finding(
                        "bpmn.dangling-flow", "error", scope.file, flow.id, flow.name,
                        Sentence("Đường nối không gắn vào hai phần tử cùng cấp."),
                        Sentence("Nối lại hoặc xóa đường nối."),
                    )
                )  # fmt: skip
                continue
            source.outgoing.append(flow.id)
            target.incoming.append(flow.id)


def _tag(node: etree._Element) -> str:
    return etree.QName(node).localname


def _associate(process: Scope, associations: list[etree._Element]) -> None:
    """Tie compensation activities to the boundary events their associations come from (or lead to)."""
    if not associations:
        return
    known = {element.id: element for _, element in process.everything()}
    for association in associations:
        ends = [(association.get(end) or "").split(":")[-1] for end in ("sourceRef", "targetRef")]
        for one, other in (ends, reversed(ends)):
            event, activity = known.get(one), known.get(other)
            if event is None or activity is None or event.kind != "boundaryEvent" or not activity.for_compensation:
                continue
            if activity.id not in event.handlers:
                event.handlers.append(activity.id)


def _lanes(process: etree._Element) -> dict[str, str]:
    """The lane name of every node id that a lane lists."""
    return {
        (reference.text or "").strip(): (reference.getparent().get("name") or "")
        for reference in process.iterfind(f".//{{{BPMN}}}laneSet//{{{BPMN}}}flowNodeRef")
    }


def read_drawing(models: Mapping[str, bytes]) -> tuple[Drawing, list[Finding]]:
    """The processes of all files, and what must be refused on reading (file name → BPMN XML bytes)."""
    reader = Reader()
    for file, xml in sorted(models.items()):
        reader.read(file, xml)
    return reader.drawing, reader.findings
